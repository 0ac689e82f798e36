"""Lay a certificate out on paper: a page of A4, or the two sides of a card of 85.6 x 54 mm.

Fields are set below each other, their texts wrapped, in letters so small that all fields have room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vaxpass_cli.print.fields import Row, Sheet
from vaxpass_cli.print.pdf_writer import GREY, POINT, Paper
from vaxpass_cli.print.symbol import Symbol

_LEADING: Final = 1.24
"""The height of a line, as a multiple of the size of its letters."""
_ASCENT: Final = 0.95
_SMALLEST: Final = 0.3
_WIDEST: Final = 0.9
"""The part of the width of a page that a title may have"""
_CARD_TITLE: Final = 6.5
_INK: Final = 30.0
"""The height of the boxes that are signed and stamped on a page, with the space below them"""


@dataclass(frozen=True, slots=True)
class Table:
    """A column of fields: its place, the width of its two parts, and the size of its letters."""

    x: float
    y: float
    labels: float
    """Millimetres for the labels; 0 puts them above the values"""
    values: float
    height: float
    size: float
    """Largest size of the first line of a value, in points; the rest is in proportion"""
    gap: float = 0.35
    """Space between two fields, as a multiple of the size of letters"""
    numbered: bool = False
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    bold: bool
    grey: int


def draw_flow(paper: Paper, table: Table, rows: Sequence[Row]) -> float:
    """Draw the fields, smaller where they need more room; gives the place below the last one."""
    scale = 1.0
    while scale > _SMALLEST and _lay(paper, table, rows, scale, lambda *_: None) > table.height:
        scale *= 0.96
    bottom = _lay(paper, table, rows, scale, lambda x, y, line: _write(paper, x, y, line))
    if table.ruled:
        paper.rule(table.x, table.y + bottom + 1, table.labels + table.values)
    return table.y + bottom


def centred(paper: Paper, lines: Sequence[str], width: float, y: float, size: float) -> float:
    """Draw a title in the middle of the page, other languages below it; gives the place below.

    It is smaller where it would be too wide.
    """
    widest = max(paper.width(text, 1 if n == 0 else 0.7, bold=n == 0) for n, text in enumerate(lines))
    size = min(size, _WIDEST * width / widest)
    for number, text in enumerate(lines):
        large = size if number == 0 else 0.7 * size
        x = (width - paper.width(text, large, bold=number == 0)) / 2
        y += _ASCENT * large * POINT
        paper.write(x, y, text, large, bold=number == 0, grey=GREY if number else 0)
        y += (_LEADING - _ASCENT + 0.1) * large * POINT
    return y


def _write(paper: Paper, x: float, y: float, line: _Line) -> None:
    paper.write(x, y, line.text, line.size, bold=line.bold, grey=line.grey)


def _lay(
    paper: Paper,
    table: Table,
    rows: Sequence[Row],
    scale: float,
    put: Callable[[float, float, _Line], None],
) -> float:
    """Set the place of every line; gives the height of all of them."""
    y = 0.0
    size = table.size * scale
    gap = table.gap * size * POINT
    for number, row in enumerate(rows, 1):
        begin = f"{number}. " if table.numbered else ""
        labels = _labels(paper, table, row, size, begin)
        values = _values(paper, table.values, row, size)
        if table.labels:
            left = _column(labels, table.x, table.y + y, put)
            right = _column(values, table.x + table.labels, table.y + y, put)
            y += max(left, right)
        else:
            y += _column([*labels, *values], table.x, table.y + y, put)
        y += gap
    return y - gap if rows else 0.0


def _labels(paper: Paper, table: Table, row: Row, size: float, begin: str) -> list[_Line]:
    size *= 0.86
    room = table.labels or table.values
    whole = begin + " / ".join(row.labels)
    if len(row.labels) > 1 and paper.width(whole, size) <= 0.97 * room:
        return [_Line(whole, size, False, GREY)]
    lines = []
    for number, text in enumerate(row.labels):
        for part in wrap(paper, (begin if number == 0 else "") + text, 0.97 * room, size):
            lines.append(_Line(part, size, False, GREY))
    return lines


def _values(paper: Paper, width: float, row: Row, size: float) -> list[_Line]:
    lines = []
    for number, text in enumerate(row.values):
        first = number == 0
        points = size if first else 0.86 * size
        for part in wrap(paper, text, width, points, bold=first):
            lines.append(_Line(part, points, first, 0 if first else GREY))
    return lines


def _column(
    lines: Sequence[_Line], x: float, y: float, put: Callable[[float, float, _Line], None]
) -> float:
    height = 0.0
    for line in lines:
        put(x, y + height + _ASCENT * line.size * POINT, line)
        height += _LEADING * line.size * POINT
    return height


def wrap(paper: Paper, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines that are at most `width` wide; a wider word is divided, after `<` where it has one."""

    def fits(line: str) -> bool:
        return paper.width(line, size, bold=bold) <= width

    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if fits(longer):
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while not fits(line):
            # Parts of the same length: a last line of one letter looks like a mistake.
            even = math.ceil(len(line) / math.ceil(paper.width(line, size, bold=bold) / width))
            longest = len(line) - 1 if "<" in line else max(even, 1)
            end = next((n for n in range(longest, 1, -1) if fits(line[:n])), 1)
            end = line.rfind("<", 0, end) + 1 or end
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line] if line or not lines else lines


class Format(StrEnum):
    """The paper that a certificate is printed on."""

    A4 = "a4"
    CARD = "card"


SIDES: Final[Mapping[Format, float]] = MappingProxyType({Format.A4: 84.0, Format.CARD: 46.5})
"""Side of the QR code with its quiet zone, in millimetres"""


def draw(paper: Paper, sheet: Sheet, symbol: Symbol, form: Format) -> None:
    """Add the pages of a certificate."""
    _LAYOUTS[form](paper, sheet, symbol)


def _a4(paper: Paper, sheet: Sheet, symbol: Symbol) -> None:
    width, height, margin, band = 210.0, 297.0, 16.0, 11.0
    side = SIDES[Format.A4]
    paper.page(width, height)
    if sheet.marks:
        paper.watermark(width / 2, 120, 205, _first(sheet))
        _bands(paper, sheet, width, height, band)
    y = centred(paper, sheet.title, width, margin + 6, 18) + 6
    bottom = height - margin - side
    high = _INK if sheet.by_hand else 0.0
    draw_flow(
        paper,
        Table(
            *(margin, y, 61, width - 2 * margin - 61, bottom - y - 4 - high),
            *(10.5, 0.9),
            numbered=True,
            ruled=True,
        ),
        sheet.fields,
    )
    _by_hand(paper, sheet.by_hand, margin, bottom - high, width - 2 * margin)
    # The quiet zone of the code is a sufficient margin.
    paper.code(symbol, margin - 3, bottom, side)
    left = margin + side + 4
    room = width - margin - left
    end = draw_flow(paper, Table(left, bottom + 5, 0, room, side - 26, 10, 0.5), sheet.notes)
    draw_flow(paper, Table(left, end + 4, 0, room, 20, 9), [Row(sheet.hint, ())])


def _by_hand(paper: Paper, boxes: Sequence[tuple[str, ...]], x: float, y: float, width: float) -> None:
    """Draw boxes beside each other, each with its label at the top."""
    for number, labels in enumerate(boxes):
        room = width / len(boxes) - 2
        left = x + number * (room + 4)
        paper.box(left, y, room, _INK - 4)
        draw_flow(paper, Table(left + 1.5, y + 1, 0, room - 3, 8, 8), [Row(labels, ())])


def _card(paper: Paper, sheet: Sheet, symbol: Symbol) -> None:
    width, height, margin = 85.6, 54.0, 3.0
    side = SIDES[Format.CARD]
    band = 3.6 if sheet.marks else 0.0
    paper.page(width, height)
    if sheet.marks:
        paper.watermark(width / 2, height / 2 + 1, 84, _first(sheet))
        _bands(paper, sheet, width, height, band, below=False)
    title = [" / ".join(sheet.title)]
    if paper.width(title[0], _CARD_TITLE, bold=True) > _WIDEST * width:
        title = list(sheet.title)
    y = centred(paper, title, width, max(band, 1.2) + 0.8, _CARD_TITLE) + 0.7
    draw_flow(
        paper,
        Table(margin, y, 29, width - 2 * margin - 29, height - y - 2, 6, 0.3, numbered=True),
        sheet.fields,
    )
    paper.page(width, height)
    if sheet.marks:
        _bands(paper, sheet, width, height, band, below=False)
    top = max(band, 3.75)
    paper.code(symbol, 1.5, top, side)
    left = 1.5 + side + 1.5
    room = width - margin - left
    draw_flow(
        paper,
        Table(left, top + 2, 0, room, height - top - 4, 6.2, 0.45),
        [*sheet.notes, Row(sheet.hint, ())],
    )


_LAYOUTS: Final[Mapping[Format, Callable[[Paper, Sheet, Symbol], None]]] = MappingProxyType(
    {Format.A4: _a4, Format.CARD: _card}
)


def _first(sheet: Sheet) -> str:
    return sheet.marks[0][-1].partition(" - ")[0]


def _bands(
    paper: Paper, sheet: Sheet, width: float, height: float, band: float, *, below: bool = True
) -> None:
    text = " · ".join(" / ".join(mark) for mark in sheet.marks)
    paper.band(0, width, band, text)
    if below:
        paper.band(height - band, width, band, text)
