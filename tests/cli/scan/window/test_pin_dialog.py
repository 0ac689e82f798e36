"""The PIN of the kiosk: typed by finger or keyboard, never shown, and slow to guess."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from vaxpass_cli.scan.setup import pin
from vaxpass_cli.scan.window.pin_dialog import Attempts, NewPin, PinDialog

from tests.support.offscreen import closed, cut, qt, shown

__all__ = ["closed", "qt"]
pytestmark = pytest.mark.usefixtures("qt")


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def dialog(clock: Clock | None = None, right: str = "4711") -> PinDialog:
    made = PinDialog(
        None,
        "light",
        "en",
        lambda typed: typed == right,
        attempts=Attempts(),
        clock=clock or Clock(),
    )
    shown(made, 420, 440)
    return made


def texts(form: QWidget) -> str:
    """Everything that can be read or heard of a form."""
    parts = []
    for each in form.findChildren(QWidget):
        parts += [str(each.property("text") or ""), each.accessibleName()]
    return " ".join(parts)


def press(form: QWidget, name: str) -> None:
    pressed = [each for each in form.findChildren(QPushButton) if each.accessibleName() == name]
    QTest.mouseClick(pressed[0], Qt.MouseButton.LeftButton)


def test_it_is_typed_with_a_keyboard() -> None:
    form = dialog()
    QTest.keyClicks(form, "4711")
    QTest.keyClick(form, Qt.Key.Key_Return)
    assert form.agreed


def test_it_is_typed_with_a_finger() -> None:
    form = dialog()
    for digit in "479":
        press(form, digit)
    press(form, "Delete the last digit")
    for digit in "11":
        press(form, digit)
    QTest.keyClick(form, Qt.Key.Key_Return)
    assert form.agreed


def test_what_is_typed_is_shown_as_dots() -> None:
    form = dialog()
    before = texts(form)
    QTest.keyClicks(form, "7777")
    # Only the key of the pad shows it.
    assert texts(form).count("7") == before.count("7")
    assert "●●●●" in texts(form)


def test_a_wrong_one_is_forgotten_and_said() -> None:
    form = dialog()
    QTest.keyClicks(form, "1234\r")
    assert not form.agreed
    assert "This PIN is wrong." in texts(form)
    assert "●" not in texts(form)


def test_after_wrong_ones_it_waits_and_takes_not_even_the_right_one() -> None:
    clock = Clock()
    form = dialog(clock)
    for _ in range(3):
        QTest.keyClicks(form, "1234\r")
    assert "Please wait" in texts(form)
    QTest.keyClicks(form, "4711\r")
    assert not form.agreed
    clock.now = 2.0
    QTest.qWait(300)
    QTest.keyClicks(form, "4711\r")
    assert form.agreed


def test_each_wait_is_longer_than_the_one_before_and_closing_does_not_end_it() -> None:
    clock, attempts, waits = Clock(), Attempts(), []
    for _ in range(6):
        attempts.note(right=False, now=clock())
        waits.append(attempts.left(clock()))
    assert waits == [0, 0, 2, 4, 8, 16]
    form = PinDialog(None, "dark", "vi", lambda _: True, attempts=attempts, clock=clock)
    QTest.keyClicks(form, "4711\r")
    assert not form.agreed


def test_a_new_one_is_kept_when_it_was_typed_twice() -> None:
    form = NewPin(None, "light", "en")
    QTest.keyClicks(form, "2468\r1357\r")
    kept = [form.kept]
    assert "not the same" in texts(form)
    QTest.keyClicks(form, "2468\r2468\r")
    kept.append(form.kept)
    assert kept[0] is None
    assert kept[1] is not None
    assert pin.is_right("2468", kept[1])


@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_is_cut(language: str) -> None:
    form = PinDialog(None, "dark", language, lambda _: False, attempts=Attempts(), clock=Clock())
    shown(form, 420, 440)
    for _ in range(3):
        QTest.keyClicks(form, "0000\r")
    QTest.qWait(30)
    assert cut(form) == []
