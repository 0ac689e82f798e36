"""`vaxpass scan` with nothing set up: the assistant, or what can be done without a window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock

import pytest
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.setup.choices import set_up
from vaxpass_cli.scan.setup.demonstration import demonstration

from tests.support.command import Run
from tests.support.world import NOW

_Given = Mapping[str, object] | None


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Callable[[_Given], list[object]]:
    """Puts an assistant in place that gives these settings; gives the calls of it."""
    monkeypatch.setattr("vaxpass_cli.commands.scan.why_no_window", lambda _: None)
    calls: list[object] = []

    def put(given: _Given) -> list[object]:
        def run_assistant(*call: object) -> _Given:
            calls.append(call)
            return given

        module = ModuleType("assistant")
        vars(module)["run_assistant"] = run_assistant
        monkeypatch.setitem(sys.modules, "vaxpass_cli.scan.window.assistant", module)
        return calls

    return put


def test_without_a_window_both_ways_are_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    ran = run("scan")
    assert ran.code == 2
    for way in ("vaxpass scan --trust-list FILE", "vaxpass config init", "config.toml"):
        assert way in " ".join(ran.err.split())


def test_what_the_assistant_gives_is_saved_and_the_desk_starts(
    run: Run, assistant: Callable[[_Given], list[object]], tmp_path: Path
) -> None:
    made = demonstration("AT", NOW, folder=tmp_path)
    (tmp_path / "code.txt").write_text(made.text, encoding="ascii")
    changes = set_up(made.choices, at=NOW, folder=tmp_path)
    others = {"source": str(tmp_path / "code.txt"), "view": "none"}
    calls = assistant({**changes, **others})
    ran = run("scan")
    assert (ran.code, len(calls)) == (0, 1)
    assert "1" in ran.out
    saved = settings.load()
    assert (saved.destination, saved.trust_list) == ("AT", changes["trust_list"])
    assert run("scan").code == 0
    assert len(calls) == 1


def test_an_assistant_that_is_closed_changes_nothing(
    run: Run, assistant: Callable[[_Given], list[object]]
) -> None:
    calls = assistant(None)
    ran = run("scan")
    assert (ran.code, ran.err, len(calls)) == (0, "", 1)
    assert not settings.default_path().exists()


@pytest.mark.parametrize("option", [("--mute",), ("--source", "-"), ("--json",), ("--kiosk",)])
def test_whoever_gives_options_is_not_asked(
    run: Run,
    assistant: Callable[[_Given], list[object]],
    monkeypatch: pytest.MonkeyPatch,
    option: tuple[str, ...],
) -> None:
    calls = assistant(None)
    window = ModuleType("view")
    vars(window)["WindowView"] = lambda _: Mock()
    monkeypatch.setitem(sys.modules, "vaxpass_cli.scan.window.view", window)
    ran = run("scan", *option)
    assert (ran.code, "No trust list" in ran.err, calls) == (2, True, [])
