"""Families of health documents that are recognised and named, and not verified.

A traveller who shows one of them shows a document that may well be genuine: the verdict about it is
undecided, with a code that names the family, and never that it is wrong. What each of them begins with
is defined by these specifications: SMART Health Links (HL7, STU 1), VHL (IHE 1.0.0), VDS-NC
(ICAO Technical Report, 1.x), visible seals of ICAO 9303-13 and its IDB, DIVOC (W3C Verifiable
Credentials), 2D-DOC (ANTS 3.x), NZ COVID Pass (1.x), and the apps of the Netherlands and Switzerland.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NoReturn

from vaxpass.codes import Code, Stage
from vaxpass.documents.family import Family
from vaxpass.encoding import strict_json
from vaxpass.encoding.strict_json import Json
from vaxpass.findings import StageError
from vaxpass.policy import Limits

_LONGEST_JSON: Final = 65536
# The code of a viewer's page has the document behind its address.
_VIEWER: Final = r"(?:https?://[^\s#]*#)?"
_LINK: Final = _VIEWER + "(?:shlink|vhlink):/"


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


def _is_vds_nc(text: str) -> bool:
    value = _json(text)
    if isinstance(value, list) and value:  # Japan's app writes a list of one
        value = value[0]
    header = _at(value, "data", "hdr")
    kind = header.get("t") if isinstance(header, Mapping) else None
    return isinstance(kind, str) and kind.startswith("icao.")


def _is_divoc(text: str) -> bool:
    if text.lstrip().startswith(("PK\x03\x04", "B64:UEsDB")):
        return True
    method = _at(_json(text), "proof", "verificationMethod")
    return isinstance(method, str) and method.startswith("did:")


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


NAMED: Final[tuple[Family, ...]] = (
    _by_begin(Code.PREFIX_HEALTH_LINK, _LINK),
    _family(Code.PREFIX_VDS_NC, _is_vds_nc),
    _family(Code.PREFIX_DIVOC, _is_divoc),
    _by_begin(Code.PREFIX_DUTCH_PASS, r"NL[0-9]:"),
    _by_begin(Code.PREFIX_SWISS_LIGHT, r"LT1:"),
    _by_begin(Code.PREFIX_NEW_ZEALAND_PASS, r"NZCP:/"),
    _by_begin(Code.PREFIX_FRENCH_2D_DOC, r"DC0[0-9][A-Z0-9]{4}"),
    _by_begin(Code.PREFIX_ICAO_SEAL, r"[NR]DB1|\xdc[\x00-\x0f]"),
)
"""The families that are named only, in the order in which they are asked."""
