"""A file as bytes that are read where they are asked for, however large it is."""

from __future__ import annotations

import mmap
import os
from pathlib import Path


class FileBytes:
    """The bytes of a file, or of a part of it, of which only what is asked for is read.

    It is not mapped into memory where the system can read at a position: another program may cut a
    mapped file short, and then reading it would end this one without a word. Like this the bytes are
    missing, which whoever reads them notices. Windows does not let a mapped file be cut.
    """

    def __init__(self, path: Path, start: int = 0, size: int | None = None) -> None:
        """Open a file, or `size` bytes of it from `start` on: a store may be a part of a bundle."""
        self._file: int | None = None
        self._map: mmap.mmap | None = None
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size
            if hasattr(os, "pread"):
                self._file = os.dup(file.fileno())
            elif length:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._start = start
        self._size = max(length - start, 0) if size is None else size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        """The bytes from `start` to `stop`; fewer where the file has been cut short."""
        begin, stop, _ = part.indices(self._size)
        first, count = self._start + begin, max(stop - begin, 0)
        if self._file is not None:
            return os.pread(self._file, count, first)
        return b"" if self._map is None else self._map[first : first + count]

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)
