"""The one application object of Qt, in a process where OpenCV may be loaded, too; and its fonts."""

from __future__ import annotations

import os
import sys
from typing import Final

from vaxpass_cli.errors import MissingLibrary

try:
    from PySide6.QtCore import QLoggingCategory, Qt
    from PySide6.QtGui import QFont, QFontMetrics
    from PySide6.QtWidgets import QApplication, QMessageBox

    from vaxpass_cli.scan.window.keys import FormKeys
except ImportError as error:
    raise MissingLibrary.explain(error, "pyside6-essentials") from None

# Importing cv2 sets these for the Qt within it; another Qt would look for its plugins there.
_OF_OPENCV: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_SCRIPTS: Final = {
    "Arabic": "ع",
    "Armenian": "Ա",
    "Bengali": "ক",
    "Burmese": "က",
    "Chinese": "中",
    "Cyrillic": "Ж",
    "Devanagari": "अ",
    "Ethiopic": "አ",
    "Georgian": "ა",
    "Greek": "Ω",
    "Hebrew": "א",
    "Japanese": "か",
    "Khmer": "ក",
    "Korean": "한",
    "Lao": "ກ",
    "Sinhala": "අ",
    "Tamil": "அ",
    "Thai": "ก",
    "Vietnamese": "ễ",
}
"""The scripts of most names, each with a letter"""


def application() -> QApplication:
    """The application of this process; it is made at the first call, on the main thread."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    for name in _OF_OPENCV:
        os.environ.pop(name, None)
    # A script without a font is drawn as boxes; each font that has no letter for it needs no line.
    QLoggingCategory.setFilterRules("qt.text.font.db.warning=false")
    made = QApplication([sys.argv[0] or "vaxpass"])
    made.setApplicationName("vaxpass")
    made.setApplicationDisplayName("vaxpass")
    made.setQuitOnLastWindowClosed(False)
    made.installEventFilter(FormKeys(made))
    return made


def show(text: str) -> None:
    """Show a sentence until somebody closes it. Marks in it are shown as they are."""
    application()
    box = QMessageBox(QMessageBox.Icon.Warning, "vaxpass", text)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()


def scripts_without_font() -> list[str]:
    """The scripts of which no font of this system has letters, by their English names."""
    application()
    letters = QFontMetrics(QFont())
    return [name for name, letter in _SCRIPTS.items() if not letters.inFontUcs4(ord(letter))]
