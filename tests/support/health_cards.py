"""Mints SMART Health Cards, and the lists in which verifiers find their keys."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vaxpass.crypto.authority import Authority
from vaxpass.crypto.keys import to_jwk
from vaxpass.crypto.signer import KeySigner
from vaxpass.encoding import strict_base64
from vaxpass.trust import read_trust_list
from vaxpass.trust.model import TrustList

ISSUER = "https://issuer.example.org"
ISSUED = datetime(2026, 6, 1, tzinfo=UTC)
AT = datetime(2026, 7, 1, tzinfo=UTC)
CVX = "http://hl7.org/fhir/sid/cvx"


def jwk_of(signer: KeySigner) -> dict[str, Any]:
    """The public key as its issuer publishes it; its kid is its thumbprint (RFC 7638)."""
    numbers = to_jwk(signer.public_key)
    canonical = json.dumps(numbers, sort_keys=True, separators=(",", ":")).encode()
    kid = strict_base64.encode_url(hashlib.sha256(canonical).digest())
    return {**numbers, "kid": kid, "use": "sig", "alg": "ES256"}


def patient(**changes: Any) -> dict[str, Any]:
    name = [{"family": "Đặng", "given": ["Thị", "Ánh"]}]
    return {"resourceType": "Patient", "name": name, "birthDate": "1990-02-28", **changes}


def immunization(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": CVX, "code": "183"}]},
        "occurrenceDateTime": "2026-05-01",
        "lotNumber": "YF1",
        **changes,
    }


def payload(*resources: Any, rid: str | None = None, **changes: Any) -> dict[str, Any]:
    """What a card signs."""
    given = resources or (patient(), immunization())
    entries = [{"fullUrl": f"resource:{place}", "resource": each} for place, each in enumerate(given)]
    subject = {"fhirVersion": "4.0.1", "fhirBundle": {"resourceType": "Bundle", "entry": entries}}
    vc = {"type": ["https://smarthealth.cards#health-card"], "credentialSubject": subject}
    if rid is not None:
        vc["rid"] = rid
    made = {"iss": ISSUER, "nbf": ISSUED.timestamp(), "vc": vc, **changes}
    return {name: value for name, value in made.items() if value is not None}


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def numeric(jws: str) -> str:
    return "".join(f"{ord(sign) - 45:02}" for sign in jws)


@dataclass(frozen=True)
class Issuer:
    """Somebody who issues cards."""

    signer: KeySigner

    @classmethod
    def create(cls) -> Issuer:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        return cls(Authority.create("VN", valid_from=start, days=730).issue_signer(days=365).signer())

    @property
    def jwk(self) -> dict[str, Any]:
        return jwk_of(self.signer)

    @property
    def kid(self) -> bytes:
        return strict_base64.decode_url(self.jwk["kid"])

    def sign(self, data: bytes, header: dict[str, Any] | bytes | None = None) -> str:
        """A JWS over `data`, which is what comes out of the compression."""
        usual = {"alg": "ES256", "zip": "DEF", "kid": self.jwk["kid"]}
        head = header if isinstance(header, bytes) else json.dumps(header or usual).encode()
        signed = f"{strict_base64.encode_url(head)}.{strict_base64.encode_url(data)}"
        return f"{signed}.{strict_base64.encode_url(self.signer.sign(signed.encode()))}"

    def card(self, content: dict[str, Any] | None = None, header: dict[str, Any] | None = None) -> str:
        """A card as a JWS."""
        data = json.dumps(content or payload(), separators=(",", ":"), ensure_ascii=False).encode()
        return self.sign(deflated(data), header)

    def text(self, content: dict[str, Any] | None = None) -> str:
        """A card as a QR code has it."""
        return "shc:/" + numeric(self.card(content))

    def parts(self, number: int, content: dict[str, Any] | None = None) -> list[str]:
        """A card in several QR codes."""
        jws = self.card(content)
        size = -(-len(jws) // number)
        pieces = [jws[place : place + size] for place in range(0, len(jws), size)]
        assert len(pieces) == number
        return [f"shc:/{place}/{number}/{numeric(piece)}" for place, piece in enumerate(pieces, 1)]

    def snapshot(self, **changes: Any) -> dict[str, Any]:
        """A list with this issuer alone."""
        entry = {"issuer": {"iss": ISSUER, "name": "Example Hospital"}, "keys": [self.jwk], **changes}
        return {"issuerInfo": [entry]}

    def trust(self, **changes: Any) -> TrustList:
        return read_trust_list(json.dumps(self.snapshot(**changes)).encode(), source="my issuers")
