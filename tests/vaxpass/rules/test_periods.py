"""From when until when a rule is met: the same as asking it at every moment."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rule_judging import clock, deciding, on, payload, plus, subject, var, why
from tests.support.world import NOW
from vaxpass.certlogic import CertLogicError, breakpoints, desugar, evaluate, times
from vaxpass.rules import Rule, RuleCode
from vaxpass.rules.explain import Period, met_when, periods
from vaxpass.rules.subject import CLOCK

pytestmark = pytest.mark.slow

DT, SC = "payload.v.0.dt", "payload.t.0.sc"
DAY = times.DAY
EARLIEST, LATEST = times.parse("0001-01-01"), times.parse("9999-12-30")
JUNE = "2026-06-01T00:00:00.000Z"
CONTEXT = subject().context(NOW, "XA", "", {})


def met(logic: Any, context: dict[str, Any], ms: float) -> bool:
    """The rule asked at one moment, without any of the means of `periods`."""
    external = context["external"] | {"validationClock": times.text(ms)}
    try:
        return evaluate(desugar(logic), context | {"external": external}) is True
    except CertLogicError:
        return False


def within(found: Sequence[Period], ms: float) -> bool:
    return any((start is None or start <= ms) and (end is None or ms <= end) for start, end in found)


def agrees(logic: Any, context: dict[str, Any], chance: random.Random, asked: int) -> int:
    """How many moments were asked; 0 where the periods can't be told."""
    found = periods(deciding(logic), context)
    if found is None:
        return 0
    points = breakpoints(desugar(logic), context, CLOCK) or ()
    chosen = list(points) if len(points) <= asked else chance.sample(points, asked)
    moments = {point + step for point in chosen for step in (-1, 0, 1)}
    # Days around the points, at midnight and at any time of day.
    for point in chosen[:asked]:
        for days_on in range(-4, 5):
            day = point // DAY * DAY + days_on * DAY
            moments |= {day - 1, day, day + chance.randrange(int(DAY))}
    moments |= {chance.randrange(1_500_000_000, 1_900_000_000) * 1000.0 for _ in range(asked)}
    for ms in moments:
        if EARLIEST <= ms <= LATEST:
            assert within(found, ms) is met(logic, context, ms), times.text(ms)
    for one, other in itertools.pairwise(found):
        assert one.end is not None
        assert other.start is not None
        assert one.end + 1 < other.start
    return len(moments)


days = st.dates(on("2023-12-20").date(), on("2026-04-05").date()).map(str)
moments = st.builds(
    "{}T{:02}:{:02}:00{}".format,
    days,
    st.integers(0, 23),
    st.sampled_from((0, 30)),
    st.sampled_from(("Z", "+07:00")),
)
ends = st.sampled_from(
    """
    2023-01-31 2023-02-28 2024-01-31 2024-02-29 2024-03-31 2024-05-31 2024-12-31 2025-01-31 2025-03-01
    2025-03-02T10:00:00Z 2024-02-29T10:30:00Z 2025-01-31T23:59:59.999Z 2024 2025-02 2024-02-31
    2024-13-01
    """.split()
)
amounts = st.tuples(st.integers(-40, 40), st.sampled_from(times.UNITS))
dates = st.builds(
    lambda text, shift: plus(text, *shift), days | moments | ends, amounts | st.just((0, "day"))
)
clocks = st.builds(lambda shift: clock(*shift), amounts | st.just((0, "day")))
comparisons = st.builds(
    lambda name, operands: {name: operands},
    st.sampled_from(("after", "before", "not-after", "not-before")),
    st.tuples(clocks, dates).map(list)
    | st.tuples(dates, clocks).map(list)
    | st.tuples(dates, clocks, dates).map(list),
)
with_itself = st.builds(lambda *both: {"after": list(both)}, clocks, clocks)
rules = st.recursive(
    comparisons | comparisons | with_itself | st.booleans(),
    lambda inner: (
        st.builds(lambda one, other: {"and": [one, other]}, inner, inner)
        | st.builds(lambda one, other: {"or": [one, other]}, inner, inner)
        | st.builds(lambda one: {"!": [one]}, inner)
        | st.builds(lambda *three: {"if": list(three)}, inner, inner, inner)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules, st.randoms(use_true_random=False))
def test_periods_are_those_in_which_the_rule_holds(logic: Any, chance: random.Random) -> None:
    agrees(logic, CONTEXT, chance, 12)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(comparisons, st.randoms(use_true_random=False))
def test_so_are_those_of_a_single_comparison(logic: Any, chance: random.Random) -> None:
    assert agrees(logic, CONTEXT, chance, 20)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from(("after", "not-after")),
    st.integers(-30, 30),
    st.sampled_from(("month", "year")),
    st.builds(
        "{}-{:02}-{:02}T{:02}:30:00Z".format,
        st.integers(2024, 2025),
        st.integers(1, 12),
        st.sampled_from((1, 2, 3, 28, 29, 30, 31)),
        st.integers(0, 23),
    ),
    st.randoms(use_true_random=False),
)
def test_and_where_the_shifted_clock_leaps_at_the_end_of_a_month(
    name: str, amount: int, unit: str, text: str, chance: random.Random
) -> None:
    assert agrees({name: [clock(amount, unit), plus(text)]}, CONTEXT, chance, 20)


@pytest.mark.parametrize("unit", ["month", "year"])
def test_the_clock_compared_with_itself_has_no_points_that_could_be_told(unit: str) -> None:
    logic = {"after": [clock(1, unit), clock(30 if unit == "month" else 365, "day")]}
    found = periods(deciding(logic), CONTEXT)
    days_of_leap = [times.parse(f"2024-{month:02}-10") for month in range(1, 13)]
    assert {met(logic, CONTEXT, ms) for ms in days_of_leap} == {True, False}
    assert found is None


def spoken(logic: Any, content: dict[str, Any] | None = None) -> list[tuple[str | None, str | None]]:
    found = periods(deciding(logic), subject(content).context(NOW, "XA", "", {}))
    assert found is not None
    return [
        (None if start is None else times.text(start), None if end is None else times.text(end))
        for start, end in found
    ]


def test_a_rule_with_two_bounds_has_one_period() -> None:
    logic = {"and": [{"not-before": [clock(), plus(DT, 14)]}, {"not-after": [clock(), plus(DT, 270)]}]}
    assert spoken(logic, payload(dt="2026-01-12")) == [
        ("2026-01-26T00:00:00.000Z", "2026-10-09T00:00:00.000Z")
    ]


def test_strict_bounds_are_a_millisecond_away() -> None:
    assert spoken({"after": [clock(), plus("2026-01-01")]}) == [("2026-01-01T00:00:00.001Z", None)]
    assert spoken({"before": [clock(), plus("2026-01-01")]}) == [(None, "2025-12-31T23:59:59.999Z")]


def test_hours_count_from_the_time_of_day() -> None:
    logic = {"not-after": [clock(), plus(SC, 72, "hour")]}
    assert spoken(logic, payload("t", sc="2026-05-30T08:00:00+07:00")) == [
        (None, "2026-06-02T01:00:00.000Z")
    ]


def test_a_rule_may_be_met_twice() -> None:
    logic = {
        "or": [{"before": [clock(), plus("2026-01-01")]}, {"after": [clock(), plus("2026-02-01")]}]
    }
    assert spoken(logic) == [(None, "2025-12-31T23:59:59.999Z"), ("2026-02-01T00:00:00.001Z", None)]


def test_a_month_after_the_last_of_january_is_in_march() -> None:
    assert spoken({"not-before": [clock(), plus("2025-01-31", 1, "month")]}) == [
        ("2025-03-03T00:00:00.000Z", None)
    ]
    # The same asked of the clock: on 31 January it is a month later already 3 March, and on the next
    # day it is 1 March again.
    shifted = {"not-before": [clock(1, "month"), plus("2025-03-02T10:00:00Z")]}
    assert spoken(shifted) == [
        ("2025-01-30T10:00:00.000Z", "2025-01-31T23:59:59.999Z"),
        ("2025-02-02T10:00:00.000Z", None),
    ]
    # What the clock never shows: a month after 29 February is 29 March, and after 1 March 1 April.
    assert spoken({"not-before": [clock(1, "month"), plus("2024-03-31T01:00:00Z")]}) == [
        ("2024-03-01T00:00:00.000Z", None)
    ]
    assert spoken({"not-before": [clock(-1, "year"), plus("2023-03-01T10:00:00Z")]}) == [
        ("2024-02-29T10:00:00.000Z", "2024-02-29T23:59:59.999Z"),
        ("2024-03-01T10:00:00.000Z", None),
    ]


def test_a_rule_without_the_clock_is_met_always_or_never() -> None:
    assert spoken({">=": [var("payload.v.0.dn"), 2]}) == [(None, None)]
    assert spoken({">": [var("payload.v.0.dn"), 2]}) == []
    assert spoken({"not-after": [plus(DT), plus("2030-01-01")]}) == [(None, None)]
    assert spoken({"all": [True]}) == []
    assert spoken({"not-after": [clock(), plus("2026-13-01")]}) == []
    # No clock shows the year 10000.
    assert spoken({"before": [clock(13, "hour"), plus("9999-12-31", 12, "month")]}) == [(None, None)]


@pytest.mark.parametrize(
    "logic",
    [
        {"===": [var(CLOCK), "2026-06-01T00:00:00Z"]},
        {"in": [var(CLOCK), ["2026-06-01T00:00:00Z"]]},
        var(CLOCK),
        {"extractFromUVCI": [var(CLOCK), 1]},
        {"not-before": [{"dccDateOfBirth": [var(CLOCK)]}, plus("2026-01-01")]},
        {"not-before": [{"plusTime": [{"if": [True, var(CLOCK), ""]}, 1, "day"]}, plus("2026-01-01")]},
        {"if": [{"plusTime": [var(CLOCK), 1, "fortnight"]}, True, False]},
    ],
)
def test_where_the_clock_is_used_otherwise_nothing_is_told(logic: Any) -> None:
    rule = deciding({"if": [True, logic, True]})
    assert periods(rule, CONTEXT) is None
    assert met_when(rule, CONTEXT) is None


@pytest.mark.parametrize(
    "logic",
    [
        # The clock as a part of what is read, and handed into a lambda.
        {"reduce": [[var("external")], {"===": [var("current.validationClock"), JUNE]}, False]},
        {"reduce": [[var("")], {"===": [var("current.external.validationClock"), JUNE]}, False]},
        {
            "reduce": [
                [var("external")],
                {"not-after": [plus("current.validationClock"), plus("2026-06-01")]},
                False,
            ]
        },
        # A date that only the lambda sees, compared with a shifted clock that it is handed.
        {
            "reduce": [
                var("payload.v"),
                {"after": [var("accumulator"), plus("current.dt")]},
                clock(),
            ]
        },
        {
            "reduce": [
                [clock()],
                {"after": [var("current"), {"plusTime": [var("accumulator"), 1, "month"]}]},
                "2026-02-03",
            ]
        },
        # The latest of several dates is one that only the lambda makes.
        {
            "not-before": [
                clock(),
                {"reduce": [var("payload.v"), plus("current.dt", 14), plus("2020-01-01")]},
            ]
        },
    ],
)
def test_what_a_reduction_does_with_the_clock_is_told_rightly_or_not_at_all(logic: Any) -> None:
    agrees(logic, CONTEXT, random.Random(3), 50)
    found = periods(deciding(logic), CONTEXT)
    moments = [
        times.parse(f"2026-{month:02}-01") + step for month in range(1, 13) for step in (-1, 0, 1)
    ]
    moments += [times.parse("2026-01-12") + step for step in (-1, 0, 1)]
    for ms in moments:
        assert found is None or within(found, ms) is met(logic, CONTEXT, ms)


# --- in words ----------------------------------------------------------------------------------


def told(logic: Any, at: str) -> tuple[RuleCode, str]:
    reason = why(logic, at=on(f"{at}T12:00:00Z")).met
    assert reason is not None
    return reason.code, reason.message()


TWICE = {
    "or": [
        {"not-after": [plus("2026-02-01"), clock(), plus("2026-02-10")]},
        {"not-after": [plus("2026-04-01"), clock(), plus("2026-04-10T18:00:00Z")]},
    ]
}


def test_the_next_period_is_told_else_the_last_one() -> None:
    assert told(TWICE, "2026-01-15") == (
        RuleCode.MET_BETWEEN,
        "It will meet this rule from 1 February 2026 until 9 February 2026.",
    )
    assert told(TWICE, "2026-03-01") == (
        RuleCode.MET_BETWEEN,
        "It will meet this rule from 1 April 2026 until 10 April 2026, 18:00 UTC.",
    )
    assert told(TWICE, "2026-05-01") == (
        RuleCode.MET_UNTIL,
        "It met this rule until 10 April 2026, 18:00 UTC.",
    )


def test_a_period_without_an_end_is_told_from_its_start() -> None:
    logic = {
        "or": [{"before": [clock(), plus("2026-01-01")]}, {"not-before": [clock(), plus("2026-07-01")]}]
    }
    assert told(logic, "2026-05-01") == (
        RuleCode.MET_FROM,
        "It will meet this rule from 1 July 2026 on.",
    )


def test_a_period_within_a_day_is_told_with_its_times() -> None:
    logic = {"not-after": [plus("2026-07-01T08:00:00Z"), clock(), plus("2026-07-01T20:30:00Z")]}
    assert told(logic, "2026-05-01")[1] == (
        "It will meet this rule from 1 July 2026, 08:00 UTC until 1 July 2026, 20:30 UTC."
    )


def test_a_rule_that_was_never_met_and_never_will_be() -> None:
    assert told({">": [var("payload.v.0.dn"), 2]}, "2026-05-01") == (
        RuleCode.MET_NEVER,
        "No other day would change that.",
    )


def test_a_period_of_a_single_moment_is_none_for_people() -> None:
    logic = {"not-after": [plus("2026-07-01"), clock(), plus("2026-07-01")]}
    assert spoken(logic) == [("2026-07-01T00:00:00.000Z", "2026-07-01T00:00:00.000Z")]
    for at in ("2026-05-01", "2026-08-01"):
        assert told(logic, at)[0] is RuleCode.MET_NEVER


# --- published rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "every"), [("dev", 3), ("gateway-dev", 6)])
def test_published_rules_are_met_in_their_periods(shared: Path, name: str, every: int) -> None:
    folder = shared / "vectors" / "rules"
    sets = json.loads((folder / "valuesets.json").read_text())
    lines = (folder / f"{name}.jsonl").read_text().splitlines()
    records = [record for record in map(json.loads, lines) if record["kind"] == "rule"]
    chance = random.Random(5)
    asked = told = 0
    for record in records[::every]:
        external = record["external"] | {"valueSets": sets.get(record.get("vs"), {})}
        context = {"payload": record.get("payload", {}), "external": external}
        told += bool(agrees(record["logic"], context, chance, 6))
        asked += 1
    assert asked > 150
    # All but those that use the clock otherwise.
    assert told >= asked - 3


def test_every_published_rule_tells_its_periods(shared: Path) -> None:
    path = shared / "vectors" / "rules" / "rules-testdata.jsonl"
    for line in path.read_text().splitlines():
        assert periods(Rule.from_json(json.loads(line)["rule"]), CONTEXT) is not None
