"""Public keys on their own, for pinning: the keys that sign trust lists have no certificate.

TODO-MERGED: Bare public keys as their numbers: how COSE keys and some national lists write them.

TODO-MERGED: JSON Web Keys (RFC 7517, RFC 7518 section 6): public keys of EC and RSA only."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from vaxpass.crypto.certificate import PublicKey, SignerKey


def load_public_key(data: bytes) -> PublicKey:
    """A public key from PEM or DER: a bare key (SubjectPublicKeyInfo) or a certificate.

    Raises `ValueError` where it is neither, or not EC or RSA.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> from vaxpass.crypto.certificate import key_name, to_pem
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key_name(load_public_key(to_pem(ca.issued.certificate.der)))
    'EC P-256'
    """
    if b"-----BEGIN CERTIFICATE-----" in data:
        return SignerKey.from_pem(data)[0].public_key
    try:
        key = load_pem_public_key(data) if b"-----BEGIN" in data else load_der_public_key(data)
    except Exception:
        return SignerKey.from_der(data).public_key
    if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey):
        raise ValueError("the key is neither EC nor RSA")  # noqa: TRY004 - of data
    return key


def key_of(pin: PublicKey | SignerKey) -> PublicKey:
    """The key of a pin, which may be a key or a certificate."""
    return pin.public_key if isinstance(pin, SignerKey) else pin


def fingerprint(key: PublicKey) -> str:
    """SHA-256 over the key's SubjectPublicKeyInfo, in hexadecimal."""
    return hashlib.sha256(public_bytes(key)).hexdigest()


def public_bytes(key: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo in DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_pem(key: PublicKey) -> bytes:
    """The key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


_CURVES_BY_NAME: Final = {"P-256": SECP256R1(), "P-384": SECP384R1(), "P-521": SECP521R1()}
_NAMES: Final = {curve.name: name for name, curve in _CURVES_BY_NAME.items()}
_LARGEST_NUMBER: Final = 2048  # bytes; four times the largest RSA key in use


class EcNumbers(NamedTuple):
    """A point on a curve (`P-256`, `P-384`, `P-521`), both coordinates of the curve's full length."""

    curve: str
    x: bytes
    y: bytes


class RsaNumbers(NamedTuple):
    """Modulus and exponent, both without leading zeros."""

    n: bytes
    e: bytes


def signer_of(key: PublicKey) -> SignerKey:
    """A public key as a signer without a certificate."""
    return SignerKey.from_public_key(public_bytes(key))


def ec_signer(curve: str, x: bytes, y: bytes | bool) -> SignerKey:
    """The signer at a point of a named curve; `y` may be just its sign, as in COSE.

    Zeros in front, too many or too few, change nothing: real lists have both. Raises `ValueError`
    where there is no such point or curve.
    """
    known = _CURVES_BY_NAME.get(curve)
    if known is None:
        raise ValueError("the curve is not known here")
    size = (known.key_size + 7) // 8
    if isinstance(y, bool):
        point = (b"\x03" if y else b"\x02") + _sized(x, size)
    else:
        point = b"\x04" + _sized(x, size) + _sized(y, size)
    try:
        return signer_of(EllipticCurvePublicKey.from_encoded_point(known, point))
    except ValueError:
        raise ValueError("the point is not on the curve") from None


def rsa_signer(n: bytes, e: bytes) -> SignerKey:
    """The signer with this modulus and exponent. Raises `ValueError` where they make no key."""
    if not n or not e or len(n) > _LARGEST_NUMBER or len(e) > _LARGEST_NUMBER:
        raise ValueError("the numbers of the RSA key are missing or too large")
    numbers = RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big"))
    try:
        return signer_of(numbers.public_key())
    except Exception:
        # Which error it is depends on the number and on the version of OpenSSL.
        raise ValueError("the numbers make no RSA key") from None


def numbers_of(key: PublicKey) -> EcNumbers | RsaNumbers:
    """The numbers of a key. Raises `ValueError` for a curve that has no name here."""
    if isinstance(key, RSAPublicKey):
        rsa = key.public_numbers()
        return RsaNumbers(_shortest(rsa.n), _shortest(rsa.e))
    name = _NAMES.get(key.curve.name)
    if name is None:
        raise ValueError(f"there is no name for the curve {key.curve.name}")
    size = (key.key_size + 7) // 8
    ec = key.public_numbers()
    return EcNumbers(name, ec.x.to_bytes(size, "big"), ec.y.to_bytes(size, "big"))


def _sized(number: bytes, size: int) -> bytes:
    shortest = number.lstrip(b"\x00")
    if len(shortest) > size:
        raise ValueError("a coordinate is too long for the curve")
    return shortest.rjust(size, b"\x00")


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


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
