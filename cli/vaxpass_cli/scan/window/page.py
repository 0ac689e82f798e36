"""The page of the desk: shows a screen in words, colours and shapes. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QColor,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from vaxpass_cli.scan.desk.screen import Button, Finding, Screen
from vaxpass_cli.scan.feeds.events import Corners, FrameRead, Picture
from vaxpass_cli.scan.window.arrangement import Arrangement, arrange, unit_of
from vaxpass_cli.scan.window.fitted import Align, Setter, Text, laid
from vaxpass_cli.scan.window.plate import paint_plate, paint_sign
from vaxpass_cli.scan.window.theme import CODE_READ, CODE_SEEN, Theme, theme_of

_GUIDE: Final = 0.84
_FIRST: Final = ("space", "escape")
"""The keys of what is done most often"""
_SMALL_PRINT: Final = 9
"""The size of the smallest print, in points"""


class DeskPage(QWidget):
    """Everything that the officer sees. `pressed` gives the key that a button stands for.

    Texts are labels and buttons are buttons, so that a screen reader finds them; a new verdict is
    announced to it. No widget takes keys but a button that has the focus.
    """

    pressed = Signal(str)

    def __init__(self, *, mirror: bool = False, theme: str = "auto") -> None:
        super().__init__()
        self._theme_name = theme
        self._theme = theme_of(theme)
        self._screen: Screen | None = None
        self._setter = Setter()
        self._arranged = Arrangement(self._theme.waiting.ground)
        self._labels: list[_Label] = []
        self._buttons: list[_Button] = []
        self._picture = _Picture(self, mirror=mirror)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(480, 320)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._change_theme)

    @property
    def arranged(self) -> Arrangement:
        """Where everything stands now."""
        return self._arranged

    def show_screen(self, screen: Screen) -> None:
        """Show a screen; the camera's picture stays."""
        before, self._screen = self._screen, screen
        self._arrange()
        found = screen.finding
        if found is None:
            self.setAccessibleName(screen.title)
            self.setAccessibleDescription("")
        elif before is None or not _same(before.finding, found):
            self.setAccessibleName(found.plate.word)
            self.setAccessibleDescription(_told(found))
            _announce(self, _told(found))

    def show_frame(self, frame: FrameRead | None) -> None:
        """Show the camera's picture, where the screen has a place for it; None where there is none."""
        had = self._picture.frame is not None
        self._picture.show_frame(frame)
        if had is not (frame is not None):
            self._arrange()

    def sizeHint(self) -> QSize:
        """The size of a window that nobody resized."""
        return QSize(1280, 800)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange everything anew."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint grounds and signs; the texts are labels above them."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._arranged.ground))
        for fill in self._arranged.fills:
            if fill.rect.intersects(event.rect()):
                painter.fillRect(fill.rect, QColor(fill.colour))
        for sign in self._arranged.signs:
            if sign.rect.intersects(event.rect()):
                paint = paint_plate if sign.full else paint_sign
                paint(painter, QRectF(sign.rect), sign.plate)
        painter.end()

    def _change_theme(self) -> None:
        self._theme = theme_of(self._theme_name)
        self._arrange()

    def _arrange(self) -> None:
        screen = self._screen
        if screen is None:
            return
        display = self.screen()
        wide = display.physicalSize().width()
        unit = unit_of(self.size(), display.size().width() / wide if wide else 0.0)
        small = display.logicalDotsPerInch() / 72 * _SMALL_PRINT * 0.73
        arranged = arrange(
            screen,
            self.size(),
            unit,
            small,
            self._theme,
            self._setter,
            picture=self._picture.frame is not None,
        )
        before, self._arranged = self._arranged, arranged
        if (before.ground, before.fills, before.signs) != (
            arranged.ground,
            arranged.fills,
            arranged.signs,
        ):
            self.update()
        self._place_texts(arranged.texts)
        self._place_buttons(arranged)
        self._picture.setVisible(arranged.picture is not None)
        if arranged.picture is not None:
            self._picture.setGeometry(arranged.picture)
            self._picture.show_guide(arranged.guide, arranged.ground)

    def _place_texts(self, texts: Sequence[Text]) -> None:
        while len(self._labels) < len(texts):
            self._labels.append(_Label(self))
        for number, label in enumerate(self._labels):
            label.show_text(texts[number] if number < len(texts) else None)

    def _place_buttons(self, arranged: Arrangement) -> None:
        while len(self._buttons) < len(arranged.buttons):
            made = _Button(self)
            made.clicked.connect(lambda _=False, made=made: self.pressed.emit(made.key))
            self._buttons.append(made)
        keys = [shown.key for _, shown in arranged.buttons]
        for number, button in enumerate(self._buttons):
            # The focus stays with what a button does: else the next key would do something else.
            if button.hasFocus() and button.key not in keys[number : number + 1]:
                self.setFocus()
            if number < len(arranged.buttons):
                rect, shown = arranged.buttons[number]
                button.show_button(shown, rect, arranged.letters, self._theme)
            else:
                button.hide()


def _told(found: Finding) -> str:
    """The outcome, whom it is about, why, and what to do next, as sentences to be heard."""
    name = found.name or found.machine_name
    parts = (found.plate.word, found.plate.below, name, found.born, found.reason, found.advice)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _announce(page: QWidget, told: str) -> None:
    """Have a screen reader say it now."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(page, QAccessible.Event.Alert))
        event = QAccessibleAnnouncementEvent(page, told)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)


def _same(one: Finding | None, other: Finding) -> bool:
    """Whether it is the verdict that was shown before; only the number of waiting ones may differ."""
    return one is not None and (one.plate, one.name, one.reason, one.details) == (
        other.plate,
        other.name,
        other.reason,
        other.details,
    )


class _Label(QLabel):
    """A text in its place, shaped and wrapped as it was measured."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._shown: Text | None = None

    def show_text(self, text: Text | None) -> None:
        """Show a text; None for nothing."""
        if text == self._shown:
            return
        self._shown = text
        # Nothing of a traveller stays in a label that is not seen.
        self.setText(text.text if text else "")
        if text:
            self.setGeometry(text.rect)
            self.update()
        self.setVisible(text is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        text = self._shown
        if text is None:
            return
        lines = laid(text.text, text.size, self.width(), bold=text.bold, align=text.align)
        painter = QPainter(self)
        painter.setPen(QColor(text.ink))
        lines.layout.draw(painter, QPointF(0, 0))
        painter.end()


class _Button(QPushButton):
    """A large button for a finger. It has the focus only where somebody moved it there by Tab."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.key = ""
        self._looks: tuple[Button, float, Theme] | None = None

    def show_button(self, button: Button, rect: QRect, letters: float, theme: Theme) -> None:
        """Show what can be done, at its place."""
        self.setGeometry(rect)
        self.setVisible(True)
        if self._looks == (button, letters, theme):
            return
        self._looks = (button, letters, theme)
        self.key = button.key
        self.setText(button.label)
        self.setAccessibleName(button.label)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, with a ring where it has the focus."""
        if self._looks is None:
            return
        button, letters, theme = self._looks
        pair = theme.first if button.key in _FIRST else theme.button
        pair = theme.pressed if self.isDown() else pair
        ring = QPen(QColor(theme.focus), 4) if self.hasFocus() else QPen(QColor(theme.badge.ground), 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ring)
        painter.setBrush(QColor(pair.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)
        painter.setPen(QColor(pair.ink))
        lines = laid(button.label, letters, self.width(), bold=True, align=Align.MIDDLE)
        lines.layout.draw(painter, QPointF(0, self.height() / 2 - lines.middle))
        painter.end()


class _Picture(QWidget):
    """The camera's picture, as large as it fits, with the outlines of codes."""

    def __init__(self, parent: QWidget, *, mirror: bool) -> None:
        super().__init__(parent)
        self.frame: FrameRead | None = None
        self._mirror = mirror
        self._guide = False
        self._ground = "#000000"
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_frame(self, frame: FrameRead | None) -> None:
        """Show a picture from now on."""
        self.frame = frame
        if self.isVisible():
            self.update()

    def show_guide(self, guide: bool, ground: str) -> None:
        """Whether the corners are shown between which a code is best held, and what is around."""
        if (guide, ground) != (self._guide, self._ground):
            self._guide, self._ground = guide, ground
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, the outlines and the guide."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._ground))
        frame = self.frame
        if frame is not None:
            pixels = frame.picture if frame.picture.flags.c_contiguous else frame.picture.copy()
            image = _image(pixels)
            share = min(self.width() / image.width(), self.height() / image.height())
            wide, high = image.width() * share, image.height() * share
            place = QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)
            painter.translate(place.topLeft())
            painter.save()
            if self._mirror:
                painter.translate(wide, 0)
                painter.scale(-1, 1)
            painter.drawImage(QRectF(0, 0, wide, high), image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            thick = max(2.0, wide / 200)
            for corners in frame.reading.corners:
                self._outline(painter, corners, share, CODE_READ, thick)
            if frame.reading.located:
                self._outline(painter, frame.reading.located, share, CODE_SEEN, thick)
            painter.restore()
            if self._guide:
                self._corners(painter, wide, high)
        painter.end()

    @staticmethod
    def _outline(painter: QPainter, corners: Corners, share: float, colour: str, thick: float) -> None:
        shape = QPolygonF([QPointF(x * share, y * share) for x, y in corners])
        for pen in (QPen(QColor("#141a20"), thick * 2), QPen(QColor(colour), thick)):
            painter.setPen(pen)
            painter.drawPolygon(shape)

    @staticmethod
    def _corners(painter: QPainter, wide: float, high: float) -> None:
        """The corners of a square in the middle, where a code is held best."""
        half = min(wide, high) * _GUIDE / 2
        arm, thick = half / 4, max(2.0, wide / 250)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("#141a20", thick + 3), ("#ffffff", thick)):
            painter.setPen(QPen(QColor(colour), width))
            for right in (-1, 1):
                for down in (-1, 1):
                    x, y = wide / 2 + right * half, high / 2 + down * half
                    points = ((x - right * arm, y), (x, y), (x, y - down * arm))
                    painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))


def _image(pixels: Picture) -> QImage:
    """The pixels for Qt, on the same memory: to be used while `pixels` lives."""
    high, wide = pixels.shape[:2]
    kind = QImage.Format.Format_BGR888 if pixels.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(pixels.data, wide, high, pixels.strides[0], kind)
