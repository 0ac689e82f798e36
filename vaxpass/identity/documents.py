"""Viet Nam's identity numbers: the citizen's of twelve digits (CCCD), the old one of nine (CMND)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from vaxpass.identity.birth import BirthDate
from vaxpass.identity.digits import digits
from vaxpass.identity.distance import edits
from vaxpass.identity.provinces import PROVINCES


class Sex(StrEnum):
    """As a passport has it."""

    MALE = "M"
    FEMALE = "F"


class NumberKind(StrEnum):
    """Which of the two numbers."""

    CCCD = "cccd"
    CMND = "cmnd"


class NumberProblem(StrEnum):
    """What a citizen's number contradicts."""

    PROVINCE = "province"
    """Its first three digits are those of no province and no country."""
    BIRTH_YEAR = "birth_year"
    SEX = "sex"


class NumberMatch(StrEnum):
    """How far a declared number agrees with the registered one."""

    EQUAL = "equal"
    LEADING_ZEROS = "leading_zeros"
    """Equal once the zeros are put back that a spreadsheet took from its start."""
    OLD = "old"
    """It is the person's old number, which the register knows."""
    OLD_UNMAPPED = "old_unmapped"
    """It is an old number, and the register knows none of this person: nothing can be said."""
    TYPO = "typo"
    """One digit differs, is missing or is too many, or two neighbours changed places."""
    DIFFERENT = "different"
    MALFORMED = "malformed"
    """It has neither nine nor twelve digits, and does not resemble the registered one."""
    MISSING = "missing"
    """None was declared."""
    NOT_REGISTERED = "not_registered"
    """The register has none to compare it with."""


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number of the right form. What it says about the person is None for an old number."""

    number: str
    kind: NumberKind

    @property
    def province(self) -> str | None:
        """Its first three digits: the province, or the country, where the birth was registered."""
        return self.number[:3] if self.kind is NumberKind.CCCD else None

    @property
    def birth_year(self) -> int | None:
        """The year of birth.

        >>> IdentityNumber("001301000001", NumberKind.CCCD).birth_year
        2001
        """
        if self.kind is NumberKind.CMND:
            return None
        return 1900 + int(self.number[3]) // 2 * 100 + int(self.number[4:6])

    @property
    def sex(self) -> Sex | None:
        """Male where the fourth digit is even."""
        if self.kind is NumberKind.CMND:
            return None
        return Sex.FEMALE if int(self.number[3]) % 2 else Sex.MALE


def read_number(text: str) -> IdentityNumber | None:
    """The number in a text, None where it has neither nine nor twelve digits.

    >>> read_number("001 090 000 001").kind
    <NumberKind.CCCD: 'cccd'>
    """
    found = digits(text)
    return None if found is None else _of_digits(found)


def _of_digits(found: str) -> IdentityNumber | None:
    if len(found) == 12:
        return IdentityNumber(found, NumberKind.CCCD)
    return IdentityNumber(found, NumberKind.CMND) if len(found) == 9 else None


def parse_sex(text: str) -> Sex | None:
    """The sex in a record: M, F, male, female, Nam, Nữ; None for anything else.

    >>> parse_sex("Nữ"), parse_sex("nam"), parse_sex("1")
    (<Sex.FEMALE: 'F'>, <Sex.MALE: 'M'>, None)
    """
    return _SEXES.get(normalize("NFC", text).strip().casefold())


_SEXES: Final = {
    "m": Sex.MALE,
    "male": Sex.MALE,
    "nam": Sex.MALE,
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "nữ": Sex.FEMALE,
    "nu": Sex.FEMALE,
}


def check_number(
    number: IdentityNumber, birth: BirthDate | None = None, sex: Sex | None = None
) -> tuple[NumberProblem, ...]:
    """What a citizen's number contradicts: itself, a date of birth, a sex. Empty for an old number.

    >>> check_number(read_number("001090000001"), BirthDate(1991), Sex.MALE)
    (<NumberProblem.BIRTH_YEAR: 'birth_year'>,)
    """
    if number.kind is NumberKind.CMND:
        return ()
    problems = []
    # Whoever was born abroad has the code of a country there, from 100 on.
    if number.number[:3] not in PROVINCES and number.number[0] == "0":
        problems.append(NumberProblem.PROVINCE)
    born = number.birth_year
    if (birth.year if birth and birth.year else born) != born or number.number[3] > "3":
        problems.append(NumberProblem.BIRTH_YEAR)
    if sex is not None and sex is not number.sex:
        problems.append(NumberProblem.SEX)
    return tuple(problems)


def compare_numbers(declared: str, registered: str, old: str = "") -> NumberMatch:
    """How far a declared number agrees with a registered one. Never raises.

    `old` is the person's old number, if it is known. It can't be computed from the new one: without it
    a declared old number can't be compared.

    >>> compare_numbers("1090000001", "001090000001")
    <NumberMatch.LEADING_ZEROS: 'leading_zeros'>
    >>> compare_numbers("012345678", "001090000001")
    <NumberMatch.OLD_UNMAPPED: 'old_unmapped'>
    """
    found = digits(declared)
    if found == "":
        return NumberMatch.MISSING
    kept, kept_old = digits(registered), digits(old)
    if not kept:
        return NumberMatch.NOT_REGISTERED
    if found is None:
        return NumberMatch.MALFORMED
    if found == kept:
        return NumberMatch.EQUAL if _of_digits(found) else NumberMatch.MALFORMED
    if kept_old and (found == kept_old or _same_but_for_zeros(found, kept_old)):
        return NumberMatch.OLD if _of_digits(kept_old) else NumberMatch.MALFORMED
    if _same_but_for_zeros(found, kept):
        return NumberMatch.LEADING_ZEROS
    if len(found) == 9 != len(kept):
        if not kept_old:
            return NumberMatch.OLD_UNMAPPED
        return NumberMatch.TYPO if edits(found, kept_old, 1) == 1 else NumberMatch.DIFFERENT
    if max(len(found), len(kept)) <= 13 and edits(found, kept, 1) == 1:
        return NumberMatch.TYPO
    return NumberMatch.DIFFERENT if _of_digits(found) else NumberMatch.MALFORMED


def _same_but_for_zeros(found: str, kept: str) -> bool:
    # 9 digits are an old number of their own, never a new one without its zeros.
    return len(found) in (8, 10, 11) and len(kept) in (9, 12) and found.zfill(len(kept)) == kept
