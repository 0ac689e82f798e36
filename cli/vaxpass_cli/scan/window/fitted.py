"""Fits texts into boxes: the largest letters with which everything is there, and nothing is cut.

Qt shapes the letters. Sizes are heights of a capital letter, in pixels of the window.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QTextLayout, QTextOption

_FALLBACK: Final = 0.72
"""The height of a capital letter as a share of the font's size, where the font does not say it"""
_SAMPLE: Final = "send the traveller to inspection"
_WIDE: Final = 0.59
"""The mean width of a letter, as a share of the height of a capital letter, that is wanted at most"""
_NARROWEST: Final = 88
"""How wide letters are set at least, in percent"""
_PITCH: Final = 1.42
"""From line to line at least, as a multiple of the height of a capital letter"""
_BELOW_LINE: Final = 0.34
"""The room for the tails of letters at least, in the same measure"""
_APART: Final = 0.05
"""The least space between the letters of two lines, in the same measure"""
_ALPHABETS: Final = 0x0590
"""Before it stand the scripts whose letters look the same beside any others: Latin, Greek, Cyrillic"""
_MARKED: Final = range(0x1E00, 0x2070)
"""More letters of these scripts, with marks; and the signs of sentences"""
_STEPS: Final = 12
_BELOW: Final = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
"""Sizes where even the least do not fit, as shares of them"""
_STAGES: Final = 3 * _STEPS + len(_BELOW) + 1
_COLUMN: Final = 22
"""The least width of one of two columns, as a multiple of the height of a capital letter"""
_ENDLESS: Final = 1_000_000
_SMALLEST: Final = 5.0
"""The least height of a capital letter, where a text would not fit otherwise"""
_LABELS: Final = 0.42
"""How much of a table's width its labels may take where the values need all the rest"""


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
    narrower: int = 0
    """By how much its lines are shorter than the box is wide, at the end"""


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


class Lines(NamedTuple):
    """A text in lines, ready to be drawn."""

    layout: QTextLayout
    height: float
    """What the lines need; the first begins at 0"""
    middle: float
    """Halfway from the top of the first capital letters to where the last letters stand"""


class Extent(NamedTuple):
    """What a text needs in a width."""

    width: float
    """The width of its longest line"""
    height: float
    lines: int
    broken: bool
    """Whether a word was broken because it is wider than the line"""


def _pixels(size: float) -> int:
    """The size of the font in pixels, for a height of a capital letter."""
    return max(6, round(size / _capital()))


@cache
def _font(pixels: int, *, bold: bool) -> QFont:
    font = QFont(QGuiApplication.font())
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setStretch(_stretch())
    return font


@cache
def _stretch() -> int:
    """How wide letters are set, in percent: those of a wide font are narrower, and may be higher."""
    wide = _metrics(bold=False).horizontalAdvance(_SAMPLE) / len(_SAMPLE) / (200 * _capital())
    return min(100, max(_NARROWEST, round(100 * _WIDE / wide)))


@cache
def _capital() -> float:
    return _metrics(bold=False).capHeight() / 200 or _FALLBACK


@cache
def _metrics(*, bold: bool) -> QFontMetricsF:
    font = QFont(QGuiApplication.font())
    font.setPixelSize(200)
    font.setBold(bold)
    return QFontMetricsF(font)


class _Reach(NamedTuple):
    """How far a letter goes from where it stands, as multiples of the height of a capital letter."""

    above: float
    below: float


@cache
def _reach(letter: str, *, bold: bool) -> _Reach:
    ink = _metrics(bold=bold).tightBoundingRect(letter)
    return _Reach(-ink.top() / 200 / _capital(), ink.bottom() / 200 / _capital())


def _room(text: str, *, bold: bool) -> _Reach | None:
    """The room above and below a line of these letters; None where only the font knows it.

    Below it is the same for all, so that the letters of two texts beside each other stand on one line.

    Fonts leave room for letters that a text does not have: a third of a line, in Noto Sans. In scripts
    whose letters change with their neighbours the font decides.
    """
    letters = set(text)
    if not all(ord(one) < _ALPHABETS or ord(one) in _MARKED for one in letters) or any(
        map(unicodedata.combining, letters)
    ):
        return None
    reaches = [_reach(one, bold=bold) for one in letters]
    above = max((one.above for one in reaches), default=1.0)
    below = max([_BELOW_LINE, *(one.below for one in reaches)]) + _APART / 2
    return _Reach(max(_PITCH - below, above + _APART / 2), below)


def from_right(text: str) -> bool:
    """Whether a text is written from right to left, which its first letter says.

    >>> from_right("בן־דוד"), from_right("Ben"), from_right("12 ע")
    (True, False, True)
    """
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def laid(text: str, size: float, width: float, *, bold: bool, align: Align = Align.START) -> Lines:
    """The lines of a text in a width."""
    # A machine-readable name may be broken behind its signs.
    shown = text.replace("<", "<\u200b").replace("<\u200b<", "<<") if "<" in text else text
    pixels = _pixels(size)
    layout = QTextLayout(shown, _font(pixels, bold=bold))
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
    room = _room(text, bold=bold)
    capital = pixels * _capital()
    layout.beginLayout()
    top = 0.0
    stands: list[float] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        above, below = line.ascent(), line.descent()
        if room and (room.above + room.below) * capital < above + below:
            above, below = room.above * capital, room.below * capital
        line.setPosition(QPointF(0, top + above - line.ascent()))
        stands.append(top + above)
        top += above + below
    layout.endLayout()
    middle = (stands[0] - capital + stands[-1]) / 2 if stands else 0.0
    return Lines(layout, top, middle)


def drawable(text: str) -> bool:
    """Whether the fonts of this machine have every letter of a text."""
    layout = laid(text, 20, 1e6, bold=False).layout
    return all(0 not in run.glyphIndexes() for run in layout.glyphRuns())


Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The look of a table: the sizes of its letters from the largest to the least, and the inks."""

    sizes: Sequence[float]
    ink: str
    soft: str


class Setter:
    """Sets texts. What was measured for the screen before is still known, and nothing older."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int, bool], Extent] = {}
        self._before = self._known

    def begin(self) -> None:
        """Begin another screen: nothing of a traveller is kept for longer than the next one."""
        self._before, self._known = self._known, {}

    def extent(self, text: str, size: float, width: int, *, bold: bool = False) -> Extent:
        """What a text needs in a width."""
        key = text, _pixels(size), width, bold
        found = self._known.get(key) or self._before.get(key) or _extent(text, size, width, bold=bold)
        self._known[key] = found
        return found

    def flow(
        self,
        words: Sequence[Words],
        box: QRect,
        *,
        align: Align = Align.START,
        down: float = 0.0,
    ) -> list[Text]:
        """The texts below each other in a box, as large as they fit; empty ones are left out.

        Those that are minor get smaller first. `down` says where free height goes: 0 below, 0.5 to both
        sides, 1 above.
        """
        words = [one for one in words if one.text]
        if not words:
            return []
        # What fits in a size fits in a smaller one.
        low, high = 0, _STAGES - 1
        while low < high:
            middle = (low + high) // 2
            if self._fits(words, _sizes(words, middle), box):
                high = middle
            else:
                low = middle + 1
        sizes = self._grown(words, _sizes(words, low), box)
        heights = [
            math.ceil(self._of(one, size, box).height) for one, size in zip(words, sizes, strict=True)
        ]
        free = box.height() - sum(heights) - sum(one.gap for one in words[1:])
        top = box.top() + max(0.0, free * down)
        placed: list[Text] = []
        for one, size, tall in zip(words, sizes, heights, strict=True):
            top += one.gap if placed else 0
            rect = QRect(box.left(), int(top), box.width() - one.narrower, tall)
            placed.append(Text(rect, one.text, size, one.ink, one.bold, align))
            top += tall
        return placed

    def table(self, rows: Sequence[Row], box: QRect, look: Table) -> list[Text]:
        """Rows of a label and a value, as large as they fit, in two columns where these are larger.

        A row without a value is a title. Where even the least size does not fit, it gets smaller still.
        """
        placed: list[Text] = []
        for size in (*look.sizes, *(look.sizes[-1] * share for share in _BELOW)):
            placed = self._rows(rows, box, size, look)
            if _bottom(placed, box) <= box.bottom():
                break
            beside = self._beside(rows, box, size, look)
            if beside and _bottom(beside, box) <= box.bottom():
                return beside
        return placed

    def _of(self, one: Words, size: float, box: QRect) -> Extent:
        return self.extent(one.text, size, box.width() - one.narrower, bold=one.bold)

    def _fits(self, words: Sequence[Words], sizes: Sequence[float], box: QRect) -> bool:
        """Whether the texts fit below each other, without a broken word where a size may be smaller."""
        free = box.height() - sum(one.gap for one in words[1:])
        for one, size in zip(words, sizes, strict=True):
            found = self._of(one, size, box)
            free -= math.ceil(found.height)
            if free < 0 or (found.broken and size > one.least + 0.01):
                return False
        return True

    def _grown(self, words: Sequence[Words], sizes: list[float], box: QRect) -> list[float]:
        """Sizes that are larger where height is left over: of all texts by the same steps."""
        numbers = sorted(range(len(words)), key=lambda number: (words[number].minor, -number))
        for share in (0.25, 0.5, 0.75, 1.0):
            for number in numbers:
                now = sizes[number]
                size = now + (words[number].size - now) * share
                tried = [*sizes[:number], size, *sizes[number + 1 :]]
                if size > now and self._fits(words, tried, box):
                    sizes = tried
        return sizes

    def _beside(self, rows: Sequence[Row], box: QRect, size: float, look: Table) -> list[Text]:
        """The rows in two columns; nothing where these would be too narrow."""
        between = round(size * 2.5)
        wide = (box.width() - between) // 2
        if wide < size * _COLUMN:
            return []
        left = QRect(box.left(), box.top(), wide, box.height())
        count = len(rows)
        while count and _bottom(self._rows(rows[:count], left, size, look), box) > box.bottom():
            count -= 1
        # A title stands above its rows.
        while count and not rows[count - 1][1]:
            count -= 1
        if not count:
            return []
        right = left.translated(wide + between, 0)
        return self._rows(rows[:count], left, size, look) + self._rows(rows[count:], right, size, look)

    def _rows(self, rows: Sequence[Row], box: QRect, size: float, look: Table) -> list[Text]:
        # A pixel more: else a label might be broken in the width that it needs.
        pairs = [row for row in rows if row[1]]
        labels, values = (
            math.ceil(max((self.extent(row[side], size, _ENDLESS).width for row in pairs), default=0))
            + 1
            for side in (0, 1)
        )
        free = box.width() - values - round(size * 1.4)
        first = min(labels, max(free, round(box.width() * _LABELS)))
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
            needs = [
                self.extent(text, size, place.width(), bold=bold) for place, text, _, bold in texts
            ]
            # The first lines of both stand on one line.
            tallest = max(need.height / need.lines for need in needs)
            low = top
            for (place, text, ink, bold), need in zip(texts, needs, strict=True):
                if not text:
                    continue
                high = math.ceil(need.height)
                begin = top + round(tallest - need.height / need.lines)
                rect = QRect(place.left(), begin, place.width(), high)
                placed.append(Text(rect, text, size, ink, bold))
                low = max(low, begin + high)
            top = low + round(size * 0.25)
        return placed


def _bottom(placed: Sequence[Text], box: QRect) -> int:
    return max((text.rect.bottom() for text in placed), default=box.top())


def _sizes(words: Sequence[Words], stage: int) -> list[float]:
    """The sizes of a stage: first the minor ones get smaller, then all, and at last below the least."""
    if stage <= _STEPS:
        minor, other = stage / _STEPS, 0.0
    else:
        minor, other = 1.0, (stage - _STEPS) / _STEPS / 2
    if other > 1:
        share = _BELOW[stage - 3 * _STEPS - 1]
        return [max(_SMALLEST, one.least * share) for one in words]
    return [one.size - (one.size - one.least) * (minor if one.minor else other) for one in words]


def _extent(text: str, size: float, width: int, *, bold: bool) -> Extent:
    """What a text needs in a width.

    A word counts as broken only where a letter stands on both sides of a line's end.
    """
    layout, high, _ = laid(text, size, width, bold=bold)
    shown = layout.text()
    wide = 0.0
    broken = False
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        wide = max(wide, line.naturalTextWidth())
        end = line.textStart() + line.textLength()
        broken |= 0 < end < len(shown) and shown[end - 1].isalnum() and shown[end].isalnum()
    return Extent(wide, high, layout.lineCount(), broken)
