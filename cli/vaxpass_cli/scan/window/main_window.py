"""The window of the desk: what is in it, what is dropped on it, and how it is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QMimeData, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QMainWindow

from vaxpass_cli.scan.feeds.events import FilesGiven, Input, PictureGiven, TextRead
from vaxpass_cli.scan.feeds.texts import typed
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.page import DeskPage

_SMALLEST: tuple[int, int] = (800, 480)
_USUAL: tuple[int, int] = (1280, 800)
_DROPPED = "window"
_PNG: Final = "image/png"


class MainWindow(QMainWindow):
    """The window. It does nothing by itself: `press` gets the names of keys, `give` what was dropped.

    Closing it, however that is done, is the key `q`.
    """

    def __init__(
        self, settings: Settings, press: Callable[[str], None], give: Callable[[Input], None]
    ) -> None:
        super().__init__()
        self._press = press
        self._give = give
        self._locked = False
        self.setWindowTitle("vaxpass")
        self.setMinimumSize(*_SMALLEST)
        # On a small panel it fills the screen, also where no window manager sees to that.
        room = self.screen().availableGeometry()
        self._fills = room.width() <= _USUAL[0] or room.height() <= _USUAL[1]
        if self._fills:
            self.setGeometry(room)
        else:
            self.resize(*_USUAL)
        self.setAcceptDrops(True)
        self.furnish(settings)

    def furnish(self, settings: Settings) -> None:
        """Make the page anew, as the settings want it, and go to full screen for a kiosk."""
        self.page = DeskPage(mirror=settings.mirror, theme=settings.theme)
        self.page.pressed.connect(self._press)
        # Else the first button has the focus from the beginning, and is pressed by the space key.
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCentralWidget(self.page)
        self.page.setFocus()
        self._locked = settings.kiosk
        if settings.kiosk:
            self.showFullScreen()
        elif not self.isVisible():
            (self.showMaximized if self._fills else self.show)()

    def toggle_full_screen(self) -> None:
        """Go to full screen, or back."""
        self._locked = self._locked and not self.isFullScreen()
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        """Keep a kiosk on the whole screen, whatever a window manager offers."""
        super().changeEvent(event)
        is_other = event.type() == QEvent.Type.WindowStateChange and not self.isFullScreen()
        if self._locked and is_other and self.isVisible():
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the shift. The window stays until the desk has ended."""
        self._press("q")
        event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show whether something can be dropped."""
        if is_useful(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        for one in inputs_of(event.mimeData(), _DROPPED):
            self._give(one)
        # The giver keeps its file, also where it offers to move it.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()


def is_useful(data: QMimeData) -> bool:
    """Whether `inputs_of` would find anything, without looking at the contents."""
    return data.hasUrls() or data.hasImage() or data.hasFormat(_PNG) or data.hasText()


def inputs_of(data: QMimeData | None, name: str) -> list[Input]:
    """The files in the data, else the picture, else the text of a code; `name` says where from."""
    if data is None:
        return []
    files = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    if files:
        return [FilesGiven(files)]
    picture = _picture(data)
    if picture:
        return [PictureGiven(picture)]
    text = data.text().strip() if data.hasText() else ""
    return [TextRead(typed(text, name), again=True)] if text else []


def _picture(data: QMimeData) -> bytes:
    """The picture as a PNG file; empty where there is none."""
    if data.hasFormat(_PNG):
        return bytes(data.data(_PNG).data())
    image = data.imageData() if data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The stub names bytes, the function takes text.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
