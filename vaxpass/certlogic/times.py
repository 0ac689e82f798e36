"""Dates and times as milliseconds since 1970 (UTC): read, shifted, and written (CertLogic 1.3.3).

As in the reference implementation: months and years roll over (31 January and a month is 3 March), a
day beyond the end of its month is in the next month, and an impossible date is not a number (NaN),
which compares as false with everything.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Final

from vaxpass.certlogic.errors import CertLogicError

UNITS: Final = ("year", "month", "day", "hour")
"""The units of `plusTime`."""

DAY: Final = 86_400_000.0
"""Milliseconds of a day."""
HOUR: Final = 3_600_000.0
"""Milliseconds of an hour."""
_LATEST: Final = 8.64e15
"""Milliseconds to which the reference implementation counts, before and after 1970."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
_LATEST_YEAR: Final = 9999
_DATE_LENGTH, _TIME_LENGTH = len("YYYY-MM-DD"), len("YYYY-MM-DDThh:mm:ssZ")
_LONGEST: Final = 64
_MOST_HOURS, _MOST_MINUTES, _MOST_OFFSET = 24, 59, 23
_MONTHS: Final = 12
_MOST_DAYS: Final = 31

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{1,2}):?([0-9]{2})?)?)?"
)


def parse(text: str) -> float:
    """A date, partial date or date-time in milliseconds; raises `CertLogicError` for any other text.

    A partial date is its last day. A time without a zone is in UTC. An impossible date is NaN.

    >>> parse("1970-01-02"), parse("1970-01-01T01:00:00+01:00"), parse("1969"), parse("2021-13-01")
    (86400000.0, 0.0, -86400000.0, nan)
    """
    usual = _parse_usual(text)
    if usual is not None:
        return usual
    if len(text) <= _LONGEST:
        found = _TIME.fullmatch(text)
        if found:
            return _of_time(found)
        partial = _PARTIAL.fullmatch(text)
        if partial:
            return _last_day(int(partial[1]), int(partial[2] or _MONTHS))
    raise CertLogicError("this is not a date or a date-time")


def _parse_usual(text: str) -> float | None:
    """The two usual forms, which are read faster this way; None for all other texts."""
    try:
        if len(text) == _DATE_LENGTH and text[4] == text[7] == "-":
            return (date.fromisoformat(text).toordinal() - _EPOCH) * DAY
        if len(text) == _TIME_LENGTH and text[4::3] == "--T::Z":
            return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        pass  # a day or an hour that does not exist; `_of_time` decides what it means
    return None


def parse_birth(text: str) -> float:
    """A date of birth in milliseconds, which may lack its day and month.

    Raises `CertLogicError` for any other text, also for one with a time.
    """
    if "T" in text:
        raise CertLogicError("this is not a date of birth")
    return parse(text)


def shift(ms: float, amount: int, unit: str) -> float:
    """`ms` shifted by an amount of a unit of `UNITS`; NaN beyond the calendar.

    >>> shift(parse("2020-02-29"), -1, "year") == parse("2019-03-01")
    True
    """
    if amount == 0 or math.isnan(ms):
        return ms
    if unit in ("day", "hour"):
        size = DAY if unit == "day" else HOUR
        if abs(amount) > _LATEST:
            return math.nan
        return _in_range(ms + amount * size)
    days, rest = divmod(ms, DAY)
    year, month, day = _civil(int(days))
    months = year * _MONTHS + month - 1 + (amount if unit == "month" else amount * _MONTHS)
    if abs(months) > _LATEST:
        return math.nan
    year, month = divmod(months, _MONTHS)
    return _in_range((_days(year, month + 1) + day - 1) * DAY + rest)


def text(ms: float) -> str:
    """Milliseconds as text in UTC, as in the reference implementation; `impossible` for NaN.

    >>> text(parse("2021-06-01T10:00:00+01:00")), text(shift(parse("9999-12-31"), 1, "day"))
    ('2021-06-01T09:00:00.000Z', '+010000-01-01T00:00:00.000Z')
    """
    if math.isnan(ms):
        return "impossible"
    days, rest = divmod(ms, DAY)
    year, month, day = _civil(int(days))
    shown = f"{year:04}" if 0 <= year <= _LATEST_YEAR else f"{year:+07}"
    seconds, milliseconds = divmod(int(rest), 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{shown}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z"


def _of_time(found: re.Match[str]) -> float:
    month, day = int(found[2]), int(found[3])
    if not (1 <= month <= _MONTHS and 1 <= day <= _MOST_DAYS):
        return math.nan
    ms = (_days(int(found[1]), month) + day - 1) * DAY
    if found[4] is None:
        return ms
    hour, minute, second = int(found[4]), int(found[5]), int(found[6])
    fraction = int((found[7] or "")[:3].ljust(3, "0"))
    if hour > _MOST_HOURS or minute > _MOST_MINUTES or second > _MOST_MINUTES:
        return math.nan
    if hour == _MOST_HOURS and (minute or second or fraction):
        return math.nan
    ms += hour * HOUR + minute * 60_000 + second * 1000 + fraction
    if found[8]:
        hours, minutes = int(found[9]), int(found[10] or 0)
        if hours > _MOST_OFFSET or minutes > _MOST_MINUTES:
            return math.nan
        offset = hours * HOUR + minutes * 60_000
        ms += -offset if found[8] == "+" else offset
    return ms


def _last_day(year: int, month: int) -> float:
    if not 1 <= month <= _MONTHS:
        return math.nan
    following = divmod(year * _MONTHS + month, _MONTHS)
    return (_days(following[0], following[1] + 1) - 1) * DAY


def _days(year: int, month: int) -> int:
    """The days from 1970 to the first of a month, in any year of the Gregorian calendar."""
    cycles, year_of_cycle = divmod(year, _CYCLE_YEARS)
    # One cycle later, because Python's calendar begins with the year 1.
    first = date(year_of_cycle + _CYCLE_YEARS, month, 1).toordinal()
    return first + (cycles - 1) * _CYCLE_DAYS - _EPOCH


def _civil(days: int) -> tuple[int, int, int]:
    """The year, month and day that is `days` after 1 January 1970."""
    cycles, day_of_cycle = divmod(days + _EPOCH, _CYCLE_DAYS)
    found = date.fromordinal(day_of_cycle + _CYCLE_DAYS)
    return found.year + (cycles - 1) * _CYCLE_YEARS, found.month, found.day


def _in_range(ms: float) -> float:
    return ms if abs(ms) <= _LATEST else math.nan
