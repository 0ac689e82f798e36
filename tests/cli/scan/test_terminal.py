"""The terminal shows the same words as the window, in 80 columns."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.terminal import TerminalView, fitted, of

from tests.support.screens import LANGUAGES, screen, screens
from vaxpass import Outcome

CASES = [
    pytest.param(found, id=f"{name}-{language}")
    for language in LANGUAGES
    for name, found in screens(language).items()
]


def terminal(file: io.StringIO, *, width: int = 80) -> Console:
    return Console(
        file=file,
        force_terminal=True,
        width=width,
        height=40,
        highlight=False,
        color_system="truecolor",
    )


def drawn(shown: Screen) -> list[str]:
    console = Console(file=io.StringIO(), width=80, highlight=False)
    with console.capture() as capture:
        console.print(of(shown))
    return capture.get().splitlines()


def squeezed(text: str) -> str:
    """Without what wrapping and frames add."""
    return "".join(letter for letter in text if letter.isalnum() or letter in "<-:.!")


@pytest.mark.parametrize("shown", CASES)
def test_all_words_are_there_and_lines_fit(shown: Screen) -> None:
    lines = drawn(shown)
    assert max(map(cell_len, lines)) <= 80
    text = squeezed("\n".join(lines))
    wanted = [*shown.badges, shown.test_mode]
    finding = shown.finding
    if finding:
        wanted += [finding.plate.word, finding.plate.below, finding.specimen, finding.place]
        if shown.overlay:
            wanted += [text for row in shown.overlay for text in row]
        else:
            wanted += [finding.name, finding.machine_name, finding.born, finding.reason]
            wanted += [finding.advice, *finding.notes]
    elif shown.overlay or shown.trouble:
        wanted += [shown.trouble, *shown.tried]
    else:
        wanted += [shown.title, shown.hint, *shown.alerts]
    for words in wanted:
        assert squeezed(words) in text


def test_details_are_shown_only_where_they_are_asked_for() -> None:
    found = screens("en")
    assert "Ministry" not in "\n".join(drawn(found["rejected"]))
    assert "Ministry" in "\n".join(drawn(found["rejected_details"]))


def test_outcomes_differ_in_sign_and_place() -> None:
    found = screens("en")
    heads = {}
    for name in ("accepted", "genuine", "rejected", "undecided", "other", "unreadable"):
        shown = found[name]
        assert shown.finding
        line = next(line for line in drawn(shown) if shown.finding.plate.word in line)
        heads[shown.finding.plate.outcome] = (line.strip(" │")[0], line.index(shown.finding.plate.word))
    assert len({sign for sign, _ in heads.values()}) == 6
    places = {outcome: place for outcome, (_, place) in heads.items()}
    assert places[Outcome.REJECTED] < places[Outcome.UNDECIDED] < places[Outcome.ACCEPTED]


def test_it_is_drawn_again_only_where_something_changed() -> None:
    file = io.StringIO()
    view = TerminalView(terminal(file))
    shown = screen(State.SEARCHING, "en")
    view.show(shown, None)
    before = len(file.getvalue())
    view.show(screen(State.SEARCHING, "en"), None)
    assert len(file.getvalue()) == before
    view.show(screen(State.READING, "en"), None)
    assert len(file.getvalue()) > before
    assert view.inputs(0.0) == ()
    view.close()
    view.close()


def test_nothing_of_the_traveller_is_left_when_it_is_closed() -> None:
    file = io.StringIO()
    view = TerminalView(terminal(file))
    view.show(screens("en")["rejected"], None)
    before = len(file.getvalue())
    view.close()
    assert "DANG" in file.getvalue()[:before]
    after = file.getvalue()[before:]
    assert "DANG" not in after
    assert "\x1b[?1049l" in after  # the alternate screen is left


def test_standard_output_stays_free_for_results(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    view = TerminalView(terminal(io.StringIO()))
    assert sys.stdout is before
    sys.stdout.write("{}\n")
    view.close()
    assert capsys.readouterr().out == "{}\n"


@pytest.mark.parametrize("shown", CASES)
def test_in_80_by_24_nothing_important_is_pushed_off_the_screen(shown: Screen) -> None:
    console = Console(file=io.StringIO(), width=80, height=24, highlight=False)
    with console.capture() as capture:
        console.print(fitted(shown, console))
    lines = capture.get().splitlines()
    assert len(lines) < 24
    text = squeezed("\n".join(lines))
    finding = shown.finding
    wanted = [shown.test_mode]
    if finding and not shown.overlay:
        wanted += [
            finding.plate.word,
            finding.plate.below,
            finding.name,
            finding.reason,
            finding.advice,
        ]
        wanted += [finding.specimen, *finding.notes]
    elif not finding and not shown.overlay:
        wanted += [shown.trouble] if shown.trouble else [shown.title, shown.hint, *shown.alerts]
    for words in wanted:
        assert squeezed(words) in text


def test_rows_that_do_not_fit_are_left_out_from_the_last_and_that_is_seen() -> None:
    rows = tuple((f"row {number}", f"value {number}") for number in range(40))
    console = Console(file=io.StringIO(), width=80, height=24, highlight=False)
    for shown in (
        screen(State.SEARCHING, "en", overlay=rows),
        replace(screens("en")["rejected"], overlay=rows),
        replace(screens("en")["help_over_verdict"], overlay=rows),
    ):
        with console.capture() as capture:
            console.print(fitted(shown, console))
        text = capture.get()
        assert len(text.splitlines()) < 24
        assert "value 4" in text
        assert "value 39" not in text
        assert "…" in text
