"""Matching a vaccination record with the population register.

`decide` compares one record with the registered persons whom it may mean and gives its status.

How persons are found among millions is the business of the program that calls it. The functions of keys
(`name_keys`, `birth_key`, `digits_key`, `phone_key`, `possible_numbers`, `registered_numbers`) give the
equality of `vaxpass.identity` as text, so that tables can be joined by it. An empty key equals nothing.
They are the definition: a program may compute the same keys in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from vaxpass.identity import (
    Comparison,
    Declared,
    IdentityCode,
    IdentityField,
    NameLevel,
    Registered,
    compare,
    name_key,
    name_letters,
    name_plain,
    parse_birth,
    read_number,
    read_phone,
)
from vaxpass.identity.numbers import digits
from vaxpass.records.codes import MatchCode, MatchField, MatchStatus

Code: TypeAlias = IdentityCode | MatchCode

_WITHOUT_ZEROS: Final = (8, 10, 11)
_LENGTHS: Final = (9, 12)


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of matching a record.

    `codes` and `suggestion` are for the office that keeps the register: they describe how a record
    differs from a registered person. `facility_codes` is for everybody else.

    >>> Decision(MatchStatus.MATCHED).codes
    ()
    """

    status: MatchStatus
    codes: tuple[Code, ...] = ()
    """Everything that differs; empty for a matched record"""
    field: MatchField | None = None
    """The field to correct, of several the first; None for a matched record"""
    facility_codes: tuple[Code, ...] = ()
    """What a facility may know: what the correction needs, and nothing else of the registered person"""
    suggestion: tuple[IdentityCode, ...] = ()
    """How the record differs from the one other person whom it probably means; empty without one"""
    candidate_count: int = 0
    """Number of persons without the record's number whom it may mean all the same"""


MATCHED: Final = Decision(MatchStatus.MATCHED)
NUMBER_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.NUMBER_TWICE,), MatchField.ID, (MatchCode.NUMBER_TWICE,)
)
DOSE_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.DOSE_TWICE,), MatchField.DOSE, (MatchCode.DOSE_TWICE,)
)
"""The result for matched records of one person and one dose: no single record shows it."""

_FIELDS: Final = {
    IdentityField.ID: MatchField.ID,
    IdentityField.NAME: MatchField.NAME,
    IdentityField.DOB: MatchField.DOB,
}
# About the registered person, and not needed for a match.
_NOT_FOR_FACILITIES: Final = frozenset(
    (IdentityCode.PHONE_DIFFERENT, IdentityCode.SEX_DIFFERENT, IdentityCode.ID_NOT_REGISTERED)
)


def decide(
    declared: Declared, holders: Sequence[Registered], others: Iterable[Registered] = ()
) -> Decision:
    """Match a record with the persons whom it may mean.

    `holders` are all registered persons with its number: their current or old number is among the
    record's `possible_numbers`. `others` are persons whom it may mean all the same; they can only be
    suggested. The order of persons makes no difference. Never raises.

    >>> person = Registered("Nguyễn Văn An", "1990-06-05", "001090000001")
    >>> decide(Declared("NGUYỄN VĂN AN", "5/6/1990", "001090000001"), [person]).status
    <MatchStatus.MATCHED: 'MATCHED'>
    >>> found = decide(Declared("Nguyễn Văn An", "6/5/1990", "001090000001"), [person])
    >>> str(found.status), str(found.field), [str(code) for code in found.facility_codes]
    ('MISMATCH', 'dob', ['dob.day_month_swapped'])
    >>> decide(Declared("Nguyễn Văn An", "1990-06-05", "001090000002"), [], [person]).suggestion
    (<IdentityCode.ID_TYPO: 'id.typo'>,)
    """
    if len(holders) > 1:
        return NUMBER_TWICE
    if holders:
        comparison = compare(declared, holders[0])
        if comparison.equal:
            return MATCHED
        suggestion, candidates = ((), 0) if comparison.plausible else _suggest(declared, others)
        return Decision(
            MatchStatus.MISMATCH,
            comparison.codes,
            _field(comparison),
            _for_facility(declared, comparison),
            suggestion,
            candidates,
        )
    return _without_holder(declared, others)


def _without_holder(declared: Declared, others: Iterable[Registered]) -> Decision:
    suggestion, candidates = _suggest(declared, others)
    alone = _of_declaration(declared)
    codes: tuple[Code, ...] = alone
    status = MatchStatus.NO_ID
    if read_number(declared.number):
        status = MatchStatus.NOT_FOUND
        codes = (MatchCode.NUMBER_UNKNOWN, *alone)
    # About a person who is only suggested, a facility learns nothing but what to do about the number.
    hints = tuple(
        code
        for code in suggestion
        if code.field is IdentityField.ID and code not in alone and code not in _NOT_FOR_FACILITIES
    )
    facility_codes = (*hints, *alone) if hints else codes
    return Decision(status, codes, MatchField.ID, facility_codes, suggestion, candidates)


def _suggest(declared: Declared, others: Iterable[Registered]) -> tuple[tuple[IdentityCode, ...], int]:
    probable = [found for other in others if (found := compare(declared, other)).plausible]
    return (probable[0].codes if len(probable) == 1 else ()), len(probable)


def _of_declaration(declared: Declared) -> tuple[IdentityCode, ...]:
    """What is wrong with a declaration by itself, whatever the register says."""
    itself = Registered(declared.name, declared.date_of_birth)
    found = compare(declared, itself).codes
    return tuple(code for code in found if code is not IdentityCode.ID_NOT_REGISTERED)


def _field(comparison: Comparison) -> MatchField:
    # The number comes first: the current one must be there before anything else can match.
    fields = {code.field for code in comparison.codes if code is not IdentityCode.ID_CHECKS_FAIL}
    return next((_FIELDS[field] for field in _FIELDS if field in fields), MatchField.ID)


def _for_facility(declared: Declared, comparison: Comparison) -> tuple[Code, ...]:
    if comparison.name is NameLevel.DIFFERENT:
        # Probably another person's number: a facility learns nothing else about that person.
        return (IdentityCode.NAME_DIFFERENT, *_of_declaration(declared))
    return tuple(code for code in comparison.codes if code not in _NOT_FOR_FACILITIES)


class NameKeys(NamedTuple):
    """The keys of a name, all empty where it has no letter.

    Names with the same `exact` are `NameLevel.EXACT`; where `letters` or `plain` are the same, they are
    at least `NameLevel.LETTERS`.
    """

    exact: str
    letters: str
    plain: str


def name_keys(name: str) -> NameKeys:
    """The keys of a full name, all empty where there is no letter in it.

    >>> name_keys("Nguyễn  Bảo Duy")
    NameKeys(exact='nguyễn bảo duy', letters='NGUYEN<BAO<DUY', plain='nguyen bao duy')
    """
    exact = name_key(name)
    if not exact:
        return NameKeys("", "", "")
    return NameKeys(exact, name_letters(name), name_plain(name))


def birth_key(text: str) -> str:
    """A date of birth as a certificate has it (YYYY-MM-DD, YYYY-MM, YYYY); empty where there is none.

    >>> birth_key("6/5/1990"), birth_key("1990-00-00"), birth_key("31/02/1990")
    ('1990-05-06', '1990', '')
    """
    born = parse_birth(text)
    return str(born) if born and born.exists else ""


def digits_key(text: str) -> str:
    """The digits of an identity number, of any length; empty where the text is no number.

    >>> digits_key("001 090 000 001"), digits_key("CMND")
    ('001090000001', '')
    """
    return digits(text) or ""


def phone_key(text: str) -> str:
    """A phone number in today's form; empty where the text is no phone number.

    >>> phone_key("+84 120 123 4567")
    '0701234567'
    """
    phone = read_phone(text)
    return phone.number if phone else ""


def possible_numbers(declared: str) -> tuple[str, ...]:
    """The registered numbers that declared digits may mean: the same, or with lost zeros in front.

    >>> possible_numbers("001090000001"), possible_numbers("1090000001")
    (('001090000001',), ('001090000001',))
    >>> possible_numbers("12345678"), possible_numbers("123")
    (('000012345678', '012345678'), ())
    """
    if len(declared) in _LENGTHS:
        return (declared,)
    if len(declared) not in _WITHOUT_ZEROS:
        return ()
    longest = declared.zfill(12)
    return (longest, declared.zfill(9)) if len(declared) == 8 else (longest,)


def registered_numbers(current: str, old: str) -> tuple[str, ...]:
    """The numbers by which a registered person is found, from the digits of current and old number.

    An old number counts only beside a current one.

    >>> registered_numbers("001090000001", "012345678"), registered_numbers("", "012345678")
    (('001090000001', '012345678'), ())
    """
    if not current:
        return ()
    return tuple(dict.fromkeys(each for each in (current, old) if len(each) in _LENGTHS))
