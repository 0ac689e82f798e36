"""The main road: a good certificate is accepted, and each thing that can be wrong has its code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.support.world import (
    END,
    NOW,
    RECOVERY,
    STAGES,
    START,
    TEST,
    VACCINATION,
    World,
    claims,
    forge,
    trusted,
)
from vaxpass import (
    Certificate,
    Code,
    Kind,
    NotAccepted,
    Outcome,
    Policy,
    Stage,
    Status,
    TrustList,
    Verdict,
    Verifier,
)


@pytest.mark.parametrize("certificate", [VACCINATION, TEST, RECOVERY])
@pytest.mark.parametrize("algorithm", ["es256", "ps256"])
def test_a_good_certificate_is_accepted(world: World, certificate: Certificate, algorithm: str) -> None:
    verdict = world.verify(world.issue(certificate, getattr(world, algorithm)))
    assert verdict
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.code is None
    assert verdict.certificate == certificate
    assert verdict.kind is certificate.kind
    assert verdict.notes == ()
    assert [(c.stage, c.status) for c in verdict.checks] == [(s, Status.PASS) for s in STAGES]


def test_no_checks_at_all_is_not_accepted() -> None:
    assert not Verdict(())
    assert Verdict(()).outcome is Outcome.UNDECIDED


def test_an_unknown_key_leaves_it_undecided_and_judges_nothing_more(world: World) -> None:
    verdict = Verifier(TrustList([])).verify(world.issue(), at=NOW)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.code is Code.TRUST_KEY_UNKNOWN
    assert verdict.check(Stage.TRUST).status is Status.OPEN
    assert {c.status for c in verdict.checks[7:]} == {Status.SKIPPED}
    assert verdict.certificate is None, "nothing vouches for the content"
    assert verdict.unverified is not None


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (START - timedelta(seconds=1), Code.VALIDITY_NOT_YET),
        (START, None),
        (END, None),
        (END + timedelta(seconds=1), Code.VALIDITY_EXPIRED),
    ],
)
def test_validity_is_inclusive_at_both_ends(world: World, at: datetime, code: Code | None) -> None:
    exact = Policy(clock_tolerance=timedelta(0))
    assert world.verify(world.issue(), at, exact).code == code


@pytest.mark.parametrize("nbf", [..., int(START.timestamp())])
def test_a_clock_may_be_behind_that_of_the_issuer(world: World, nbf: object) -> None:
    text = forge(world.es256.signer(), claims(nbf=nbf) if nbf is not ... else claims())
    assert world.verify(text, START - timedelta(minutes=5))
    early = world.verify(text, START - timedelta(minutes=5, seconds=1))
    assert early.code is Code.VALIDITY_NOT_YET
    hour = Policy(clock_tolerance=timedelta(hours=1))
    assert world.verify(text, START - timedelta(hours=1), hour)
    later = forge(world.es256.signer(), claims(nbf=int(NOW.timestamp())))
    assert world.verify(later, NOW - timedelta(seconds=1), hour).code is Code.VALIDITY_NOT_YET
    # Nothing is added to the end.
    assert world.verify(text, END + timedelta(seconds=1), hour).code is Code.VALIDITY_EXPIRED


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (START - timedelta(days=1), "2026-01-01"),
        (START - timedelta(hours=23), "2026-01-01 00:00 UTC"),
        (START - timedelta(minutes=6), "2026-01-01 00:00 UTC"),
        (END + timedelta(seconds=1), "2027-01-01 00:00 UTC"),
        (END + timedelta(days=2), "2027-01-01"),
    ],
)
def test_where_the_hour_decides_it_is_told_with_its_zone(world: World, at: datetime, said: str) -> None:
    text = world.issue()
    assert world.verify(text, at).reason().endswith(f" {said}.")
    hanoi = timezone(timedelta(hours=7))
    local = world.verify(text, at.astimezone(hanoi)).reason()
    assert local.endswith(f" {said.replace('00:00 UTC', '07:00 UTC+07:00')}.")
    west = world.verify(text, at.astimezone(timezone(timedelta(hours=-3, minutes=-30))))
    day = "2025-12-31" if at < NOW else "2026-12-31"
    assert f" {day}" in west.reason()
    if "UTC" in said:
        assert west.reason().endswith(f" {day} 20:30 UTC-03:30.")


def test_the_end_of_the_calendar_has_a_time_in_every_zone(world: World) -> None:
    last = datetime.max.replace(tzinfo=UTC, microsecond=0)
    text = forge(world.es256.signer(), claims(iat=int(last.timestamp()), exp=int(last.timestamp())))
    for hours in (-14, 14):
        at = (last - timedelta(hours=15)).astimezone(timezone(timedelta(hours=hours)))
        assert "9999-12-31" in world.verify(text, at).reason()


def test_a_key_for_tests_may_not_sign_vaccinations(world: World) -> None:
    key = world.authority.issue_signer(days=730, kinds=[Kind.TEST])
    verifier = Verifier(TrustList([trusted(key)]))
    assert verifier.verify(world.issue(TEST, key), at=NOW)
    verdict = verifier.verify(world.issue(VACCINATION, key), at=NOW)
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.code is Code.USAGE_NOT_FOR_VACCINATION


def test_a_test_key_is_accepted_only_where_the_policy_asks_for_it(world: World) -> None:
    trust = TrustList([trusted(world.es256, test=True)])
    verdict = Verifier(trust).verify(world.issue(), at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, Code.TRUST_TEST_KEY)
    assert verdict.test_key
    verdict = Verifier(trust, Policy(test_keys=True)).verify(world.issue(), at=NOW)
    assert verdict
    assert verdict.test_key


def test_of_several_certificates_with_the_kid_the_one_that_verifies_counts(world: World) -> None:
    other = world.authority.issue_signer(days=730)
    text = world.issue(key=world.es256)
    same_kid = trusted(world.es256)
    decoy = type(same_kid)(same_kid.kid, other.certificate, "VN", "decoy")
    verdict = Verifier(TrustList([decoy, same_kid])).verify(text, at=NOW)
    assert verdict
    assert verdict.signer == same_kid
    verdict = Verifier(TrustList([decoy])).verify(text, at=NOW)
    assert verdict.code is Code.SIGNATURE_MISMATCH


def test_all_reasons_are_told_once_the_signature_holds(world: World) -> None:
    key = world.authority.issue_signer(days=730, kinds=[Kind.TEST])
    verdict = Verifier(TrustList([trusted(key)])).verify(
        world.issue(VACCINATION, key), at=END + timedelta(days=1)
    )
    assert [c.code for c in verdict.checks if c.status is Status.FAIL] == [
        Code.VALIDITY_EXPIRED,
        Code.USAGE_NOT_FOR_VACCINATION,
    ]
    assert verdict.reason() == "The document expired on 2027-01-01."


def test_a_naive_time_and_what_is_no_code_are_wrong_use(world: World) -> None:
    with pytest.raises(ValueError, match="aware"):
        world.verify(world.issue(), at=NOW.replace(tzinfo=None))
    with pytest.raises(TypeError):
        Verifier(world.trust).verify(["HC1:"], at=NOW)  # type: ignore[arg-type]


def test_raise_for_failure_carries_the_verdict(world: World) -> None:
    world.verify(world.issue()).raise_for_failure()
    verdict = world.verify("HC1:")
    with pytest.raises(NotAccepted) as caught:
        verdict.raise_for_failure()
    assert caught.value.verdict is verdict
