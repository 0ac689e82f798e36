"""Ask for the PIN that ends the kiosk, and let an administrator set one. Neither shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vaxpass import messages
from vaxpass_cli.scan.setup import pin
from vaxpass_cli.scan.window.forms import Form, Notice, ask, button, words

_LONGEST: Final = 64
_SHOWN: Final = 16
"""Number of dots: a longer PIN shows no more of them"""
_FREE: Final = 2
"""Wrong PINs that cost no time: fingers slip"""
_WAIT: Final = 2.0
"""Seconds of the first wait; each further wrong PIN doubles it"""
_LONGEST_WAIT: Final = 300.0
_IDLE: Final = 30_000
"""Milliseconds without a key until it closes by itself: nobody may find it open"""


class Attempts:
    """Counts wrong PINs of this process, whichever dialog they were typed in.

    >>> attempts = Attempts()
    >>> for _ in range(4):
    ...     attempts.note(right=False, now=0.0)
    >>> attempts.left(1.0), attempts.left(4.0)
    (3.0, 0.0)
    """

    def __init__(self) -> None:
        self._wrong = 0
        self._until = 0.0

    def note(self, *, right: bool, now: float) -> None:
        """Note how a PIN was; `now` is in seconds on a clock that does not go back."""
        self._wrong = 0 if right else self._wrong + 1
        costly = self._wrong - _FREE
        self._until = now + min(_LONGEST_WAIT, _WAIT * 2.0 ** (costly - 1)) if costly > 0 else 0.0

    def left(self, now: float) -> float:
        """Seconds until the next PIN may be typed."""
        return max(0.0, self._until - now)


_ATTEMPTS: Final = Attempts()


def ask_pin(parent: QWidget | None, kept: str, language: str, theme: str = "auto") -> bool:
    """Ask for the PIN of which `kept` was kept (`setup.pin.kept`); gives whether it was typed."""
    form = PinDialog(parent, theme, language, lambda typed: pin.is_right(typed, kept))
    ask(form)
    return form.agreed


def new_pin(parent: QWidget | None, language: str, theme: str = "auto") -> str | None:
    """Ask for a new PIN, twice; gives what is kept of it, None where nobody chose one."""
    form = NewPin(parent, theme, language)
    ask(form)
    return form.kept


class _Pad(Form):
    """Digits for a finger; a keyboard works too. What was typed is shown as dots."""

    def __init__(self, parent: QWidget | None, theme: str, language: str, title: str) -> None:
        super().__init__(parent, theme, language)
        self._typed = ""
        self._title = words(title, "title")
        self._dots = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._dots.setObjectName("huge")
        self._notice = Notice()
        self._keys: list[QPushButton] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.reject)

        pad = QGridLayout()
        for place, digit in enumerate("123456789"):
            pad.addWidget(self._key(digit, digit), place // 3, place % 3)
        pad.addWidget(self._key("⌫", "", self.say("pin.delete")), 3, 0)
        pad.addWidget(self._key("0", "0"), 3, 1)
        cancel = button(self.say("form.cancel"))
        self._done = button(self.say("form.ok"), main=True)
        cancel.clicked.connect(self.reject)
        self._done.clicked.connect(self._finish)
        below = QHBoxLayout()
        below.addWidget(cancel)
        below.addStretch(1)
        below.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.addWidget(self._title)
        layout.addWidget(self._dots)
        layout.addLayout(pad, 1)
        layout.addWidget(self._notice)
        layout.addLayout(below)
        self.setMinimumSize(420, 440)
        self._idle.start(_IDLE)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits, Backspace, Enter and Escape of a keyboard."""
        key, text = event.key(), event.text()
        if text.isascii() and text.isdigit():
            self._type(text)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._type("")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
        else:
            super().keyPressEvent(event)

    def _key(self, text: str, digit: str, name: str = "") -> QPushButton:
        made = button(text)
        made.setAutoDefault(False)
        made.setObjectName("digit")
        made.setAccessibleName(name or text)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        made.clicked.connect(lambda: self._type(digit))
        self._keys.append(made)
        return made

    def _type(self, digit: str) -> None:
        self._idle.start(_IDLE)
        if self._keys[0].isEnabled():
            self._typed = (self._typed + digit)[:_LONGEST] if digit else self._typed[:-1]
            self._notice.tell("")
            self._show()

    def _show(self) -> None:
        self._dots.setText("●" * min(len(self._typed), _SHOWN) or " ")
        self._done.setEnabled(len(self._typed) >= pin.SHORTEST and self._keys[0].isEnabled())

    def _finish(self) -> None:
        """Take what was typed. It is forgotten at once."""
        if self._done.isEnabled():
            typed, self._typed = self._typed, ""
            self._show()
            self._take(typed)

    def _take(self, typed: str) -> None:
        raise NotImplementedError


class PinDialog(_Pad):
    """Asks for the PIN. After wrong ones it waits, longer each time."""

    def __init__(
        self,
        parent: QWidget | None,
        theme: str,
        language: str,
        is_right: Callable[[str], bool],
        *,
        attempts: Attempts = _ATTEMPTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent, theme, language, messages.text("pin.ask", language))
        self.agreed = False
        self._is_right = is_right
        self._attempts = attempts
        self._clock = clock
        self._tick = QTimer(self)
        self._tick.timeout.connect(self._wait)
        self._wait()

    def _take(self, typed: str) -> None:
        # Looking at a PIN during a wait would tell whether it is right.
        if self._attempts.left(self._clock()):
            return
        self.agreed = self._is_right(typed)
        self._attempts.note(right=self.agreed, now=self._clock())
        if self.agreed:
            self.accept()
        else:
            self._notice.tell(self.say("pin.wrong"))
            self._wait()

    def _wait(self) -> None:
        left = self._attempts.left(self._clock())
        was_waiting = not self._keys[0].isEnabled()
        for key in self._keys:
            key.setEnabled(not left)
        if left:
            self._typed = ""
            self._notice.tell(self.say("pin.wait", count=int(left) + 1))
            self._tick.start(200)
        else:
            self._tick.stop()
            if was_waiting:
                self._notice.tell("")
        self._show()


class NewPin(_Pad):
    """Asks for a new PIN, and once more for the same."""

    def __init__(self, parent: QWidget | None, theme: str, language: str) -> None:
        super().__init__(parent, theme, language, messages.text("pin.new", language))
        self.kept: str | None = None
        self._first = ""

    def _take(self, typed: str) -> None:
        if not self._first:
            self._first = typed
            self._title.setText(self.say("pin.again"))
        elif typed == self._first:
            self.kept = pin.kept(typed)
            self.accept()
        else:
            self._first = ""
            self._title.setText(self.say("pin.new"))
            self._notice.tell(self.say("pin.different"))
