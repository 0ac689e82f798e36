"""Read the files of published lists: one file, a folder, or a zip, whose work is bounded."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from vaxpass.encoding import marks
from vaxpass_cli.errors import UsageError

Contents: TypeAlias = Mapping[str, bytes]
"""The content of each file by its path"""

_LARGEST: Final = 4 * 1024 * 1024 * 1024
_LARGEST_ZIP: Final = 1024 * 1024 * 1024
_LARGEST_IN_ZIP: Final = 256 * 1024 * 1024
_MOST_IN_ZIP: Final = 100_000
_RATIO: Final = 100
"""How many times as large as the zip its files may be; lists of hashes become hardly smaller"""
_SMALL: Final = 16 * 1024 * 1024
"""Bytes that the files of every zip may have"""


class _Files(Mapping[str, bytes]):
    """Files that are read when they are asked for."""

    def __init__(self, names: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._names = dict.fromkeys(sorted(names))
        self._read = read

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def contents(path: Path) -> Iterator[tuple[str, Contents]]:
    """A source's name and its files. Raises `UsageError` where there are none, or too large ones."""
    if path.is_dir():
        names = [p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()]
        if not names:
            raise UsageError("error.folder_empty", path=path)
        yield str(path), _Files(names, lambda name: _read_list(path / name))
    elif not path.exists():
        raise UsageError("error.no_file_or_folder", path=path)
    elif zipfile.is_zipfile(path):
        with _zip(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            yield str(path), _Files(names, lambda name: _from_zip(archive, name, path))
    else:
        yield str(path), _Files([path.name], lambda _: _read_list(path))


def _read_list(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise UsageError("error.list_too_large", path=path)
    return marks.unmarked(path.read_bytes())


def _zip(path: Path) -> zipfile.ZipFile:
    """Open a zip whose files, together, are not too many and not too large."""
    size = path.stat().st_size
    if size > _LARGEST_ZIP:
        raise UsageError("error.list_too_large", path=path)
    try:
        archive = zipfile.ZipFile(path)
    except Exception:
        raise UsageError("error.archive_unreadable", path=path) from None
    # No file gives more than it states here.
    stated = [member.file_size for member in archive.infolist()]
    if (
        len(stated) > _MOST_IN_ZIP
        or max(stated, default=0) > _LARGEST_IN_ZIP
        or sum(stated) > min(_LARGEST, max(_SMALL, _RATIO * size))
    ):
        archive.close()
        raise UsageError("error.archive_too_large", path=path)
    return archive


def _from_zip(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        return archive.read(name)
    except Exception:
        raise UsageError("error.archive_unreadable", path=path) from None
