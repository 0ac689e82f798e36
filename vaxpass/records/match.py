"""Match a vaccination record with the population register.

`decide` compares one record with its candidates, the registered persons who may be meant, and gives its
status.

The caller finds the candidates. For that the functions of keys (`name_keys`, `birth_key`, `digits_key`,
`phone_key`, `possible_numbers`, `registered_numbers`) express equality in `vaxpass.identity` as equal
texts, so that tables can be joined by them. An empty key equals nothing. These functions define the
keys; a program may compute the same keys in another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias
from unicodedata import normalize

from vaxpass.encoding.vietnamese import is_damaged, repaired
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
    without_title,
)
from vaxpass.identity.comparison import NOT_REGISTERED
from vaxpass.identity.names import knows_name
from vaxpass.identity.numbers import digits
from vaxpass.identity.parts import lacks_marks, without_note
from vaxpass.records.codes import MatchCode, MatchField, MatchStatus

Code: TypeAlias = IdentityCode | MatchCode
"""What differs between a record and the register"""

_WITHOUT_ZEROS: Final = (8, 10, 11)
_LENGTHS: Final = (9, 12)


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of matching a record.

    `codes` and `suggestion` say how a record differs from a registered person: they are only for the
    office that keeps the register. `facility_codes` may be given to facilities.

    >>> Decision(MatchStatus.MATCHED).codes
    ()
    """

    status: MatchStatus
    codes: tuple[Code, ...] = ()
    """Everything that differs; empty for a matched record"""
    field: MatchField | None = None
    """The first field to correct; None for a matched record"""
    facility_codes: tuple[Code, ...] = ()
    """What the facility needs for the correction, and nothing else about the registered person"""
    suggestion: tuple[IdentityCode, ...] = ()
    """How the record differs from the only plausible person with another number; else empty"""
    candidate_count: int = 0
    """Number of plausible persons with another number"""


MATCHED: Final = Decision(MatchStatus.MATCHED)
"""The result for a record whose number, name and date of birth are those of one person"""
NUMBER_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.NUMBER_TWICE,), MatchField.ID, (MatchCode.NUMBER_TWICE,)
)
"""The result for a record whose number several persons have"""
DOSE_TWICE: Final = Decision(
    MatchStatus.AMBIGUOUS, (MatchCode.DOSE_TWICE,), MatchField.DOSE, (MatchCode.DOSE_TWICE,)
)
"""The result for matched records that state the same dose of one person; `decide` can't see that"""

_FIELDS: Final = {
    IdentityField.ID: MatchField.ID,
    IdentityField.NAME: MatchField.NAME,
    IdentityField.DOB: MatchField.DOB,
}
# They say something about the registered person that a facility does not need for its correction.
_NOT_FOR_FACILITIES: Final = frozenset(
    (IdentityCode.PHONE_DIFFERENT, IdentityCode.SEX_DIFFERENT, IdentityCode.ID_NOT_REGISTERED)
)


_OF_A_STRANGER: Final = frozenset(
    (
        IdentityCode.NAME_INCOMPLETE,
        IdentityCode.NAME_SURPLUS,
        IdentityCode.NAME_DIFFERENT,
        IdentityCode.NAME_ENCODING,
        IdentityCode.NAME_MISSING,
        IdentityCode.NAME_NOT_REGISTERED,
    )
)
"""All that is told of the holder of a number whom the name does not show to be meant"""


def decide(
    declared: Declared, holders: Sequence[Registered], others: Iterable[Registered] = ()
) -> Decision:
    """Match a record with its candidates. Never raises.

    `holders` are all registered persons with its number: their current or old number is among the
    record's `possible_numbers`. `others` are candidates with another number; they can only lead to a
    suggestion. The order of persons makes no difference.

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
            _for_facility(declared, holders[0], comparison),
            suggestion,
            candidates,
        )
    return _without_holder(declared, others)


def _without_holder(declared: Declared, others: Iterable[Registered]) -> Decision:
    suggestion, candidates = _suggest(declared, others)
    own = _of_declaration(declared)
    if lacks_marks(declared.name):
        # No register is needed to see it: the next round would only say so then.
        own = tuple(code for code in IdentityCode if code in {*own, IdentityCode.NAME_DIACRITICS})
    codes: tuple[Code, ...] = own
    status = MatchStatus.NO_ID
    if read_number(declared.number):
        status = MatchStatus.NOT_FOUND
        codes = (MatchCode.NUMBER_UNKNOWN, *own)
    # A suggested person may be another one: the facility only learns what to do about the number.
    hints = tuple(
        code
        for code in suggestion
        if code.field is IdentityField.ID and code not in own and code not in _NOT_FOR_FACILITIES
    )
    facility_codes = codes
    if hints:
        facility_codes = tuple(code for code in IdentityCode if code in {*hints, *own})
    return Decision(status, codes, MatchField.ID, facility_codes, suggestion, candidates)


def _suggest(declared: Declared, others: Iterable[Registered]) -> tuple[tuple[IdentityCode, ...], int]:
    probable = [found for other in others if (found := compare(declared, other)).plausible]
    return (probable[0].codes if len(probable) == 1 else ()), len(probable)


def _of_declaration(declared: Declared) -> tuple[IdentityCode, ...]:
    """What is wrong with a declaration by itself, whichever person is meant."""
    itself = Registered(declared.name, declared.date_of_birth)
    found = {*compare(declared, itself).codes} - NOT_REGISTERED
    if is_damaged(normalize("NFC", declared.name)):
        found.add(IdentityCode.NAME_ENCODING)
    return tuple(code for code in IdentityCode if code in found)


def _field(comparison: Comparison) -> MatchField:
    # The number comes first: without the current one nothing else can match.
    fields = {code.field for code in comparison.codes if code is not IdentityCode.ID_CHECKS_FAIL}
    return next((_FIELDS[field] for field in _FIELDS if field in fields), MatchField.ID)


def _for_facility(declared: Declared, holder: Registered, comparison: Comparison) -> tuple[Code, ...]:
    if not _is_named(declared, holder, comparison):
        # Probably another person's number: the facility must learn nothing else about that person.
        named = (code for code in comparison.codes if code in _OF_A_STRANGER)
        return tuple(dict.fromkeys((*named, *_of_declaration(declared))))
    return tuple(code for code in comparison.codes if code not in _NOT_FOR_FACILITIES)


def _is_named(declared: Declared, holder: Registered, comparison: Comparison) -> bool:
    """Whether the declaration names the holder so well that its other fields may be compared aloud.

    Who can hand in records must not learn a date of birth by a number alone, nor with a name that many
    people have: Nguyễn.
    """
    if comparison.name in (NameLevel.DIFFERENT, NameLevel.MISSING):
        return False
    if comparison.name is not NameLevel.INCOMPLETE:
        return True
    name = repaired(declared.name) or declared.name
    return knows_name(without_title(without_note(name)), holder.name)


class NameKeys(NamedTuple):
    """The keys of a name, all empty where it has no letter.

    >>> name_keys("Lê Hoà").plain
    'le hoa'
    """

    exact: str
    """Names with the same key are `NameLevel.EXACT`."""
    letters: str
    """Names with the same key are `NameLevel.LETTERS` or closer."""
    plain: str
    """Likewise"""


def name_keys(name: str) -> NameKeys:
    """The keys of a full name, all empty where it has no letter. Never raises.

    >>> name_keys("Nguyễn  Bảo Duy")
    NameKeys(exact='nguyễn bảo duy', letters='NGUYEN<BAO<DUY', plain='nguyen bao duy')
    """
    exact = name_key(name)
    if not exact:
        return NameKeys("", "", "")
    return NameKeys(exact, name_letters(name), name_plain(name))


def birth_key(text: str) -> str:
    """The key of a date of birth: YYYY-MM-DD, YYYY-MM or YYYY; empty where it is not a date.

    >>> birth_key("6/5/1990"), birth_key("1990-00-00"), birth_key("31/02/1990")
    ('1990-05-06', '1990', '')
    """
    born = parse_birth(text)
    return str(born) if born and born.exists else ""


def digits_key(text: str) -> str:
    """The key of an identity number: its digits, of any length; empty where the text is no number.

    >>> digits_key("001 090 000 001"), digits_key("CMND")
    ('001090000001', '')
    """
    return digits(text) or ""


def phone_key(text: str) -> str:
    """The key of a phone number: its digits in today's form; empty where the text is no phone number.

    >>> phone_key("+84 120 123 4567")
    '0701234567'
    """
    phone = read_phone(text)
    return phone.number if phone else ""


def possible_numbers(declared: str) -> tuple[str, ...]:
    """The registered numbers that declared digits may mean: the same, or with zeros added in front.

    `declared` is a `digits_key`. Spreadsheets remove zeros from the start of numbers.

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
    """The numbers by which a registered person is found, from the keys of current and old number.

    An old number counts only where there is a current one.

    >>> registered_numbers("001090000001", "012345678"), registered_numbers("", "012345678")
    (('001090000001', '012345678'), ())
    """
    if not current:
        return ()
    return tuple(dict.fromkeys(each for each in (current, old) if len(each) in _LENGTHS))
