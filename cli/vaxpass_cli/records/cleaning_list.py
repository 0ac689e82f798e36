"""The lists that `vaxpass match` writes for facilities, and that `vaxpass correct` reads back.

A list is a workbook of one sheet. It has a line for each thing that has to be corrected in a record:
what the facility declared, the column to correct, what is written there, what to do, and an empty
column for the right value. It has nothing of the register. The heads are in the language of the run
that wrote the list; a list is read with the heads of any language, its columns in any order, as xlsx or
as CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass import messages
from vaxpass.records import FIELDS, canonical_text
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings, workbooks
from vaxpass_cli.io.csv_files import plain

SUFFIX: Final = ".xlsx"
MOST_LINES: Final = workbooks.MAX_ROWS - 1
"""Of a list: its first row has the heads"""


class ListLine(NamedTuple):
    """A line of a list: one thing to correct in one record. Texts, empty where there is none."""

    record_id: str
    full_name: str
    date_of_birth: str
    sex: str
    id_number: str
    phone: str
    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str
    batch: str
    field: str
    """The column of the record that has to be corrected; `record_id` to withdraw the record"""
    written: str
    """What is written there now"""
    codes: str
    """Codes, separated by spaces"""
    advice: str
    """What to do, in whole sentences"""
    correction: str = ""
    """The right value, which the facility enters"""


_NAMED: Final = tuple(dict.fromkeys((*ListLine._fields, *FIELDS)))
"""The columns of a list, and of a record: facilities and provinces may have to be corrected too"""
_WIDTHS: Final = {
    "full_name": 26,
    "vaccine": 20,
    "dose": 7,
    "doses": 8,
    "sex": 7,
    "date_of_birth": 12,
    "vaccinated_on": 12,
    "batch": 10,
    "written": 24,
    "codes": 20,
    "advice": 56,
    "correction": 28,
}


def write(path: Path, lines: Iterable[ListLine], language: str) -> int:
    """Write a list; gives the number of its lines. Columns to correct are named in `language`."""
    names = {column: messages.text(f"list.{column}", language) for column in _NAMED}
    heads = {column: names[column] for column in ListLine._fields}
    widths = {heads[column]: width for column, width in _WIDTHS.items()}
    count = 0
    sheet = messages.text("list.sheet", language)
    with workbooks.Workbook(path, sheet, list(heads.values()), widths) as book:
        for line in lines:
            count += 1
            book.row(line._replace(field=names[line.field]))
    return count


# Reading


class ReadLine(NamedTuple):
    """A line of a list as it came back, and its place: the sheet (empty in CSV) and the row, from 1 on.

    Cells are in the form of `canonical_text`. `line.field` is the column of a record, or the cell as it
    is where that names none.
    """

    sheet: str
    number: int
    line: ListLine


_NEEDED: Final = ("record_id", "field", "written", "correction")
_HEAD_ROWS: Final = 20
"""So many rows may stand above the heads, or be the heads"""
_DELIMITERS: Final = ",;\t|"
_Rows = Iterator[workbooks.SheetRow]


def read(path: Path) -> Iterator[ReadLine]:
    """Read a list that came back, a workbook or CSV, without its blank rows.

    A spreadsheet may have changed what was written there: zeros in front are gone, days have another
    form. Raises `UsageError` where the file can't be read, or no row names all columns that are needed.
    """
    with path.open("rb") as file:
        start = file.read(8)
    lacking = [list(_NEEDED)]
    for sheet, rows in _workbook(path) if workbooks.is_workbook(start) else _csv(path):
        first = list(islice(rows, _HEAD_ROWS))
        missing = [_missing(row.cells) for row in first]
        lacking += missing
        if [] not in missing:
            continue
        head = missing.index([])
        places = _places(path, first[head].cells)
        for number, cells in chain(first[head + 1 :], rows):
            line = _line(cells, places)
            if any(line):
                yield ReadLine(sheet, number, line)
    if [] not in lacking:
        fewest = min(lacking, key=len)
        said = ", ".join(map(_said, fewest))
        raise UsageError("error.correcting.columns", path=path, columns=said)


def _workbook(path: Path) -> Iterator[tuple[str, _Rows]]:
    for sheet in workbooks.sheets(path):
        yield sheet.name, sheet.rows


def _csv(path: Path) -> Iterator[tuple[str, _Rows]]:
    # What separates the cells is what makes heads of the first rows.
    fewest = {each: _fewest_missing(path, each) for each in _DELIMITERS}
    yield "", _csv_rows(path, min(fewest, key=lambda each: fewest[each]))


def _fewest_missing(path: Path, delimiter: str) -> int:
    rows = islice(_csv_rows(path, delimiter), _HEAD_ROWS)
    return min((len(_missing(row.cells)) for row in rows), default=len(_NEEDED))


def _csv_rows(path: Path, delimiter: str) -> _Rows:
    with encodings.open_text(path) as file:
        rows = csv.reader(file, delimiter=delimiter)
        line = 1
        try:
            for cells in rows:
                yield workbooks.SheetRow(line, list(map(plain, cells)))
                line = rows.line_num + 1
        except csv.Error:
            raise UsageError("error.correcting.line", path=path, line=line) from None


def _places(path: Path, heads: Sequence[str]) -> Mapping[str, int]:
    """The place of each column of a list, from 0 on."""
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        column = _COLUMNS.get(_plain(head))
        if column in places:
            raise UsageError("error.columns.twice", path=path, column=head.strip(), times=2)
        if column:
            places[column] = place
    return places


def _missing(heads: Sequence[str]) -> list[str]:
    there = {_COLUMNS.get(_plain(head)) for head in heads}
    return [column for column in _NEEDED if column not in there]


def _line(cells: Sequence[str], places: Mapping[str, int]) -> ListLine:
    def cell(column: str) -> str:
        place = places.get(column, len(cells))
        return canonical_text(cells[place]) if place < len(cells) else ""

    line = ListLine(*map(cell, ListLine._fields))
    column = _COLUMNS.get(_plain(line.field), "")
    return line._replace(field=column) if column in FIELDS else line


def _said(column: str) -> str:
    """The heads of a column in all languages."""
    return " / ".join(messages.text(f"list.{column}", each) for each in messages.LANGUAGES)


def _plain(head: str) -> str:
    return canonical_text(head).casefold()


_COLUMNS: Final[Mapping[str, str]] = {
    **{column: column for column in _NAMED},
    **{
        _plain(messages.text(f"list.{column}", language)): column
        for column in _NAMED
        for language in messages.LANGUAGES
    },
}
"""The columns by their heads of any language"""
