"""The catalogue of sentences for people: one file a language, one sentence a code.

A sentence says what was found, without blame and without jargon; codes for machines stand beside it.
Fields in braces are filled from the details of a check: dates, numbers, countries, places in the
certificate, never a person's data.

Another language is another file beside `en.py` and its name in `LANGUAGES`; a test holds that every
file has the same codes and names the same fields.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Protocol, cast

LANGUAGES: Final = ("en", "vi")
_LONGEST_LIST: Final = 8


class Language(Protocol):
    """What the file of a language holds."""

    SENTENCES: Mapping[str, str]
    LABELS: Mapping[str, str]
    DAY: str
    MONTHS: Sequence[str]
    UNTIL: str
    TIME: str
    AMOUNTS: Mapping[str, tuple[str, str]]
    AND_MORE: str


def language_of(name: str) -> Language:
    """The file of a language. `ValueError` where there is no such language."""
    if name not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {name!r}")
    # A desk speaks one language; the other is not loaded.
    return cast("Language", importlib.import_module(f"vaxpass.messages.{name}"))


def sentence(code: str, language: str, path: str, details: Mapping[str, str]) -> str:
    """The sentence for a code in `language` (`en` or `vi`), its fields filled in.

    >>> sentence("validity.expired", "en", "", {"on": "2025-01-29"})
    'The passport expired on 2025-01-29.'

    A field without a value stays visible as `?`, so that a sentence never fails to be said.
    """
    template = language_of(language).SENTENCES[code]
    return template.format_map(_Fields({"path": path or "?", **details}))


def label(field: str, language: str) -> str:
    """What a person calls a field, or something else that rules look at.

    >>> label("dt", "en"), label("no such field", "en")
    ('Date of vaccination', 'A detail')
    """
    labels = language_of(language).LABELS
    return labels.get(field) or labels["detail"]


def day(value: date, language: str) -> str:
    """A day in words.

    >>> day(date(2021, 3, 3), "en"), day(date(2021, 3, 3), "vi")
    ('3 March 2021', 'ngày 3/3/2021')
    """
    spoken = language_of(language)
    return spoken.DAY.format(day=value.day, month=spoken.MONTHS[value.month - 1], year=value.year)


def until(value: date, language: str) -> str:
    """The last day of a time, behind a word such as `until`.

    >>> until(date(2021, 3, 3), "vi")
    'hết ngày 3/3/2021'
    """
    return language_of(language).UNTIL.format(day=day(value, language))


def time(value: date, clock: str, language: str) -> str:
    """A day and a time of day in UTC, such as `10:30`."""
    return language_of(language).TIME.format(day=day(value, language), time=clock)


def amount(count: int, unit: str, language: str) -> str:
    """An amount of `hour`, `day`, `month` or `year`; with `.more` behind the unit, more than that.

    >>> amount(1, "day", "en"), amount(270, "day.more", "en")
    ('1 day', 'more than 270 days')
    """
    one, several = language_of(language).AMOUNTS[unit]
    return (one if count == 1 else several).format(count=count)


def items(names: Sequence[str], language: str) -> str:
    """Names in a row; of many only the first, and how many more there are.

    >>> items(["a", "b"], "en")
    'a, b'
    """
    if len(names) <= _LONGEST_LIST:
        return ", ".join(names)
    shown = ", ".join(names[: _LONGEST_LIST - 1])
    return language_of(language).AND_MORE.format(items=shown, count=len(names) - _LONGEST_LIST + 1)


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
