"""The claims of an HCERT (CWT, RFC 8392; HCERT specification 1.0.8, section 3.3), read and written.

Claim -260 is a map of documents (section 3.3.1); its key 1 is the EU Digital COVID Certificate.
"""

from __future__ import annotations

from typing import Final

from vaxpass.codes import GROUPS, Code, Kind, NoteCode
from vaxpass.documents.family import Claims
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import Note, StageError
from vaxpass.policy import Limits

_ISS, _EXP, _NBF, _IAT, _HCERT = 1, 4, 5, 6, -260
# The last second that a datetime can hold. A time in milliseconds lies far beyond it.
_LAST_SECOND: Final = 253402300799
_COUNTRY_LETTERS: Final = 2
_EU_DCC: Final = 1
_OTHERS: Final = {
    3: Code.PAYLOAD_DDCC,
    4: Code.PAYLOAD_DDCC,
    5: Code.PAYLOAD_HEALTH_LINK,
    -6: Code.PAYLOAD_ICVP,
    -7: Code.PAYLOAD_MEDICATION,
}
"""What the other keys of claim -260 hold (WHO SMART Trust 1.6.0, HCERT claims)"""


def parse(data: bytes, limits: Limits, notes: list[Note]) -> tuple[Claims, cbor.Value]:
    """Decode the claims. The second value is claim -260 as decoded, without tags.

    Raises `StageError` with a code of the stage `cwt`, or with `payload.missing` where there is no
    claim -260, or with the code of a kind that is named only. Adds to `notes` what is unusual.
    """
    try:
        claims, tagged = cbor.loads(data, limits.depth)
    except Refused as refused:
        raise StageError.of(Code(f"cwt.{refused.reason}")) from None
    if not isinstance(claims, dict):
        raise StageError.of(Code.CWT_STRUCTURE)
    hcert = _document(claims)
    if _EXP not in claims:
        raise StageError.of(Code.CWT_EXP_MISSING)
    if _IAT not in claims:
        raise StageError.of(Code.CWT_IAT_MISSING)
    exp = _time(claims[_EXP], "exp", Code.CWT_EXP_INVALID, notes)
    iat = _time(claims[_IAT], "iat", Code.CWT_IAT_INVALID, notes)
    nbf = None
    if _NBF in claims:
        nbf = _time(claims[_NBF], "nbf", Code.CWT_NBF_INVALID, notes)
    iss = claims.get(_ISS)
    if not isinstance(iss, str):
        iss = None
    if iss is None or len(iss) != _COUNTRY_LETTERS:
        notes.append(Note(NoteCode.CWT_ISSUER_NOT_COUNTRY))
    if tagged:
        plain = cbor.without_tags(hcert)
        if plain != hcert:
            notes.append(Note(NoteCode.PAYLOAD_TAGGED_VALUE))
        hcert = plain
    return Claims(iss, iat, exp, nbf), hcert


def _document(claims: dict[object, cbor.Value]) -> cbor.Value:
    """Claim -260, where it may hold an EU DCC.

    The other kinds have other claims, some none for the end or only keys that are text. Raises
    `StageError` with a code of the stage `payload`, so that none of them is refused for its claims.
    """
    if _HCERT not in claims:
        others = claims.get(str(_HCERT))
        if others is None:
            is_ddcc = "name" in claims and not claims.keys().isdisjoint(("vaccine", "test"))
            raise StageError.of(Code.PAYLOAD_DDCC if is_ddcc else Code.PAYLOAD_MISSING)
        # A spelling of claims that the specification does not have: nothing of it is judged.
        raise StageError.of(_kind_of_others(others) or Code.PAYLOAD_KIND_UNSUPPORTED)
    hcert = claims[_HCERT]
    if isinstance(hcert, dict) and hcert and _EU_DCC not in hcert:
        raise StageError.of(_kind_of_others(hcert) or Code.PAYLOAD_KIND_UNSUPPORTED)
    return hcert


def _kind_of_others(hcert: cbor.Value) -> Code | None:
    """The code of the first document in a claim -260 whose kind is known by name, else None."""
    if not isinstance(hcert, dict):
        return None
    return next((code for key, code in _OTHERS.items() if key in hcert or str(key) in hcert), None)


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
    if not 0 <= value <= _LAST_SECOND:
        raise StageError.of(invalid)
    return value


def open_hcert(hcert: cbor.Value, notes: list[Note]) -> dict[str, cbor.Value]:
    """The payload of the EU DCC in a claim -260.

    Raises `StageError` with a code of the stage `payload`. Adds a note where there are other documents
    beside it.
    """
    if not isinstance(hcert, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    if _EU_DCC not in hcert:
        raise StageError.of(Code.PAYLOAD_MISSING)
    if len(hcert) > 1:
        notes.append(Note(NoteCode.PAYLOAD_OTHER_KIND))
    payload = hcert[_EU_DCC]
    if not isinstance(payload, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    return payload


def close_hcert(payload: dict[str, cbor.Value]) -> cbor.Value:
    """The claim -260 that holds `payload` as an EU DCC."""
    return {_EU_DCC: payload}


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
