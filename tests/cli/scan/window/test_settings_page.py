"""The settings page: everything may be changed there, is explained, and is checked as it is typed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QListWidget, QPushButton, QWidget
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.feeds.cameras import CameraInfo
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import pin
from vaxpass_cli.scan.window import settings_page
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.forms import Choice, Selection
from vaxpass_cli.scan.window.settings_page import SECTIONS, SettingsPage, explanation

from tests.support.offscreen import closed, cut, qt, reached_by_tab, shown
from vaxpass.messages import LANGUAGES

__all__ = ["closed", "qt"]
pytestmark = pytest.mark.usefixtures("qt")


@pytest.fixture(autouse=True)
def no_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_page, "cameras", list)


def page(settings: Settings | None = None, language: str = "en") -> SettingsPage:
    made = SettingsPage(None, settings or Settings(), language)
    shown(made)
    return made


def named(form: QWidget, kind: type[QWidget], name: str) -> QWidget:
    """The widget of a kind with this name for a screen reader."""
    return next(each for each in form.findChildren(kind) if each.accessibleName() == name)


def save(form: QWidget) -> QPushButton:
    found: QPushButton = next(
        each for each in form.findChildren(QPushButton) if each.objectName() == "main"
    )
    return found


def open_section(form: SettingsPage, name: str) -> None:
    sections = form.findChildren(QListWidget)[0]
    sections.setCurrentRow(list(SECTIONS).index(name))
    QTest.qWait(20)


def test_every_setting_is_there_once_and_explained() -> None:
    shown_ones = [name for names in SECTIONS.values() for name in names]
    both = [
        each for name in shown_ones for each in (("width", "height") if name == "size" else (name,))
    ]
    assert sorted(both) == sorted(each.name for each in fields(Settings))
    for language in LANGUAGES:
        assert all(explanation(name, language) for name in shown_ones)


def test_only_what_was_changed_is_given_and_it_can_be_saved(tmp_path: Path) -> None:
    form = page()
    country = named(form, Selection, "Country of this desk")
    assert isinstance(country, Selection)
    country.setCurrentIndex(country.findData("VN"))
    open_section(form, "camera")
    QTest.mouseClick(named(form, Choice, "Mirror the picture"), Qt.MouseButton.LeftButton)
    save(form).click()
    assert form.changes == {"destination": "VN", "mirror": True}
    configured.save(form.changes, tmp_path / "config.toml")
    assert configured.load(tmp_path / "config.toml") == Settings().with_options(**form.changes)


def test_nothing_is_given_where_nothing_was_changed_or_it_was_left() -> None:
    form = page()
    save(form).click()
    assert form.changes is None
    form = page()
    form.set_value("destination", "VN")
    form.reject()
    assert form.changes is None


def test_a_wrong_value_is_said_as_it_is_typed_and_can_not_be_saved() -> None:
    form = page()
    open_section(form, "administrator")
    report = next(each for each in form.findChildren(QLineEdit) if each.objectName() == "report")
    report.setText("no/such/folder")
    assert not save(form).isEnabled()
    said = " ".join(str(each.property("text")) for each in form.findChildren(QWidget))
    assert "no/such/folder: there is no such folder." in said
    assert "Please correct: Report of the shift." in said
    report.clear()
    assert save(form).isEnabled()


def test_a_file_that_is_not_there_is_said_beside_its_list(tmp_path: Path) -> None:
    form = page()
    form.set_value("trust_list", (str(tmp_path / "gone.json"),))
    assert not save(form).isEnabled()
    (tmp_path / "gone.json").write_text("[]")
    form.set_value("trust_list", (str(tmp_path / "gone.json"),))
    assert save(form).isEnabled()


def test_the_pin_is_taken_away_only_by_who_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, False, True]
    monkeypatch.setattr(settings_page, "ask_pin", lambda *_: answers.pop(0))
    monkeypatch.setattr(settings_page, "new_pin", lambda *_: pin.kept("2468"))
    form = page(Settings(kiosk_pin=pin.kept("1357")))
    set_new, remove = (
        next(each for each in form.findChildren(QPushButton) if each.text() == form.say(key))
        for key in ("settings.pin_set", "settings.pin_remove")
    )
    for pressed in (remove, set_new):
        pressed.click()
        save(form).click()
        assert form.changes is None
    remove.click()
    save(form).click()
    assert form.changes == {"kiosk_pin": ""}


def test_the_policy_is_shown_only_on_request_and_with_the_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(settings_page, "ask_pin", lambda *_: answers.pop(0))
    form = page(Settings(kiosk_pin="kept"))
    open_section(form, "administrator")
    policy = named(form, Choice, "Test keys")
    ask = next(each for each in form.findChildren(QPushButton) if "administrators" in each.text())
    assert not policy.isVisible()
    ask.click()
    assert not policy.isVisible()
    ask.click()
    assert policy.isVisible()


def test_the_wheel_changes_no_number_that_it_passes_over() -> None:
    form = page()
    open_section(form, "times")
    number = form.findChildren(QDoubleSpinBox)[0]
    before = number.value()
    middle = QPointF(number.rect().center())
    turned = QWheelEvent(
        middle,
        QPointF(number.mapToGlobal(number.rect().center())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    application().sendEvent(number, turned)
    assert number.value() == before


def test_a_camera_is_kept_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    form = page()
    found = CameraInfo(1, "", "Desk camera", ((640, 480),))
    form.offer_cameras([found])
    cameras = named(form, Selection, "Camera")
    assert isinstance(cameras, Selection)
    cameras.setCurrentIndex(cameras.findData("Desk camera"))
    save(form).click()
    assert form.changes == {"camera": "Desk camera"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_on_a_small_screen(language: str) -> None:
    form = page(language=language)
    for section in SECTIONS:
        open_section(form, section)
        for each in form.findChildren(QPushButton):
            if each.text() == form.say("settings.administrator_show") and each.isVisible():
                each.click()
        QTest.qWait(20)
        assert cut(form) == [], section


def test_every_field_of_a_section_is_reached_by_tab() -> None:
    form = page()
    open_section(form, "desk")
    reached = reached_by_tab(form)
    wanted = {"Country of this desk", "Region", "Language", "Time zone"}
    assert wanted <= {each.accessibleName() for each in reached}
    assert save(form) in reached
