"""The page as widgets: what screen readers find, what buttons do, how the picture is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from vaxpass_cli.scan.feeds.events import FrameRead, Reading
from vaxpass_cli.scan.window import page as module
from vaxpass_cli.scan.window.page import DeskPage
from vaxpass_cli.scan.window.theme import CODE_READ, CODE_SEEN, DARK, LIGHT, PLATES

from tests.support.offscreen import offscreen
from tests.support.screens import screens
from vaxpass import Outcome

APPLICATION = offscreen()
SCREENS = screens("en")
BLUE_LEFT = np.zeros((72, 128, 3), np.uint8)
BLUE_LEFT[:, :64] = (255, 0, 0)  # blue, green, red
BLUE_LEFT[:, 64:] = (0, 0, 255)
SQUARE = ((44, 16), (84, 16), (84, 56), (44, 56))


@pytest.fixture
def page() -> Iterator[DeskPage]:
    made = DeskPage(theme="light")
    made.resize(1280, 800)
    made.show()
    yield made
    made.close()


def labels(page: DeskPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def buttons(page: DeskPage) -> dict[str, QPushButton]:
    return {one.text(): one for one in page.findChildren(QPushButton) if one.isVisible()}


def colour(page: DeskPage, x: int, y: int) -> str:
    return QColor(page.grab().toImage().pixel(QPoint(x, y))).name()


def in_picture(page: DeskPage, across: float, down: float) -> str:
    place = page.arranged.picture
    assert place is not None
    share = min(place.width() / 128, place.height() / 72)
    x = place.center().x() + (across - 0.5) * share * 128
    y = place.center().y() + (down - 0.5) * share * 72
    return colour(page, round(x), round(y))


def test_every_text_is_there_for_a_screen_reader(page: DeskPage) -> None:
    page.show_screen(SCREENS["rejected"])
    finding = SCREENS["rejected"].finding
    assert finding is not None
    assert {finding.plate.word, finding.name, finding.born, finding.reason, finding.advice} <= set(
        labels(page)
    )
    told = page.accessibleDescription()
    assert page.accessibleName() == "REJECTED"
    parts = (finding.plate.word, finding.name, finding.reason.rstrip("."), finding.advice)
    places = [told.index(part) for part in parts]
    assert places == sorted(places)
    found = QAccessible.queryAccessibleInterface(
        next(label for label in page.findChildren(QLabel) if label.text() == finding.reason)
    )
    assert found.role() == QAccessible.Role.StaticText
    assert found.text(QAccessible.Text.Name) == finding.reason


def test_a_new_verdict_is_announced_once(page: DeskPage, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def announced(_: QWidget, told: str) -> None:
        said.append(told)

    monkeypatch.setattr(module, "_announce", announced)
    for left in (12, 11, 10):
        page.show_screen(replace(SCREENS["rejected"], seconds_left=left))
    page.show_screen(replace(SCREENS["rejected"], show_details=True))
    assert len(said) == 1
    page.show_screen(SCREENS["accepted"])
    page.show_screen(SCREENS["searching"])
    page.show_screen(SCREENS["accepted"])
    assert [told.split(".")[0] for told in said] == ["REJECTED", "ACCEPTED", "ACCEPTED"]


def test_nothing_of_a_traveller_stays_when_the_verdict_is_closed(page: DeskPage) -> None:
    page.show_screen(SCREENS["rejected"])
    page.show_screen(SCREENS["clear"])
    kept = [label.text() for label in page.findChildren(QLabel)]
    kept += [page.accessibleName(), page.accessibleDescription()]
    assert not any("Tuyết" in text or "1988" in text or "REJECTED" in text for text in kept)


def test_buttons_give_the_keys_that_they_stand_for(page: DeskPage) -> None:
    pressed: list[str] = []
    page.pressed.connect(pressed.append)
    for name in ("searching", "rejected", "trouble", "help"):
        page.show_screen(SCREENS[name])
        wanted = [button.key for button in SCREENS[name].buttons]
        found = buttons(page)
        assert list(found) == [button.label for button in SCREENS[name].buttons]
        pressed.clear()
        for label, button in found.items():
            assert button.accessibleName() == label
            button.click()
        assert pressed == wanted


def test_only_buttons_take_the_focus_and_only_by_the_tab_key(page: DeskPage) -> None:
    for name in ("searching", "rejected"):
        page.show_screen(SCREENS[name])
        for child in page.findChildren(QWidget):
            tab = isinstance(child, QPushButton)
            wanted = Qt.FocusPolicy.TabFocus if tab else Qt.FocusPolicy.NoFocus
            assert child.focusPolicy() == wanted


def test_the_button_with_the_focus_has_a_ring(page: DeskPage) -> None:
    page.show_screen(SCREENS["rejected"])
    page.activateWindow()
    APPLICATION.processEvents()
    details = buttons(page)["Details"]
    before = details.grab().toImage()
    details.setFocus(Qt.FocusReason.TabFocusReason)
    ring = details.grab().toImage()
    assert QColor(ring.pixel(QPoint(ring.width() // 2, 2))).name() == LIGHT.focus
    assert ring != before


def test_the_camera_is_drawn_with_its_colours_and_as_a_mirror_shows_it() -> None:
    for mirror, left, right in ((False, "#0000ff", "#ff0000"), (True, "#ff0000", "#0000ff")):
        page = DeskPage(mirror=mirror, theme="light")
        page.resize(1280, 800)
        page.show_frame(FrameRead(BLUE_LEFT, Reading(), 0.0))
        page.show_screen(SCREENS["searching"])
        assert in_picture(page, 0.1, 0.5) == left
        assert in_picture(page, 0.9, 0.5) == right


@pytest.mark.parametrize(
    ("reading", "outline"),
    [
        (Reading(texts=("x",), corners=(SQUARE,)), CODE_READ),
        (Reading(located=SQUARE), CODE_SEEN),
    ],
    ids=["read", "seen"],
)
def test_a_code_has_an_outline(page: DeskPage, reading: Reading, outline: str) -> None:
    page.show_screen(SCREENS["reading"])
    page.show_frame(FrameRead(BLUE_LEFT, reading, 0.0))
    assert in_picture(page, 44 / 128, 0.5) == outline
    assert in_picture(page, 30 / 128, 0.5) == "#0000ff"


def test_grey_pictures_and_parts_of_pictures_are_drawn(page: DeskPage) -> None:
    page.show_screen(SCREENS["reading"])
    page.show_frame(FrameRead(np.full((72, 128), 90, np.uint8), Reading(), 0.0))
    assert in_picture(page, 0.5, 0.5) == "#5a5a5a"
    page.show_frame(FrameRead(BLUE_LEFT[:, ::-1], Reading(), 0.0))
    assert in_picture(page, 0.1, 0.5) == "#ff0000"


def test_a_camera_that_is_gone_leaves_no_picture(page: DeskPage) -> None:
    page.show_screen(SCREENS["searching"])
    page.show_frame(FrameRead(BLUE_LEFT, Reading(), 0.0))
    assert page.arranged.picture is not None
    page.show_frame(None)
    assert page.arranged.picture is None


def test_the_page_follows_the_window_and_the_theme(page: DeskPage) -> None:
    page.show_screen(SCREENS["rejected"])
    red = PLATES[Outcome.REJECTED].ground
    assert colour(page, 20, 400) == red
    page.resize(800, 1280)
    assert colour(page, 790, 100) == red
    assert colour(page, 5, 600) == LIGHT.page.ground
    dark = DeskPage(theme="dark")
    dark.resize(800, 1280)
    dark.show_screen(SCREENS["rejected"])
    assert colour(dark, 5, 600) == DARK.page.ground


def test_a_long_shift_makes_no_more_widgets(page: DeskPage) -> None:
    for name in SCREENS:
        page.show_screen(SCREENS[name])
    count = len(page.findChildren(QWidget))
    for name in SCREENS:
        page.show_screen(SCREENS[name])
    assert len(page.findChildren(QWidget)) == count


class Painted(QObject):
    """Notes the texts of the labels that are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QLabel):
            self.texts.append(watched.text())
        return False


def test_what_has_not_changed_is_not_painted_again(page: DeskPage) -> None:
    page.show_screen(SCREENS["rejected"])
    APPLICATION.processEvents()
    painted = Painted()
    for label in page.findChildren(QLabel):
        label.installEventFilter(painted)
    page.show_screen(replace(SCREENS["rejected"], seconds_left=11))
    APPLICATION.processEvents()
    assert painted.texts == ["11 s"]


def test_the_focus_leaves_a_button_that_becomes_another_one(page: DeskPage) -> None:
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.show_screen(SCREENS["rejected"])
    page.activateWindow()
    APPLICATION.processEvents()
    for name in ("Next traveller", "Help"):
        page.show_screen(SCREENS["rejected"])
        found = buttons(page)[name]
        found.setFocus(Qt.FocusReason.TabFocusReason)
        page.show_screen(replace(SCREENS["rejected"], seconds_left=3))
        assert APPLICATION.focusWidget() is found
        page.show_screen(SCREENS["help"])
        assert APPLICATION.focusWidget() is page
