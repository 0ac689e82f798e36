"""Where the tool's own files are, in the places that each system has for them.

TODO-MERGED: Writing a file so that at any moment the old one or the new one is there, whole."""

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
    """Write `pieces` beside `path` and put the result in its place when all of it is on the disk.

    `size` is how much room is needed, where it is known before. `check` looks at the finished file
    before it takes its place. `mode` is who may read it. On any error, and on one from `pieces` or
    `check`, the old file stays.
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
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            if check:
                check(unfinished)
            unfinished.replace(path)
            sync_folder(folder)
        finally:
            unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive_lock(folder: Path, busy: UsageError | None = None) -> Iterator[None]:
    """Only one program at a time; the system frees the lock of one that was killed.

    A second one waits, or `busy` is raised where it is given.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            if busy is None:
                raise
            raise busy from None
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can be asked to."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
