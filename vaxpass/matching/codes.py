"""What can become of a record, and what only a register or the other records can say about it.

They are an interface, like those of `vaxpass.identity.codes`; `docs/matching.md` explains them.
"""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


class MatchStatus(StrEnum):
    """What became of a record. Only a matched one may be issued."""

    MATCHED = "MATCHED"
    """One person of the register has its number, its name and its date of birth."""
    MISMATCH = "MISMATCH"
    """One person has its number, and something else disagrees, or the number is not the current one."""
    AMBIGUOUS = "AMBIGUOUS"
    """Several persons have its number, or several records state the same dose of one person."""
    NOT_FOUND = "NOT_FOUND"
    """Nobody in the register has its number."""
    NO_ID = "NO_ID"
    """It has no number, or one of a wrong length that is nobody's without its zeros."""

    def message(self, language: str = "en") -> str:
        """What it means, a whole sentence in `language` (`en` or `vi`).

        >>> MatchStatus.NOT_FOUND.message()
        'Nobody in the register has this identity number.'
        """
        return messages.sentence(f"match.{self}", language, "", {})


class MatchField(StrEnum):
    """Which field of a record stands in the way."""

    NAME = "name"
    DOB = "dob"
    ID = "id"
    DOSE = "dose"


class MatchCode(StrEnum):
    """What is wrong with a record beyond one person: beside `IdentityCode`, in the same lists."""

    NUMBER_UNKNOWN = "register.number_unknown"
    NUMBER_TWICE = "register.number_twice"
    DOSE_TWICE = "records.dose_twice"

    @property
    def field(self) -> MatchField:
        """The field that it concerns.

        >>> MatchCode.DOSE_TWICE.field
        <MatchField.DOSE: 'dose'>
        """
        return MatchField.DOSE if self is MatchCode.DOSE_TWICE else MatchField.ID

    def message(self, language: str = "en") -> str:
        """What to do about it, a whole sentence in `language` (`en` or `vi`)."""
        return messages.sentence(f"match.{self}", language, "", {})
