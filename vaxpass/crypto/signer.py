"""Private keys that sign. OpenSSL computes, never Python.

Keys are read from PKCS#8 in PEM (RFC 5958, RFC 7468) and from PKCS#12 (RFC 7292), each with a password
or without. Signatures are raw: r||s for ES256, one length for each RSA key (RFC 9053, section 2.1; RFC
8230).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from vaxpass.crypto.certificate import SignerKey, certificate_blocks, key_identifier
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import KeyType, PublicKey, fingerprint, public_bytes
from vaxpass.crypto.signature import takes
from vaxpass.errors import SignerError

_SHA256: Final = SHA256()
_PSS: Final = PSS(MGF1(_SHA256), salt_length=32)
_ECDSA: Final = ECDSA(Prehashed(_SHA256))  # hashing before is a little faster
_COORDINATE_BYTES: Final = 32


class Signer(Protocol):
    """What `encode` needs of a key. A key in hardware is a `Signer` by having these three.

    >>> from vaxpass.crypto.authority import new_bundle_key
    >>> signer: Signer = BareSigner.from_key_pem(new_bundle_key()[0])
    >>> len(signer.kid), len(signer.sign(b"data"))
    (8, 64)
    """

    @property
    def algorithm(self) -> Algorithm:
        """How it signs: ES256 or PS256."""

    @property
    def kid(self) -> bytes:
        """The identifier of its certificate (8 bytes), or of its public key where it has none."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: r||s for ES256 (64 bytes), the RSA signature for PS256."""


class BareSigner:
    """A `Signer` with a private key in memory and no certificate, such as the maker of a bundle.

    A key on P-256 signs with ES256, an RSA key from 2048 bits on with PS256; for any other it raises
    `SignerError`. Its `kid` is the first 8 bytes of SHA-256 over its SubjectPublicKeyInfo.

    >>> from vaxpass.crypto import new_bundle_key, verify
    >>> signer = BareSigner.from_key_pem(new_bundle_key()[0])
    >>> verify(signer.algorithm, signer.public_key, signer.sign(b"data"), b"data")
    <Result.VERIFIED: 'verified'>
    """

    __slots__ = ("_key", "_sign", "algorithm", "kid")

    def __init__(self, key: EllipticCurvePrivateKey | RSAPrivateKey) -> None:
        key_type = KeyType.of(key.public_key())
        if isinstance(key, RSAPrivateKey):
            self.algorithm = Algorithm.PS256
            self._sign = _with_rsa(key)
            if not takes(self.algorithm, key_type):
                raise SignerError("failure.signer.rsa_short", key_type=key_type)
        else:
            self.algorithm = Algorithm.ES256
            self._sign = _with_ec(key)
            if not takes(self.algorithm, key_type):
                raise SignerError("failure.signer.other_curve", curve=key.curve.name)
        self._key = key
        self.kid = key_identifier(public_bytes(key.public_key()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.algorithm.name}, kid={self.kid.hex()})"

    @classmethod
    def from_key_pem(cls, key: bytes, password: bytes | None = None) -> BareSigner:
        """From a private key in PEM (PKCS#8, RFC 5958), with its password where it has one.

        Raises `SignerError` where the key can't be read, or is none that can sign here.
        """
        return BareSigner(_private_key(key, password))

    @property
    def public_key(self) -> PublicKey:
        """The key that its signatures are verified with."""
        return self._key.public_key()

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: r||s for ES256 (64 bytes), the RSA signature for PS256."""
        return self._sign(data)


class KeySigner(BareSigner):
    """A `Signer` with a private key in memory and its certificate.

    Raises `SignerError` where the two do not belong together, and where `BareSigner` does.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=3650)
    >>> ca.issue_signer(days=730).signer().algorithm
    <Algorithm.ES256: -7>
    """

    __slots__ = ("certificate",)

    def __init__(
        self,
        key: EllipticCurvePrivateKey | RSAPrivateKey,
        certificate: SignerKey,
    ) -> None:
        super().__init__(key)
        if fingerprint(key.public_key()) != fingerprint(certificate.public_key):
            raise SignerError("failure.signer.other_certificate")
        self.certificate = certificate
        self.kid = certificate.kid

    @classmethod
    def from_pem(cls, key: bytes, certificate: bytes, password: bytes | None = None) -> KeySigner:
        """From a private key in PEM and its certificate in PEM or DER.

        Of several certificates in one PEM text the first counts. Raises `SignerError`.
        """
        private = _private_key(key, password)
        try:
            found = [SignerKey.from_der(block) for block in certificate_blocks(certificate)]
        except ValueError:
            raise SignerError("failure.signer.certificate_unreadable") from None
        if not found:
            raise SignerError("failure.signer.no_certificate")
        return cls(private, found[0])

    @classmethod
    def from_pkcs12(cls, data: bytes, password: bytes | None = None) -> KeySigner:
        """From a PKCS#12 file (.p12, .pfx) with one key and its certificate.

        Raises `SignerError`.
        """
        try:
            bundle = load_pkcs12(data, password)
        except (ValueError, UnsupportedAlgorithm):
            raise SignerError("failure.signer.pkcs12_unreadable") from None
        if bundle.cert is None:
            raise SignerError("failure.signer.pkcs12_no_certificate")
        if not isinstance(bundle.key, EllipticCurvePrivateKey | RSAPrivateKey):
            raise SignerError("failure.signer.pkcs12_no_key")
        der = bundle.cert.certificate.public_bytes(Encoding.DER)
        return cls(bundle.key, SignerKey.from_der(der))


def _with_rsa(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda data: key.sign(data, _PSS, _SHA256)


def _with_ec(key: EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    return lambda data: _raw(key.sign(hashlib.sha256(data).digest(), _ECDSA))


def _raw(der: bytes) -> bytes:
    """r||s of a P-256 signature in DER as OpenSSL writes it: 30 len 02 len r 02 len s.

    A number has a zero in front where it would be negative, and none more; so only its last 32 bytes
    count, and a short one is filled up.
    """
    split = 4 + der[3]
    r, s = der[4:split], der[split + 2 :]
    return r[-_COORDINATE_BYTES:].rjust(_COORDINATE_BYTES, b"\0") + s[-_COORDINATE_BYTES:].rjust(
        _COORDINATE_BYTES, b"\0"
    )


def _private_key(pem: bytes, password: bytes | None) -> EllipticCurvePrivateKey | RSAPrivateKey:
    try:
        private = load_pem_private_key(pem, password)
    except TypeError:
        needed = "not_encrypted" if password else "no_password"
        raise SignerError(f"failure.signer.{needed}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignerError("failure.signer.key_unreadable") from None
    if not isinstance(private, EllipticCurvePrivateKey | RSAPrivateKey):
        raise SignerError("failure.signer.not_ec_rsa")
    return private
