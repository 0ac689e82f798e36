"""Dates of birth as records and certificates write them: complete or partial, in several orders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import combining, normalize

from vaxpass.identity.letters import APOSTROPHES, HYPHENS, INVISIBLE, SPACES


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


class DateProblem(StrEnum):
    """Why a text is no date.

    >>> date_problem("29252") is DateProblem.SPREADSHEET_NUMBER
    True
    """

    BLANK = "blank"
    """Nothing is stated: the text is empty, or is what programs write where a cell is empty."""
    SPREADSHEET_NUMBER = "spreadsheet_number"
    """A spreadsheet's count of days. It may begin in 1900 or in 1904, so it is not read as a date."""
    TWO_DIGIT_YEAR = "two_digit_year"
    """The year has two digits: the century is not known."""
    MALFORMED = "malformed"
    """Anything else that is no date of the calendar between 1900 and 2099."""


_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "JANUARY JAN",
            "FEBRUARY FEB HAI",
            "MARCH MAR BA",
            "APRIL APR TU BON",
            "MAY NAM",
            "JUNE JUN SAU",
            "JULY JUL BAY",
            "AUGUST AUG TAM",
            "SEPTEMBER SEPT SEP CHIN",
            "OCTOBER OCT MUOI",
            "NOVEMBER NOV MUOI_MOT",
            "DECEMBER DEC MUOI_HAI",
        ),
        1,
    )
    for name in names.split()
}
"""Names of months, Vietnamese ones without marks. Giêng and Chạp are of the lunar calendar."""
_ENGLISH: Final = "|".join(
    sorted((name for name in _MONTHS if len(name) > 2 and "_" not in name), key=len, reverse=True)
)
_TIME: Final = r"(?:[T ][0-9:.,ZH+ -]{1,24}?(?: ?(?:AM|PM|SA|CH))?)?"
"""A time of day, such as 8h30; SA and CH are Vietnamese for AM and PM"""
_PART: Final = r"[0-9]{1,2}|X{1,2}|\?{1,2}"
_SIGN: Final = r"[-/., \\]"
# Year first; the month and the day may be missing or unknown.
_YEAR_FIRST: Final = re.compile(
    rf"([0-9]{{4}})(?:({_SIGN})({_PART})(?:\2({_PART}){_TIME})?)?",
)
_DAY_FIRST: Final = re.compile(rf"({_PART})({_SIGN})({_PART})\2([0-9]{{2}}|[0-9]{{4}}){_TIME}")
_MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")
_VIETNAMESE: Final = re.compile(
    rf"(?:({_PART})[-, ]+)?TH(?:ANG|G)[. ]*({_PART}|MUOI MOT|MUOI HAI|[A-Z]+)[-, ]+(?:NAM )?"
    rf"([0-9]{{2}}|[0-9]{{4}}){_TIME}"
)
_IN_ENGLISH: Final = re.compile(
    rf"(?:([0-9]{{1,2}})(?:ST|ND|RD|TH)?[-/., ]*)?({_ENGLISH})[-/., ]*"
    rf"([0-9]{{2}}|[0-9]{{4}}){_TIME}"
    rf"|({_ENGLISH})[. ]+([0-9]{{1,2}})(?:ST|ND|RD|TH)?(?:, ?| )([0-9]{{2}}|[0-9]{{4}}){_TIME}"
)
_BEFORE: Final = re.compile(
    r"(?:[0-9]{1,2}[:H][0-9]{0,2}(?::[0-9]{2})?(?: ?(?:AM|PM|SA|CH))?[ ,-]+(?=.*[0-9]))?"
    r"(?:SINH |SN )?(?:(?:NGAY|NAM)(?: SINH)?:? )?"
    r"(?:(?:(?:MON|TUES?|WED(?:NES)?|THU(?:RS)?|FRI|SATUR|SUN)(?:DAY)?"
    r"|THU (?:HAI|BA|TU|NAM|SAU|BAY)|CHU NHAT), ?)?"
)
_BLANK: Final = re.compile(
    # The last two lines are what spreadsheets write for the number 0.
    r"[\W_]*|NULL|NAN|NAT|NONE|#?N/A|#(?:VALUE|REF|NAME|NUM|DIV/0)[!?]"
    r"|0+(?:[.,]0+)?|(?:0?0|12):00(?::00)?(?: ?(?:AM|SA))?"
    rf"|(?:00/0?1/1900|0?1/0?0/1900|1900-0?1-00|30/12/1899|12/30/1899|1899-12-30){_TIME}"
)
_AROUND_SIGNS: Final = re.compile(r" *([-/.,\\]) *")
_SERIAL: Final = re.compile(r"([0-9]{4,5})(?:[.,][0-9]+)?")
_SCIENTIFIC: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}")
_SERIALS: Final = range(2100, 73_051)
"""Counts of days that are no year, until 31 December 2099"""
_AS_SIGNS: Final = str.maketrans(
    dict.fromkeys(HYPHENS, "-")
    | dict.fromkeys(SPACES, " ")
    | dict.fromkeys(APOSTROPHES + INVISIBLE, "")
)
_LONGEST: Final = 40
_ENDS: Final = ".,; "


def parse_birth(text: str) -> BirthDate | None:
    """Read a date of birth; None where the text is no date. A blank text gives an empty date.

    Where the year comes last, the day comes before the month. Nothing is corrected: 30 February is read
    as written, and its `BirthDate.exists` is false. A year of two digits and a spreadsheet's count of
    days are no dates: `date_problem` names them.

    >>> [str(parse_birth(text)) for text in ("6/5/1990", "19900506", "1990-05-06T00:00:00", "5/1990")]
    ['1990-05-06', '1990-05-06', '1990-05-06', '1990-05']
    >>> [str(parse_birth(text)) for text in ("ngày 6 tháng 5 năm 1990", "May 6, 1990", "xx/05/1990")]
    ['1990-05-06', '1990-05-06', '1990-05']
    >>> parse_birth("") == BirthDate(), parse_birth("6 May 90")
    (True, None)
    """
    # Nearly all dates have this form.
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        year, month, day = text[:4], text[5:7], text[8:]
        if year.isdigit() and month.isdigit() and day.isdigit() and year not in ("1900", "1899"):
            return BirthDate(int(year), int(month), int(day))
    found = _read(text)
    return found if isinstance(found, BirthDate) else None


def date_problem(text: str) -> DateProblem | None:
    """Why a text is no date of the calendar, whole or partial; None where it is one. Never raises.

    >>> str(date_problem("1/2/80")), str(date_problem("12:00:00 AM")), str(date_problem("30/02/1980"))
    ('two_digit_year', 'blank', 'malformed')
    >>> date_problem("02/1980")
    """
    found = _read(text)
    if isinstance(found, DateProblem):
        return found
    if found == BirthDate():
        return DateProblem.BLANK
    return None if found.exists else DateProblem.MALFORMED


def _read(text: str) -> BirthDate | DateProblem:
    if len(text) > _LONGEST:
        return DateProblem.MALFORMED
    plain = _plain(text)
    if _BLANK.fullmatch(plain):
        return BirthDate()
    if len(plain) == 8 and plain.isdigit():
        return _eight_digits(plain)
    if (serial := _SERIAL.fullmatch(plain)) and int(serial[1]) in _SERIALS:
        return DateProblem.SPREADSHEET_NUMBER
    if _SCIENTIFIC.fullmatch(plain):
        return DateProblem.SPREADSHEET_NUMBER
    if found := _YEAR_FIRST.fullmatch(plain):
        return BirthDate(int(found[1]), _number(found[3]), _number(found[4]))
    if found := _DAY_FIRST.fullmatch(plain):
        return _dated(found[1], found[3], found[4])
    if found := _MONTH_FIRST.fullmatch(plain):
        return _dated(None, found[1], found[2])
    if found := _VIETNAMESE.fullmatch(plain):
        return _dated(found[1], found[2], found[3])
    if found := _IN_ENGLISH.fullmatch(plain):
        return _dated(found[1] or found[5], found[2] or found[4], found[3] or found[6])
    return DateProblem.TWO_DIGIT_YEAR if plain.isdigit() and len(plain) == 2 else DateProblem.MALFORMED


def _plain(text: str) -> str:
    """The text in capitals without marks, without what may stand before a date."""
    if not text.isascii():
        text = normalize("NFKC", text.translate(_AS_SIGNS)).translate(_AS_SIGNS)
        text = "".join(each for each in normalize("NFD", text) if not combining(each))
    text = " ".join(text.translate(_AS_SIGNS).upper().split())
    text = _AROUND_SIGNS.sub(r"\1", text).removesuffix(".0").rstrip(_ENDS)
    before = _BEFORE.match(text)
    return text[before.end() :] if before else text


def _eight_digits(text: str) -> BirthDate:
    # A month is never 19 or 20: where these stand in its place, the year comes last.
    day, month = int(text[:2]), int(text[2:4])
    if text[4:6] in ("19", "20") and 1 <= day <= 31 and 1 <= month <= 12:
        return BirthDate(int(text[4:]), month, day)
    return BirthDate(int(text[:4]), int(text[4:6]), int(text[6:]))


def _dated(day: str | None, month: str, year: str) -> BirthDate | DateProblem:
    if len(year) == 2:
        return DateProblem.TWO_DIGIT_YEAR
    number = _MONTHS.get(month.replace(" ", "_"), 0) or _number(month)
    if not number and month[0] not in "X?0":
        return DateProblem.MALFORMED
    return BirthDate(int(year), number, _number(day))


def _number(digits: str | None) -> int:
    return int(digits) if digits and digits.isdigit() else 0


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
