"""Trust lists as bytes: the project's own format, keys of every kind, and how reading ends."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.certificates import ONE, certificate
from vaxpass import TrustList, TrustListError, read_trust_list
from vaxpass.crypto import PublicKey, SignerKey
from vaxpass.trust import TrustedKey

Entry = dict[str, Any]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def spki(der: bytes) -> bytes:
    return certificate(der).public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def described(der: bytes, subject: object = "C=XC, O=Example, CN=DSC") -> dict[str, Any]:
    return {
        "subject": subject,
        "publicKeyAlgorithm": "{'hash': {'name': 'SHA-256'}, 'name': 'ECDSA'}",
        "publicKeyPem": text(spki(der)),
    }


def read(data: bytes) -> TrustList:
    return read_trust_list(data, source="here")


def listed(*entries: object, **changes: object) -> bytes:
    """A list in the project's own format."""
    document = {"format": "vaxpass-trust-list", "version": 1, "source": "there", "keys": list(entries)}
    document |= changes
    return json.dumps({key: value for key, value in document.items() if value is not ...}).encode()


ENTRY: Entry = {"certificate": text(ONE)}


def only_a_trust_list_error(data: bytes, **pins: Any) -> None:
    refused = ""
    try:
        trust = read_trust_list(data, source="here", **pins)
    except TrustListError as error:
        trust, refused = TrustList([]), str(error)
    assert all(key.certificate.kid for key in trust)
    assert refused == "" or refused.startswith("here: ")


RSA_KEY = rsa.generate_private_key(65537, 2048).public_key()
CURVES = (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1())
KEYS: list[PublicKey] = [*(ec.generate_private_key(curve).public_key() for curve in CURVES), RSA_KEY]
BARE = [
    TrustedKey.of(SignerKey.from_key(key), "here", kid=b"\xffkid%d" % n) for n, key in enumerate(KEYS)
]
LISTED = [TrustedKey.of(certificate(ONE), "here"), *BARE]
