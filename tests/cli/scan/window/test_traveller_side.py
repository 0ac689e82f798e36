"""The traveller's side: what it says, what it must not say, and on which monitor it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from vaxpass_cli.scan.window.traveller_side import TravellerSide, said, told

from tests.support.offscreen import qt
from tests.support.paths import ROOT
from tests.support.screens import LANGUAGES, screens
from tests.support.xvfb import environment

__all__ = ["qt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_nothing_about_a_person_and_not_why_somebody_was_refused(language: str) -> None:
    signs = {name: told(screen) for name, screen in screens(language).items()}
    refused = {
        sign
        for name, sign in signs.items()
        if (found := screens(language)[name].finding)
        and found.plate.outcome.value in ("rejected", "undecided", "genuine", "other")
    }
    assert refused == {"officer"}
    assert signs["accepted"] == signs["accepted_as_genuine"] == "accepted"
    assert signs["unreadable"] == "again"
    assert (signs["searching"], signs["reading"], signs["trouble"]) == ("hold", "reading", "wait")


def test_it_speaks_english_and_the_language_of_the_desk() -> None:
    assert said("hold", "vi").splitlines() == [said("hold", "en"), said("hold", "vi").splitlines()[1]]
    assert len(said("hold", "en").splitlines()) == 1


def test_every_screen_is_painted(qt: None) -> None:
    side = TravellerSide("dark")
    side.resize(800, 480)
    seen = set()
    for screen in screens("vi").values():
        side.show_screen(screen)
        image = side.grab().toImage()
        seen.add(bytes(image.constBits()))
    assert len(seen) == len({told(screen) for screen in screens("vi").values()})


_MONITORS = """
import sys
from PySide6.QtGui import QGuiApplication
from tests.support.screens import screen
from vaxpass_cli.scan.desk.screen import State
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.view import WindowView

view = WindowView(Settings(lang="en", traveller_screen=True))
view.show(screen(State.SEARCHING, "en"), None)
desk, side = view._window, view._side
print(len(QGuiApplication.screens()), side.isVisible(), side.isFullScreen())
print(side.isVisible() and side.screen() is not desk.screen())
# The desk is moved to the other monitor; then there is none but the desk's.
desk.setScreen(QGuiApplication.screens()[-1])
desk.move(QGuiApplication.screens()[-1].geometry().topLeft())
view.show(screen(State.READING, "en"), None)
print(side.isVisible() and side.screen() is not desk.screen())
side.stand_beside(desk.screen())
QGuiApplication.screens = staticmethod(lambda: [desk.screen()])
view.show(screen(State.CLEAR, "en"), None)
print(side.isVisible())
view.close()
"""


def test_it_stands_on_the_monitor_that_the_desk_does_not_use(tmp_path: Path) -> None:
    """Also where the desk is moved to the other one, and where the other one is unplugged."""
    monitors = [
        {"name": str(n), "x": 1280 * n, "y": 0, "width": 1280, "height": 800, "dpr": 1}
        for n in range(2)
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": monitors}))
    ran = subprocess.run(
        [sys.executable, "-c", _MONITORS],
        env=environment("") | {"QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == ["2 True True", "True", "True", "False"]
