"""Cameras and videos, by OpenCV."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.feeds import cameras
from vaxpass_cli.scan.feeds.camera import Frames, SourceTrouble
from vaxpass_cli.scan.feeds.cameras import CameraInfo
from vaxpass_cli.scan.feeds.events import Picture, Tried, Trouble
from vaxpass_cli.scan.feeds.v4l2 import trouble_of

# Milliseconds; the system would wait for a frame for ten seconds.
_WAIT: Final = 2000
_INTERFACES: Final[dict[str, int]] = {
    "linux": cv2.CAP_V4L2,
    "win32": cv2.CAP_MSMF,
    "darwin": cv2.CAP_AVFOUNDATION,
}
"""The interface in whose order cameras are numbered"""


@dataclass(frozen=True, slots=True)
class Got:
    """What a camera really delivers: width and height in pixels, and whether it focuses by itself.

    `autofocus` is None where the driver does not tell it.
    """

    size: tuple[int, int]
    autofocus: bool | None


class Camera:
    """A camera by its number, device or name. It may deliver another size than `width` x `height`.

    At each opening a name is looked for anew, whatever number the camera has by then. So is the name of
    a camera that was opened by its number before.
    """

    live = True

    def __init__(
        self, camera: str, width: int = 1280, height: int = 720, *, autofocus: bool = True
    ) -> None:
        self.name = camera
        self.got: Got | None = None
        """What it delivers; None until it was opened"""
        self._size = width, height
        self._autofocus = autofocus
        self._known = ""

    def open(self) -> Frames:
        """Open it. Raises `SourceTrouble` where it is absent or busy."""
        quiet()
        device = self._device()
        interface = _INTERFACES.get(sys.platform, cv2.CAP_ANY)
        try:
            capture = cv2.VideoCapture(device, interface, [cv2.CAP_PROP_READ_TIMEOUT_MSEC, _WAIT])
            if not capture.isOpened():
                # Some interfaces do not know the time limit.
                capture.open(device, interface)
            if not capture.isOpened():
                raise SourceTrouble(Trouble.ABSENT)
            self._set(capture)
        except cv2.error:
            raise SourceTrouble(Trouble.ABSENT) from None
        return _Captured(capture, live=True)

    def tried(self) -> Tried:
        """This camera and the names of the others."""
        there = cameras.cameras()
        this = cameras.find(self._known or self.name, there) or _numbered(self.name, there)
        return Tried(self._known or self.name, tuple(one.name for one in there if one is not this))

    def _set(self, capture: cv2.VideoCapture) -> None:
        """Ask for size and focus; a driver that does not know them goes on as it is."""
        # Most cameras deliver this size fast enough only compressed.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        knows_focus = capture.set(cv2.CAP_PROP_AUTOFOCUS, float(self._autofocus))
        focus = capture.get(cv2.CAP_PROP_AUTOFOCUS)
        wide, high = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        self.got = Got((int(wide), int(high)), focus > 0 if knows_focus and focus >= 0 else None)

    def _device(self) -> int | str:
        """What OpenCV opens. Raises `SourceTrouble` for a camera that is absent or busy."""
        if _is_path(self.name):
            _look(self.name)
            return self.name
        there = cameras.cameras()
        found = cameras.find(self._known, there) if self._known else None
        found = found or _numbered(self.name, there) or cameras.find(self.name, there)
        if found is None and self.name.isdecimal():
            # Some systems list none.
            if sys.platform == "linux":
                _look(f"/dev/video{self.name}")
            return int(self.name)
        if found is None:
            raise SourceTrouble(Trouble.ABSENT)
        if found.trouble:
            raise SourceTrouble(found.trouble)
        self._known = found.name
        return found.path or found.number


def _numbered(camera: str, there: Sequence[CameraInfo]) -> CameraInfo | None:
    """The camera with this number or device; None where there is none."""
    return next((one for one in there if camera in (str(one.number), one.path)), None)


def _is_path(camera: str) -> bool:
    """Whether a camera was chosen by its device."""
    return camera.startswith("/dev/")


def _look(path: str) -> None:
    """Raise `SourceTrouble` for an absent or busy camera; OpenCV does not distinguish the two."""
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0)))
    except OSError as error:
        raise SourceTrouble(trouble_of(error)) from None


class Video:
    """A video file."""

    live = False

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def open(self) -> Frames:
        """Open it. Raises `UsageError` where it is not a video that can be read."""
        quiet()
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise UsageError("error.not_video", path=self._path)
        return _Captured(capture, live=False)

    def tried(self) -> None:
        """Nothing: a file is not tried again."""


def quiet() -> None:
    """Stop OpenCV's messages on standard error, also where it was loaded before its setting."""
    # OpenCV 5 and OpenCV 4 have different names for it.
    setter = getattr(getattr(cv2.utils, "logging", cv2), "setLogLevel")  # noqa: B009
    setter(0)


class _Captured:
    """An open camera or video."""

    def __init__(self, capture: cv2.VideoCapture, *, live: bool) -> None:
        self._capture = capture
        self._live = live
        self._rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
        self._number = 0
        self.seconds = 0.0

    def read(self) -> Picture | None:
        """The next frame; None at the end of a video. Raises `SourceTrouble` where a camera is gone."""
        try:
            fine, picture = self._capture.read()
        except cv2.error:
            fine, picture = False, None
        if not fine:
            if self._live:
                raise SourceTrouble(Trouble.LOST)
            return None
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        # Some files have no time stamps.
        self.seconds = stamp if stamp > 0 else self._number / self._rate
        self._number += 1
        return np.asarray(picture, np.uint8)

    def close(self) -> None:
        """Free the device."""
        self._capture.release()
