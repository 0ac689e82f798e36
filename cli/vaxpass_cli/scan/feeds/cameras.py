"""The cameras of this machine, on every system, and which of them is meant by a name.

Linux lists them in files, Windows by Media Foundation, macOS by its own report. Elsewhere none are
listed; a number can still be opened.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass_cli.scan.feeds import media_foundation, v4l2
from vaxpass_cli.scan.feeds.events import Trouble

_LISTED: Final = Path("/sys/class/video4linux")
_REPORT: Final = ("/usr/sbin/system_profiler", "SPCameraDataType", "-json")
_LONGEST: Final = 10


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that was found.

    `number` is for OpenCV, and for --camera. `name` is for people and for the settings: it is the name
    that the system gives (`model`); where two cameras have the same, the place is added at which each
    is plugged in. `sizes` are in pixels (width, height), the largest first, and empty where the system
    does not tell them.
    """

    number: int
    path: str
    name: str
    sizes: tuple[tuple[int, int], ...] = ()
    trouble: Trouble | None = None
    model: str = ""
    place: str = ""


def cameras() -> list[CameraInfo]:
    """All cameras of this machine, by number. None is switched on; asking may take some seconds."""
    found = of_mac(_report_of_mac()) if sys.platform == "darwin" else of_linux()
    windows = enumerate(media_foundation.listed())
    return found or distinct([CameraInfo(n, "", name, place=at) for n, (name, at) in windows])


def find(chosen: str, there: Sequence[CameraInfo]) -> CameraInfo | None:
    """The camera that is meant by a name; None where it is not there.

    A camera may have been plugged in at another place since its name was noted. Where several fit, it
    is that with the lowest number.

    >>> one = CameraInfo(2, "", "Desk (1-2:1.0)", model="Desk", place="1-2:1.0")
    >>> two = CameraInfo(4, "", "Desk (1-3:1.0)", model="Desk", place="1-3:1.0")
    >>> find("Desk (1-3:1.0)", [one, two]).number, find("desk", [one, two]).number
    (4, 2)
    >>> find("Desk (1-7:1.0)", [two]).number, find("Front", [one, two])
    (4, None)
    """
    wanted = chosen.strip().casefold()
    ways: tuple[Callable[[CameraInfo], bool], ...] = (
        lambda one: one.name.casefold() == wanted,
        lambda one: one.model.casefold() == wanted,
        lambda one: bool(one.model) and wanted.startswith(f"{one.model.casefold()} ("),
    )
    return next((one for fits in ways for one in there if fits(one)), None)


def distinct(found: Sequence[CameraInfo]) -> list[CameraInfo]:
    """The same cameras, by number, with names of which no two are the same."""
    models = Counter(one.name for one in found)
    named = [
        dataclasses.replace(
            one,
            model=one.name,
            name=f"{one.name} ({one.place or one.number})" if models[one.name] > 1 else one.name,
        )
        for one in found
    ]
    return sorted(named, key=lambda one: one.number)


def of_linux(listed: Path = _LISTED) -> list[CameraInfo]:
    """All devices that deliver pictures, as the kernel lists them."""
    found = []
    for entry in listed.glob("video*") if listed.is_dir() else ():
        number = entry.name.removeprefix("video")
        path = f"/dev/{entry.name}"
        if not number.isdecimal():
            continue
        try:
            sizes, trouble = v4l2.sizes_of(path), None
        except OSError as error:
            sizes, trouble = (), v4l2.trouble_of(error)
        if sizes is None:
            continue
        try:
            name = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:  # it was unplugged meanwhile
            continue
        one = CameraInfo(int(number), path, name, sizes, trouble, place=_place(entry))
        found.append(one)
    return distinct(found)


def _place(entry: Path) -> str:
    """Where a camera is plugged in, such as `1-1.2:1.0`: the same however often it is unplugged."""
    place = (entry / "device").resolve().name if (entry / "device").exists() else ""
    try:
        within = (entry / "index").read_text(encoding="utf-8").strip()
    except OSError:
        within = "0"
    # One device may deliver pictures in several ways.
    return f"{place}/{within}" if place and within != "0" else place


def of_mac(report: bytes) -> list[CameraInfo]:
    """The cameras in a report of macOS, in JSON; OpenCV numbers them by their identifiers."""
    try:
        listed = json.loads(report)["SPCameraDataType"]
        each = sorted((str(one["spcamera_unique-id"]), str(one["_name"])) for one in listed)
    except (ValueError, KeyError, TypeError):
        return []
    return distinct([CameraInfo(n, "", name, place=place) for n, (place, name) in enumerate(each)])


def _report_of_mac() -> bytes:
    try:
        told = subprocess.run(_REPORT, capture_output=True, timeout=_LONGEST, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return told.stdout
