"""Cameras as systems list them, each with a name of its own that it keeps at its place."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest
from vaxpass_cli.scan import start
from vaxpass_cli.scan.feeds import cameras, v4l2
from vaxpass_cli.scan.feeds.cameras import CameraInfo, find, of_linux, of_mac
from vaxpass_cli.scan.feeds.events import InTrouble, Tried, Trouble
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.settings import Settings

from tests.support.command import Run

SIZES = ((1280, 720), (640, 480))


def plug(system: Path, number: int, name: str, place: str, index: int = 0) -> Path:
    """A camera as the kernel lists it, at a place such as 1-1.2:1.0."""
    device = system / "devices" / place
    entry = system / "video4linux" / f"video{number}"
    for folder in (device, entry):
        folder.mkdir(parents=True, exist_ok=True)
    (entry / "name").write_text(f"{name}\n")
    (entry / "index").write_text(f"{index}\n")
    (entry / "device").symlink_to(device)
    return entry.parent


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every device is a camera; those from number 90 on only tell something about pictures."""
    monkeypatch.setattr(v4l2, "sizes_of", lambda path: None if path[10:] >= "90" else SIZES)


@pytest.mark.usefixtures("answering")
def test_linux_lists_cameras_by_number(tmp_path: Path) -> None:
    plug(tmp_path, 10, "Desk camera", "1-2:1.0")
    plug(tmp_path, 90, "Desk camera", "1-2:1.0", index=1)
    listed = plug(tmp_path, 2, "Lid", "1-1:1.0")
    assert of_linux(listed) == [
        CameraInfo(2, "/dev/video2", "Lid", SIZES, None, "Lid", "1-1:1.0"),
        CameraInfo(10, "/dev/video10", "Desk camera", SIZES, None, "Desk camera", "1-2:1.0"),
    ]


@pytest.mark.usefixtures("answering")
def test_two_cameras_of_one_name_are_told_apart_by_where_they_are_plugged_in(tmp_path: Path) -> None:
    plug(tmp_path, 0, "Desk camera", "1-2:1.0")
    plug(tmp_path, 2, "Desk camera", "1-3:1.0")
    listed = plug(tmp_path, 3, "Desk camera", "1-3:1.0", index=1)
    names = ["Desk camera (1-2:1.0)", "Desk camera (1-3:1.0)", "Desk camera (1-3:1.0/1)"]
    found = of_linux(listed)
    assert [one.name for one in found] == names
    assert [find(name, found) for name in names] == found
    assert find("Desk camera", found) == found[0]
    assert find("Desk camera (1-9:1.0)", found[1:]) == found[1], "it was plugged in elsewhere"
    assert find("Desk", found) is None
    assert find("", found) is None


def test_a_listed_camera_that_is_gone_is_told_as_absent(tmp_path: Path) -> None:
    (found,) = of_linux(plug(tmp_path, 9917, "Desk camera", "1-2:1.0"))
    assert (found.number, found.name, found.sizes) == (9917, "Desk camera", ())
    assert found.trouble is Trouble.ABSENT


def test_macos_numbers_cameras_by_their_identifiers() -> None:
    report = {
        "SPCameraDataType": [
            {"_name": "FaceTime HD Camera", "spcamera_unique-id": "47B4B64B70674B9CAD2BAE273A71F4B5"},
            {"_name": "Desk camera", "spcamera_unique-id": "0x1420000046d082d"},
        ]
    }
    found = of_mac(json.dumps(report).encode())
    assert [(one.number, one.name) for one in found] == [(0, "Desk camera"), (1, "FaceTime HD Camera")]
    for broken in (b"", b"{}", b"[]", b'{"SPCameraDataType": [{}]}'):
        assert of_mac(broken) == []


def test_without_a_camera_the_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "cameras", list)
    ran = run("cameras")
    assert (ran.code, ran.out) == (1, "No camera was found. Plug one in, and try again.\n")


def test_cameras_are_listed_with_their_sizes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = CameraInfo(2, "/dev/video2", "Lid", trouble=Trouble.BUSY)
    found = [CameraInfo(0, "/dev/video0", "Desk camera", SIZES), busy]
    monkeypatch.setattr(cameras, "cameras", lambda: found)
    told = run("cameras").out
    assert "1280x720, 640x480" in told
    assert "use" in told.splitlines()[-2]
    assert '"sizes": ["1280x720", "640x480"]' in run("cameras", "--json").out


def test_a_window_without_opencv_says_that_cameras_can_not_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vaxpass_cli.scan.opencv.capture", None)
    monkeypatch.setattr(start, "MissingLibrary", ImportError)
    chosen = Settings(camera="Lid")
    with closing(start.feed_of(chosen, Keyboard(), paced=True, in_window=True)) as feed:
        assert feed.poll(0) == InTrouble(Trouble.UNUSABLE, Tried("Lid"))
        assert feed.poll(0) is None
    with pytest.raises(ImportError):
        start.feed_of(chosen, Keyboard(), paced=True)
