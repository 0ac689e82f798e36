"""Compare what a record says about a person with what the population register says, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from vaxpass.display import without_content
from vaxpass.encoding.vietnamese import is_damaged, repaired
from vaxpass.identity.birth import (
    BirthDate,
    BirthMatch,
    DateProblem,
    compare_births,
    date_problem,
    parse_birth,
)
from vaxpass.identity.codes import IdentityCode, IdentityField
from vaxpass.identity.names import (
    NameLevel,
    compare_names,
    differs_in_spaces,
    has_surplus,
    marks_differ,
    name_key,
)
from vaxpass.identity.numbers import (
    NumberDefect,
    NumberKind,
    NumberMatch,
    check_number,
    compare_numbers,
    number_defect,
    parse_sex,
    read_number,
    read_phone,
)
from vaxpass.identity.parts import title_without_marks, without_note, without_title


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
}
DATE_CODES: Final = {
    DateProblem.BLANK: IdentityCode.DOB_MISSING,
    DateProblem.SPREADSHEET_NUMBER: IdentityCode.DOB_SPREADSHEET_NUMBER,
    DateProblem.TWO_DIGIT_YEAR: IdentityCode.DOB_TWO_DIGIT_YEAR,
    DateProblem.MALFORMED: IdentityCode.DOB_MALFORMED,
}
DEFECT_CODES: Final = {
    NumberDefect.BLANK: IdentityCode.ID_MISSING,
    NumberDefect.SPREADSHEET_NUMBER: IdentityCode.ID_SPREADSHEET_NUMBER,
    NumberDefect.LETTERS: IdentityCode.ID_LETTERS,
    NumberDefect.MALFORMED: IdentityCode.ID_MALFORMED,
}
NOT_REGISTERED: Final = frozenset(
    (IdentityCode.NAME_NOT_REGISTERED, IdentityCode.DOB_NOT_REGISTERED, IdentityCode.ID_NOT_REGISTERED)
)
"""What the register lacks: nothing is wrong with the declaration"""
_NUMBER_CODES: Final = {
    NumberMatch.LEADING_ZEROS: IdentityCode.ID_LEADING_ZEROS,
    NumberMatch.OLD: IdentityCode.ID_OLD_CMND,
    NumberMatch.OLD_UNMAPPED: IdentityCode.ID_OLD_CMND,
    NumberMatch.TYPO: IdentityCode.ID_TYPO,
    NumberMatch.DIFFERENT: IdentityCode.ID_DIFFERENT,
    NumberMatch.MISSING: IdentityCode.ID_MISSING,
    NumberMatch.NOT_REGISTERED: IdentityCode.ID_NOT_REGISTERED,
}
_SAME_LETTERS: Final = frozenset((NameLevel.EXACT, NameLevel.TONES, NameLevel.LETTERS))
_CLOSEST: Final = {level: place for place, level in enumerate(NameLevel)}
_NO_NAME: Final = frozenset((NameLevel.DIFFERENT, NameLevel.MISSING))
_NO_BIRTH: Final = frozenset((BirthMatch.DIFFERENT, BirthMatch.UNKNOWN))
_SAME_NUMBER: Final = frozenset((NumberMatch.EQUAL, NumberMatch.LEADING_ZEROS, NumberMatch.OLD))
_ORDER: Final = {code: place for place, code in enumerate(IdentityCode)}
_UNKNOWN: Final = BirthDate()


def compare(declared: Declared, registered: Registered) -> Comparison:
    """Compare a declaration with a registered person. Never raises, whatever they hold.

    A title before the declared name is no part of it (`without_title`). A name whose letters a file has
    damaged is compared as it was before that, but never equal.

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
    name, name_codes = compare_declared_name(declared.name, registered.name)
    born = parse_birth(declared.date_of_birth)
    other = born
    if declared.date_of_birth != registered.date_of_birth:
        other = parse_birth(registered.date_of_birth)
    birth = compare_births(born or _UNKNOWN, other or _UNKNOWN)
    number = compare_numbers(declared.number, registered.number, registered.old_number)
    findings = [IdentityFinding(code) for code in name_codes]
    if birth is BirthMatch.UNKNOWN:
        if problem := date_problem(declared.date_of_birth):
            findings.append(IdentityFinding(DATE_CODES[problem]))
        if date_problem(registered.date_of_birth):
            findings.append(IdentityFinding(IdentityCode.DOB_NOT_REGISTERED))
    elif birth is not BirthMatch.EQUAL:
        findings.append(IdentityFinding(_BIRTH_CODES[birth]))
    findings += _of_number(declared, number, born)
    same_phone = _compare_phones(declared, registered, findings)
    if declared.sex != registered.sex:
        sex, other_sex = parse_sex(declared.sex), parse_sex(registered.sex)
        if sex and other_sex and sex is not other_sex:
            findings.append(IdentityFinding(IdentityCode.SEX_DIFFERENT))
    # The names as written: persons with another number are only found by the keys of a name.
    alike = (
        birth is BirthMatch.EQUAL
        and (number is NumberMatch.TYPO or same_phone)
        and compare_names(declared.name, registered.name) in _SAME_LETTERS
    )
    if len(findings) > 1:
        findings.sort(key=lambda finding: _ORDER[finding.code])
    return Comparison(
        tuple(findings),
        name,
        birth,
        number,
        name is NameLevel.EXACT and birth is BirthMatch.EQUAL and number is NumberMatch.EQUAL,
        _is_plausible(name, birth, number, alike=alike),
    )


def compare_declared_name(declared: str, registered: str) -> tuple[NameLevel, tuple[IdentityCode, ...]]:
    """How far a declared name agrees with another one, and what is to be corrected in it.

    Unlike `compare_names` it knows which of the two may be wrong. The level is exact only where the
    names are, or are but for a title before the declared one.

    >>> level, codes = compare_declared_name("Nguyễn Văn An (con bà Lan)", "Nguyễn Văn An")
    >>> str(level), *map(str, codes)
    ('incomplete', 'name.surplus')
    >>> str(compare_declared_name("Ông Nguyễn Văn An", "Nguyễn Văn An")[0])
    'exact'
    """
    level = compare_names(declared, registered)
    if level is NameLevel.EXACT:
        return level, ()
    if level is NameLevel.MISSING:
        lacking = [IdentityCode.NAME_MISSING] if not name_key(declared) else []
        if not name_key(registered):
            lacking.append(IdentityCode.NAME_NOT_REGISTERED)
        return level, tuple(lacking)
    composed = normalize("NFC", declared)
    if is_damaged(composed):
        return _compare_damaged(composed, registered)
    level, meant = _without_addition(declared, registered, level)
    codes = list(_codes_of_level(level, meant, registered))
    if without_note(declared) != declared and without_note(meant) == meant:
        codes.insert(0, IdentityCode.NAME_SURPLUS)
        if level in _SAME_LETTERS:
            level = NameLevel.INCOMPLETE
    return level, tuple(dict.fromkeys(codes))


def _compare_damaged(declared: str, registered: str) -> tuple[NameLevel, tuple[IdentityCode, ...]]:
    before = repaired(declared)
    if before is None or is_damaged(before):
        return NameLevel.DIFFERENT, (IdentityCode.NAME_ENCODING,)
    level, codes = compare_declared_name(before, registered)
    if level in _SAME_LETTERS:
        # The person did not err, and a reading that was guessed is no ground to issue.
        return NameLevel.LETTERS, (IdentityCode.NAME_ENCODING,)
    return level, (IdentityCode.NAME_ENCODING, *codes)


def _without_addition(declared: str, registered: str, level: NameLevel) -> tuple[NameLevel, str]:
    """The closest level of a name without a title or a note in brackets, and the name so compared."""
    found = level, declared
    for other in (
        without_title(declared),
        title_without_marks(declared),
        without_title(without_note(declared)),
    ):
        if other not in (declared, found[1]):
            closer = compare_names(other, registered)
            if _CLOSEST[closer] < _CLOSEST[found[0]]:
                found = closer, other
    return found


def _codes_of_level(level: NameLevel, declared: str, registered: str) -> Iterator[IdentityCode]:
    if level is NameLevel.INCOMPLETE and has_surplus(declared, registered):
        yield IdentityCode.NAME_SURPLUS
    elif level is NameLevel.TYPO and differs_in_spaces(declared, registered):
        yield IdentityCode.NAME_SPLIT
    elif level is not NameLevel.EXACT:
        yield _NAME_CODES[level]
    partly = level in (NameLevel.ORDER, NameLevel.INCOMPLETE, NameLevel.TYPO)
    if partly and marks_differ(declared, registered):
        yield IdentityCode.NAME_DIACRITICS


def _of_number(declared: Declared, match: NumberMatch, born: BirthDate | None) -> list[IdentityFinding]:
    findings = []
    if match in _NUMBER_CODES:
        findings.append(IdentityFinding(_NUMBER_CODES[match]))
    number = read_number(declared.number)
    if number is None:
        defect = number_defect(declared.number)
        if match in (NumberMatch.TYPO, NumberMatch.NOT_REGISTERED, NumberMatch.MALFORMED) and (
            defect and defect is not NumberDefect.BLANK
        ):
            findings.append(IdentityFinding(DEFECT_CODES[defect]))
        return findings
    if match is NumberMatch.MALFORMED:
        findings.append(IdentityFinding(IdentityCode.ID_MALFORMED))
    if number.kind is NumberKind.CMND:
        if match in (NumberMatch.TYPO, NumberMatch.DIFFERENT, NumberMatch.NOT_REGISTERED):
            findings.append(IdentityFinding(IdentityCode.ID_OLD_CMND))
        return findings
    # A date that never was contradicts nothing.
    known = born if born and born.exists else None
    if problems := check_number(number, known, parse_sex(declared.sex)):
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


def _is_plausible(name: NameLevel, birth: BirthMatch, number: NumberMatch, *, alike: bool) -> bool:
    if name in _NO_NAME or birth in _NO_BIRTH or number is NumberMatch.DIFFERENT:
        return False
    return number in _SAME_NUMBER or alike
