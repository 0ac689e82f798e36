"""Days and times as documents write them: what several families read in the same way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

LAST_SECOND: Final = 253402300799
"""The last second that a datetime can hold. A time in milliseconds lies far beyond it."""
_DAY: Final = timedelta(days=1)


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written YYYY-MM-DD.

    >>> is_day("2026-02-28"), is_day("2026-02-30"), is_day("20260228"), is_day("2026-02")
    (True, False, False, False)
    """
    # fromisoformat also reads other forms of ISO 8601.
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return text.isascii()


def next_day(day: date) -> date:
    """The day after `day`; the last day of the calendar has none, and is its own.

    A date in a document has no time zone, so one that lies a day ahead is not called impossible.

    >>> next_day(date(2026, 2, 28)).isoformat(), next_day(date.max) == date.max
    ('2026-03-01', True)
    """
    return day + _DAY if day < date.max else day


def seconds_of(value: object) -> int | float | None:
    """A time in seconds since 1970 (UTC); None for what is none.

    Some issuers write milliseconds: they become seconds.

    >>> seconds_of(1767225600), seconds_of(1767225600000), seconds_of("1767225600"), seconds_of(True)
    (1767225600, 1767225600.0, None, None)
    """
    # Exact types: true is an int to Python. The comparisons are false for NaN.
    if type(value) is not int and type(value) is not float:
        return None
    if LAST_SECOND < value <= 1000 * LAST_SECOND:
        value /= 1000
    return value if 0 <= value <= LAST_SECOND else None
