"""Problems and notes: what the stages of a verification find.

Each has a stable code, its place in the document, and the values that its sentence names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from vaxpass import messages
from vaxpass.codes import Code, NoteCode
from vaxpass.display import Json

_COUNTRIES: Final = ("country", "stated", "signer")
"""The details that are codes of countries."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a check did not pass.

    >>> Problem(Code.SIGNATURE_MISMATCH).message()
    'The signature does not match: the certificate was altered or is a forgery.'
    """

    code: Code
    path: str = ""
    """The place in the payload, such as `$.v[0].dt`; empty where it concerns no field."""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The values that the sentence names: dates, numbers and countries, never a person's data."""

    def message(self, language: str = "en") -> str:
        """The problem as a sentence in `language`.

        Raises `ValueError` where `language` is not one of `vaxpass.messages.LANGUAGES`.
        """
        said = _said(self.details, language)
        # A newer list may have the issuer: that is worth saying only where the list is old.
        aged = self.code is Code.TRUST_KEY_UNKNOWN and "age" in self.details
        key = "trust.key_unknown.old_list" if aged else self.code
        return messages.sentence(key, language, self.path, said)

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The problem as plain JSON (docs/json.md): `code`, `path` and `message`.

        >>> sorted(Problem(Code.SCHEMA_TYPE, "$.dob").to_dict())
        ['code', 'message', 'path']
        """
        return {
            "code": self.code.value,
            "path": self.path or None,
            "message": self.message(language),
        }


@dataclass(frozen=True, slots=True)
class Note:
    """Something unusual that does not decide the verdict. Its fields are those of a `Problem`.

    >>> Note(NoteCode.PREFIX_SURROUNDING_SPACE).message()
    'Spaces around the code were ignored.'
    """

    code: NoteCode
    path: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def message(self, language: str = "en") -> str:
        """The note as a sentence in `language`.

        Raises `ValueError` where `language` is not one of `vaxpass.messages.LANGUAGES`.
        """
        return messages.sentence(self.code, language, self.path, _said(self.details, language))

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The note as plain JSON (docs/json.md): `code`, `path` and `message`."""
        return {
            "code": self.code.value,
            "path": self.path or None,
            "message": self.message(language),
        }


def _said(details: Mapping[str, str], language: str) -> Mapping[str, str]:
    """The details with names in the place of codes: of countries, and of a field (`field`).

    The field is named where the path alone would mean another one: `v` is a vaccination, or a version.
    """
    if "field" in details:
        details = {**details, "path": messages.label(details["field"], language)}
    codes = {name: details[name] for name in _COUNTRIES if name in details}
    if not codes:
        return details
    return {**details, **{name: messages.country(code, language) for name, code in codes.items()}}


class StageError(Exception):
    """Raised inside the library where a stage finds a problem; `decode` and `Verifier` catch it.

    `problem` is the problem.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    @classmethod
    def of(cls, code: Code, path: str = "", **details: str) -> StageError:
        """The error with a new problem of this code, place and details."""
        return cls(Problem(code, path, details))
