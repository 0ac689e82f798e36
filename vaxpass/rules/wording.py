"""Turns the reasons of rules into sentences: each kind of value in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple, TypeAlias

from vaxpass import messages
from vaxpass.certlogic import times
from vaxpass.certlogic.values import integer
from vaxpass.codes import RuleCode
from vaxpass.display import escape_for_display, in_zone, without_content, zone_name
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.rules.book import SAME_COUNTRY
from vaxpass.rules.model import WORLD, Rule

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 300
_CODED: Final = frozenset(("tg", "vp", "mp", "tt", "tr"))
_COUNTRIES: Final = frozenset(("issuerCountryCode", "countryCode"))


class Country(NamedTuple):
    """A country by its code; the sentence has its name."""

    code: str


class Field(NamedTuple):
    """A field by its path in the context; the sentence has its name for people."""

    path: str


class Codes(NamedTuple):
    """Values of the field at a path; the sentence has their names where they are codes."""

    path: str
    values: tuple[str, ...]


class Day(NamedTuple):
    """A day in milliseconds since 1970 (UTC); with the time of day where that is not midnight.

    `now` is the time of the check where the clock passes this limit, and None for a date of the
    certificate, which has no zone. A limit is told with the hour where `now` is less than a day away,
    and in another zone than UTC, because midnight in UTC is no midnight there.

    >>> in_words(Day(0.0), "en"), in_words(Day(0.0, 3_600_000.0), "en")
    ('1 January 1970', '1 January 1970, 00:00 UTC')
    """

    ms: float
    now: float | None = None


class Until(NamedTuple):
    """The end of a period in milliseconds since 1970 (UTC): its last day, or the time on that day.

    `now` is that of `Day`.

    >>> in_words(Until(0.0), "en")
    '31 December 1969'
    """

    ms: float
    now: float | None = None


class Amount(NamedTuple):
    """A number of units; `unit` is one of `vaxpass.messages.amount`."""

    number: int
    unit: str


class Shown(NamedTuple):
    """A text that the sentence has as it is."""

    text: str


Value: TypeAlias = Country | Field | Codes | Day | Until | Amount | Shown | Rule
"""What a sentence about a rule can name."""


@dataclass(frozen=True, slots=True)
class RuleReason:
    """Why a rule is not met, or when it is: a stable code and the values that its sentence names."""

    __repr__ = without_content

    code: RuleCode
    values: Mapping[str, Value]

    def about(self, **values: Value) -> RuleReason:
        """The same reason with further values."""
        return RuleReason(self.code, {**self.values, **values})

    def message(self, language: str = "en", names: ValueSets = BUILT_IN, zone: tzinfo = UTC) -> str:
        """The sentence in `language`; codes have the names of `names`, times are told in `zone`.

        Raises `ValueError` where `language` is not one of `vaxpass.messages.LANGUAGES`.

        >>> RuleReason(RuleCode.NO_TEST, {"country": Country("AT")}).message()
        'The certificate is not one of a test, which Austria asks for.'
        """
        said = {key: in_words(value, language, names, zone) for key, value in self.values.items()}
        return messages.sentence(self.code, language, "", said)


def number_text(number: float) -> str:
    """A number as text, whole numbers without a decimal point: a dose may be stated as 2.0.

    >>> number_text(2.0), number_text(1.5)
    ('2', '1.5')
    """
    whole = integer(number)
    return str(number if whole is None else whole)


def country_name(code: str, language: str, names: ValueSets = BUILT_IN) -> str:
    """The name of a country in `language`, or its code where it has no name.

    >>> country_name("AT", "vi"), country_name("EU", "en")
    ('Áo', 'EU')
    """
    if code == WORLD:
        return messages.label(WORLD, language)
    return escape_for_display(names.display("co", SAME_COUNTRY.get(code, code), language), 60)


def in_words(value: Value, language: str, names: ValueSets = BUILT_IN, zone: tzinfo = UTC) -> str:
    """A value as a sentence in `language` shows it; times are told in `zone`.

    >>> in_words(Day(0.0), "en"), in_words(Until(0.0), "en"), in_words(Amount(2, "day"), "vi")
    ('1 January 1970', '31 December 1969', '2 ngày')
    """
    if isinstance(value, Country):
        return country_name(value.code, language, names)
    if isinstance(value, Field):
        return messages.label(_field(value.path), language)
    if isinstance(value, Codes):
        return messages.items(
            [_coded(value.path, code, language, names) for code in value.values], language
        )
    if isinstance(value, Day):
        return _day(value, language, zone)
    if isinstance(value, Until):
        return _until(value, language, zone)
    if isinstance(value, Amount):
        return messages.amount(value.number, value.unit, language)
    if isinstance(value, Rule):
        return escape_for_display(value.description(language).strip().rstrip("."), _LONGEST)
    return escape_for_display(value.text, _LONGEST)


def _field(path: str) -> str:
    """The last name of a path; `ma` with its group, because two groups have it."""
    last = path.rpartition(".")[2]
    return f"{path.split('.')[1]}.ma" if last == "ma" and path.startswith("payload.") else last


def _coded(path: str, code: str, language: str, names: ValueSets) -> str:
    field = _field(path)
    if field == "co" or field in _COUNTRIES:
        return country_name(code, language, names)
    if field in _CODED or field in ("v.ma", "t.ma"):
        return escape_for_display(names.display(field, code, language), _LONGEST)
    return escape_for_display(code, _LONGEST)


def _day(value: Day, language: str, zone: tzinfo) -> str:
    moment = _moment(value.ms)
    if moment is None:
        return times.text(value.ms)
    # A date is at midnight; a limit "after" it begins a millisecond later, on the same day.
    if value.ms % times.DAY <= 1 and not _needs_hour(value, zone):
        return messages.day(moment.date(), language)
    return _time(moment, language, zone)


def _until(value: Until, language: str, zone: tzinfo) -> str:
    moment = _moment(value.ms)
    if moment is None:
        return times.text(value.ms)
    if not _needs_hour(value, zone):
        if value.ms % times.DAY == 0 and moment.date() > date.min:
            # A period that ends at midnight ends with the day before.
            return messages.until(moment.date() - timedelta(days=1), language)
        if value.ms % times.DAY == times.DAY - 1:
            return messages.until(moment.date(), language)
    return _time(moment, language, zone)


def _needs_hour(value: Day | Until, zone: tzinfo) -> bool:
    if value.now is None:
        return False
    return abs(value.ms - value.now) < times.DAY or zone is not UTC


def _time(moment: datetime, language: str, zone: tzinfo) -> str:
    moment = in_zone(moment, zone)
    return messages.time(moment.date(), f"{moment:%H:%M}", language, zone_name(moment))


def _moment(ms: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except (OverflowError, ValueError):
        return None
