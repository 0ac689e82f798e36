"""The loop of the desk: it does alike what staff do in terminals and windows, and it always ends."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.machine import MOST_WAITING
from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import (
    Ended,
    Event,
    FilesGiven,
    FrameRead,
    Input,
    InTrouble,
    KeyPressed,
    PictureGiven,
    SettingsChanged,
    TextRead,
    Tried,
    Trouble,
)
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.settings import Settings

from tests.support.feed_events import PATIENCE
from tests.support.paths import ROOT
from tests.support.world import NOW, VACCINATION, World
from vaxpass import Verifier

GOOD = ROOT / "examples" / "passports" / "vaccination-es256.png"


class Script:
    """A feed that gives these events, one at each poll, and then nothing."""

    def __init__(self, *events: Event | Exception, step: float = 0.1) -> None:
        self._events = iter(events)
        self._now = itertools.count(step, step)

    def poll(self, wait: float) -> Event | None:
        event = next(self._events, None)
        if isinstance(event, Exception):
            raise event
        return event

    def now(self) -> float:
        return next(self._now)

    def close(self) -> None:
        """Nothing is held."""


class Window:
    """A view in which staff do one thing at each look, then wait for `until`, and then quit."""

    def __init__(self, *does: Input, until: Callable[[], bool] = lambda: True) -> None:
        self._does = list(does)
        self._until = until
        self._ends = time.monotonic() + PATIENCE
        self.screens: list[Screen] = []

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        self.screens.append(screen)

    def inputs(self, now: float) -> Sequence[Input]:
        if self._does:
            return [self._does.pop(0)]
        assert time.monotonic() < self._ends, self.screens[-1]
        return [KeyPressed("q")] if self._until() else []

    def refuse(self, sentence: str, settings: Settings) -> None:
        raise AssertionError(sentence)

    def beep(self) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing is held."""


class Place:
    """A desk with what it judged."""

    def __init__(self, world: World) -> None:
        self.given: list[Judged] = []
        verifier = Verifier(world.trust)
        around = Surroundings(
            judge=lambda text, at: verifier.verify(text, at=at),
            clock=lambda: NOW,
            badges=lambda *_: (),
            secret=b"s" * 32,
        )
        self.desk = Desk(around, on_verdict=self.given.append)

    @property
    def outcomes(self) -> list[str]:
        return [judged.outcome.value for judged in self.given]


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)


def test_files_and_pictures_are_judged_while_the_window_lives(place: Place) -> None:
    window = Window(
        FilesGiven((GOOD,)),
        PictureGiven(GOOD.read_bytes()),
        FilesGiven((Path("gone.png"),)),
        until=lambda: len(place.given) == 3,
    )
    assert run(place.desk, Script(), window) is None
    assert place.outcomes[2] == "unreadable"
    assert place.given[0].code == place.given[1].code, "the same thing is judged again"
    assert any(screen.hint.startswith("The file is being read.") for screen in window.screens)
    assert window.screens[-1].hint == ""


def test_the_end_of_the_source_waits_for_a_file(place: Place) -> None:
    window = Window(FilesGiven((GOOD,)), until=lambda: False)
    assert run(place.desk, Script(Ended()), window) is None
    assert len(place.given) == 1


def test_a_text_is_judged_alike_from_a_terminal_and_from_a_window(place: Place, world: World) -> None:
    text = world.issue()

    class Typed(Keyboard):
        typed = iter([([], [f"]Q1{text}"]), (["s"], []), (["q"], [])])

        def poll(self, now: float) -> tuple[list[str], list[str]]:
            return next(self.typed)

    shown = Window(TextRead(Source("hand scanner", world.issue(key=world.ps256))), until=lambda: False)
    assert run(place.desk, Script(), shown, Typed()) is None
    assert place.outcomes == ["accepted", "accepted"]
    assert shown.screens[1].overlay


def test_settings_that_staff_changed_end_the_loop(place: Place) -> None:
    changed = SettingsChanged({"camera": "Lid"})
    assert run(place.desk, Script(), Window(KeyPressed("d"), changed)) is changed


def test_without_a_view_a_trouble_is_told_once(place: Place) -> None:
    told: list[str] = []
    trouble = InTrouble(Trouble.ABSENT, Tried("0"))
    run(place.desk, Script(trouble, Ended()), None, complain=told.append)
    assert len(told) == 1
    assert "was not found" in told[0]


def test_a_camera_in_trouble_does_not_keep_files_from_being_judged(place: Place) -> None:
    trouble = InTrouble(Trouble.ABSENT, Tried("0"))
    window = Window(FilesGiven((GOOD,)), until=lambda: bool(place.given))
    run(place.desk, Script(trouble), window)
    assert window.screens[0].tried
    assert window.screens[-1].finding or place.desk.closed


def test_what_a_feed_raises_ends_the_loop(place: Place) -> None:
    with pytest.raises(OSError, match="gone"):
        run(place.desk, Script(OSError("gone")), Window(until=lambda: False))


def test_a_feed_is_not_asked_while_too_many_verdicts_wait(place: Place, world: World) -> None:
    days = (f"1990-05-{day:02}" for day in range(1, MOST_WAITING + 6))
    texts = [world.issue(replace(VACCINATION, date_of_birth=day)) for day in days]
    given = [TextRead(Source("a", text)) for text in texts]
    looks = iter(range(200))
    run(place.desk, Script(*given, step=0.001), Window(until=lambda: next(looks) == 198))
    assert len(place.given) == MOST_WAITING + 1


def test_a_folder_of_pictures_leaves_room_for_travellers(place: Place, tmp_path: Path) -> None:
    lines = [f"HC1:6BFOXN{number:04}" for number in range(600)]
    (tmp_path / "many.txt").write_text("\n".join(lines))
    looks = itertools.count()
    window = Window(
        FilesGiven((tmp_path,)), until=lambda: len(place.given) >= 200 and next(looks) == 300
    )
    run(place.desk, Script(step=1e-6), window)
    assert not place.desk.full
    assert len(place.given) < 300


def test_what_staff_want_no_more_of_is_not_read_to_its_end(place: Place, tmp_path: Path) -> None:
    lines = [f"HC1:6BFOXN{number:04}" for number in range(600)]
    (tmp_path / "many.txt").write_text("\n".join(lines))

    class Impatient(Window):
        """Somebody presses Escape when the first verdict came, and gives a file afterwards."""

        def inputs(self, now: float) -> Sequence[Input]:
            if place.given and not self.escaped:
                self.escaped = True
                return [KeyPressed("escape"), FilesGiven((GOOD,))]
            return super().inputs(now)

        escaped = False

    def has_come() -> bool:
        return any(judged.source.name == str(GOOD) for judged in place.given)

    window = Impatient(FilesGiven((tmp_path,)), until=has_come)
    run(place.desk, Script(step=1e-3), window)
    assert len(place.given) < 100


def test_without_streams_there_is_no_keyboard(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with Keyboard() as keyboard:
        assert run(place.desk, Script(), Window(), keyboard) is None
