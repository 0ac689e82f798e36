"""Forms: what dialogs of the desk are made of, for fingers, mice and keyboards, at 800x480 and more."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable, Iterable
from itertools import product
from string import ascii_uppercase
from threading import Thread
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QWidget,
)

from vaxpass import messages
from vaxpass_cli.scan.window.theme import Theme, between, theme_of

_Result = TypeVar("_Result")
_SMALLEST: Final = 800, 480
_USUAL: Final = 1100, 760


_STYLE: Final = """
* {{ font-size: {size}px; color: {ink}; }}
QDialog, QScrollArea, QWidget#ground {{ background: {ground}; border: 0; }}
QLabel {{ background: transparent; }}
QLabel#title {{ font-size: {large}px; font-weight: bold; }}
QLabel#section {{ font-weight: bold; }}
QLabel#dim {{ color: {dim}; }}
QLabel#warning {{
    background: {warning}; color: {on_warning}; font-weight: bold; border-radius: 4px; padding: {pad}px;
}}
QLabel#huge {{ font-size: {huge}px; font-weight: bold; }}
QPushButton {{
    background: {field}; border: 2px solid {line}; border-radius: 6px;
    padding: {pad}px {wide}px; min-height: {size}px;
}}
QPushButton#main {{
    background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: bold;
}}
QPushButton:disabled, QPushButton#main:disabled {{
    background: {ground}; color: {dim}; border: 2px dashed {line}; font-weight: normal;
}}
QPushButton:focus, QPushButton#main:focus {{
    border: 3px solid {focus}; padding: {pad_less}px {wide_less}px;
}}
QPushButton#main:focus {{ background: {field}; color: {ink}; }}
QPushButton:pressed {{ background: {line}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QListWidget {{
    background: {field}; border: 2px solid {line}; border-radius: 4px; padding: {small}px;
    selection-background-color: {accent}; selection-color: {on_accent}; min-height: {size}px;
}}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QListWidget:focus {{
    border: 3px solid {focus}; padding: {small_less}px;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: 0; }}
QAbstractSpinBox QLineEdit {{ border: 0; padding: 0; min-height: 0; }}
QPushButton#digit {{ font-size: {large}px; }}
QComboBox {{
    background: {field}; border: 2px solid {line}; border-radius: 4px; min-height: {size}px;
    padding: {small}px {pad}px;
}}
QComboBox:focus {{ border: 3px solid {focus}; padding: {small_less}px {pad_less}px; }}
QComboBox:disabled {{ background: {ground}; color: {dim}; }}
QComboBox::drop-down {{ border: 0; width: {high}px; }}
QComboBox QAbstractItemView {{
    background: {field}; border: 2px solid {line};
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QProgressBar {{
    background: {field}; border: 2px solid {line}; border-radius: 4px; max-height: {size}px;
}}
QProgressBar::chunk {{ background: {accent}; }}
QListWidget::item {{ padding: {pad}px; }}
QListWidget::item:selected {{ background: {accent}; color: {on_accent}; }}
QScrollBar:vertical {{ background: {ground}; width: {bar}px; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 40px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
"""


class Form(QDialog):
    """A dialog whose texts are in one language and grow with the window."""

    def __init__(self, parent: QWidget | None, theme: str, language: str) -> None:
        super().__init__(parent)
        self.language = language
        self.theme = theme
        self._size = 0
        self.setWindowTitle("vaxpass")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue in the language of the form."""
        return messages.text(key, self.language, **values)

    def open_large(self) -> None:
        """Show it as large as it is used best: on a small screen it fills the screen."""
        self.setMinimumSize(*_SMALLEST)
        room = self.screen().availableGeometry()
        if room.width() < _USUAL[0] or room.height() < _USUAL[1]:
            self.setGeometry(room)
            self.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self.resize(*_USUAL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the texts follow the size of the window."""
        super().resizeEvent(event)
        self._dress()

    def _dress(self) -> None:
        size = max(14, min(21, self.height() // 32, self.width() // 52))
        if size == self._size:
            return
        self._size = size
        own = theme_of(self.theme)
        self.setPalette(_palette(own))
        self.setStyleSheet(
            _STYLE.format(
                size=size,
                large=round(size * 1.45),
                huge=round(size * 2.2),
                pad=round(size * 0.42),
                pad_less=round(size * 0.42) - 1,  # the frame of the focus is wider
                wide_less=round(size * 0.9) - 1,
                small_less=round(size * 0.3) - 1,
                small=round(size * 0.3),
                high=round(size * 1.9),
                wide=round(size * 0.9),
                bar=max(16, size),
                ground=own.page.ground,
                ink=own.page.ink,
                dim=own.soft.ink,
                field=own.card.ground,
                line=line_of(own),
                accent=own.focus,
                on_accent=own.card.ground,
                focus=own.page.ink,
                warning=own.warning.ground,
                on_warning=own.warning.ink,
            )
        )


def ask(form: QDialog) -> None:
    """Show a form until it is closed, and delete it at once.

    Where Qt deletes a widget later than Python has forgotten it, the process may end.
    """
    form.exec()
    delete(form)


def delete(form: QWidget) -> None:
    """Delete a form, with everything in it, while Python still knows it."""
    form.deleteLater()
    QCoreApplication.sendPostedEvents(form, QEvent.Type.DeferredDelete.value)


class Page(QWidget):
    """A page of a form with steps.

    `changed` is given when it may have become complete, or not; `back` to go to the step before,
    `done` when going on is what is left to do.
    """

    changed = Signal()
    back = Signal()
    done = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    @property
    def complete(self) -> bool:
        """Whether the next step may follow."""
        return True

    def begin(self) -> None:
        """It is shown now."""

    def end(self) -> None:
        """It is not shown any more: let go what it holds."""


def line_of(theme: Theme) -> str:
    """The colour of frames: a contrast of 3 and more to both grounds."""
    return between(theme.page.ground, theme.page.ink, 0.5)


def _palette(own: Theme) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for of, colour in (
        *((each, own.page.ground) for each in (role.Window, role.AlternateBase, role.Button)),
        *((each, own.page.ink) for each in (role.WindowText, role.Text, role.ButtonText)),
        (role.ToolTipText, own.page.ink),
        *((each, own.card.ground) for each in (role.Base, role.ToolTipBase, role.HighlightedText)),
        *((each, own.focus) for each in (role.Highlight, role.Accent)),
        (role.PlaceholderText, own.soft.ink),
        (role.Mid, line_of(own)),
    ):
        made.setColor(of, QColor(colour))
    return made


def words(text: str, name: str = "") -> QLabel:
    """A text that wraps; `name` is its look: `title`, `section`, `dim`, `warning` or `huge`."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def button(text: str, *, main: bool = False) -> QPushButton:
    """A button for a finger; `main` is the one that leads on."""
    made = QPushButton(text)
    made.setObjectName("main" if main else "")
    made.setAutoDefault(True)
    return made


class Notice(QLabel):
    """A sentence that stands out by a sign and its weight; nothing is shown where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("warning")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.tell("")

    def tell(self, sentence: str) -> None:
        """Show a sentence; an empty one removes the last."""
        self.setText(f"⚠ {sentence}" if sentence else "")
        self.setVisible(bool(sentence))


class Scrolled(QScrollArea):
    """A part of a form that scrolls where it is higher than its room, by finger, wheel and focus."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.fill(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        by_finger(self)

    def fill(self, inside: QWidget) -> None:
        """Show something else in it."""
        inside.setObjectName("ground")
        self.setWidget(inside)


def by_finger(area: QWidget) -> None:
    """Let a finger move what is in a scrolled area or list."""
    QScroller.grabGesture(area, QScroller.ScrollerGestureType.TouchGesture)


class Selection(QComboBox):
    """One of many values in a list that opens. A wheel that scrolls the page does not change it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the value only where it has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow in the colour of the letters."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        room = self.rect().adjusted(0, 0, -round(self.fontMetrics().height() * 0.6), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "▾")


class Choice(QAbstractButton):
    """One of several choices, with a line or more that explains it.

    They exclude each other, unless `exclusive` is false: then each is a switch.
    """

    def __init__(
        self, title: str, detail: str = "", warning: str = "", *, exclusive: bool = True
    ) -> None:
        super().__init__()
        self._detail = detail
        self._warning = f"⚠ {warning}" if warning else ""
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(filter(None, (warning, detail))))
        self.setCheckable(True)
        self.setAutoExclusive(exclusive)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses as Space does, and goes on to the next step."""
        if self.autoExclusive() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setChecked(True)
            event.ignore()
            return
        super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Its lines wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of its lines in a width, in pixels."""
        return self._lines(width)[-1].bottom() + 1 + self._margin

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        longest = max(
            QFontMetrics(self._bold).horizontalAdvance(self.text()),
            *(self.fontMetrics().horizontalAdvance(each) for each in (self._detail, self._warning)),
        )
        wide = min(longest + self._indent + 2 * self._margin, 40 * self.fontMetrics().height())
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """As narrow as its longest word may need."""
        wide = min(self.sizeHint().width(), 8 * self.fontMetrics().height())
        return QSize(wide, self.fontMetrics().height() + 2 * self._margin)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle, the lines, and a frame that shows focus and choice."""
        window = self.window()
        own = theme_of(window.theme if isinstance(window, Form) else "auto")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.hasFocus() or self.isChecked()
        edge = own.page.ink if self.hasFocus() else own.focus if self.isChecked() else line_of(own)
        painter.setPen(QPen(QColor(edge), 3 if marked else 1))
        painter.setBrush(QColor(own.card.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)
        title, warning, detail = self._lines(self.width())
        self._draw_circle(painter, own, title)
        painter.setFont(self._bold)
        painter.setPen(QColor(own.card.ink))
        painter.drawText(title, _WRAPPED, self.text())
        if self._warning:
            painter.fillRect(warning.adjusted(-4, 0, 4, 0), QColor(own.warning.ground))
            painter.setPen(QColor(own.warning.ink))
            painter.drawText(warning, _WRAPPED, self._warning)
        painter.setFont(self.font())
        painter.setPen(QColor(own.soft.ink))
        painter.drawText(detail, _WRAPPED, self._detail)

    def _draw_circle(self, painter: QPainter, own: Theme, title: QRect) -> None:
        size = self.fontMetrics().ascent()
        top = title.top() + (QFontMetrics(self._bold).height() - size) // 2
        circle = QRect(self._margin, top, size, size)
        painter.setPen(QPen(QColor(own.focus if self.isChecked() else line_of(own)), 2))
        if not self.autoExclusive():
            painter.drawRect(circle)
            if self.isChecked():
                painter.setFont(self._bold)
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, "✓")
            return
        painter.drawEllipse(circle)
        if self.isChecked():
            painter.setBrush(QColor(own.focus))
            inner = size // 4
            painter.drawEllipse(circle.adjusted(inner, inner, -inner, -inner))

    @property
    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    @property
    def _margin(self) -> int:
        return round(self.fontMetrics().height() * 0.55)

    @property
    def _indent(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def _lines(self, width: int) -> tuple[QRect, QRect, QRect]:
        """Where title, warning and detail are; empty ones have no height."""
        left, top = self._margin + self._indent, self._margin
        room = max(1, width - left - self._margin)
        made = []
        for text, font in (
            (self.text(), self._bold),
            (self._warning, self._bold),
            (self._detail, self.font()),
        ):
            bounds = QRect(0, 0, room, 10_000)
            high = QFontMetrics(font).boundingRect(bounds, _WRAPPED, text).height() if text else 0
            made.append(QRect(left, top, room, high))
            top += high
        return made[0], made[1], made[2]


_WRAPPED: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class Work(QObject):
    """Work in threads, for what takes longer than a form may wait. Its results come to the main thread.

    Only the result of the newest work is given: what was begun before is of no interest any more.
    """

    _done = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._newest = 0
        self._then: Callable[[object], None] = lambda _: None
        self._done.connect(self._finish)

    def begin(self, do: Callable[[], _Result], then: Callable[[_Result | Exception], None]) -> None:
        """Do something in a thread; `then` gets what it returned or raised, on the main thread."""
        self._newest += 1
        number = self._newest
        self._then = then  # type: ignore[assignment]

        def run() -> None:
            try:
                result: object = do()
            except Exception as error:  # the form says it
                result = error
            # The form may be gone by now, with everything in it.
            with contextlib.suppress(RuntimeError):
                self._done.emit(number, result)

        Thread(target=run, name="vaxpass form", daemon=True).start()

    def forget(self) -> None:
        """Give no result of what was begun."""
        self._newest += 1

    def _finish(self, number: int, result: object) -> None:
        if number == self._newest:
            self._then(result)


def folded(text: str) -> str:
    """A text as it is searched: without marks and capitals.

    >>> folded("Österreich"), folded("Đức")
    ('osterreich', 'duc')
    """
    plain = text.replace("Đ", "D").replace("đ", "d")
    parts = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()


def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Codes (ISO 3166-1 alpha-2) and names of all countries, in the order of their names.

    >>> countries("en")[0]
    ('AF', 'Afghanistan')
    """
    codes = ("".join(pair) for pair in product(ascii_uppercase, repeat=2))
    named = ((code, messages.country(code, language)) for code in codes)
    return tuple(sorted((each for each in named if each[0] != each[1]), key=lambda it: folded(it[1])))


def matching(typed: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of `known` (code and name) that a search means, the best first; all where nothing is typed.

    A whole name, a code, the begin of a name, and that of a word come before any other part of a name.
    English names count in every language.

    >>> matching("au", countries("en"))[0]
    ('AU', 'Australia')
    """
    wanted = folded(typed.strip())
    ranked = []
    for code, name in known:
        texts = {folded(name), folded(messages.country(code, "en"))}
        fits = (
            wanted in texts,
            wanted == code.casefold(),
            any(each.startswith(wanted) for each in texts),
            any(f" {wanted}" in each for each in texts),
            any(wanted in each for each in texts),
        )
        if any(fits):
            ranked.append((fits.index(True), code, name))
    ranked.sort(key=lambda it: it[0])
    return [(code, name) for _, code, name in ranked]
