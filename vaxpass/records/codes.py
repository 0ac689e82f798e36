"""What can become of a record, and what only a register or the other records can say about it.

They are an interface, like those of `vaxpass.identity.codes`; `docs/matching.md` explains them.


TODO-MERGED: Why a record gets no passport."""

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


class IssueCode(StrEnum):
    """A reason not to issue a passport for a record: `subject.reason`."""

    RECORD_NO_ID = "record.no_id"
    """The record has no identifier of its own."""
    RECORD_DOUBLED = "record.doubled"
    RECORD_CHANGED = "record.changed"
    """A passport was issued for it when it said something else."""
    RECORD_UNREADABLE = "record.unreadable"
    MATCH_MISSING = "match.missing"
    """The results of matching do not name it."""
    MATCH_DOUBLED = "match.doubled"
    MATCH_STALE = "match.stale"
    """It was matched when it said something else."""
    MATCH_MISMATCH = "match.mismatch"
    MATCH_AMBIGUOUS = "match.ambiguous"
    MATCH_NOT_FOUND = "match.not_found"
    MATCH_NO_ID = "match.no_id"
    MATCH_UNKNOWN = "match.unknown"
    """The results of matching say something that is not known here."""
    ATTESTATION_MISSING = "attestation.missing"
    ATTESTATION_ALTERED = "attestation.altered"
    NAME_MISSING = "name.missing"
    NAME_LETTERS = "name.letters"
    NAME_TOO_LONG = "name.too_long"
    DOB_MISSING = "dob.missing"
    DOB_INVALID = "dob.invalid"
    DOB_AFTER_DOSE = "dob.after_dose"
    VACCINE_UNKNOWN = "vaccine.unknown"
    DOSE_INVALID = "dose.invalid"
    DOSE_SERIES = "dose.series"
    DOSE_REPEATED = "dose.repeated"
    DOSE_ORDER = "dose.order"
    DATE_INVALID = "date.invalid"
    DATE_TOO_EARLY = "date.too_early"
    DATE_FUTURE = "date.future"

    def message(self, language: str = "en") -> str:
        """What it means for the clerk, a whole sentence in `language` (`en` or `vi`).

        >>> IssueCode.DATE_FUTURE.message()
        'The date of vaccination is in the future: compare it with the vaccination slip.'
        """
        return messages.sentence(f"issuing.{self}", language, "", {})
