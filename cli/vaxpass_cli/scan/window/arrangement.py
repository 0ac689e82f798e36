"""Says where everything of a screen stands in a window of any size and shape.

Sizes are multiples of the unit: the height of a capital letter that can be read from two metres. A
window that is higher than wide has the plate at the top, else it stands at the left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from PySide6.QtCore import QRect, QSize

from vaxpass_cli.output.plates import Plate
from vaxpass_cli.scan.desk.screen import Button, Finding, Screen, State
from vaxpass_cli.scan.window.fitted import (
    Align,
    Setter,
    Table,
    Text,
    Words,
    drawable,
)
from vaxpass_cli.scan.window.theme import PLATES, Theme

_TWO_METRES: Final = 2000 * math.radians(16 / 60)
"""The height of a capital letter that is seen at 16 minutes of arc from two metres, in millimetres"""
_SHARE: Final = 0.0541
"""The unit as a share of the height of a window of 16 to 9: 58.4 pixels of 1080"""
_LARGER: Final = 1.25
"""How much larger the unit may be where the screen is small"""
_PLAUSIBLE: Final = (2.0, 20.0)
"""Pixels on a millimetre that a screen may have; what others say of themselves is not believed"""
_ENDLESS: Final = 1_000_000
_TOUCH: Final = 48
"""The least height of a button that a finger hits, in pixels"""


def unit_of(size: QSize, per_millimetre: float) -> float:
    """The height of a capital letter that counts, in pixels, for a window on a screen.

    It grows with the window. On all of a 14-inch screen of 1920x1080 it is 16 minutes of arc from two
    metres; on a smaller screen it is more of the window.

    >>> unit = unit_of(QSize(1920, 1080), 1920 / 309)
    >>> round(unit / (1920 / 309), 1)
    9.4
    """
    share = _SHARE * math.sqrt(size.width() * size.height() * 9 / 16)
    if _PLAUSIBLE[0] <= per_millimetre <= _PLAUSIBLE[1]:
        share = min(max(share, _TWO_METRES * per_millimetre), _LARGER * share)
    return share


class Fill(NamedTuple):
    """A rectangle of one colour."""

    rect: QRect
    colour: str


class Sign(NamedTuple):
    """The shape of an outcome; `full`: with the places of the others."""

    rect: QRect
    plate: Plate
    full: bool


@dataclass(slots=True)
class Arrangement:
    """Where everything stands. What comes later is above what came before."""

    ground: str
    fills: list[Fill] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    buttons: list[tuple[QRect, Button]] = field(default_factory=list)
    letters: float = 0.0
    """The height of a capital letter on the buttons"""
    picture: QRect | None = None
    """Where the camera's picture stands"""
    guide: bool = False
    """Whether the picture shows where a code is best held"""


def arrange(
    screen: Screen,
    size: QSize,
    unit: float,
    least: float,
    theme: Theme,
    setter: Setter,
    *,
    picture: bool,
) -> Arrangement:
    """Arrange a screen; `picture`: the camera delivers one.

    `unit` is the height of a capital letter that counts, `least` that of the smallest print.
    """
    setter.begin()
    arranging = _Arranging(screen, unit, least, theme, setter, picture=picture)
    return arranging.all(QRect(0, 0, size.width(), size.height()))


class _Arranging:
    """One screen that is being arranged."""

    def __init__(
        self,
        screen: Screen,
        unit: float,
        least: float,
        theme: Theme,
        setter: Setter,
        *,
        picture: bool,
    ) -> None:
        self.screen = screen
        self.unit = unit
        self.least = least
        self.theme = theme
        self.setter = setter
        self.picture = picture
        self.to = Arrangement(theme.waiting.ground)

    def all(self, area: QRect) -> Arrangement:
        rest = self.buttons(self.badges(area))
        if finding := self.screen.finding:
            # The details need the room, and a specimen is marked as one anyway.
            marked = bool(finding.specimen) and self.screen.show_details
            self.verdict(finding, rest if marked else self.test_mode(rest))
        elif self.screen.overlay:
            self.overlay(self.test_mode(rest))
        elif self.screen.alerts:
            # One of them says it where test keys count.
            self.alarming(rest)
        else:
            self.waiting(self.test_mode(rest))
        return self.to

    def words(
        self, text: str, size: float, ink: str, *, least: float = 0.4, bold: bool = False, **more: float
    ) -> Words:
        """Words in units; the least size is never below that of the smallest print."""
        low = max(self.least, least * self.unit)
        return Words(
            text,
            max(low, size * self.unit),
            low,
            ink,
            bold,
            gap=more.get("gap", 0.0) * self.unit,
            minor=bool(more.get("minor")),
        )

    def px(self, units: float) -> int:
        return round(units * self.unit)

    # The frame: badges at the top, buttons at the bottom.

    def badges(self, area: QRect) -> QRect:
        """The bar at the top: where and how the desk decides, and how long the verdict stays."""
        screen, pad = self.screen, self.px(0.22)
        left = "" if screen.seconds_left is None else f"{screen.seconds_left} s"
        place = screen.finding.place if screen.finding else ""
        status = "   ".join(part for part in (place, left) if part)
        room = area.adjusted(pad, pad, -pad, 0)
        size = max(self.least, 0.42 * self.unit)
        end = self.setter.extent(status, size * 1.2, _ENDLESS, bold=True) if status else None
        if end:
            room.setRight(room.right() - round(end.width) - 2 * pad)
        chips, bottom = self.chips(room, size)
        if end:
            bottom = max(bottom, room.top() + round(end.height))
        bar = QRect(area.left(), area.top(), area.width(), bottom + pad - area.top())
        self.to.fills.append(Fill(bar, self.theme.bar.ground))
        for rect, text in chips:
            self.to.fills.append(Fill(rect, self.theme.badge.ground))
            self.to.texts.append(text)
        if end:
            top = bar.top() + (bar.height() - round(end.height)) // 2
            rect = QRect(room.right() + pad, top, round(end.width) + 2, round(end.height + 0.999))
            self.to.texts.append(Text(rect, status, size * 1.2, self.theme.bar.ink, bold=True))
        return area.adjusted(0, bar.height(), 0, 0)

    def width(self, text: str, size: float, most: int = _ENDLESS) -> int:
        """The width of a bold text in one line, with a pixel to spare."""
        return min(most, math.ceil(self.setter.extent(text, size, _ENDLESS, bold=True).width) + 1)

    def chips(self, room: QRect, size: float) -> tuple[list[tuple[QRect, Text]], int]:
        """The badges in as few rows as their smallest letters allow; gives also where they end."""
        found: list[tuple[QRect, Text]] = []
        bottom = room.top()
        for share in (1.0, 0.9, 0.8, 0.7):
            letters = max(self.least, size * share)
            pad = round(letters * 0.6)
            found, row, left, top = [], 0, room.left(), room.top()
            most = room.width() - 2 * pad
            wides = [self.width(badge, letters, most) for badge in self.screen.badges]
            highs = [
                math.ceil(self.setter.extent(badge, letters, wide, bold=True).height)
                for badge, wide in zip(self.screen.badges, wides, strict=True)
            ]
            for badge, wide, own in zip(self.screen.badges, wides, highs, strict=True):
                high = max(highs)
                if left + wide + 2 * pad > room.right() and left > room.left():
                    row, left, top = row + 1, room.left(), bottom + pad // 2
                chip = QRect(left, top, wide + 2 * pad, high + pad // 2)
                text = QRect(chip.left() + pad, top + pad // 4 + high - own, wide, own)
                found.append((chip, Text(text, badge, letters, self.theme.badge.ink, bold=True)))
                left, bottom = chip.right() + pad // 2, chip.bottom()
            if row == 0 or letters <= self.least:
                break
        return found, bottom

    def buttons(self, area: QRect) -> QRect:
        """The buttons at the bottom, in one row or two, as wide as a finger needs."""
        buttons = self.screen.buttons
        if not buttons:
            return area
        gap = self.px(0.16)
        letters = max(self.least * 1.1, 0.5 * self.unit)
        high = max(_TOUCH, self.px(1.1))
        room = area.width() - gap

        def widths(size: float) -> list[float]:
            return [
                self.setter.extent(one.label, size, _ENDLESS, bold=True).width + size * 1.6
                for one in buttons
            ]

        per_row = len(buttons)
        while True:
            fitting = [
                size
                for size in (letters, letters * 0.9, letters * 0.8, letters * 0.7)
                if max(widths(size)) + gap <= room / per_row and (size >= self.least or size == letters)
            ]
            if fitting or per_row <= 2:
                break
            per_row = math.ceil(per_row / 2)
        self.to.letters = fitting[0] if fitting else self.least
        rows = math.ceil(len(buttons) / per_row)
        bar = QRect(area.left(), 0, area.width(), rows * (high + gap) + gap)
        bar.moveBottom(area.bottom())
        self.to.fills.append(Fill(bar, self.theme.bar.ground))
        for number, button in enumerate(buttons):
            row, place = divmod(number, per_row)
            beside = min(per_row, len(buttons) - row * per_row)
            first = bar.left() + gap + room * place // beside
            last = bar.left() + gap + room * (place + 1) // beside
            top = bar.top() + gap + row * (high + gap)
            self.to.buttons.append((QRect(first, top, last - first - gap, high), button))
        return area.adjusted(0, 0, 0, -bar.height())

    def test_mode(self, area: QRect) -> QRect:
        """The band that says that specimens count."""
        return self.band(
            area,
            [self.words(self.screen.test_mode, 0.62, self.theme.test.ink, bold=True)],
            self.theme.test.ground,
            align=Align.MIDDLE,
            pad=0.12,
        )

    def band(
        self,
        area: QRect,
        words: Sequence[Words],
        ground: str,
        *,
        align: Align = Align.START,
        pad: float,
        above: float = 0.0,
        share: float = 0.4,
    ) -> QRect:
        """Texts on a band at the top of an area, of which they take at most a share; gives the rest.

        `above` is more free space at the top, for capital letters, which leave some free below.
        """
        side, edge, top = self.px(0.55), self.px(pad), self.px(pad + above)
        room = QRect(
            area.left() + side,
            area.top() + top,
            area.width() - 2 * side,
            round(area.height() * share) - top - edge,
        )
        texts = self.setter.flow(words, room, align=align)
        if not texts:
            return area
        high = texts[-1].rect.bottom() + 1 + edge - area.top()
        self.to.fills.append(Fill(QRect(area.left(), area.top(), area.width(), high), ground))
        self.to.texts += texts
        return area.adjusted(0, high, 0, 0)

    # While there is no verdict.

    def alarming(self, area: QRect) -> None:
        """What must be known before a code is shown, above all else; beside it where there is room."""
        pictured = self.shows_picture
        if pictured and area.width() > area.height() * 4 // 3:
            strip = self.message_height(area)
            left = area.adjusted(0, 0, -area.width() * 45 // 100, -strip)
            self.to.fills.append(Fill(left, self.theme.alert.ground))
            self.alerts(left, 0.98)
            self.message(area.adjusted(0, area.height() - strip, 0, 0))
            self.pictured(area.adjusted(left.width(), 0, 0, -strip))
        else:
            self.waiting(self.alerts(area, 0.55 if pictured else 0.7))

    def alerts(self, area: QRect, most: float) -> QRect:
        """The alerts in large letters at the top, on at most a share of the height; gives the rest."""
        alerts = self.screen.alerts
        room = area.height()
        for number, alert in enumerate(alerts):
            words = [self.words(alert, 0.85, self.theme.alert.ink, least=0.45, bold=True)]
            left = room * most - (room - area.height())
            share = left / (len(alerts) - number) / max(1, area.height())
            if number:
                line = QRect(area.left(), area.top(), area.width(), max(2, self.px(0.05)))
                self.to.fills.append(Fill(line, self.theme.alert.ink))
                area.adjust(0, line.height(), 0, 0)
            area = self.band(area, words, self.theme.alert.ground, pad=0.22, share=share)
        return area

    @property
    def shows_picture(self) -> bool:
        """Whether there is a place for the camera's picture."""
        return self.picture and self.screen.state is not State.CLEAR and not self.screen.trouble

    def waiting(self, area: QRect) -> None:
        """The camera's picture, and below it what the desk does; or these words alone."""
        screen, theme = self.screen, self.theme
        if screen.trouble:
            self.trouble(area)
        elif self.shows_picture:
            strip = self.message_height(area)
            self.message(area.adjusted(0, area.height() - strip, 0, 0))
            self.pictured(area.adjusted(0, 0, 0, -strip))
        else:
            if screen.hint:
                hint = [self.words(screen.hint, 1.0, theme.hint.ink, least=0.5, bold=True)]
                lower = area.adjusted(0, area.height() * 3 // 5, 0, 0)
                self.band(lower, hint, theme.hint.ground, align=Align.MIDDLE, pad=0.4, share=0.95)
                area = area.adjusted(0, 0, 0, -area.height() * 2 // 5)
            room = area.adjusted(self.px(1), self.px(0.5), -self.px(1), -self.px(0.5))
            title = [self.words(screen.title, 1.4, theme.waiting.ink, least=0.6, bold=True)]
            self.to.texts += self.setter.flow(title, room, align=Align.MIDDLE, down=0.5)

    def message_height(self, area: QRect) -> int:
        """How high the strip with the state of the desk is."""
        # Beside a picture of 4 to 3 nothing else needs the height of a tall window.
        spare = area.height() - area.width() * 3 // 4
        return min(max(self.px(2.3), spare), self.px(5), area.height() // 3)

    def message(self, strip: QRect) -> None:
        """What the desk does, or the hint."""
        screen, theme = self.screen, self.theme
        if screen.hint:
            pair = theme.hint
        else:
            pair = theme.reading if screen.state is State.READING else theme.waiting
        room = strip.adjusted(self.px(0.55), self.px(0.15), -self.px(0.55), -self.px(0.15))
        words = [self.words(screen.hint or screen.title, 1.4, pair.ink, least=0.5, bold=True)]
        self.to.fills.append(Fill(strip, pair.ground))
        self.to.texts += self.setter.flow(words, room, align=Align.MIDDLE, down=0.5)

    def pictured(self, area: QRect) -> None:
        """The camera's picture."""
        edge = self.px(0.15)
        self.to.picture = area.adjusted(edge, edge, -edge, -edge)
        self.to.guide = self.screen.state is State.SEARCHING

    def trouble(self, area: QRect) -> None:
        """Why nothing comes, what was tried, and what else can be done."""
        screen, theme = self.screen, self.theme
        edge, pad = self.px(0.5), self.px(0.7)
        card = area.adjusted(edge, edge, -edge, -edge)
        accent = self.px(0.4)
        room = card.adjusted(pad + accent, self.px(0.4), -pad, -self.px(0.4))
        words = [self.words(screen.trouble, 1.0, theme.card.ink, least=0.5, bold=True)]
        words += [
            self.words(text, 0.72, theme.card.ink, least=0.5, gap=0.25, minor=True)
            for text in screen.tried
        ]
        if screen.hint:
            words.append(self.words(screen.hint, 0.8, theme.card.ink, gap=0.3, bold=True))
        self.to.fills.append(Fill(card, theme.card.ground))
        self.to.fills.append(
            Fill(QRect(card.topLeft(), QSize(accent, card.height())), theme.alert.ground)
        )
        self.to.texts += self.setter.flow(words, room, down=0.5)

    def overlay(self, area: QRect) -> None:
        """Help or summary, on a card in the middle."""
        edge = self.px(0.4)
        wide = min(area.width() - 2 * edge, self.px(31))
        card = QRect(
            area.left() + (area.width() - wide) // 2, area.top() + edge, wide, area.height() - 2 * edge
        )
        pad = self.px(0.6)
        texts = self.table(self.screen.overlay, card.adjusted(pad, pad // 2, -pad, -pad // 2), 0.75)
        card.setBottom(max((text.rect.bottom() for text in texts), default=card.top()) + pad // 2)
        self.to.fills.append(Fill(card, self.theme.card.ground))
        self.to.texts += texts

    def table(self, rows: Sequence[tuple[str, str]], box: QRect, most: float = 0.62) -> list[Text]:
        sizes = [size for share in range(14) if (size := most * self.unit * 0.93**share) > self.least]
        pair = self.theme.card
        return self.setter.table(rows, box, Table([*sizes, self.least], pair.ink, self.theme.soft.ink))

    # A verdict.

    def verdict(self, finding: Finding, area: QRect) -> None:
        """The plate, the word of the outcome, and what is read about the traveller.

        Where what counts would be too small beside a large plate, the plate is smaller.
        """
        to = self.to
        before = len(to.fills), len(to.signs), len(to.texts)
        dense = self.screen.show_details or bool(self.screen.overlay)
        if self.found(finding, area, dense=dense) or dense:
            return
        for placed, count in zip((to.fills, to.signs, to.texts), before, strict=True):
            del placed[count:]  # type: ignore[attr-defined]
        self.found(finding, area, dense=True)

    def found(self, finding: Finding, area: QRect, *, dense: bool) -> bool:
        """Arrange a verdict, `dense` with a smaller plate; gives whether all that counts is large."""
        theme = self.theme
        pair = PLATES[finding.plate.outcome]
        self.to.fills.append(Fill(area, theme.page.ground))
        if area.height() > area.width():
            high = min(self.px(3.6), area.height() // 6)
            plate = QRect(area.left(), area.top(), area.width(), high)
            rest = area.adjusted(0, high, 0, 0)
        else:
            share = 0.11 if dense else 0.17
            wide = min(round(area.width() * share), round(area.height() * 0.4))
            plate = QRect(area.left(), area.top(), wide, area.height())
            rest = area.adjusted(wide, 0, 0, 0)
        self.to.signs.append(Sign(plate, finding.plate, full=True))
        word = self.in_a_line(finding.plate.word, 1.1 if dense else 1.55, 0.9, rest)
        words = [
            self.words(finding.plate.word, word, pair.ink, least=0.9, bold=True),
            self.words(finding.plate.below, 0.5 if dense else 0.66, pair.ink, bold=True, minor=True),
        ]
        rest = self.band(rest, words, pair.ground, pad=0.1, above=0.1 if dense else 0.25, share=0.3)
        specimen = self.words(finding.specimen, 0.6, theme.test.ink, bold=True)
        rest = self.band(rest, [specimen], theme.test.ground, pad=0.1, share=0.2)
        notes = (*finding.notes, self.screen.trouble, self.screen.hint)
        small = 0.36 if dense else 0.45
        said = [self.words(f"! {note}", small, theme.warning.ink, bold=True) for note in notes if note]
        rest = self.band(rest, said, theme.warning.ground, pad=0.12, share=0.28)
        side = self.px(0.55)
        edge = self.px(0.12 if dense else 0.25)
        page = rest.adjusted(side, edge, -side, -edge)
        if self.screen.overlay:
            self.to.texts += self.table(self.screen.overlay, page)
            return True
        page = self.others(page)
        if self.screen.show_details:
            self.details(finding, page)
            return True
        return self.holder(finding, page, dense=dense)

    def in_a_line(self, text: str, size: float, least: float, band: QRect) -> float:
        """The size in units in which a bold text stands in one line of a band; if too small, `size`."""
        room = band.width() - 2 * self.px(0.55)
        fitting = size * min(1.0, 0.99 * room / self.width(text, size * self.unit))
        return fitting if fitting >= least else size

    def others(self, page: QRect) -> QRect:
        """The other documents of the traveller, at the end of the page, with sign and words."""
        others = self.screen.others
        if not others:
            return page
        texts = [f"{shown.plate.word}: {shown.text}" for shown in others]
        size = max(self.least, 0.42 * self.unit)
        while True:
            high = round(size * 2.1)
            room = page.width() - high - round(size * 0.6)
            heights = [
                max(high, math.ceil(self.setter.extent(text, size, room).height)) for text in texts
            ]
            if sum(heights) <= page.height() * 0.34 or size <= self.least * 0.7:
                break
            size *= 0.92
        top = page.bottom() + 1 - sum(heights)
        line = QRect(page.left(), top - self.px(0.12), page.width(), max(1, self.px(0.03)))
        self.to.fills.append(Fill(line, self.theme.soft.ink))
        rest = page.adjusted(0, 0, 0, -sum(heights) - self.px(0.3))
        for shown, text, tall in zip(others, texts, heights, strict=True):
            sign = QRect(page.left(), top + 1, high - 2, high - 2)
            self.to.signs.append(Sign(sign, shown.plate, full=False))
            place = QRect(page.right() + 1 - room, top, room, tall)
            words = Words(text, size, size, self.theme.page.ink)
            self.to.texts += self.setter.flow([words], place, down=0.5)
            top += tall
        return rest

    def holder(self, finding: Finding, page: QRect, *, dense: bool) -> bool:
        """Who it is and why; below, in a card, what to do next. All in the largest letters that fit.

        Gives whether reason and next step are as large as they should be.
        """
        # Without a next step the reason takes its place.
        reason, advice = (finding.reason, finding.advice) if finding.advice else ("", finding.reason)
        pad = self.px(0.3)
        accent = self.px(0.2)
        upper = self.about(finding, reason, name=1.0 if dense else 1.1)
        step = self.words(advice, 1.0, self.theme.card.ink, least=0.45, bold=True)
        if not advice:
            self.to.texts += self.setter.flow(upper, page)
            return True
        # Both parts are as large as both fit: they are fitted together.
        around = 2 * pad + accent
        room = page.adjusted(0, 0, 0, -pad)
        step = replace(step, gap=(1.2 if dense else 2.0) * pad, narrower=around)
        texts = self.setter.flow([*upper, step], room)
        last = texts.pop()
        card = QRect(page.left(), 0, page.width(), last.rect.height() + pad)
        card.moveBottom(page.bottom())
        self.to.fills.append(Fill(card, self.theme.card.ground))
        edge = QRect(card.left(), card.top(), accent, card.height())
        self.to.fills.append(Fill(edge, PLATES[finding.plate.outcome].ground))
        place = last.rect.translated(accent + pad, card.top() + pad // 2 - last.rect.top())
        self.to.texts += [*texts, replace(last, rect=place)]
        counting = [last, *(text for text in texts if text.text == reason)]
        return min(text.size for text in counting) >= 0.98 * self.unit

    def about(
        self, finding: Finding, reason: str, *, name: float = 1.1, brief: bool = False
    ) -> list[Words]:
        """The words about a traveller. The name is as written, else in machine-readable letters.

        `name` is its size in units.
        """
        page, soft = self.theme.page.ink, self.theme.soft.ink
        written = drawable(finding.name) or not finding.machine_name
        called = finding.name if written else finding.machine_name
        machine = finding.machine_name if written else ""
        first = " · ".join(text for text in (finding.family, machine) if text)
        facts = [self.words(fact, 0.6, page, minor=True) for fact in finding.facts]
        return [
            self.words("" if brief else first, 0.45, soft, minor=True),
            self.words(called, name, page, least=0.5, bold=True),
            self.words(finding.born, 1.0, page, least=0.45),
            *([] if brief else facts),
            self.words(reason, 1.0, page, least=0.45, gap=0.15),
        ]

    def details(self, finding: Finding, page: QRect) -> None:
        """What counts in smaller letters, and below it the table of the details."""
        known = (finding.family, finding.machine_name, finding.code, finding.path)
        title = " · ".join(text for text in known if text)
        rows = [(title, ""), *finding.details] if title else finding.details
        words = [
            replace(one, size=max(one.least, one.size * 0.6))
            for one in self.about(finding, finding.reason, brief=True)
        ]
        words.append(self.words(finding.advice, 0.6, self.theme.page.ink, bold=True, gap=0.1))
        upper = QRect(page.left(), page.top(), page.width(), page.height() * 45 // 100)
        texts = self.setter.flow(words, upper)
        self.to.texts += texts
        top = (texts[-1].rect.bottom() if texts else page.top()) + self.px(0.2)
        pad = self.px(0.3)
        card = QRect(page.left(), top, page.width(), page.bottom() + 1 - top)
        self.to.fills.append(Fill(card, self.theme.card.ground))
        self.to.texts += self.table(rows, card.adjusted(pad, pad // 2, -pad, -pad // 2), 0.5)
