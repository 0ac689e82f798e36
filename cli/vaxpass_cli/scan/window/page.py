"""The page of the desk: shows a screen in words, colours and shapes. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.feeds.events import FrameRead


class DeskPage(QWidget):
    """Everything that the officer sees. `pressed` gives the key that a button stands for."""

    pressed = Signal(str)

    def __init__(self, *, mirror: bool = False) -> None:
        super().__init__()
        self._mirror = mirror
        self._text = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        QVBoxLayout(self).addWidget(self._text)

    def show_screen(self, screen: Screen) -> None:
        """Show a screen; the camera's picture stays."""
        found = screen.finding
        self._text.setText(f"{found.plate.word}\n{found.name}" if found else screen.title)

    def show_frame(self, frame: FrameRead | None) -> None:
        """Show the camera's picture, where the screen has a place for it; None where there is none."""
