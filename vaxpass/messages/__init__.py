"""The catalogue of sentences for people, in the form of gettext: a `.po` file for each language.

Every text has a stable key, such as `validity.expired`. Sentences say what was found, without blame and
without jargon. Fields in braces are filled with dates, numbers, countries and places in the
certificate, never with a person's data.

A new language is a new file and no code: see `docs/translating.md`. Where a language lacks a text, the
English one is used. The file of a language (compiled to `.mo`) is read when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gettext import GNUTranslations

__all__ = [
    "LANGUAGES",
    "amount",
    "country",
    "day",
    "find",
    "items",
    "label",
    "sentence",
    "text",
    "time",
    "until",
]

LANGUAGES: tuple[str, ...]
"""The codes of all languages: English first, the others in alphabetical order."""

_ENGLISH: Final = "en"
_NAME: Final = re.compile("[a-z]{2,3}(_[A-Za-z]{2,4})?")
_PATH_NAME: Final = re.compile(r"\w+(?![\w\]])")
_LONGEST_LIST: Final = 8


def text(key: str, language: str, /, **values: object) -> str:
    """The text of a key in `language`, with its fields filled in.

    `values` are the fields. Where the text has plural forms, the integer `count` chooses among them. A
    field without a value becomes `?`. Raises `KeyError` where there is no such key, and `ValueError`
    where there is no such language; so do all functions here that have a `language`.

    >>> text("validity.expired", "en", on="2025-01-29")
    'The document expired on 2025-01-29.'
    >>> text("amount.day", "en", count=1), text("amount.day", "en", count=2)
    ('1 day', '2 days')
    """
    count = values.get("count")
    for each in (language, _ENGLISH):
        found = _found(key, each, count if isinstance(count, int) else None)
        if found is not None:
            return found.format_map(_Fields(values))
    raise KeyError(key)


def find(key: str, language: str) -> str | None:
    """The text of a key in this language only, fields not filled in; None where it has none.

    >>> find("country.AT", "vi"), find("country.XX", "vi")
    ('Áo', None)
    """
    return _found(key, language, None)


def sentence(code: str, language: str, path: str, details: Mapping[str, str]) -> str:
    """The sentence for a code of the library.

    `path` is a place in the certificate, which is told in words, or empty; `details` are the values
    of the other fields.

    >>> sentence("schema.type", "en", "$.v[0].dt", {})
    'A detail is not of the kind that it must be (Date of vaccination).'
    """
    return text(code, language, **{"path": place(path, language), **details})


def place(path: str, language: str) -> str:
    """A place in a certificate in words; its last name where that has none here.

    >>> place("$.v[0].ma", "en"), place("$.t[0]", "en"), place("$", "en")
    ('Manufacturer', 'Test', 'the certificate as a whole')
    """
    names: list[str] = _PATH_NAME.findall(path)
    if not names:
        return text("label.whole", language) if path else "?"
    for key in (".".join((names[0], names[-1])), names[-1]):
        found = find(f"label.{key}", language) or find(f"label.{key}", _ENGLISH)
        if found:
            return found
    return names[-1]


def label(field: str, language: str) -> str:
    """The name of a field of a certificate, or of another value that rules use; else `A detail`.

    >>> label("dt", "en"), label("no such field", "en")
    ('Date of vaccination', 'A detail')
    """
    key = f"label.{field}"
    return find(key, language) or find(key, _ENGLISH) or text("label.detail", language)


def country(code: str, language: str) -> str:
    """The name of a country by its code (ISO 3166-1 alpha-2); the code where it has no name here.

    >>> country("AT", "vi"), country("EU", "en")
    ('Áo', 'EU')
    """
    key = f"country.{code}"
    return find(key, language) or find(key, _ENGLISH) or code


def day(value: date, language: str) -> str:
    """A day in words.

    >>> day(date(2021, 3, 3), "en"), day(date(2021, 3, 3), "vi")
    ('3 March 2021', 'ngày 3/3/2021')
    """
    month = text(f"date.month.{value.month}", language)
    return text("date.day", language, day=value.day, month=month, year=value.year)


def until(value: date, language: str) -> str:
    """A last day, as it stands after a word such as `until`.

    >>> until(date(2021, 3, 3), "vi")
    'hết ngày 3/3/2021'
    """
    return text("date.until", language, day=day(value, language))


def time(value: date, clock: str, language: str, zone: str = "UTC") -> str:
    """A day and a time of day, `clock`, in a zone that `zone` names.

    >>> time(date(2021, 3, 3), "10:30", "en", "UTC+07:00")
    '3 March 2021, 10:30 UTC+07:00'
    """
    return text("date.time", language, day=day(value, language), time=clock, zone=zone)


def amount(count: int, unit: str, language: str) -> str:
    """An amount of time. `unit` is `hour`, `day`, `month` or `year`; with `.more`, more than that.

    >>> amount(1, "day", "en"), amount(270, "day.more", "en")
    ('1 day', 'more than 270 days')
    """
    return text(f"amount.{unit}", language, count=count)


def items(names: Sequence[str], language: str) -> str:
    """A list of names. Of more than eight names only seven, and the number of the others.

    >>> items(["a", "b"], "en"), items("abcdefghij", "en")
    ('a, b', 'a, b, c, d, e, f, g and 3 more')
    """
    separator = text("list.separator", language)
    if len(names) <= _LONGEST_LIST:
        return separator.join(names)
    shown = separator.join(names[: _LONGEST_LIST - 1])
    return text("list.more", language, items=shown, count=len(names) - _LONGEST_LIST + 1)


def _found(key: str, language: str, count: int | None) -> str | None:
    catalogue = _catalogue(language)
    if count is not None:
        found = catalogue.ngettext(key, key, count)
        if found != key:
            return found
    found = catalogue.gettext(key)
    return None if found == key else found


class _Fields(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def _catalogue(language: str) -> GNUTranslations:
    # Imported with the first text, because machines read most verdicts and need none. Importing
    # `importlib.resources` would take longer than everything else here.
    from gettext import GNUTranslations  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415
    from pkgutil import get_data  # noqa: PLC0415

    try:
        data = get_data(__name__, f"{language}.mo") if _NAME.fullmatch(language) else None
    except OSError:
        data = None
    if data is None:
        raise ValueError(f"language must be one of {', '.join(_languages())}, not {language!r}")
    return GNUTranslations(BytesIO(data))


@cache
def _languages() -> tuple[str, ...]:
    from importlib.resources import files  # noqa: PLC0415 - slow to import

    found = {
        each.name.removesuffix(".mo") for each in files(__name__).iterdir() if each.name.endswith(".mo")
    }
    return (_ENGLISH, *sorted(found - {_ENGLISH}))


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "LANGUAGES":
        return _languages()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
