"""Numbers as people and spreadsheets write them -> their digits."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

from vaxpass.identity.letters import APOSTROPHES, HYPHENS, INVISIBLE, SPACES

_LONGEST: Final = 40
_SIGNS: Final = dict.fromkeys(map(ord, SPACES + HYPHENS + APOSTROPHES + INVISIBLE + ".()"))


def digits(text: str) -> str | None:
    """The digits of a number, without the signs that group them; None where there is anything else.

    >>> digits("001 090.000-001"), digits("1.23E+11"), digits("")
    ('001090000001', None, '')

    The `.0` that spreadsheets add to numbers is no digit of theirs.
    """
    if len(text) > _LONGEST:
        return None
    if not text.isascii():
        text = normalize("NFKC", text)
    if not text.isdigit():
        text = text.strip().removesuffix(".0").translate(_SIGNS)
    return text if not text or (text.isascii() and text.isdigit()) else None
