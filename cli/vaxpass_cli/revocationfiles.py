"""SOURCE of `vaxpass revocation import` -> files by name: of a folder, a zip, or a file alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from vaxpass_cli.failure import Wrong

Contents: TypeAlias = Mapping[str, bytes]

_LARGEST: Final = 4 * 1024 * 1024 * 1024
_LARGEST_IN_ZIP: Final = 256 * 1024 * 1024


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
    """A source's name and its files. Raises `Wrong` where there are none."""
    if path.is_dir():
        names = [p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()]
        if not names:
            raise Wrong(f"{path}: the folder holds no files.")
        yield str(path), _Files(names, lambda name: _read(path / name))
    elif not path.exists():
        raise Wrong(f"{path}: there is no such file or folder.")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            yield str(path), _Files(names, lambda name: _from_zip(archive, name, path))
    else:
        yield str(path), _Files([path.name], lambda _: _read(path))


def _read(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise Wrong(f"{path}: the file is larger than any list.")
    return path.read_bytes()


def _from_zip(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    # Sizes in an archive are what it says of itself; so no more is read than is allowed.
    try:
        with archive.open(name) as file:
            data = file.read(_LARGEST_IN_ZIP + 1)
    except Exception:
        raise Wrong(f"{path}: the archive can't be read. Nothing was written.") from None
    if len(data) > _LARGEST_IN_ZIP:
        raise Wrong(f"{path}: a file in the archive is larger than any list. Nothing was written.")
    return data
