"""The vaccines that passports are issued for, and which product the name in a record means.

A name is read word by word; case, signs and accents make no difference. Words that say nothing about
the product are passed over: `Vắc xin phòng COVID-19 AstraZeneca` is `AstraZeneca`. All that is left
must be names of one product, or what may stand beside its names, such as its maker or its country:
`Pfizer/BioNTech`, `Vero Cell (Sinopharm)`. So a name with a word that nobody knows is unknown, and a
name of two products is neither of them. Spelling is never corrected: no passport is issued on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Final, NamedTuple, TypeVar
from unicodedata import combining, normalize

from vaxpass.encoding import strict_json
from vaxpass.errors import IssuingError
from vaxpass.records.codes import IssueCode

_MAX_TABLE_BYTES: Final = 1024 * 1024
_MAX_VACCINES: Final = 1000
_MAX_VALUES: Final = 100_000
_MAX_CHARACTERS: Final = 80
"""Of a name, a product or a code"""
_MAX_DOSES: Final = 9
_FIRST_USED: Final = date(2020, 12, 1)
_LONGEST: Final = 320
"""Characters of the name in a record"""
_MOST_WORDS: Final = 12
"""Of one name in a table"""
_ALIKE: Final = 0.75
"""How alike names must be for one to be a suggestion for the other (ratio of `difflib`)"""

_MARKS: Final = re.compile(r"[™®©℠]|\((?:tm|r|c)\)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_AMOUNT: Final = re.compile(r"\b[0-9]+(?:[.,][0-9]+)? ?(?:ml|mcg)\b")
_SAYS_NOTHING: Final = frozenset(
    "vacxin vaccin vaccine vaccines vacine vx"
    " covid19 covid covid2019 sarscov2 ncov ncov19 virus corona coronavirus virut"
    " phong ngua phongngua duphong chong benh tiem tiemchung tiemphong thuoc loai ten hang cua"
    " mui lieu dose for against by the of injection suspension hondichtiem tm"
    " va and hoac or".split()
)
"""Words, and groups of words written together, that may stand around a name"""
_NUMBERED: Final = frozenset(("mui", "lieu", "dose"))
_COUNTS: Final = frozenset("123456789")
"""Words that a number from 1 to 9 may follow: which dose it was has a column of its own"""

_T = TypeVar("_T")


def _words(name: str) -> list[str]:
    """The words of a name, without accents, trademark signs and amounts."""
    plain = _MARKS.sub(" ", name).casefold()
    if not plain.isascii():
        plain = normalize("NFKD", plain).replace("đ", "d")
        plain = "".join(each for each in plain if not combining(each))
    return _WORD.findall(_AMOUNT.sub(" ", plain))


def vaccine_key(name: str) -> str:
    """The form in which whole names of vaccines are compared: letters without accents, and digits.

    >>> vaccine_key("Vero-Cell® (Sinopharm)") == vaccine_key("VERO CELL, SINOPHARM")
    True
    """
    return "".join(_words(name[:_LONGEST]))


def find_names(name: str, known: Mapping[str, _T]) -> tuple[list[_T], list[str]]:
    """Find the names of a table (by `vaccine_key`) within a text, the longest first; and unknown words.

    Words that say nothing about a product are in neither list.

    >>> find_names("Vắc xin Vero Cell, mũi 2 abc", {"verocell": 1})
    ([1], ['abc'])
    """
    words = _words(name)
    found: list[_T] = []
    unknown: list[str] = []
    place = 0
    while place < len(words):
        end, key = _longest(words, place, known)
        if key in known:
            found.append(known[key])
        elif key in _NUMBERED and "".join(words[end : end + 1]) in _COUNTS:
            end += 1
        elif key not in _SAYS_NOTHING:
            unknown.append(key)
        place = end
    return found, unknown


def _longest(words: Sequence[str], place: int, known: Container[str]) -> tuple[int, str]:
    """Where the longest thing that is known ends, and its key; where there is none, a single word."""
    for end in range(min(len(words), place + _MOST_WORDS), place, -1):
        key = "".join(words[place:end])
        if key in known or key in _SAYS_NOTHING:
            return end, key
    return place + 1, words[place]


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
    beside: tuple[str, ...] = ()
    """What may stand beside one of its names and is none: a maker of several products, a country"""


class _Name(NamedTuple):
    """What a name in a table means: places of vaccines in the table."""

    products: frozenset[int]
    """Those that have the name"""
    beside: frozenset[int]
    """Those beside whose names it may stand"""


@dataclass(frozen=True)
class Vaccines:
    """The vaccines that passports are issued for.

    >>> BUILT_IN.find("ASTRA ZENECA").product
    'EU/1/21/1529'
    >>> BUILT_IN.find("Spikevax COVID-19 Vaccine Moderna") is BUILT_IN.find("mRNA-1273")
    True
    >>> BUILT_IN.find("aspirin")
    """

    vaccines: tuple[Vaccine, ...]

    @cached_property
    def _names(self) -> Mapping[str, _Name]:
        products: dict[str, set[int]] = {}
        beside: dict[str, set[int]] = {}
        for place, each in enumerate(self.vaccines):
            for name in (each.product, *each.names):
                for key in _forms(name):
                    products.setdefault(key, set()).add(place)
            for name in each.beside:
                beside.setdefault(vaccine_key(name), set()).add(place)
        return {
            key: _Name(frozenset(products.get(key, ())), frozenset(beside.get(key, ())))
            for key in products | beside
        }

    def find(self, name: str) -> Vaccine | None:
        """The vaccine with this name or product code; None where that is not exactly one."""
        found = self.read(name)
        return found if isinstance(found, Vaccine) else None

    def read(self, name: str) -> Vaccine | IssueCode:
        """The vaccine with this name or product code, or why it is none. Never raises.

        The code is `VACCINE_MISSING`, `VACCINE_UNKNOWN`, or `VACCINE_SEVERAL` where the name is that of
        several products or of none in particular.

        >>> BUILT_IN.read("Pfizer/AstraZeneca"), BUILT_IN.read("Nanocovax")
        (<IssueCode.VACCINE_SEVERAL: 'vaccine.several'>, <IssueCode.VACCINE_UNKNOWN: 'vaccine.unknown'>)
        """
        if len(name) > _LONGEST:
            return IssueCode.VACCINE_UNKNOWN
        found, unknown = find_names(name, self._names)
        named = frozenset[int]().union(*(each.products for each in found))
        fitting = [
            place for place in named if all(place in each.products | each.beside for each in found)
        ]
        if len(fitting) == 1 and not unknown:
            return self.vaccines[fitting[0]]
        if len(named) > 1:
            return IssueCode.VACCINE_SEVERAL
        if named or unknown:
            return IssueCode.VACCINE_UNKNOWN
        return IssueCode.VACCINE_SEVERAL if vaccine_key(name) else IssueCode.VACCINE_MISSING

    def nearest(self, name: str) -> str:
        """The known name that a person may have meant by an unknown one; empty where none is near.

        It is a suggestion for people: no passport is issued on it.

        >>> BUILT_IN.nearest("Vắc xin Astra Zenica"), BUILT_IN.nearest("aspirin")
        ('AstraZeneca', '')
        """
        if self.read(name) is not IssueCode.VACCINE_UNKNOWN:
            return ""
        found, unknown = find_names(name[:_LONGEST], self._names)
        named = {place for each in found for place in each.products}
        if named:
            vaccine = self.vaccines[named.pop()]
            return (*vaccine.names, vaccine.product)[0]
        near = get_close_matches("".join(unknown), self._written, n=1, cutoff=_ALIKE)
        return self._written[near[0]] if near else ""

    @cached_property
    def _written(self) -> Mapping[str, str]:
        """Each name as the table writes it, by its keys."""
        found: dict[str, str] = {}
        for each in self.vaccines:
            for name in (*each.names, each.product):
                for key in _forms(name):
                    found.setdefault(key, name)
        return found


def _forms(name: str) -> set[str]:
    """The keys of a name: of the whole, and of what says something in it."""
    return {vaccine_key(name), "".join(find_names(name, {})[1])} - {""}


def read_vaccines(data: bytes) -> Vaccines:
    """Read a table of vaccines: a JSON array (UTF-8) of 1 to 1,000 objects.

    Each object has `product`, `holder` (the manufacturer, `ma`), `prophylaxis`, `series`, `names` and
    optionally `first_used` (YYYY-MM-DD) and `beside` (texts that may stand beside its names). The table
    is not added to the built-in one: passports are only issued for the products in it.

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
            for key in _forms(name):
                if seen.setdefault(key, each) is not each:
                    raise IssuingError("failure.issuing.vaccine_twice", name=name)
    return table


def _vaccine(row: object, place: int) -> Vaccine:
    wrong = IssuingError("failure.issuing.vaccine_fields", place=place)
    if not isinstance(row, dict) or not row.keys() <= _KEYS:
        raise wrong
    texts = [row.get(key) for key in ("product", "holder", "prophylaxis")]
    names, series, beside = row.get("names"), row.get("series"), row.get("beside", [])
    if type(series) is not int or not 1 <= series <= _MAX_DOSES:
        raise wrong
    if not isinstance(names, list) or not isinstance(beside, list):
        raise wrong
    for text in (*texts, *names, *beside):
        if not isinstance(text, str) or not text.strip() or len(text) > _MAX_CHARACTERS:
            raise wrong
    try:
        first = date.fromisoformat(row.get("first_used", _FIRST_USED.isoformat()))
    except (ValueError, TypeError):
        raise wrong from None
    product, holder, prophylaxis = map(str, texts)
    return Vaccine(product, holder, prophylaxis, series, tuple(names), first, tuple(beside))


_KEYS: Final = {"product", "holder", "prophylaxis", "series", "names", "first_used", "beside"}
_VECTOR, _MRNA, _INACTIVATED, _SUBUNIT, _SPIKE = (
    "29061000087103",
    "1119349007",
    "1157024006",
    "28531000087107",
    "1162643001",
)
_INACTIVATED_WORDS: Final = tuple(
    "Vero Cell, Vero, inactivated, bất hoạt, Trung Quốc, TQ, China".split(", ")
)
# The value set has one code for all presentations of a product: it is that of its authorisation.
_PRESENTATIONS: Final = tuple(
    "mRNA, Mỹ, Hoa Kỳ, USA, US, trẻ em, cho trẻ em, children, pediatric, paediatric, kids, 5-11 tuổi,"
    " 5-12 tuổi, 6-11 tuổi, 12-17 tuổi, trẻ 5-11 tuổi, trẻ em 5-11 tuổi, người lớn, adult, adults,"
    " bivalent, nhị giá, original, omicron, BA.1, BA.4-5, BA.4/BA.5, BA.5, XBB.1.5, JN.1, KP.2,"
    " LP.8.1".split(", ")
)
BUILT_IN: Final = _checked(
    (
        Vaccine(
            *("EU/1/21/1529", "ORG-100001699", _VECTOR, 2),
            (
                *("AstraZeneca", "AZD1222", "Vaxzevria", "AZ", "Astra"),
                *("ChAdOx1-S", "ChAdOx1", "ChAdOx1 nCoV-19"),
            ),
            beside=(
                *("Oxford", "recombinant", "tái tổ hợp", "SK Bioscience", "SKBio", "Siam Bioscience"),
                *("Anh", "Anh Quốc", "UK", "Nhật", "Nhật Bản", "Hàn Quốc", "Thái Lan", "Ý", "Đức"),
            ),
        ),
        Vaccine(
            *("EU/1/20/1528", "ORG-100030215", _MRNA, 2),
            ("Pfizer", "Comirnaty", "Pfizer BioNTech", "BNT162b2", "BioNTech", "Tozinameran"),
            beside=(*_PRESENTATIONS, "Đức", "Bỉ"),
        ),
        Vaccine(
            *("EU/1/20/1507", "ORG-100031184", _MRNA, 2),
            ("Moderna", "Spikevax", "mRNA-1273", "Elasomeran"),
            beside=(*_PRESENTATIONS, "Biotech", "Takeda", "Tây Ban Nha"),
        ),
        Vaccine(
            *("EU/1/20/1525", "ORG-100001417", _VECTOR, 1),
            ("Janssen", "Johnson & Johnson", "Jcovden", "Ad26.COV2.S", "J&J", "Johnson"),
            date(2021, 2, 27),
            beside=("Mỹ", "Hoa Kỳ", "USA", "Bỉ", "recombinant"),
        ),
        Vaccine(
            *("Sputnik-V", "Gamaleya-Research-Institute", _VECTOR, 2),
            ("Sputnik", "Gam-COVID-Vac"),
            beside=("Gamaleya", "Nga", "Russia", "Vabiotech"),
        ),
        Vaccine(
            *("Hayat-Vax", "ORG-100023050", _INACTIVATED, 2),
            ("Hayat",),
            beside=("Sinopharm", "G42", "UAE", "Julphar", *_INACTIVATED_WORDS),
        ),
        Vaccine(
            *("Abdala", "CIGB", _SUBUNIT, 3),
            ("CIGB-66",),
            date(2021, 5, 12),
            beside=("CIGB", "AICA", "Cuba"),
        ),
        Vaccine(
            *("BBIBP-CorV", "ORG-100020693", _INACTIVATED, 2),
            (
                *("Vero Cell", "Sinopharm"),
                *("Vero", "BBIBP", "BIBP"),
            ),
            beside=("Beijing", "Bắc Kinh", "CNBG", *_INACTIVATED_WORDS),
        ),
        # Not used by Viet Nam, but given to people abroad. The length of the series is that of WHO's
        # emergency use listing; of EMA's product information for Valneva; else that of the maker.
        Vaccine(
            *("Covaxin", "Bharat-Biotech", _INACTIVATED, 2),
            ("BBV152", "Bharat Biotech", "Bharat"),
            beside=("Vero Cell", "inactivated", "bất hoạt", "Ấn Độ", "India"),
        ),
        Vaccine(
            *("CoronaVac", "Sinovac-Biotech", _INACTIVATED, 2),
            ("Sinovac", "Sinovac Biotech", "Sinovac Life Sciences"),
            beside=("Beijing", "Bắc Kinh", *_INACTIVATED_WORDS),
        ),
        Vaccine(
            *("EU/1/21/1618", "ORG-100032020", _SPIKE, 2),
            ("Nuvaxovid", "Novavax", "NVX-CoV2373"),
            beside=("Mỹ", "USA", "recombinant"),
        ),
        Vaccine(
            *("Covishield", "ORG-100001981", _VECTOR, 2),
            (),
            beside=(
                *("AstraZeneca", "AZ", "Oxford", "ChAdOx1-S", "ChAdOx1 nCoV-19", "recombinant"),
                *("Serum Institute of India", "Serum Institute", "SII", "Ấn Độ", "India"),
            ),
        ),
        Vaccine(
            *("Covovax", "ORG-100001981", _SPIKE, 2),
            (),
            beside=(
                *("Novavax", "NVX-CoV2373", "recombinant", "Serum Institute of India"),
                *("Serum Institute", "SII", "Ấn Độ", "India"),
            ),
        ),
        Vaccine(
            *("Convidecia", "ORG-100013793", _VECTOR, 1),
            ("CanSino", "CanSinoBIO", "Ad5-nCoV"),
            beside=("Biologics", "Trung Quốc", "China", "recombinant"),
        ),
        Vaccine(
            *("WIBP-CorV", "Sinopharm-WIBP", _INACTIVATED, 2),
            ("WIBP", "Sinopharm Wuhan", "Wuhan Sinopharm"),
            beside=("Sinopharm", "CNBG", *_INACTIVATED_WORDS),
        ),
        Vaccine(
            *("Sputnik-Light", "Gamaleya-Research-Institute", _VECTOR, 1),
            (),
            beside=("Gamaleya", "Nga", "Russia"),
        ),
        Vaccine(
            *("EU/1/21/1624", "ORG-100036422", _INACTIVATED, 2),
            ("Valneva", "VLA2001"),
            beside=("Vero Cell", "inactivated"),
        ),
        Vaccine(
            *("MVC-COV1901", "ORG-100033914", _SPIKE, 2),
            ("Medigen", "MVC COVID-19 vaccine"),
            beside=("Đài Loan", "Taiwan", "recombinant"),
        ),
    )
)
"""The vaccines that Viet Nam used, and others that people were given abroad, with their codes in the
EU value sets."""
