"""The rows of a file of an office, each with its line: text in any form, or a sheet of a workbook.

Text is taken apart here only where the engine can't read the file as it is. A cell in quotation marks
may have line breaks. A line that is no row (a quotation mark that is not closed, fewer or more cells
than the header, bytes that are no text) is an `UnreadableLine`; the next line begins a row again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.columns import Layout, Places
from vaxpass_cli.records.headers import Source, column_of, known
from vaxpass_cli.records.headers import plain as plain_head
from vaxpass_cli.records.text_encoding import Encoding

DELIMITERS: Final = ",;\t|"
MAX_ROW_BYTES: Final = 65_536
MAX_COLUMNS: Final = 1_000
_BLOCK_CHARACTERS: Final = 1 << 20
_MAX_LINES_OF_ROW: Final = 200
TITLE_ROWS: Final = 30
"""So many rows are looked at for the header"""
_SURE: Final = 2
"""A row with so many known heads is the header"""
_SURROGATES: Final = frozenset(map(chr, range(0xDC80, 0xDD00)))


class UnreadableLine(NamedTuple):
    """A line that is not a row: its number in the file, the reason (such as `quotes`) and its text."""

    line: int
    reason: str
    text: str | None


class Row(NamedTuple):
    """A row: the number of the line (of the row, in a sheet) where it begins, and its cells."""

    line: int
    cells: list[str]


class Header(NamedTuple):
    """The header of a table: one row, or two where heads stand in groups."""

    rows: Sequence[Row]
    """As they are in the file"""
    place: int
    """The place of the first of them among the rows that were looked at"""
    cells: list[str]
    """The heads, one for each column"""
    score: int
    """How many of the heads are known"""

    @property
    def line(self) -> int:
        """The line of its first row."""
        return self.rows[0].line

    @property
    def last(self) -> int:
        """The last line of text that belongs to it."""
        return self.rows[-1].line + sum(cell.count("\n") for cell in self.rows[-1].cells)


class Line(NamedTuple):
    """A line of text without its end."""

    number: int
    text: str


# --- text --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextTable:
    """A file of text as a table."""

    path: Path
    encoding: Encoding
    delimiter: str
    header: Header
    says_delimiter: bool = False
    """Whether its first line is `sep=`"""

    def rows(self) -> Iterator[Row | UnreadableLine]:
        """What follows the header, in the order of the file."""
        lines = islice(lines_of(self.path, self.encoding), self.header.last, None)
        for found in split(lines, self.delimiter):
            if isinstance(found, Row):
                yield Row(found.line, [as_text(self.encoding.cell(cell)) for cell in found.cells])
            elif found.text and self.encoding.was:
                yield found._replace(text=self.encoding.cell(found.text))
            else:
                yield found


def open_text(path: Path, encoding: Encoding, role: str, mapped: Sequence[str]) -> TextTable:
    """Find the header and the delimiter of a file of text.

    `mapped` are heads that a mapping names. Raises `UsageError` where there is no header.
    """
    start = list(islice(lines_of(path, encoding), TITLE_ROWS + _MAX_LINES_OF_ROW))
    if not any(line.text.strip() for line in start):
        raise UsageError("error.no_header", path=path)
    first = start[0].text.strip().strip('"')
    delimiters: Sequence[str] = DELIMITERS
    says = first[:4].casefold() == "sep=" and len(first) <= len("sep=,")
    if says:
        delimiters = first[4:] if first[4:] and first[4:] in DELIMITERS else DELIMITERS
        start = start[1:]
    tried = []
    for delimiter in delimiters:
        rows = [
            Row(row.line, [as_text(encoding.cell(cell)) for cell in row.cells])
            for row in islice(split(iter(start), delimiter), TITLE_ROWS)
            if isinstance(row, Row)
        ]
        if rows:
            header = find_header(rows, role, mapped)
            tried.append(((header.score, len(header.cells)), delimiter, header))
    if not tried:
        raise UsageError("error.not_text", path=path)
    _, delimiter, header = max(tried, key=lambda each: each[0])
    if any("\x00" in cell or "\ufffd" in cell or _SURROGATES & set(cell) for cell in header.cells):
        if encoding.is_plain:
            raise UsageError("error.not_text", path=path)
        raise UsageError("error.not_in_encoding", path=path, name=encoding.name)
    if len(header.cells) > MAX_COLUMNS:
        raise UsageError("error.too_many_columns", path=path, most=MAX_COLUMNS)
    return TextTable(path, encoding, delimiter, header, says)


TEXT_FORMULA: Final = r'\s*=\s*"([^"]*)"\s*'
"""A formula by which programs keep a number as a text: `="001"` (Python, RE2)"""
_TEXT_FORMULA: Final = re.compile(TEXT_FORMULA)


def as_text(cell: str) -> str:
    """A cell without a formula that only keeps it as a text.

    >>> as_text('="001"'), as_text("=1+1")
    ('001', '=1+1')
    """
    found = _TEXT_FORMULA.fullmatch(cell) if '="' in cell else None
    return found[1] if found else cell


def lines_of(path: Path, encoding: Encoding) -> Iterator[Line]:
    """The lines of a file, whatever ends them. A byte that is no text becomes a lone surrogate."""
    number = 0
    rest = ""
    codec = encoding.codec
    errors = "surrogateescape" if codec in ("utf-8", "utf-8-sig", "latin-1") else "replace"
    try:
        # Universal line ends: a file may have several kinds of them.
        with path.open(encoding=codec, errors=errors) as file:
            while block := file.read(_BLOCK_CHARACTERS):
                lines = (rest + block).split("\n")
                rest = lines.pop()
                # No row is so long: what is beyond it is not kept in memory.
                rest = rest[:_BLOCK_CHARACTERS]
                for line in lines:
                    number += 1
                    yield Line(number, line.removeprefix("\ufeff"))
    except UnicodeError:
        raise UsageError("error.not_in_encoding", path=path, name=encoding.name) from None
    if rest:
        yield Line(number + 1, rest.removeprefix("\ufeff"))


def split(lines: Iterator[Line], delimiter: str) -> Iterator[Row | UnreadableLine]:
    """Take lines apart into cells. Empty lines are passed over."""
    waiting: list[Line] = []  # lines that were read ahead, the next one last
    while True:
        line = waiting.pop() if waiting else next(lines, None)
        if line is None:
            return
        number, text = line
        if not text:
            continue
        bad = _bad(text)
        if bad:
            yield UnreadableLine(number, bad, text[:MAX_ROW_BYTES])
            continue
        if '"' not in text:
            yield Row(number, text.split(delimiter))
            continue
        ahead: list[Line] = []
        cells = _cells(text, delimiter)
        while cells is None:
            more = waiting.pop() if waiting else next(lines, None)
            if more is None:
                break
            ahead.append(more)
            text += "\n" + more.text
            if len(text) > MAX_ROW_BYTES or len(ahead) > _MAX_LINES_OF_ROW or _bad(more.text):
                break
            # Only another quotation mark can end the cell.
            if '"' in more.text:
                cells = _cells(text, delimiter)
        if cells:
            yield Row(number, cells)
        else:
            waiting += ahead[::-1]
            yield UnreadableLine(number, "quotes", line.text)


def _bad(text: str) -> str:
    """Why a line can be no part of a row; empty where it can."""
    if len(text) > MAX_ROW_BYTES or (
        len(text) * 4 > MAX_ROW_BYTES and len(text.encode("utf-8", "replace")) > MAX_ROW_BYTES
    ):
        return "long"
    if text.isascii():
        return "letters" if "\x00" in text else ""
    if "\x00" in text or not _SURROGATES.isdisjoint(text):
        return "letters"
    return ""


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row; None where a quotation mark is still open, empty where one is misplaced."""
    cells: list[str] = []
    place = 0
    while True:
        if text[place : place + 1] == '"':
            parts = []
            place += 1
            while True:
                end = text.find('"', place)
                if end < 0:
                    return None
                parts.append(text[place:end])
                place = end + 1
                if text[place : place + 1] != '"':
                    break
                parts.append('"')
                place += 1
            cells.append("".join(parts))
            if place == len(text):
                return cells
            if text[place] != delimiter:
                return []
            place += 1
            continue
        end = text.find(delimiter, place)
        if end < 0:
            cells.append(text[place:])
            return cells
        cells.append(text[place:end])
        place = end + 1


# --- the header --------------------------------------------------------------------------------------


def find_header(rows: Sequence[Row], role: str, mapped: Sequence[str]) -> Header:
    """The header among the first rows of a table, which must not be none.

    It is the first of the rows with the most known heads, together with the row below or above it where
    more are known so: heads in groups. Where no row has two, it is the first that is not blank.
    """
    wanted = {plain_head(name) for name in mapped}

    def score(cells: Sequence[str]) -> int:
        return len(known(cells, role)) + len(wanted.intersection(map(plain_head, cells)))

    def rank(cells: Sequence[str]) -> tuple[int, int]:
        sources = [each for each in known(cells, role).values() if isinstance(each, Source)]
        return score(cells), sum(len(places) for each in sources for places in each.alternatives)

    scores = [score(row.cells) for row in rows]
    best = max(scores)
    if best < _SURE:
        filled = (place for place, row in enumerate(rows) if any(cell.strip() for cell in row.cells))
        place = next(filled, 0)
        return Header(rows[place : place + 1], place, rows[place].cells, 0)
    place = scores.index(best)
    found = Header(rows[place : place + 1], place, rows[place].cells, best)
    for above in (place, place - 1):
        if 0 <= above < len(rows) - 1:
            cells = _joined(rows[above].cells, rows[above + 1].cells, role, wanted)
            if cells and rank(cells) > rank(found.cells):
                found = Header(rows[above : above + 2], above, cells, score(cells))
    return found


def _joined(groups: Sequence[str], heads: Sequence[str], role: str, wanted: set[str]) -> list[str]:
    """The heads of two rows: groups above, as far as the cells right of them are empty, heads below.

    Empty where the second row is none of heads: most of its cells must be known.
    """
    if any(_VALUE.search(cell) for cell in heads):
        return []
    joined = []
    group = ""
    known_heads = filled = 0
    for place in range(max(len(groups), len(heads))):
        above, below = (row[place].strip() if place < len(row) else "" for row in (groups, heads))
        group = above or (group if below else "")
        of_group = f"{group} {below}"
        filled += bool(below)
        if below and column_of(of_group, role):
            joined.append(of_group)
        elif below and (column_of(below, role) or plain_head(below) in wanted):
            joined.append(below)
        else:
            joined.append(above or below)
            continue
        known_heads += 1
    return joined if known_heads * 2 > filled else []


_VALUE: Final = re.compile(r"\d{4}|\d[/.-]\d+[/.-]\d")
"""Stands in no head: a number or a day"""


def fit(cells: list[str], columns: int) -> list[str] | None:
    """Cells as many as there are heads: empty ones beyond them are left out; None where it can't be."""
    while len(cells) > columns and not cells[-1].strip():
        cells = cells[:-1]
    return cells if len(cells) == columns else None


# --- rows that are no records -------------------------------------------------------------------------

# A row with an identifier, or with a name and a date or a number, is always a record. What is left out
# is counted and said.

SEPARATOR: Final = "\x1f"
"""Stands between the cells of a row in one text"""
FEW: Final = 3
"""A row with more filled cells is a record, unless it is a sum"""
NUMBER_CHARACTERS: Final = 9
_NUMBER: Final = re.compile("[0-9]{4}")
_TOTAL: Final = re.compile(
    r"(tổng|tổng cộng|tổng số|cộng|tong|tong cong|tong so|cong|total|grand total|sub-?total|sum)\b"
    r"[^\d]{0,60}[\d.,]*\s*\w{0,12}",
)
_COUNT: Final = re.compile(r"[\d.,]{1,8}%?(\s+\w{1,12})?")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_WORDS_OF_PROSE: Final = 2
_PART: Final = re.compile(r"[IVX]{1,5}[.)]?")
"""The number of a part of a list, beside its name"""
_CELLS_OF_PART: Final = 2
_LEAST_HEADS: Final = 2
_NUMBERED: Final = re.compile(r"[(\[]?([1-9]\d?)[)\]]?")
_LEAST_NUMBERED: Final = 4
_DATES: Final = ("id_number", "date_of_birth", "vaccinated_on", "phone")


@dataclass(frozen=True)
class Beside:
    """Tells the rows of a file that are no records."""

    layout: Layout
    header: Header
    places: Places

    def kind(self, cells: Sequence[str]) -> str:
        """What a row is instead: `blank`, `header`, `numbers`, `total`, `text`; empty for a record.

        `moved` is a header whose columns are in other places than those of the table.
        """
        cells = [cell.strip() for cell in cells]
        filled = [cell for cell in cells if cell]
        if not filled:
            return "blank"
        number = self._value("id_number", cells)
        if len(filled) > FEW and len(number) >= NUMBER_CHARACTERS and _NUMBER.search(number):
            return ""
        again = self._kind_of_header(cells)
        if again:
            return again
        numbered = [_NUMBERED.fullmatch(cell) for cell in filled]
        if len(filled) >= _LEAST_NUMBERED and all(numbered):
            found = [int(each[1]) for each in numbered if each]
            if found == list(range(1, len(found) + 1)):
                return "numbers"
        if _is_total(filled):
            return "total"
        key = self._value(self.layout.key, cells)
        is_part = len(filled) == _CELLS_OF_PART and _PART.fullmatch(key)
        is_key = key and not _is_prose(key) and not is_part
        if len(filled) > FEW or is_key or _is_number(number):
            return ""
        named = self._value("full_name", cells)
        if named and any(_is_number(self._value(column, cells)) for column in _DATES):
            return ""
        return "text"

    def kind_of_text(self, joined: str) -> str:
        """As `kind`, for a row in one text, for SQL."""
        return self.kind(joined.split(SEPARATOR))

    def _value(self, column: str, cells: Sequence[str]) -> str:
        return self.places[column].value(cells) if column in self.places else ""

    def _kind_of_header(self, cells: Sequence[str]) -> str:
        found = [(place, cell) for place, cell in enumerate(cells) if cell]
        if len(found) < _LEAST_HEADS:
            return ""
        if any(self._repeats(row, found) for row in (self.header.cells, *self._rows_of_header)):
            return "header"
        moved = False
        for place, cell in found:
            column = column_of(cell, self.layout.role)
            if not column:
                return ""
            source = self.places.get(column)
            moved |= source is not None and not any(place in each for each in source.alternatives)
        return "moved" if moved else "header"

    @property
    def _rows_of_header(self) -> list[list[str]]:
        return [row.cells for row in self.header.rows]

    @staticmethod
    def _repeats(heads: Sequence[str], found: Sequence[tuple[int, str]]) -> bool:
        return all(
            place < len(heads) and plain_head(cell) == plain_head(heads[place]) for place, cell in found
        )


def _is_total(filled: Sequence[str]) -> bool:
    totals = [bool(_TOTAL.fullmatch(normalize("NFC", cell).casefold())) for cell in filled]
    return any(totals) and all(
        total or _COUNT.fullmatch(cell) for total, cell in zip(totals, filled, strict=True)
    )


def _is_prose(cell: str) -> bool:
    return len(_WORD.findall(normalize("NFC", cell))) >= _WORDS_OF_PROSE


def _is_number(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell) and not _is_prose(cell)
