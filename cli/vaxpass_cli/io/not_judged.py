"""What of an input was not judged, and why: so that nothing is passed over in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from vaxpass import messages
from vaxpass_cli.errors import install_line

Values: TypeAlias = tuple[tuple[str, str | int], ...]
"""The fields of a sentence, as pairs of name and value: `(("first", 51), ("last", 60))`."""

_EXTRAS: Final = {"picture.heic": "heic", "table.no_engine": "issue"}
"""The extra that brings what reads such an input"""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """An input, or a part of one, that could not be read or was not looked at.

    It becomes a row of its own in the output, and the exit code is then not 0.

    >>> NotJudged("text.none").message("en")
    'There is no text to read.'
    """

    code: str
    """What is wrong, such as `pdf.password`. Its sentence is in the catalogue, under `input.`"""
    place: str = ""
    """What the row adds to the name of the input, such as `#page=51`"""
    values: Values = ()
    """The fields of the sentence"""

    def message(self, language: str) -> str:
        """The sentence in a language."""
        return sentence(self.code, self.values, language)


def sentence(code: str, values: Values, language: str) -> str:
    """The sentence for a code of an input, with its fields filled in."""
    missing = {"install": install_line(_EXTRAS[code])} if code in _EXTRAS else {}
    return messages.text(f"input.{code}", language, **missing, **dict(values))
