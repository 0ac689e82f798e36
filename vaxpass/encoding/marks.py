"""Byte order marks at the beginning of a text: which encoding they name, and the text without them.

Editors and shells of Windows write such marks.
"""

from __future__ import annotations

import codecs
from typing import Final

__all__ = ["MARKS", "marked", "unmarked"]

MARKS: Final = (
    # UTF-32 first: its mark of little endian begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Each mark, and the encoding that it names."""


def marked(data: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names; None where there is no mark.

    >>> marked(b"\\xff\\xfeH\\0C\\0"), marked(b"HC1:")
    ('utf-16-le', None)
    """
    return next((name for mark, name in MARKS if data.startswith(mark)), None)


def unmarked(data: bytes) -> bytes:
    """The bytes of a text with a mark as UTF-8 without one; all other bytes as they are.

    So is what is not the text that its mark says.

    >>> unmarked(b"\\xef\\xbb\\xbf{}"), unmarked("{}".encode("utf-16")), unmarked(b"0\\x82")
    (b'{}', b'{}', b'0\\x82')
    """
    found = marked(data)
    if found is None:
        return data
    try:
        return data.decode(found).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError:
        return data
