"""Cameras and videos by OpenCV."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from vaxpass import printable
from vaxpass_cli.failure import Wrong
from vaxpass_cli.scan.camera import Frames, SourceTrouble
from vaxpass_cli.scan.events import Picture, Trouble

# What a camera's driver says on standard error is no news: the desk says it in words.
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
# The watchdog is quicker than the system, which waits for ten seconds.
_WAIT: Final = 2000
_USUAL: Final = ((640, 480), (1280, 720), (1920, 1080))


class Camera:
    """A camera by its number or device; `width` x `height` is asked for, it may give another size."""

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
            # Not every interface knows the time limit.
            capture.open(self._camera, interface)
        if not capture.isOpened():
            raise SourceTrouble(Trouble.ABSENT)
        # Only compressed do most cameras deliver this size fast enough.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        capture.set(cv2.CAP_PROP_AUTOFOCUS, 1)
        return _Captured(capture, live=True)

    def _look(self) -> None:
        """Tell a camera that is not there from one that is in use, which OpenCV does not."""
        path = f"/dev/video{self._camera}" if isinstance(self._camera, int) else self._camera
        try:
            os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
        except OSError as error:
            taken = error.errno in (errno.EBUSY, errno.EACCES, errno.EPERM)
            raise SourceTrouble(Trouble.BUSY if taken else Trouble.ABSENT) from None


class Video:
    """A video file."""

    live = False

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def open(self) -> Frames:
        """Open it. Raises `Wrong` where it is no video that can be read."""
        quiet()
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise Wrong(f"{self._path}: this is neither a video nor another file that can be read.")
        return _Captured(capture, live=False)


def quiet() -> None:
    """No messages of OpenCV on standard error."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class _Captured:
    """A camera or a video that is open."""

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


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera of this machine; no sizes where it could not be opened."""

    number: int
    device: str
    name: str
    sizes: tuple[tuple[int, int], ...]


def found_cameras(*, sizes: bool) -> list[FoundCamera]:
    """All cameras that the system knows, or answer to the first numbers where it does not tell."""
    quiet()
    found = []
    for number in _numbers():
        about = Path(f"/sys/class/video4linux/video{number}/name")
        name = about.read_text(encoding="utf-8", errors="replace").strip() if about.exists() else ""
        accepted = _sizes(number) if sizes or sys.platform != "linux" else ()
        if sys.platform == "linux" or accepted:
            device = f"/dev/video{number}" if sys.platform == "linux" else ""
            found.append(FoundCamera(number, device, printable(name), accepted))
    return found


def _numbers() -> list[int]:
    if sys.platform != "linux":
        return list(range(4))
    devices = Path("/dev").glob("video*")
    return sorted(int(path.name[5:]) for path in devices if path.name[5:].isdecimal())


def _sizes(number: int) -> tuple[tuple[int, int], ...]:
    """Of the usual sizes those that a camera takes."""
    capture = cv2.VideoCapture(number, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)
    taken = []
    if capture.isOpened():
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        for size in _USUAL:
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
            got = (
                int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            )
            if got not in taken:
                taken.append(got)
    capture.release()
    return tuple(taken)
