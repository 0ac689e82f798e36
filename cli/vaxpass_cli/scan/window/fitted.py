"""Fits texts into boxes: the largest letters with which everything is there, and nothing is cut.

Qt shapes the letters. Sizes are heights of a capital letter, in pixels of the window.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QTextLayout, QTextOption

_FALLBACK: Final = 0.72
"""The height of a capital letter as a share of the font's size, where the font does not say it"""
_STEPS: Final = 12
_SMALLEST: Final = 5.0
"""The least height of a capital letter, where a text would not fit otherwise"""
_LABELS: Final = 0.42
"""How much of a table's width its labels may take"""


class Align(StrEnum):
    """Where lines stand. Those from right to left begin at the right where they begin at the START."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Words:
    """A text to place."""

    text: str
    size: float
    """The wanted height of a capital letter"""
    least: float
    """What it is at least, as long as that fits"""
    ink: str
    bold: bool = False
    gap: float = 0.0
    """Free space above"""
    minor: bool = False
    """Whether it gets smaller before the others do"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its place."""

    rect: QRect
    text: str
    size: float
    """The height of a capital letter"""
    ink: str
    bold: bool = False
    align: Align = Align.START


class Extent(NamedTuple):
    """What a text needs in a width."""

    width: float
    """The width of its longest line"""
    height: float
    lines: int
    broken: bool
    """Whether a word was broken because it is wider than the line"""


def font_of(size: float, *, bold: bool = False) -> QFont:
    """The font of the system with capital letters of that height."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(max(6, round(size / _capital(font.family()))))
    font.setBold(bold)
    return font


@cache
def _capital(family: str) -> float:
    font = QFont(family)
    font.setPixelSize(200)
    return QFontMetricsF(font).capHeight() / 200 or _FALLBACK


def from_right(text: str) -> bool:
    """Whether a text is written from right to left, which its first letter says.

    >>> from_right("בן־דוד"), from_right("Ben"), from_right("12 ע")
    (True, False, True)
    """
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def laid(
    text: str, size: float, width: float, *, bold: bool, align: Align = Align.START
) -> QTextLayout:
    """The lines of a text in a width, ready to be drawn."""
    # A machine-readable name may be broken behind its signs.
    shown = text.replace("<", "<\u200b").replace("<\u200b<", "<<") if "<" in text else text
    layout = QTextLayout(shown, font_of(size, bold=bold))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    right = from_right(text)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
    if align is Align.MIDDLE:
        option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    elif right is (align is Align.START):
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
    else:
        option.setAlignment(Qt.AlignmentFlag.AlignLeft)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def extent(text: str, size: float, width: float, *, bold: bool = False) -> Extent:
    """What a text needs in a width.

    A word counts as broken only where a letter stands on both sides of a line's end.
    """
    layout = laid(text, size, width, bold=bold)
    shown = layout.text()
    wide = high = 0.0
    broken = False
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        wide, high = max(wide, line.naturalTextWidth()), high + line.height()
        end = line.textStart() + line.textLength()
        broken |= 0 < end < len(shown) and shown[end - 1].isalnum() and shown[end].isalnum()
    return Extent(wide, high, layout.lineCount(), broken)


def drawable(text: str) -> bool:
    """Whether the fonts of this machine have every letter of a text."""
    layout = laid(text, 20, 1e6, bold=False)
    return all(0 not in run.glyphIndexes() for run in layout.glyphRuns())


def flow(
    words: Sequence[Words],
    box: QRect,
    *,
    align: Align = Align.START,
    down: float = 0.0,
    most: int = 0,
) -> list[Text]:
    """The texts below each other in a box, as large as they fit; empty ones are left out.

    Those that are minor get smaller first. `down` says where free height goes: 0 below, 0.5 to both
    sides, 1 above. With `most`, each text has at most that many lines as long as a size allows it.
    """
    words = [one for one in words if one.text]
    placed: list[Text] = []
    sized: list[Words] = []
    for sized in _smaller(words):
        placed, fits = _stacked(sized, box, align, most)
        if fits:
            break
    if not placed:
        return []
    placed = _grown(words, sized, placed, box, align, most)
    free = box.bottom() - placed[-1].rect.bottom()
    lower = max(0, round(free * down))
    return [replace(text, rect=text.rect.translated(0, lower)) for text in placed]


def _smaller(words: Sequence[Words]) -> list[list[Words]]:
    """The texts in ever smaller sizes: first the minor ones, then all, and at last below the least."""
    stages: list[list[Words]] = []
    for step in range(_STEPS + 1):
        share = step / _STEPS
        stages.append([_at(one, share if one.minor else 0.0) for one in words])
    for step in range(1, 2 * _STEPS + 1):
        share = step / (2 * _STEPS)
        stages.append([_at(one, 1.0 if one.minor else share) for one in words])
    for share in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4):
        stages.append([replace(one, size=max(_SMALLEST, one.least * share)) for one in words])
    return stages


def _grown(
    words: Sequence[Words],
    sized: list[Words],
    placed: list[Text],
    box: QRect,
    align: Align,
    most: int,
) -> list[Text]:
    """The texts, each as large as the height that is left over allows: the largest first."""

    def rank(number: int) -> tuple[bool, float, int]:
        return words[number].minor, -words[number].size, -number

    for number in sorted(range(len(words)), key=rank):
        wanted, now = words[number].size, sized[number].size
        for share in (1.0, 0.75, 0.5, 0.25) if now < wanted else ():
            larger = replace(sized[number], size=now + (wanted - now) * share)
            tried = [*sized[:number], larger, *sized[number + 1 :]]
            grown, fits = _stacked(tried, box, align, most)
            if fits:
                sized, placed = tried, grown
                break
    return placed


def _at(words: Words, share: float) -> Words:
    return replace(words, size=words.size - (words.size - min(words.size, words.least)) * share)


def _stacked(words: Sequence[Words], box: QRect, align: Align, most: int) -> tuple[list[Text], bool]:
    placed: list[Text] = []
    top = float(box.top())
    fits = True
    for one in words:
        found = extent(one.text, one.size, box.width(), bold=one.bold)
        may_break = one.size <= one.least + 0.01
        fits &= may_break or not (found.broken or (most and found.lines > most))
        top += one.gap if placed else 0
        high = int(found.height + 0.999)
        rect = QRect(box.left(), round(top), box.width(), high)
        placed.append(Text(rect, one.text, one.size, one.ink, one.bold, align))
        top += high
    return placed, fits and top <= box.bottom() + 1


Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The look of a table: the sizes of its letters from the largest to the least, and the inks."""

    sizes: Sequence[float]
    ink: str
    soft: str


def table(rows: Sequence[Row], box: QRect, look: Table) -> list[Text]:
    """Rows of a label and a value, as large as they fit, in two columns where these are larger.

    A row without a value is a title. Where even the least size does not fit, it gets smaller still.
    """
    sizes = [*look.sizes, *(look.sizes[-1] * share for share in (0.9, 0.8, 0.7, 0.6, 0.5))]
    placed: list[Text] = []
    for size in sizes:
        for columns in (1, 2):
            placed, fits = _columns(rows, box, size, columns, look)
            if fits:
                return placed
    return placed


def _columns(
    rows: Sequence[Row], box: QRect, size: float, columns: int, look: Table
) -> tuple[list[Text], bool]:
    if columns == 1:
        placed = _set(rows, box, size, look)
        return placed, _bottom(placed, box) <= box.bottom()
    between = round(size * 2.5)
    wide = (box.width() - between) // 2
    # A column of a few letters is no better than small letters.
    if wide < size * 22:
        return [], False
    left = QRect(box.left(), box.top(), wide, box.height())
    right = left.translated(wide + between, 0)
    count = len(rows)
    while count and _bottom(_set(rows[:count], left, size, look), box) > box.bottom():
        count -= 1
    # A title stands above its rows.
    while count and not rows[count - 1][1]:
        count -= 1
    placed = _set(rows[:count], left, size, look) + _set(rows[count:], right, size, look)
    return placed, bool(count) and _bottom(placed, box) <= box.bottom()


def _bottom(placed: Sequence[Text], box: QRect) -> int:
    return max((text.rect.bottom() for text in placed), default=box.top())


def _set(rows: Sequence[Row], box: QRect, size: float, look: Table) -> list[Text]:
    # Half a pixel more: else a label might be broken in the width that it needs.
    labels = [extent(label, size, 1e6).width + 2 for label, value in rows if value and label]
    first = min(round(max(labels, default=0)), round(box.width() * _LABELS))
    second = box.left() + first + round(size * 1.4)
    placed: list[Text] = []
    top = box.top()
    for label, value in rows:
        if not value:
            top += round(size * 0.8) if placed else 0
            texts = [(QRect(box.left(), top, box.width(), 0), label, look.ink, True)]
        else:
            wide = box.right() + 1 - second
            texts = [(QRect(box.left(), top, first, 0), label, look.soft, False)]
            texts.append((QRect(second, top, wide, 0), value, look.ink, False))
        low = top
        for place, text, ink, bold in texts:
            if not text:
                continue
            high = int(extent(text, size, place.width(), bold=bold).height + 0.999)
            rect = QRect(place.left(), top, place.width(), high)
            placed.append(Text(rect, text, size, ink, bold))
            low = max(low, top + high)
        top = low + round(size * 0.25)
    return placed
