"""The lists that `vaxpass match` writes for facilities, and that `vaxpass correct` reads back.

A list is a workbook of one sheet. It has a line for each thing that has to be corrected in a record:
what the facility declared, the column to correct, what is written there, what to do, and an empty
column for the right value. It has nothing of the register. The heads are in the language of the run
that wrote the list; a list is read with the heads of any language, its columns in any order, as xlsx or
as CSV.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass import messages
from vaxpass_cli.io import workbooks

SUFFIX: Final = ".xlsx"
MOST_LINES: Final = workbooks.MOST_ROWS - 1
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


_WIDTHS: Final = {
    "full_name": 26,
    "vaccine": 20,
    "dose": 6,
    "doses": 6,
    "sex": 6,
    "written": 24,
    "codes": 20,
    "advice": 60,
    "correction": 28,
}


def write(path: Path, lines: Iterable[ListLine], language: str) -> int:
    """Write a list; gives the number of its lines. Columns to correct are named in `language`."""
    heads = {column: messages.text(f"list.{column}", language) for column in ListLine._fields}
    widths = {heads[column]: width for column, width in _WIDTHS.items()}
    count = 0
    sheet = messages.text("list.sheet", language)
    with workbooks.Workbook(path, sheet, list(heads.values()), widths) as book:
        for line in lines:
            count += 1
            book.row(line._replace(field=heads[line.field]))
    return count
