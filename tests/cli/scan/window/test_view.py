"""What staff and hand scanners do in the window is told from each other, and given to the desk."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QBuffer,
    QEvent,
    QIODevice,
    QMimeData,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QUrl,
    qWarning,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QScreen
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from vaxpass_cli.scan.desk.screen import Button, State
from vaxpass_cli.scan.feeds.events import (
    FilesGiven,
    Input,
    KeyPressed,
    PictureGiven,
    SettingsChanged,
    TextRead,
)
from vaxpass_cli.scan.keyboard.layouts import LAYOUTS
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import pin
from vaxpass_cli.scan.window import view as viewed
from vaxpass_cli.scan.window.view import WindowView

from tests.support.offscreen import qt
from tests.support.paths import ROOT
from tests.support.screens import screen

__all__ = ["qt"]
TEXT = (ROOT / "examples" / "passports" / "vaccination-es256.txt").read_text().strip()
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\x1b": Qt.Key.Key_Escape}
DEAD = {
    "´": Qt.Key.Key_Dead_Acute,
    "`": Qt.Key.Key_Dead_Grave,
    "^": Qt.Key.Key_Dead_Circumflex,
    "¨": Qt.Key.Key_Dead_Diaeresis,
}


class Person:
    """Presses keys in a window at times that are given, in milliseconds."""

    def __init__(self, view: WindowView) -> None:
        self.view = view
        self.time = 1_000_000

    def press(
        self,
        text: str,
        after: int = 0,
        key: Qt.Key | None = None,
        modifiers: Qt.KeyboardModifier = PLAIN,
        *,
        held: bool = False,
    ) -> None:
        self.time += after
        code = key or NAMED.get(text) or Qt.Key(ord(text.upper()) if text < "\x80" else 0x01000000)
        event = QKeyEvent(QEvent.Type.KeyPress, code, modifiers, text, held)
        event.setTimestamp(self.time)
        QApplication.sendEvent(self.view._window.windowHandle(), event)

    def type(self, text: str, each: int) -> None:
        for letter in text:
            self.press(letter, each)

    def given(self) -> list[Input]:
        """What the desk gets when nothing more is typed."""
        self.view._keys._came -= 1
        return list(self.view.inputs(0))


@pytest.fixture
def made(qt: None) -> Iterator[list[WindowView]]:
    views: list[WindowView] = []
    yield views
    for view in views:
        view.close()


@pytest.fixture
def person(made: list[WindowView]) -> Person:
    return opened(made)


def opened(made: list[WindowView], settings: Settings | None = None) -> Person:
    view = WindowView(settings or Settings(lang="en"))
    made.append(view)
    buttons = (Button("d", "Details"), Button("s", "Summary"))
    view.show(screen(State.SEARCHING, "en", buttons=buttons), None)
    view._window.activateWindow()
    QApplication.processEvents()
    return Person(view)


def texts(given: list[Input]) -> list[str | None]:
    assert all(isinstance(one, TextRead) for one in given), given
    return [one.source.text for one in given if isinstance(one, TextRead)]


# --- hand scanners -----------------------------------------------------------------------------------


@pytest.mark.parametrize("each", [0, 1, 12, 40])
@pytest.mark.parametrize("end", ["\r", "\t", "\r\n", ""])
def test_what_a_hand_scanner_types_is_one_text_and_presses_no_key(
    person: Person, each: int, end: str
) -> None:
    person.type(f"]Q1{TEXT}{end}", each)
    assert texts(person.given()) == [TEXT]


def test_a_text_is_whole_though_the_desk_was_busy_while_it_came(person: Person) -> None:
    person.type(TEXT[:50], 40)
    person.view._keys._came -= 0.2
    given = list(person.view.inputs(0))
    person.type(f"{TEXT[50:]}\r", 40)
    assert texts(given + person.given()) == [TEXT]


def test_two_equal_letters_of_a_fast_scanner_are_no_key_that_is_held_down(person: Person) -> None:
    before = ""
    for letter in TEXT:
        person.press(letter, held=letter == before)
        before = letter
    assert texts(person.given()) == [TEXT]


def test_control_characters_that_a_scanner_types_with_ctrl_end_a_text(person: Person) -> None:
    person.press("", key=Qt.Key.Key_B, modifiers=CTRL)
    person.type(TEXT, 1)
    person.press("\x1d", key=Qt.Key.Key_BracketRight, modifiers=CTRL)
    person.type(TEXT[:-1], 1)
    person.press("\r", key=Qt.Key.Key_M, modifiers=CTRL)
    assert texts(person.given()) == [TEXT, TEXT[:-1]]


@pytest.mark.parametrize("joined", [True, False])
def test_a_layout_with_dead_keys_is_undone(person: Person, joined: bool) -> None:
    """Windows joins a dead key with the next letter, X11 gives both to a window."""
    layout = next(one for one in LAYOUTS if one.name == "Spanish")
    image = layout.image()
    arrived = layout.typed(TEXT)
    signs = [image[letter] for letter in TEXT]
    if joined:
        person.type(arrived, 2)
    else:
        for sign in signs:
            if sign in layout.dead:
                person.press("", 2, key=DEAD[sign])
                # Shift is pressed for the next letter.
                person.press("", 0, key=Qt.Key.Key_Shift)
            else:
                person.press(sign, 2)
    person.press("\r")
    assert texts(person.given()) == [TEXT]


def test_a_dead_key_that_comes_joined_is_not_typed_twice(person: Person) -> None:
    person.type("HC1:", 2)
    person.press("", 2, key=Qt.Key.Key_Dead_Acute)
    person.press("é", 2)
    person.press("", 2, key=Qt.Key.Key_Dead_Grave)
    person.press("`", 2, key=Qt.Key.Key_Space)
    person.press("", 2, key=Qt.Key.Key_Dead_Acute)
    person.press("x", 2)
    given: list[str] = []
    person.view._keys._wedge._frames.take("", person.time / 1000)
    given.append(person.view._keys._wedge._frames._text)
    assert given == ["HC1:é`´x"]


def test_signs_with_altgr_are_typed_and_letters_with_alt_are_not(person: Person) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    person.type("shc:", 2)
    person.press("/", 2, key=Qt.Key.Key_7, modifiers=CTRL | alt)
    person.press("x", 2, key=Qt.Key.Key_X, modifiers=alt)
    person.type("5676" * 20, 2)
    assert texts(person.given()) == ["shc:/" + "5676" * 20]


@pytest.mark.parametrize("end", ["\r", "\t", "\r\n"])
@pytest.mark.parametrize("code", ["q", "p", "pq", "\t ", f"{TEXT}\rq", f"{TEXT}\nl\rq"])
def test_a_code_presses_no_key_of_the_desk(person: Person, code: str, end: str) -> None:
    person.type(f"{code}{end}", 20)
    given = person.given()
    assert not [each for each in given if not isinstance(each, TextRead)]


@pytest.mark.parametrize("before", ["", "HC1:6BF"])
@pytest.mark.parametrize("command", [Qt.Key.Key_Q, Qt.Key.Key_V])
def test_a_control_character_in_a_code_is_no_command(
    person: Person, command: Qt.Key, before: str
) -> None:
    QApplication.clipboard().setText("HC1:pasted")
    person.press("x", 300)
    person.given()
    person.time += 300
    person.type(before, 20)
    person.press("", 20, key=command, modifiers=CTRL)
    person.press("", 20, key=Qt.Key.Key_F11)
    person.type("\r", 20)
    given = person.given()
    assert KeyPressed("q") not in given
    assert "HC1:pasted" not in [each.source.text for each in given if isinstance(each, TextRead)]
    assert not person.view._window.isFullScreen()


# --- people ------------------------------------------------------------------------------------------


def test_single_keys_are_given_by_name(person: Person) -> None:
    for letter in ("d", "D", " ", "\r", "\x1b", "?"):
        person.press(letter, 300)
        person.view._keys._came -= 1
        person.view._given += person.view.inputs(0)
    found = person.given()
    assert found == [KeyPressed(key) for key in ("d", "d", "space", "enter", "escape", "?")]


def test_keys_with_names_are_given(person: Person) -> None:
    person.press("", key=Qt.Key.Key_F1)
    assert person.given() == [KeyPressed("f1")]
    person.press("\x11", 300, key=Qt.Key.Key_Q, modifiers=CTRL)
    assert person.given() == [KeyPressed("q")]


def test_a_key_that_is_held_down_counts_once(person: Person) -> None:
    person.press(" ")
    for pause in (500, *[30] * 20):
        person.press(" ", pause, held=True)
    assert person.given() == [KeyPressed("space")]


def test_a_key_that_is_held_down_counts_once_where_the_system_does_not_say_so(person: Person) -> None:
    """Qt misses it on some X servers, which release the key as they press it again."""
    person.press(" ")
    for pause in (500, *[40] * 20):
        person.time += pause
        released = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, PLAIN, " ")
        released.setTimestamp(person.time)
        QApplication.sendEvent(person.view._window.windowHandle(), released)
        person.press(" ")
    assert person.given() == [KeyPressed("space")]


def test_tab_moves_to_a_button_and_space_and_enter_press_it(person: Person) -> None:
    for key in (" ", "\r"):
        person.press("\t", 300)
        assert person.given() == []
        focus = QApplication.focusWidget()
        assert isinstance(focus, QPushButton)
        person.press(key, 300)
        assert person.given() == [KeyPressed(focus.text()[0].lower())]


def test_no_button_has_the_focus_before_somebody_moves_there(person: Person) -> None:
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    person.press(" ", 300)
    assert person.given() == [KeyPressed("space")]


@pytest.mark.parametrize("each", [0, 40])
def test_a_text_presses_no_button_that_has_the_focus(person: Person, each: int) -> None:
    person.press("\t", 300)
    person.given()
    person.type("HC1: D S Q " * 3 + TEXT[4:] + "\r", each)
    given = person.given()
    assert all(isinstance(one, TextRead) for one in given)


def test_what_is_typed_into_a_dialog_stays_there(person: Person) -> None:
    dialog = QDialog(person.view._window)
    dialog.open()
    person.type("q", 300)
    assert person.given() == []
    dialog.close()


# --- files and pictures ------------------------------------------------------------------------------


def drop(person: Person, data: QMimeData) -> list[Input]:
    window = person.view._window
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, PLAIN)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, PLAIN))
    return person.given()


def picture() -> QImage:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF)
    return image


def test_files_that_are_dropped_are_given_by_their_paths(person: Person, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a b.pdf", "ö.png")])
    assert drop(person, data) == [FilesGiven((tmp_path / "a b.pdf", tmp_path / "ö.png"))]


def test_a_picture_that_is_dropped_is_given_as_a_file(person: Person) -> None:
    data = QMimeData()
    data.setImageData(picture())
    data.setUrls([QUrl("https://example.org/a.png")])
    (found,) = drop(person, data)
    assert isinstance(found, PictureGiven)
    assert QImage.fromData(found.data).size() == picture().size()


def test_a_picture_in_its_own_form_is_not_decoded(person: Person) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture().save(buffer, "PNG")  # type: ignore[call-overload]
    data = QMimeData()
    data.setData("image/png", buffer.data())
    assert drop(person, data) == [PictureGiven(bytes(buffer.data().data()))]


def test_the_text_of_a_code_is_dropped_too(person: Person) -> None:
    data = QMimeData()
    data.setText(f" {TEXT}\n")
    assert texts(drop(person, data)) == [TEXT]


def test_what_nobody_can_use_is_not_taken(person: Person) -> None:
    data = QMimeData()
    data.setData("application/x-colour", b"red")
    assert drop(person, data) == []


def test_what_is_in_the_clipboard_is_pasted(person: Person) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText(TEXT)
    person.press("\x16", 300, key=Qt.Key.Key_V, modifiers=CTRL)
    assert texts(person.given()) == [TEXT]
    clipboard.setImage(picture())
    person.press("\x16", 300, key=Qt.Key.Key_V, modifiers=CTRL)
    (found,) = person.given()
    assert isinstance(found, PictureGiven)
    clipboard.clear()
    person.press("\x16", 300, key=Qt.Key.Key_V, modifiers=CTRL)
    assert person.given() == []


# --- the window itself -------------------------------------------------------------------------------


def test_closing_the_window_is_the_key_q_and_leaves_it_open(person: Person) -> None:
    person.view._window.close()
    assert person.given() == [KeyPressed("q")]
    assert person.view._window.isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends the process there")
def test_a_signal_ends_the_desk_and_closes_dialogs(person: Person) -> None:
    dialog = QDialog(person.view._window)
    dialog.open()
    os.kill(os.getpid(), signal.SIGTERM)
    assert not dialog.isVisible()
    assert KeyPressed("q") in person.given()


def test_a_file_that_was_chosen_is_given(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewed, "choose", lambda *_: Path("a.png"))
    person.press("o")
    assert person.given() == [FilesGiven((Path("a.png"),))]


def test_settings_that_were_changed_are_given_and_followed(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewed, "edit_settings", lambda *_: {"kiosk": True, "theme": "dark"})
    person.press("p")
    assert person.given() == [SettingsChanged({"kiosk": True, "theme": "dark"})]
    assert person.view._window.isFullScreen()


def test_nothing_of_a_traveller_is_shown_beside_a_dialog(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.screens import screens  # noqa: PLC0415

    shown: list[str] = []

    def look(*_: object) -> None:
        page = person.view._window.page
        shown.extend(str(child.property("text")) for child in page.children())

    monkeypatch.setattr(viewed, "edit_settings", look)
    verdict = screens("en")["rejected"]
    person.view.show(verdict, None)
    assert verdict.finding
    person.press("p")
    person.given()
    assert shown
    assert not any(verdict.finding.name in text for text in shown)
    assert not any("1988" in text for text in shown)


# --- kiosk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["q", "p", "o", "f11", "close"])
def test_a_kiosk_with_a_pin_is_left_only_with_it(
    made: list[WindowView], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(viewed, "ask_pin", lambda _parent, kept, *_: asked.append(kept))
    monkeypatch.setattr(viewed, "choose", lambda *_: pytest.fail("a file was asked for"))
    monkeypatch.setattr(viewed, "edit_settings", lambda *_: pytest.fail("settings were shown"))
    kept = pin.kept("2580")
    person = opened(made, Settings(lang="en", kiosk=True, kiosk_pin=kept))
    if way == "close":
        person.view._window.close()
    elif way == "f11":
        person.press("", 300, key=Qt.Key.Key_F11)
    else:
        person.press(way, 300)
    assert person.given() == []
    assert asked == [kept]
    assert person.view._window.isFullScreen()


def test_with_its_pin_a_kiosk_is_left(made: list[WindowView], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewed, "ask_pin", lambda *_: True)
    person = opened(made, Settings(lang="en", kiosk=True, kiosk_pin=pin.kept("2580")))
    person.press("", 300, key=Qt.Key.Key_F11)
    person.press("q", 300)
    assert person.given() == [KeyPressed("q")]
    assert not person.view._window.isFullScreen()


def test_a_kiosk_without_a_pin_is_left_as_a_window_is(made: list[WindowView]) -> None:
    person = opened(made, Settings(lang="en", kiosk=True))
    assert person.view._window.isFullScreen()
    person.press("q", 300)
    assert person.given() == [KeyPressed("q")]


def test_a_kiosk_comes_back_to_the_whole_screen(made: list[WindowView]) -> None:
    person = opened(made, Settings(lang="en", kiosk=True))
    person.view._window.showNormal()
    QApplication.processEvents()
    assert person.view._window.isFullScreen()


def test_the_end_of_the_display_ends_the_shift(
    made: list[WindowView], capsys: pytest.CaptureFixture[str]
) -> None:
    person = opened(made, Settings(lang="en", kiosk=True, kiosk_pin=pin.kept("2580")))
    assert person.given() == []
    qWarning("The X11 connection broke (error 1). Did the X11 server die?")
    assert person.given() == [KeyPressed("q")]
    assert "connection broke" in capsys.readouterr().err


def test_on_a_small_panel_the_window_fills_the_screen(
    made: list[WindowView], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = QRect(0, 0, 800, 480)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: panel)
    person = opened(made, Settings(lang="en"))
    assert person.view._window.isMaximized()
