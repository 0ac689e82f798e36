"""The forms in which a SMART Health Card comes (HL7 SMART Health Cards and Links, STU 1).

- A QR code: `shc:/` and pairs of digits, each the ASCII code of a character less 45. It may stand
  behind the address of a viewer and `#`. A link of Apple's wallet has the digits alone there.
- A card in several QR codes: `shc:/C/N/` and digits, part C of N.
- A file: JSON `{"verifiableCredential": [...]}` with one JWS or several.
- A JWS by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from vaxpass.display import Json
from vaxpass.encoding import deflate, strict_base64, strict_json

__all__ = ["Part", "part_of", "split"]

LONGEST: Final = 256 * 1024
"""Characters of a text; a card of a hundred immunizations has about 20,000."""
MOST_CARDS: Final = 64
"""Cards in one file."""
_MOST_PARTS: Final = 99
_LAST_CHARACTER: Final = 126
_DIGITS: Final = re.compile(r"[0-9]*")
_CHARACTERS: Final = bytes((pair >> 4) * 10 + (pair & 15) + 45 for pair in range(256))
"""The character (ASCII) for each pair of digits, where the pair is read as hexadecimal"""

PREFIX: Final = re.compile(
    r"\s*(?:(?:https?://[^\s#]*#)?shc(?::|%3A)(?:/|%2F)|https?://[^\s#]*/SMARTHealthCard/?#/?(?=[0-9]))",
    re.ASCII | re.IGNORECASE,
)
_PART: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})/")
_JWS: Final = re.compile(r"[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)
_TOKEN: Final = re.compile(r"(?<![\w.-])ey[\w-]{10,}\.[\w-]+\.[\w-]+(?![\w.-])", re.ASCII)
"""A JWS within other text"""


class Part(NamedTuple):
    """A text that holds one part of a card.

    >>> part_of("shc:/2/3/5676")
    Part(number=2, total=3, digits='5676')
    """

    number: int
    total: int
    digits: str


def recognises(text: str) -> bool:
    """Whether a text is a SMART Health Card, a part of one, or a file with some.

    >>> recognises("SHC:/5676"), recognises("https://example.org")
    (True, False)
    """
    if PREFIX.match(text):
        return True
    bare = text.strip(" \t\r\n\ufeff")
    if bare.startswith("{"):
        return bool(_listed(bare))
    return _JWS.fullmatch(bare) is not None and len(bare) <= LONGEST and _is_card(bare)


def digits_of(text: str) -> str | None:
    """What follows `shc:/`; None where the text does not begin with it."""
    found = PREFIX.match(text)
    return text[found.end() :].strip() if found else None


def part_of(text: str) -> Part | None:
    """The part that a text holds; None where it holds a whole card, or something else.

    >>> part_of("shc:/1/1/5676") is None
    True
    """
    digits = digits_of(text)
    found = _PART.match(digits) if digits else None
    if digits is None or found is None:
        return None
    number, total = int(found[1]), int(found[2])
    if total == 1 or not 1 <= number <= total <= _MOST_PARTS:
        return None
    return Part(number, total, digits[found.end() :])


def characters_of(digits: str) -> bytes | None:
    """The JWS, or the part of it, that pairs of digits stand for; None where they are none.

    >>> characters_of("5676"), characters_of("567")
    (b'ey', None)
    """
    if not digits or len(digits) % 2 or not _DIGITS.fullmatch(digits):
        return None
    # As hexadecimal digits a pair is one byte, which the table turns into the character.
    data = bytes.fromhex(digits).translate(_CHARACTERS)
    return data if max(data) <= _LAST_CHARACTER else None


def may_begin(digits: str) -> bool:
    """Whether a card may begin with these digits: with a header, and with something compressed.

    >>> may_begin("5676"), may_begin("5677")
    (True, False)
    """
    data = characters_of(digits)
    if data is None or not data.startswith(b"ey") or data.count(b".") > 2:
        return False
    payload = data.split(b".")[1] if b"." in data else b""
    whole = payload[: len(payload) // 4 * 4]
    try:
        return deflate.may_begin(strict_base64.decode_url(whole), LONGEST)
    except ValueError:
        return False


def split(text: str) -> tuple[str, ...]:
    """The cards of a file, each as one text; a text of another form is given as it is.

    >>> split('{"verifiableCredential": ["eyA.eyB.c", "eyD.eyE.f"]}')
    ('eyA.eyB.c', 'eyD.eyE.f')
    >>> split("shc:/5676")
    ('shc:/5676',)
    """
    bare = text.strip(" \t\r\n\ufeff")
    found = _listed(bare) if bare.startswith("{") else ()
    return tuple(found) or (text,)


def tokens(line: str) -> tuple[str, ...]:
    """The cards that stand as JWS within a line of other text."""
    if len(line) > LONGEST:
        return ()
    return tuple(found for found in _TOKEN.findall(line) if _is_card(found))


def _listed(bare: str) -> list[str]:
    """The cards that a file names."""
    if len(bare) > LONGEST or "verifiableCredential" not in bare:
        return []
    listed = strict_json.read_object(bare).get("verifiableCredential")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_CARDS:
        return []
    cards = [card.strip() for card in listed if isinstance(card, str) and _looks_like_jws(card)]
    return cards if len(cards) == len(listed) else []


def _looks_like_jws(text: str) -> bool:
    return text.strip().startswith("ey") and text.count(".") >= 2


def _is_card(jws: str) -> bool:
    """Whether a JWS is a card. Other tokens have this form too.

    A card is compressed, or says which credential it holds.
    """
    header, payload, _ = jws.split(".")
    return _json(header).get("zip") == "DEF" or "vc" in _json(payload)


def _json(segment: str) -> Mapping[str, Json]:
    try:
        return strict_json.read_object(strict_base64.decode_url(segment))
    except ValueError:
        return {}
