"""Revocation stores in files: mapped into memory for reading, replaced as a whole for writing."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vaxpass.revocation import RevocationError, RevocationStore
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic

_SMALL: Final = 128


class MappedFile:
    """A file that is mapped into memory, of which only the often used parts become resident.

    The tables of a store, about a hundredth of it, are read through the mapping. The entries are read
    by their position instead, where the system can do that: each look-up uses other pages, and with the
    mapping all of them would count as memory of this program while it runs.
    """

    def __init__(self, path: Path, start: int = 0, size: int | None = None) -> None:
        """Map a file, or `size` bytes of it from `start` on: a store may be a part of a bundle."""
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._file = os.dup(file.fileno()) if hasattr(os, "pread") else None
        self._start = start
        self._size = len(self._map) - start if size is None else size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        first = self._start + part.start
        last = self._start + min(part.stop, self._size)
        if last - first <= _SMALL or self._file is None:
            return self._map[first:last]
        return os.pread(self._file, last - first, first)

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            os.close(self._file)  # type: ignore[arg-type]


def load(path: Path) -> RevocationStore:
    """Open a store. Raises `UsageError` where the file is not a store."""
    try:
        return RevocationStore(MappedFile(path))
    except FileNotFoundError:
        raise UsageError("error.no_file", path=path) from None
    except IsADirectoryError:
        raise UsageError("error.folder_not_store", path=path) from None
    except RevocationError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None
    except ValueError:  # what mmap says of an empty file
        raise UsageError("error.not_store", path=path) from None


def write(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a store, complete or not at all; gives its size in bytes.

    Programs that have the old file open go on reading that. Where writing fails, no file is left.
    """
    if path.is_dir():
        raise UsageError("error.folder_for_store", path=path)
    target = path.resolve()  # what a link points to is replaced, not the link
    if not target.parent.is_dir():
        raise UsageError("error.no_folder", path=path.parent)
    atomic.write(target, pieces)
    return target.stat().st_size
