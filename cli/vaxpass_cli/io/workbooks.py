"""Workbooks of spreadsheets: read as texts, and written with texts alone.

The only user of python-calamine, which reads xlsx, xls, xlsb and ods, and of XlsxWriter. Both come with
the extra `issue`: import this module where it is first needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import python_calamine
import xlsxwriter

from vaxpass_cli.errors import UsageError

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_STARTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""Of a ZIP file, and of the older form"""
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same rows give the same bytes
MAX_ROWS: Final = 1_048_576
"""Of a sheet, its heads included"""


class SheetRow(NamedTuple):
    """A row of a sheet: its number, from 1 on, and its cells."""

    line: int
    cells: list[str]


class Sheet(NamedTuple):
    """A sheet of a workbook."""

    name: str
    rows: Iterator[SheetRow]


def is_workbook(start: bytes) -> bool:
    """Whether a file that starts so may be a workbook.

    >>> is_workbook(b"PK\\x03\\x04"), is_workbook(b"record_id,")
    (True, False)
    """
    return start.startswith(_STARTS)


def sheets(path: Path) -> Iterator[Sheet]:
    """The visible sheets of a workbook, in their order. Raises `UsageError` where it can't be read."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        visible = [
            each.name
            for each in book.sheets_metadata
            if each.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        for name in visible:
            found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield Sheet(name, _rows(found))
    except python_calamine.CalamineError:
        raise UsageError("error.workbook.unreadable", path=path) from None


def _rows(cells: Sequence[Sequence[object]]) -> Iterator[SheetRow]:
    for line, row in enumerate(cells, 1):
        yield SheetRow(line, list(map(cell_text, row)))


def cell_text(value: object) -> str:
    """A cell as a text: whole numbers without a point, days as YYYY-MM-DD.

    >>> cell_text(1080000011.0), cell_text(dt.datetime(1980, 2, 1)), cell_text(None)
    ('1080000011', '1980-02-01', '')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)


class Workbook:
    """Writes one sheet of texts. Use it in a `with` block.

    `widths` are the widths of the columns in characters, by their heads. Every cell, the empty ones
    too, has the form of a text, so that a spreadsheet changes neither numbers nor days, and takes
    nothing for a formula. Raises `UsageError` where there are more rows than a sheet has.
    """

    def __init__(self, path: Path, sheet: str, heads: Sequence[str], widths: Mapping[str, int]) -> None:
        self._path = path
        # In memory is a row at a time.
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._book.set_properties({"created": _CREATED})
        text = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = self._book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        self._sheet = self._book.add_worksheet(sheet)
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(heads):
            self._sheet.set_column(place, place, widths.get(name, 16), text)
        self._text, self._columns, self._row = text, len(heads), 0
        self._write(heads, head)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        if self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, self._columns - 1)
        self._book.close()

    def row(self, cells: Sequence[str]) -> None:
        """Write a row."""
        if self._row == MAX_ROWS:
            raise UsageError("error.workbook.full", path=self._path, most=MAX_ROWS)
        self._write(cells, self._text)

    def _write(self, cells: Sequence[str], form: object) -> None:
        for place, cell in enumerate(cells):
            if cell:
                self._sheet.write_string(self._row, place, cell, form)
            else:
                self._sheet.write_blank(self._row, place, None, form)
        self._row += 1
