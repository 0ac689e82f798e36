"""The claims of an HCERT (CWT, RFC 8392; HCERT specification 1.0.8, section 3.3), read and written.

Claim -260 is a map of documents (section 3.3.1); its key 1 is the EU Digital COVID Certificate, and the
others are those of the WHO network.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from vaxpass.codes import GROUPS, Code, Kind, NoteCode
from vaxpass.documents.family import Claims
from vaxpass.documents.times import LAST_SECOND, seconds_of
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import Note, StageError
from vaxpass.policy import Limits

_ISS, _EXP, _NBF, _IAT, _HCERT = 1, 4, 5, 6, -260
_COUNTRY_LETTERS: Final = 2
EU_DCC: Final = 1
DDCC_VACCINATION: Final = 3
DDCC_TEST: Final = 4
HEALTH_LINK: Final = 5
ICVP: Final = -6
MEDICATION: Final = -7
LEGACY_DDCC: Final = 0
"""Stands for a DDCC whose fields lie among the claims themselves, without claim -260"""
# In the order in which they are looked for, where several are there: certificates before a link, which
# only leads to one. An ICVP may stand under -1 too.
_OTHERS: Final = {
    ICVP: ICVP,
    -1: ICVP,
    DDCC_VACCINATION: DDCC_VACCINATION,
    DDCC_TEST: DDCC_TEST,
    MEDICATION: MEDICATION,
    HEALTH_LINK: HEALTH_LINK,
}
"""What the other keys of claim -260 hold (WHO SMART Trust 1.6.0, HCERT claims)"""
_STRICT_TAGS: Final = (0,)
_LENIENT_TAGS: Final = (0, 32, 1004)
"""Tags on text that only say how to read it"""
_OF_PERSON: Final = frozenset(("name", "birthDate"))
_OF_DDCC: Final = frozenset(("vaccine", "vaccination", "test"))
_UNREADABLE: Final = {
    LEGACY_DDCC: Code.PAYLOAD_DDCC,
    DDCC_VACCINATION: Code.PAYLOAD_DDCC,
    DDCC_TEST: Code.PAYLOAD_DDCC,
    HEALTH_LINK: Code.PAYLOAD_HEALTH_LINK,
    ICVP: Code.PAYLOAD_ICVP,
    MEDICATION: Code.PAYLOAD_MEDICATION,
}
"""The code of each kind, where it can't be read"""


class Opened(NamedTuple):
    """The claims of an HCERT, which document it holds, and that document as decoded, without tags."""

    claims: Claims
    document: int
    """Its key in claim -260, or `LEGACY_DDCC`"""
    content: cbor.Value
    """Of an EU DCC the whole of claim -260, see `open_hcert`; else what stands under its key"""


def parse(data: bytes, limits: Limits, notes: list[Note]) -> Opened:
    """Decode the claims.

    An EU DCC must have the claims `exp` and `iat`. For the other documents no specification demands
    them, and published ones write keys as text and times in milliseconds: they are read all the same.

    Raises `StageError` with a code of the stages `cwt` or `payload`. Adds to `notes` what is unusual.
    """
    try:
        claims, tagged = cbor.loads(data, limits.depth)
    except Refused as refused:
        raise StageError.of(Code(f"cwt.{refused.reason}")) from None
    if not isinstance(claims, dict):
        raise StageError.of(Code.CWT_STRUCTURE)
    document, content = _document(claims, notes)
    if document == EU_DCC:
        read = _strict_claims(claims, notes)
    else:
        try:
            read = _lenient_claims(claims, notes)
        except StageError:
            # Of times that can't be read nothing can be judged.
            raise StageError.of(_UNREADABLE[document]) from None
    if tagged:
        plain = cbor.without_tags(content, _STRICT_TAGS if document == EU_DCC else _LENIENT_TAGS)
        if plain != content:
            notes.append(Note(NoteCode.PAYLOAD_TAGGED_VALUE))
        content = plain
    return Opened(read, document, content)


def _strict_claims(claims: dict[Any, cbor.Value], notes: list[Note]) -> Claims:
    if _EXP not in claims:
        raise StageError.of(Code.CWT_EXP_MISSING)
    if _IAT not in claims:
        raise StageError.of(Code.CWT_IAT_MISSING)
    exp = _time(claims[_EXP], "exp", Code.CWT_EXP_INVALID, notes)
    iat = _time(claims[_IAT], "iat", Code.CWT_IAT_INVALID, notes)
    nbf = None
    if _NBF in claims:
        nbf = _time(claims[_NBF], "nbf", Code.CWT_NBF_INVALID, notes)
    return Claims(_issuer(claims.get(_ISS), notes), iat, exp, nbf)


def _lenient_claims(claims: dict[Any, cbor.Value], notes: list[Note]) -> Claims:
    if _HCERT not in claims and str(_HCERT) in claims:
        notes.append(Note(NoteCode.CWT_TEXT_KEYS))

    def moment(key: int, name: str, invalid: Code) -> int | float | None:
        value: Any = claims.get(key, claims.get(str(key)))
        if value is None:
            return None
        seconds = seconds_of(value)
        if seconds is not None and seconds != value:
            notes.append(Note(NoteCode.CWT_MILLISECONDS, name))
            return seconds
        return _time(value, name, invalid, notes)

    return Claims(
        _issuer(claims.get(_ISS, claims.get(str(_ISS))), notes),
        moment(_IAT, "iat", Code.CWT_IAT_INVALID),
        moment(_EXP, "exp", Code.CWT_EXP_INVALID),
        moment(_NBF, "nbf", Code.CWT_NBF_INVALID),
    )


def _issuer(iss: cbor.Value, notes: list[Note]) -> str | None:
    if not isinstance(iss, str):
        iss = None
    if iss is None or len(iss) != _COUNTRY_LETTERS:
        notes.append(Note(NoteCode.CWT_ISSUER_NOT_COUNTRY))
    return iss


def _document(claims: dict[Any, cbor.Value], notes: list[Note]) -> tuple[int, cbor.Value]:
    """Which document the claims hold, and its content. Adds a note where there are others beside it.

    Raises `StageError` with a code of the stage `payload` where it is none that is known.
    """
    hcert: Any
    if _HCERT in claims:
        hcert = claims[_HCERT]
        if not isinstance(hcert, dict) or not hcert or EU_DCC in hcert:
            return EU_DCC, hcert
    elif str(_HCERT) in claims:
        hcert = claims[str(_HCERT)]
    elif not _OF_PERSON.isdisjoint(claims) and not _OF_DDCC.isdisjoint(claims):
        return LEGACY_DDCC, claims
    else:
        raise StageError.of(Code.PAYLOAD_MISSING)
    found = []
    for key, document in _OTHERS.items() if isinstance(hcert, dict) else ():
        for spelled in (key, str(key)):
            # An ICVP is put under both of its keys.
            if spelled in hcert and (document, hcert[spelled]) not in found:
                found.append((document, hcert[spelled]))
    if not found:
        raise StageError.of(Code.PAYLOAD_KIND_UNSUPPORTED)
    if len(found) > 1:
        notes.append(Note(NoteCode.PAYLOAD_OTHER_KIND))
    return found[0]


def build(iss: str, iat: int, exp: int, hcert: cbor.Value) -> bytes:
    """Encode the claims of a certificate. `iat` and `exp` are seconds since 1970 in UTC.

    `iss` is the issuer's country; `hcert` is claim -260, which `close_hcert` makes.
    """
    return cbor.dumps({_ISS: iss, _EXP: exp, _IAT: iat, _HCERT: hcert})


def _time(value: cbor.Value, name: str, invalid: Code, notes: list[Note]) -> int | float:
    if isinstance(value, cbor.Tagged) and value.number == 1:
        value = value.value
        notes.append(Note(NoteCode.CWT_TAGGED_TIME, name))
    # Exact types: true is an int to Python. The comparison is false for NaN.
    if type(value) is float:
        notes.append(Note(NoteCode.CWT_FLOAT_TIME, name))
    elif type(value) is not int:
        raise StageError.of(invalid)
    if not 0 <= value <= LAST_SECOND:
        raise StageError.of(invalid)
    return value


def open_hcert(hcert: cbor.Value, notes: list[Note]) -> dict[str, cbor.Value]:
    """The payload of the EU DCC in a claim -260.

    Raises `StageError` with a code of the stage `payload`. Adds a note where there are other documents
    beside it.
    """
    if not isinstance(hcert, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    if EU_DCC not in hcert:
        raise StageError.of(Code.PAYLOAD_MISSING)
    if len(hcert) > 1:
        notes.append(Note(NoteCode.PAYLOAD_OTHER_KIND))
    payload = hcert[EU_DCC]
    if not isinstance(payload, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    return payload


def close_hcert(payload: dict[str, cbor.Value]) -> cbor.Value:
    """The claim -260 that holds `payload` as an EU DCC."""
    return {EU_DCC: payload}


def kind_of(payload: dict[str, cbor.Value]) -> Kind | None:
    """The kind of a payload: which of `v`, `t` and `r` has entries; None for none or several.

    >>> kind_of({"v": [{}], "t": None})
    <Kind.VACCINATION: 'eu-dcc.vaccination'>
    """
    found = None
    for group, kind in GROUPS.items():
        if payload.get(group):
            if found is not None:
                return None
            found = kind
    return found
