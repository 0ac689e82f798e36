"""Dates of birth as records and certificates write them: complete or partial, in several orders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import normalize


class BirthMatch(StrEnum):
    """How far two dates of birth agree, the closest first.

    >>> compare_births(BirthDate(1990, 5), BirthDate(1990, 5, 6)) is BirthMatch.MONTH_ONLY
    True
    """

    EQUAL = "equal"
    """Both are the same."""
    MONTH_ONLY = "month_only"
    """Year and month agree, and one has no day."""
    YEAR_ONLY = "year_only"
    """The years agree, and one has only a year, or 1 January, which records use for an unknown day."""
    DAY_MONTH_SWAPPED = "day_month_swapped"
    """Day and month are exchanged."""
    TYPO = "typo"
    """One digit differs, or two neighbouring digits are in the wrong order."""
    DIFFERENT = "different"
    """More than that differs."""
    UNKNOWN = "unknown"
    """At least one is empty, or not a date of the calendar."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A date of birth as written; parts that are not known are 0. It may be no date of the calendar.

    >>> str(BirthDate(1960)), str(BirthDate(1990, 5)), str(BirthDate(1990, 5, 6)), str(BirthDate())
    ('1960', '1990-05', '1990-05-06', '')
    """

    year: int = 0
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """As a certificate has it (EU DCC schema 1.3, `dob`): YYYY-MM-DD, YYYY-MM, YYYY or empty."""
        if not self.year:
            return ""
        if not self.month:
            return f"{self.year:04}"
        return f"{self.year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    @property
    def exists(self) -> bool:
        """Whether it is a date of the calendar between 1900 and 2099, the years of certificates."""
        if not 1900 <= self.year <= 2099 or (self.day and not self.month):
            return False
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    @property
    def complete(self) -> bool:
        """Whether year, month and day are known."""
        return bool(self.year and self.month and self.day)

    @property
    def year_only(self) -> bool:
        """Whether only the year is known: it has no month, or is 1 January, which may mean the same."""
        return not self.month or (self.month == 1 and self.day == 1)


# Year first; the month and the day may be missing or 00. A time of day may follow a whole date.
_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2}|XX)(?:\2([0-9]{1,2}|XX)(?:[T ][0-9:.,Z+ -]{1,24})?)?)?"
)
_DAY_FIRST: Final = re.compile(
    r"(?:([0-9]{1,2})([-/.]))?([0-9]{1,2})[-/.]([0-9]{4})(?: [0-9]{1,2}:[0-9:]{2,6})?"
)
_LONGEST: Final = 40


def parse_birth(text: str) -> BirthDate | None:
    """Read a date of birth; None where the text is no date. An empty text gives an empty date.

    Where the year comes last, the day comes before the month. Nothing is corrected: 30 February is read
    as written, and its `BirthDate.exists` is false.

    >>> [str(parse_birth(text)) for text in ("6/5/1990", "19900506", "1990-05-06T00:00:00", "5/1990")]
    ['1990-05-06', '1990-05-06', '1990-05-06', '1990-05']
    >>> parse_birth("") == BirthDate(), parse_birth("6 May 90")
    (True, None)
    """
    if len(text) > _LONGEST:
        return None
    # Nearly all dates have this form.
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        year, month, day = text[:4], text[5:7], text[8:]
        if year.isdigit() and month.isdigit() and day.isdigit():
            return BirthDate(int(year), int(month), int(day))
    text = (text if text.isascii() else normalize("NFKC", text)).strip().upper()
    if not text:
        return BirthDate()
    if len(text) == 8 and text.isascii() and text.isdigit():
        return BirthDate(int(text[:4]), int(text[4:6]), int(text[6:]))
    if found := _YEAR_FIRST.fullmatch(text):
        return BirthDate(int(found[1]), _number(found[3]), _number(found[4]))
    if (found := _DAY_FIRST.fullmatch(text)) and (found[2] is None or text.count(found[2]) >= 2):
        return BirthDate(int(found[4]), int(found[3]), _number(found[1]))
    return None


def _number(digits: str | None) -> int:
    return int(digits) if digits and digits != "XX" else 0


def compare_births(one: BirthDate, other: BirthDate) -> BirthMatch:
    """How far two dates of birth agree. Exchanging the two makes no difference. Never raises.

    >>> compare_births(BirthDate(1990, 5, 6), BirthDate(1990, 6, 5))
    <BirthMatch.DAY_MONTH_SWAPPED: 'day_month_swapped'>
    >>> compare_births(BirthDate(1960, 1, 1), BirthDate(1960, 8, 20))
    <BirthMatch.YEAR_ONLY: 'year_only'>
    """
    if not one.year or not other.year:
        return BirthMatch.UNKNOWN
    if one == other:
        return BirthMatch.EQUAL if one.exists else BirthMatch.UNKNOWN
    if one.year == other.year and (match := _within_a_year(one, other)):
        return match
    if one.complete and other.complete and _is_typo(one, other):
        return BirthMatch.TYPO
    return BirthMatch.DIFFERENT if one.exists and other.exists else BirthMatch.UNKNOWN


def _within_a_year(one: BirthDate, other: BirthDate) -> BirthMatch | None:
    if one.complete and (one.month, one.day) == (other.day, other.month):
        return BirthMatch.DAY_MONTH_SWAPPED
    if not (one.exists and other.exists):
        return None
    if one.year_only or other.year_only:
        return BirthMatch.YEAR_ONLY
    if one.month == other.month and not (one.day and other.day):
        return BirthMatch.MONTH_ONLY
    return None


def _is_typo(one: BirthDate, other: BirthDate) -> bool:
    digits = f"{one.year:04}{one.month:02}{one.day:02}"
    others = f"{other.year:04}{other.month:02}{other.day:02}"
    places = [place for place in range(8) if digits[place] != others[place]]
    if len(places) == 1:
        return True
    # Digits in the wrong order are both in the year, both in the month or both in the day.
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and places[0] not in (3, 5)
        and digits[places[0]] == others[places[1]]
        and digits[places[1]] == others[places[0]]
    )
