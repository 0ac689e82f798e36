"""The statuses of matching, and the codes of matching and issuing.

They are a stable interface: adding one is a minor release, renaming or removing one a major release.
`docs/matching.md` and `docs/issuing.md` list them with their sentences.
"""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


class MatchStatus(StrEnum):
    """The result of matching a record. Only a matched record may be issued."""

    MATCHED = "MATCHED"
    """Exactly one person of the register has its number, and also its name and date of birth."""
    MISMATCH = "MISMATCH"
    """One person has its number, but something else differs, or the number is not the current one."""
    AMBIGUOUS = "AMBIGUOUS"
    """Several persons have its number, or several records state the same dose of one person."""
    NOT_FOUND = "NOT_FOUND"
    """No person of the register has its number."""
    NO_ID = "NO_ID"
    """It has no number, or one of a wrong length that adding zeros does not make a registered one."""

    def message(self, language: str = "en") -> str:
        """What it means, a whole sentence in `language` (`en` or `vi`).

        >>> MatchStatus.NOT_FOUND.message()
        'Nobody in the register has this identity number.'
        """
        return messages.sentence(f"match.{self}", language, "", {})


class MatchField(StrEnum):
    """The field of a record that has to be corrected.

    >>> MatchField("dob")
    <MatchField.DOB: 'dob'>
    """

    NAME = "name"
    DOB = "dob"
    ID = "id"
    DOSE = "dose"


class MatchCode(StrEnum):
    """Why a record does not match, beside `IdentityCode`: what the register or other records show.

    >>> MatchCode("register.number_unknown")
    <MatchCode.NUMBER_UNKNOWN: 'register.number_unknown'>
    """

    NUMBER_UNKNOWN = "register.number_unknown"
    """No person of the register has the number."""
    NUMBER_TWICE = "register.number_twice"
    """Several persons of the register have the number."""
    DOSE_TWICE = "records.dose_twice"
    """Several records state the same dose of the person."""

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
    """Why no passport is issued for a record: `subject.reason`.

    >>> IssueCode("match.ambiguous")
    <IssueCode.MATCH_AMBIGUOUS: 'match.ambiguous'>
    """

    RECORD_NO_ID = "record.no_id"
    """The record has no identifier."""
    RECORD_DOUBLED = "record.doubled"
    """Another record has the same identifier."""
    RECORD_CHANGED = "record.changed"
    """Its passport was issued before the record was changed, and says something else."""
    RECORD_UNREADABLE = "record.unreadable"
    """Its line in the table can't be read."""
    MATCH_MISSING = "match.missing"
    """The results of matching do not contain it."""
    MATCH_DOUBLED = "match.doubled"
    """The results of matching contain it more than once."""
    MATCH_STALE = "match.stale"
    """It was changed after it was matched."""
    MATCH_MISMATCH = "match.mismatch"
    """The result of matching is `MatchStatus.MISMATCH`; so for the three that follow."""
    MATCH_AMBIGUOUS = "match.ambiguous"
    MATCH_NOT_FOUND = "match.not_found"
    MATCH_NO_ID = "match.no_id"
    MATCH_UNKNOWN = "match.unknown"
    """The results of matching have a status that this version does not know."""
    ATTESTATION_MISSING = "attestation.missing"
    """No attestation of its facility contains it."""
    ATTESTATION_ALTERED = "attestation.altered"
    """It was changed after it was attested."""
    NAME_MISSING = "name.missing"
    """The name is empty."""
    NAME_LETTERS = "name.letters"
    """The name has characters without a machine-readable form."""
    NAME_TOO_LONG = "name.too_long"
    """A part of the name has more than 80 characters."""
    NAME_ENCODING = "name.encoding"
    """A file has damaged the letters of the name."""
    DOB_MISSING = "dob.missing"
    """The date of birth is empty."""
    DOB_INVALID = "dob.invalid"
    """The date of birth is not a date of the calendar."""
    DOB_SPREADSHEET_NUMBER = "dob.spreadsheet_number"
    """A spreadsheet has made a number of the date of birth."""
    DOB_TWO_DIGIT_YEAR = "dob.two_digit_year"
    """The year of the date of birth has two digits."""
    DOB_AFTER_DOSE = "dob.after_dose"
    """The date of birth is later than the dose."""
    DOB_INCOMPLETE = "dob.incomplete"
    """A yellow card needs the whole date of birth."""
    SEX_MISSING = "sex.missing"
    """The sex is missing or can't be read; a yellow card needs it."""
    NATIONALITY_MISSING = "nationality.missing"
    """No nationality was given, or the holder has no citizen's number; a yellow card needs it."""
    FACILITY_MISSING = "facility.missing"
    """The facility is missing or has more than 80 characters; a yellow card names it."""
    BATCH_MISSING = "batch.missing"
    """The batch is missing or has more than 80 characters; a yellow card needs it."""
    SIGNER_COVID_ONLY = "signer.covid_only"
    """The signer's certificate restricts it to kinds of COVID-19 certificates."""
    VACCINE_MISSING = "vaccine.missing"
    """The vaccine is empty."""
    VACCINE_UNKNOWN = "vaccine.unknown"
    """The table of vaccines has no product with this name."""
    VACCINE_SEVERAL = "vaccine.several"
    """Several products have this name, or it names only a disease."""
    DOSE_MISSING = "dose.missing"
    """The number of the dose is empty."""
    DOSE_INVALID = "dose.invalid"
    """The number of the dose is not from 1 to 9."""
    DOSES_MISSING = "doses.missing"
    """The number of doses of the series is empty."""
    DOSES_INVALID = "doses.invalid"
    """The number of doses of the series is not from 1 to 9."""
    DOSE_SERIES = "dose.series"
    """The numbers do not fit the series of the product."""
    DOSE_REPEATED = "dose.repeated"
    """Another record of the person has the same dose."""
    DOSE_ISSUED = "dose.issued"
    """The person has a passport for this dose already, from another record."""
    DOSE_ORDER = "dose.order"
    """Another dose of the person has a date that does not fit the order of doses."""
    DATE_MISSING = "date.missing"
    """The day of vaccination is empty."""
    DATE_INVALID = "date.invalid"
    """The day of vaccination is not a whole date of the calendar."""
    DATE_SPREADSHEET_NUMBER = "date.spreadsheet_number"
    """A spreadsheet has made a number of the day of vaccination."""
    DATE_TWO_DIGIT_YEAR = "date.two_digit_year"
    """The year of the day of vaccination has two digits."""
    DATE_TOO_EARLY = "date.too_early"
    """The day is before the first use of the product."""
    DATE_FUTURE = "date.future"
    """The day is after the day of issue."""

    def message(self, language: str = "en") -> str:
        """What the clerk should know, a whole sentence in `language` (`en` or `vi`).

        >>> IssueCode.DATE_FUTURE.message()
        'The date of vaccination is in the future: compare it with the vaccination slip.'
        """
        return messages.sentence(f"issuing.{self}", language, "", {})
