"""Cameras and videos, by OpenCV."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.feeds.camera import Frames, SourceTrouble
from vaxpass_cli.scan.feeds.events import Picture, Trouble
from vaxpass_cli.scan.feeds.v4l2 import CameraInfo, trouble_of

# Milliseconds; the system would wait for a frame for ten seconds.
_WAIT: Final = 2000
_USUAL: Final = ((1920, 1080), (1280, 720), (640, 480))
_MOST: Final = 4


class Camera:
    """A camera by its number or device. It may deliver another size than `width` x `height`."""

    live = True

    def __init__(self, camera: str, width: int = 1280, height: int = 720) -> None:
        self.name = f"camera {camera}"
        self._camera: int | str = int(camera) if camera.isdecimal() else camera
        self._size = width, height

    def open(self) -> Frames:
        """Open it. Raises `SourceTrouble` where it is absent or busy."""
        quiet()
        if sys.platform == "linux":
            self._look()
        interface = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
        capture = cv2.VideoCapture(self._camera, interface, [cv2.CAP_PROP_READ_TIMEOUT_MSEC, _WAIT])
        if not capture.isOpened():
            # Some interfaces do not know the time limit.
            capture.open(self._camera, interface)
        if not capture.isOpened():
            raise SourceTrouble(Trouble.ABSENT)
        # Most cameras deliver this size fast enough only compressed.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        capture.set(cv2.CAP_PROP_AUTOFOCUS, 1)
        return _Captured(capture, live=True)

    def _look(self) -> None:
        """Raise `SourceTrouble` for an absent or busy camera; OpenCV does not distinguish the two."""
        path = f"/dev/video{self._camera}" if isinstance(self._camera, int) else self._camera
        try:
            os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
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
        fine, picture = self._capture.read()
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


def cameras() -> list[CameraInfo]:
    """The cameras that answer to the first numbers, for systems that do not list theirs."""
    quiet()
    found = []
    for number in range(_MOST):
        capture = cv2.VideoCapture(number, cv2.CAP_ANY)
        if capture.isOpened():
            found.append(CameraInfo(number, "", f"camera {number}", tuple(_sizes(capture))))
        capture.release()
    return found


def _sizes(capture: cv2.VideoCapture) -> list[tuple[int, int]]:
    """Which of the usual sizes a camera delivers."""
    taken = []
    for width, height in _USUAL:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        got = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if got not in taken:
            taken.append(got)
    return taken
