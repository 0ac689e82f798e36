"""Public keys on their own, for pinning: the keys that sign trust lists have no certificate."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from vaxpass.crypto.certificate import PublicKey, SignerCertificate


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
        return SignerCertificate.from_pem(data)[0].public_key
    try:
        key = load_pem_public_key(data) if b"-----BEGIN" in data else load_der_public_key(data)
    except Exception:
        return SignerCertificate.from_der(data).public_key
    if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey):
        raise ValueError("the key is neither EC nor RSA")  # noqa: TRY004 - of data
    return key


def key_of(pin: PublicKey | SignerCertificate) -> PublicKey:
    """The key of a pin, which may be a key or a certificate."""
    return pin.public_key if isinstance(pin, SignerCertificate) else pin


def fingerprint(key: PublicKey) -> str:
    """SHA-256 over the key's SubjectPublicKeyInfo, in hexadecimal."""
    return hashlib.sha256(public_bytes(key)).hexdigest()


def public_bytes(key: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo in DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_pem(key: PublicKey) -> bytes:
    """The key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
