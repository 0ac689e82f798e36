"""Does this key's signature fit these bytes? OpenSSL computes, through pyca/cryptography.

Signatures come in two forms:

- raw, in COSE and JOSE: r||s for ECDSA, and one length for each key (RFC 9053, section 2.1; RFC 7518,
  section 3.4). `verify` judges them, for passports, lists and bundles alike.
- as X.509 and CMS have them: ECDSA in ASN.1 DER (RFC 3279, section 2.2.3). `verify_x509` judges them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import ED25519, P256, P384, P521, KeyType, PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SHA256: Final = SHA256()
_HASHES: Final[dict[Algorithm, Callable[[], HashAlgorithm]]] = {
    Algorithm.ES256: SHA256,
    Algorithm.ES384: SHA384,
    Algorithm.ES512: SHA512,
}
_RSA: Final = (Algorithm.PS256, Algorithm.RS256)
_PSS: Final = PSS(MGF1(_SHA256), salt_length=32)
_PKCS1: Final = PKCS1v15()
_LEAST_RSA_BITS: Final = 2048
_LEAST_SHORT_RSA_BITS: Final = 1024
_LEAST_EC_BITS: Final = 224
"""ICAO 9303-12; as strong as RSA of 2048 bits"""
P384_SIGNATURE_BYTES: Final = 2 * P384.coordinate_bytes
"""The length of a signature with a P-384 key; no other key that is accepted makes such a one."""


class Result(Enum):
    """What became of a signature. Only `VERIFIED` is true.

    >>> bool(Result.VERIFIED), bool(Result.MISMATCH)
    (True, False)
    """

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    """The key did not make this signature over these bytes."""
    MALFORMED = "malformed"
    """The signature has not the length that the key gives it."""
    KEY_TYPE = "key_type"
    """The algorithm does not take a key of this type."""
    KEY_TOO_WEAK = "key_too_weak"
    """The key made the signature, but is so weak that others may have found it out."""

    def __bool__(self) -> bool:
        return self is Result.VERIFIED


def verify(  # noqa: PLR0913 - what a policy may allow
    algorithm: Algorithm,
    key: PublicKey,
    signature: bytes,
    signed: bytes,
    *,
    p384: bool = False,
    short_rsa: bool = False,
) -> Result:
    """Judge a raw signature over the bytes `signed`, as COSE and JOSE have it.

    `p384` allows ES256 with a key on P-384 as well, which some issuers use against RFC 9053.
    `short_rsa` allows RSA keys from 1024 bits on, which RFC 8230 forbids under 2048. Never raises.

    >>> from vaxpass.crypto.authority import Authority
    >>> from datetime import UTC, datetime
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=9)
    >>> signer = ca.issue_signer(days=9).signer()
    >>> verify(Algorithm.ES256, signer.public_key, signer.sign(b"data"), b"data")
    <Result.VERIFIED: 'verified'>
    """
    key_type = KeyType.of(key)
    weak = False
    if not takes(algorithm, key_type, p384=p384):
        weak = algorithm in _RSA and key_type.is_rsa
        if not weak:
            return Result.KEY_TYPE
    # A longer one, padded with zeros, would be the same number, and so a second signature.
    if len(signature) != signature_bytes(key_type):
        return Result.MALFORMED
    try:
        if key_type.is_rsa:
            padding = _PSS if algorithm is Algorithm.PS256 else _PKCS1
            cast("RSAPublicKey", key).verify(signature, signed, padding, _SHA256)
        elif key_type is ED25519:
            cast("Ed25519PublicKey", key).verify(signature, signed)
        else:
            half = len(signature) // 2
            r = int.from_bytes(signature[:half], "big")
            s = int.from_bytes(signature[half:], "big")
            ecdsa = _ecdsa(algorithm)
            cast("EllipticCurvePublicKey", key).verify(encode_dss_signature(r, s), signed, ecdsa)
    except (InvalidSignature, ValueError):
        return Result.MISMATCH
    if weak and not (short_rsa and key_type.bits >= _LEAST_SHORT_RSA_BITS):
        return Result.KEY_TOO_WEAK
    return Result.VERIFIED


def is_short_rsa(key_type: KeyType) -> bool:
    """Whether a key is RSA of under 2048 bits, which RFC 8230 forbids.

    >>> is_short_rsa(KeyType(1024)), is_short_rsa(KeyType(2048))
    (True, False)
    """
    return key_type.is_rsa and key_type.bits < _LEAST_RSA_BITS


def takes(algorithm: Algorithm, key_type: KeyType, *, p384: bool = False) -> bool:
    """Whether an algorithm takes keys of this type.

    ES256 takes P-256, and P-384 only where `p384` says so; ES384 takes P-384, ES512 P-521 and EdDSA
    Ed25519; PS256 and RS256 take RSA from 2048 bits on.

    >>> takes(Algorithm.PS256, KeyType(1024)), takes(Algorithm.ES256, KeyType(256, P256, "P-256"))
    (False, True)
    """
    if algorithm is Algorithm.ES256:
        return key_type.curve is P256 or (p384 and key_type.curve is P384)
    if algorithm is Algorithm.EDDSA:
        return key_type is ED25519
    if algorithm not in _RSA:
        return key_type.curve is (P384 if algorithm is Algorithm.ES384 else P521)
    return key_type.is_rsa and key_type.bits >= _LEAST_RSA_BITS


def signature_bytes(key_type: KeyType) -> int:
    """The length in bytes that every raw signature with a key of this type has.

    >>> signature_bytes(KeyType(256, P256, "P-256")), signature_bytes(KeyType(2049))
    (64, 257)
    """
    size = (key_type.bits + 7) // 8  # that of Ed25519 is 2 x 32 bytes, too (RFC 8032)
    return size if key_type.is_rsa else 2 * size


def verify_x509(
    key: PublicKey,
    signature: bytes,
    signed: bytes,
    hash_algorithm: HashAlgorithm,
    padding: PSS | PKCS1v15 | None = None,
) -> bool:
    """Whether a signature of a certificate or a CMS message holds: ECDSA in DER, RSA with `padding`.

    Any curve is taken; RSA keys under 2048 bits and others under 224 never verify. Never raises.
    """
    try:
        if isinstance(key, RSAPublicKey):
            if padding is None or key.key_size < _LEAST_RSA_BITS:
                return False
            key.verify(signature, signed, padding, hash_algorithm)
        elif padding is None and isinstance(key, EllipticCurvePublicKey):
            if key.key_size < _LEAST_EC_BITS:
                return False
            key.verify(signature, signed, ECDSA(hash_algorithm))
        else:
            return False
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def verify_es256_der(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether an ES256 signature holds that is in DER instead of r||s, as the WHO network writes it.

    Only a key on P-256 is taken. Never raises.
    """
    return KeyType.of(key).curve is P256 and verify_x509(key, signature, signed, _SHA256)


def verify_es512_der(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    """Whether an ES512 signature holds that is in DER instead of r||s, as the VCI directory writes it.

    Only a key on P-521 is taken. Never raises.
    """
    return KeyType.of(key).curve is P521 and verify_x509(key, signature, signed, SHA512())


@cache
def _ecdsa(algorithm: Algorithm) -> ECDSA:
    """Made at first use: making one loads a good part of the binding to OpenSSL."""
    return ECDSA(_HASHES[algorithm]())
