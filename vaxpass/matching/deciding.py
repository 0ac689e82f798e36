"""One record and the persons whom it may mean -> what becomes of it, and what may be told about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from vaxpass.identity import (
    Comparison,
    Declared,
    IdentityCode,
    IdentityField,
    NameLevel,
    Registered,
    compare,
    read_number,
)
from vaxpass.matching.codes import MatchCode, MatchField, MatchStatus

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
