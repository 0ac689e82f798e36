"""What a record says -> the values of a certificate, or why they can't be right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from vaxpass.errors import NameLettersError
from vaxpass.identity import parse_birth, split_name, to_icao
from vaxpass.issuing.codes import IssueCode
from vaxpass.issuing.vaccines import Vaccine, Vaccines
from vaxpass.model import Person

Codes = tuple[IssueCode, ...]
_LONGEST: Final = 80
_MOST_DOSES: Final = 9


class GivenDose(NamedTuple):
    """One dose as a certificate states it; `date` is YYYY-MM-DD."""

    vaccine: Vaccine
    dose: int
    doses: int
    date: str


class DoseText(NamedTuple):
    """The same as a record has it."""

    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str


def holder(full_name: str) -> Person | Codes:
    """The holder's name in both forms, or why it can't be written.

    >>> holder("Đặng Thị Ánh Tuyết").given_name_icao
    'THI<ANH<TUYET'
    >>> holder("Αθηνά")
    (<IssueCode.NAME_LETTERS: 'name.letters'>,)
    """
    name = split_name(full_name)
    if not name.family:
        return (IssueCode.NAME_MISSING,)
    if len(name.family) > _LONGEST or len(name.given) > _LONGEST:
        return (IssueCode.NAME_TOO_LONG,)
    try:
        family, given = _letters(name.family), _letters(name.given)
    except NameLettersError as error:
        return (IssueCode.NAME_LETTERS if error.letters else IssueCode.NAME_TOO_LONG,)
    # A part that consists of signs only would leave its half of the machine-readable name empty.
    if not family or bool(given) != bool(name.given):
        return (IssueCode.NAME_LETTERS,)
    if not given:
        return Person(name.family, family)
    return Person(name.family, family, name.given, given)


# Most family names, and very many given ones, come again and again.
_letters: Final = lru_cache(1 << 16)(to_icao)


def birth(text: str) -> str | Codes:
    """A date of birth as a certificate has it, which may be a year or a month only.

    >>> birth("6/5/1990"), birth("1960"), birth("30/02/1990")
    ('1990-05-06', '1960', (<IssueCode.DOB_INVALID: 'dob.invalid'>,))
    """
    if not text.strip():
        return (IssueCode.DOB_MISSING,)
    found = parse_birth(text)
    if found is None or not found.exists:
        return (IssueCode.DOB_INVALID,)
    return str(found)


def given_dose(text: DoseText, table: Vaccines, today: date) -> GivenDose | Codes:
    """A dose, its product and its day, or everything that is wrong with them.

    Before the series is complete, it must have the product's length. The last dose of a longer series
    is a booster; EU certificates also write a booster after a single dose as 2 of 1.

    >>> from vaxpass.issuing.vaccines import BUILT_IN
    >>> given_dose(DoseText("Pfizer", "2", "2", "6/9/2021"), BUILT_IN, date(2021, 10, 1)).date
    '2021-09-06'
    >>> given_dose(DoseText("Abdala", "1", "2", "2021-11-06"), BUILT_IN, date(2021, 10, 1))
    (<IssueCode.DOSE_SERIES: 'dose.series'>, <IssueCode.DATE_FUTURE: 'date.future'>)
    """
    codes = []
    product = table.find(text.vaccine)
    if product is None:
        codes.append(IssueCode.VACCINE_UNKNOWN)
    number, series = _count(text.dose), _count(text.doses)
    if not number or not series:
        codes.append(IssueCode.DOSE_INVALID)
    elif product is not None and not _fits(number, series, product):
        codes.append(IssueCode.DOSE_SERIES)
    day = given_day(text.vaccinated_on)
    if day is None:
        codes.append(IssueCode.DATE_INVALID)
    elif day > today:
        codes.append(IssueCode.DATE_FUTURE)
    elif product is not None and day < product.first_used:
        codes.append(IssueCode.DATE_TOO_EARLY)
    if codes or product is None or day is None:
        return tuple(codes)
    return GivenDose(product, number, series, day.isoformat())


def born_after(born: str, day: str) -> bool:
    """Whether a date of birth, also a partial one, lies after the day of a dose.

    >>> born_after("2021", "2021-09-06"), born_after("2021-10", "2021-09-06")
    (False, True)
    """
    return born > day[: len(born)]


def course(own: tuple[str, str], others: Iterable[tuple[str, str]]) -> Codes:
    """What is wrong with the order of one person's doses.

    Each is the number of the dose and its day as written. Those that can't be read are left out: they
    are refused for that.

    >>> course(("2", "2021-08-01"), [("1", "2021-09-01")])
    (<IssueCode.DOSE_ORDER: 'dose.order'>,)
    """
    number, day = _count(own[0]), given_day(own[1])
    if not number or day is None:
        return ()
    found = set()
    for other, other_day in ((_count(dose), given_day(text)) for dose, text in others):
        if other == number:
            found.add(IssueCode.DOSE_REPEATED)
        elif other and other_day and (other_day >= day if other < number else other_day <= day):
            found.add(IssueCode.DOSE_ORDER)
    return tuple(sorted(found))


def _fits(number: int, series: int, product: Vaccine) -> bool:
    if number < series:
        return series == product.series
    if number == series:
        return series >= product.series
    return product.series == series == 1


def _count(text: str) -> int:
    """The number of doses that is meant, 0 where it is none."""
    text = text.strip()
    if len(text) != 1 or not text.isascii() or not text.isdigit():
        return 0
    return int(text) if int(text) <= _MOST_DOSES else 0


def given_day(text: str) -> date | None:
    """The day of a dose as a record has it; None where it is no whole date of the calendar.

    >>> given_day("6/9/2021")
    datetime.date(2021, 9, 6)
    """
    # Days in records are written in the same ways as dates of birth.
    found = parse_birth(text)
    if found is None or not found.complete or not found.exists:
        return None
    return date(found.year, found.month, found.day)
