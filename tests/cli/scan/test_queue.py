"""The video of a queue: the right verdict for each passport, at the right moment."""

from __future__ import annotations

import io
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from vaxpass_cli.output import document_rows
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.events import FrameRead, Input
from vaxpass_cli.scan.feeds.video import VideoFeed
from vaxpass_cli.scan.opencv.capture import Video
from vaxpass_cli.scan.reading import Reader
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.terminal import of

from tests.support.paths import ROOT
from vaxpass import Policy, Verifier, read_trust_list

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_BEST_FIRST = ("accepted", "genuine", "undecided", "rejected", "other", "unreadable")


@dataclass
class Watching:
    """A view that notes what was on show when."""

    now: Callable[[], float] = float
    screens: list[tuple[float, Screen]] = field(default_factory=list)

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        self.screens.append((self.now(), screen))

    def inputs(self, now: float) -> Sequence[Input]:
        return ()

    def refuse(self, sentence: str, settings: Settings) -> None:
        raise AssertionError(sentence)

    def beep(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def queue() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "examples" / "make_queue_video.py"))


@pytest.fixture(scope="module")
def watched(queue_video: Path) -> tuple[list[tuple[float, Judged]], Watching]:
    """Every verdict, and everything that was shown."""
    trust = read_trust_list((ROOT / "trust_lists" / "demo.json").read_bytes(), source="demo")
    verifier = Verifier(trust, Policy(test_keys=True))
    verdicts: list[tuple[float, Judged]] = []
    feed = VideoFeed(Video(queue_video), Reader(budget=1.0).read)
    around = Surroundings(
        judge=lambda text, at: verifier.verify(text, at=at),
        clock=lambda: NOW,
        badges=lambda _at, _language: (),
        secret=b"of this test",
    )
    view = Watching(feed.now)
    run(Desk(around, on_verdict=lambda judged: verdicts.append((feed.now(), judged))), feed, view)
    return verdicts, view


def test_every_passport_gets_its_verdict_while_it_is_held_up(
    queue: dict[str, Any], watched: tuple[list[tuple[float, Judged]], Watching]
) -> None:
    verdicts = watched[0]
    for scene in queue["schedule"]():
        during = [j for now, j in verdicts if scene["begins"] <= now <= scene["ends"] + 0.1]
        said = [{"outcome": j.outcome.value, "code": j.code or None} for j in during]
        assert said == scene["verdicts"], scene["what"]
    assert len(verdicts) == sum(len(scene["verdicts"]) for scene in queue["schedule"]())


def is_told(judged: Judged, screen: Screen) -> bool:
    """Whether a verdict is on show, or listed as another document of the same traveller."""
    finding, verdict = screen.finding, judged.verdict
    if finding is None or verdict is None or verdict.unverified is None:
        return finding is not None and judged.outcome in {
            finding.plate.outcome,
            *(other.plate.outcome for other in screen.others),
        }
    of_holder = finding.name == document_rows.holder(document_rows.shown(verdict, verdict.unverified))
    plates = [finding.plate.outcome, *(other.plate.outcome for other in screen.others)]
    return of_holder and judged.outcome in plates


def test_every_verdict_is_told_within_two_seconds_of_being_given_or_after_the_one_before_it(
    queue: dict[str, Any], watched: tuple[list[tuple[float, Judged]], Watching]
) -> None:
    verdicts, view = watched
    for given, judged in verdicts:
        told = [now for now, screen in view.screens if now >= given and is_told(judged, screen)]
        assert told, judged
        # Of two at once the second waits until the first was shown for its time.
        assert told[0] - given < (6 if judged is verdicts[-1][1] else 2), judged


def test_documents_of_one_holder_are_one_traveller_and_never_mixed_with_others(
    watched: tuple[list[tuple[float, Judged]], Watching],
) -> None:
    _, view = watched
    most = max(len(screen.others) for _, screen in view.screens)
    assert most > 0, "somebody in the queue shows several documents"
    for _, screen in view.screens:
        if screen.finding and screen.others:
            ranks = [_BEST_FIRST.index(other.plate.outcome) for other in screen.others]
            assert _BEST_FIRST.index(screen.finding.plate.outcome) <= min(ranks)


def test_after_the_queue_nothing_of_anybody_is_shown(
    watched: tuple[list[tuple[float, Judged]], Watching],
) -> None:
    _, screen = watched[1].screens[-1]
    assert screen.state is State.SEARCHING
    assert screen.finding is None


def test_in_a_terminal_every_verdict_says_the_same_within_80_columns(
    watched: tuple[list[tuple[float, Judged]], Watching],
) -> None:
    _, view = watched
    said: list[str] = []
    for _, screen in view.screens:
        finding = screen.finding
        if finding is None or (said and said[-1] == finding.name + finding.code):
            continue
        said.append(finding.name + finding.code)
        console = Console(file=io.StringIO(), width=80)
        console.print(of(screen))
        shown = console.file.getvalue()  # type: ignore[attr-defined]
        assert max(map(len, shown.splitlines())) <= 80
        words = " ".join(shown.replace("│", " ").split())
        for part in (
            finding.plate.word,
            finding.name,
            finding.machine_name,
            finding.reason,
            finding.advice,
            *(other.plate.word for other in screen.others),
        ):
            assert part in words
    assert len(said) > 5
