"""The assistant of the first run, by keyboard and by mouse, and what it gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget, QWidget
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.found import Found, FoundKey, FoundList, FoundRules, Vouched
from vaxpass_cli.scan.setup.places import Place
from vaxpass_cli.scan.window import assistant, trial
from vaxpass_cli.scan.window.assistant import Assistant
from vaxpass_cli.scan.window.forms import Choice
from vaxpass_cli.scan.window.plate import PlateSign

from tests.support.offscreen import closed, cut, qt, reached_by_tab, shown, until
from vaxpass.crypto import key_of
from vaxpass.messages import LANGUAGES
from vaxpass.testing import Authority

__all__ = ["closed", "qt"]
pytestmark = pytest.mark.usefixtures("qt")

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
KEY = FoundKey(
    Path("stick/who.pem"),
    key_of(Authority.create("VN", valid_from=AT, days=10).issued.certificate),
)
LIST = FoundList(
    Path("stick/list.json"),
    "WHO",
    Vouched.SIGNED,
    keys=501,
    verifying=480,
    test_keys=0,
    made_at=AT - timedelta(days=3),
    at=AT,
    usable_for=timedelta(days=14),
    key=KEY,
)
OLD = replace(LIST, path=Path("stick/old.json"), made_at=AT - timedelta(days=98))
RULES = FoundRules(Path("stick/rules.json"), 4, ("VN",), Vouched.UNSIGNED, None, AT)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Found | UsageError]:
    """A machine without cameras and with one stick; what is on the stick may be set."""
    holds: dict[str, Found | UsageError] = {"stick": Found(Path("stick"))}

    def look(path: Path, _at: datetime) -> Found:
        found = holds[path.name]
        if isinstance(found, UsageError):
            raise found
        return found

    monkeypatch.setattr(assistant, "places", lambda: (Place(Path("stick"), "stick", removable=True),))
    monkeypatch.setattr(assistant, "look", look)
    monkeypatch.setattr(trial, "cameras", list)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    return holds


def opened(language: str = "en") -> Assistant:
    form = Assistant(Settings(lang=language, camera="none"), lambda: AT, language)
    shown(form)
    return form


def title(form: Assistant) -> str:
    return form.windowTitle()


def texts(form: QWidget) -> str:
    """Everything that can be read in a form now."""
    parts = []
    for each in form.findChildren(QWidget):
        if each.isVisible():
            parts += [str(each.property("text") or ""), each.accessibleDescription()]
    return " ".join(parts)


def choices(form: QWidget) -> dict[str, Choice]:
    return {each.text(): each for each in form.findChildren(Choice) if each.isVisible()}


def press(form: QWidget, text: str) -> None:
    QTest.qWait(20)
    found = next(e for e in form.findChildren(QAbstractButton) if e.isVisible() and e.text() == text)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def type_(form: Assistant, *keys: Qt.Key | str) -> None:
    """Type texts and keys where the focus is."""
    for key in keys:
        focus: QWidget | None = form.focusWidget()
        focus = form if focus is None else focus
        if isinstance(key, str):
            QTest.keyClicks(focus, key)
        else:
            QTest.keyClick(focus, key)
    QTest.qWait(20)


def to_lists(form: Assistant, country: str = "viet") -> None:
    type_(form, country, Qt.Key.Key_Return)
    until(lambda: "Looking" not in texts(form))


def test_a_country_is_found_by_a_part_of_its_name_without_marks_or_by_its_code() -> None:
    form = opened("vi")
    search, rows = form.findChildren(QLineEdit)[0], form.findChildren(QListWidget)[0]
    for typed, found in (
        ("ao", "AT"),
        ("viet nam", "VN"),
        ("austria", "AT"),
        ("vn", "VN"),
        ("duc", "DE"),
    ):
        search.setText(typed)
        assert rows.item(0).text().endswith(f"({found})")
    search.setText("no such country")
    assert rows.count() == 1


def test_without_a_country_only_genuineness_is_checked() -> None:
    form = opened()
    assert not form.next.isEnabled()
    type_(form, Qt.Key.Key_Down)
    assert form.picked.country == ""
    assert form.next.isEnabled()


def test_another_language_is_spoken_at_once() -> None:
    form = opened()
    press(form, "Tiếng Việt")
    QTest.qWait(20)
    assert form.language == "vi"
    assert form.say("assistant.country.title") == title(form)


def test_closing_it_gives_nothing() -> None:
    form = opened()
    type_(form, "viet", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert title(form) == "Where is this desk?"
    type_(form, Qt.Key.Key_Escape)
    assert form.changes is None
    assert not form.isVisible()


def test_what_was_found_is_said_and_a_list_in_time_is_chosen(
    machine: dict[str, Found | UsageError],
) -> None:
    machine["stick"] = Found(Path("stick"), lists=(OLD, LIST))
    form = opened()
    to_lists(form)
    assert form.picked.chosen == LIST
    assert "501 keys, WHO, 3 days old." in texts(form)
    assert "Too old" in texts(form)


def test_a_list_that_decides_nothing_is_not_chosen_by_itself(
    machine: dict[str, Found | UsageError],
) -> None:
    machine["stick"] = Found(Path("stick"), lists=(OLD,))
    form = opened()
    to_lists(form)
    assert not form.next.isEnabled()
    type_(form, Qt.Key.Key_Space)
    assert form.picked.chosen == OLD
    assert form.next.isEnabled()


def test_a_folder_that_can_not_be_read_is_said_in_the_page(
    machine: dict[str, Found | UsageError],
) -> None:
    machine["stick"] = UsageError("error.no_file", path="stick")
    form = opened()
    to_lists(form)
    assert "stick: there is no such file." in texts(form)
    assert "Demonstration" in choices(form)


def test_a_list_is_used_only_where_its_pin_is_the_same(machine: dict[str, Found | UsageError]) -> None:
    machine["stick"] = Found(Path("stick"), lists=(LIST,), rules=(RULES,))
    form = opened()
    to_lists(form)
    type_(form, Qt.Key.Key_Return)
    assert title(form) == "Is this the right pin?"
    for group in KEY.spelled():
        assert group.letters in texts(form)
        assert group.words in texts(form)
    press(form, "No, or I can't compare it")
    assert not form.next.isEnabled()
    assert "Do not use this list." in texts(form)
    press(form, "Yes, every letter is the same")
    assert form.next.isEnabled()
    press(form, "Next")
    assert title(form) == "Which entry rules?"
    assert form.picked.rules == RULES
    press(form, "No entry rules")
    assert form.picked.rules is None


def test_rules_of_another_country_are_not_offered(machine: dict[str, Found | UsageError]) -> None:
    machine["stick"] = Found(Path("stick"), lists=(replace(LIST, key=None),), rules=(RULES,))
    form = opened()
    to_lists(form, "austria")
    type_(form, Qt.Key.Key_Return)
    assert title(form) == "Which entry rules?"
    assert list(choices(form)) == ["No entry rules"]


def test_the_demonstration_is_set_up_and_its_code_accepted_by_keyboard_alone() -> None:
    form = opened()
    to_lists(form)
    type_(form, Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert title(form) == "Try the desk"
    until(form.next.isEnabled)
    # Space reads the code from the screen; a hand scanner might type it, so that it takes a moment.
    type_(form, Qt.Key.Key_Space)
    plate = form.findChildren(PlateSign)[0]
    until(plate.isVisible)
    assert plate.accessibleName() == "ACCEPTED"
    form.next.setFocus()
    type_(form, Qt.Key.Key_Return)
    until(lambda: not form.isVisible())
    assert form.changes is not None
    changed = Settings().with_options(**form.changes)
    assert (changed.destination, changed.test_keys, changed.lang) == ("VN", True, "en")
    assert all(Path(path).exists() for path in (*changed.trust_list, *changed.rules))


def test_a_code_that_a_hand_scanner_types_is_judged_and_presses_no_button() -> None:
    form = opened()
    to_lists(form)
    type_(form, Qt.Key.Key_Space, Qt.Key.Key_Return)
    until(form.next.isEnabled)
    form.next.setFocus()
    text = Path("examples/passports/expired.txt").read_text(encoding="ascii").strip()
    type_(form, f"{text}\r")
    plate = form.findChildren(PlateSign)[0]
    until(plate.isVisible)
    assert plate.accessibleName() == "UNDECIDED"
    assert form.isVisible()


def test_what_can_not_be_set_up_is_said_in_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UsageError("error.no_file", path="list.json")

    monkeypatch.setattr(assistant, "demonstration", refuse)
    form = opened()
    to_lists(form)
    type_(form, Qt.Key.Key_Space, Qt.Key.Key_Return)
    until(lambda: "list.json: there is no such file." in texts(form))
    assert not form.next.isEnabled()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_on_a_small_screen_and_all_is_reached_by_tab(
    language: str, machine: dict[str, Found | UsageError]
) -> None:
    machine["stick"] = Found(Path("stick"), lists=(LIST, OLD), rules=(RULES,))
    form = opened(language)
    type_(form, "viet")
    for step in range(5):
        until(form.next.isEnabled)
        QTest.qWait(30)
        assert cut(form) == [], title(form)
        assert {form.back, form.next} <= reached_by_tab(form), title(form)
        if step == 3:  # the list is not there: the demonstration is tried instead
            for _ in range(2):
                form.go_back()
            press(form, form.say("assistant.list.demonstration"))
        form.go_on()
        QTest.qWait(30)
        if yes := choices(form).get(form.say("assistant.pin.yes")):
            yes.click()
    assert form.changes is not None
