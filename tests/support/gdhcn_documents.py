"""Documents of the WHO network, with proofs made as WHO makes them."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.certificates import certificate
from tests.support.trust_lists import text
from vaxpass import TrustList, read_trust_list
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust.formats.gdhcn_proof import PRODUCTION, signing_input
from vaxpass.trust.pins import load_pins

Document = dict[str, Any]
KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
HOST = "did:web:tng-cdn.who.int:v2:trustlist"
SIGNER = "did:web:example.org:WHO:signing:DID"
HEADER = '{"b64":false,"crit":["b64"],"alg":"ES256"}'


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def method(der: bytes, participant: str = "VNM", usage: str = "DSC", domain: str = "DCC") -> Document:
    kid = text(certificate(der).kid)
    jwk = to_jwk(certificate(der).public_key)
    # As on the real list, the numbers are not to be relied on.
    wrong = {"crv": "UNKNOWN CURVE", "x": "é \\ \n", "kid": kid, "x5c": [text(der)]}
    return {
        "id": f"{HOST}:{domain}:{participant}:{usage}#{kid}",
        "type": "JsonWebKey2020",
        "controller": HOST,
        "publicKeyJwk": jwk | wrong,
        "domain": {"code": f"#{domain}"},
        "participant": {"code": f"#{participant}"},
        "keyusage": {"code": f"#{usage}"},
    }


def unproved(*methods: Any, **changes: Any) -> Document:
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": HOST,
        "controller": HOST,
        "verificationMethod": list(methods),
        "proof": {
            "type": "JsonWebSignature2020",
            "created": "2026-08-22T17:05:01Z",
            "nonce": "n0nce",
            "proofPurpose": "assertionMethod",
            "verificationMethod": SIGNER,
        },
    }
    return document | changes


def prove(
    document: Document,
    key: ec.EllipticCurvePrivateKey = KEY,
    vocabulary: str = PRODUCTION,
    header: str = HEADER,
) -> bytes:
    """The document with a proof, as WHO makes it."""
    document = copy.deepcopy(document)
    segment = url64(header.encode())
    signature = key.sign(signing_input(document, segment.encode(), vocabulary), ec.ECDSA(SHA256()))
    document["proof"]["jws"] = f"{segment}..{url64(signature)}"
    return json.dumps(document).encode()


def read(data: bytes, *pins: Any, **options: Any) -> TrustList:
    return read_trust_list(data, source="here", **{"pins": pins, **options})


AT = datetime(2026, 11, 23, tzinfo=UTC)


# The Andorran authority's name is longer than the standard allows, which pyca/cryptography warns of.
LONG_NAMES = pytest.mark.filterwarnings("ignore:Attribute's length")


@cache
def real(folder: Path, environment: str, name: str) -> bytes:
    return (folder / "trust_lists" / f"gdhcn-{environment}" / name).read_bytes()


def who_key(shared: Path, environment: str) -> Any:
    (pin,) = load_pins(real(shared, environment, "WHO-signing-DID.json"))
    return pin
