"""CWT bytes <-> claims (RFC 8392; HCERT specification 1.0.8, section 3.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from vaxpass import cbor
from vaxpass.cborscan import Refused
from vaxpass.codes import Code, Remark
from vaxpass.findings import StageError, Warned
from vaxpass.limits import Limits

_ISS, _EXP, _NBF, _IAT, _HCERT = 1, 4, 5, 6, -260
# The last second that a datetime can hold. A time in milliseconds lies far beyond it.
_LAST_SECOND: Final = 253402300799
_COUNTRY_LETTERS: Final = 2


class Claims(NamedTuple):
    """Who issued a certificate and for which time; times are seconds since 1970 in UTC.

    `hcert` is the claim -260 as it was decoded, not yet looked at.
    """

    iss: str | None
    iat: int | float
    exp: int | float
    nbf: int | float | None
    hcert: cbor.Value

    @property
    def issued_at(self) -> datetime:
        """`iat` as an aware time in UTC, cut to seconds."""
        return datetime.fromtimestamp(int(self.iat), UTC)

    @property
    def expires_at(self) -> datetime:
        """`exp` as an aware time in UTC, cut to seconds."""
        return datetime.fromtimestamp(int(self.exp), UTC)


def parse(data: bytes, limits: Limits, warnings: list[Warned]) -> Claims:
    """Decode the claims.

    Raises `StageError` with a code of the stage `cwt`, or `payload.missing` where claim -260 is not
    there.
    """
    try:
        claims, tagged = cbor.loads(data, limits.depth)
    except Refused as refused:
        raise StageError.of(Code(f"cwt.{refused.reason}")) from None
    if not isinstance(claims, dict):
        raise StageError.of(Code.CWT_STRUCTURE)
    if _EXP not in claims:
        raise StageError.of(Code.CWT_EXP_MISSING)
    if _IAT not in claims:
        raise StageError.of(Code.CWT_IAT_MISSING)
    exp = _time(claims[_EXP], "exp", Code.CWT_EXP_INVALID, warnings)
    iat = _time(claims[_IAT], "iat", Code.CWT_IAT_INVALID, warnings)
    nbf = None
    if _NBF in claims:
        nbf = _time(claims[_NBF], "nbf", Code.CWT_NBF_INVALID, warnings)
    iss = claims.get(_ISS)
    if not isinstance(iss, str):
        iss = None
    if iss is None or len(iss) != _COUNTRY_LETTERS:
        warnings.append(Warned(Remark.CWT_ISSUER_NOT_COUNTRY))
    if _HCERT not in claims:
        raise StageError.of(Code.PAYLOAD_MISSING)
    hcert = claims[_HCERT]
    if tagged:
        plain = cbor.without_tags(hcert)
        if plain != hcert:
            warnings.append(Warned(Remark.PAYLOAD_TAGGED_VALUE))
        hcert = plain
    return Claims(iss, iat, exp, nbf, hcert)


def build(iss: str, iat: int, exp: int, hcert: cbor.Value) -> bytes:
    """Encode the claims of a certificate; times are whole seconds since 1970 in UTC."""
    return cbor.dumps({_ISS: iss, _EXP: exp, _IAT: iat, _HCERT: hcert})


def _time(value: cbor.Value, name: str, invalid: Code, warnings: list[Warned]) -> int | float:
    if isinstance(value, cbor.Tagged) and value.number == 1:
        value = value.value
        warnings.append(Warned(Remark.CWT_TAGGED_TIME, name))
    # Exact types: true is an int to Python. The comparison is false for NaN.
    if type(value) is float:
        warnings.append(Warned(Remark.CWT_FLOAT_TIME, name))
    elif type(value) is not int:
        raise StageError.of(invalid)
    if not 0 <= value <= _LAST_SECOND:
        raise StageError.of(invalid)
    return value
