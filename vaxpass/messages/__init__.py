"""The catalogue of sentences for people: one file a language, one sentence a code.

A sentence says what was found, without blame and without jargon; codes for machines stand beside it.
Fields in braces are filled from the details of a check: dates, numbers, countries, places in the
certificate, never a person's data.

Another language is another file beside `en.py` and its name in `LANGUAGES`; a test holds that every
file has the same codes and names the same fields.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final, cast

LANGUAGES: Final = ("en", "vi")


def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by their code. `ValueError` where there is no such language."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    # A desk speaks one language; the other is not loaded.
    module = importlib.import_module(f"vaxpass.messages.{language}")
    return cast("Mapping[str, str]", module.SENTENCES)


def sentence(code: str, language: str, path: str, details: Mapping[str, str]) -> str:
    """The sentence for a code in `language` (`en` or `vi`), its fields filled in.

    >>> sentence("validity.expired", "en", "", {"on": "2025-01-29"})
    'The passport expired on 2025-01-29.'

    A field without a value stays visible as `?`, so that a sentence never fails to be said.
    """
    return sentences(language)[code].format_map(_Fields({"path": path or "?", **details}))


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
