"""What kind of file bytes are, told by the bytes: endings of names are wrong, missing and many."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from vaxpass.documents import CONTROLS
from vaxpass_cli.io import encodings, images


class Kind(Enum):
    """The kinds of files that are read in different ways."""

    PICTURE = auto()
    SVG = auto()
    PDF = auto()
    ZIP = auto()
    PARQUET = auto()
    MAIL = auto()
    MARKUP = auto()
    """HTML and other XML"""
    TEXT = auto()
    OTHER = auto()
    """A program, a sound, a document of an office program: nothing that is read here"""


PARQUET: Final = b"PAR1"
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024
_SAMPLE: Final = 65_536
_HEAD: Final = 4_096
_MOST_CONTROLS: Final = 0.005
_MOST_NULS: Final = 0.05
_CONTROLS: Final = bytes(
    code for code in (*range(32), 127) if code not in b"\t\n\v\f\r\x1b" + CONTROLS.encode()
)
_OTHERS: Final = (
    *(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh"),
    *(
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
        b"\xd0\xcf\x11\xe0",
        b"OggS",
        b"ID3",
        b"fLaC",
        b"\x1aE\xdf\xa3",
    ),
)
_PICTURES: Final = (
    *(
        b"\0\0\0\x0cjP  ",
        b"8BPS",
        b"\0\0\1\0",
        b"\0\0\2\0",
        b"\xff\x0a",
        b"\0\0\0\x0cJXL ",
        b"gimp xcf",
        b"\x59\xa6\x6a\x95",
    ),
    *(b"SIMPLE  =", b"\x0a\x05\x01\x08", b"qoif", b"DDS ", b"IIU\0", b"#?RADIANCE"),
)
"""Beginnings of pictures that are not in everyday use; whether they can be read, `images` says."""
_NETPBM: Final = re.compile(rb"P[1-7]\s+(#[^\n]*\n\s*)*\d")
_RAW: Final = re.compile(rb"....ftyp(avci|crx )", re.S)
_HEADER: Final = re.compile(rb"[!-9;-~]{1,76}:[ \t]?[^\r\n]*(\r?\n[ \t][^\r\n]*)*\r?\n")
_OF_MAIL: Final = re.compile(
    rb"(?im)^(from|to|cc|subject|received|return-path|mime-version|message-id|delivered-to|date"
    rb"|content-type|reply-to|sender|x-[a-z-]+):"
)
_BEFORE_MARKUP: Final = re.compile(r"\s*(?:<\?xml[^>]*>|<!--.*?-->)", re.I | re.S)
_MARKUP: Final = re.compile(r"\s*<(?:!doctype\s+)?([a-z][\w:.-]*)", re.I)


def of(data: bytes) -> Kind:
    """The kind of a file.

    >>> of(b"%PDF-1.7"), of(b"Attached is %PDF-1.4"), of(b"MZ\\x90\\0")
    (<Kind.PDF: 3>, <Kind.TEXT: 8>, <Kind.OTHER: 9>)
    """
    if images.is_picture(data) and (data[:2] != b"BM" or not _is_text(data)):
        return Kind.PICTURE
    if data.startswith(_PICTURES) or _NETPBM.match(data[:_HEAD]) or _RAW.match(data):
        return Kind.PICTURE
    if data.startswith(_PDF):
        return Kind.PDF
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return Kind.ZIP
    if data.startswith(PARQUET):
        return Kind.PARQUET
    if data[:2] == b"MZ" and _is_text(data):
        return Kind.TEXT
    if data.startswith(_OTHERS) or not _is_text(data):
        # Some programs write something before the header; in a text it is only mentioned.
        return Kind.PDF if _PDF in data[:_PDF_WITHIN] else Kind.OTHER
    if _PDF in data[:_PDF_WITHIN] and not data[: data.index(_PDF)].strip():
        return Kind.PDF
    return _of_text(data)


def _of_text(data: bytes) -> Kind:
    if _is_mail(data):
        return Kind.MAIL
    text = encodings.text_of(data[:_SAMPLE], "ignore")
    place = 0
    while comment := _BEFORE_MARKUP.match(text, place):
        place = comment.end()
    found = _MARKUP.match(text, place)
    if not found:
        return Kind.TEXT
    return Kind.SVG if found[1].lower().rpartition(":")[2] == "svg" else Kind.MARKUP


def _is_mail(data: bytes) -> bool:
    """Whether a text begins with headers of a mail, at least two, and then a blank line."""
    data = data[:_SAMPLE]
    place = data.index(b"\n") + 1 if data.startswith(b"From ") and b"\n" in data else 0
    begin = place
    while header := _HEADER.match(data, place):
        place = header.end()
    ended = data[place : place + 2] in (b"\r\n",) or data[place : place + 1] == b"\n"
    return ended and len(_OF_MAIL.findall(data, begin, place)) > 1


def _is_text(data: bytes) -> bool:
    """Whether bytes are a text: with few control characters, apart from those of hand scanners."""
    if encodings.encoding_of(data) != "utf-8":
        return True
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls <= _MOST_CONTROLS * len(sample) and sample.count(0) <= max(
        3, _MOST_NULS * len(sample)
    )
