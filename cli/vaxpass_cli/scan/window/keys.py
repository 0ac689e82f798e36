"""What is typed: the keys of a person, or the text of a hand scanner. At the desk, and in forms."""

from __future__ import annotations

import contextlib
import time
import unicodedata
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from vaxpass_cli.scan.keyboard.layouts import MARKS
from vaxpass_cli.scan.keyboard.wedge import Wedge

_SLOWEST: Final = 0.08
"""Seconds between two keys of a hand scanner: 40 ms that a busy system makes longer"""
_HELD: Final = 0.015
"""Seconds: a key that is held down repeats more slowly"""
_UNDECIDED: Final = 0.05
"""Seconds between two keys of a hand scanner in a form, where people write words and not keys"""
_LOOK: Final = 10
"""Milliseconds between two looks at the clock while a key is held back"""
_MODIFIERS: Final = (
    *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta),
    *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock),
)
_NAMED: Final = {
    Qt.Key.Key_F1: "f1",
    Qt.Key.Key_F11: "f11",
}
_COMMANDS: Final = {Qt.Key.Key_V: "paste", Qt.Key.Key_Q: "q"}
"""With Ctrl; every other letter with Ctrl is a control character of a hand scanner"""
_DEAD: Final = {
    Qt.Key.Key_Dead_Grave: "`",
    Qt.Key.Key_Dead_Acute: "´",
    Qt.Key.Key_Dead_Circumflex: "^",
    Qt.Key.Key_Dead_Tilde: "~",
    Qt.Key.Key_Dead_Diaeresis: "¨",
    Qt.Key.Key_Dead_Caron: "ˇ",
    Qt.Key.Key_Dead_Cedilla: "¸",
}
_ALT: Final = Qt.KeyboardModifier.AltModifier
_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_META: Final = Qt.KeyboardModifier.MetaModifier


class _Keys(QObject):
    """What keys type, and when they were pressed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dead = ""
        self._stamp = 0.0
        self._came = 0.0
        self._released = (0, 0)

    def _release(self, event: QKeyEvent) -> None:
        """Note that a key was released."""
        self._released = event.key(), event.timestamp()

    def _repeats(self, event: QKeyEvent) -> bool:
        """Whether a key is held down; not to be asked of a fast hand scanner.

        Qt does not see it on every X server. The key is then released as it is pressed again.
        """
        return event.isAutoRepeat() or self._released == (event.key(), event.timestamp() or -1)

    def _characters(self, key: Qt.Key, event: QKeyEvent) -> str:
        """What a key types. A dead key types its sign, unless the next key comes joined with it."""
        text, modifiers = event.text(), event.modifiers()
        dead, self._dead = self._dead, ""
        if key in _DEAD:
            self._dead = _DEAD[key]
            return dead
        if modifiers & _CTRL and not modifiers & (_ALT | _META) and ord("@") <= key.value <= ord("_"):
            # A hand scanner types a control character as a letter with Ctrl.
            text = chr(key.value - ord("@"))
        elif modifiers & (_ALT | _META) and not modifiers & _CTRL:
            # With AltGr, on Windows Ctrl and Alt, a key types a sign; with Alt it is a command.
            text = ""
        if not text:
            # Shift between a dead key and the next one.
            self._dead = dead
            return ""
        joined = dead and (text == dead or MARKS[dead] in unicodedata.normalize("NFD", text))
        return text if joined else dead + text

    def _moment(self, event: QKeyEvent) -> float:
        """When a key was pressed: by the system's stamp, because the program may have been busy."""
        stamp = event.timestamp() / 1000
        self._stamp = max(stamp, self._stamp) if stamp else self._now()
        self._came = time.monotonic()
        return self._stamp

    def _now(self) -> float:
        """The time on the clock of the stamps."""
        return self._stamp + time.monotonic() - self._came


class TypedKeys(_Keys):
    """Takes every key of the application, unless a dialog or menu is open, and tells keys from texts.

    `dialog` is the one dialog in which it works, where there is one.

    Nothing that is typed reaches a widget at once, so that no button is pressed by a part of a text.
    `press` gets the names of keys that type no character: `f1`, `f11`, `paste`, `q`. In a burst they
    are none: a code may hold the control characters that a hand scanner types by them.
    """

    def __init__(self, press: Callable[[str], None], dialog: QWidget | None = None) -> None:
        super().__init__()
        self._press = press
        self._dialog = dialog
        self._wedge = Wedge(slowest=_SLOWEST, exact=True)
        self._keys: list[str] = []
        self._texts: list[str] = []
        self._command = ""

    def take(self) -> tuple[list[str], list[str]]:
        """The names of keys of a person, and the texts of a hand scanner, since the last call."""
        now = self._now()
        self._type("", now)
        if self._command and now - self._stamp > _SLOWEST:
            self._press(self._command)
            self._command = ""
        keys, texts = self._keys, self._texts
        self._keys, self._texts = [], []
        return keys, texts

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a key; gives whether nobody else may get it."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            self._release(event)
        if event.type() != QEvent.Type.KeyPress:
            return False
        if QApplication.activePopupWidget():
            return False
        modal = QApplication.activeModalWidget()
        if modal is not None and modal is not self._dialog:
            return False
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        name = _COMMANDS.get(key, "") if modifiers == _CTRL else _NAMED.get(key, "")
        if name:
            if not event.isAutoRepeat():
                before = self._stamp
                alone = self._moment(event) - before > _SLOWEST
                self._command = name if alone else ""
            return True
        if key == Qt.Key.Key_Backtab:
            return False
        characters = self._characters(key, event)
        if characters:
            before, now = self._stamp, self._moment(event)
            if now - before <= _SLOWEST:
                self._command = ""
            # Two equal letters of a fast hand scanner look like a key that is held down.
            if not self._repeats(event) or now - before < _HELD:
                self._type(characters, now)
        return bool(characters) or key in _DEAD

    def _type(self, characters: str, now: float) -> None:
        keys, texts = self._wedge.take(characters, now)
        self._keys += keys
        self._texts += texts


class FormKeys(_Keys):
    """Keeps what a hand scanner types out of the fields of dialogs and menus: it is dropped.

    A key that types something is held back until its pace shows who typed it: the next key comes later
    than that of a scanner, or does not come for as long. Then it goes where it was to go.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._wedge = Wedge(slowest=_UNDECIDED)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._take("", self._now()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold a key back; gives whether nobody else may get it now."""
        # What this filter gives on is not spontaneous: only the system is.
        if not isinstance(event, QKeyEvent) or not event.spontaneous():
            return False
        if not (QApplication.activeModalWidget() or QApplication.activePopupWidget()):
            return False
        key = Qt.Key(event.key())
        if key in _MODIFIERS or event.type() == QEvent.Type.ShortcutOverride:
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        if not is_press:
            self._release(event)
        characters = self._characters(key, event) if is_press else ""
        if not characters:
            # It keeps its place among the keys that are held.
            return bool(self._held) and self._hold(watched, event)
        before, now = self._stamp, self._moment(event)
        self._take("", now)
        if self._repeats(event) and now - before >= _HELD and not self._wedge.reads:
            self._hold(watched, event)
            self._let_go()
            return True
        self._hold(watched, event)
        self._take(characters, now)
        return True

    def _hold(self, watched: QObject, event: QKeyEvent) -> bool:
        again = QKeyEvent(
            event.type(),
            event.key(),
            event.modifiers(),
            event.nativeScanCode(),
            event.nativeVirtualKey(),
            event.nativeModifiers(),
            event.text(),
            event.isAutoRepeat(),
            event.count(),
        )
        self._held.append((watched, again))
        self._timer.start(_LOOK)
        return True

    def _take(self, characters: str, now: float) -> None:
        """Let the recogniser see what was typed, and do with the keys that are held what it says."""
        self._wedge.take(characters, now)
        if self._wedge.reads:
            self._held.clear()
        elif not self._wedge.is_open:
            self._let_go()
        if not self._held:
            self._timer.stop()

    def _let_go(self) -> None:
        """Give the held keys to whom they were for, after this event: a key may open a dialog."""
        for watched, event in self._held:
            # A window may be gone by now.
            with contextlib.suppress(RuntimeError):
                QCoreApplication.postEvent(watched, event)
        self._held.clear()
