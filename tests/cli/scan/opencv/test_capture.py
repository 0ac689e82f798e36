"""Cameras and videos by OpenCV, as far as they can be tested without a camera."""

from __future__ import annotations

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest
from vaxpass_cli.errors import MissingLibrary, UsageError
from vaxpass_cli.scan.feeds import v4l2
from vaxpass_cli.scan.feeds.camera import SourceTrouble
from vaxpass_cli.scan.feeds.events import Trouble
from vaxpass_cli.scan.opencv.capture import Camera, Video

from tests.support.command import Run


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


@pytest.mark.skipif(not v4l2.supported(), reason="cameras are files on Linux only")
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


def test_a_listed_camera_that_is_gone_is_told_as_absent(tmp_path: Path) -> None:
    (tmp_path / "video9917").mkdir()
    (tmp_path / "video9917" / "name").write_text("Desk camera\n")
    (found,) = v4l2.cameras(tmp_path)
    assert (found.number, found.name, found.sizes) == (9917, "Desk camera", ())
    assert found.trouble is Trouble.ABSENT


def test_without_a_camera_the_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v4l2, "supported", lambda: True)
    monkeypatch.setattr(v4l2, "cameras", list)
    ran = run("cameras")
    assert (ran.code, ran.out) == (1, "No camera was found. Plug one in, and try again.\n")


def test_cameras_are_listed_with_their_sizes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    one = v4l2.CameraInfo(0, "/dev/video0", "Desk camera", ((1280, 720), (640, 480)))
    monkeypatch.setattr(v4l2, "supported", lambda: True)
    monkeypatch.setattr(v4l2, "cameras", lambda: [one])
    assert "1280x720, 640x480" in run("cameras").out
    assert '"sizes": ["1280x720", "640x480"]' in run("cameras", "--json").out


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("libGL.so.1: cannot open shared object file"), "libgl1"),
        (ModuleNotFoundError("No module named 'cv2'", name="cv2"), "[scan]'"),
        (ImportError("strange"), "strange"),
    ],
)
def test_what_opencv_lacks_is_told_with_how_to_install_it(error: ImportError, said: str) -> None:
    assert said in str(MissingLibrary.explain(error))
