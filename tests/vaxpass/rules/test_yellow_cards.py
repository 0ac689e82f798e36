"""Yellow cards and the rules of a destination, from the text to the verdict and the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rule_data import rule
from tests.support.who_documents import IN_FORCE, PAYLOADS, sign
from tests.support.world import NOW, World
from tests.support.yellow_cards import ISSUED, POLIO_CARD, yellow_card
from vaxpass import Code, Outcome, Policy, Stage, Status, TrustList, Verifier, decode
from vaxpass.journey import Leg, calendar, travel
from vaxpass.rules import RuleBook, RuleSet, Subject, explain, read_rules

POLIO_RULES = read_rules(Path("examples/rules/polio-rules.json").read_bytes(), source="polio")
BOOKS = [None, RuleBook(RuleSet()), RuleBook(POLIO_RULES)]
IDS = ["none", "empty", "polio"]


def verifier(world: World, book: RuleBook | None = None) -> Verifier:
    return Verifier(world.trust, Policy(), rules=book)


def days(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_a_card_in_force_is_admitted_everywhere(world: World, book: RuleBook | None) -> None:
    verdict = verifier(world, book).verify(yellow_card(world), at=NOW, destination="AO")
    assert verdict, verdict.explain()
    assert verdict.check(Stage.RULES).status is Status.PASS
    assert verdict.admission is not None
    assert [each.identifier for each in verdict.admission.rules] == ["ICVP.DT.1", "ICVP.DT.2"]


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_before_the_tenth_day_the_rules_say_from_when_it_counts(
    world: World, book: RuleBook | None
) -> None:
    card = yellow_card(world)  # the dose is of 1 March
    verdict = verifier(world, book).verify(card, at=days("2026-03-10T12:00:00"), destination="AO")
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.check(Stage.RULES).code is Code.RULES_FAILED
    (found,) = verdict.explanations()
    assert "from 11 March 2026" in found.message("en")
    assert "ngày 11/3/2026" in found.message("vi")
    assert verdict.to_dict()["rules"] == [found.to_dict()]


@pytest.mark.parametrize("generation", PAYLOADS)
def test_the_rules_read_every_generation(world: World, generation: str) -> None:
    text = sign(world.es256.signer(), PAYLOADS[generation])
    judge = verifier(world)
    assert judge.verify(text, at=IN_FORCE, destination="AO"), generation
    early = judge.verify(text, at=IN_FORCE - timedelta(seconds=1), destination="AO")
    assert early.check(Stage.RULES).code is Code.RULES_FAILED


def test_without_a_destination_no_rules_are_asked(world: World) -> None:
    verdict = verifier(world).verify(yellow_card(world), at=NOW)
    assert verdict
    assert verdict.admission is None
    assert Stage.RULES not in {check.stage for check in verdict.checks}


def test_an_eu_dcc_without_rules_is_still_undecided(world: World) -> None:
    verdict = verifier(world).verify(world.issue(), at=NOW, destination="AO")
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.RULES_NONE)
    assert verdict.admission is None


def test_what_nobody_known_signed_has_no_answer_of_rules(world: World) -> None:
    verdict = Verifier(TrustList([])).verify(yellow_card(world), at=NOW, destination="AO")
    assert verdict.code is Code.TRUST_KEY_UNKNOWN
    assert verdict.check(Stage.RULES).status is Status.SKIPPED


def test_rules_of_a_country_for_the_eu_dcc_do_not_reject_a_card(world: World) -> None:
    never = rule(CertificateType="General", Logic=False, ValidTo="2040-01-01T00:00:00Z")
    book = RuleBook(RuleSet((never,)))
    assert verifier(world, book).verify(yellow_card(world), at=NOW, destination="XA")
    assert not verifier(world, book).verify(world.issue(), at=NOW, destination="XA")


def test_the_calendar_of_yellow_fever_begins_on_the_tenth_day_and_ends_with_the_seal(
    world: World,
) -> None:
    card = decode(yellow_card(world))
    start, end = ISSUED - timedelta(days=1), ISSUED + timedelta(days=200)
    spans = calendar(verifier(world), card, "AO", start=start, end=end, today=NOW)
    assert [(f"{span.start:%Y-%m-%d}", span.verdict.code) for span in spans] == [
        ("2026-03-01", Code.VALIDITY_NOT_YET),
        ("2026-03-02", Code.VALIDITY_NOT_IN_FORCE),
        ("2026-03-11", None),
        ("2026-08-29", Code.VALIDITY_SEAL_EXPIRED),
    ]
    assert spans[-1].verdict.outcome is Outcome.UNDECIDED
    assert all(span.certain for span in spans)


@pytest.mark.parametrize("hours", [-11, 7, 14])
def test_the_calendar_has_every_turn_in_any_time_zone(world: World, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    card, judge = decode(yellow_card(world)), verifier(world)
    start = datetime(2026, 3, 9, tzinfo=zone)
    spans = calendar(judge, card, "AO", start=start, end=start + timedelta(days=5), today=NOW)
    for step in range(5 * 24 * 2):
        at = start + timedelta(minutes=30 * step)
        verdict = judge.verify_decoded(card, at=at, destination="AO", today=NOW)
        (span,) = [each for each in spans if each.start <= at <= each.end]
        assert (span.verdict.outcome, span.verdict.code) == (verdict.outcome, verdict.code), at


def test_a_destination_may_ask_for_polio_within_its_time(world: World) -> None:
    card = decode(yellow_card(world, POLIO_CARD))
    judge = verifier(world, RuleBook(POLIO_RULES))
    times = [days("2026-03-20T12:00:00"), days("2026-03-29T12:00:00")]
    for to, outcomes in (("XD", [False, True]), ("XE", [True, True])):
        stops = travel(judge, card, [Leg(to, at) for at in times], today=NOW)
        assert [bool(stop.verdict) for stop in stops] == outcomes
    early = judge.verify_decoded(card, at=times[0], destination="XD")
    (found,) = early.explanations()
    assert found.rule is not None
    assert found.rule.identifier == "YC-XD-0001"
    assert "from 29 March 2026" in found.message()


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
NAMED = st.sampled_from("n dob s nt d v vx vp dv dt bo cn is tg mp".split())
ANYTHING = st.recursive(SCALARS, lambda inner: st.dictionaries(NAMED, inner, max_size=4), max_leaves=9)


@given(st.dictionaries(NAMED, ANYTHING), st.datetimes(timezones=st.just(UTC)))
def test_whatever_a_card_holds_the_rules_give_an_answer(
    world: World, content: dict[str, object], at: datetime
) -> None:
    text = sign(world.es256.signer(), PAYLOADS["E"] | content)
    verdict = verifier(world, RuleBook(POLIO_RULES)).verify(text, at=at, destination="XD")
    assert verdict.explain("vi")
    subject = Subject.of(decode(text)) if verdict.unverified else None
    if subject is not None and subject.types:
        admission = RuleBook(POLIO_RULES).judge(subject, "XD", at=at)
        said = [each.message() for each in explain(admission)]
        assert bool(said) is (admission.status is not Status.PASS and admission.known)
