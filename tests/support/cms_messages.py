"""CMS messages by pyca/cryptography, which packs otherwise than asn1crypto, and their signers."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from tests.support.world import END, START
from vaxpass.crypto import SignerKey


def certify(key: Any, name: str = "Uploader", country: str = "XA") -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(START).not_valid_after(END)
    ski = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(ski, critical=False).sign(key, hashes.SHA256())


def signer_of(certificate: x509.Certificate) -> SignerKey:
    return SignerKey.from_der(certificate.public_bytes(Encoding.DER))


def sign(
    content: bytes,
    key: Any,
    certificate: x509.Certificate,
    *options: PKCS7Options,
    hash_algorithm: Any = None,
    pss: padding.PSS | None = None,
) -> bytes:
    """A CMS message by pyca/cryptography, which packs otherwise than asn1crypto."""
    builder = PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, key, hash_algorithm or hashes.SHA256(), rsa_padding=pss)
    return builder.sign(Encoding.DER, [PKCS7Options.Binary, *options])


DETACHED = PKCS7Options.DetachedSignature
