"""The window as a view of the desk: draws screens that have changed, and gives what staff do."""

from __future__ import annotations

import dataclasses
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication

from vaxpass_cli.scan.desk.screen import Screen, State
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
from vaxpass_cli.scan.window import given
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.browse import choose
from vaxpass_cli.scan.window.camera_menu import CameraMenu
from vaxpass_cli.scan.window.keys import TypedKeys
from vaxpass_cli.scan.window.main_window import MainWindow
from vaxpass_cli.scan.window.pin_dialog import ask_pin
from vaxpass_cli.scan.window.settings_page import edit_settings
from vaxpass_cli.scan.window.traveller_side import TravellerSide

_PASTED: Final = "clipboard"
_ENDING: Final = ("SIGTERM", "SIGHUP", "SIGINT")
_LOCKED: Final = frozenset(("q", "c", "o", "p", "f11"))
"""What a kiosk does only for who knows its PIN"""
_PIN_OPEN: Final = 30_000
"""Milliseconds until the question for the PIN is closed: a traveller may have opened it"""
_BREATH: Final = 100

_Answer = TypeVar("_Answer")


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

    def close(self) -> None:
        """Remove the window from the screen."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        if self._listens:
            self._application.removeEventFilter(self._keys)
            self._application.commitDataRequest.disconnect(self._end)
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
        self._cameras = CameraMenu(self._window, self._settings.theme)
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
                self._given += given.inputs_of(self._application.clipboard().mimeData(), _PASTED)
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
