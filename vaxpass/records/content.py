"""Which vaccine a record means: names as they are written in records -> codes of the value sets.

TODO-MERGED: What a record says -> the values of a certificate, or why they can't be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.encoding import strict_json
from vaxpass.errors import IssuingError, NameLettersError
from vaxpass.identity import parse_birth, split_name, to_icao
from vaxpass.records.codes import IssueCode

_LARGEST: Final = 1024 * 1024
_MOST: Final = 1000
_LONGEST: Final = 80
_MOST_DOSES: Final = 9
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_FIRST: Final = date(2020, 12, 1)


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One product, its codes, and what is plausible for it."""

    product: str
    """`mp`"""
    manufacturer: str
    """`ma`"""
    prophylaxis: str
    """`vp`"""
    series: int
    """How many doses its first series has."""
    names: tuple[str, ...]
    """How records name it; capitals, signs and accents make no difference."""
    first_used: date = _FIRST
    """Before this day nobody can have been given it."""


@dataclass(frozen=True)
class Vaccines:
    """The vaccines that passports are issued for.

    >>> BUILT_IN.find("ASTRA ZENECA").product
    'EU/1/21/1529'
    >>> BUILT_IN.find("aspirin")
    """

    vaccines: tuple[Vaccine, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, Vaccine]:
        return {name_key(name): each for each in self.vaccines for name in (each.product, *each.names)}

    def find(self, name: str) -> Vaccine | None:
        """The vaccine that a record means, None where the table does not know it."""
        return self._by_name.get(name_key(name))


def name_key(name: str) -> str:
    """The form in which names of vaccines are compared.

    >>> name_key("Vero-Cell (Sinopharm)") == name_key("VERO CELL, SINOPHARM")
    True
    """
    plain = normalize("NFKD", name[: 4 * _LONGEST]).casefold()
    return _SIGNS.sub("", plain.replace("đ", "d"))


def read_vaccines(data: bytes) -> Vaccines:
    """A table of one's own: a JSON array of objects with the names of `Vaccine`'s fields.

    `first_used` may be left out. The table replaces the built-in one as a whole, so that nothing is
    issued for a product that was not chosen.

    >>> table = read_vaccines(b'[{"product": "Abdala", "holder": "CIGB", "prophylaxis":'
    ...     b' "28531000087107", "series": 3, "names": ["abdala"]}]')
    >>> table.find("Abdala").series
    3

    Raises `IssuingError` where it is not of this form, or one name stands for two products.
    """
    if len(data) > _LARGEST:
        raise IssuingError("the table of vaccines is larger than any")
    try:
        rows = strict_json.read(data)
    except ValueError:
        raise IssuingError("the table of vaccines is not valid JSON") from None
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST:
        raise IssuingError(f"the table of vaccines must be an array of 1 to {_MOST} objects")
    return _checked(_vaccine(row, place) for place, row in enumerate(rows, 1))


def _checked(vaccines: Iterable[Vaccine]) -> Vaccines:
    table = Vaccines(tuple(vaccines))
    seen: dict[str, Vaccine] = {}
    for each in table.vaccines:
        for name in (each.product, *each.names):
            if not name_key(name):
                raise IssuingError(f"the vaccine {each.product} has a name without letters and digits")
            if seen.setdefault(name_key(name), each) is not each:
                raise IssuingError(f"two vaccines have the name {name}")
    return table


def _vaccine(row: object, place: int) -> Vaccine:
    wrong = IssuingError(f"vaccine {place} of the table does not have the fields that it must have")
    if not isinstance(row, dict) or not row.keys() <= _KEYS:
        raise wrong
    texts = [row.get(key) for key in ("product", "holder", "prophylaxis")]
    names, series = row.get("names"), row.get("series")
    if type(series) is not int or not 1 <= series <= _MOST_DOSES or not isinstance(names, list):
        raise wrong
    for text in (*texts, *names):
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
            raise wrong
    try:
        first = date.fromisoformat(row.get("first_used", _FIRST.isoformat()))
    except (ValueError, TypeError):
        raise wrong from None
    product, holder, prophylaxis = map(str, texts)
    return Vaccine(product, holder, prophylaxis, series, tuple(names), first)


_KEYS: Final = {"product", "holder", "prophylaxis", "series", "names", "first_used"}
_VECTOR, _MRNA, _INACTIVATED, _SUBUNIT = (
    "29061000087103",
    "1119349007",
    "1157024006",
    "28531000087107",
)

BUILT_IN: Final = _checked(
    (
        Vaccine(
            *("EU/1/21/1529", "ORG-100001699", _VECTOR, 2),
            ("AstraZeneca", "AZD1222", "Vaxzevria", "COVID-19 Vaccine AstraZeneca", "AZ"),
        ),
        Vaccine(
            *("EU/1/20/1528", "ORG-100030215", _MRNA, 2),
            ("Pfizer", "Comirnaty", "Pfizer BioNTech", "BNT162b2"),
        ),
        Vaccine(
            *("EU/1/20/1507", "ORG-100031184", _MRNA, 2),
            ("Moderna", "Spikevax", "mRNA-1273"),
        ),
        Vaccine(
            *("EU/1/20/1525", "ORG-100001417", _VECTOR, 1),
            ("Janssen", "Johnson & Johnson", "Jcovden", "Ad26.COV2.S"),
            date(2021, 2, 27),
        ),
        Vaccine(
            *("Sputnik-V", "Gamaleya-Research-Institute", _VECTOR, 2),
            ("Sputnik", "Gam-COVID-Vac"),
        ),
        Vaccine(*("Hayat-Vax", "ORG-100023050", _INACTIVATED, 2), ("Hayat Vax (Sinopharm)",)),
        Vaccine(*("Abdala", "CIGB", _SUBUNIT, 3), ("CIGB-66",), date(2021, 5, 12)),
        Vaccine(
            *("BBIBP-CorV", "ORG-100020693", _INACTIVATED, 2),
            ("Vero Cell", "Sinopharm", "Vero Cell (Sinopharm)", "Sinopharm Beijing", "Verocell"),
        ),
    )
)
"""The vaccines that Viet Nam used, with the codes of the EU's value sets."""


Codes = tuple[IssueCode, ...]
_LONGEST_NAME: Final = 80
_MOST_DOSES_OF_RECORD: Final = 9


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
    if len(name.family) > _LONGEST_NAME or len(name.given) > _LONGEST_NAME:
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

    >>> from vaxpass.records.content import BUILT_IN
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
    return int(text) if int(text) <= _MOST_DOSES_OF_RECORD else 0


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
