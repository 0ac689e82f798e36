"""Write files and folders so that they are complete or absent, lock them, and find that of settings."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from vaxpass_cli.errors import UsageError


def configuration() -> Path:
    """The user's folder for settings and trust lists of this tool. It may not exist yet."""
    return Path(platformdirs.user_config_dir("vaxpass", appauthor=False, roaming=True))


_OWN: Final = ".vaxpass"
"""What the names of files begin with that this tool makes for itself"""
UNFINISHED: Final = ".vaxpass-unfinished-"
"""What the names begin with of what is being written; the next write in the folder removes it."""
LOCK: Final = ".vaxpass-lock"
"""An empty file that is locked instead of its folder where folders can't be locked; it stays there."""
FOLDERS_LOCK: Final = os.name != "nt"
READABLE: Final = 0o644
"""The mode of files that everybody may read."""
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
OWNER_ONLY: Final = 0o600
"""The mode of files with personal data: only the owner may read them. Other files are public."""


def write(
    path: Path,
    pieces: Iterable[bytes | memoryview],
    *,
    size: int = 0,
    mode: int = READABLE,
) -> None:
    """Write a file whose new content does not depend on the old one: `Change.write`, locked."""
    with changing(path) as change:
        change.write(pieces, size=size, mode=mode)


@contextlib.contextmanager
def changing(path: Path) -> Iterator[Change]:
    """Hold the lock of a file while it is read, a new content is decided upon, and that is written.

    Else two programs that read the same state would each write theirs, and one change would be lost.
    What a link points to is replaced, not the link. The folder is made if need be.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(target.parent):
        yield Change(target)


@dataclass(frozen=True)
class Change:
    """The right to replace a file, from `changing`."""

    path: Path

    def write(
        self,
        pieces: Iterable[bytes | memoryview],
        *,
        size: int = 0,
        check: Callable[[Path], None] | None = None,
        mode: int = READABLE,
    ) -> None:
        """Write `pieces` to a file beside it, and rename that when all of it is on the disk.

        `size` is the number of bytes where it is known; `UsageError` is raised where the disk has less.
        `check` is called with the finished file before it is renamed. `mode` is as for chmod. Where
        anything is raised, also by `pieces` or `check`, the old file stays.
        """
        folder = self.path.parent
        _remove_unfinished(folder)
        if shutil.disk_usage(folder).free < size:
            raise UsageError("error.disk_full", folder=folder)
        handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
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
            unfinished.replace(self.path)
            sync_folder(folder)
        finally:
            unfinished.unlink(missing_ok=True)


def write_folder(
    path: Path, files: Mapping[str, bytes], *, private: Collection[str] = (), is_there: str
) -> None:
    """Write a new folder beside its place and move it there; an empty one that was there is replaced.

    With `private`, the names of files that only their owner may read, the folder is private too.
    Raises `UsageError(is_there)` where the folder is there and not empty, and `ValueError` for a name
    that is not a plain one, before anything is written.
    """
    if any(Path(name).name != name for name in files):
        raise ValueError("a name leads out of the folder")
    place = path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(place.parent):
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise UsageError(is_there, folder=path)
        _remove_unfinished(place.parent)
        beside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place.parent))
        try:
            for name, data in files.items():
                mode = OWNER_ONLY if name in private else READABLE
                with os.fdopen(os.open(beside / name, _NEW, mode), "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            # Some systems can't rename a folder to the name of an empty one.
            with contextlib.suppress(FileNotFoundError):
                place.rmdir()
            if not private:
                beside.chmod(0o755)  # it was made for its owner only
            beside.replace(place)
            sync_folder(place.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def private_folder(path: Path) -> None:
    """Make a folder for data of people, readable only for its owner; an empty one is made so.

    Raises `UsageError` where others may look into a folder that holds something.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "nt" or not path.stat().st_mode & 0o077:  # Windows has no such modes
        return
    if any(not each.name.startswith(_OWN) for each in path.iterdir()):
        raise UsageError("error.folder_of_others", folder=path)
    path.chmod(0o700)


def _remove_unfinished(folder: Path) -> None:
    """Remove what programs that were killed have left; the folder is locked, so none is at work."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive_lock(folder: Path, busy: UsageError | None = None) -> Iterator[None]:
    """Hold a lock of a folder that only one program can have at a time.

    Where another program has it, this one waits; with `busy` it raises that error
    instead. The system frees the lock of a program that ends.
    """
    from filelock import lock_descriptor  # noqa: PLC0415 - 30 ms, and most commands write nothing

    # Windows can't open folders: there a file in the folder is locked instead.
    place, flags = (folder, os.O_RDONLY) if FOLDERS_LOCK else (folder / LOCK, os.O_RDWR | os.O_CREAT)
    handle = os.open(place, flags, OWNER_ONLY)
    try:
        if not lock_descriptor(handle, blocking=busy is None) and busy is not None:
            raise busy
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, so that a new file survives a power cut.

    Does nothing on systems without such a call.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
