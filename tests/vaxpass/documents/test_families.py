"""A further family goes the same road: the verifier knows nothing of it but the seam."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.world import END, NOW, START, World
from vaxpass import Code, Kind, Note, Outcome, Policy, Problem, Stage, Status, TrustList, Verifier
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents import (
    FAMILIES,
    Claims,
    Document,
    Family,
    Holder,
    Unverified,
    ValueSets,
    recognise,
)
from vaxpass.documents.family import Content, Message
from vaxpass.findings import StageError
from vaxpass.policy import Limits
from vaxpass.trust.model import TrustedKey


@dataclass(frozen=True, slots=True)
class UnverifiedLetter(Unverified):
    """A signed letter: `LETTER:` and the Base64 of kid, signature and JSON."""

    body: dict[str, Any]

    @property
    def kind(self) -> Kind | None:
        return Kind.VACCINATION

    def without_verification(self) -> Content:
        return Content(self.body, None, Document("letter", None, Holder(name=self.body.get("name"))))

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        return trust.find(self.message.kid or b"")

    def check_usage(self, signer: TrustedKey, policy: Policy) -> None:
        assert policy == Policy()

    def check_form(self, notes: list[Note]) -> list[Problem]:
        return [] if "name" in self.body else [Problem(Code.SCHEMA_REQUIRED, "$.name")]

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        assert value_sets.codes("country-2-codes")

    def check_content(self) -> Problem | None:
        return None


def read_letter(text: str, limits: Limits) -> UnverifiedLetter:
    data = base64.b64decode(text.removeprefix("LETTER:"))
    kid, signature, signed = data[:8], data[8:72], data[72:]
    if not signed:
        raise StageError.of(Code.DEFLATE_TRUNCATED)
    body = json.loads(signed)
    claims = Claims("VN", START.timestamp(), END.timestamp(), None)
    return UnverifiedLetter(Message(Algorithm.ES256, kid, signature, signed), claims, (), LETTER, body)


LETTER = Family("letter", lambda text: text.startswith("LETTER:"), read_letter, (Stage.DEFLATE,))
BOTH = (*FAMILIES, LETTER)


def letter(world: World, body: dict[str, Any], kid: bytes | None = None) -> str:
    signer = world.es256.signer()
    signed = json.dumps(body).encode()
    data = (kid or signer.kid) + signer.sign(signed) + signed
    return "LETTER:" + base64.b64encode(data).decode()


def verifier(world: World) -> Verifier:
    return Verifier(world.trust, Policy(), families=BOTH)


def test_a_genuine_document_of_the_family_is_accepted(world: World) -> None:
    verdict = verifier(world).verify(letter(world, {"name": "Bảo Duy"}), at=NOW)
    assert verdict, verdict.reason()
    assert verdict.checks[0].stage is Stage.DEFLATE
    assert {check.status for check in verdict.checks} == {Status.PASS}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data.replace(b"Eve", b"Bob"), Code.SIGNATURE_MISMATCH),
        (lambda data: data[:72], Code.DEFLATE_TRUNCATED),
    ],
    ids=["altered", "cut short"],
)
def test_what_is_wrong_with_it_has_the_same_codes(world: World, change: Any, code: Code) -> None:
    data = base64.b64decode(letter(world, {"name": "Eve"}).removeprefix("LETTER:"))
    text = "LETTER:" + base64.b64encode(change(data)).decode()
    verdict = verifier(world).verify(text, at=NOW)
    assert not verdict
    assert verdict.code is code


def test_an_unknown_signer_leaves_it_undecided(world: World) -> None:
    verdict = verifier(world).verify(letter(world, {"name": "A"}, kid=b"unknown!"), at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.TRUST_KEY_UNKNOWN)
    assert verdict.check(Stage.VALIDITY).status is Status.SKIPPED


def test_its_content_and_its_times_are_judged(world: World) -> None:
    assert verifier(world).verify(letter(world, {}), at=NOW).code is Code.SCHEMA_REQUIRED
    late = verifier(world).verify(letter(world, {"name": "A"}), at=END.replace(year=2027, month=6))
    assert late.code is Code.VALIDITY_EXPIRED


def test_both_families_are_read_side_by_side(world: World) -> None:
    assert verifier(world).verify(world.issue(), at=NOW)
    assert recognise("LETTER:AA", BOTH) is LETTER
    assert recognise("LETTER:AA") is None


def test_a_text_of_no_family_is_no_health_passport(world: World) -> None:
    verdict = verifier(world).verify("https://example.org", at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.OTHER, Code.PREFIX_MISSING)


def test_a_family_that_is_not_registered_is_not_read(world: World) -> None:
    verdict = Verifier(world.trust).verify(letter(world, {"name": "A"}), at=NOW)
    assert verdict.code is Code.PREFIX_MISSING
