"""The encoding of a text file of an office: found by its bytes, or as `--encoding` says.

A byte order mark decides, and so do the zeros of UTF-16. Text that is valid UTF-8 is UTF-8; its letters
may be damaged all the same, because a program took older bytes for Latin ones, or read UTF-8 twice. All
other bytes are windows-1258, TCVN3 or VNI: the one that makes Vietnamese syllables of their words.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass.encoding.vietnamese import Misreading, is_syllable, latin, misreading_of, reread
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings

_BLOCK_BYTES: Final = 1 << 20
_SAMPLE_BLOCKS: Final = 4
"""Blocks with letters beyond ASCII that are looked at; those without do not count"""
_SAMPLE_LINES: Final = 5_000
_JUDGED_LINES: Final = 1_000
_FEW_LINES: Final = 2
"""So many lines that are not UTF-8 are set aside, whatever their share"""
_SHARE_UNREADABLE: Final = 0.1
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LOST: Final = re.compile(rb"[A-Za-z]\?[A-Za-z]")
_NAMES: Final = {
    Misreading.WINDOWS_1258: "windows-1258",
    Misreading.TCVN3: "TCVN3 (.VnTime)",
    Misreading.VNI: "VNI",
    Misreading.UTF8_TWICE: "utf-8-twice",
}


class Encoding(NamedTuple):
    """How the bytes of a file become text."""

    codec: str
    """Python's name; `latin-1` for 8-bit bytes that `was` reads"""
    was: Misreading | None = None
    """What the letters were, where they have to be read again, cell by cell"""
    mixed: bool = False
    """Whether other cells are right: one whose words are syllables stays"""

    @property
    def name(self) -> str:
        """Its name for people; as an option too, but for the name of a font in brackets."""
        return _NAMES[self.was] if self.was else self.codec.removesuffix("-sig")

    @property
    def is_plain(self) -> bool:
        """Whether it is UTF-8, and nothing has to be read again."""
        return self.was is None and self.codec in ("utf-8", "utf-8-sig")

    def cell(self, text: str) -> str:
        """A cell that was decoded with `codec`, as it is meant."""
        if text.isascii():
            return text
        if self.was is None:
            return text
        if self.mixed and all(map(is_syllable, _LETTERS.findall(text))):
            return text
        western = latin(text.encode("latin-1")) if self.codec == "latin-1" else text
        found = reread(western, self.was)
        return normalize("NFC", western) if found is None else found


def named(encoding: str) -> Encoding:
    """The encoding that an option names. Raises `UsageError` for an unknown one.

    >>> named("windows-1258").name, named("TCVN3").was.value
    ('windows-1258', 'tcvn3')
    """
    plain = encoding.strip().casefold()
    for was in (Misreading.TCVN3, Misreading.VNI, Misreading.UTF8_TWICE):
        if plain == was.value:
            return Encoding("utf-8" if was is Misreading.UTF8_TWICE else "latin-1", was)
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name).decode(found.name)
    except (LookupError, UnicodeError):
        raise UsageError("error.no_encoding", name=encoding) from None
    if found.name == "cp1258":
        return Encoding("latin-1", Misreading.WINDOWS_1258)
    return Encoding("utf-8" if found.name in ("utf-8", "utf-8-sig", "ascii") else found.name)


def find(path: Path, given: str | None) -> Encoding:
    """The encoding of a file; `given` is that of the option.

    A mark, or bytes that are plainly UTF-16 or UTF-8, count before the option: one option is for two
    files. Raises `UsageError` where bytes are no text in any encoding that is known here.
    """
    said = named(given) if given else None
    with path.open("rb") as file:
        marked = encodings.codec_of(file.read(encodings.SAMPLE))
    if marked and not marked.startswith("utf-8"):
        return Encoding(marked)
    lines = _lines_beyond_ascii(path)
    utf8 = [line for line in lines if _is_utf8(line)]
    mark = marked or "utf-8"
    if lines and len(utf8) * 2 >= len(lines) and (said is None or said.codec in ("utf-8", "latin-1")):
        # Every so many lines: a list may have been put together of several.
        chosen = utf8[:: 1 + len(utf8) // _JUDGED_LINES]
        texts = [line.decode().removeprefix("\ufeff") for line in chosen]
        if said is None:
            return _as_utf8(mark, texts)
        fits = said.was is not None and _share(texts, said.was) > _HALF
        return Encoding(mark, said.was) if fits else Encoding(mark)
    if said is not None:
        return said
    if not lines:
        return Encoding(mark)
    was = misreading_of(latin(line) for line in lines)
    if was is not None and was is not Misreading.UTF8_TWICE:
        return Encoding("latin-1", was)
    if sum(bool(_LOST.search(line)) for line in lines) > _SHARE_UNREADABLE * len(lines):
        # A program has put question marks for most letters: the names will tell.
        return Encoding("latin-1", Misreading.WINDOWS_1258)
    if len(lines) > _FEW_LINES and len(lines) > _SHARE_UNREADABLE * _count_lines(path):
        raise UsageError("error.encoding.unknown", path=path, line=_first_not_utf8(path))
    return Encoding(mark)


def _as_utf8(codec: str, texts: Sequence[str]) -> Encoding:
    """UTF-8 as it is, or with letters to read again: all of them, or those of some cells."""
    cells = [cell for text in texts for cell in _SEPARATORS.split(text) if not cell.isascii()]
    western = [cell for cell in cells if _WESTERN.issuperset(cell)]
    was = misreading_of(western)
    if was is not None and len(western) >= _SHARE_MIXED * len(cells):
        return Encoding(codec, was, mixed=len(western) < len(cells))
    return Encoding(codec, misreading_of(texts))


_WESTERN: Final = frozenset(map(chr, range(256))) | frozenset(latin(bytes(range(256))))
_SEPARATORS: Final = re.compile("[,;\t|]")
_SHARE_MIXED: Final = 0.2
"""Where fewer cells are damaged, each record is told so, and none is read again"""
_HALF: Final = 0.5


def _share(texts: Sequence[str], was: Misreading) -> float:
    """The share of texts that can be read again so."""
    return sum(reread(text, was) is not None for text in texts) / len(texts)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines_beyond_ascii(path: Path) -> list[bytes]:
    """Lines with bytes beyond ASCII, from the first blocks that have any."""
    found: list[bytes] = []
    blocks = 0
    rest = b""
    with path.open("rb") as file:
        while blocks < _SAMPLE_BLOCKS and len(found) < _SAMPLE_LINES:
            block = file.read(_BLOCK_BYTES)
            if not block:
                break
            blocks += not block.isascii()
            lines = (rest + block).replace(b"\r", b"\n").split(b"\n")
            rest = lines.pop() if len(lines) > 1 or len(rest) < _BLOCK_BYTES else b""
            found += [line for line in lines if not line.isascii()]
        else:
            rest = b""  # it may end within a character
    return [*found, rest] if not rest.isascii() else found


def _count_lines(path: Path) -> int:
    count = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            count += max(block.count(b"\n"), block.count(b"\r"))
    return count


def _first_not_utf8(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not _is_utf8(line):
                return number
    return 1
