"""A sheet on its paper: a page of A4, or the two sides of a card of 85.6 x 54 mm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vaxpass_cli.printing import flow
from vaxpass_cli.printing.flow import Table
from vaxpass_cli.printing.paper import Paper
from vaxpass_cli.printing.sheet import Row, Sheet
from vaxpass_cli.printing.symbol import Symbol


class Format(StrEnum):
    """What a certificate is printed on."""

    A4 = "a4"
    CARD = "card"


SIDES: Final[Mapping[Format, float]] = MappingProxyType({Format.A4: 84.0, Format.CARD: 46.5})
"""Millimetres that the QR code has, with its quiet zone."""


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
    y = flow.centred(paper, sheet.title, width, margin + 6, 18) + 6
    bottom = height - margin - side
    flow.draw(
        paper,
        Table(
            *(margin, y, 61, width - 2 * margin - 61, bottom - y - 4),
            *(10.5, 0.9),
            numbered=True,
            ruled=True,
        ),
        sheet.fields,
    )
    # The quiet zone of the code is margin enough beside it.
    paper.code(symbol, margin - 3, bottom, side)
    left = margin + side + 4
    room = width - margin - left
    end = flow.draw(paper, Table(left, bottom + 5, 0, room, side - 26, 10, 0.5), sheet.notes)
    flow.draw(paper, Table(left, end + 4, 0, room, 20, 9), [Row(sheet.hint, ())])


def _card(paper: Paper, sheet: Sheet, symbol: Symbol) -> None:
    width, height, margin = 85.6, 54.0, 3.0
    side = SIDES[Format.CARD]
    band = 3.6 if sheet.marks else 0.0
    paper.page(width, height)
    if sheet.marks:
        paper.watermark(width / 2, height / 2 + 1, 84, _first(sheet))
        _bands(paper, sheet, width, height, band, below=False)
    y = flow.centred(paper, [" / ".join(sheet.title)], width, max(band, 1.2) + 0.8, 6.5) + 0.7
    flow.draw(
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
    flow.draw(
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
