"""The next traveller's verdict is seen whole, whatever was open."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.screen import Finding, Screen
from vaxpass_cli.scan.feeds.events import TextRead
from vaxpass_cli.scan.terminal import of

from tests.support.world import (
    DETECTED,
    NOW,
    START,
    VACCINATION,
    World,
    claims,
    forge,
    make_world,
    of_result,
)
from vaxpass import Certificate, Outcome, Person

EXPIRED = claims(exp=int(START.timestamp()) + 9)
BEFORE = Certificate(Person("Trần", "TRAN", "An", "AN"), "1970-01-01", VACCINATION.entries)
NEXT: dict[Outcome, Callable[[World], Source]] = {
    Outcome.ACCEPTED: lambda world: Source("a", world.issue()),
    Outcome.GENUINE: lambda world: Source("a", world.issue(of_result(DETECTED))),
    Outcome.REJECTED: lambda world: Source("a", forge(world.es256.signer(), EXPIRED)),
    Outcome.UNDECIDED: lambda _: Source("a", make_world().issue()),
    Outcome.OTHER: lambda _: Source("a", "https://example.org"),
    Outcome.UNREADABLE: lambda _: Source("a", None, "picture.no_code"),
}
OPEN = {
    "summary": "s",
    "help": "h",
    "summary over the one before": " s",
    "help over the one before": " h",
    "details of the one before": " d",
    "details and summary": " ds",
}


def desk_of(world: World, language: str) -> Desk:
    around = Surroundings(
        judge=lambda text, at: world.verify(text, at=at),
        clock=lambda: NOW,
        badges=lambda *_: (),
        secret=b"a secret of this shift",
        camera=False,
    )
    return Desk(around, on_verdict=lambda _: None, language=language)


def in_terminal(screen: Screen) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(of(screen))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def letters(text: str) -> str:
    return "".join(text.replace("│", "").split())


def is_whole(finding: Finding, drawn: str) -> None:
    for part in (finding.plate.word, finding.name, finding.born, finding.reason, finding.advice):
        assert letters(part) in letters(drawn), part


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("opened", OPEN)
@pytest.mark.parametrize("outcome", Outcome)
def test_the_next_verdict_is_seen_whole(
    world: World, outcome: Outcome, opened: str, language: str
) -> None:
    desk = desk_of(world, language)
    keys = OPEN[opened]
    if keys.startswith(" "):
        desk.handle(0, TextRead(Source("a", world.issue(BEFORE))))
    for key in keys.strip():
        desk.press(1, key)
    desk.handle(4, TextRead(NEXT[outcome](world)))
    desk.handle(6, None)
    screen = desk.screen(6)
    assert screen.finding is not None
    assert screen.finding.plate.outcome is outcome
    assert screen.overlay == ()
    assert not screen.show_details
    drawn = in_terminal(screen)
    is_whole(screen.finding, drawn)
    assert "Trần" not in drawn


def test_the_next_one_that_waits_is_seen_whole_when_the_first_is_closed(world: World) -> None:
    desk = desk_of(world, "en")
    desk.handle(0, TextRead(Source("a", world.issue(BEFORE))))
    desk.handle(0, TextRead(Source("b", world.issue())))
    for key in ("s", "escape", "d", "space"):
        desk.press(0.5, key)
    screen = desk.screen(0.5)
    assert screen.finding is not None
    assert "Bảo Duy" in screen.finding.name
    assert not screen.show_details


def test_what_is_opened_over_a_verdict_stays_open_as_long_as_it_is_shown(world: World) -> None:
    desk = desk_of(world, "en")
    desk.handle(0, TextRead(Source("a", world.issue())))
    desk.press(1, "s")
    desk.handle(2, None)
    assert desk.screen(2).overlay
    desk.press(2, "escape")
    desk.press(2, "d")
    desk.handle(3, None)
    assert desk.screen(3).show_details
