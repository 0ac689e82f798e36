"""Writing files that are there whole or not at all, and the folder of the tool's settings."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import platformdirs

from vaxpass_cli.errors import UsageError


def configuration() -> Path:
    """The user's folder for settings and trust lists of this tool; it need not exist."""
    return Path(platformdirs.user_config_dir("vaxpass", appauthor=False, roaming=True))


_UNFINISHED: Final = ".vaxpass-unfinished-"
LOCK: Final = ".vaxpass-lock"
"""The file that stands for its folder where folders can't be locked; it stays, empty."""
FOLDERS_LOCK: Final = os.name != "nt"
_READABLE: Final = 0o644
OWNER_ONLY: Final = 0o600
"""For what holds personal data; what is written else is public."""


def write(
    path: Path,
    pieces: Iterable[bytes | memoryview],
    *,
    size: int = 0,
    check: Callable[[Path], None] | None = None,
    mode: int = _READABLE,
) -> None:
    """Write `pieces` beside `path`, and move the file there when all of it is on the disk.

    `size`: the bytes that it will need, where that is known; `UsageError` where the disk has less.
    `check`: looks at the finished file before it takes its place.
    `mode`: who may read it, as for chmod.
    Whatever is raised, by `pieces` and `check` too, the file that was there stays.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(folder):
        for left in folder.glob(f"{_UNFINISHED}*"):
            left.unlink(missing_ok=True)
        if shutil.disk_usage(folder).free < size:
            raise UsageError("error.disk_full", folder=folder)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                if hasattr(os, "fchmod"):  # Windows before Python 3.13 has none, nor such modes
                    os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            if check:
                check(unfinished)
            unfinished.replace(path)
            sync_folder(folder)
        finally:
            unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive_lock(folder: Path, busy: str | None = None) -> Iterator[None]:
    """Keep out every other program that asks for the lock of the same folder.

    It waits, or raises `UsageError` with the sentence `busy` where there is one. The system frees the
    lock of a program that dies.
    """
    from filelock import lock_descriptor  # noqa: PLC0415 - 30 ms, and most commands write nothing

    # Windows opens no folders: there a file in the folder stands for it.
    place, flags = (folder, os.O_RDONLY) if FOLDERS_LOCK else (folder / LOCK, os.O_RDWR | os.O_CREAT)
    handle = os.open(place, flags, OWNER_ONLY)
    try:
        if not lock_descriptor(handle, blocking=busy is None):
            raise UsageError(busy or "")
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a new one survives a power cut.

    Systems that have no such call are left alone.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
