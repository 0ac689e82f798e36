"""Cameras and videos by OpenCV, as far as they can be tested without a camera."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from vaxpass_cli.errors import MissingLibrary, UsageError
from vaxpass_cli.scan.feeds import cameras, v4l2
from vaxpass_cli.scan.feeds.camera import SourceTrouble
from vaxpass_cli.scan.feeds.cameras import CameraInfo
from vaxpass_cli.scan.feeds.events import Tried, Trouble
from vaxpass_cli.scan.opencv.capture import Camera, Got, Video


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "three.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for level in (20, 120, 220):
        writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()
    return path


def test_a_video_gives_its_frames_in_order_with_their_times(video: Path) -> None:
    frames = Video(video).open()
    levels, times = [], []
    while (picture := frames.read()) is not None:
        levels.append(round(float(picture.mean()), -1))
        times.append(round(frames.seconds, 2))
    frames.close()
    assert levels == [20, 120, 220]
    assert times == [0.0, 0.1, 0.2]


def test_a_file_that_is_no_video_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rubbish.mp4"
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(UsageError, match="neither a video nor"):
        Video(path).open()
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")
def test_a_camera_that_is_not_there_is_absent(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceTrouble) as error:
        Camera("/dev/video-none").open()
    assert error.value.trouble is Trouble.ABSENT
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.EBUSY, Trouble.BUSY),
        (errno.EACCES, Trouble.BUSY),
        (errno.ENOENT, Trouble.ABSENT),
        (errno.ENODEV, Trouble.ABSENT),
    ],
)
def test_a_camera_in_use_is_told_from_one_that_is_not_there(number: int, trouble: Trouble) -> None:
    assert v4l2.trouble_of(OSError(number, "")) is trouble


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("libGL.so.1: cannot open shared object file"), "libgl1"),
        (ModuleNotFoundError("No module named 'cv2'", name="cv2"), "[scan]'"),
        (ImportError("strange"), "strange"),
    ],
)
def test_what_opencv_lacks_is_told_with_how_to_install_it(error: ImportError, said: str) -> None:
    assert said in str(MissingLibrary.explain(error, "opencv-python"))


class Driver:
    """A driver of cameras, as OpenCV gives it: `there` are those that can be opened."""

    def __init__(
        self, *there: int | str, focus: bool = True, size: tuple[int, int] = (640, 480)
    ) -> None:
        self.there = there
        self.opened: list[int | str] = []
        self._focus = focus
        self._values = {
            cv2.CAP_PROP_FRAME_WIDTH: float(size[0]),
            cv2.CAP_PROP_FRAME_HEIGHT: float(size[1]),
        }

    def __call__(self, device: int | str, *_: object) -> Driver:
        self.opened.append(device)
        return self

    def isOpened(self) -> bool:
        return self.opened[-1] in self.there

    def open(self, *_: object) -> bool:
        return self.isOpened()

    def set(self, what: int, value: float) -> bool:
        if what == cv2.CAP_PROP_AUTOFOCUS and self._focus:
            self._values[what] = value
            return True
        return False

    def get(self, what: int) -> float:
        return self._values.get(what, -1.0)

    def read(self) -> tuple[bool, None]:
        raise cv2.error("the driver is gone")

    def release(self) -> None:
        """Nothing is held."""


def plugged(monkeypatch: pytest.MonkeyPatch, *there: CameraInfo) -> None:
    monkeypatch.setattr(cameras, "cameras", lambda: cameras.distinct(there))


def test_a_camera_is_found_by_its_name_under_whatever_number(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver("/dev/video2", "/dev/video4")
    monkeypatch.setattr(cv2, "VideoCapture", driver)
    desk, lid = CameraInfo(2, "/dev/video2", "Desk camera"), CameraInfo(0, "/dev/video0", "Lid")
    camera = Camera("desk camera")
    plugged(monkeypatch, lid, desk)
    camera.open()
    plugged(monkeypatch, lid)
    with pytest.raises(SourceTrouble) as error:
        camera.open()
    assert error.value.trouble is Trouble.ABSENT
    assert camera.tried() == Tried("Desk camera", ("Lid",))
    plugged(monkeypatch, lid, CameraInfo(4, "/dev/video4", "Desk camera"))
    camera.open()
    assert driver.opened == ["/dev/video2", "/dev/video4"]
    assert camera.tried() == Tried("Desk camera", ("Lid",))


def test_a_camera_that_was_chosen_by_number_is_followed_to_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = Driver("/dev/video0", "/dev/video1", "/dev/video7")
    monkeypatch.setattr(cv2, "VideoCapture", driver)
    camera = Camera("0")
    plugged(monkeypatch, CameraInfo(0, "/dev/video0", "Desk camera"))
    camera.open()
    plugged(monkeypatch, CameraInfo(1, "/dev/video1", "Desk camera"))
    camera.open()
    plugged(monkeypatch, CameraInfo(0, "/dev/video0", "Another"))
    camera.open()
    assert driver.opened == ["/dev/video0", "/dev/video1", "/dev/video0"]


def test_without_any_camera_it_is_told_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch)
    for camera in ("Desk camera", "9917", "/dev/video9917"):
        with pytest.raises(SourceTrouble) as error:
            Camera(camera).open()
        assert error.value.trouble is Trouble.ABSENT
        assert Camera(camera).tried() == Tried(camera)


def test_a_camera_of_another_program_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, CameraInfo(0, "/dev/video0", "Desk camera", trouble=Trouble.BUSY))
    with pytest.raises(SourceTrouble) as error:
        Camera("0").open()
    assert error.value.trouble is Trouble.BUSY


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_what_a_driver_really_gives_is_known(
    known: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver("/dev/video0", focus=known)
    monkeypatch.setattr(cv2, "VideoCapture", driver)
    plugged(monkeypatch, CameraInfo(0, "/dev/video0", "Desk camera"))
    camera = Camera("0", 1280, 720, autofocus=wanted)
    frames = camera.open()
    assert camera.got == Got((640, 480), wanted if known else None)
    with pytest.raises(SourceTrouble) as error:
        frames.read()
    assert error.value.trouble is Trouble.LOST, "what OpenCV raises must not stop the desk"
