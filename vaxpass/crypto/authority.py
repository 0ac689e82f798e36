"""New keys and certificates for tests: a country CA (CSCA) and its document signers (DSC).

HCERT specification 1.0.8, appendix A, describes both. A real CSCA lives in hardware. This one is for
tests and demonstrations, and has TEST in every name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from vaxpass.codes import Kind
from vaxpass.crypto.certificate import (
    TEST_ORGANIZATION,
    USAGE_OIDS,
    SignerKey,
    load_certificate,
)
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import public_pem
from vaxpass.crypto.signer import KeySigner
from vaxpass.errors import ArgumentError, require, require_aware

_PrivateKey: TypeAlias = EllipticCurvePrivateKey | RSAPrivateKey

_COUNTRY: Final = re.compile("[A-Za-z]{2}")
_RSA_BITS: Final = 2048
_RSA_EXPONENT: Final = 65537


@dataclass(frozen=True)
class IssuedKey:
    """A private key and its certificate, as `Authority` makes them.

    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> issued = ca.issue_signer(days=365)
    >>> issued.signer().kid == issued.certificate.kid
    True
    """

    key: _PrivateKey
    certificate: SignerKey

    def __repr__(self) -> str:
        return f"IssuedKey(kid={self.certificate.kid.hex()})"

    def signer(self) -> KeySigner:
        """Something that signs certificates with this key."""
        return KeySigner(self.key, self.certificate)

    def key_pem(self, password: bytes | None = None) -> bytes:
        """The private key as PKCS#8 in PEM (RFC 5958), encrypted where a password is given."""
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)

    def to_pkcs12(self, password: bytes) -> bytes:
        """Key and certificate as an encrypted PKCS#12 file (RFC 7292)."""
        return pkcs12.serialize_key_and_certificates(
            b"vaxpass test signer",
            self.key,  # type: ignore[arg-type,unused-ignore]
            load_certificate(self.certificate.der),
            None,
            BestAvailableEncryption(password),
        )


@dataclass(frozen=True)
class Authority:
    """A country CA for tests.

    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=3650)
    >>> dsc = ca.issue_signer(kinds=[Kind.TEST], days=730)
    >>> dsc.certificate.country, sorted(dsc.certificate.kinds)
    ('VN', [<Kind.TEST: 'eu-dcc.test'>])
    """

    country: str
    valid_from: datetime
    issued: IssuedKey

    @classmethod
    def create(cls, country: str, *, valid_from: datetime, days: int) -> Authority:
        """Make a key on P-256 and a self-signed certificate for a country (ISO 3166-1 alpha-2).

        The certificate is valid for `days` from `valid_from` (aware) on. Raises `ArgumentError` where
        no certificate can have these.
        """
        require("country", country, str)
        if not _COUNTRY.fullmatch(country):
            raise ArgumentError("`country` must have two letters")
        key = generate_private_key(SECP256R1())
        name = _name(country, "TEST CSCA")
        builder = (
            _builder(name, key, valid_from, days)
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )
        return cls(country, valid_from, _issue(builder, key, key))

    def issue_signer(
        self,
        *,
        days: int,
        kinds: Iterable[Kind] = (),
        algorithm: Algorithm = Algorithm.ES256,
        valid_from: datetime | None = None,
    ) -> IssuedKey:
        """Make a key and a document signer certificate, which this authority signs.

        No `kinds` means that it may sign all. ES256 gives a key on P-256, PS256 one with RSA of 2048
        bits. It is valid for `days` from `valid_from` (aware) on, or else from the authority's own
        beginning.
        """
        key: _PrivateKey
        if algorithm is Algorithm.ES256:
            key = generate_private_key(SECP256R1())
        else:
            key = generate_rsa_key(_RSA_EXPONENT, _RSA_BITS)
        ca = self.issued
        builder = (
            _builder(_name(self.country, "TEST DSC"), key, valid_from or self.valid_from, days)
            .issuer_name(_name(self.country, "TEST CSCA"))
            .add_extension(_key_usage(certificates=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), False
            )
        )
        usages = [x509.ObjectIdentifier(USAGE_OIDS[kind]) for kind in kinds]
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        return _issue(builder, key, ca.key)


def new_bundle_key(password: bytes = b"") -> tuple[bytes, bytes]:
    """A new key on P-256 for signing bundles or attestations: private and public, both PEM.

    The private key is PKCS#8 (RFC 5958), encrypted where there is a password. The public key is a
    SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), for `load_public_key`.

    >>> private, public = new_bundle_key()
    >>> public.splitlines()[0]
    b'-----BEGIN PUBLIC KEY-----'
    """
    key = generate_private_key(SECP256R1())
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return private, public_pem(key.public_key())


def _name(country: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, TEST_ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{unit} {country}"),
        ]
    )


def _builder(
    name: x509.Name, key: _PrivateKey, valid_from: datetime, days: int
) -> x509.CertificateBuilder:
    require_aware("valid_from", valid_from)
    require("days", days, int)
    if days < 1:
        raise ArgumentError("a certificate is valid for a day or more")
    try:
        start = valid_from.astimezone(UTC)
        end = start + timedelta(days=days)
    except OverflowError:
        raise ArgumentError("no certificate is valid for so long") from None
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(builder: x509.CertificateBuilder, key: _PrivateKey, ca: _PrivateKey) -> IssuedKey:
    signed = builder.sign(ca, hashes.SHA256())
    return IssuedKey(key, SignerKey.from_der(signed.public_bytes(Encoding.DER)))
