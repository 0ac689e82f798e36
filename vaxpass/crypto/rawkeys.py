"""Bare public keys as their numbers: how COSE keys and some national lists write them."""

from __future__ import annotations

from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from vaxpass.crypto.certificate import PublicKey, SignerCertificate
from vaxpass.crypto.keys import public_bytes

_CURVES: Final = {"P-256": SECP256R1(), "P-384": SECP384R1(), "P-521": SECP521R1()}
_NAMES: Final = {curve.name: name for name, curve in _CURVES.items()}
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


def signer_of(key: PublicKey) -> SignerCertificate:
    """A public key as a signer without a certificate."""
    return SignerCertificate.from_public_key(public_bytes(key))


def ec_signer(curve: str, x: bytes, y: bytes | bool) -> SignerCertificate:
    """The signer at a point of a named curve; `y` may be just its sign, as in COSE.

    Zeros in front, too many or too few, change nothing: real lists have both. Raises `ValueError`
    where there is no such point or curve.
    """
    known = _CURVES.get(curve)
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


def rsa_signer(n: bytes, e: bytes) -> SignerCertificate:
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
