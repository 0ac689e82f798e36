"""The window as a view of the desk: draws screens that have changed, and gives what staff do."""

from __future__ import annotations

import dataclasses
import queue
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from types import FrameType
from typing import Final, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QPoint,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli.io import edge
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.feeds.cameras import CameraInfo, cameras
from vaxpass_cli.scan.feeds.events import (
    FilesGiven,
    FrameRead,
    Input,
    KeyPressed,
    SettingsChanged,
    TextRead,
)
from vaxpass_cli.scan.feeds.texts import typed
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.application import application, show
from vaxpass_cli.scan.window.browse import choose
from vaxpass_cli.scan.window.keys import TypedKeys
from vaxpass_cli.scan.window.main_window import MainWindow, inputs_of
from vaxpass_cli.scan.window.pin_dialog import ask_pin
from vaxpass_cli.scan.window.settings_page import edit_settings
from vaxpass_cli.scan.window.theme import theme_of
from vaxpass_cli.scan.window.traveller_side import TravellerSide

_PASTED: Final = "clipboard"
_ENDING: Final = ("SIGTERM", "SIGHUP", "SIGINT")
_LOCKED: Final = frozenset(("q", "c", "o", "p", "f11"))
"""What a kiosk does only for who knows its PIN"""
_PIN_OPEN: Final = 30_000
"""Milliseconds until the question for the PIN is closed: a traveller may have opened it"""
_BREATH: Final = 100
_BROKEN: Final = "connection broke"
"""What Qt says, on X11 and Wayland, when the display is gone"""

_Answer = TypeVar("_Answer")

_KEYS = {"space": Qt.Key.Key_Space, "enter": Qt.Key.Key_Return}
_STYLE = """
QMenu {{ background: {page.ground}; color: {page.ink}; border: 3px solid {focus}; font-size: 22px; }}
QMenu::item {{ padding: 14px 40px; }}
QMenu::item:selected {{ background: {focus}; color: {page.ground}; }}
QMenu::item:disabled {{ color: {page.ink}; }}
QMenu::indicator {{ left: 12px; }}
"""


class WindowView:
    """The window of the desk, with the looks that the settings ask for.

    Signals that end a program, and the end of the session, end the shift as the key Q does.
    """

    def __init__(self, settings: Settings) -> None:
        self._application = application()
        self._settings = settings
        self._given: list[Input] = []
        # What is asked for is done between events: a dialog within an event would hold it up.
        self._pressed: deque[str] = deque()
        self._ending = False
        self._listens = True
        self._screen: Screen | None = None
        self._frame: FrameRead | None = None
        self._keys = TypedKeys(self._pressed.append)
        self._application.installEventFilter(self._keys)
        self._application.commitDataRequest.connect(self._end)
        # Outside `exec` Qt does not end a program whose display is gone: it would judge on unseen.
        qInstallMessageHandler(self._hear)
        self._handlers = {
            number: signal.signal(number, self._end_by_signal)
            for number in (getattr(signal, name, None) for name in _ENDING)
            if number is not None
        }
        self._window = MainWindow(settings, self._pressed.append, self._given.append)
        self._side: TravellerSide | None = None
        self._furnish_rest()

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen where anything has changed."""
        if screen != self._screen:
            self._window.page.show_screen(screen)
        if frame is not self._frame:
            self._window.page.show_frame(frame)
        if self._side:
            self._side.stand_beside(self._window.screen())
            self._side.show_screen(screen)
        self._screen, self._frame = screen, frame
        self._work()

    def inputs(self, now: float) -> Sequence[Input]:
        """What the staff did in the window since the last call."""
        self._work()
        keys, texts = self._keys.take()
        if texts:
            self._cameras.close()
        self._given += [TextRead(typed(text)) for text in texts]
        for key in keys:
            self._type(key)
        while self._pressed and not self._ending:
            self._do(self._pressed.popleft())
        if camera := self._cameras.chosen():
            self._change({"camera": camera, "source": "camera"})
        found = [*self._given, *([KeyPressed("q")] if self._ending else ())]
        self._given.clear()
        return found

    def beep(self) -> None:
        """Make the system's sound."""
        self._application.beep()

    def refuse(self, sentence: str, settings: Settings) -> None:
        """Say why settings that were changed are of no use; `settings` are still in force."""
        self._settings = settings
        self._window.furnish(settings)
        self._furnish_rest()
        self._aside(lambda: show(sentence))

    def close(self) -> None:
        """Remove the window from the screen."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        if self._listens:
            self._application.removeEventFilter(self._keys)
            self._application.commitDataRequest.disconnect(self._end)
            qInstallMessageHandler(None)
        self._listens = False
        for one in (self._side, self._window):
            if one:
                one.hide()
        self._work()

    def _work(self) -> None:
        self._application.processEvents()
        # Outside `exec` Qt deletes nothing by itself.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _furnish_rest(self) -> None:
        self._cameras = _CameraMenu(self._window, self._settings.theme)
        if self._side:
            self._side.hide()
            self._side.deleteLater()
        self._side = TravellerSide(self._settings.theme) if self._settings.traveller_screen else None

    def _type(self, key: str) -> None:
        """Do what a key of a person does: on a button that has the focus it may press that."""
        focus = self._application.focusWidget()
        if self._cameras.takes(key):
            return
        if key == "tab":
            self._window.focusNextChild()
        elif key in ("space", "enter") and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            self._pressed.append(key)

    def _do(self, key: str) -> None:
        """Do what a key or its button stands for."""
        if key in _LOCKED and not self._is_allowed():
            return
        match key:
            case "f11":
                self._window.toggle_full_screen()
            case "paste":
                self._given += inputs_of(self._application.clipboard().mimeData(), _PASTED)
            case "c":
                self._cameras.open(self._settings.camera, self._language)
            case "o":
                path = self._aside(lambda: choose(self._window, self._settings.theme, self._language))
                if path:
                    self._given.append(FilesGiven((path,)))
            case "p":
                changes = self._aside(
                    lambda: edit_settings(self._window, self._settings, self._language)
                )
                if changes:
                    self._change(changes)
            case _:
                self._given.append(KeyPressed(key))

    @property
    def _language(self) -> str:
        """The language that the desk speaks now."""
        return self._screen.language if self._screen else self._settings.lang

    def _is_allowed(self) -> bool:
        """Whether the staff may do what travellers may not: in a kiosk its PIN is asked for."""
        kept, theme = self._settings.kiosk_pin, self._settings.theme
        if not (self._settings.kiosk and kept):
            return True
        timer = QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(_close_dialogs)
        timer.start(_PIN_OPEN)
        is_right = self._aside(lambda: ask_pin(self._window, kept, self._language, theme))
        timer.stop()
        return is_right

    def _change(self, changes: Mapping[str, object]) -> None:
        """Take other settings: the desk starts anew, and the window looks as they say."""
        self._settings = self._settings.with_options(**changes)
        self._given.append(SettingsChanged(changes))
        if not changes.keys() <= {"camera", "source"}:
            self._window.furnish(self._settings)
            self._furnish_rest()
            self._screen = self._frame = None

    def _aside(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask in a dialog, which holds the desk up; meanwhile nothing of a traveller is shown."""
        if self._screen:
            empty = dataclasses.replace(
                self._screen,
                state=State.CLEAR,
                title="",
                buttons=(),
                finding=None,
                others=(),
                overlay=(),
            )
            self.show(empty, None)
        # Python looks at signals only while it works, and not while Qt waits for an answer.
        breath = QTimer()
        breath.timeout.connect(self._breathe)
        breath.start(_BREATH)
        try:
            return ask()
        finally:
            breath.stop()

    def _end(self, _: object = None) -> None:
        """End the shift whatever is open: no PIN is asked for."""
        self._ending = True
        _close_dialogs()

    def _hear(self, _: QtMsgType, context: QMessageLogContext, text: str) -> None:
        """Pass a message of Qt on, and end the shift where it says that the display is gone."""
        edge.complain(text)
        if _BROKEN in text:
            self._ending = True

    def _breathe(self) -> None:
        """Let signals come, and close a dialog that was opened when the end had come already."""
        if self._ending:
            _close_dialogs()

    def _end_by_signal(self, number: int, frame: FrameType | None) -> None:
        self._end()


def _close_dialogs() -> None:
    """Close what holds the desk up, as if it was cancelled; the newest first."""
    while dialog := QApplication.activeModalWidget():
        if not dialog.close():
            return


class _CameraMenu:
    """A menu in the middle of the window, by mouse, finger and keyboard. The desk goes on meanwhile.

    Cameras are looked for in a thread, because asking drivers may take long.
    """

    def __init__(self, window: QWidget, theme: str) -> None:
        self._window = window
        self._menu = QMenu(window)
        colours = theme_of(theme)
        self._menu.setStyleSheet(_STYLE.format(page=colours.page, focus=colours.focus))
        self._found: queue.SimpleQueue[list[CameraInfo]] = queue.SimpleQueue()
        self._chosen = ""
        self._before = ""
        self._language = "en"

    def open(self, before: str, language: str) -> None:
        """Look for cameras and open the menu; `before` is the one that is in use."""
        self._before, self._language = before, language
        self._chosen = ""
        self._found = queue.SimpleQueue()
        self._fill([], messages.text("scan.cameras.looking", language))
        found = self._found
        Thread(target=lambda: found.put(cameras()), name="vaxpass cameras", daemon=True).start()

    def chosen(self) -> str:
        """The camera that was chosen since the last call, by name; empty where none was."""
        if self._menu.isVisible() and not self._found.empty():
            self._fill(self._found.get(), messages.text("cameras.none", self._language))
        chosen, self._chosen = self._chosen, ""
        return chosen

    def takes(self, key: str) -> bool:
        """Whether the menu is open, and gets the key of a person that was held back."""
        if not self._menu.isVisible():
            return False
        if key == "escape":
            self.close()
        elif key in _KEYS:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, _KEYS[key], Qt.KeyboardModifier.NoModifier)
                QApplication.sendEvent(self._menu, event)
        return True

    def close(self) -> None:
        """Close the menu; nothing is chosen."""
        self._menu.close()

    def _fill(self, found: list[CameraInfo], empty: str) -> None:
        """Show these cameras, and `empty` where there is none."""
        self._menu.clear()
        for camera in found:
            action = self._menu.addAction(escape_for_display(camera.name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self._before in (camera.name, camera.path, str(camera.number)))
            action.triggered.connect(lambda _=False, name=camera.name: self._choose(name))
        if not found:
            self._menu.addAction(empty).setEnabled(False)
        size = self._menu.sizeHint()
        middle = self._window.mapToGlobal(self._window.rect().center())
        self._menu.popup(middle - QPoint(size.width() // 2, size.height() // 2))
        if found:
            self._menu.setActiveAction(self._menu.actions()[0])

    def _choose(self, name: str) -> None:
        self._chosen = name
