"""What a camera of Linux delivers, asked of its driver without a library."""

from __future__ import annotations

import errno
import os
import struct
import sys
from typing import Final

from vaxpass_cli.scan.feeds.events import Trouble

if sys.platform == "linux":
    import fcntl

_CAPABILITY: Final = struct.Struct("=16s32s32sIII12x")
_FORMAT: Final = struct.Struct("=II4x32sI16x")
_SIZE: Final = struct.Struct("=III6I8x")
_QUERYCAP: Final = 0x80685600
_ENUM_FORMATS: Final = 0xC0405602
_ENUM_SIZES: Final = 0xC02C564A
_CAPTURE: Final = 1
_HAS_DEVICE_CAPS: Final = 0x80000000
_DISCRETE: Final = 1
_MOST: Final = 64
"""Number of formats and sizes that are asked for: a broken driver may list them without end."""


def trouble_of(error: OSError) -> Trouble:
    """What an error of opening a device means."""
    # A device that must not be opened exists; the sentence for a busy one fits both.
    taken = error.errno in (errno.EBUSY, errno.EACCES, errno.EPERM)
    return Trouble.BUSY if taken else Trouble.ABSENT


def sizes_of(path: str) -> tuple[tuple[int, int], ...] | None:
    """The sizes that a device delivers, the largest first; None where it is not a camera.

    Raises `OSError` where it can't be opened.
    """
    device = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    try:
        return _sizes(device) if _delivers_pictures(device) else None
    finally:
        os.close(device)


def _ask(
    device: int, request: int, layout: struct.Struct, *values: int | bytes
) -> tuple[int, ...] | None:
    """Let the driver fill in a structure; None where it has no answer, which ends every list."""
    buffer = bytearray(layout.pack(*values))
    try:
        if sys.platform == "linux":
            fcntl.ioctl(device, request, buffer)
    except OSError:
        return None
    return layout.unpack(buffer)


def _delivers_pictures(device: int) -> bool:
    answer = _ask(device, _QUERYCAP, _CAPABILITY, b"", b"", b"", 0, 0, 0)
    if answer is None:
        return False
    all_, of_device = answer[4:]
    return bool((of_device if all_ & _HAS_DEVICE_CAPS else all_) & _CAPTURE)


def _sizes(device: int) -> tuple[tuple[int, int], ...]:
    found = set()
    for place in range(_MOST):
        form = _ask(device, _ENUM_FORMATS, _FORMAT, place, _CAPTURE, b"", 0)
        if form is None:
            break
        for number in range(_MOST):
            size = _ask(device, _ENUM_SIZES, _SIZE, number, form[3], 0, 0, 0, 0, 0, 0, 0)
            if size is None:
                break
            kind, width, height, *rest = size[2:]
            # A camera that scales to any size gives the smallest and the largest one.
            found.add((width, height) if kind == _DISCRETE else (height, rest[2]))
            if kind != _DISCRETE:
                break
    return tuple(sorted(found, key=lambda size: size[0] * size[1], reverse=True))
