"""`vaxpass verify --mrz`: lines of a travel document, and whether a passport is that of its bearer.

The library compares. Here it is said in words, and another person's passport is not accepted.
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
"""Codes whose own sentences tell a clerk how to correct a record"""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison of a passport with the travel document gave; `match` is None without one.

    Nothing is compared where nobody vouches for what the passport says.
    """

    match: HolderMatch | None

    @property
    def accepted(self) -> bool:
        """False where it is another person's passport, and where nothing could be compared."""
        return self.match is not None and self.match.level is not HolderLevel.DIFFERENT

    def sentence(self, language: str) -> str:
        """The answer in words."""
        return messages.text(f"holder.{self.match.level if self.match else 'unknown'}", language)

    def reasons(self, language: str) -> list[str]:
        """What disagrees, a sentence each."""
        return [_reason(code, language) for code in self.match.codes] if self.match else []

    def report(self, language: str) -> Json:
        """The answer for machines: see docs/json.md."""
        codes = self.match.codes if self.match else ()
        return {
            "level": self.match.level.value if self.match else None,
            "message": self.sentence(language),
            "findings": [{"code": code.value, "message": _reason(code, language)} for code in codes],
        }


def _reason(code: IdentityCode, language: str) -> str:
    """The sentence of a code for whoever holds both documents: at a desk nothing is corrected.

    >>> _reason(IdentityCode.DOB_DIFFERENT, "en")
    'The dates of birth are different.'
    """
    if code in _AT_A_DESK:
        return messages.text(f"holder.{code}", language)
    return code.message(language)


def read(values: Sequence[str] | None, language: str) -> MachineReadableZone | None:
    """The document of the option's values, each a line or several; None where the option is not used.

    Raises `UsageError` where the lines do not hold.
    """
    if not values:
        return None
    try:
        # No line holds a blank, so blanks and ends of lines part them.
        return parse_mrz([line for value in values for line in value.split()])
    except MrzError as error:
        raise UsageError(
            "error.with_code", option=OPTION, reason=error.code.message(language), code=error.code
        ) from None


def compare(verdict: Verdict | None, document: MachineReadableZone | None) -> Compared | None:
    """Compare a judged passport with the document; None where there is no document."""
    if document is None:
        return None
    # A verdict is false where it is not accepted: then too it is told whose passport it is.
    certificate = None if verdict is None else verdict.certificate
    return Compared(None if certificate is None else compare_holder(certificate, document))
