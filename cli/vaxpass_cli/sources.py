"""INPUT of a command -> texts, each with a name that tells where it came from.

A name never holds the text itself: it is printed, and the text is personal data.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.prefix import PREFIX
from vaxpass_cli import pictures
from vaxpass_cli.failure import Wrong

STANDARD_INPUT: Final = "-"
_LARGEST: Final = 64 * 1024 * 1024
_IN_FOLDERS: Final = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".txt")
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text to judge, or why there is none: `picture.no_code`, `picture.unreadable`, `text.none`."""

    name: str
    text: str | None
    problem: str | None = None


def find(inputs: Iterable[str]) -> Iterator[Source]:
    """The texts of all inputs, in order. Raises `Wrong` for one that does not exist."""
    listed = list(inputs)
    for given in listed:
        if not _is_text(given) and given != STANDARD_INPUT and not Path(given).exists():
            raise Wrong(f"{given}: there is no such file or folder.")
    for number, given in enumerate(listed, 1):
        if _is_text(given):
            yield Source(f"text {number}" if len(listed) > 1 else "text", given)
        elif given == STANDARD_INPUT:
            yield from _from_bytes(STANDARD_INPUT, sys.stdin.buffer.read(_LARGEST + 1))
        elif Path(given).is_dir():
            yield from _from_folder(Path(given))
        else:
            yield from _from_file(Path(given))


def _is_text(given: str) -> bool:
    return given.lstrip().startswith(PREFIX)


def _from_folder(folder: Path) -> Iterator[Source]:
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _IN_FOLDERS and p.is_file())
    if not files:
        raise Wrong(f"{folder}: the folder holds no pictures and no text files.")
    for path in files:
        yield from _from_file(path)


def _from_file(path: Path) -> Iterator[Source]:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    yield from _from_bytes(str(path), data)


def _from_bytes(name: str, data: bytes) -> Iterator[Source]:
    if len(data) > _LARGEST:
        raise Wrong(f"{name}: the file is too large to hold health passports.")
    if pictures.is_picture(data):
        yield from _from_picture(name, data)
    else:
        yield from _from_lines(name, data)


def _from_picture(name: str, data: bytes) -> Iterator[Source]:
    try:
        texts = pictures.texts(data)
    except pictures.UnreadablePicture:
        yield Source(name, None, "picture.unreadable")
        return
    # Beside a passport there may be codes of other things, such as a link; they are not meant.
    passports = [text for text in texts if text.startswith(PREFIX)] or texts
    if not passports:
        yield Source(name, None, "picture.no_code")
    for number, text in enumerate(passports, 1):
        yield Source(f"{name}#{number}" if len(passports) > 1 else name, text)


def _from_lines(name: str, data: bytes) -> Iterator[Source]:
    content = data.decode("utf-8-sig", errors="replace")
    lines = [(n, line) for n, line in enumerate(content.split("\n"), 1) if line.strip()]
    if not lines:
        yield Source(name, None, "text.none")
    for number, line in lines:
        text = line.rstrip("\r")
        yield Source(f"{name}:{number}" if len(lines) > 1 else name, text)
