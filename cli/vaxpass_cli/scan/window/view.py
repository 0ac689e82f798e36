"""The window as a view of the desk: draws screens that have changed, and gives what staff do."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Sequence
from types import FrameType
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton

from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.feeds.events import FrameRead, Input, KeyPressed, TextRead
from vaxpass_cli.scan.feeds.texts import typed
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window import given
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.keys import TypedKeys
from vaxpass_cli.scan.window.main_window import MainWindow

_PASTED: Final = "clipboard"
_ENDING: Final = ("SIGTERM", "SIGHUP", "SIGINT")


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

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen where anything has changed."""
        if screen != self._screen:
            self._window.page.show_screen(screen)
        if frame is not self._frame:
            self._window.page.show_frame(frame)
        self._screen, self._frame = screen, frame
        self._work()

    def inputs(self, now: float) -> Sequence[Input]:
        """What the staff did in the window since the last call."""
        self._work()
        keys, texts = self._keys.take()
        self._given += [TextRead(typed(text)) for text in texts]
        for key in keys:
            self._type(key)
        while self._pressed:
            self._do(self._pressed.popleft())
        found = list(self._given)
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
        self._application.removeEventFilter(self._keys)
        self._window.hide()
        self._work()

    def _work(self) -> None:
        self._application.processEvents()
        # Outside `exec` Qt deletes nothing by itself.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _type(self, key: str) -> None:
        """Do what a key of a person does: on a button that has the focus it may press that."""
        focus = self._application.focusWidget()
        if key == "tab":
            self._window.focusNextChild()
        elif key in ("space", "enter") and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            self._pressed.append(key)

    def _do(self, key: str) -> None:
        """Do what a key or its button stands for."""
        match key:
            case "f11":
                self._window.toggle_full_screen()
            case "paste":
                self._given += given.inputs_of(self._application.clipboard().mimeData(), _PASTED)
            case _:
                self._given.append(KeyPressed(key))

    def _end(self, _: object = None) -> None:
        self._given.append(KeyPressed("q"))

    def _end_by_signal(self, number: int, frame: FrameType | None) -> None:
        self._end()
