"""Fields below each other, wrapped, and so small that all of them have room."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vaxpass_cli.printing.paper import GREY, POINT, Paper
from vaxpass_cli.printing.sheet import Row

_LEADING: Final = 1.24
"""The height of a line, in sizes of its letters."""
_ASCENT: Final = 0.95
_SMALLEST: Final = 0.3


@dataclass(frozen=True, slots=True)
class Table:
    """A column of fields: where it is, how wide its two parts are, how large its letters are."""

    x: float
    y: float
    labels: float
    """Millimetres for the labels; 0 puts them above the values"""
    values: float
    height: float
    size: float
    """Points of the first line of a value at most; the rest is in proportion"""
    gap: float = 0.35
    """Between two fields, in sizes of letters"""
    numbered: bool = False
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    bold: bool
    grey: int


def draw(paper: Paper, table: Table, rows: Sequence[Row]) -> float:
    """Draw the fields, smaller where they have no room; the place below the last one."""
    scale = 1.0
    while scale > _SMALLEST and _lay(paper, table, rows, scale, lambda *_: None) > table.height:
        scale *= 0.96
    bottom = _lay(paper, table, rows, scale, lambda x, y, line: _write(paper, x, y, line))
    if table.ruled:
        paper.rule(table.x, table.y + bottom, table.labels + table.values)
    return table.y + bottom


def centred(paper: Paper, lines: Sequence[str], width: float, y: float, size: float) -> float:
    """A title in the middle of the page, its other languages below it and smaller; the place below."""
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
    """Put every line in its place; the height of all of them."""
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
    """Lines that are no wider than `width`; a wider word is divided, behind `<` where it has any."""

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
            # Parts of one length: a last line of a single letter looks like a slip.
            even = math.ceil(len(line) / math.ceil(paper.width(line, size, bold=bold) / width))
            longest = len(line) - 1 if "<" in line else max(even, 1)
            end = next((n for n in range(longest, 1, -1) if fits(line[:n])), 1)
            end = line.rfind("<", 0, end) + 1 or end
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line] if line or not lines else lines
