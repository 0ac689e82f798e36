"""The menu of the cameras. They are looked for in a thread, because asking drivers may take long."""

from __future__ import annotations

import queue
from threading import Thread

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli.scan.feeds.cameras import CameraInfo, cameras
from vaxpass_cli.scan.window.theme import theme_of

_KEYS = {"space": Qt.Key.Key_Space, "enter": Qt.Key.Key_Return}
_STYLE = """
QMenu {{ background: {page.ground}; color: {page.ink}; border: 3px solid {focus}; font-size: 22px; }}
QMenu::item {{ padding: 14px 40px; }}
QMenu::item:selected {{ background: {focus}; color: {page.ground}; }}
QMenu::item:disabled {{ color: {page.ink}; }}
QMenu::indicator {{ left: 12px; }}
"""


class CameraMenu:
    """A menu in the middle of the window, by mouse, finger and keyboard. The desk goes on meanwhile."""

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
