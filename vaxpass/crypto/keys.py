"""Public keys: their types, and every form in which they are read and written.

A key is RSA, lies on an elliptic curve, or is Ed25519; `PublicKey` is pyca/cryptography's own object.
Each reader below ends in the same check, so that no other kind of key gets past this module:

- `load_spki`, `load_pem`: SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in DER or PEM
- `from_jwk`: a JSON Web Key (RFC 7517; RFC 7518, section 6)
- `ec_key`, `rsa_key`: the bare numbers, as COSE keys have them (RFC 9053, section 7; RFC 8230)

`vaxpass.crypto.certificate.load_public_key` also takes a certificate, and uses the key in it.

`cryptography.hazmat.primitives.serialization` is imported where it is needed: few programs need it, and
it takes a tenth of the time of `import vaxpass`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from vaxpass.encoding import strict_base64
from vaxpass.errors import ArgumentError

PublicKey: TypeAlias = EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve with its name in JOSE and its number in COSE (RFC 9053, section 7.1)."""

    name: str
    cose_number: int
    parameters: EllipticCurve

    @property
    def coordinate_bytes(self) -> int:
        """The length of one coordinate, and of each half of a signature, in bytes."""
        return (self.parameters.key_size + 7) // 8


P256: Final = Curve("P-256", 1, SECP256R1())
P384: Final = Curve("P-384", 2, SECP384R1())
P521: Final = Curve("P-521", 3, SECP521R1())
CURVES: Final = (P256, P384, P521)
"""Every curve that has a name here. Keys on other curves are read, and verify nothing."""
_BY_OPENSSL_NAME: Final = {curve.parameters.name: curve for curve in CURVES}
_BY_NAME: Final = {curve.name: curve for curve in CURVES}


@dataclass(frozen=True, slots=True)
class KeyType:
    """What kind of key a key is, and how large: RSA of a number of bits, or EC on a curve.

    `curve` is None for RSA and for curves that are not in `CURVES`; `curve_name` is then the name that
    OpenSSL has for the curve. As text it is what people and JSON get to see.

    >>> str(KeyType(256, P256, "P-256")), str(KeyType(2048)), KeyType(2048).is_rsa
    ('EC P-256', 'RSA 2048', True)
    """

    bits: int
    curve: Curve | None = None
    curve_name: str | None = None

    @classmethod
    def of(cls, key: PublicKey) -> KeyType:
        """The type of a key."""
        if isinstance(key, RSAPublicKey):
            return _rsa_type(key.key_size)
        if isinstance(key, Ed25519PublicKey):
            return ED25519
        curve = key.curve
        known = _EC_TYPES.get(curve.name)
        return known if known is not None else KeyType(curve.key_size, None, curve.name)

    @property
    def is_rsa(self) -> bool:
        """Whether it is RSA; otherwise it is EC."""
        return self.curve_name is None

    def __str__(self) -> str:
        return f"RSA {self.bits}" if self.curve_name is None else f"EC {self.curve_name}"


ED25519: Final = KeyType(256, None, "Ed25519")
"""The type of keys of EdDSA (RFC 8032)."""


@lru_cache(maxsize=256)
def _rsa_type(bits: int) -> KeyType:
    return KeyType(bits)


_EC_TYPES: Final = {
    openssl_name: KeyType(curve.parameters.key_size, curve, curve.name)
    for openssl_name, curve in _BY_OPENSSL_NAME.items()
}


def curve_of(number: object) -> Curve:
    """The curve with this number in COSE. Raises `ArgumentError` where there is none.

    >>> curve_of(1).name
    'P-256'
    """
    for curve in CURVES:
        if type(number) is int and number == curve.cose_number:
            return curve
    raise ArgumentError("the curve is not known here")


class EcNumbers(NamedTuple):
    """A point: the name of its curve (`P-256`, `P-384`, `P-521`), and both coordinates.

    The coordinates are big-endian and of the curve's full length.
    """

    curve: str
    x: bytes
    y: bytes


class RsaNumbers(NamedTuple):
    """Modulus and exponent, big-endian, both without leading zeros."""

    n: bytes
    e: bytes


_LEAST_EXPONENT: Final = 2**16
_END_OF_EXPONENTS: Final = 2**256
_MOST_RSA_BITS: Final = 16384
"""What OpenSSL computes with."""
_LARGEST_NUMBER: Final = 2048  # bytes; four times the largest RSA key in use
_LARGEST_MEMBER: Final = 4096
"""Characters of one number of a JWK; an RSA modulus of 16384 bits has 2731."""
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def load_spki(der: bytes) -> PublicKey:
    """Load a bare public key: DER of its SubjectPublicKeyInfo.

    Raises `ArgumentError` where the bytes are not one, or the key is neither EC, RSA nor Ed25519.
    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        load_der_public_key,
    )

    return _loaded(load_der_public_key, der)


def load_pem(pem: bytes) -> PublicKey:
    """Load a bare public key from PEM (`PUBLIC KEY`). Raises `ArgumentError` as `load_spki` does."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        load_pem_public_key,
    )

    return _loaded(load_pem_public_key, pem)


def usable(key: object, what: str = "the key") -> PublicKey:
    """The key itself, if it is EC or RSA, and one that can be made honestly.

    OpenSSL has looked whether a point is on its curve. Of an RSA key it looks at nothing: FIPS 186-5
    (section 5.4 and appendix A.1.1) wants an odd exponent between 2^16 and 2^256, and a modulus of two
    large primes, which has no small factor. Raises `ArgumentError`, which names it by `what`,
    otherwise.
    """
    if isinstance(key, EllipticCurvePublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise ArgumentError(f"{what} is neither EC nor RSA")
    n, e = _of_rsa(key, what)
    if not _LEAST_EXPONENT < e < _END_OF_EXPONENTS or not e % 2:
        said = e if e < _END_OF_EXPONENTS else "too large"
        raise ArgumentError(f"{what} is no safe RSA key: its exponent is {said}")
    if n.bit_length() > _MOST_RSA_BITS or math.gcd(n, _small_primes()) != 1:
        raise ArgumentError(f"{what} is no RSA key: its modulus is no product of two large primes")
    return key


def _of_rsa(key: RSAPublicKey, what: str) -> tuple[int, int]:
    try:
        numbers = key.public_numbers()
    except Exception:
        # An impossible modulus is refused here by some versions of the parser, and not by others.
        raise ArgumentError(f"{what} is no RSA key: its numbers can't be used") from None
    return numbers.n, numbers.e


@cache
def _small_primes() -> int:
    """The product of all primes under 752, which SP 800-89 (section 5.3.3) asks to try."""
    product = 2
    for candidate in range(3, 752, 2):
        if math.gcd(candidate, product) == 1:
            product *= candidate
    return product


def ec_key(curve: str, x: bytes, y: bytes | bool) -> EllipticCurvePublicKey:
    """The key at a point of a named curve; the coordinates are big-endian.

    `y` may be only its sign, as COSE allows (RFC 9053, section 7.1.1). Zeros in front, too many or too
    few, change nothing: real lists have both. Raises `ArgumentError` where there is no such curve or
    point.
    """
    known = _BY_NAME.get(curve)
    if known is None:
        raise ArgumentError("the curve is not known here")
    size = known.coordinate_bytes
    if isinstance(y, bool):
        point = (b"\x03" if y else b"\x02") + _sized(x, size)
    else:
        point = b"\x04" + _sized(x, size) + _sized(y, size)
    try:
        return EllipticCurvePublicKey.from_encoded_point(known.parameters, point)
    except ValueError:
        raise ArgumentError("the point is not on the curve") from None


def rsa_key(n: bytes, e: bytes) -> RSAPublicKey:
    """The key with this modulus and exponent, both big-endian.

    Raises `ArgumentError` where they make no key, or have more than 2048 bytes.
    """
    if not n or not e or len(n) > _LARGEST_NUMBER or len(e) > _LARGEST_NUMBER:
        raise ArgumentError("the numbers of the RSA key are missing or too large")
    try:
        key = RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big")).public_key()
    except Exception:
        # Which error it is depends on the number and on the version of OpenSSL.
        raise ArgumentError("the numbers make no RSA key") from None
    usable(key)
    return key


def numbers_of(key: PublicKey) -> EcNumbers | RsaNumbers:
    """The numbers of a key: coordinates of the curve's full length, RSA without leading zeros.

    Raises `ArgumentError` for a curve that has no name here.
    """
    if isinstance(key, RSAPublicKey):
        rsa = key.public_numbers()
        return RsaNumbers(_shortest(rsa.n), _shortest(rsa.e))
    if isinstance(key, Ed25519PublicKey):
        raise ArgumentError("a key of EdDSA has no such numbers")
    curve = _BY_OPENSSL_NAME.get(key.curve.name)
    if curve is None:
        raise ArgumentError(f"there is no name for the curve {key.curve.name}")
    ec, size = key.public_numbers(), curve.coordinate_bytes
    return EcNumbers(curve.name, ec.x.to_bytes(size, "big"), ec.y.to_bytes(size, "big"))


def from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """The public key of a JWK (RFC 7518, section 6): EC on P-256, P-384 or P-521, or RSA.

    Its numbers are read in either alphabet of Base64, padded or not. Raises `ArgumentError` where it is
    neither, is not on its curve, or holds a private key, which has no place among public ones.

    >>> from_jwk({"kty": "oct", "k": "c2VjcmV0"})
    Traceback (most recent call last):
        ...
    vaxpass.errors.ArgumentError: it holds a private key; name the file with the public one
    """
    if _PRIVATE & jwk.keys():
        raise ArgumentError("failure.pin.private")
    kty = jwk.get("kty")
    if kty == "EC":
        name = jwk.get("crv")
        if not isinstance(name, str) or name not in _BY_NAME:
            raise ArgumentError("the JWK names no curve that is known here")
        return ec_key(name, _number(jwk, "x"), _number(jwk, "y"))
    if kty == "RSA":
        return rsa_key(_number(jwk, "n"), _number(jwk, "e"))
    raise ArgumentError("the JWK is neither EC nor RSA")


def to_jwk(key: PublicKey) -> dict[str, str]:
    """A public key as a JWK, without a kid. Raises `ArgumentError` for a curve that has no name there.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = ca.issued.certificate.public_key
    >>> to_jwk(key)["crv"], from_jwk(to_jwk(key)) == key
    ('P-256', True)
    """
    numbers = numbers_of(key)
    text = strict_base64.encode_url
    if isinstance(numbers, RsaNumbers):
        return {"kty": "RSA", "n": text(numbers.n), "e": text(numbers.e)}
    return {"kty": "EC", "crv": numbers.curve, "x": text(numbers.x), "y": text(numbers.y)}


def public_bytes(key: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7).

    >>> from vaxpass.crypto import load_public_key, new_bundle_key
    >>> key = load_public_key(new_bundle_key()[1])
    >>> load_spki(public_bytes(key)) == key
    True
    """
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        Encoding,
        PublicFormat,
    )

    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_pem(key: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo as PEM, in ASCII."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see above
        Encoding,
        PublicFormat,
    )

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: PublicKey) -> str:
    """SHA-256 over the key's SubjectPublicKeyInfo, in lower-case hexadecimal (64 characters).

    >>> from vaxpass.crypto import load_public_key, new_bundle_key
    >>> key = load_public_key(new_bundle_key()[1])
    >>> fingerprint(key) == hashlib.sha256(public_bytes(key)).hexdigest()
    True
    """
    return hashlib.sha256(public_bytes(key)).hexdigest()


def _loaded(load: Callable[[bytes], object], data: bytes) -> PublicKey:
    try:
        key = load(data)
    except Exception as error:
        # Which one it is depends on the bytes and on the version of the parser.
        raise ArgumentError(f"not a usable public key: {error}") from None
    # Bare keys of EdDSA sign DIVOC certificates; certificates and JWK never have them.
    return key if isinstance(key, Ed25519PublicKey) else usable(key)


def _sized(number: bytes, size: int) -> bytes:
    shortest = number.lstrip(b"\x00")
    if len(shortest) > size:
        raise ArgumentError("a coordinate is too long for the curve")
    return shortest.rjust(size, b"\x00")


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _number(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LARGEST_MEMBER:
        raise ArgumentError(f"the JWK's {name} is missing or not a number")
    try:
        # Both alphabets: the WHO network writes plain Base64 with padding in places.
        return strict_base64.decode_any(value)
    except ValueError:
        raise ArgumentError(f"the JWK's {name} is not Base64") from None
