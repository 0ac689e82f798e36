"""Read the texts of a record as the values of a certificate, or say with codes what is wrong with them.

The table of vaccines (`Vaccines`) gives the product for the name that a record uses. `read_name`,
`read_birth`, `read_dose` and `read_day` each read one text, or one group of texts, of a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, TypeAlias

from vaxpass.documents.hcert.dcc.model import Person
from vaxpass.encoding import strict_json
from vaxpass.errors import IssuingError, NameLettersError
from vaxpass.identity import parse_birth, split_name, to_icao
from vaxpass.records.codes import IssueCode
from vaxpass.records.record import vaccine_key

Codes: TypeAlias = tuple[IssueCode, ...]
"""Everything that is wrong with a record"""

_MAX_TABLE_BYTES: Final = 1024 * 1024
_MAX_VACCINES: Final = 1000
_MAX_VALUES: Final = 100_000
_MAX_CHARACTERS: Final = 80
"""Of a name, a product or a code"""
_MAX_DOSES: Final = 9
_FIRST_USED: Final = date(2020, 12, 1)


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A product with its codes in the EU value sets, and which doses of it are plausible.

    >>> BUILT_IN.find("Janssen").series
    1
    """

    product: str
    """Field `mp` of the certificate (EU DCC schema 1.3)"""
    manufacturer: str
    """Field `ma`"""
    prophylaxis: str
    """Field `vp`"""
    series: int
    """Number of doses of the first series"""
    names: tuple[str, ...]
    """The names that records use; case, signs and accents make no difference"""
    first_used: date = _FIRST_USED
    """The first day on which it was given anywhere"""


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
        return {
            vaccine_key(name): each for each in self.vaccines for name in (each.product, *each.names)
        }

    def find(self, name: str) -> Vaccine | None:
        """The vaccine with this name or product code; None where the table has none."""
        return self._by_name.get(vaccine_key(name))


def read_vaccines(data: bytes) -> Vaccines:
    """Read a table of vaccines: a JSON array (UTF-8) of 1 to 1,000 objects.

    Each object has `product`, `holder` (the manufacturer, `ma`), `prophylaxis`, `series`, `names` and
    optionally `first_used` (YYYY-MM-DD). The table is not added to the built-in one: passports are only
    issued for the products in it.

    Raises `IssuingError` where the data do not have this form, or two products share a name.

    >>> table = read_vaccines(b'[{"product": "Abdala", "holder": "CIGB", "prophylaxis":'
    ...     b' "28531000087107", "series": 3, "names": ["abdala"]}]')
    >>> table.find("Abdala").series
    3
    """
    if len(data) > _MAX_TABLE_BYTES:
        raise IssuingError("failure.issuing.vaccines_too_large")
    try:
        rows = strict_json.read(data, most=_MAX_VALUES)
    except ValueError:
        raise IssuingError("failure.issuing.vaccines_not_json") from None
    if not isinstance(rows, list) or not 0 < len(rows) <= _MAX_VACCINES:
        raise IssuingError("failure.issuing.vaccines_form", most=_MAX_VACCINES)
    return _checked(_vaccine(row, place) for place, row in enumerate(rows, 1))


def _checked(vaccines: Iterable[Vaccine]) -> Vaccines:
    table = Vaccines(tuple(vaccines))
    seen: dict[str, Vaccine] = {}
    for each in table.vaccines:
        for name in (each.product, *each.names):
            if not vaccine_key(name):
                raise IssuingError("failure.issuing.vaccine_name", product=each.product)
            if seen.setdefault(vaccine_key(name), each) is not each:
                raise IssuingError("failure.issuing.vaccine_twice", name=name)
    return table


def _vaccine(row: object, place: int) -> Vaccine:
    wrong = IssuingError("failure.issuing.vaccine_fields", place=place)
    if not isinstance(row, dict) or not row.keys() <= _KEYS:
        raise wrong
    texts = [row.get(key) for key in ("product", "holder", "prophylaxis")]
    names, series = row.get("names"), row.get("series")
    if type(series) is not int or not 1 <= series <= _MAX_DOSES or not isinstance(names, list):
        raise wrong
    for text in (*texts, *names):
        if not isinstance(text, str) or not text.strip() or len(text) > _MAX_CHARACTERS:
            raise wrong
    try:
        first = date.fromisoformat(row.get("first_used", _FIRST_USED.isoformat()))
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
"""The vaccines that Viet Nam used, with their codes in the EU value sets."""


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
    if not text.strip():
        return (IssueCode.DOB_MISSING,)
    found = parse_birth(text)
    if found is None or not found.exists:
        return (IssueCode.DOB_INVALID,)
    return str(found)


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

    >>> read_dose(DoseText("Pfizer", "2", "2", "6/9/2021"), BUILT_IN, date(2021, 10, 1)).date
    '2021-09-06'
    >>> read_dose(DoseText("Abdala", "1", "2", "2021-11-06"), BUILT_IN, date(2021, 10, 1))
    (<IssueCode.DOSE_SERIES: 'dose.series'>, <IssueCode.DATE_FUTURE: 'date.future'>)
    """
    codes = []
    product = table.find(text.vaccine)
    if product is None:
        missing = not text.vaccine.strip()
        codes.append(IssueCode.VACCINE_MISSING if missing else IssueCode.VACCINE_UNKNOWN)
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
    if not text.strip():
        return (IssueCode.DATE_MISSING,)
    day = read_day(text)
    if day is None:
        return (IssueCode.DATE_INVALID,)
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
    text = text.strip()
    if len(text) != 1 or not text.isascii() or not text.isdigit():
        return 0
    return int(text) if int(text) <= _MAX_DOSES else 0
