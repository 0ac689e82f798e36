"""Correct a record as a facility proposes, or say why a proposal is not followed.

A facility answers a cleaning list: for a column of a record it gives the right value. Such a proposal
is followed where it is clear which record is meant, the record still says what the list said, nobody
proposes another value, and the value can be read. Whether it is true can't be seen here: the record is
matched with the register again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from vaxpass import messages
from vaxpass.display import without_content
from vaxpass.identity import (
    Declared,
    IdentityCode,
    IdentityField,
    check_number,
    name_plain,
    parse_birth,
    parse_sex,
    read_number,
    read_phone,
)
from vaxpass.records.codes import IssueCode
from vaxpass.records.corrections import check_content, column_of
from vaxpass.records.match import decide
from vaxpass.records.record import FIELDS, Record
from vaxpass.records.vaccines import BUILT_IN, Vaccines

_KEY: Final = FIELDS[0]
_WITHDRAW: Final = frozenset(("withdraw", "rut"))
"""The words that withdraw a record, as `name_plain` gives them"""
_MOST_CHARACTERS: Final = 400


class ProposalCode(StrEnum):
    """Why a proposal is not followed, beside `IdentityCode` and `IssueCode`: what speaks against it.

    >>> ProposalCode("value.conflict")
    <ProposalCode.VALUE_CONFLICT: 'value.conflict'>
    """

    RECORD_UNKNOWN = "record.unknown"
    """No record has the identifier."""
    RECORD_SEVERAL = "record.several"
    """Records that say different things have the identifier."""
    RECORD_WITHDRAWN = "record.withdrawn"
    """Another proposal withdraws the record."""
    RECORD_WORD = "record.word"
    """The proposal is about the identifier, and has not the word that withdraws the record."""
    COLUMN_UNKNOWN = "column.unknown"
    """It is about no column of a record."""
    VALUE_CHANGED = "value.changed"
    """The record says something else than it did when the list was written."""
    VALUE_CONFLICT = "value.conflict"
    """Another proposal gives another value."""
    VALUE_TOO_LONG = "value.too_long"
    """The value has more than 400 characters."""
    SEX_UNREADABLE = "sex.unreadable"
    """The value is no sex."""

    def message(self, language: str = "en") -> str:
        """What the clerk should know, a whole sentence in `language` (`en` or `vi`).

        >>> ProposalCode.SEX_UNREADABLE.message()
        'Enter the sex as M or F, or as Nam or Nữ.'
        """
        return messages.sentence(f"correcting.{self}", language, "", {})


Reason: TypeAlias = ProposalCode | IssueCode | IdentityCode


class Proposal(NamedTuple):
    """A value for a column of a record, which is not empty.

    For the column `record_id` the word `withdraw` or `rút` withdraws the record.

    >>> Proposal("dose", "1", "2").value
    '2'
    """

    column: str
    written: str
    """What the record said when the list was written"""
    value: str

    def __repr__(self) -> str:
        return without_content(self)


class Change(NamedTuple):
    """A column that says something else than before. For a withdrawn record it is `record_id`.

    >>> Change("dose", "1", "2").after
    '2'
    """

    column: str
    before: str
    after: str
    """Empty where the record was withdrawn"""

    def __repr__(self) -> str:
        return without_content(self)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A record after its proposals.

    >>> Corrected(None, (), ((),)).followed
    1
    """

    record: Record | None
    """None where it was withdrawn, or is not known"""
    changes: tuple[Change, ...]
    """In the order of the columns"""
    refused: tuple[tuple[Reason, ...], ...]
    """For each proposal why it was not followed; empty where it was, or where nothing had to be done"""

    @property
    def followed(self) -> int:
        """The number of proposals that are not refused."""
        return sum(not reasons for reasons in self.refused)


def correct_record(
    found: Sequence[Record],
    proposals: Sequence[Proposal],
    today: date,
    vaccines: Vaccines = BUILT_IN,
) -> Corrected:
    """Follow the proposals for one identifier. Never raises.

    `found` are the different records that have the identifier. Their order and that of the proposals
    make no difference. `today` is the last possible day of birth and of vaccination. A proposal that
    agrees with the record already changes nothing, and so does withdrawing a record that is not there.

    >>> record = Record("1", date_of_birth="6/5/1990", dose="1")
    >>> done = correct_record([record], [Proposal("dose", "1", "2")], date(2026, 1, 1))
    >>> done.record.dose, done.changes[0].before, done.refused
    ('2', '1', ((),))
    >>> correct_record([record], [Proposal("date_of_birth", "", "1990")], date(2026, 1, 1)).refused
    ((<ProposalCode.VALUE_CHANGED: 'value.changed'>,),)
    """
    withdraws = [each.column == _KEY and _is_withdrawal(each.value) for each in proposals]
    if len(found) > 1:
        return Corrected(None, (), ((ProposalCode.RECORD_SEVERAL,),) * len(proposals))
    if not found:
        unknown = (ProposalCode.RECORD_UNKNOWN,)
        return Corrected(None, (), tuple(() if each else unknown for each in withdraws))
    (record,) = found
    if any(withdraws):
        withdrawn = (ProposalCode.RECORD_WITHDRAWN,)
        change = Change(_KEY, record.record_id, "")
        return Corrected(None, (change,), tuple(() if each else withdrawn for each in withdraws))
    reasons: dict[str, tuple[Reason, ...]] = {}
    corrected = record
    # The number comes last, as it has to fit the date of birth and the sex.
    for column in (*(each for each in FIELDS if each != "id_number"), "id_number"):
        own = [each for each in proposals if each.column == column]
        if own:
            judged = _judge(corrected, column, own, today, vaccines)
            if isinstance(judged, str):
                corrected = corrected._replace(**{column: judged})
            reasons[column] = () if isinstance(judged, str) else judged
    columns = zip(FIELDS, record.canonical, corrected.canonical, strict=True)
    changes = tuple(
        Change(column, getattr(record, column), getattr(corrected, column))
        for column, before, after in columns
        if before != after
    )
    refused = tuple(reasons.get(each.column, (ProposalCode.COLUMN_UNKNOWN,)) for each in proposals)
    # What agreed with the record already stays as it is written there.
    kept = record._replace(**{each.column: each.after for each in changes})
    return Corrected(kept, changes, refused)


def _judge(
    record: Record, column: str, proposals: Sequence[Proposal], today: date, vaccines: Vaccines
) -> str | tuple[Reason, ...]:
    """The value of the proposals for one column, or why they are not followed."""
    if column == _KEY:
        return (ProposalCode.RECORD_WORD,)
    values = {_form(column, each.value) for each in proposals}
    if len(values) > 1:
        return (ProposalCode.VALUE_CONFLICT,)
    value = min(each.value for each in proposals)  # they may be spelled in several ways
    present = _form(column, getattr(record, column))
    wrong = _unreadable(record._replace(**{column: value}), column, today, vaccines)
    if present in values:
        # Whoever enters again what can't be read must learn it now, and not from the next list.
        return tuple(code for code in wrong if code is not IdentityCode.ID_CHECKS_FAIL) or value
    if not any(_is_still(column, each.written, present) for each in proposals):
        return (ProposalCode.VALUE_CHANGED,)
    return wrong or value


def _is_still(column: str, written: str, present: str) -> bool:
    form = _form(column, written)
    # A spreadsheet may have taken the zeros in front of what was written.
    return form == present or (present.isdigit() and form.lstrip("0") == present.lstrip("0"))


def _unreadable(record: Record, column: str, today: date, vaccines: Vaccines) -> tuple[Reason, ...]:
    """What is wrong with the value of a column."""
    value = getattr(record, column)
    if len(value) > _MOST_CHARACTERS:
        return (ProposalCode.VALUE_TOO_LONG,)
    if column == "id_number":
        return _number(record)
    if column == "sex" and parse_sex(value) is None:
        return (ProposalCode.SEX_UNREADABLE,)
    if column == "phone" and read_phone(value) is None:
        return (IdentityCode.PHONE_MALFORMED,)
    if column == "date_of_birth" and (born := parse_birth(value)) and str(born) > f"{today}":
        return (IssueCode.DOB_AFTER_DOSE,)
    # By itself: that it does not fit another column may be the fault of that one.
    alone = Record(record.record_id)._replace(**{column: value})
    return tuple(code for code in check_content(alone, today, vaccines) if column_of(code) == column)


def _number(record: Record) -> tuple[IdentityCode, ...]:
    found = read_number(record.id_number)
    if found is None:
        declared = Declared("", "", record.id_number)
        codes = [code for code in decide(declared, ()).codes if isinstance(code, IdentityCode)]
        own = tuple(code for code in codes if code.field is IdentityField.ID)
        return own or (IdentityCode.ID_MALFORMED,)
    wrong = check_number(found, parse_birth(record.date_of_birth), parse_sex(record.sex))
    return (IdentityCode.ID_CHECKS_FAIL,) if wrong else ()


def _form(column: str, text: str) -> str:
    """A value in its canonical form."""
    return str(getattr(Record("")._replace(**{column: text}).canonical, column))


def _is_withdrawal(value: str) -> bool:
    return name_plain(value) in _WITHDRAW
