"""Which vaccine a record means: names as they are written in records -> codes of the value sets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from unicodedata import normalize

from vaxpass.errors import IssuingError

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
    holder: str
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
        rows = json.loads(data)
    except (ValueError, RecursionError):
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
