"""A certificate of a detected infection is genuine, and never simply accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.rule_data import rule
from tests.support.rule_judging import var
from tests.support.world import DETECTED, END, NOW, World, of_result, trusted
from vaxpass import Code, NoteCode, Outcome, Policy, Stage, Status, TrustList, Verifier
from vaxpass.revocation import RevocationError, RevocationStore
from vaxpass.rules import RuleBook, RuleSet

NOT_DETECTED = "260415000"
INCONCLUSIVE = "419984006"
RESULT = var("payload.t.0.tr")


def positive(world: World) -> str:
    return world.issue(of_result(DETECTED))


def judged(world: World, *logics: object, **changes: Any) -> Any:
    """The verdict about a positive test by rules with these expressions."""
    kind = {"CertificateType": "Test", **changes}
    rules = (rule(Identifier=f"VR-XA-{n:04}", Logic=each, **kind) for n, each in enumerate(logics, 1))
    book = RuleBook(RuleSet(tuple(rules)))
    return Verifier(world.trust, rules=book).verify(positive(world), at=NOW, destination="XA")


@pytest.mark.parametrize("result", [DETECTED, f" {DETECTED}"])
def test_a_detected_infection_is_genuine_and_not_accepted(world: World, result: str) -> None:
    verdict = world.verify(world.issue(of_result(result)))
    assert not verdict
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_DETECTED)
    assert verdict.check(Stage.CONTENT).status is Status.OPEN
    passed = [check for check in verdict.checks if check.stage is not Stage.CONTENT]
    assert {check.status for check in passed} == {Status.PASS}
    assert verdict.certificate is not None


@pytest.mark.parametrize("result", [INCONCLUSIVE, "10828004", "", "negative", "26041500"])
def test_a_result_that_is_not_known_to_be_negative_is_looked_at(world: World, result: str) -> None:
    verdict = world.verify(world.issue(of_result(result)))
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_RESULT_UNKNOWN)


@pytest.mark.parametrize("result", [NOT_DETECTED, f"{NOT_DETECTED} "])
def test_a_negative_test_is_accepted(world: World, result: str) -> None:
    verdict = world.verify(world.issue(of_result(result)))
    assert verdict
    assert verdict.check(Stage.CONTENT).status is Status.PASS


def test_what_is_wrong_with_it_comes_first(world: World) -> None:
    expired = world.verify(positive(world), at=END + timedelta(days=1))
    assert (expired.outcome, expired.code) == (Outcome.REJECTED, Code.VALIDITY_EXPIRED)
    assert expired.check(Stage.CONTENT).code is Code.CONTENT_DETECTED
    old = TrustList(world.trust, made_at=NOW - timedelta(days=99))
    stale = Verifier(old).verify(positive(world), at=NOW)
    assert (stale.outcome, stale.code) == (Outcome.UNDECIDED, Code.TRUST_LIST_STALE)
    specimens = TrustList([trusted(world.es256, test=True)])
    assert Verifier(specimens).verify(positive(world), at=NOW).outcome is Outcome.REJECTED
    allowed = Verifier(specimens, Policy(test_keys=True)).verify(positive(world), at=NOW)
    assert allowed.outcome is Outcome.GENUINE


def test_whether_it_is_revoked_is_asked_first(world: World) -> None:
    """A store that can't be read leaves it undecided: it is not known to be genuine."""

    class Damaged(RevocationStore):
        def __init__(self) -> None:
            """Nothing is read."""

        def find(self, *_: object) -> None:
            raise RevocationError("damaged")

    verdict = Verifier(world.trust, revocations=Damaged()).verify(positive(world), at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.REVOCATION_UNREADABLE)


def test_rules_that_weigh_the_result_decide(world: World) -> None:
    admitted = judged(world, {"===": [RESULT, DETECTED]})
    assert admitted
    assert [note.code for note in admitted.notes] == [NoteCode.VALUESETS_INFECTION_DETECTED]
    refused = judged(world, {"===": [RESULT, NOT_DETECTED]})
    assert (refused.outcome, refused.code) == (Outcome.REJECTED, Code.RULES_FAILED)


def test_rules_that_never_ask_for_the_result_do_not_admit_it(world: World) -> None:
    verdict = judged(world, {"===": [var("payload.t.0.tg"), "840539006"]})
    assert (verdict.outcome, verdict.code) == (Outcome.GENUINE, Code.CONTENT_DETECTED)
    assert verdict.check(Stage.RULES).status is Status.PASS


def test_rules_that_are_open_or_unknown_leave_it_undecided(world: World) -> None:
    verdict = judged(world, {"===": [RESULT, DETECTED]}, Country="XB")
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.RULES_NONE)
