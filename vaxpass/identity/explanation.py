"""Compare a person's declaration with the vaccination slip: what to correct, and in which of the two.

For the person or the clerk who has both. The population register is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from unicodedata import combining, normalize

from vaxpass import messages
from vaxpass.encoding.vietnamese import is_damaged, repaired
from vaxpass.identity.birth import (
    BirthDate,
    BirthMatch,
    compare_births,
    date_problem,
    parse_birth,
)
from vaxpass.identity.codes import IdentityCode, IdentityField
from vaxpass.identity.comparison import DATE_CODES, DEFECT_CODES, Declared
from vaxpass.identity.names import (
    NameLevel,
    compare_names,
    differs_in_spaces,
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
from vaxpass.identity.parts import without_note, without_title


class Place(StrEnum):
    """Where something has to be corrected.

    >>> Place.EITHER.message()[:36]
    'Compare both with the identity card:'
    """

    DECLARATION = "declaration"
    SLIP = "slip"
    EITHER = "either"
    """The two do not show which of them is wrong."""
    RECORD = "record"
    """The record of the facility that vaccinated"""
    EITHER_RECORD = "either_record"
    """Declaration or record: the two do not show which of them is wrong."""
    REGISTER = "register"
    """The entry in the population register"""

    def message(self, language: str = "en") -> str:
        """How to correct it there, a whole sentence in `language` (`en` or `vi`)."""
        return messages.sentence(f"identity.place.{self}", language, "", {})


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing to correct: what is wrong, and where.

    >>> Correction(IdentityCode.NAME_MISSING, Place.SLIP).field
    <IdentityField.NAME: 'name'>
    """

    code: IdentityCode
    place: Place
    argument: str = ""
    """For `phone.shared` the number of other people with the same phone; else empty"""

    @property
    def field(self) -> IdentityField:
        """The field that it concerns."""
        return self.code.field

    def message(self, language: str = "en") -> str:
        """What is wrong, a whole sentence in `language` (`en` or `vi`).

        >>> Correction(IdentityCode.SEX_DIFFERENT, Place.EITHER).message()
        'The sex differs: compare it with the identity card.'
        """
        if self.code in _OF_THE_REGISTER:
            return messages.sentence(f"identity.slip.{self.code}", language, "", {})
        return self.code.message(language, self.argument)


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """One field of declaration and slip, and whether the two agree.

    >>> explain(Declared("Lê Hoa"), Declared("LÊ HOA")).fields[0].agrees
    True
    """

    field: IdentityField
    declared: str
    """As written in the declaration"""
    slip: str
    """As written on the slip"""
    agrees: bool | None
    """None where the field can't be read in both"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Declaration and slip, field by field, and what to correct.

    >>> explain(Declared("Lê Hoa", "1990"), Declared("Lê Hoa", "1990")).corrections[0].code
    <IdentityCode.ID_MISSING: 'id.missing'>
    """

    fields: tuple[FieldAgreement, ...]
    """One for each field that both have, in the order of `IdentityField`"""
    corrections: tuple[Correction, ...]
    """In the order of the fields; empty where there is nothing to correct"""


_OF_THE_REGISTER: Final = frozenset((IdentityCode.PHONE_DIFFERENT, IdentityCode.SEX_DIFFERENT))
"""Codes whose usual sentence names the register; here they have another one"""
_NAMES: Final = {
    NameLevel.TONES: IdentityCode.NAME_DIACRITICS,
    NameLevel.LETTERS: IdentityCode.NAME_DIACRITICS,
    NameLevel.ORDER: IdentityCode.NAME_ORDER,
    NameLevel.INCOMPLETE: IdentityCode.NAME_INCOMPLETE,
    NameLevel.TYPO: IdentityCode.NAME_TYPO,
    NameLevel.DIFFERENT: IdentityCode.NAME_DIFFERENT,
}
_BIRTHS: Final = {
    BirthMatch.MONTH_ONLY: IdentityCode.DOB_MONTH_ONLY,
    BirthMatch.YEAR_ONLY: IdentityCode.DOB_YEAR_ONLY,
    BirthMatch.DAY_MONTH_SWAPPED: IdentityCode.DOB_DAY_MONTH_SWAPPED,
    BirthMatch.TYPO: IdentityCode.DOB_TYPO,
    BirthMatch.DIFFERENT: IdentityCode.DOB_DIFFERENT,
}
_NUMBERS: Final = {
    NumberMatch.TYPO: IdentityCode.ID_TYPO,
    NumberMatch.DIFFERENT: IdentityCode.ID_DIFFERENT,
}
_SIDES: Final = (Place.DECLARATION, Place.SLIP)
_UNKNOWN: Final = BirthDate()


_RECORDED: Final = {Place.SLIP: Place.RECORD, Place.EITHER: Place.EITHER_RECORD}


def explain(declared: Declared, slip: Declared, *, is_record: bool = False) -> Explanation:
    """Compare a declaration with the vaccination slip. Never raises, whatever they hold.

    With `is_record` the second statement is the record of the facility: there is no slip to correct.

    A correction is for one of the two where that one is empty, less complete, without marks, or wrong
    by itself; else it is for either. Phone and sex are compared only where both have them.

    >>> found = explain(
    ...     Declared("NGUYEN VAN AN", "05/06/1990", "012345678"),
    ...     Declared("Nguyễn Văn An", "06/05/1990", "001090000001"),
    ... )
    >>> for each in found.corrections:
    ...     print(each.code, each.place)
    name.diacritics declaration
    dob.day_month_swapped either
    id.old_cmnd declaration
    """
    sides = declared, slip
    name, of_names = _of_names(sides)
    births = tuple(parse_birth(side.date_of_birth) for side in sides)
    known = births[0] or _UNKNOWN, births[1] or _UNKNOWN
    birth = compare_births(*known)
    match = compare_numbers(declared.number, slip.number)
    phones = tuple(phone.number if (phone := read_phone(side.phone)) else "" for side in sides)
    sexes = tuple(parse_sex(side.sex) for side in sides)
    kinds = [number and number.kind for number in map(read_number, (declared.number, slip.number))]
    # A CCCD and a CMND can't be compared.
    comparable = None not in kinds and kinds[0] is kinds[1]
    corrections = [
        *of_names,
        *_of_births(sides, births, birth),
        *_of_numbers(sides, known, match, comparable=comparable),
        *_of_phones(sides),
    ]
    if None not in sexes and sexes[0] is not sexes[1]:
        corrections.append(Correction(IdentityCode.SEX_DIFFERENT, Place.EITHER))
    agreement: dict[IdentityField, bool | None] = {
        IdentityField.NAME: None if name is NameLevel.MISSING else name is NameLevel.EXACT,
        IdentityField.DOB: None if birth is BirthMatch.UNKNOWN else birth is BirthMatch.EQUAL,
        IdentityField.ID: match is NumberMatch.EQUAL if comparable else None,
        IdentityField.PHONE: phones[0] == phones[1] if all(phones) else None,
        IdentityField.SEX: None if None in sexes else sexes[0] is sexes[1],
    }
    return Explanation(
        tuple(
            FieldAgreement(field, _written(declared, field), _written(slip, field), agrees)
            for field, agrees in agreement.items()
        ),
        tuple(
            replace(each, place=_RECORDED.get(each.place, each.place)) if is_record else each
            for each in corrections
        ),
    )


def _written(side: Declared, field: IdentityField) -> str:
    return {
        IdentityField.NAME: side.name,
        IdentityField.DOB: side.date_of_birth,
        IdentityField.ID: side.number,
        IdentityField.PHONE: side.phone,
        IdentityField.SEX: side.sex,
    }[field]


def _smaller(one: int, other: int) -> Place:
    """The place with the smaller number; either where they are equal."""
    return Place.EITHER if one == other else _SIDES[one > other]


def _of_names(sides: tuple[Declared, Declared]) -> tuple[NameLevel, list[Correction]]:
    """How far the names agree, and what to correct. The level is exact only where nothing is."""
    names = [normalize("NFC", side.name) for side in sides]
    corrections = []
    for place, name in zip(_SIDES, names, strict=True):
        if not name_key(name):
            corrections.append(Correction(IdentityCode.NAME_MISSING, place))
        elif is_damaged(name):
            corrections.append(Correction(IdentityCode.NAME_ENCODING, place))
        elif without_note(name) != name:
            corrections.append(Correction(IdentityCode.NAME_SURPLUS, place))
    if not all(map(name_key, names)):
        return NameLevel.MISSING, corrections
    # What is wrong with each by itself is said; what else differs is looked for behind that.
    read = [(repaired(name) if is_damaged(name) else without_note(name)) for name in names]
    if read[0] is None or read[1] is None:
        same = name_key(names[0]) == name_key(names[1])
        return (NameLevel.EXACT if same else NameLevel.DIFFERENT), corrections
    one, other = _without_titles(read[0], read[1])
    level = compare_names(one, other)
    corrections += _of_level(one, other, level)
    if level is NameLevel.EXACT and compare_names(*_without_titles(*names)) is not NameLevel.EXACT:
        level = NameLevel.INCOMPLETE
    return level, corrections


def _without_titles(one: str, other: str) -> tuple[str, str]:
    """The names, without the titles where that brings them closer."""
    bare = without_title(one), without_title(other)
    closest = {level: place for place, level in enumerate(NameLevel)}
    if closest[compare_names(*bare)] < closest[compare_names(one, other)]:
        return bare
    return one, other


def _of_level(one: str, other: str, level: NameLevel) -> Iterator[Correction]:
    if level is NameLevel.EXACT:
        return
    place, code = Place.EITHER, _NAMES[level]
    if level is NameLevel.INCOMPLETE:
        place = _smaller(len(name_key(one)), len(name_key(other)))
    elif level is NameLevel.TYPO and differs_in_spaces(one, other):
        code = IdentityCode.NAME_SPLIT
    marks = _smaller(_marks(one), _marks(other))
    if code is IdentityCode.NAME_DIACRITICS:
        place = marks
    elif level is not NameLevel.DIFFERENT and marks_differ(one, other):
        yield Correction(IdentityCode.NAME_DIACRITICS, marks)
    yield Correction(code, place)


def _marks(name: str) -> int:
    letters = normalize("NFD", name_key(name))
    return sum(bool(combining(letter)) or letter == "đ" for letter in letters)


def _of_births(
    sides: tuple[Declared, Declared], births: tuple[BirthDate | None, ...], match: BirthMatch
) -> Iterator[Correction]:
    if match is BirthMatch.UNKNOWN:
        for place, side in zip(_SIDES, sides, strict=True):
            if problem := date_problem(side.date_of_birth):
                yield Correction(DATE_CODES[problem], place)
        return
    code = _BIRTHS.get(match)
    if code is None:
        return
    place = Place.EITHER
    if match in (BirthMatch.MONTH_ONLY, BirthMatch.YEAR_ONLY):
        place = _smaller(*(_stated(born or _UNKNOWN) for born in births))
    elif match in (BirthMatch.DAY_MONTH_SWAPPED, BirthMatch.TYPO):
        wrong = [born is None or not born.exists for born in births]
        place = _SIDES[wrong.index(True)] if any(wrong) else place
    yield Correction(code, place)


def _stated(born: BirthDate) -> int:
    return 0 if born.year_only else 1 + bool(born.day)


def _of_numbers(
    sides: tuple[Declared, Declared],
    births: tuple[BirthDate, BirthDate],
    match: NumberMatch,
    *,
    comparable: bool,
) -> Iterator[Correction]:
    for place, side, birth in zip(_SIDES, sides, births, strict=True):
        number = read_number(side.number)
        if number is None:
            code = DEFECT_CODES[number_defect(side.number) or NumberDefect.MALFORMED]
            if NumberMatch.LEADING_ZEROS in (match, compare_numbers(sides[1].number, sides[0].number)):
                code = IdentityCode.ID_LEADING_ZEROS
            yield Correction(code, place)
            continue
        if number.kind is NumberKind.CMND:
            yield Correction(IdentityCode.ID_OLD_CMND, place)
        elif check_number(number, birth, parse_sex(side.sex)):
            yield Correction(IdentityCode.ID_CHECKS_FAIL, place)
    if comparable and match in _NUMBERS:
        yield Correction(_NUMBERS[match], Place.EITHER)


def _of_phones(sides: tuple[Declared, Declared]) -> Iterator[Correction]:
    phones = []
    for place, side in zip(_SIDES, sides, strict=True):
        phone = read_phone(side.phone)
        if phone:
            phones.append(phone.number)
            if phone.old_prefix:
                yield Correction(IdentityCode.PHONE_OLD_PREFIX, place)
        elif side.phone.strip():
            yield Correction(IdentityCode.PHONE_MALFORMED, place)
        if side.phone_shared_by > 0:
            yield Correction(IdentityCode.PHONE_SHARED, place, str(side.phone_shared_by))
    if len(set(phones)) > 1:
        yield Correction(IdentityCode.PHONE_DIFFERENT, Place.EITHER)
