"""Dates in reasons: how long ago, until when, and the limits of a rule however it is written."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any

import pytest

from tests.support.rule_judging import austrian, clock, on, payload, plus, reason, var, verifier, why
from tests.support.world import World, text_of_a_later_dose
from vaxpass.rules import RuleCode

V, DT = "payload.v.0.", "payload.v.0.dt"


@pytest.mark.parametrize(
    ("limit", "dt", "told"),
    [
        ((24, "hour"), "2026-05-30", "was 48 hours ago; Austria accepts at most 24 hours."),
        # Nobody counts in hours for long.
        ((24, "hour"), "2026-05-10", "was 22 days ago; Austria accepts at most 24 hours."),
        ((1, "day"), "2026-05-30", "was 2 days ago; Austria accepts at most 1 day."),
        ((3, "month"), "2026-01-12", "was 4 months ago; Austria accepts at most 3 months."),
        ((1, "month"), "2026-01-31", "was 4 months ago; Austria accepts at most 1 month."),
        ((1, "year"), "2024-02-29", "was 2 years ago; Austria accepts at most 1 year."),
    ],
)
def test_how_long_ago_is_told_in_the_unit_of_the_rule(
    limit: tuple[int, str], dt: str, told: str
) -> None:
    assert reason({"not-after": [clock(), plus(DT, *limit)]}, payload(dt=dt)).endswith(told)


@pytest.mark.parametrize(
    ("amount", "unit", "dt"),
    [
        (140, "day", "2026-01-12"),
        (4, "month", "2026-01-12"),
        (1, "year", "2025-05-31"),
        (48, "hour", "2026-05-30"),
    ],
)
def test_hours_beyond_the_limit_are_not_told_as_the_limit_itself(
    amount: int, unit: str, dt: str
) -> None:
    at = on("2026-06-01T00:30:00Z")
    told = reason({"not-after": [clock(), plus(DT, amount, unit)]}, payload(dt=dt), at)
    plural = "" if amount == 1 else "s"
    assert f"was more than {amount} {unit}{plural} ago; Austria accepts at most {amount} {unit}" in told


def test_a_part_of_a_month_or_year_is_told_in_days() -> None:
    for unit in ("month", "year"):
        told = reason({"not-before": [clock(), plus(DT, 3, unit)]}, payload(dt="2026-05-20"))
        assert f"was 12 days ago; Austria accepts it after 3 {unit}s." in told


@pytest.mark.parametrize(
    "logic",
    [
        {"not-after": [clock(), plus(DT, 90)]},
        {"not-after": [clock(-90), plus(DT)]},
        {"not-after": [clock(-30), plus(DT, 60)]},
        {"not-before": [plus(DT, 90), clock()]},
        {"not-before": [plus(DT), clock(-90)]},
        {"!": [{"after": [clock(), plus(DT, 90)]}]},
        {"!": [{"before": [plus(DT), clock(-90)]}]},
        {"!": [{"!": [{"not-after": [clock(), plus(DT, 90)]}]}]},
        {"not-after": [plus(DT, 14), clock(), plus(DT, 90)]},
        {"not-before": [plus(DT, 90), clock(), plus(DT, 14)]},
        {"if": [{"after": [clock(), plus(DT, 90)]}, False, True]},
        {"if": [var("payload.v.0"), {"and": [True, {"not-after": [clock(), plus(DT, 90)]}]}, True]},
        {"or": [{"===": [var(V + "mp"), "EU/1/20/1525"]}, {"not-after": [clock(), plus(DT, 90)]}]},
        {
            "if": [
                {"===": [var(V + "mp"), "EU/1/20/1525"]},
                {"not-before": [clock(), plus(DT, 28)]},
                {"and": [{">=": [var(V + "dn"), 1]}, {"not-after": [clock(), plus(DT, 90)]}]},
            ]
        },
    ],
)
def test_the_same_limit_is_found_however_the_rule_is_written(logic: object) -> None:
    assert why(logic).message() == (
        "Dose 2 of 2, given on 12 January 2026, was 140 days ago; Austria accepts at most 90 days."
        " It met this rule until 11 April 2026."
    )


@pytest.mark.parametrize(
    "logic",
    [
        {"not-before": [clock(), plus(DT, 14)]},
        {"not-before": [clock(-14), plus(DT)]},
        {"not-after": [plus(DT), clock(-14)]},
        {"!": [{"before": [clock(), plus(DT, 14)]}]},
        {"if": [{"before": [clock(), plus(DT, 14)]}, False, True]},
    ],
)
def test_so_is_a_time_to_wait(logic: object) -> None:
    assert why(logic, payload(dt="2026-05-25")).message() == (
        "Dose 2 of 2, given on 25 May 2026, was 7 days ago; Austria accepts it after 14 days."
        " It will meet this rule from 8 June 2026 on."
    )


@pytest.mark.parametrize("name", ["not-after", "not-before"])
def test_of_three_dates_the_two_out_of_order_are_told(name: str) -> None:
    bounds = [plus(DT, 14), clock(), plus(DT, 90)]
    found = why({name: bounds if name == "not-after" else bounds[::-1]}, payload(dt="2026-05-25"))
    assert found.message() == (
        "Dose 2 of 2, given on 25 May 2026, was 7 days ago; Austria accepts it after 14 days."
        " It will meet this rule from 8 June 2026 until 22 August 2026."
    )


def test_a_time_between_that_must_not_be_has_no_single_bound() -> None:
    dates = {"!": [{"not-after": [plus(DT, 14), clock(), plus(DT, 190)]}]}
    assert why(dates).reason.code is RuleCode.DESCRIBED
    assert why({"!": [{"<": [0, var(V + "sd"), 3]}]}).reason.code is RuleCode.DESCRIBED


def test_amounts_that_cannot_be_added_are_told_as_a_day() -> None:
    assert reason({"not-after": [clock(-1, "month"), plus(DT, 60)]}) == (
        "Date of vaccination: 12 January 2026. For Austria that counted until 12 April 2026."
    )


def test_a_negative_amount_is_told_as_a_day() -> None:
    assert reason({"not-after": [clock(), plus(DT, -1)]}) == (
        "Date of vaccination: 12 January 2026. For Austria that counted until 10 January 2026."
    )


def test_a_day_that_the_rule_names_is_told_as_such() -> None:
    assert reason({"before": [clock(), plus("2026-05-01")]}) == (
        "Date in the rule: 1 May 2026. For Austria that counted until 30 April 2026."
    )
    assert reason({"not-before": [clock(), plus("2026-07-01T10:30:00Z")]}) == (
        "Date in the rule: 1 July 2026, 10:30 UTC. For Austria that counts only from 1 July 2026,"
        " 10:30 UTC on."
    )
    assert reason({"not-after": [plus("2026-07-01"), plus("2026-06-01")]}) == (
        "Date in the rule: 1 July 2026. Austria asks for 1 June 2026 at the latest."
    )
    assert reason({"not-after": [clock(), plus("2026-13-01")]}) == (
        "Date in the rule: 2026-13-01. There is no such day, so Austria can't count from it."
    )


def test_a_date_of_birth_without_its_day_counts_from_the_last() -> None:
    told = reason(
        {"not-after": [plus("payload.dob", 18, "year"), clock()]}, payload() | {"dob": "2015"}
    )
    assert told == (
        "Date of birth: 31 December 2015. For Austria that counts only from 31 December 2033 on."
    )
    birth: dict[str, Any] = {"dccDateOfBirth": [var("payload.dob")]}
    assert reason({"not-before": [clock(-18, "year"), birth]}, payload() | {"dob": "2015"}) == told


def test_an_amount_beyond_all_time_is_no_impossible_day() -> None:
    assert why({"not-after": [clock(), plus(DT, 10**17)]}).reason.code is RuleCode.DESCRIBED


@pytest.mark.parametrize("gone", ["dn", "sd"])
def test_a_dose_without_its_number_is_told_by_its_day(gone: str) -> None:
    content = payload("v", **{gone: ...})
    late, early = {"not-after": [clock(), plus(DT, 90)]}, {"not-before": [clock(), plus(DT, 150)]}
    assert reason(late, content) == (
        "Date of vaccination: 12 January 2026. For Austria that counted until 11 April 2026."
    )
    assert reason(early, content) == (
        "Date of vaccination: 12 January 2026. For Austria that counts only from 11 June 2026 on."
    )
    content = payload("v", dt="2026-06-20", **{gone: ...})
    assert reason({"not-before": [clock(), plus(DT)]}, content) == (
        "Date of vaccination: 20 June 2026. For Austria that counts only from 20 June 2026 on."
    )


HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        # 12 January + 150 days: the rule turns at midnight of 11 June, in UTC.
        ("2026-06-05T00:00:00Z", UTC, "from 11 June 2026 on."),
        ("2026-06-10T00:00:00Z", UTC, "from 11 June 2026 on."),
        ("2026-06-10T00:00:01Z", UTC, "from 11 June 2026, 00:00 UTC on."),
        ("2026-06-11T00:30:00+07:00", HANOI, "from 11 June 2026, 07:00 UTC+07:00 on."),
        ("2026-06-05T00:00:00+07:00", HANOI, "from 11 June 2026, 07:00 UTC+07:00 on."),
    ],
)
def test_the_hour_is_told_where_it_decides_and_where_midnight_is_not_that_of_utc(
    world: World, at: str, zone: tzinfo, said: str
) -> None:
    rules = austrian({"not-before": [clock(), plus(DT, 150)]})
    text = text_of_a_later_dose(world)
    verdict = verifier(world, rules).verify(text, at=on(at).astimezone(zone), destination="AT")
    assert verdict.reason().endswith(f"It will meet this rule {said}")
    assert "given on 12 January 2026, was" in verdict.reason(), "a date has no zone"
    (rule,) = verdict.explanations()
    assert rule.to_dict(zone=zone)["message"] == verdict.reason()
    assert verdict.to_dict()["rules"] == [rule.to_dict(zone=zone)]


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        ("2026-01-02T00:00:00Z", UTC, "is dated 12 January 2026, which"),
        ("2026-01-11T17:30:00Z", UTC, "is dated 12 January 2026, 00:00 UTC, which"),
        ("2026-01-12T00:30:00+07:00", HANOI, "is dated 12 January 2026, 07:00 UTC+07:00, which"),
        ("2026-01-02T00:00:00Z", HANOI, "is dated 12 January 2026, which"),
    ],
)
def test_a_dose_of_today_that_has_not_come_yet_in_utc_is_told_with_the_hour(
    world: World, at: str, zone: tzinfo, said: str
) -> None:
    rules = austrian({"not-before": [clock(), plus(DT, 0)]})
    text = text_of_a_later_dose(world)
    verdict = verifier(world, rules).verify(text, at=on(at).astimezone(zone), destination="AT")
    assert said in verdict.reason()
