"""JSON Web Keys (RFC 7517, RFC 7518 section 6): public keys of EC and RSA only."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from vaxpass.crypto.certificate import PublicKey
from vaxpass.crypto.rawkeys import RsaNumbers, numbers_of

_CURVES: Final[dict[str, type[EllipticCurve]]] = {
    "P-256": SECP256R1,
    "P-384": SECP384R1,
    "P-521": SECP521R1,
}
_LARGEST_MEMBER: Final = 4096
"""Characters of one number; an RSA modulus of 16384 bits has 2731."""
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def public_key(jwk: Mapping[str, Any]) -> PublicKey:
    """The public key of a JWK: EC on P-256, P-384 or P-521, or RSA.

    Raises `ValueError` where it is neither, is not on its curve, or holds a private key, which has no
    place among public ones.

    >>> public_key({"kty": "oct", "k": "c2VjcmV0"})
    Traceback (most recent call last):
        ...
    ValueError: the JWK holds a private key
    """
    if _PRIVATE & jwk.keys():
        raise ValueError("the JWK holds a private key")
    kty = jwk.get("kty")
    try:
        if kty == "EC":
            return _ec_key(jwk)
        if kty == "RSA":
            return RSAPublicNumbers(e=_number(jwk, "e"), n=_number(jwk, "n")).public_key()
    except (UnsupportedAlgorithm, OverflowError) as error:
        raise ValueError(f"not a usable key: {error}") from None
    raise ValueError("the JWK is neither EC nor RSA")


def to_jwk(key: PublicKey) -> dict[str, str]:
    """A public key as a JWK, without a kid. Raises `ValueError` for another curve.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = ca.issued.certificate.public_key
    >>> to_jwk(key)["crv"], public_key(to_jwk(key)) == key
    ('P-256', True)
    """
    numbers = numbers_of(key)
    if isinstance(numbers, RsaNumbers):
        return {"kty": "RSA", "n": _text(numbers.n), "e": _text(numbers.e)}
    return {"kty": "EC", "crv": numbers.curve, "x": _text(numbers.x), "y": _text(numbers.y)}


def _ec_key(jwk: Mapping[str, Any]) -> EllipticCurvePublicKey:
    name = jwk.get("crv")
    curve = _CURVES.get(name) if isinstance(name, str) else None
    if curve is None:
        raise ValueError("the JWK names no curve that is known here")
    return EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), curve()).public_key()


def _number(jwk: Mapping[str, Any], name: str) -> int:
    value = jwk.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LARGEST_MEMBER:
        raise ValueError(f"the JWK's {name} is missing or not a number")
    try:
        # Both alphabets: the WHO network writes plain Base64 with padding in places.
        plain = value.rstrip("=").replace("-", "+").replace("_", "/")
        raw = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"the JWK's {name} is not Base64") from None
    return int.from_bytes(raw, "big")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
