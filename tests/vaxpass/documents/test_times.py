"""Days and times are read alike in all families, and nothing that only looks like one is read."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.documents.times import LAST_SECOND, is_day, next_day, seconds_of


@given(st.dates())
def test_each_day_of_the_calendar_is_one(day: date) -> None:
    assert is_day(day.isoformat())


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-02", "2026-02-30", "2026-13-01", "0000-01-01", "20260228", "2026-W09-6"),
        *("2026-02-28 ", " 2026-02-28", "2026-02-28T00:00", "2026/02/28", "26-02-28"),
        *("２０２６-02-28", "2026-02-2\u0668", "2026\u201102\u201128"),
    ],
)
def test_whatever_else_a_text_is_it_is_no_day(text: str) -> None:
    assert not is_day(text)


@given(st.dates(max_value=date(9999, 12, 30)))
def test_the_next_day_is_one_later(day: date) -> None:
    assert (next_day(day) - day).days == 1
    assert next_day(date.max) == date.max


@given(st.integers(0, LAST_SECOND))
def test_seconds_stay_and_milliseconds_become_seconds(second: int) -> None:
    assert seconds_of(second) == second
    if second * 1000 > LAST_SECOND:
        assert seconds_of(second * 1000) == second
    assert datetime.fromtimestamp(second, UTC).year <= 9999


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, "1767225600", b"1", [1], {}, -1, -0.5, math.nan, math.inf, -math.inf),
        *(1000 * LAST_SECOND + 1, 10**400, 1e300),
    ],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert seconds_of(value) is None
