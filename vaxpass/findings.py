"""What a step found: where, which code, and the values that its sentence needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vaxpass import messages
from vaxpass.codes import Code, NoteCode
from vaxpass.display import Json


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason why a step did not pass.

    `path` points into the certificate (`$.v[0].dt`) or is empty. `details` holds the values that the
    sentence names; they are dates, numbers and countries, never a person's data.
    """

    code: Code
    path: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def message(self, language: str = "en") -> str:
        """The reason as a whole sentence, `language` being `en` or `vi`.

        >>> Problem(Code.SIGNATURE_MISMATCH).message()
        'The signature does not match: the certificate was altered or is a forgery.'
        """
        return messages.sentence(self.code, language, self.path, _said(self.details, language))

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """`code`, `path` and `message`, as plain JSON."""
        return {
            "code": self.code.value,
            "path": self.path or None,
            "message": self.message(language),
        }


@dataclass(frozen=True, slots=True)
class Note:
    """Something unusual that does not decide the verdict."""

    code: NoteCode
    path: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def message(self, language: str = "en") -> str:
        """The remark as a whole sentence, `language` being `en` or `vi`."""
        return messages.sentence(self.code, language, self.path, _said(self.details, language))

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """`code`, `path` and `message`, as plain JSON."""
        return {
            "code": self.code.value,
            "path": self.path or None,
            "message": self.message(language),
        }


def _said(details: Mapping[str, str], language: str) -> Mapping[str, str]:
    """The details in a language: a country is named."""
    code = details.get("country")
    if code is None:
        return details
    return {**details, "country": messages.country(code, language)}


class StageError(Exception):
    """Carries a `Problem` from the step that found it to `decode` or `Verifier`, which report it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    @classmethod
    def of(cls, code: Code, path: str = "", **details: str) -> StageError:
        """Build the error together with its problem."""
        return cls(Problem(code, path, details))
