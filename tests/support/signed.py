"""Signed lists made in memory: certificates in chains, and messages in the compact form of JWS."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.world import START
from vaxpass.crypto import SignerKey

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Holder(NamedTuple):
    """A private key and its certificate."""

    key: PrivateKey
    certificate: SignerKey

    @property
    def der(self) -> bytes:
        return self.certificate.der


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def issue(
    name: str,
    issuer: Holder | None = None,
    *,
    ca: bool = False,
    path_length: int | None = None,
    key: PrivateKey | None = None,
    start: datetime = START,
    days: int = 1000,
) -> Holder:
    """A new certificate, self-signed where there is no issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    issuer_name = x509.load_der_x509_certificate(issuer.der).subject if issuer else _name(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    )
    signed = builder.sign(issuer.key if issuer else key, SHA256())
    return Holder(key, SignerKey.from_der(signed.public_bytes(Encoding.DER)))


def segment(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signature(key: PrivateKey, algorithm: object, signed: bytes) -> bytes:
    """As JWS wants it: r||s, or RSA with either padding."""
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        return key.sign(signed, pss if algorithm == "PS256" else padding.PKCS1v15(), SHA256())
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    size = (key.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def compact(payload: object, key: PrivateKey, chain: tuple[bytes, ...] = (), **header: Any) -> bytes:
    """A JWS over the payload; `...` leaves a member of the header out."""
    usual = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    names = {"alg": usual, "x5c": [base64.b64encode(der).decode() for der in chain] or ..., **header}
    head = json.dumps({name: value for name, value in names.items() if value is not ...}).encode()
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = segment(head) + b"." + segment(body)
    return signed + b"." + segment(signature(key, names["alg"], signed))
