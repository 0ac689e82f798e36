"""Workbooks of spreadsheets: read as texts, and written with texts alone.

The only user of python-calamine, which reads xlsx, xls, xlsb and ods, and of XlsxWriter. Both come with
the extra `issue`: import this module where it is first needed.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple, TypeAlias

import python_calamine
import xlsxwriter

from vaxpass_cli.errors import UsageError

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_STARTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""Of a ZIP file, and of the older form"""
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same rows give the same bytes
_A4: Final = 9
_WIDTH: Final = 16
_LINE_HEIGHT: Final = 15
"""In points"""
MAX_ROWS: Final = 1_048_576
"""Of a sheet, its heads included"""
_MAX_BYTES: Final = 200_000_000
_MAX_UNPACKED: Final = 1_500_000_000
_MAX_PARTS: Final = 10_000
MAX_CELLS: Final = 60_000_000
"""Of a sheet, the empty ones between filled ones too: a million rows of 50 columns"""
_PIECE: Final = 1 << 20
_LONGEST_PLACE: Final = 64
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW: Final = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_REPEATED: Final = re.compile(rb"number-(?:rows|columns)-repeated=[\"']([0-9]{1,9})[\"']")
_ROW_HEADER: Final = 0
_CELLS: Final = range(1, 12)


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
    """The visible sheets of a workbook, in their order.

    Raises `UsageError` where it can't be read, needs a password, or declares more than `MAX_CELLS`.
    """
    trouble = _trouble(path)
    if trouble:
        raise UsageError(f"error.workbook.{trouble}", path=path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        visible = [
            each.name
            for each in book.sheets_metadata
            if each.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        for name in visible:
            found = book.get_sheet_by_name(name)
            yield Sheet(
                name, _rows(found.iter_rows(), (found.start or (0, 0))[1], found.merged_cell_ranges)
            )
    except python_calamine.PasswordError:
        raise UsageError("error.workbook.password", path=path) from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise UsageError("error.workbook.unreadable", path=path) from None


_Merged: TypeAlias = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Ranges of cells: the first row and column, the last row and column, from 0 on"""


def _rows(rows: Iterable[Sequence[object]], empty: int, merged: _Merged | None) -> Iterator[SheetRow]:
    """The rows of a sheet with the empty columns before them, which the reader leaves out.

    A cell that was merged with those below it says the same in each of these rows.
    """
    begins: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _) in merged or ():
        if last > first:
            begins.setdefault(first, []).append((column, last))
    lasting: dict[int, tuple[int, str]] = {}
    for line, row in enumerate(rows, 1):
        cells = [""] * empty + list(map(cell_text, row))
        lasting = {column: each for column, each in lasting.items() if line - 1 <= each[0]}
        for column, (_, text) in lasting.items():
            if column < len(cells) and not cells[column]:
                cells[column] = text
        for column, last in begins.get(line - 1, ()):
            if column < len(cells):
                lasting[column] = last, cells[column]
        yield SheetRow(line, cells)


# The reader keeps a whole sheet in memory, the empty cells between two filled ones too: a small file
# may ask for all memory there is. So the places of the cells are looked at before.


def _trouble(path: Path) -> str:
    """Why a file is not given to the reader: `large`, `password` or `unreadable`; else empty."""
    if path.stat().st_size > _MAX_BYTES:
        return "large"
    with path.open("rb") as file:
        start = file.read(4)
        if start == _STARTS[1][:4]:
            # A protected xlsx is in a container of the older form, whose directory names its parts.
            return "password" if "EncryptedPackage".encode("utf-16-le") in start + file.read() else ""
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
            if len(infos) > _MAX_PARTS or sum(each.file_size for each in infos) > _MAX_UNPACKED:
                return "large"
            if any(each.flag_bits & 1 for each in infos):
                return "password"
            for info in infos:
                rows, columns = _extent(parts, info)
                if rows * columns > MAX_CELLS:
                    return "large"
    except Exception:
        # Damaged parts raise errors of many kinds; all mean the same here.
        return "unreadable"
    return ""


def _extent(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, int]:
    """How many rows and columns a part declares; it is unpacked whole, so that its sizes are proved."""
    rows = columns = 0
    rest = b""
    is_sheet = info.filename.endswith(".xml")
    with parts.open(info) as file:
        if info.filename.endswith(".bin") and "worksheets/" in info.filename:
            return _binary_extent(file)
        if info.filename == "content.xml":
            return _open_document_extent(file.read())
        while piece := file.read(_PIECE):
            if is_sheet:
                text = rest + piece
                for letters, number in _PLACE.findall(text):
                    rows = max(rows, int(number))
                    columns = max(columns, _column(letters))
                rest = text[-_LONGEST_PLACE:]
    return rows, columns


def _open_document_extent(content: bytes) -> tuple[int, int]:
    """The same of an ods, where rows and cells that repeat stand once; not of empty ones at the end."""
    rows = columns = empty = 0
    for attributes, cells in _ROW.findall(content):
        filled = width = 0
        for cell in _CELL.findall(cells):
            width += _times(cell)
            filled = width if b"value-type" in cell else filled
        empty += _times(attributes)
        if filled:
            rows, empty = rows + empty, 0
            columns = max(columns, filled)
    return rows, columns


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1]) if found else 1


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _binary_extent(file: IO[bytes]) -> tuple[int, int]:
    """The same of a sheet of an xlsb: records of a type, a size and content ([MS-XLSB], 2.1.4)."""
    rows = columns = 0

    def number(longest: int) -> int:
        found = 0
        for place in range(longest):
            byte = file.read(1)
            if not byte:
                return -1
            found |= (byte[0] & 0x7F) << (7 * place)
            if byte[0] < 0x80:
                break
        return found

    while True:
        kind, size = number(2), number(4)
        if kind < 0 or size < 0:
            return rows, columns
        content = file.read(size)
        first = int.from_bytes(content[:4], "little")
        if kind == _ROW_HEADER:
            rows = max(rows, first + 1)
        elif kind in _CELLS:
            columns = max(columns, first + 1)


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
        # In memory is a row at a time; what is written meanwhile stays in the folder of the file.
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"created": _CREATED})
        text = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = self._book.add_format(
            {"num_format": "@", "bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._sheet = self._book.add_worksheet(sheet)
        self._sheet.freeze_panes(1, 0)
        # On paper all columns stand beside each other, below their heads on each page.
        self._sheet.set_paper(_A4)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._widths = [widths.get(name, _WIDTH) for name in heads]
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, width, text)
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
        # Not every program makes a row as high as its texts need.
        lines = max(-(-len(cell) // width) for cell, width in zip(cells, self._widths, strict=True))
        if lines > 1:
            self._sheet.set_row(self._row, _LINE_HEIGHT * lines)
        for place, cell in enumerate(cells):
            if cell:
                self._sheet.write_string(self._row, place, cell, form)
            else:
                self._sheet.write_blank(self._row, place, None, form)
        self._row += 1
