"""Bytes of files and pipes -> text: the one place of the tool that decides on an encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final, TextIO

from vaxpass.encoding.marks import MARKS, marked
from vaxpass_cli.errors import UsageError

# That of UTF-32 in big endian begins with NUL, as some hand scanners do: it is not waited for.
_MAY_COME_APART: Final = tuple(mark for mark, name in MARKS if name != "utf-32-be")
SAMPLE: Final = 512
"""Bytes that show an encoding without a mark."""
_LATIN: Final = 0.5


def encoding_of(data: bytes) -> str:
    """The encoding of a text by its mark, else by its first bytes: UTF-16 without a mark, or UTF-8."""
    found = marked(data)
    if found:
        return found
    sample = data[:SAMPLE]
    even, odd = sample[::2], sample[1::2]
    # Where most letters are Latin, every other byte is NUL, and none of the rest is.
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(odd) > 1 and zeros.count(0) > _LATIN * len(zeros) and all(others):
            return name
    return "utf-8"


def codec_of(data: bytes) -> str | None:
    """Python's name of the encoding by which a file is opened, so that a mark is no part of its text.

    None where nothing in its first bytes says what it is.

    >>> codec_of(b"\xff\xfea\0"), codec_of(b"a\0b\0"), codec_of(b"ab")
    ('utf-16', 'utf-16-le', None)
    """
    if marked(data) is None:
        found = encoding_of(data)
        return None if found == "utf-8" else found
    # These names stand for the encoding with its mark.
    name = encoding_of(data)
    return "utf-8-sig" if name == "utf-8" else name.removesuffix("-le").removesuffix("-be")


def text_of(data: bytes, errors: str = "replace") -> str:
    """The text of a file, without its mark. With `errors="strict"` it may raise `UnicodeDecodeError`.

    >>> text_of("HC1:".encode("utf-16")), text_of(b"\\xef\\xbb\\xbfHC1:")
    ('HC1:', 'HC1:')
    """
    return data.decode(encoding_of(data), errors).removeprefix("\ufeff")


def text_in(path: Path, data: bytes) -> str:
    """`text_of` for a file that must be text, with LF at the end of each line, whatever it had there.

    Raises `UsageError`, which names it.
    """
    try:
        return text_of(data, "strict").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise UsageError("error.not_utf8", path=path) from None


def open_text(path: Path) -> TextIO:
    """Open a file as text, in the encoding that its first bytes show, else as UTF-8.

    Line ends are kept. What is not in the encoding becomes U+FFFD.
    """
    with path.open("rb") as file:
        name = codec_of(file.read(SAMPLE)) or "utf-8"
    return path.open(encoding=name, errors="replace", newline="")


class Decoder:
    """Decodes bytes as they come; the first of them may be a mark.

    >>> decoder = Decoder()
    >>> decoder.decode(b"\\xff\\xfeH"), decoder.decode(b"\\0C\\0")
    ('', 'HC')
    """

    def __init__(self) -> None:
        self._begin = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def decode(self, data: bytes) -> str:
        """The characters that are complete."""
        if self._decoder is None:
            self._begin += data
            if any(mark.startswith(self._begin) and mark != self._begin for mark in _MAY_COME_APART):
                return ""
            name = encoding_of(self._begin)
            self._decoder = codecs.getincrementaldecoder(name)("replace")
            data, self._begin = self._begin, b""
        return self._decoder.decode(data).removeprefix("\ufeff")

    def rest(self) -> str:
        """The characters that are left at the end; U+FFFD for bytes that are no character."""
        if self._decoder is None:
            return self._begin.decode(errors="replace")
        return self._decoder.decode(b"", final=True)
