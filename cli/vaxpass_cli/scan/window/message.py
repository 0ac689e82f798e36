"""A window with one sentence, where there is neither a desk nor a terminal to say it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from vaxpass_cli.scan.window.application import application


def show(text: str) -> None:
    """Show a sentence until somebody closes it. Marks in it are shown as they are."""
    application()
    box = QMessageBox(QMessageBox.Icon.Warning, "vaxpass", text)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()
