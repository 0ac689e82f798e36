"""Signer certificates with nothing to be said about them, to be changed by tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.world import START
from vaxpass.crypto import SignerKey
from vaxpass.trust import TrustedKey

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
ISSUER = ec.generate_private_key(ec.SECP256R1())


def key_usage(*, signs: bool = True) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False)


def make(
    key: Any = KEY,
    *,
    country: str | None = "XA",
    days: int = 730,
    start: datetime = START,
    usage: x509.KeyUsage | None = None,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    ca: bool | None = None,
    names_keys: bool = True,
) -> SignerKey:
    """A certificate that nothing is to be said about, but for what the arguments change."""

    def name(unit: str) -> x509.Name:
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, unit)]
        if country:
            parts.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country))
        return x509.Name(parts)

    builder = x509.CertificateBuilder().subject_name(name("DSC")).issuer_name(name("CSCA"))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=days))
    builder = builder.add_extension(usage or key_usage(), critical=True)
    if names_keys:
        ski = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(ISSUER.public_key())
        builder = builder.add_extension(ski, critical=False).add_extension(aki, critical=False)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    return SignerKey.from_der(builder.sign(ISSUER, SHA256()).public_bytes(Encoding.DER))


def listed(certificate: SignerKey, **changes: Any) -> TrustedKey:
    return TrustedKey.of(certificate, "here", **changes)


GOOD = make()
