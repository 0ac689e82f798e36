"""CertLogic's date-times: what text is one, and how they are shifted."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.certlogic_values import fails, moment, value


@pytest.mark.parametrize(
    ("date", "amount", "unit", "result"),
    [
        ("2021-01-31", 1, "month", "2021-03-03"),
        ("2020-01-31", 1, "month", "2020-03-02"),
        ("2021-03-31", -1, "month", "2021-03-03"),
        ("2021-10-31", 1, "month", "2021-12-01"),
        ("2021-12-31", 14, "month", "2023-03-03"),
        ("2021-01-15", -13, "month", "2019-12-15"),
        ("2020-02-29", 1, "year", "2021-03-01"),
        ("2020-02-29", -1, "year", "2019-03-01"),
        ("2020-02-29", 4, "year", "2024-02-29"),
        ("2021-12-31", 1, "day", "2022-01-01"),
        ("2021-03-01", -1, "day", "2021-02-28"),
        ("2021-03-01", -25, "hour", "2021-02-27T23"),
        ("2021-02-28", 48.0, "hour", "2021-03-02"),
        # A part of a date is its last day.
        ("2021", 0, "day", "2021-12-31"),
        ("2020-02", 0, "day", "2020-02-29"),
        ("2021-12", 0, "day", "2021-12-31"),
        ("2021", 1, "month", "2022-01-31"),
        # A day that its month does not have is one of the next month.
        ("2021-02-30", 0, "day", "2021-03-02"),
        ("2021-04-31", 1, "day", "2021-05-02"),
        ("0000-01-01", 0, "day", "0000-01-01"),
        ("0000-01-01", -1, "day", "-000001-12-31"),
        ("9999-12-31", 1, "day", "+010000-01-01"),
    ],
)
def test_dates_are_shifted(date: str, amount: float, unit: str, result: str) -> None:
    day, _, hour = result.partition("T")
    assert moment(date, amount, unit) == f"{day}T{hour or '00'}:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2021-06-01T10:20:30", "2021-06-01T10:20:30.000Z"),
        ("2021-06-01T10:20:30Z", "2021-06-01T10:20:30.000Z"),
        ("2021-06-01T10:20:30.1Z", "2021-06-01T10:20:30.100Z"),
        ("2021-06-01T10:20:30.12345678", "2021-06-01T10:20:30.123Z"),
        ("2021-06-01T10:20:30.9999Z", "2021-06-01T10:20:30.999Z"),
        ("2021-06-01T10:20:30+1", "2021-06-01T09:20:30.000Z"),
        ("2021-06-01T10:20:30+01", "2021-06-01T09:20:30.000Z"),
        ("2021-06-01T10:20:30-130", "2021-06-01T11:50:30.000Z"),
        ("2021-06-01T10:20:30-0130", "2021-06-01T11:50:30.000Z"),
        ("2021-06-01T10:20:30+1:30", "2021-06-01T08:50:30.000Z"),
        ("2021-06-01T10:20:30.5+01:30", "2021-06-01T08:50:30.500Z"),
        ("2021-06-01T00:00:00+02:00", "2021-05-31T22:00:00.000Z"),
        ("2021-06-01T24:00:00", "2021-06-02T00:00:00.000Z"),
        ("2021-06-31T24:00:00Z", "2021-07-02T00:00:00.000Z"),
    ],
)
def test_date_times_are_read(text: str, result: str) -> None:
    assert moment(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "2021-13",
        "2021-00",
        "2021-13-01",
        "2021-00-01",
        "2021-01-32",
        "2021-01-00",
        "2021-06-01T24:00:01",
        "2021-06-01T25:00:00",
        "2021-06-01T10:60:00",
        "2021-06-01T10:00:60",
        "2021-06-01T24:00:00.001",
        "2021-06-01T10:00:00+24:00",
        "2021-06-01T10:00:00+01:60",
    ],
)
def test_impossible_dates_compare_as_false(text: str) -> None:
    assert moment(text) == moment(text, 1, "month") == moment(text, -1, "day") == "impossible"
    dates = [{"plusTime": [{"var": "x"}, 0, "day"]}, {"plusTime": ["2021", 0, "day"]}]
    for operator in ("before", "after", "not-before", "not-after"):
        assert value({operator: dates}, {"x": text}) is False
        assert value({operator: [dates[0], dates[0]]}, {"x": text}) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "21",
        "20210601",
        "2021-6-1",
        "2021-06-01 ",
        "2021-06-01\n",
        "2021-06-01 10:00:00",
        "2021-06-01t10:00:00z",
        "2021-06-01T10:00",
        "2021-06-01T10:00:00.",
        "2021-06-01T10:00:00+",
        "2021-06-01T10:00:00+01:0",
        "+002021-06-01",
        "٢٠٢١-06-01",
        "2021-06-01T10:00:00." + "1" * 5000,
    ],
)
def test_other_texts_are_no_dates(text: str) -> None:
    for date in (text, {"var": "x"}):
        assert fails({"plusTime": [date, 0, "day"]}, {"x": text})
        assert fails({"plusTime": [date, 1, "month"]}, {"x": text})
        assert fails({"plusTime": [date, 1, "day"]}, {"x": text})
        assert fails({"dccDateOfBirth": [date]}, {"x": text})


@pytest.mark.parametrize("other", [None, 2021, True, ["2021"], {}])
def test_a_date_must_be_text(other: object) -> None:
    for expression in ({"plusTime": [{"var": "x"}, 0, "day"]}, {"dccDateOfBirth": [{"var": "x"}]}):
        assert fails(expression, {"x": other})


def test_a_date_is_needed_only_where_it_is_used() -> None:
    date = {"plusTime": [{"var": "no.date"}, 1, "day"]}
    assert value({"if": [True, "not needed", date]}) == "not needed"
    assert value({"and": [False, {"before": [date, date]}]}) is False


@pytest.mark.parametrize("amount", [0.5, "1", None, True, {"var": "x"}, [1]])
def test_the_amount_must_be_written_as_a_whole_number(amount: object) -> None:
    assert fails({"plusTime": ["2021", amount, "day"]}, {"x": 1})


@pytest.mark.parametrize("unit", ["days", "Day", "minute", "", None, 1, ["day"], {"var": "x"}])
def test_units_are_days_hours_months_and_years(unit: object) -> None:
    assert fails({"plusTime": ["2021", 1, unit]}, {"x": "day"})


@pytest.mark.parametrize("unit", ["day", "hour", "month", "year"])
@pytest.mark.parametrize("amount", [10**13, -(10**13), 2**53, 2**900, -(2**900)])
def test_what_is_too_far_away_is_impossible(unit: str, amount: int) -> None:
    assert moment("2021", amount, unit) == "impossible"
    assert str(value({"plusTime": [{"var": "x"}, amount, unit]}, {"x": "2021"})) == "impossible"


def test_the_latest_moment_is_that_of_the_reference() -> None:
    assert moment("1970-01-01", 100_000_000, "day") == "+275760-09-13T00:00:00.000Z"
    assert moment("1970-01-01", 100_000_001, "day") == "impossible"
    assert moment("1970-01-01", -100_000_000, "day") == "-271821-04-20T00:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1963", "1963-12-31"),
        ("1963-02", "1963-02-28"),
        ("1964-02", "1964-02-29"),
        ("1963-02-28", "1963-02-28"),
        ("1963-02-30", "1963-03-02"),
    ],
)
def test_dates_of_birth_may_lack_their_day_and_month(text: str, result: str) -> None:
    assert str(value({"dccDateOfBirth": [text]})) == f"{result}T00:00:00.000Z"


@pytest.mark.parametrize("text", ["", "1963-02-28T00:00:00", "1963-02-28T00:00:00Z", "63", "1963-1-1"])
def test_dates_of_birth_are_no_date_times(text: str) -> None:
    assert fails({"dccDateOfBirth": [text]})


def test_every_day_of_400_years_follows_the_one_before() -> None:
    days = [moment("1900-02-28", amount) for amount in range(0, 146_097, 97)]
    assert days == sorted(days)
    assert moment("1900-02-28", 146_097) == "2300-02-28T00:00:00.000Z"
    months = [moment("1999-12-31T23:59:59.999", amount, "month") for amount in range(0, 4800, 12)]
    assert all(int(late[:4]) == int(early[:4]) + 1 for early, late in pairwise(months))
