"""Dates of birth: every form in records is read, and the common errors are told apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity import (
    BirthDate,
    BirthMatch,
    DateProblem,
    compare_births,
    date_problem,
    parse_birth,
)

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=300)
DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))
BIRTHS = st.builds(BirthDate, st.integers(0, 2200), st.integers(0, 14), st.integers(0, 32))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1990-05-06", "1990-05-06"),
        ("1990-05", "1990-05"),
        ("1990", "1990"),
        ("", ""),
        ("   ", ""),
        ("06/05/1990", "1990-05-06"),
        ("6/5/1990", "1990-05-06"),
        ("6-5-1990", "1990-05-06"),
        ("6.5.1990", "1990-05-06"),
        ("05/1990", "1990-05"),
        ("19900506", "1990-05-06"),
        ("1990/5/6", "1990-05-06"),
        ("1990-05-06T00:00:00Z", "1990-05-06"),
        ("1990-05-06 07:30:00.000+07:00", "1990-05-06"),
        ("06/05/1990 00:00:00", "1990-05-06"),
        ("1990-00-00", "1990"),
        ("1990-05-00", "1990-05"),
        ("1990-XX-XX", "1990"),
        (" 1990-05-06\n", "1990-05-06"),
        ("１９９０-０５-０６", "1990-05-06"),
        ("1990-13-05", "1990-13-05"),
        ("05/13/1990", "1990-13-05"),
        ("06 / 05 / 1990", "1990-05-06"),
        ("06 05 1990", "1990-05-06"),
        ("06,05,1990", "1990-05-06"),
        ("06–05–1990", "1990-05-06"),
        ("'06/05/1990", "1990-05-06"),
        ("06051990", "1990-05-06"),
        ("20051990", "1990-05-20"),
        ("6/5/1990 12:00:00 AM", "1990-05-06"),
        ("6/5/1990 12:00:00 SA", "1990-05-06"),
        ("6/5/1990 3:15 CH", "1990-05-06"),
        ("ngày 06/05/1990", "1990-05-06"),
        ("Ngày 06 tháng 05 năm 1990", "1990-05-06"),
        ("6 tháng 5 năm 1990", "1990-05-06"),
        ("6 tháng 5, 1990", "1990-05-06"),
        ("06 Tháng Năm 1990", "1990-05-06"),
        ("06 Tháng Mười Hai 1990", "1990-12-06"),
        ("06 thg 5 1990", "1990-05-06"),
        ("tháng 5 năm 1990", "1990-05"),
        ("sinh năm 1990", "1990"),
        ("May 6, 1990", "1990-05-06"),
        ("Sunday, May 6, 1990", "1990-05-06"),
        ("06-May-1990", "1990-05-06"),
        ("6 May 1990", "1990-05-06"),
        ("May 1990", "1990-05"),
        ("xx/05/1990", "1990-05"),
        ("??/??/1990", "1990"),
        ("00/00/1990", "1990"),
        ("1990.0", "1990"),
        ("00/01/1900", ""),
        ("1/0/1900", ""),
        ("1900-01-00", ""),
        ("30/12/1899 00:00:00", ""),
        ("12:00:00 AM", ""),
        ("0", ""),
        ("#N/A", ""),
        (" - ", ""),
        ("8h30 06/05/1990", "1990-05-06"),
        ("08:30 06/05/1990", "1990-05-06"),
        ("6/5/1990 8h30", "1990-05-06"),
        ("Chủ nhật, 06/05/1990.", "1990-05-06"),
        ("SN 1990", "1990"),
    ],
)
def test_a_form_of_records_is_read(text: str, read: str) -> None:
    found = parse_birth(text)
    assert found is not None
    assert str(found) == read


@pytest.mark.parametrize(
    "text",
    [
        *"90 6/5/90 6-5/1990 1990-5/6 abc 1990-05-06x 199005 1990-05-06T 32874 -1990 ١٩٩٠".split(),
        *("6 May 90", "1990-05-06" + "0" * 40),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_birth(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("6/5/90", "two_digit_year"),
        ("06-05-90", "two_digit_year"),
        ("06-May-90", "two_digit_year"),
        ("ngày 6 tháng 5 năm 90", "two_digit_year"),
        ("5/90", "two_digit_year"),
        ("90", "two_digit_year"),
        ("6/5/90 0:00", "two_digit_year"),
        ("29252", "spreadsheet_number"),
        ("29252.0", "spreadsheet_number"),
        ("29252,375", "spreadsheet_number"),
        ("9132", "spreadsheet_number"),
        ("2.9252E+04", "spreadsheet_number"),
        ("", "blank"),
        ("12:00:00 AM", "blank"),
        ("99999", "malformed"),
        ("1890", "malformed"),
        ("05/13/1990", "malformed"),
        ("30/02/1990", "malformed"),
        ("soon", "malformed"),
        ("8h30", "malformed"),
        ("1990", None),
        ("05/1990", None),
        ("6/5/1990", None),
        ("1900-01-01", None),
    ],
)
def test_it_is_told_why_a_text_is_no_date(text: str, problem: str | None) -> None:
    found = date_problem(text)
    assert (found and found.value) == problem


@given(st.text(max_size=50) | st.text("0123456789-/.TZ: X", max_size=25))
@_SETTINGS
def test_a_date_has_a_problem_exactly_where_it_is_none_of_the_calendar(text: str) -> None:
    born = parse_birth(text)
    assert (date_problem(text) is None) is (born is not None and born.exists)
    assert (date_problem(text) is DateProblem.BLANK) is (born == BirthDate())


@given(st.text(max_size=50) | st.text("0123456789-/.TZ: X", max_size=25))
@_SETTINGS
def test_any_text_is_read_or_none_and_never_raises(text: str) -> None:
    found = parse_birth(text)
    if found is not None:
        assert parse_birth(str(found)) is not None
        assert found.exists in (True, False)


@given(DATES)
@_SETTINGS
def test_every_day_is_read_back_from_each_of_its_forms(day: date) -> None:
    forms = [day.isoformat(), f"{day.day:02}/{day.month:02}/{day.year}", day.strftime("%Y%m%d")]
    forms += [f"{day.day}-{day.month}-{day.year}", day.isoformat() + "T23:59:59+07:00"]
    for form in forms:
        found = parse_birth(form)
        assert found is not None
        assert found.exists
        assert str(found) == day.isoformat()


@pytest.mark.parametrize("text", ["1990-02-30", "1990-13-01", "1899-01-01", "2100-01-01", "1990-00-06"])
def test_what_is_not_in_the_calendar_does_not_exist(text: str) -> None:
    found = parse_birth(text)
    assert found is not None
    assert not found.exists


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        ("1990-05-06", "06/05/1990", "equal"),
        ("1960", "1960", "equal"),
        ("1990-05", "1990-05-06", "month_only"),
        ("1990-05", "1990-06-06", "different"),
        ("1990", "1990-05-06", "year_only"),
        ("1990", "1990-05", "year_only"),
        ("1990-01-01", "1990-05-06", "year_only"),
        ("1990-01-01", "1990", "year_only"),
        ("1990-01-01", "1990-01-01", "equal"),
        ("1990-05-06", "1990-06-05", "day_month_swapped"),
        ("1990-13-05", "1990-05-13", "day_month_swapped"),
        ("1990-05-06", "1990-05-16", "typo"),
        ("1990-05-06", "1991-05-06", "typo"),
        ("1987-05-06", "1978-05-06", "typo"),
        ("1990-05-12", "1990-05-21", "typo"),
        ("1990-02-30", "1990-02-20", "typo"),
        ("1990-05-06", "1991-05-07", "different"),
        ("1990", "1991-05-06", "different"),
        ("1990-02-30", "1985-02-11", "unknown"),
        ("1990-02-30", "1990-02-30", "unknown"),
        ("", "1990", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_two_dates_agree_so_far(one: str, other: str, match: str) -> None:
    first, second = parse_birth(one), parse_birth(other)
    assert first is not None
    assert second is not None
    assert compare_births(first, second) == match
    assert compare_births(second, first) == match


@given(BIRTHS, BIRTHS)
@_SETTINGS
def test_the_order_of_two_dates_makes_no_difference(one: BirthDate, other: BirthDate) -> None:
    assert compare_births(one, other) is compare_births(other, one)
    assert (compare_births(one, one) is BirthMatch.EQUAL) is one.exists
    if one != other:
        assert compare_births(one, other) is not BirthMatch.EQUAL
