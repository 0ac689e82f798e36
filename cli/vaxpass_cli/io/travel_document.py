"""`vaxpass verify --mrz`: compare the holder of a passport with the person of a travel document.

The library compares; this module gives the answer in words. The passport of another person is not
accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaxpass import Verdict, messages
from vaxpass.display import Json
from vaxpass.identity import (
    HolderLevel,
    HolderMatch,
    IdentityCode,
    MachineReadableZone,
    MrzError,
    compare_holder,
    parse_mrz,
)
from vaxpass_cli.errors import UsageError

OPTION: Final = "--mrz"
_AT_A_DESK: Final = frozenset(
    (
        IdentityCode.NAME_ORDER,
        IdentityCode.NAME_INCOMPLETE,
        IdentityCode.NAME_TYPO,
        IdentityCode.NAME_DIFFERENT,
        IdentityCode.NAME_MISSING,
        IdentityCode.DOB_MONTH_ONLY,
        IdentityCode.DOB_YEAR_ONLY,
        IdentityCode.DOB_DAY_MONTH_SWAPPED,
        IdentityCode.DOB_TYPO,
        IdentityCode.DOB_DIFFERENT,
        IdentityCode.DOB_MALFORMED,
        IdentityCode.DOB_MISSING,
    )
)
"""Codes whose usual sentence is for a clerk who corrects a record; an officer gets another one"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of comparing a passport with a travel document."""

    match: HolderMatch | None
    """None where nothing was compared: the signature of the passport is not verified"""

    @property
    def accepted(self) -> bool:
        """Whether the two were compared and are not about different persons."""
        return self.match is not None and self.match.level is not HolderLevel.DIFFERENT

    def sentence(self, language: str) -> str:
        """The answer as a whole sentence."""
        return messages.text(f"holder.{self.match.level if self.match else 'unknown'}", language)

    def reasons(self, language: str) -> list[str]:
        """What disagrees, one sentence for each finding."""
        return [_reason(code, language) for code in self.match.codes] if self.match else []

    def report(self, language: str) -> Json:
        """The answer as JSON, described in docs/json.md."""
        codes = self.match.codes if self.match else ()
        return {
            "level": self.match.level.value if self.match else None,
            "message": self.sentence(language),
            "findings": [{"code": code.value, "message": _reason(code, language)} for code in codes],
        }


def _reason(code: IdentityCode, language: str) -> str:
    """The sentence of a code for an officer who has both documents; nothing is corrected there.

    >>> _reason(IdentityCode.DOB_DIFFERENT, "en")
    'The dates of birth are different.'
    """
    if code in _AT_A_DESK:
        return messages.text(f"holder.{code}", language)
    return code.message(language)


def read(values: Sequence[str] | None, language: str) -> MachineReadableZone | None:
    """Read the values of the option, each one or several lines; None where the option is not used.

    Raises `UsageError` where the lines are not a correct machine-readable zone.
    """
    if not values:
        return None
    try:
        # No line of a zone has spaces, so spaces and ends of lines separate them.
        return parse_mrz([line for value in values for line in value.split()])
    except MrzError as error:
        raise UsageError(
            "error.with_code", option=OPTION, reason=error.code.message(language), code=error.code
        ) from None


def compare(verdict: Verdict | None, document: MachineReadableZone | None) -> Compared | None:
    """Compare a passport and a document; None where there is no document."""
    if document is None:
        return None
    # `is None`, because a verdict that is not accepted is false. Its holder is compared too.
    certificate = None if verdict is None else verdict.certificate
    return Compared(None if certificate is None else compare_holder(certificate, document))
