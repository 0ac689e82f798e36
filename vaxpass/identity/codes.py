"""The codes of comparing people. They are a stable interface, like those of `vaxpass.codes`.

`docs/identity.md` explains them. Their sentences are in `vaxpass.messages`, under `identity.` + code.
"""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


class IdentityField(StrEnum):
    """The field of a person that a code is about.

    >>> IdentityCode.NAME_TYPO.field is IdentityField.NAME
    True
    """

    NAME = "name"
    DOB = "dob"
    ID = "id"
    PHONE = "phone"
    SEX = "sex"
    NATIONALITY = "nationality"


class IdentityCode(StrEnum):
    """What disagrees between two statements about a person, or is wrong in one: `field.reason`.

    >>> IdentityCode("dob.typo")
    <IdentityCode.DOB_TYPO: 'dob.typo'>
    """

    NAME_DIACRITICS = "name.diacritics"
    NAME_TRUNCATED = "name.truncated"
    NAME_SPLIT = "name.split"
    NAME_SPELLING = "name.spelling"
    NAME_ORDER = "name.order"
    NAME_INCOMPLETE = "name.incomplete"
    NAME_SURPLUS = "name.surplus"
    NAME_TYPO = "name.typo"
    NAME_DIFFERENT = "name.different"
    NAME_ENCODING = "name.encoding"
    NAME_MISSING = "name.missing"
    NAME_NOT_REGISTERED = "name.not_registered"
    NAME_NOT_COMPARABLE = "name.not_comparable"
    DOB_MONTH_ONLY = "dob.month_only"
    DOB_YEAR_ONLY = "dob.year_only"
    DOB_DAY_MONTH_SWAPPED = "dob.day_month_swapped"
    DOB_TYPO = "dob.typo"
    DOB_DIFFERENT = "dob.different"
    DOB_SPREADSHEET_NUMBER = "dob.spreadsheet_number"
    DOB_TWO_DIGIT_YEAR = "dob.two_digit_year"
    DOB_MALFORMED = "dob.malformed"
    DOB_MISSING = "dob.missing"
    DOB_NOT_REGISTERED = "dob.not_registered"
    ID_LEADING_ZEROS = "id.leading_zeros"
    ID_OLD_CMND = "id.old_cmnd"
    ID_CHECKS_FAIL = "id.checks_fail"
    ID_TYPO = "id.typo"
    ID_DIFFERENT = "id.different"
    ID_SPREADSHEET_NUMBER = "id.spreadsheet_number"
    ID_LETTERS = "id.letters"
    ID_MALFORMED = "id.malformed"
    ID_MISSING = "id.missing"
    ID_NOT_REGISTERED = "id.not_registered"
    ID_OTHER_DOCUMENT = "id.other_document"
    ID_OTHER_PASSPORT = "id.other_passport"
    PHONE_OLD_PREFIX = "phone.old_prefix"
    PHONE_SHARED = "phone.shared"
    PHONE_DIFFERENT = "phone.different"
    PHONE_MALFORMED = "phone.malformed"
    SEX_DIFFERENT = "sex.different"
    NATIONALITY_DIFFERENT = "nationality.different"

    @property
    def field(self) -> IdentityField:
        """The field that it concerns.

        >>> IdentityCode.DOB_TYPO.field
        <IdentityField.DOB: 'dob'>
        """
        return IdentityField(self.partition(".")[0])

    def message(self, language: str = "en", argument: str = "") -> str:
        """What the person or the clerk should know, a whole sentence in `language` (`en` or `vi`).

        `argument` is that of `IdentityFinding`. Raises `ValueError` for any other language.

        >>> IdentityCode.SEX_DIFFERENT.message()
        'The sex is not the registered one: compare it with the identity card.'
        """
        return messages.sentence(f"identity.{self}", language, "", {"others": argument or "?"})


class MrzCode(StrEnum):
    """Why lines are refused as a machine-readable zone; the last is a remark on lines that were read.

    >>> MrzCode.LETTERS.message()
    'A line holds a character that does not belong there: only capital letters, digits and < are used.'
    """

    LINES = "mrz.lines"
    """Not 2 lines of 44 or 36 characters, and not 3 of 30."""
    LETTERS = "mrz.letters"
    """Another character than A to Z, 0 to 9 and `<`."""
    DOCUMENT = "mrz.document"
    """Not a passport, an identity card or a visa."""
    NAME = "mrz.name"
    """The name is missing or has digits."""
    BIRTH = "mrz.birth"
    """The date of birth has other characters than digits and `<`."""
    CHECK_NUMBER = "mrz.check_number"
    """The check digit of the document's number is wrong."""
    CHECK_BIRTH = "mrz.check_birth"
    """The check digit of the date of birth is wrong."""
    CHECK_EXPIRY = "mrz.check_expiry"
    """The check digit of the date of expiry is wrong."""
    CHECK_OPTIONAL = "mrz.check_optional"
    """The check digit of the optional field is wrong."""
    CHECK_WHOLE = "mrz.check_whole"
    """The last check digit, over several fields, is wrong."""
    EXPIRED = "mrz.expired"
    """The document has expired; nothing is refused for it."""

    def message(self, language: str = "en", on: str = "") -> str:
        """What is wrong, a whole sentence in `language` (`en` or `vi`).

        `on` is the last day of validity, for `mrz.expired`. Raises `ValueError` for any other language.

        >>> MrzCode.EXPIRED.message(on="2026-01-31")
        'The travel document expired on 2026-01-31.'
        """
        return messages.sentence(f"identity.{self}", language, "", {"on": on or "?"})
