"""The calendar of acceptance: the same as asking at every moment."""

from __future__ import annotations

import itertools
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.rule_judging import RECENT, WAITING, austrian, clock, on, plus, var, verifier
from tests.support.world import END, NOW, START, World, text_of_a_later_dose
from vaxpass import Code, Outcome, Unverified, Verifier, decode
from vaxpass.journey import Span, calendar

TICK = timedelta(milliseconds=1)


def spans_of(
    judged: Verifier, text: str, start: datetime = START, end: datetime = END, **how: Any
) -> tuple[Span, ...]:
    return calendar(judged, decode(text), "AT", start=start, end=end, today=NOW, **how)


def answers(spans: tuple[Span, ...]) -> list[tuple[str, str, Outcome]]:
    return [(str(span.start)[:10], str(span.end)[:10], span.verdict.outcome) for span in spans]


def check_against_brute_force(
    judged: Verifier, unverified: Unverified, start: datetime, end: datetime, chance: random.Random
) -> tuple[Span, ...]:
    spans = calendar(judged, unverified, "AT", start=start, end=end, today=NOW)
    assert (spans[0].start, spans[-1].end) == (start, end)
    for one, other in itertools.pairwise(spans):
        assert other.start - one.end == TICK
        one_answer = (one.verdict.outcome, one.verdict.code)
        assert one_answer != (other.verdict.outcome, other.verdict.code)
    whole = int((end - start) / TICK)
    asked = {start + TICK * chance.randint(0, whole) for _ in range(60)}
    asked |= {
        edge + step
        for span in spans
        for edge in (span.start, span.end)
        for step in (-TICK, TICK, TICK * 0)
    }
    for at in asked:
        if start <= at <= end:
            (span,) = [span for span in spans if span.start <= at <= span.end]
            verdict = judged.verify_decoded(unverified, at=at, destination="AT", today=NOW)
            assert (verdict.outcome, verdict.code) == (span.verdict.outcome, span.verdict.code), at
            assert span.certain
    return spans


def test_the_calendar_tells_from_when_until_when(world: World) -> None:
    spans = spans_of(
        verifier(world, austrian(RECENT), austrian(WAITING, 2)), text_of_a_later_dose(world)
    )
    assert answers(spans) == [
        ("2026-01-01", "2026-01-25", Outcome.REJECTED),
        ("2026-01-26", "2026-10-09", Outcome.ACCEPTED),
        ("2026-10-09", "2027-01-01", Outcome.REJECTED),
    ]
    assert spans[1].end == on("2026-10-09T00:00:00Z")
    assert all(span.certain for span in spans)


def test_the_calendar_knows_validity_and_the_times_of_rules(world: World) -> None:
    short = austrian(True, ValidFrom="2026-03-01T00:00:00Z", ValidTo="2026-04-01T12:00:00Z")
    start, end = START - timedelta(days=9), END + timedelta(days=9)
    spans = check_against_brute_force(
        verifier(world, short), decode(world.issue()), start, end, random.Random(1)
    )
    assert [(span.verdict.outcome, span.verdict.code) for span in spans] == [
        (Outcome.REJECTED, Code.VALIDITY_NOT_YET),
        (Outcome.UNDECIDED, Code.RULES_NONE),
        (Outcome.ACCEPTED, None),
        (Outcome.UNDECIDED, Code.RULES_NONE),
        (Outcome.REJECTED, Code.VALIDITY_EXPIRED),
    ]
    # A rule that is valid to noon is so at noon.
    assert spans[2].end == on("2026-04-01T12:00:00Z")


def test_the_calendar_of_a_moment(world: World) -> None:
    judged = verifier(world, austrian(RECENT))
    (only,) = spans_of(judged, world.issue(), NOW, NOW)
    assert (only.start, only.end) == (NOW, NOW)
    assert only.verdict
    with pytest.raises(ValueError, match="end"):
        spans_of(judged, world.issue(), NOW, NOW - TICK)


def test_the_calendar_without_rules_is_that_of_validity(world: World) -> None:
    spans = spans_of(Verifier(world.trust), world.issue(), START, END + timedelta(days=5))
    assert [span.verdict.code for span in spans] == [Code.RULES_NONE, Code.VALIDITY_EXPIRED]


def test_the_calendar_of_a_region_is_its_own(world: World) -> None:
    judged = verifier(world, austrian(RECENT), austrian(False, 2, Region="North"))
    assert len(spans_of(judged, world.issue())) == 2
    (only,) = spans_of(judged, world.issue(), region="North")
    assert only.verdict.code is Code.RULES_FAILED


def test_the_calendar_says_where_it_can_not_be_certain(world: World) -> None:
    odd = austrian({"if": [{"===": [var("external.validationClock"), "x"]}, False, True]})
    (only,) = spans_of(verifier(world, odd), world.issue())
    assert not only.certain
    assert only.verdict


def test_a_book_with_changing_rules_agrees_with_asking_at_every_time(world: World) -> None:
    chance = random.Random(21)
    for _ in range(12):
        rules = []
        for number in range(chance.randrange(1, 9)):
            start = START + timedelta(days=chance.randrange(300), hours=chance.randrange(24))
            end = start + timedelta(days=chance.randrange(250), hours=chance.randrange(24))
            amount, unit = chance.choice(((90, "day"), (3, "month"), (1, "year"), (999, "hour")))
            bound = chance.choice((clock(-amount, unit), clock(0, unit)))
            date = plus("payload.v.0.dt", amount if bound == clock(0, unit) else 0, unit)
            logic: Any = {chance.choice(("not-after", "not-before", "before")): [bound, date]}
            rules.append(
                austrian(
                    chance.choice((logic, logic, True, 1)),
                    number % 3,
                    Version=f"1.0.{chance.randrange(9)}",
                    ValidFrom=start.isoformat(),
                    ValidTo=end.isoformat(),
                    Type=chance.choice(("Acceptance", "Acceptance", "Invalidation")),
                )
            )
        spans = check_against_brute_force(
            verifier(world, *rules),
            decode(world.issue()),
            START - timedelta(days=3),
            END + timedelta(days=3),
            chance,
        )
        assert len(spans) > 1


def test_a_calendar_may_begin_at_any_microsecond(world: World) -> None:
    start = START + timedelta(microseconds=123_457)
    spans = spans_of(verifier(world, austrian(RECENT)), text_of_a_later_dose(world), start)
    assert spans[0].start == start
    assert spans[1].start - spans[0].end == TICK
    # Even within the last millisecond of an answer.
    bound = on("2026-10-09T00:00:00.000999Z")
    first, second = spans_of(verifier(world, austrian(RECENT)), text_of_a_later_dose(world), bound)
    assert first.start == first.end == bound
    assert second.start == on("2026-10-09T00:00:00.001Z")
