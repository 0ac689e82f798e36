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
from vaxpass_cli.print.layouts import Table, centred, draw_flow
from vaxpass_cli.print.pdf_writer import Paper

_WIDTH: Final = 148.0
_HEIGHT: Final = 210.0
_MARGIN: Final = 12.0
_LARGEST: Final = 10.5
"""Points"""
_LABELS: Final = 33.0
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to correct, in the languages of the sheet."""

    field: tuple[str, ...]
    """The name of the field"""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitizenSheet:
    """What the sheet says beside its own words."""

    name: str
    """The name that was declared; may be empty"""
    record: str
    """The identifier of the record; may be empty"""
    advice: tuple[Advice, ...]
    where: tuple[tuple[str, ...], ...]
    """Where to go: sentences, each in the languages of the sheet"""
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
    room = _WIDTH - 2 * _MARGIN
    y = centred(paper, _label("title"), _WIDTH, _MARGIN, 15) + 3
    stated = [
        Row(_label("for"), (_shown(paper, sheet.name),)) if sheet.name else None,
        Row((_field("record"),), (_shown(paper, sheet.record),)) if sheet.record else None,
        Row(_label("date"), (f"{sheet.on.day:02}/{sheet.on.month:02}/{sheet.on.year}",)),
    ]
    about = [row for row in stated if row]
    y = draw_flow(paper, Table(_MARGIN, y, _LABELS, room - _LABELS, 30, 9, ruled=True), about) + 5
    where = [(_shown(paper, sheet.place),)] if sheet.place else []
    sections = (
        ("differs", [(_capital(" / ".join(each.field)), each.sentences) for each in sheet.advice]),
        ("bring", [("", _label("card")), ("", _label("slip"))]),
        ("where", [("", each) for each in (*where, *sheet.where)]),
    )
    rows = []
    for name, items in sections:
        rows.append(Row((), (" / ".join(_label(name)),)))
        for field, sentences in items:
            rows.append(Row((field or "•",), tuple(_shown(paper, each) for each in sentences)))
    bottom = _HEIGHT - _MARGIN - 8
    draw_flow(paper, Table(_MARGIN, y, _LABELS, room - _LABELS, bottom - y, _LARGEST, 0.6), rows)
    draw_flow(paper, Table(_MARGIN, bottom + 2, 0, room, 6, 7), [Row(_label("note"), ())])


def _label(name: str) -> tuple[str, ...]:
    return tuple(messages.text(f"explain.sheet.{name}", each) for each in BOTH)


def _field(name: str) -> str:
    return " / ".join(messages.text(f"explain.{name}", each) for each in BOTH)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(paper: Paper, text: str) -> str:
    shown = normalize("NFC", escape_for_display(text, _LONGEST))
    return "".join(each if paper.shows(each) else "?" for each in shown)
