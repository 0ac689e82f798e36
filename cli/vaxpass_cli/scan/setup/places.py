"""Where the files for a desk may be: sticks that are plugged in, and the folders of the user."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Final

_MOUNTS: Final = Path("/proc/self/mounts")
_VOLUMES: Final = Path("/Volumes")
_STICKS: Final = re.compile(r"(/run)?/media(/[^/]+){1,2}|/mnt(/[^/]+)?")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_FOLDERS: Final = {"XDG_DOWNLOAD_DIR": "Downloads", "XDG_DESKTOP_DIR": "Desktop"}
_USER_DIR: Final = re.compile(r'^(XDG_\w+)="\$HOME/([^"]+)"$', re.MULTILINE)
_REMOVABLE: Final = 2
"""What Windows calls a stick or a card (DRIVE_REMOVABLE)"""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may hold lists: a stick, or a folder of the user."""

    path: Path
    name: str
    """What people call it: the name of the stick or of the folder"""
    removable: bool
    """Whether it is a stick, a card or another disk"""


def places(
    *, system: str = sys.platform, home: Path | None = None, mounts: Path = _MOUNTS
) -> tuple[Place, ...]:
    """The sticks that are plugged in, then the folders of the user that are there. Reads no content.

    `system` is as `sys.platform`, `home` the folder of the user, `mounts` the table of Linux.
    """
    if system == "win32":
        sticks = _drives()
    elif system == "darwin":
        sticks = (path for path in _listed(_VOLUMES) if not path.is_symlink())
    else:
        sticks = _mounted(mounts)
    found = [Place(path, path.name or str(path), removable=True) for path in sorted(set(sticks))]
    folders = dict.fromkeys(_of_user(home or Path.home()))
    found += [Place(path, path.name, removable=False) for path in folders if path.is_dir()]
    return tuple(found)


def _mounted(mounts: Path) -> Iterator[Path]:
    """Where sticks are mounted on Linux, by a desktop or by hand."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(" ")
        named = _OCTAL.sub(lambda match: chr(int(match[1], 8)), rest.partition(" ")[0])
        if _STICKS.fullmatch(named):
            yield Path(named)


def _listed(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []


def _drives() -> Iterator[Path]:
    """The removable drives of Windows."""
    import ctypes  # noqa: PLC0415 - only there

    type_of = getattr(ctypes, "windll").kernel32.GetDriveTypeW  # noqa: B009 - unknown elsewhere
    for letter in ascii_uppercase:
        if type_of(f"{letter}:\\") == _REMOVABLE:
            yield Path(f"{letter}:\\")


def _of_user(home: Path) -> Iterator[Path]:
    """Downloads and desktop, which have other names in other languages on Linux."""
    try:
        text = (home / ".config" / "user-dirs.dirs").read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""
    named = dict(_USER_DIR.findall(text))
    for variable, name in _FOLDERS.items():
        if variable in named:
            yield home / named[variable]
        yield home / name
