"""The workbooks of the review queue: written for the office, and read with its decisions.

A workbook has a row for each record of a group: where it was vaccinated, the identifier of the person,
what the record and the register say, and an empty column for the decision. Heads are in the language of
the run that wrote it, and read in any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass import messages
from vaxpass.messages import LANGUAGES
from vaxpass.records import canonical_text
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import workbooks
from vaxpass_cli.records.review.queue import QueueRow

SUFFIX: Final = ".xlsx"
_WIDTHS: Final = {
    **dict.fromkeys(("full_name", "registered_name"), 28),
    **dict.fromkeys(("date_of_birth", "registered_date_of_birth"), 14),
    "facility": 24,
    "decision": 14,
}


class BookRow(NamedTuple):
    """A row of a workbook: what is compared stands side by side."""

    record_id: str
    province: str
    facility: str
    person_id: str
    full_name: str
    registered_name: str
    date_of_birth: str
    registered_date_of_birth: str
    id_number: str
    registered_number: str
    registered_old_number: str
    decision: str = ""

    @classmethod
    def of(cls, row: QueueRow) -> BookRow:
        """The row of a record, without a decision."""
        texts = (canonical_text(getattr(row, column)) for column in cls._fields[:-1])
        return cls(*texts)


class Decided(NamedTuple):
    """A row that came back."""

    line: int
    row: BookRow
    """Without its decision"""
    confirmed: bool | None
    """None where the decision is no word that is known"""


def write(path: Path, rows: Iterable[QueueRow], language: str) -> None:
    """Write a workbook. Raises `UsageError` where it has no room for all."""
    heads = _heads(language)
    widths = {heads[column]: width for column, width in _WIDTHS.items()}
    sheet = messages.text("review.sheet", language)
    with workbooks.Workbook(path, sheet, list(heads.values()), widths) as book:
        for row in rows:
            book.row(BookRow.of(row))


def read(path: Path) -> Iterator[Decided]:
    """The rows of a workbook. Raises `UsageError` where it can't be read, or is none of these."""
    for sheet in workbooks.sheets(path):
        rows = iter(sheet.rows)
        places = _places(next(rows, workbooks.SheetRow(0, [])).cells)
        if places is None:
            continue
        for line, cells in rows:
            row = BookRow(*(canonical_text(cells[place]) for place in places))
            if any(row[:-1]):
                yield Decided(line, row._replace(decision=""), _decision(row.decision))
        return
    raise UsageError("error.review.not_book", path=path)


def _heads(language: str) -> dict[str, str]:
    return {column: messages.text(f"review.column.{column}", language) for column in BookRow._fields}


def _places(cells: Sequence[str]) -> list[int] | None:
    """Where each column stands; None where one is missing."""
    found = [canonical_text(cell).casefold() for cell in cells]
    for language in LANGUAGES:
        heads = [canonical_text(head).casefold() for head in _heads(language).values()]
        if set(heads) <= set(found):
            return [found.index(head) for head in heads]
    return None


def _decision(text: str) -> bool | None:
    word = text.casefold()
    if word in _words("yes"):
        return True
    return False if not word or word in _words("no") else None


@cache
def _words(decision: str) -> frozenset[str]:
    """The words for yes or no, of all languages."""
    found = (messages.text(f"review.{decision}", language).split("; ") for language in LANGUAGES)
    return frozenset(chain.from_iterable(found))
