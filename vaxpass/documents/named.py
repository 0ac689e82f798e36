"""Families of health documents that are recognised and named, and not verified.

A traveller who shows one of them shows a document that may well be genuine: the verdict about it is
undecided, with a code that names the family, and never that it is wrong. What each of them begins with
is defined by these specifications: SMART Health Cards and Links (HL7, STU 1), VHL (IHE 1.0.0), visible
seals of ICAO 9303-13 and its IDB, 2D-DOC (ANTS 3.x), NZ COVID Pass (1.x), and the apps of the
Netherlands and Switzerland.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NoReturn

from vaxpass.codes import Code, Stage
from vaxpass.documents.family import Family, Unverified
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.encoding.strict_json import Json
from vaxpass.findings import StageError
from vaxpass.policy import Limits

_LONGEST_JSON: Final = 65536
_JWS: Final = re.compile(r"ey[\w-]+\.[\w-]*\.[\w-]+", re.ASCII)
# The code of a viewer's page has the document behind its address.
_VIEWER: Final = r"(?:https?://[^\s#]*#)?"
_LINK: Final = _VIEWER + "(?:shlink|vhlink)(?::|%3A)(?:/|%2F)"
_CARD: Final = re.compile(_VIEWER + "shc:/", re.ASCII | re.IGNORECASE)


def _begins(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.match(text.lstrip()) is not None


def _json(text: str) -> Json:
    """The value of a JSON text; None for anything else."""
    bare = text.strip()
    if not bare.startswith(("{", "[")) or len(bare) > _LONGEST_JSON:
        return None
    try:
        value: Json = strict_json.read(bare)
    except ValueError:
        return None
    return value


def _is_smart_health_card(text: str) -> bool:
    if _begins(_CARD, text):
        return True
    cards = _at(_json(text), "verifiableCredential")
    if isinstance(cards, list) and cards and isinstance(cards[0], str):
        return _JWS.fullmatch(cards[0].strip()) is not None
    bare = text.strip()
    if _JWS.fullmatch(bare) is None:
        return False
    header, payload, _ = bare.split(".")
    # Other tokens have this form too. These are compressed, or say what credential they hold.
    return _at(_token_part(header), "zip") == "DEF" or _at(_token_part(payload), "vc") is not None


def _token_part(text: str) -> Json:
    try:
        return _json(strict_base64.decode_url(text).decode())
    except ValueError:
        return None


def _at(value: Json, *names: str) -> Json:
    """What lies under these names, one below the other; None where there is nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _refuse(code: Code, text: str, limits: Limits) -> NoReturn:
    raise StageError.of(code)


def _family(code: Code, recognises: Callable[[str], bool]) -> Family:
    name = code.value.partition(".")[2].replace("_", "-")
    return Family(name, recognises, partial(_refuse, code), (Stage.PREFIX,))


def _by_begin(code: Code, pattern: str) -> Family:
    return _family(code, partial(_begins, re.compile(pattern, re.ASCII | re.IGNORECASE)))


def _read_link(text: str, limits: Limits) -> Unverified:
    from vaxpass.documents.link import read  # noqa: PLC0415 - when a link comes

    return read(text, limits, HEALTH_LINK)


HEALTH_LINK: Final = Family(
    "health-link",
    partial(_begins, re.compile(_LINK, re.ASCII | re.IGNORECASE)),
    _read_link,
    (Stage.PREFIX,),
)
"""Health links by themselves: they are read and shown, and nobody signed them."""

NAMED: Final[tuple[Family, ...]] = (
    _family(Code.PREFIX_SMART_HEALTH_CARD, _is_smart_health_card),
    HEALTH_LINK,
    _by_begin(Code.PREFIX_DUTCH_PASS, r"NL[0-9]:"),
    _by_begin(Code.PREFIX_SWISS_LIGHT, r"LT1:"),
    _by_begin(Code.PREFIX_NEW_ZEALAND_PASS, r"NZCP:/"),
    _by_begin(Code.PREFIX_FRENCH_2D_DOC, r"DC0[0-9][A-Z0-9]{4}"),
    _by_begin(Code.PREFIX_ICAO_SEAL, r"[NR]DB1|\xdc[\x00-\x0f]"),
)
"""The families that are named only, in the order in which they are asked."""
