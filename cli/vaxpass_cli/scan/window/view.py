"""The window as a view of the desk: draws screens that have changed, and gives what staff do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow

from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.feeds.events import FrameRead, Input, KeyPressed
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.page import DeskPage


class WindowView:
    """The window of the desk, with the looks that the settings ask for."""

    def __init__(self, settings: Settings) -> None:
        self._application = application()
        self._window = _Window(settings)
        self._screen: Screen | None = None
        self._frame: FrameRead | None = None
        if settings.kiosk:
            self._window.showFullScreen()
        else:
            self._window.show()

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen where anything has changed."""
        if screen != self._screen:
            self._window.page.show_screen(screen)
        if frame is not self._frame:
            self._window.page.show_frame(frame)
        self._screen, self._frame = screen, frame
        self._application.processEvents()

    def inputs(self, now: float) -> Sequence[Input]:
        """What the staff did in the window since the last call."""
        self._application.processEvents()
        given, self._window.given = self._window.given, []
        return given

    def close(self) -> None:
        """Remove the window from the screen."""
        self._window.given.clear()
        self._window.hide()


class _Window(QMainWindow):
    """The window. Closing it, however that is done, ends the shift as the key Q does."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.given: list[Input] = []
        self.page = DeskPage(mirror=settings.mirror)
        self.page.pressed.connect(lambda key: self.given.append(KeyPressed(key)))
        self.setCentralWidget(self.page)
        self.setWindowTitle("vaxpass")
        self.setMinimumSize(800, 480)
        self.resize(1280, 800)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Note a key by its name."""
        names = {Qt.Key.Key_Space: "space", Qt.Key.Key_Return: "enter", Qt.Key.Key_Escape: "escape"}
        name = names.get(Qt.Key(event.key()), event.text().lower())
        if name:
            self.given.append(KeyPressed(name))

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the shift."""
        self.given.append(KeyPressed("q"))
        event.ignore()
