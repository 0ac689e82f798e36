"""Why a record gets no passport."""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


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
        'The date of vaccination lies in the future: compare it with the vaccination slip.'
        """
        return messages.sentence(f"issuing.{self}", language, "", {})
