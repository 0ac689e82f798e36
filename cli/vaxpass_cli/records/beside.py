"""Rows of a list that are no records: totals, signatures, blank rows, the header once more.

A row with an identifier, or with a name and a date or a number, is always a record. What is left out is
counted and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from vaxpass_cli.records.columns import Layout, Places
from vaxpass_cli.records.engine import literal
from vaxpass_cli.records.headers import plain

SEPARATOR: Final = "\x1f"
"""Stands between the cells of a row in one text"""
FEW: Final = 3
"""A row with more filled cells is a record, unless it is a sum"""
_NUMBER_CHARACTERS: Final = 9
_NUMBER: Final = re.compile("[0-9]{4}")
_TOTAL: Final = re.compile(
    r"(tổng|tổng cộng|tổng số|cộng|tong|tong cong|tong so|cong|total|grand total|sub-?total|sum)\b"
    r"[^\d]{0,60}[\d.,]*\s*\w{0,12}",
)
_COUNT: Final = re.compile(r"[\d.,]{1,8}%?(\s+\w{1,12})?")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_WORDS_OF_PROSE: Final = 2
_NUMBERED: Final = re.compile(r"[(\[]?([1-9]\d?)[)\]]?")
_LEAST_NUMBERED: Final = 4
_DATES: Final = ("id_number", "date_of_birth", "vaccinated_on", "phone")


@dataclass(frozen=True)
class Beside:
    """Tells the rows of a file that are no records."""

    layout: Layout
    header: Sequence[str]
    places: Places

    def kind(self, cells: Sequence[str]) -> str:
        """What a row is instead: `blank`, `header`, `numbers`, `total`, `text`; empty for a record."""
        cells = [cell.strip() for cell in cells]
        filled = [cell for cell in cells if cell]
        if not filled:
            return "blank"
        number = self._value("id_number", cells)
        if len(filled) > FEW and len(number) >= _NUMBER_CHARACTERS and _NUMBER.search(number):
            return ""
        if self._is_header(cells):
            return "header"
        numbered = [_NUMBERED.fullmatch(cell) for cell in filled]
        if len(filled) >= _LEAST_NUMBERED and all(numbered):
            found = [int(each[1]) for each in numbered if each]
            if found == list(range(1, len(found) + 1)):
                return "numbers"
        if _is_total(filled):
            return "total"
        key = self._value(self.layout.key, cells)
        if len(filled) > FEW or (key and not _is_prose(key)) or _is_number(number):
            return ""
        named = self._value("full_name", cells)
        if named and any(_is_number(self._value(column, cells)) for column in _DATES):
            return ""
        return "text"

    def kind_of_text(self, joined: str) -> str:
        """As `kind`, for a row in one text, for SQL."""
        return self.kind(joined.split(SEPARATOR))

    def condition(self, cells: Sequence[str], number: str, function: str) -> str:
        """A condition in SQL for rows that are records; it asks `function` where it is not plain."""
        texts = [f"coalesce({cell}, '')" for cell in cells]
        filled = " + ".join(f"(CASE WHEN trim({text}) = '' THEN 0 ELSE 1 END)" for text in texts)
        joined = f"concat_ws({literal(SEPARATOR)}, {', '.join(texts)})"
        plainly = (
            f"length({number}) >= {_NUMBER_CHARACTERS} AND regexp_matches({number}, '[0-9]{{4}}')"
            f" AND {filled} > {FEW}"
        )
        return f"CASE WHEN {plainly} THEN '' ELSE {function}({joined}) END"

    def _value(self, column: str, cells: Sequence[str]) -> str:
        return self.places[column].value(cells) if column in self.places else ""

    def _is_header(self, cells: Sequence[str]) -> bool:
        pairs = [(cell, head) for cell, head in zip(cells, self.header, strict=False) if cell]
        return len(pairs) > 1 and all(plain(cell) == plain(head) for cell, head in pairs)


def _is_total(filled: Sequence[str]) -> bool:
    totals = [bool(_TOTAL.fullmatch(normalize("NFC", cell).casefold())) for cell in filled]
    return any(totals) and all(
        total or _COUNT.fullmatch(cell) for total, cell in zip(totals, filled, strict=True)
    )


def _is_prose(cell: str) -> bool:
    return len(_WORD.findall(normalize("NFC", cell))) >= _WORDS_OF_PROSE


def _is_number(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell) and not _is_prose(cell)
