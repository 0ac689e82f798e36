"""The decision as a whole: rules in the verdict, and ways through several countries."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from tests.support.rule_judging import (
    DT,
    RECENT,
    WAITING,
    austrian,
    book,
    clock,
    deciding,
    on,
    payload,
    plus,
    var,
    verifier,
)
from tests.support.world import (
    END,
    NOW,
    STAGES,
    START,
    VACCINATION,
    World,
    claims,
    forge,
    text_of_a_later_dose,
)
from vaxpass import (
    ArgumentError,
    Code,
    Outcome,
    Policy,
    Stage,
    Status,
    TrustList,
    Verdict,
    Verifier,
    decode,
)
from vaxpass.journey import Leg, Stop, travel
from vaxpass.rules import Rule, RuleBook, RuleSet, SkippedRule

LATER = "2030-01-01T00:00:00Z"
GONE = SkippedRule("list", "VR-AT-0009", "AT", "it is damaged")


def judge(world: World, *rules: Rule, skipped: tuple[SkippedRule, ...] = (), **how: Any) -> Verdict:
    arrival: dict[str, Any] = {"at": NOW, "destination": "AT"} | how
    return verifier(world, *rules, skipped=skipped).verify(world.issue(), **arrival)


# --- the verdict -------------------------------------------------------------------------------


def test_a_certificate_that_meets_every_rule_is_accepted(world: World) -> None:
    verdict = judge(world, austrian(RECENT), austrian(WAITING, 2))
    assert verdict
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.code is None
    assert [check.stage for check in verdict.checks] == [*STAGES[:-1], Stage.RULES, Stage.CONTENT]
    assert verdict.check(Stage.RULES).status is Status.PASS
    assert verdict.admission is not None
    assert verdict.admission.country == "AT"
    assert verdict.explain() == (verdict.reason(),)


@pytest.mark.parametrize(
    ("rules", "skipped", "expected"),
    [
        ([austrian(False)], (), (Code.RULES_FAILED, Status.FAIL, Outcome.REJECTED)),
        ([austrian(False), austrian(1, 2)], (), (Code.RULES_FAILED, Status.FAIL, Outcome.REJECTED)),
        ([austrian(1)], (), (Code.RULES_OPEN, Status.OPEN, Outcome.UNDECIDED)),
        ([austrian(True)], (GONE,), (Code.RULES_OPEN, Status.OPEN, Outcome.UNDECIDED)),
        ([], (), (Code.RULES_NONE, Status.OPEN, Outcome.UNDECIDED)),
        ([], (GONE,), (Code.RULES_NONE, Status.OPEN, Outcome.UNDECIDED)),
        (
            [austrian(True), deciding(False, Country="VN", Type="Invalidation")],
            (),
            (Code.RULES_INVALIDATED, Status.FAIL, Outcome.REJECTED),
        ),
    ],
)
def test_rules_decide_the_verdict(
    world: World,
    rules: list[Rule],
    skipped: tuple[SkippedRule, ...],
    expected: tuple[Code, Status, Outcome],
) -> None:
    verdict = judge(world, *rules, skipped=skipped)
    assert not verdict
    found = (verdict.code, verdict.check(Stage.RULES).status, verdict.outcome)
    assert found == expected
    assert all(verdict.check(stage).status is Status.PASS for stage in STAGES)
    for language in ("en", "vi"):
        assert verdict.explain(language)[0] == verdict.reason(language)


def test_a_verifier_without_rules_can_not_say_whether_a_country_admits(world: World) -> None:
    verdict = Verifier(world.trust).verify(world.issue(), at=NOW, destination="AT")
    assert (verdict.code, verdict.outcome) == (Code.RULES_NONE, Outcome.UNDECIDED)
    assert verdict.explain() == ("No entry rules of Austria are known here for that time.",)
    assert verdict.explain("vi") == ("Ở đây không có quy định nhập cảnh nào của Áo cho thời điểm đó.",)


def test_without_a_country_rules_change_nothing(world: World) -> None:
    plain = Verifier(world.trust)
    with_rules = verifier(world, austrian(False))
    for text in (world.issue(), world.issue()[:-9], "HC1:", ""):
        for at in (NOW, START - timedelta(days=1), END + timedelta(days=1)):
            one, other = plain.verify(text, at=at), with_rules.verify(text, at=at)
            assert one.checks == other.checks
            assert one.explain() == other.explain()
            assert other.admission is None
    with pytest.raises(ArgumentError):
        with_rules.verify(world.issue(), at=NOW).check(Stage.RULES)


def test_what_is_no_certificate_has_its_rules_skipped(world: World) -> None:
    for text in ("", "HC1:", world.issue()[:-9]):
        verdict = verifier(world, austrian(True)).verify(text, at=NOW, destination="AT")
        assert verdict.check(Stage.RULES).status is Status.SKIPPED
        assert verdict.admission is None


def test_a_payload_that_breaks_the_schema_is_not_judged_by_rules(world: World) -> None:
    broken = payload(dn=..., dt=7)
    text = forge(world.es256.signer(), claims(hcert={1: broken}))
    verdict = verifier(world, austrian(False)).verify(text, at=NOW, destination="AT")
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.check(Stage.SCHEMA).status is Status.FAIL
    assert verdict.check(Stage.RULES).status is Status.SKIPPED
    assert verdict.admission is None
    assert len(verdict.explain()) == 1


def test_the_country_may_be_written_in_small_letters_and_with_its_region(world: World) -> None:
    rules = (austrian(True), austrian(False, 2, Region="North"))
    assert judge(world, *rules, destination="at")
    assert judge(world, *rules, region="north").code is Code.RULES_FAILED
    nothing = judge(world, *rules, region="South")
    assert nothing.reason() == "No entry rules of Austria are known here for that time."
    assert judge(world, *rules, destination="de").reason() == (
        "No entry rules of Germany are known here for that time."
    )


def test_everything_in_the_way_is_told_the_decisive_first(world: World) -> None:
    rules = (
        austrian({"not-after": [clock(), plus(DT, 90)]}, ValidTo=LATER),
        austrian({"<": [var("payload.v.0.sd"), 2]}, 2, ValidTo=LATER),
        austrian(1, 3, ValidTo=LATER),
    )
    verdict = judge(world, *rules, skipped=(GONE,))
    assert verdict.explain() == (
        "Dose 2 of 2, given on 12 December 2025, was 171 days ago; Austria accepts at most 90 days."
        " It met this rule until 11 March 2026.",
        "Doses in the series: 2. Austria asks for 1 or fewer. No other day would change that.",
        "A rule of Austria gives no clear answer (VR-AT-0003).",
        "A rule of Austria could not be read (VR-AT-0009).",
    )
    # An expired certificate is told before what rules say of it.
    late = judge(world, *rules, at=END + timedelta(days=1))
    assert late.code is Code.VALIDITY_EXPIRED
    assert late.explain()[0] == late.reason() == "The document expired on 2027-01-01."
    assert len(late.explain()) == 4


def test_who_invalidates_is_told_also_where_the_rules_of_arrival_are_unknown(world: World) -> None:
    own = deciding(False, Country="VN", Identifier="IR-VN-0001", Type="Invalidation")
    verdict = judge(world, own)
    assert verdict.code is Code.RULES_INVALIDATED
    assert verdict.explain() == (
        'Viet Nam, which issued the certificate, has declared it invalid: "One dose is enough".'
        " No other day would change that.",
    )


def test_a_failure_of_rules_goes_before_what_is_open_elsewhere(world: World) -> None:
    old = TrustList(world.trust, made_at=NOW - timedelta(days=60))
    strict = Verifier(old, rules=book(austrian(False)))
    verdict = strict.verify(world.issue(), at=NOW, destination="AT")
    assert verdict.code is Code.RULES_FAILED
    assert len(verdict.explain()) == 2


# --- the day it is asked -----------------------------------------------------------------------


def test_today_counts_for_the_age_of_the_list_and_the_arrival_for_all_else(world: World) -> None:
    fresh = TrustList(world.trust, made_at=NOW - timedelta(days=1))
    judged = Verifier(fresh, rules=book(austrian(RECENT)))
    text, later = world.issue(), NOW + timedelta(days=90)
    assert judged.verify(text, at=later, destination="AT", today=NOW)
    assert judged.verify(text, at=later, destination="AT").code is Code.TRUST_LIST_STALE
    assert judged.verify(text, at=NOW, today=later).code is Code.TRUST_LIST_STALE
    # Validity and rules are those of the arrival.
    too_late = judged.verify(text, at=on("2026-11-01T00:00:00Z"), destination="AT", today=NOW)
    assert too_late.code is Code.RULES_FAILED
    expired = judged.verify(text, at=END + timedelta(days=1), destination="AT", today=NOW)
    assert expired.code is Code.VALIDITY_EXPIRED


def test_naive_times_are_refused(world: World) -> None:
    naive = NOW.replace(tzinfo=None)
    wrong: list[dict[str, Any]] = [{"at": naive}, {"at": NOW, "today": naive}]
    for how in wrong:
        with pytest.raises(ValueError, match="aware"):
            Verifier(world.trust).verify("HC1:", **how)


# --- a way through several countries -----------------------------------------------------------


def test_every_leg_is_judged_by_its_country_on_its_day(world: World) -> None:
    italian = deciding(WAITING, Country="IT", Identifier="VR-IT-0001")
    judged = verifier(world, austrian(RECENT), italian, austrian(False, 2, Region="North"))
    legs = [
        Leg("AT", NOW),
        Leg("IT", on("2026-01-20T12:00:00Z")),
        Leg("AT", on("2026-11-20T12:00:00Z")),
        Leg("AT", NOW, "North"),
        Leg("FR", NOW),
        Leg("AT", NOW),
    ]
    stops = travel(judged, decode(text_of_a_later_dose(world)), legs, today=NOW)
    assert [stop.leg for stop in stops] == legs
    assert [stop.verdict.code for stop in stops] == [
        None,
        Code.RULES_FAILED,
        Code.RULES_FAILED,
        Code.RULES_FAILED,
        Code.RULES_NONE,
        None,
    ]
    assert isinstance(stops[0], Stop)
    assert (
        stops[0].verdict.checks
        == judged.verify(text_of_a_later_dose(world), at=NOW, destination="AT").checks
    )
    assert travel(judged, decode(text_of_a_later_dose(world)), [], today=NOW) == ()


def test_rules_that_differ_only_in_letters_are_as_many_countries(world: World) -> None:
    made = RuleBook(RuleSet((deciding(True, Country="at", Identifier="VR-AT-0001"),)))
    assert made.countries == ("AT",)
    assert Verifier(world.trust, Policy(), rules=made).verify(
        world.issue(VACCINATION), at=NOW, destination="At"
    )
    assert NOW.tzinfo is UTC
