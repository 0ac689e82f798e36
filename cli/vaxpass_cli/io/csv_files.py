"""CSV files, which people open with spreadsheets: written so that no cell is a formula, and read back.

Every CSV file that the tool writes for people has its cells from `safe`, and every one that it reads
gives them to `plain`: what was written comes back unchanged.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

FORMULA: Final = r"^'*(\s*[=+\-@＝＋－＠]|[\t\r\n])"
"""Cells that a spreadsheet may take for a formula, and those that look like safe ones (Python, RE2)."""
MARK: Final = "'"
_FORMULA: Final = re.compile(FORMULA)


def safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula: it begins with an apostrophe.

    >>> safe("=1+1"), safe("An"), safe("'=1+1")
    ("'=1+1", 'An', "''=1+1")
    """
    return f"{MARK}{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """The cell that `safe` made this one of.

    >>> plain("'=1+1"), plain("An"), plain("'An")
    ('=1+1', 'An', "'An")
    """
    return cell[1:] if cell[:1] == MARK and _FORMULA.match(cell) else cell


class Writer:
    """Writes rows to an open text file (`newline=""`).

    All texts are in quotes: where a semicolon separates cells, it would else begin a further one.
    """

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)

    def row(self, cells: Iterable[object]) -> None:
        """Write a row; see `safe` for its cells. Numbers are written as they are."""
        self._writer.writerow(safe(cell) if isinstance(cell, str) else cell for cell in cells)


class Spreadsheet(Writer):
    """A CSV file with a byte order mark, by which spreadsheets know UTF-8."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        super().__init__(self._file)

    def __enter__(self) -> Spreadsheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Reader:
    """Reads an open text file (`newline=""`) with named columns; cells are as they were before `safe`.

    `columns` are their names. Raises `csv.Error` where the file is damaged.
    """

    def __init__(self, file: TextIO) -> None:
        self._reader = csv.reader(file)
        self.columns = next(self.cells(), [])

    def __iter__(self) -> Iterator[dict[str, str]]:
        """The rows by the names of the columns. What is missing is empty; empty lines are no rows."""
        for row in self.cells():
            if row:
                whole = [*row, *[""] * (len(self.columns) - len(row))]
                yield dict(zip(self.columns, whole, strict=False))

    @property
    def line(self) -> int:
        """The number of the line that was read last."""
        return self._reader.line_num

    def cells(self) -> Iterator[list[str]]:
        """The rows that are left, without the names of the columns."""
        for row in self._reader:
            yield list(map(plain, row))
