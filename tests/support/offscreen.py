"""Qt without a display, for what a form does; and what must hold of every form."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from vaxpass_cli.scan.window import fitted
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.forms import delete

_PATIENCE = 60.0
_SHOWN: list[QWidget] = []


def offscreen() -> QApplication:
    """The application without a display. Programs that tests start still open their windows on one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        return application()


@contextmanager
def written_in(family: str) -> Iterator[None]:
    """Texts in a font, as on systems whose letters are of another width and height."""
    if family not in QFontDatabase.families():
        pytest.skip(f"the font {family} is not installed")
    before = QGuiApplication.font()
    try:
        _set_font(QFont(family))
        yield
    finally:
        _set_font(before)


def _set_font(font: QFont) -> None:
    QGuiApplication.setFont(font)
    for known in (fitted._font, fitted._metrics, fitted._capital, fitted._stretch, fitted._reach):
        known.cache_clear()


@pytest.fixture(scope="session")
def qt() -> None:
    """The same, for all tests of a file."""
    offscreen()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Closes what a test leaves open: a form may take the keys of the next one."""
    yield
    while _SHOWN:
        form = _SHOWN.pop()
        form.close()
        delete(form)


def shown(form: QWidget, width: int = 800, height: int = 480) -> None:
    """Show a form in a size, and let it be laid out."""
    _SHOWN.append(form)
    form.resize(width, height)
    form.show()
    QTest.qWait(30)


def until(holds: Callable[[], bool]) -> None:
    """Let Qt work until something holds; a minute guards against hanging."""
    end = time.monotonic() + _PATIENCE
    while not holds() and time.monotonic() < end:
        QTest.qWait(20)
    assert holds()


def cut(form: QWidget) -> list[str]:
    """The texts of labels and buttons that have less room than they need, or lie outside the form."""
    found = []
    for each in form.findChildren(QWidget):
        if not each.isVisible() or not isinstance(each, QLabel | QAbstractButton) or not each.text():
            continue
        needed = each.heightForWidth(each.width()) if each.hasHeightForWidth() else 0
        least = each.minimumSizeHint()
        narrow = each.width() < least.width() or each.height() < max(needed, least.height())
        corner = each.mapTo(form, each.rect().bottomRight())
        if narrow or corner.x() > form.width():
            found.append(each.text())
    return found


def reached_by_tab(form: QWidget) -> set[QWidget]:
    """What gets the focus when Tab is pressed again and again."""
    found: set[QWidget] = set()
    while (now := form.focusWidget()) not in found:
        found.add(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
        for _ in range(20):  # where a hand scanner may type, a key takes a moment
            if form.focusWidget() is not now:
                break
            QTest.qWait(20)
    return found
