"""A small world made in memory: one country CA, its signers, one certificate of each kind.

`forge` builds a message from its parts, so that any of them can be wrong and the signature still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import cbor2

from vaxpass import (
    Certificate,
    Person,
    Policy,
    Recovery,
    Stage,
    TestEntry,
    TrustList,
    Vaccination,
    Verdict,
    Verifier,
    encode,
)
from vaxpass.crypto import Algorithm, KeySigner
from vaxpass.documents import Claims, Holder
from vaxpass.documents.hcert.dcc.document import document_of
from vaxpass.encoding import base45, deflate
from vaxpass.testing import Authority, IssuedKey
from vaxpass.trust import TrustedKey

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
END: Final = datetime(2027, 1, 1, tzinfo=UTC)

# Of a verifier without revocation data.
# Those that every verifier judges.
STAGES: Final[tuple[Stage, ...]] = tuple(
    stage
    for stage in Stage
    if stage not in (Stage.ARCHIVE, Stage.JSON, Stage.JWS, Stage.REVOCATION, Stage.RULES)
)


def holder_of(certificate: Certificate) -> Holder:
    """The holder of a certificate, in the shape that all families share."""
    return document_of(certificate, Claims("VN", START.timestamp(), END.timestamp(), None)).holder


PERSON: Final = Person("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY")
UVCI: Final = "URN:UVCI:01:VN:FFFE3D31FABD035899134A9D3BAE9BCF#1"
VACCINATION: Final = Certificate(
    PERSON,
    "1990-05-06",
    (
        Vaccination(
            disease="840539006",
            prophylaxis="1119349007",
            product="EU/1/20/1528",
            manufacturer="ORG-100030215",
            dose=2,
            doses=2,
            date="2025-12-12",
            country="VN",
            issuer="Ministry of Health",
            uvci=UVCI,
        ),
    ),
)
TEST: Final = Certificate(
    PERSON,
    "1990-05-06",
    (
        TestEntry(
            disease="840539006",
            type="LP6464-4",
            sampled_at="2025-12-30T08:00:00+07:00",
            result="260415000",
            country="VN",
            issuer="Ministry of Health",
            uvci=UVCI,
            centre="Hospital 108",
            name="RT-PCR",
        ),
    ),
)


def of_result(result: str) -> Certificate:
    """The test certificate, with another code of the result."""
    payload: dict[str, Any] = dict(TEST.to_payload())
    return Certificate.from_payload({**payload, "t": [{**payload["t"][0], "tr": result}]})


DETECTED: Final = "260373001"
RECOVERY: Final = Certificate(
    PERSON,
    "1990-05-06",
    (
        Recovery(
            disease="840539006",
            first_positive="2025-12-01",
            valid_from="2025-12-12",
            valid_until="2026-07-31",
            country="VN",
            issuer="Ministry of Health",
            uvci=UVCI,
        ),
    ),
)


@dataclass(frozen=True)
class World:
    """Keys, and the list that trusts them."""

    authority: Authority
    es256: IssuedKey
    ps256: IssuedKey
    trust: TrustList

    def issue(self, certificate: Certificate = VACCINATION, key: IssuedKey | None = None) -> str:
        """The text of a certificate, valid from START to END."""
        signer = (key or self.es256).signer()
        return encode(certificate, signer, issuer="VN", issued_at=START, expires_at=END)

    def verify(self, text: str, at: datetime = NOW, policy: Policy | None = None) -> Verdict:
        return Verifier(self.trust, policy or Policy()).verify(text, at=at)


def with_later_entry(certificate: Certificate) -> Certificate:
    """The same with days within the validity from START to END, so that rules can ask for a wait.

    `encode` refuses it: it states what happened after the time of issue. `forge` signs it.
    """
    (entry,) = certificate.entries
    if isinstance(entry, Vaccination):
        entry = replace(entry, date="2026-01-12")
    elif isinstance(entry, TestEntry):
        entry = replace(entry, sampled_at="2026-05-30T08:00:00+07:00")
    else:
        entry = replace(entry, first_positive="2026-02-01", valid_from="2026-02-12")
    return replace(certificate, entries=(entry,))


def text_of_a_later_dose(world: World) -> str:
    """A vaccination of 12 January 2026, in force from START to END."""
    return forge(world.es256.signer(), claims(with_later_entry(VACCINATION)))


def trusted(key: IssuedKey, *, test: bool = False) -> TrustedKey:
    return TrustedKey(key.certificate.kid, key.certificate, "VN", "the test world", test)


def make_world() -> World:
    authority = Authority.create("VN", valid_from=START, days=3650)
    es256 = authority.issue_signer(days=730)
    ps256 = authority.issue_signer(days=730, algorithm=Algorithm.PS256)
    return World(authority, es256, ps256, TrustList([trusted(es256), trusted(ps256)]))


def pack(cose: bytes) -> str:
    """COSE bytes -> text."""
    return "HC1:" + base45.encode(deflate.deflate(cose))


def claims(certificate: Certificate = VACCINATION, **changes: object) -> dict[int, object]:
    """Good claims; `changes` replace or (with `...`) remove `iss`, `exp`, `iat`, `nbf` or `hcert`."""
    keys = {"iss": 1, "exp": 4, "iat": 6, "nbf": 5, "hcert": -260}
    good: dict[int, object] = {
        1: "VN",
        4: int(END.timestamp()),
        6: int(START.timestamp()),
        -260: {1: certificate.to_payload()},
    }
    for name, value in changes.items():
        if value is ...:
            del good[keys[name]]
        else:
            good[keys[name]] = value
    return good


def forge(
    signer: KeySigner,
    payload: object,
    *,
    protected: bytes | Mapping[object, object] | None = None,
    unprotected: Mapping[object, object] | None = None,
    tag: int | None = 18,
) -> str:
    """The text of a validly signed message made of the given parts.

    `payload` and `protected` are CBOR bytes, or values that are encoded as they are.
    """
    if protected is None:
        protected = {1: signer.algorithm.value, 4: signer.kid}
    header = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    body = payload if isinstance(payload, bytes) else cbor2.dumps(payload)
    signature = signer.sign(cbor2.dumps(["Signature1", header, b"", body]))
    message: object = [header, dict(unprotected or {}), body, signature]
    return pack(cbor2.dumps(message if tag is None else cbor2.CBORTag(tag, message)))


def lifetime(key: IssuedKey) -> tuple[int, int]:
    """First and last second of the validity of a key's certificate."""
    certificate = key.certificate
    assert certificate.not_before is not None
    assert certificate.not_after is not None
    return certificate.not_before, certificate.not_after
