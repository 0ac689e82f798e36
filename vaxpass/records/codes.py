"""The results of matching and the reasons of issuing: statuses and codes.

All of them are an interface: adding one is a minor release, renaming or removing one a major release.
`docs/matching.md` and `docs/issuing.md` list them with their sentences.
"""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


class MatchStatus(StrEnum):
    """The result of matching a record. Only a matched record may be issued."""

    MATCHED = "MATCHED"
    """One person of the register has its number, its name and its date of birth."""
    MISMATCH = "MISMATCH"
    """One person has its number, but something else differs, or the number is not the current one."""
    AMBIGUOUS = "AMBIGUOUS"
    """Several persons have its number, or several records state the same dose of one person."""
    NOT_FOUND = "NOT_FOUND"
    """Nobody in the register has its number."""
    NO_ID = "NO_ID"
    """It has no number, or one of a wrong length to which zeros in front do not help."""

    def message(self, language: str = "en") -> str:
        """What it means, a whole sentence in `language` (`en` or `vi`).

        >>> MatchStatus.NOT_FOUND.message()
        'Nobody in the register has this identity number.'
        """
        return messages.sentence(f"match.{self}", language, "", {})


class MatchField(StrEnum):
    """The field of a record that has to be corrected."""

    NAME = "name"
    DOB = "dob"
    ID = "id"
    DOSE = "dose"


class MatchCode(StrEnum):
    """What the register or the other records say against a record; stands beside `IdentityCode`."""

    NUMBER_UNKNOWN = "register.number_unknown"
    NUMBER_TWICE = "register.number_twice"
    DOSE_TWICE = "records.dose_twice"

    @property
    def field(self) -> MatchField:
        """The field that has to be corrected.

        >>> MatchCode.DOSE_TWICE.field
        <MatchField.DOSE: 'dose'>
        """
        return MatchField.DOSE if self is MatchCode.DOSE_TWICE else MatchField.ID

    def message(self, language: str = "en") -> str:
        """What to do about it, a whole sentence in `language` (`en` or `vi`).

        >>> MatchCode.NUMBER_UNKNOWN.message()[:53]
        'No person of the register has this identity number: c'
        """
        return messages.sentence(f"match.{self}", language, "", {})


class IssueCode(StrEnum):
    """A reason not to issue a passport for a record: `subject.reason`."""

    RECORD_NO_ID = "record.no_id"
    """The record has no identifier of its own."""
    RECORD_DOUBLED = "record.doubled"
    RECORD_CHANGED = "record.changed"
    """Its passport was issued before the record was changed."""
    RECORD_UNREADABLE = "record.unreadable"
    MATCH_MISSING = "match.missing"
    """The results of matching do not contain it."""
    MATCH_DOUBLED = "match.doubled"
    MATCH_STALE = "match.stale"
    """It was changed after it was matched."""
    MATCH_MISMATCH = "match.mismatch"
    MATCH_AMBIGUOUS = "match.ambiguous"
    MATCH_NOT_FOUND = "match.not_found"
    MATCH_NO_ID = "match.no_id"
    MATCH_UNKNOWN = "match.unknown"
    """The results of matching have a status that is not known here."""
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
