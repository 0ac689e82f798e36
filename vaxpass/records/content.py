"""Read the texts of a record as the values of a certificate, or say with codes what is wrong with them.

`read_name`, `read_birth`, `read_dose` and `read_day` each read one text, or one group of texts, of a
record. Which product a name means is in `vaccines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.encoding.vietnamese import is_damaged
from vaxpass.errors import NameLettersError
from vaxpass.identity import DateProblem, date_problem, parse_birth, split_name, to_icao
from vaxpass.records.codes import IssueCode
from vaxpass.records.record import read_count
from vaxpass.records.vaccines import Vaccine, Vaccines

Codes: TypeAlias = tuple[IssueCode, ...]
"""Everything that is wrong with a record"""

_MAX_CHARACTERS: Final = 80
"""Of a part of a name"""
_MAX_DOSES: Final = 9


class Dose(NamedTuple):
    """One dose as a certificate states it; `date` is YYYY-MM-DD."""

    vaccine: Vaccine
    dose: int
    doses: int
    date: str


class DoseText(NamedTuple):
    """One dose as it is written in a record."""

    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str


def read_name(full_name: str) -> Person | Codes:
    """Read a full name: as written and in machine-readable letters (ICAO Doc 9303, part 3).

    >>> read_name("Đặng Thị Ánh Tuyết").given_name_icao
    'THI<ANH<TUYET'
    >>> read_name("Αθηνά")
    (<IssueCode.NAME_LETTERS: 'name.letters'>,)
    """
    name = split_name(full_name)
    if not name.family:
        return (IssueCode.NAME_MISSING,)
    if is_damaged(full_name):
        return (IssueCode.NAME_ENCODING,)
    if len(name.family) > _MAX_CHARACTERS or len(name.given) > _MAX_CHARACTERS:
        return (IssueCode.NAME_TOO_LONG,)
    try:
        family, given = _icao_letters(name.family), _icao_letters(name.given)
    except NameLettersError as error:
        return (IssueCode.NAME_LETTERS if error.letters else IssueCode.NAME_TOO_LONG,)
    # A part without letters would leave its half of the machine-readable name empty.
    if not family or bool(given) != bool(name.given):
        return (IssueCode.NAME_LETTERS,)
    if not given:
        return Person(name.family, family)
    return Person(name.family, family, name.given, given)


# Long lists have few different names.
_icao_letters: Final = lru_cache(1 << 16)(to_icao)


def read_birth(text: str) -> str | Codes:
    """Read a date of birth; gives YYYY-MM-DD, YYYY-MM or YYYY (EU DCC schema 1.3, `dob`).

    >>> read_birth("6/5/1990"), read_birth("1960"), read_birth("30/02/1990")
    ('1990-05-06', '1960', (<IssueCode.DOB_INVALID: 'dob.invalid'>,))
    """
    found = parse_birth(text)
    if found is None or not found.exists:
        return (_BIRTHS[date_problem(text) or DateProblem.MALFORMED],)
    return str(found)


_BIRTHS: Final = {
    DateProblem.BLANK: IssueCode.DOB_MISSING,
    DateProblem.SPREADSHEET_NUMBER: IssueCode.DOB_SPREADSHEET_NUMBER,
    DateProblem.TWO_DIGIT_YEAR: IssueCode.DOB_TWO_DIGIT_YEAR,
    DateProblem.MALFORMED: IssueCode.DOB_INVALID,
}
_DAYS: Final = {
    DateProblem.BLANK: IssueCode.DATE_MISSING,
    DateProblem.SPREADSHEET_NUMBER: IssueCode.DATE_SPREADSHEET_NUMBER,
    DateProblem.TWO_DIGIT_YEAR: IssueCode.DATE_TWO_DIGIT_YEAR,
    DateProblem.MALFORMED: IssueCode.DATE_INVALID,
}


def read_day(text: str) -> date | None:
    """Read the day of a dose; None where the text is not a whole date of the calendar.

    >>> read_day("6/9/2021")
    datetime.date(2021, 9, 6)
    """
    # Records write days in the same forms as dates of birth.
    found = parse_birth(text)
    if found is None or not found.complete or not found.exists:
        return None
    return date(found.year, found.month, found.day)


def read_dose(text: DoseText, table: Vaccines, today: date) -> Dose | Codes:
    """Read a dose with its product and its day.

    `today` is the last possible day of vaccination. For a dose before the last one of its series, the
    series must be as long as that of the product. The last dose of a longer series is a booster. EU
    certificates also write a booster after a single dose as 2 of 1.

    >>> from vaxpass.records import BUILT_IN
    >>> read_dose(DoseText("Pfizer", "2", "2", "6/9/2021"), BUILT_IN, date(2021, 10, 1)).date
    '2021-09-06'
    >>> read_dose(DoseText("Abdala", "1", "2", "2021-11-06"), BUILT_IN, date(2021, 10, 1))
    (<IssueCode.DOSE_SERIES: 'dose.series'>, <IssueCode.DATE_FUTURE: 'date.future'>)
    """
    codes = []
    read = table.read(text.vaccine)
    product = read if isinstance(read, Vaccine) else None
    if not isinstance(read, Vaccine):
        codes.append(read)
    number, series = _count(text.dose), _count(text.doses)
    if not number:
        missing = not text.dose.strip()
        codes.append(IssueCode.DOSE_MISSING if missing else IssueCode.DOSE_INVALID)
    if not series:
        missing = not text.doses.strip()
        codes.append(IssueCode.DOSES_MISSING if missing else IssueCode.DOSES_INVALID)
    if number and series and product is not None and not _fits(number, series, product):
        codes.append(IssueCode.DOSE_SERIES)
    day = check_day(text.vaccinated_on, today)
    if not isinstance(day, date):
        codes += day
    elif product is not None and day < product.first_used:
        codes.append(IssueCode.DATE_TOO_EARLY)
    if codes or product is None or not isinstance(day, date):
        return tuple(codes)
    return Dose(product, number, series, day.isoformat())


def check_day(text: str, today: date) -> date | Codes:
    """Read the day of a dose, which can't be after `today`; or say what is wrong with it.

    >>> check_day("6/9/2021", date(2021, 10, 1)), check_day("6/9/2021", date(2021, 9, 1))
    (datetime.date(2021, 9, 6), (<IssueCode.DATE_FUTURE: 'date.future'>,))
    """
    day = read_day(text)
    if day is None:
        # A date without a day or a month is no problem of the text, but no day either.
        return (_DAYS[date_problem(text) or DateProblem.MALFORMED],)
    return day if day <= today else (IssueCode.DATE_FUTURE,)


def born_after(born: str, day: str) -> bool:
    """Whether a date of birth (YYYY, YYYY-MM or YYYY-MM-DD) is after the day of a dose (YYYY-MM-DD).

    >>> born_after("2021", "2021-09-06"), born_after("2021-10", "2021-09-06")
    (False, True)
    """
    return born > day[: len(born)]


class StatedDose(NamedTuple):
    """The number and the day of a dose, as written in a record.

    >>> StatedDose("2", "6/9/2021").dose
    '2'
    """

    dose: str
    vaccinated_on: str


def check_course(own: StatedDose, others: Iterable[StatedDose]) -> Codes:
    """What is wrong with a dose in the order of all doses of one person. Never raises.

    `others` are the other doses of the person. Doses whose number or day can't be read are left out:
    their records are refused for another reason.

    >>> check_course(StatedDose("2", "2021-08-01"), [StatedDose("1", "2021-09-01")])
    (<IssueCode.DOSE_ORDER: 'dose.order'>,)
    """
    number, day = _count(own.dose), read_day(own.vaccinated_on)
    if not number or day is None:
        return ()
    found = set()
    for each in others:
        other, other_day = _count(each.dose), read_day(each.vaccinated_on)
        if other == number:
            found.add(IssueCode.DOSE_REPEATED)
        elif other and other_day and (other_day >= day if other < number else other_day <= day):
            found.add(IssueCode.DOSE_ORDER)
    return tuple(sorted(found))


def check_repeated(vaccinated_on: str, others: Iterable[str]) -> Codes:
    """Whether a dose against one disease was given on a day of another record. Never raises.

    `others` are the days of the person's other doses against it, as written in their records.

    >>> check_repeated("2026-03-01", ["1/3/2026"]), check_repeated("2026-03-01", ["2016-03-01", ""])
    ((<IssueCode.DOSE_REPEATED: 'dose.repeated'>,), ())
    """
    day = read_day(vaccinated_on)
    repeated = day is not None and any(read_day(other) == day for other in others)
    return (IssueCode.DOSE_REPEATED,) if repeated else ()


def _fits(number: int, series: int, product: Vaccine) -> bool:
    if number < series:
        return series == product.series
    if number == series:
        return series >= product.series
    return product.series == series == 1


def _count(text: str) -> int:
    """A number of doses from 1 to 9; 0 where the text is no such number."""
    number = read_count(text) or 0
    return number if number <= _MAX_DOSES else 0
