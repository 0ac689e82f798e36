"""The equality of `vaxpass.identity` as text, so that a table can be joined on it; empty for nothing.

Two statements agree on a level where their keys are the same and not empty. These functions are the
definition; a program that works on many rows may compute the same keys in its own way.


TODO-MERGED: One record and the persons whom it may mean -> what becomes of it, and what may be told about it."""

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

_WITHOUT_ZEROS: Final = (8, 10, 11)
_LENGTHS: Final = (9, 12)


class NameKeys(NamedTuple):
    """A name on two levels: names with the same `exact` are `NameLevel.EXACT`.

    Where `letters` or `plain` are the same, they are at least `NameLevel.LETTERS`.
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
    """A date of birth, complete or partial, as a certificate has it; empty where there is no such date.

    >>> birth_key("6/5/1990"), birth_key("1990-00-00"), birth_key("31/02/1990")
    ('1990-05-06', '1990', '')
    """
    born = parse_birth(text)
    return str(born) if born and born.exists else ""


def digits_key(text: str) -> str:
    """The digits of an identity number, of any length; empty where it is none.

    >>> digits_key("001 090 000 001"), digits_key("CMND")
    ('001090000001', '')
    """
    return digits(text) or ""


def phone_key(text: str) -> str:
    """A phone number in today's form; empty where it is none.

    >>> phone_key("+84 120 123 4567")
    '0701234567'
    """
    phone = read_phone(text)
    return phone.number if phone else ""


def lookups(declared: str) -> tuple[str, ...]:
    """The registered numbers that declared digits may mean: the same, or with the zeros put back.

    >>> lookups("001090000001"), lookups("1090000001"), lookups("12345678"), lookups("123")
    (('001090000001',), ('001090000001',), ('000012345678', '012345678'), ())
    """
    if len(declared) in _LENGTHS:
        return (declared,)
    if len(declared) not in _WITHOUT_ZEROS:
        return ()
    longest = declared.zfill(12)
    return (longest, declared.zfill(9)) if len(declared) == 8 else (longest,)


def numbers(registered: str, old: str) -> tuple[str, ...]:
    """The numbers by which a person is found, from the digits of the current and the old number.

    An old number counts only beside a current one: without that the register does not say whose it is.

    >>> numbers("001090000001", "012345678"), numbers("", "012345678")
    (('001090000001', '012345678'), ())
    """
    if not registered:
        return ()
    return tuple(dict.fromkeys(each for each in (registered, old) if len(each) in _LENGTHS))


Code: TypeAlias = IdentityCode | MatchCode


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a record.

    `codes` and `suggestion` are for the office that keeps the register: together they say how far the
    record is from a registered person. `told` is for everybody else.
    """

    status: MatchStatus
    codes: tuple[Code, ...] = ()
    """Everything that disagrees; empty for a matched record"""
    field: MatchField | None = None
    """The one that stands in the way; of several, the one to correct first"""
    told: tuple[Code, ...] = ()
    """What a facility may be told: what the case needs, and nothing else of the registered person"""
    suggestion: tuple[IdentityCode, ...] = ()
    """How the record differs from the one other person whom it probably means, where there is one"""
    suggested: int = 0
    """How many persons it may mean who do not have its number"""


MATCHED: Final = Decision(MatchStatus.MATCHED)
NUMBER_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.NUMBER_TWICE,), MatchField.ID, (MatchCode.NUMBER_TWICE,)
)
DOSE_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.DOSE_TWICE,), MatchField.DOSE, (MatchCode.DOSE_TWICE,)
)
"""What becomes of matched records that state the same dose of one person: no single record shows it."""

_FIELDS: Final = {
    IdentityField.ID: MatchField.ID,
    IdentityField.NAME: MatchField.NAME,
    IdentityField.DOB: MatchField.DOB,
}
# Of the registered person, and nothing that a match needs.
_NEVER_TOLD: Final = frozenset(
    (IdentityCode.PHONE_DIFFERENT, IdentityCode.SEX_DIFFERENT, IdentityCode.ID_NOT_REGISTERED)
)


def decide(
    declared: Declared, holders: Sequence[Registered], others: Iterable[Registered] = ()
) -> Decision:
    """What becomes of a record.

    `holders` are all persons of the register with its number: their current or old number is among
    the record's `lookups`. `others` are persons whom it might mean all the same; they are only ever
    suggested. The order of either makes no difference. Never raises, whatever they hold.

    >>> person = Registered("Nguyễn Văn An", "1990-06-05", "001090000001")
    >>> decide(Declared("NGUYỄN VĂN AN", "5/6/1990", "001090000001"), [person]).status
    <MatchStatus.MATCHED: 'MATCHED'>
    >>> found = decide(Declared("Nguyễn Văn An", "6/5/1990", "001090000001"), [person])
    >>> str(found.status), str(found.field), [str(code) for code in found.told]
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
        suggestion, suggested = ((), 0) if comparison.plausible else _suggest(declared, others)
        return Decision(
            MatchStatus.MISMATCH,
            comparison.codes,
            _field(comparison),
            _told(declared, comparison),
            suggestion,
            suggested,
        )
    return _without_holder(declared, others)


def _without_holder(declared: Declared, others: Iterable[Registered]) -> Decision:
    suggestion, suggested = _suggest(declared, others)
    alone = _of_declaration(declared)
    codes: tuple[Code, ...] = alone
    status = MatchStatus.NO_ID
    if read_number(declared.number):
        status = MatchStatus.NOT_FOUND
        codes = (MatchCode.NUMBER_UNKNOWN, *alone)
    # Of a person who is only suggested nothing is told but what to do about the number.
    hints = tuple(
        code
        for code in suggestion
        if code.field is IdentityField.ID and code not in alone and code not in _NEVER_TOLD
    )
    told = (*hints, *alone) if hints else codes
    return Decision(status, codes, MatchField.ID, told, suggestion, suggested)


def _suggest(declared: Declared, others: Iterable[Registered]) -> tuple[tuple[IdentityCode, ...], int]:
    probable = [found for other in others if (found := compare(declared, other)).plausible]
    return (probable[0].codes if len(probable) == 1 else ()), len(probable)


def _of_declaration(declared: Declared) -> tuple[IdentityCode, ...]:
    """What is wrong with a declaration, whoever is meant."""
    itself = Registered(declared.name, declared.date_of_birth)
    found = compare(declared, itself).codes
    return tuple(code for code in found if code is not IdentityCode.ID_NOT_REGISTERED)


def _field(comparison: Comparison) -> MatchField:
    # The number comes first: the current one must be there before anything else can match.
    fields = {code.field for code in comparison.codes if code is not IdentityCode.ID_CHECKS_FAIL}
    return next((_FIELDS[field] for field in _FIELDS if field in fields), MatchField.ID)


def _told(declared: Declared, comparison: Comparison) -> tuple[Code, ...]:
    if comparison.name is NameLevel.DIFFERENT:
        # Probably somebody else's number: nothing but that is said of a stranger.
        return (IdentityCode.NAME_DIFFERENT, *_of_declaration(declared))
    return tuple(code for code in comparison.codes if code not in _NEVER_TOLD)
