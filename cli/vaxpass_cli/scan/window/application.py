"""The one application object of Qt, in a process where OpenCV may be loaded, too."""

from __future__ import annotations

import os
import sys
from typing import Final

from vaxpass_cli.errors import MissingLibrary

try:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMessageBox
except ImportError as error:
    raise MissingLibrary.explain(error) from None

# Importing cv2 sets these for the Qt within it; another Qt would look for its plugins there.
_OF_OPENCV: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def application() -> QApplication:
    """The application of this process; it is made at the first call, on the main thread."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    for name in _OF_OPENCV:
        os.environ.pop(name, None)
    made = QApplication([sys.argv[0] or "vaxpass"])
    made.setApplicationName("vaxpass")
    made.setApplicationDisplayName("vaxpass")
    made.setQuitOnLastWindowClosed(False)
    return made


def tell(sentence: str) -> None:
    """Show a sentence in a window of its own until somebody has read it."""
    application()
    box = QMessageBox(QMessageBox.Icon.Warning, "vaxpass", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
