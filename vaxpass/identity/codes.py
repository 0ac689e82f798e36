"""Every code of the identity core. They are an interface, like those of `vaxpass.codes`.

`docs/identity.md` explains them; the sentences are in `vaxpass.messages`, under `identity.` + code.
"""

from __future__ import annotations

from enum import StrEnum

from vaxpass import messages


class IdentityField(StrEnum):
    """What a code is about."""

    NAME = "name"
    DOB = "dob"
    ID = "id"
    PHONE = "phone"
    SEX = "sex"


class IdentityCode(StrEnum):
    """What disagrees between two statements about a person, or is wrong in one: `field.reason`."""

    NAME_DIACRITICS = "name.diacritics"
    NAME_TRUNCATED = "name.truncated"
    NAME_SPLIT = "name.split"
    NAME_ORDER = "name.order"
    NAME_INCOMPLETE = "name.incomplete"
    NAME_TYPO = "name.typo"
    NAME_DIFFERENT = "name.different"
    NAME_MISSING = "name.missing"
    DOB_MONTH_ONLY = "dob.month_only"
    DOB_YEAR_ONLY = "dob.year_only"
    DOB_DAY_MONTH_SWAPPED = "dob.day_month_swapped"
    DOB_TYPO = "dob.typo"
    DOB_DIFFERENT = "dob.different"
    DOB_MALFORMED = "dob.malformed"
    DOB_MISSING = "dob.missing"
    ID_LEADING_ZEROS = "id.leading_zeros"
    ID_OLD_CMND = "id.old_cmnd"
    ID_CHECKS_FAIL = "id.checks_fail"
    ID_TYPO = "id.typo"
    ID_DIFFERENT = "id.different"
    ID_MALFORMED = "id.malformed"
    ID_MISSING = "id.missing"
    ID_NOT_REGISTERED = "id.not_registered"
    PHONE_OLD_PREFIX = "phone.old_prefix"
    PHONE_SHARED = "phone.shared"
    PHONE_DIFFERENT = "phone.different"
    PHONE_MALFORMED = "phone.malformed"
    SEX_DIFFERENT = "sex.different"

    @property
    def field(self) -> IdentityField:
        """The field that it concerns.

        >>> IdentityCode.DOB_TYPO.field
        <IdentityField.DOB: 'dob'>
        """
        return IdentityField(self.partition(".")[0])

    def message(self, language: str = "en", argument: str = "") -> str:
        """What it means for the person or the clerk, a whole sentence in `language` (`en` or `vi`).

        >>> IdentityCode.SEX_DIFFERENT.message()
        'The sex is not the registered one: compare it with the identity card.'
        """
        return messages.sentence(f"identity.{self}", language, "", {"others": argument or "?"})


class MrzCode(StrEnum):
    """Why lines are no machine-readable zone that can be relied on."""

    LINES = "mrz.lines"
    """Not 2 lines of 44 or 36 characters, and not 3 of 30."""
    LETTERS = "mrz.letters"
    DOCUMENT = "mrz.document"
    """No passport and no identity card."""
    NAME = "mrz.name"
    BIRTH = "mrz.birth"
    CHECK_NUMBER = "mrz.check_number"
    CHECK_BIRTH = "mrz.check_birth"
    CHECK_EXPIRY = "mrz.check_expiry"
    CHECK_OPTIONAL = "mrz.check_optional"
    CHECK_WHOLE = "mrz.check_whole"

    def message(self, language: str = "en") -> str:
        """What is wrong, a whole sentence in `language` (`en` or `vi`)."""
        return messages.sentence(f"identity.{self}", language, "", {})
