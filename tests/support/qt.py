"""The application of Qt without a display, in the process of the tests."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QApplication
from vaxpass_cli.scan.window.application import application


def offscreen() -> QApplication:
    """The application; programs that a test starts are not told to do without a display."""
    before = os.environ.get("QT_QPA_PLATFORM")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        return application()
    finally:
        if before is None:
            del os.environ["QT_QPA_PLATFORM"]
        else:
            os.environ["QT_QPA_PLATFORM"] = before
