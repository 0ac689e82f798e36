"""Compare what a record says about a person with what the population register says, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaxpass.display import without_content
from vaxpass.identity.birth import BirthDate, BirthMatch, compare_births, parse_birth
from vaxpass.identity.codes import IdentityCode, IdentityField
from vaxpass.identity.names import NameLevel, compare_names
from vaxpass.identity.numbers import (
    NumberKind,
    NumberMatch,
    check_number,
    compare_numbers,
    parse_sex,
    read_number,
    read_phone,
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a record says about a person: texts as written, empty where it says nothing.

    >>> Declared("Nguyễn Văn An", "6/5/1990").number
    ''
    """

    __repr__ = without_content

    name: str
    """Full name"""
    date_of_birth: str = ""
    """In any form that `parse_birth` reads"""
    number: str = ""
    """Identity number, CCCD or CMND"""
    phone: str = ""
    sex: str = ""
    """In any form that `parse_sex` reads"""
    phone_shared_by: int = 0
    """Number of other people whose records have the same phone"""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the population register says about one person: texts, empty where it says nothing.

    >>> Registered("Nguyễn Văn An", "1990-05-06", "001090000001").old_number
    ''
    """

    __repr__ = without_content

    name: str
    """Full name"""
    date_of_birth: str = ""
    number: str = ""
    """The current identity number"""
    old_number: str = ""
    """The number of the old card (CMND), where the register has it"""
    phone: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class IdentityFinding:
    """One thing that disagrees or is wrong.

    `argument` never says anything about the registered person. For `phone.shared` it is the number of
    other people with the same phone; for `id.checks_fail` it names what the declared number contradicts
    (values of `NumberProblem`, separated by spaces); else it is empty.

    >>> IdentityFinding(IdentityCode.ID_TYPO).field
    <IdentityField.ID: 'id'>
    """

    code: IdentityCode
    argument: str = ""

    @property
    def field(self) -> IdentityField:
        """The field that it concerns."""
        return self.code.field

    def message(self, language: str = "en") -> str:
        """The finding as a whole sentence in `language` (`en` or `vi`).

        >>> IdentityFinding(IdentityCode.PHONE_SHARED, "3").message()
        'The phone number is also in records of other people (3): check whose it is.'
        """
        return self.code.message(language, self.argument)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a declaration agrees with a registered person.

    >>> compare(Declared("Lê Hoa", "1990"), Registered("Lê Hoa", "1990-05-06")).birth
    <BirthMatch.YEAR_ONLY: 'year_only'>
    """

    findings: tuple[IdentityFinding, ...]
    """In the order of `IdentityCode`"""
    name: NameLevel
    birth: BirthMatch
    number: NumberMatch
    equal: bool
    """Number, name and date of birth are the same once normalised. A passport needs this."""
    plausible: bool
    """Probably the same person: a hint for correcting records. True wherever `equal` is."""

    @property
    def codes(self) -> tuple[IdentityCode, ...]:
        """The codes of the findings."""
        return tuple(finding.code for finding in self.findings)


_NAME_CODES: Final = {
    NameLevel.TONES: IdentityCode.NAME_DIACRITICS,
    NameLevel.LETTERS: IdentityCode.NAME_DIACRITICS,
    NameLevel.ORDER: IdentityCode.NAME_ORDER,
    NameLevel.INCOMPLETE: IdentityCode.NAME_INCOMPLETE,
    NameLevel.TYPO: IdentityCode.NAME_TYPO,
    NameLevel.DIFFERENT: IdentityCode.NAME_DIFFERENT,
    NameLevel.MISSING: IdentityCode.NAME_MISSING,
}
_BIRTH_CODES: Final = {
    BirthMatch.MONTH_ONLY: IdentityCode.DOB_MONTH_ONLY,
    BirthMatch.YEAR_ONLY: IdentityCode.DOB_YEAR_ONLY,
    BirthMatch.DAY_MONTH_SWAPPED: IdentityCode.DOB_DAY_MONTH_SWAPPED,
    BirthMatch.TYPO: IdentityCode.DOB_TYPO,
    BirthMatch.DIFFERENT: IdentityCode.DOB_DIFFERENT,
    BirthMatch.UNKNOWN: IdentityCode.DOB_MISSING,
}
_NUMBER_CODES: Final = {
    NumberMatch.LEADING_ZEROS: IdentityCode.ID_LEADING_ZEROS,
    NumberMatch.OLD: IdentityCode.ID_OLD_CMND,
    NumberMatch.OLD_UNMAPPED: IdentityCode.ID_OLD_CMND,
    NumberMatch.TYPO: IdentityCode.ID_TYPO,
    NumberMatch.DIFFERENT: IdentityCode.ID_DIFFERENT,
    NumberMatch.MALFORMED: IdentityCode.ID_MALFORMED,
    NumberMatch.MISSING: IdentityCode.ID_MISSING,
    NumberMatch.NOT_REGISTERED: IdentityCode.ID_NOT_REGISTERED,
}
_SAME_LETTERS: Final = frozenset((NameLevel.EXACT, NameLevel.TONES, NameLevel.LETTERS))
_NO_NAME: Final = frozenset((NameLevel.DIFFERENT, NameLevel.MISSING))
_NO_BIRTH: Final = frozenset((BirthMatch.DIFFERENT, BirthMatch.UNKNOWN))
_SAME_NUMBER: Final = frozenset((NumberMatch.EQUAL, NumberMatch.LEADING_ZEROS, NumberMatch.OLD))
_ORDER: Final = {code: place for place, code in enumerate(IdentityCode)}
_UNKNOWN: Final = BirthDate()


def compare(declared: Declared, registered: Registered) -> Comparison:
    """Compare a declaration with a registered person. Never raises, whatever they hold.

    The two are plausible in three cases:

    - the number is the same, and neither the name nor the date of birth is different;
    - the number has a typo, and the letters of the name and the date of birth are the same;
    - the numbers can't be compared, and the letters of the name, the date of birth and the phone are
      the same.

    >>> found = compare(
    ...     Declared("NGUYEN VAN AN", "06/05/1990", "001090000001"),
    ...     Registered("Nguyễn Văn An", "1990-06-05", "001090000001"),
    ... )
    >>> [str(code) for code in found.codes], found.equal, found.plausible
    (['name.diacritics', 'dob.day_month_swapped'], False, True)
    """
    name = compare_names(declared.name, registered.name)
    born = parse_birth(declared.date_of_birth)
    other = born
    if declared.date_of_birth != registered.date_of_birth:
        other = parse_birth(registered.date_of_birth)
    birth = compare_births(born or _UNKNOWN, other or _UNKNOWN)
    number = compare_numbers(declared.number, registered.number, registered.old_number)
    findings = []
    if name is not NameLevel.EXACT:
        findings.append(IdentityFinding(_NAME_CODES[name]))
    if birth is not BirthMatch.EQUAL:
        malformed = birth is BirthMatch.UNKNOWN and _is_malformed(born)
        code = IdentityCode.DOB_MALFORMED if malformed else _BIRTH_CODES[birth]
        findings.append(IdentityFinding(code))
    findings += _of_number(declared, number, born)
    same_phone = _compare_phones(declared, registered, findings)
    if declared.sex != registered.sex:
        sex, other_sex = parse_sex(declared.sex), parse_sex(registered.sex)
        if sex and other_sex and sex is not other_sex:
            findings.append(IdentityFinding(IdentityCode.SEX_DIFFERENT))
    if len(findings) > 1:
        findings.sort(key=lambda finding: _ORDER[finding.code])
    return Comparison(
        tuple(findings),
        name,
        birth,
        number,
        name is NameLevel.EXACT and birth is BirthMatch.EQUAL and number is NumberMatch.EQUAL,
        _is_plausible(name, birth, number, same_phone),
    )


def _is_malformed(born: BirthDate | None) -> bool:
    return born is None or (born != _UNKNOWN and not born.exists)


def _of_number(declared: Declared, match: NumberMatch, born: BirthDate | None) -> list[IdentityFinding]:
    findings = []
    if match is not NumberMatch.EQUAL:
        findings.append(IdentityFinding(_NUMBER_CODES[match]))
    number = read_number(declared.number)
    if number is None:
        if match in (NumberMatch.TYPO, NumberMatch.NOT_REGISTERED) and declared.number.strip():
            findings.append(IdentityFinding(IdentityCode.ID_MALFORMED))
        return findings
    if number.kind is NumberKind.CMND:
        if match in (NumberMatch.TYPO, NumberMatch.DIFFERENT, NumberMatch.NOT_REGISTERED):
            findings.append(IdentityFinding(IdentityCode.ID_OLD_CMND))
        return findings
    if problems := check_number(number, born, parse_sex(declared.sex)):
        findings.append(IdentityFinding(IdentityCode.ID_CHECKS_FAIL, " ".join(problems)))
    return findings


def _compare_phones(
    declared: Declared, registered: Registered, findings: list[IdentityFinding]
) -> bool:
    if declared.phone_shared_by > 0:
        findings.append(IdentityFinding(IdentityCode.PHONE_SHARED, str(declared.phone_shared_by)))
    if not declared.phone.strip():
        return False
    phone = read_phone(declared.phone)
    if phone is None:
        findings.append(IdentityFinding(IdentityCode.PHONE_MALFORMED))
        return False
    if phone.old_prefix:
        findings.append(IdentityFinding(IdentityCode.PHONE_OLD_PREFIX))
    other = read_phone(registered.phone)
    if other is not None and other.number != phone.number:
        findings.append(IdentityFinding(IdentityCode.PHONE_DIFFERENT))
    return other is not None and other.number == phone.number


def _is_plausible(name: NameLevel, birth: BirthMatch, number: NumberMatch, same_phone: bool) -> bool:
    if name in _NO_NAME or birth in _NO_BIRTH or number is NumberMatch.DIFFERENT:
        return False
    if number in _SAME_NUMBER:
        return True
    sure = name in _SAME_LETTERS and birth is BirthMatch.EQUAL
    return sure and (number is NumberMatch.TYPO or same_phone)
