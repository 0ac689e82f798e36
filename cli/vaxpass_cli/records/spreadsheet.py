"""Write CSV files that people open with a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula.

    >>> safe("=1+1"), safe("An")
    ("'=1+1", 'An')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class Spreadsheet:
    """A CSV file for spreadsheets: UTF-8 with a byte order mark, no cell a formula."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def row(self, cells: Iterable[str]) -> None:
        """Write a row; see `safe` for its cells."""
        self._writer.writerow(map(safe, cells))

    def __enter__(self) -> Spreadsheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
