"""What a hand scanner types while a dialog is open never ends in its fields; what people type does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window import settings_page
from vaxpass_cli.scan.window.forms import Selection
from vaxpass_cli.scan.window.keys import TypedKeys
from vaxpass_cli.scan.window.pin_dialog import Attempts, PinDialog
from vaxpass_cli.scan.window.settings_page import SettingsPage

from tests.support.offscreen import closed, qt, shown, until
from tests.support.paths import ROOT

__all__ = ["closed", "qt"]
pytestmark = pytest.mark.usefixtures("qt")
TEXT = (ROOT / "examples" / "passports" / "vaccination-es256.txt").read_text().strip()
PLAIN = Qt.KeyboardModifier.NoModifier
KEYS = {
    "\r": Qt.Key.Key_Return,
    "\t": Qt.Key.Key_Tab,
    "\b": Qt.Key.Key_Backspace,
    " ": Qt.Key.Key_Space,
    "\x1b": Qt.Key.Key_Escape,
}


class OfTheSystem(QKeyEvent):
    """A key event that looks as if the system gave it."""

    def spontaneous(self) -> bool:
        return True


class Keyboard:
    """Types in the window of a form, with the system's stamps in milliseconds."""

    time = 1_000_000

    def __init__(self, form: QWidget) -> None:
        self._form = form

    def send(
        self,
        kind: QEvent.Type,
        text: str,
        after: int,
        key: Qt.Key | None = None,
        *,
        held: bool = False,
    ) -> None:
        Keyboard.time += after
        code = key or KEYS.get(text) or Qt.Key(ord(text.upper()))
        event = OfTheSystem(kind, code, PLAIN, text, held)
        event.setTimestamp(Keyboard.time)
        QApplication.sendEvent(self._form.windowHandle(), event)

    def press(self, text: str, after: int, key: Qt.Key | None = None, *, held: bool = False) -> None:
        self.send(QEvent.Type.KeyPress, text, after, key, held=held)
        if not held:
            self.send(QEvent.Type.KeyRelease, text, 0, key)

    def pause(self) -> None:
        Keyboard.time += 1000

    def type(self, text: str, each: int) -> None:
        for letter in text:
            self.press(letter, each)


class Fields(QDialog):
    """Two fields and a button."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = QLineEdit(), QLineEdit()
        self.pressed = 0
        self.button = QPushButton("OK")
        self.button.clicked.connect(self._count)
        layout = QVBoxLayout(self)
        for each in (self.first, self.second, self.button):
            layout.addWidget(each)

    def _count(self) -> None:
        self.pressed += 1


def modal(form: QDialog) -> Keyboard:
    form.setModal(True)
    shown(form)
    form.activateWindow()
    until(lambda: QApplication.activeModalWidget() is form)
    # What a test before this one typed has ended.
    Keyboard.time += 10_000
    return Keyboard(form)


@pytest.fixture
def fields() -> Fields:
    return Fields()


@pytest.mark.parametrize("each", [0, 1, 12, 40])
@pytest.mark.parametrize("end", ["\r", "\t", "\r\n", ""])
def test_nothing_that_a_hand_scanner_types_comes_to_a_field_or_a_button(
    fields: Fields, each: int, end: str
) -> None:
    keyboard = modal(fields)
    fields.first.setFocus()
    keyboard.press("a", 1000)
    keyboard.pause()
    keyboard.type(f"]Q1{TEXT}{end}", each)
    keyboard.press("b", 1000)
    until(lambda: fields.first.text() == "ab")
    assert (fields.second.text(), fields.pressed) == ("", 0)
    assert fields.isVisible()


def test_two_equal_letters_of_a_fast_scanner_are_swallowed_too(fields: Fields) -> None:
    keyboard = modal(fields)
    fields.first.setFocus()
    before = ""
    for letter in TEXT:
        keyboard.press(letter, 0, held=letter == before)
        before = letter
    keyboard.press("b", 1000)
    until(lambda: fields.first.text() == "b")


@pytest.mark.parametrize("each", [60, 90, 200])
def test_what_a_person_types_arrives_in_its_order(fields: Fields, each: int) -> None:
    keyboard = modal(fields)
    fields.first.setFocus()
    for letter in "Hanoi":
        keyboard.press(letter, each)
    keyboard.press("", 5, Qt.Key.Key_Left)
    keyboard.press("\b", each)
    keyboard.press("x", each)
    keyboard.press("\t", each)
    keyboard.press("y", each)
    until(lambda: (fields.first.text(), fields.second.text()) == ("Hanxi", "y"))


def test_three_keys_that_fingers_roll_over_arrive(fields: Fields) -> None:
    keyboard = modal(fields)
    fields.first.setFocus()
    keyboard.press("a", 1000)
    keyboard.type("sd", 20)
    until(lambda: fields.first.text() == "asd")


@pytest.mark.parametrize("is_told", [True, False])
def test_a_key_that_is_held_down_repeats_at_once(fields: Fields, is_told: bool) -> None:
    """Qt does not see it on every X server, which releases the key as it presses it again."""
    keyboard = modal(fields)
    fields.first.setFocus()
    fields.first.setText("abcdef")
    keyboard.press("\b", 1000)
    for pause in (400, 33, 33):
        if not is_told:
            keyboard.send(QEvent.Type.KeyRelease, "\b", pause)
        keyboard.send(QEvent.Type.KeyPress, "\b", pause * is_told, held=is_told)
    # No time passes: the repeated keys were given on as they came.
    QApplication.processEvents()
    assert fields.first.text() == "ab"


def test_space_and_enter_press_a_button_and_escape_closes(fields: Fields) -> None:
    keyboard = modal(fields)
    fields.button.setFocus()
    for key in (" ", "\r"):
        keyboard.press(key, 500)
    until(lambda: fields.pressed == 2)
    keyboard.press("\x1b", 500)
    until(lambda: not fields.isVisible())


def test_a_key_for_a_dialog_that_is_gone_is_dropped(fields: Fields) -> None:
    keyboard = modal(fields)
    keyboard.press("\x1b", 500)
    keyboard.press("a", 500)
    until(lambda: not fields.isVisible())
    fields.deleteLater()
    QApplication.processEvents()


def test_digits_of_a_code_are_no_pin_and_a_pin_is_taken() -> None:
    tried: list[str] = []

    def is_right(typed: str) -> bool:
        tried.append(typed)
        return typed == "4711"

    form = PinDialog(None, "light", "en", is_right, attempts=Attempts())
    keyboard = modal(form)
    keyboard.type("47115676\r", 20)
    keyboard.pause()
    assert form.isVisible()
    keyboard.type("4711\r", 150)
    until(lambda: form.agreed)
    assert tried == ["4711"]


def test_a_code_changes_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_page, "cameras", list)
    form = SettingsPage(None, Settings(), "en")
    keyboard = modal(form)
    chosen = form.findChildren(Selection)[0]
    before = [each.currentText() for each in form.findChildren(Selection)]
    chosen.setFocus()
    keyboard.type(f"{TEXT}\r", 10)
    chosen.showPopup()
    keyboard.type(f"{TEXT}\r", 10)
    keyboard.press("\x1b", 1000)
    QTest.qWait(200)
    assert [each.currentText() for each in form.findChildren(Selection)] == before
    assert form.isVisible()


def test_a_form_that_wants_codes_gets_them(fields: Fields) -> None:
    """The last page of the assistant tries a code."""
    keyboard = modal(fields)
    fields.first.setFocus()
    keys = TypedKeys(lambda _: None, fields)
    QApplication.instance().installEventFilter(keys)  # type: ignore[union-attr]
    try:
        keyboard.type(f"{TEXT}\r", 10)
        assert keys.take() == ([], [TEXT])
    finally:
        QApplication.instance().removeEventFilter(keys)  # type: ignore[union-attr]
    keyboard.press("b", 1000)
    until(lambda: fields.first.text() == "b")
