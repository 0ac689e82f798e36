"""Reasons -> sentences: values of every kind in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from vaxpass import messages
from vaxpass.certlogic import times
from vaxpass.certlogic.values import integer
from vaxpass.codes import RuleCode
from vaxpass.display import escape_for_display
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.rules.book import SAME_COUNTRY
from vaxpass.rules.model import Rule

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 300
_CODED: Final = frozenset(("tg", "vp", "mp", "tt", "tr"))
_COUNTRIES: Final = frozenset(("issuerCountryCode", "countryCode"))


class Country(NamedTuple):
    """A country by its code."""

    code: str


class Field(NamedTuple):
    """What stands at a path of the context, by the name that a person has for it."""

    path: str


class Codes(NamedTuple):
    """Values of the field at a path, by their names where they are codes."""

    path: str
    values: tuple[str, ...]


class Day(NamedTuple):
    """A day, or a time where it is not midnight; milliseconds since 1970."""

    ms: float


class Until(NamedTuple):
    """The last day of a time that ends at these milliseconds; with the time of day where it matters."""

    ms: float


class Amount(NamedTuple):
    """An amount of a unit of `messages.amount`."""

    number: int
    unit: str


class Shown(NamedTuple):
    """A text or number as it is."""

    text: str


Value: TypeAlias = Country | Field | Codes | Day | Until | Amount | Shown | Rule


@dataclass(frozen=True, slots=True)
class RuleReason:
    """Why a rule is not met, or when it is: a stable code and the values that its sentence names."""

    code: RuleCode
    values: Mapping[str, Value]

    def about(self, **values: Value) -> RuleReason:
        """The same with further values."""
        return RuleReason(self.code, {**self.values, **values})

    def message(self, language: str = "en", names: ValueSets = BUILT_IN) -> str:
        """The sentence in a language; codes are named by the value sets.

        >>> RuleReason(RuleCode.NO_TEST, {"country": Country("AT")}).message()
        'The certificate is not one of a test, which Austria asks for.'
        """
        said = {key: in_words(value, language, names) for key, value in self.values.items()}
        return messages.sentence(self.code, language, "", said)


def number_text(number: float) -> str:
    """A number as people write it: doses may be stated as 2.0.

    >>> number_text(2.0), number_text(1.5)
    ('2', '1.5')
    """
    whole = integer(number)
    return str(number if whole is None else whole)


def country_name(code: str, language: str, names: ValueSets = BUILT_IN) -> str:
    """A country by its name, or its code where there is none.

    >>> country_name("AT", "vi"), country_name("EU", "en")
    ('Áo', 'EU')
    """
    return escape_for_display(names.display("co", SAME_COUNTRY.get(code, code), language), 60)


def in_words(value: Value, language: str, names: ValueSets = BUILT_IN) -> str:
    """A value as it stands in a sentence.

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
        return _day(value.ms, language)
    if isinstance(value, Until):
        return _until(value.ms, language)
    if isinstance(value, Amount):
        return messages.amount(value.number, value.unit, language)
    if isinstance(value, Rule):
        return escape_for_display(value.description(language).strip().rstrip("."), _LONGEST)
    return escape_for_display(value.text, _LONGEST)


def _field(path: str) -> str:
    """The last name of a path, with the group where another one has the same."""
    last = path.rpartition(".")[2]
    return f"{path.split('.')[1]}.ma" if last == "ma" and path.startswith("payload.") else last


def _coded(path: str, code: str, language: str, names: ValueSets) -> str:
    field = _field(path)
    if field == "co" or field in _COUNTRIES:
        return country_name(code, language, names)
    if field in _CODED or field in ("v.ma", "t.ma"):
        return escape_for_display(names.display(field, code, language), _LONGEST)
    return escape_for_display(code, _LONGEST)


def _day(ms: float, language: str) -> str:
    moment = _moment(ms)
    if moment is None:
        return times.text(ms)
    # A date is at midnight; what comes a millisecond after is the day itself.
    if ms % times.DAY <= 1:
        return messages.day(moment.date(), language)
    return messages.time(moment.date(), f"{moment:%H:%M}", language)


def _until(ms: float, language: str) -> str:
    moment = _moment(ms)
    if moment is None:
        return times.text(ms)
    if ms % times.DAY == 0 and moment.date() > date.min:
        # At midnight that day has only begun.
        return messages.until(moment.date() - timedelta(days=1), language)
    if ms % times.DAY == times.DAY - 1:
        return messages.until(moment.date(), language)
    return messages.time(moment.date(), f"{moment:%H:%M}", language)


def _moment(ms: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except (OverflowError, ValueError):
        return None
