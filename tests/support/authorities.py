"""Authorities, trust anchors and signers in chains: keys with the certificates that they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.world import START
from vaxpass.crypto import SignerKey


@dataclass(frozen=True)
class Owner:
    """A key with its certificate."""

    key: Any
    x509: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.x509.public_bytes(Encoding.DER)

    @property
    def certificate(self) -> SignerKey:
        return SignerKey.from_der(self.der)


def issue(
    name: str,
    issuer: Owner | None = None,
    *,
    ca: bool | None = True,
    cert_sign: bool | None = None,
    country: str = "VN",
    key: Any = None,
    days: int = 900,
    pss: bool = False,
    hash_algorithm: Any = None,
) -> Owner:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(subject)
    builder = builder.issuer_name(issuer.x509.subject if issuer else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(START).not_valid_after(START + timedelta(days=days))
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    if cert_sign is not None:
        flags = [False, False, False, False, False, cert_sign, not cert_sign, False, False]
        builder = builder.add_extension(x509.KeyUsage(*flags), critical=True)
    how = hash_algorithm or hashes.SHA256()
    scheme = padding.PSS(padding.MGF1(how), salt_length=32) if pss else None
    signer = issuer.key if issuer else key
    return Owner(key, builder.sign(signer, how, rsa_padding=scheme))
