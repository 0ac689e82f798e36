"""The sheet that a citizen takes home: what does not agree, what to bring, and where to go.

A page of A5 in two languages. It has nothing of the population register, and of the person only the
name and the record that were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from unicodedata import normalize

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli.options import BOTH
from vaxpass_cli.print.fields import Row
from vaxpass_cli.print.layouts import Table, centred, draw_flow, wrap
from vaxpass_cli.print.pdf_writer import BLACK, GREY, POINT, Paper

_WIDTH: Final = 148.0
_HEIGHT: Final = 210.0
_MARGIN: Final = 12.0
_ROOM: Final = _WIDTH - 2 * _MARGIN
_LABELS: Final = 33.0
_LARGEST: Final = 10.0
_SMALLEST: Final = 4.5
"""Points; the size of most letters"""
_LEADING: Final = 1.25
_INDENT: Final = 5.0
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to correct, in the languages of the sheet."""

    field: tuple[str, ...]
    """The name of the field"""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where to go, in the languages of the sheet, and which of the advice is followed there."""

    advice: tuple[int, ...]
    """Their places, from 1 on"""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitizenSheet:
    """What the sheet says beside its own words."""

    name: str
    """The name that was declared; may be empty"""
    record: str
    """The identifier of the record; may be empty"""
    advice: tuple[Advice, ...]
    where: tuple[Where, ...]
    place: str
    """The place as the clerk gave it; may be empty"""
    on: date


def pdf(sheet: CitizenSheet, at: datetime) -> bytes:
    """The sheet as PDF; `at` is the time in its metadata. Texts are smaller where there are many."""
    paper = Paper(at, title=" / ".join(_label("title")))
    try:
        paper.page(_WIDTH, _HEIGHT)
        _draw(paper, sheet)
        return paper.finish()
    finally:
        paper.close()


def _draw(paper: Paper, sheet: CitizenSheet) -> None:
    y = centred(paper, _label("title"), _WIDTH, _MARGIN, 15) + 3
    stated = [
        Row(_label("for"), (_shown(paper, sheet.name),)) if sheet.name else None,
        Row(_of_languages("explain.record"), (_shown(paper, sheet.record),)) if sheet.record else None,
        Row(_label("date"), (f"{sheet.on.day:02}/{sheet.on.month:02}/{sheet.on.year}",)),
    ]
    about = [row for row in stated if row]
    y = draw_flow(paper, Table(_MARGIN, y, _LABELS, _ROOM - _LABELS, 22, 9), about) + 4
    bottom = _HEIGHT - _MARGIN - 6
    flow = _Flow(paper, _LARGEST)
    while flow.lay(sheet, y, draw=False) > bottom and flow.size > _SMALLEST:
        flow = _Flow(paper, 0.96 * flow.size)
    flow.lay(sheet, y, draw=True)
    draw_flow(paper, Table(_MARGIN, bottom + 1, 0, _ROOM, 6, 7), [Row(_label("note"), ())])


@dataclass
class _Flow:
    """Sets the sections of the sheet below each other."""

    paper: Paper
    size: float

    def lay(self, sheet: CitizenSheet, y: float, *, draw: bool) -> float:
        """Draw the sections from `y` on, or only measure them; gives the place below."""
        y = self._heading(_label("differs"), y, draw)
        for number, each in enumerate(sheet.advice, 1):
            field = " / ".join(dict.fromkeys(map(_capital, each.field)))
            y = self._item(f"{number}.", (field, *each.sentences), y, draw)
        y = self._heading(_label("bring"), y, draw)
        for name in ("card", "slip"):
            y = self._item("–", ("", *_label(name)), y, draw)
        y = self._heading(_label("where"), y, draw)
        if sheet.place:
            y = self._item("–", (sheet.place,), y, draw)
        for place in sheet.where:
            numbers = ", ".join(map(str, place.advice))
            said = " / ".join(
                messages.text("explain.sheet.items", each, numbers=numbers) for each in BOTH
            )
            # With one place for everything the numbers say nothing.
            y = self._item("–", (said if len(sheet.where) > 1 else "", *place.sentences), y, draw)
        return y

    def _heading(self, lines: tuple[str, ...], y: float, draw: bool) -> float:
        size = 1.12 * self.size
        y += 0.55 * _LEADING * size * POINT
        y = self._lines(" / ".join(lines), (_MARGIN, y), size, draw, bold=True)
        if draw:
            self.paper.rule(_MARGIN, y + 0.3, _ROOM)
        return y + 1.2

    def _item(self, mark: str, lines: tuple[str, ...], y: float, draw: bool) -> float:
        """Lines behind a mark: the first is bold, the second plain, those below it grey and smaller."""
        self._lines(mark, (_MARGIN, y), self.size, draw)
        for number, text in enumerate(lines):
            if text:
                small = number > 1
                size = 0.86 * self.size if small else self.size
                at = (_MARGIN + _INDENT, y)
                y = self._lines(text, at, size, draw, bold=number == 0, grey=GREY if small else 0)
        return y + 0.35 * self.size * POINT

    def _lines(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        draw: bool,
        *,
        bold: bool = False,
        grey: int = BLACK,
    ) -> float:
        x, y = at
        for line in wrap(self.paper, _shown(self.paper, text), _WIDTH - _MARGIN - x, size, bold=bold):
            if draw:
                self.paper.write(x, y + 0.95 * size * POINT, line, size, bold=bold, grey=grey)
            y += _LEADING * size * POINT
        return y


def _label(name: str) -> tuple[str, ...]:
    return _of_languages(f"explain.sheet.{name}")


def _of_languages(key: str) -> tuple[str, ...]:
    return tuple(messages.text(key, each) for each in BOTH)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(paper: Paper, text: str) -> str:
    shown = normalize("NFC", escape_for_display(text, _LONGEST))
    return "".join(each if paper.shows(each) else "?" for each in shown)
