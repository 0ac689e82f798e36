"""Families of health documents that are only named: none of them is read.

A traveller who shows one of them shows a document that may well be genuine: the verdict about it is
undecided, with a code that names the family, and never that it is wrong. What each of them begins with
is defined by these specifications: visible seals of ICAO 9303-13 and its IDB, 2D-DOC (ANTS 3.x), NZ
COVID Pass (1.x), and the apps of the Netherlands and Switzerland.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final, NoReturn

from vaxpass.codes import Code, Stage
from vaxpass.documents.family import Family
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.findings import StageError
from vaxpass.policy import Limits

_JWE: Final = re.compile(r"(ey[\w-]{1,4096})\.[\w-]*\.[\w-]+\.[\w-]*\.[\w-]+", re.ASCII)
"""RFC 7516, section 3.1"""
_PLACES: Final = ("location", "embedded")
_LONGEST_JSON: Final = 65536


def _recognises(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.match(text.lstrip()) is not None


def _refuse(code: Code, text: str, limits: Limits) -> NoReturn:
    raise StageError.of(code)


def _family(code: Code, pattern: str) -> Family:
    name = code.value.partition(".")[2].replace("_", "-")
    begin = re.compile(pattern, re.ASCII | re.IGNORECASE)
    return Family(name, partial(_recognises, begin), partial(_refuse, code), (Stage.PREFIX,))


def _is_file_of_a_link(text: str) -> bool:
    """Whether it is an encrypted file that a health link leads to, or the list of its files."""
    bare = text.strip()
    if encrypted := _JWE.fullmatch(bare):
        return _is_encryption(encrypted[1])
    if bare[:1] != "{" or len(bare) > _LONGEST_JSON:
        return False
    files = strict_json.read_object(bare).get("files")
    first = files[0] if isinstance(files, list) and files else None
    return isinstance(first, dict) and "contentType" in first and not first.keys().isdisjoint(_PLACES)


def _is_encryption(header: str) -> bool:
    try:
        return "enc" in strict_json.read_object(strict_base64.decode_url(header))
    except ValueError:
        return False


LINK_FILE: Final = Family(
    "link-file", _is_file_of_a_link, partial(_refuse, Code.PREFIX_LINK_FILE), (Stage.PREFIX,)
)
"""Files that health links lead to: they are opened together with their link (`linked_file`)."""

NAMED: Final[tuple[Family, ...]] = (
    LINK_FILE,
    _family(Code.PREFIX_DUTCH_PASS, r"NL[0-9]:"),
    _family(Code.PREFIX_SWISS_LIGHT, r"LT1:"),
    _family(Code.PREFIX_NEW_ZEALAND_PASS, r"NZCP:/"),
    _family(Code.PREFIX_FRENCH_2D_DOC, r"DC0[0-9][A-Z0-9]{4}"),
    _family(Code.PREFIX_ICAO_SEAL, r"[NR]DB1|\xdc[\x00-\x0f]"),
)
"""The families that are named only, in the order in which they are asked."""
