"""The traveller's side: a second monitor that says what to do, and the result as a sign.

Bystanders see it, too: it shows no name and no reason, and one sign for everything that a person has to
look at, so that nobody learns whether a document was refused.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QScreen,
)
from PySide6.QtWidgets import QStackedLayout, QWidget

from vaxpass import Outcome, messages
from vaxpass_cli.output.plates import Plate
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.window.plate import PlateSign, draw_fitted
from vaxpass_cli.scan.window.theme import theme_of

_INTERNATIONAL: Final = "en"
_SIGNS: Final = {Outcome.ACCEPTED: "accepted", Outcome.UNREADABLE: "again"}
_OFFICER: Final = "officer"
_SHAPES: Final = {
    "accepted": Outcome.ACCEPTED,
    "again": Outcome.UNREADABLE,
    _OFFICER: Outcome.GENUINE,
}
_LARGEST: Final = 0.12
"""The height of letters, as a share of the height"""


def told(screen: Screen) -> str:
    """What the traveller is told: the last part of a key `scan.traveller.` of the catalogue."""
    if screen.finding:
        return _SIGNS.get(screen.finding.plate.outcome, _OFFICER)
    if screen.trouble or not screen.title:
        # Without a title the desk waits for its staff.
        return "wait"
    return "reading" if screen.state is State.READING else "hold"


def said(what: str, language: str) -> str:
    """The words in English and in the language of the desk, a line for each.

    >>> said("hold", "en")
    'Hold your code here'
    """
    languages = dict.fromkeys((_INTERNATIONAL, language))
    return "\n".join(messages.text(f"scan.traveller.{what}", one) for one in languages)


class TravellerSide(QWidget):
    """A window on the whole of a monitor that is not the desk's; without one it is hidden."""

    def __init__(self, theme: str) -> None:
        super().__init__()
        self._words = _Words(theme)
        self._sign = PlateSign()
        self._shown = ("", "")
        self._place: QScreen | None = None
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._words)
        self._layout.addWidget(self._sign)
        self.setWindowTitle("vaxpass")
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setCursor(Qt.CursorShape.BlankCursor)

    def show_screen(self, screen: Screen) -> None:
        """Show what a screen of the desk means for the traveller."""
        what = told(screen)
        if (what, screen.language) == self._shown:
            return
        self._shown = (what, screen.language)
        words = said(what, screen.language)
        outcome = _SHAPES.get(what)
        self._sign.show_plate(Plate(outcome, words) if outcome else None)
        self._words.show_words("" if outcome else words, guide=what == "hold")
        self._layout.setCurrentWidget(self._sign if outcome else self._words)

    def stand_beside(self, desk: QScreen) -> None:
        """Stand on another monitor than the desk, if there is one; monitors may come and go."""
        free = (
            one
            for one in QGuiApplication.screens()
            if one is not desk and not one.geometry().intersects(desk.geometry())
        )
        place = next(free, None)
        if place is not self._place:
            self._place = place
            self.hide()
            if place is not None:
                self.setGeometry(place.geometry())
                self.setScreen(place)
                # `showFullScreen` would take the focus from the desk.
                self.setWindowState(Qt.WindowState.WindowFullScreen)
                self.setVisible(True)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay: the desk closes it."""
        event.ignore()


class _Words(QWidget):
    """Large words, below the corners between which a code is held."""

    def __init__(self, theme: str) -> None:
        super().__init__()
        self._theme = theme
        self._words = ""
        self._guide = False

    def show_words(self, words: str, *, guide: bool) -> None:
        """Show these words, and the corners where `guide`."""
        self._words, self._guide = words, guide
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint corners and words."""
        colours = theme_of(self._theme).waiting
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.fillRect(area, QColor(colours.ground))
        painter.setPen(QColor(colours.ink))
        margin = min(area.width(), area.height()) * 0.06
        words = area.adjusted(margin, margin, -margin, -margin)
        if self._guide:
            words.setTop(area.top() + area.height() * 0.6)
            self._paint_corners(painter, area, area.height() * 0.5, colours.ink)
        largest = max(14, round(area.height() * _LARGEST))
        draw_fitted(painter, words, Qt.AlignmentFlag.AlignCenter, self._words, largest)
        painter.end()

    @staticmethod
    def _paint_corners(painter: QPainter, area: QRectF, size: float, ink: str) -> None:
        half, arm = size * 0.4, size * 0.14
        x, y = area.center().x(), area.top() + area.height() * 0.31
        pen = QPen(QColor(ink), max(3.0, size * 0.03))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for right in (-1, 1):
            for down in (-1, 1):
                corner = (x + right * half, y + down * half)
                painter.drawLine(*map(round, (*corner, corner[0] - right * arm, corner[1])))
                painter.drawLine(*map(round, (*corner, corner[0], corner[1] - down * arm)))
