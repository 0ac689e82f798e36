"""The cameras of Windows in the order of its Media Foundation, which is that of OpenCV's numbers.

OpenCV knows no names. Media Foundation is called through `ctypes`; where that fails, no camera is
listed, and numbers still work.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final
from uuid import UUID

# mfidl.h
_SOURCE_TYPE: Final = UUID("c60ac5fe-252a-478f-a0ef-bc8fa5f7cad3")
_VIDEO_CAPTURE: Final = UUID("8ac3587a-4ae7-42d8-99e0-0a6013eef90f")
_FRIENDLY_NAME: Final = UUID("60d0e559-52f8-4fa2-bbce-acdb34a8ec01")
_SYMBOLIC_LINK: Final = UUID("58f0aad8-22bf-4f8a-bb3d-d2c4978c6e2f")
# Places in the tables of IUnknown and IMFAttributes (mfobjects.h)
_RELEASE: Final = 2
_GET_ALLOCATED_STRING: Final = 13
_SET_GUID: Final = 24
_LITE: Final = 1
_VERSION: Final = 0x00020070


def place_of(link: str) -> str:
    r"""Where a camera is plugged in, by its symbolic link.

    >>> place_of(r"\\?\usb#vid_046d&pid_082d&mi_00#7&2b1b5bd9&0&0000#{e5323777}\global")
    '7&2b1b5bd9&0&0000'
    """
    parts = link.split("#")
    return parts[2] if len(parts) > 3 else link


if sys.platform == "win32":

    class _Guid(ctypes.Structure):
        _fields_ = (("bytes", ctypes.c_ubyte * 16),)

        @classmethod
        def of(cls, value: UUID) -> _Guid:
            return cls.from_buffer_copy(value.bytes_le)

    def _call(item: ctypes.c_void_p, place: int, *arguments: object) -> None:
        """Call a method of a COM object. Raises `OSError` where it fails."""
        table = ctypes.cast(item, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
        types = [type(argument) for argument in arguments]
        method = ctypes.WINFUNCTYPE(ctypes.HRESULT, ctypes.c_void_p, *types)(  # type: ignore[arg-type]
            table[place] or 0
        )
        method(item, *arguments)

    def _release(item: ctypes.c_void_p) -> None:
        table = ctypes.cast(item, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
        ctypes.WINFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)(table[_RELEASE] or 0)(item)

    def _text(item: ctypes.c_void_p, attribute: UUID) -> str:
        found, length = ctypes.c_wchar_p(), ctypes.c_uint32()
        guid = ctypes.pointer(_Guid.of(attribute))
        _call(item, _GET_ALLOCATED_STRING, guid, ctypes.pointer(found), ctypes.pointer(length))
        text = found.value or ""
        ctypes.windll.ole32.CoTaskMemFree(found)
        return text

    def _listed() -> list[tuple[str, str]]:
        ctypes.windll.ole32.CoInitializeEx(None, 0)
        system, platform = ctypes.OleDLL("mf"), ctypes.OleDLL("mfplat")
        platform.MFStartup(_VERSION, _LITE)
        wanted = ctypes.c_void_p()
        devices, count = ctypes.POINTER(ctypes.c_void_p)(), ctypes.c_uint32()
        try:
            platform.MFCreateAttributes(ctypes.byref(wanted), 1)
            kind, video = (ctypes.pointer(_Guid.of(each)) for each in (_SOURCE_TYPE, _VIDEO_CAPTURE))
            _call(wanted, _SET_GUID, kind, video)
            system.MFEnumDeviceSources(wanted, ctypes.byref(devices), ctypes.byref(count))
            found = []
            for number in range(count.value):
                one = ctypes.c_void_p(devices[number])
                found.append((_text(one, _FRIENDLY_NAME), place_of(_text(one, _SYMBOLIC_LINK))))
                _release(one)
            return found
        finally:
            if wanted.value:
                _release(wanted)
            ctypes.windll.ole32.CoTaskMemFree(devices)  # nothing where it is null
            platform.MFShutdown()

    def listed() -> list[tuple[str, str]]:
        """Name and place of each camera; empty where Windows does not tell them."""
        try:
            return _listed()
        except OSError:  # also what `ctypes` makes of an access to memory that is not there
            return []

else:

    def listed() -> list[tuple[str, str]]:
        """Nothing: there is no Media Foundation here."""
        return []
