"""`vaxpass desk`: a set-up goes to the next desk, and the PIN is set without being seen."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.setup.choices import set_up
from vaxpass_cli.scan.setup.demonstration import demonstration
from vaxpass_cli.scan.setup.pin import is_right

from tests.support.command import Run
from tests.support.world import NOW

_AT = ("--at", NOW.isoformat())


@pytest.fixture
def first(run: Run, tmp_path: Path) -> Path:
    """The settings of a desk of the demonstration world."""
    made = demonstration("AT", NOW, folder=tmp_path / "first")
    changes = set_up(made.choices, at=NOW, folder=tmp_path / "first")
    path = tmp_path / "first.toml"
    settings.save({**changes, "kiosk": True}, path)
    return path


def table(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["scan"]
    return found


def spelled(out: str) -> list[str]:
    """The lines with the groups of a fingerprint."""
    return [line for line in out.splitlines() if line[2:6].isalnum() and line[2:6].isupper()]


def test_the_next_desk_shows_the_same_fingerprint_and_is_set_up(
    run: Run, first: Path, tmp_path: Path
) -> None:
    file, second = tmp_path / "set-up.desk", tmp_path / "second.toml"
    made = run("desk", "export", file, "--config", first, *_AT)
    assert (made.code, made.err) == (0, "")
    assert len(spelled(made.out)) == 5
    done = run("desk", "import", file, "--yes", "--config", second, *_AT)
    assert (done.code, done.err) == (0, "")
    assert spelled(done.out) == spelled(made.out)
    for said in ("1 key", "All its keys are test keys", "1 entry rule, for Austria", "has no PIN yet"):
        assert said in done.out
    assert table(second)["destination"] == "AT"
    assert settings.load(second).trust_list != settings.load(first).trust_list


def test_what_a_set_up_changes_and_where_it_accepts_more_is_said_before_it_is_used(
    run: Run, first: Path, tmp_path: Path
) -> None:
    file, second = tmp_path / "set-up.desk", tmp_path / "second.toml"
    settings.save({"region": "x\x1b[31m", "max_age": 900, "covid_signers": True}, first)
    settings.save({"destination": "FR", "lang": "en"}, second)
    assert run("desk", "export", file, "--config", first, *_AT).code == 0
    said = run("desk", "import", file, "--config", second, *_AT).out
    assert 'Country of this desk: "FR" -> "AT"' in said
    assert "Oldest trust list: 14 -> 900" in said
    (warning,) = [line for line in said.splitlines() if "accepts more" in line]
    for label in ("Oldest trust list", "COVID-19 signers", "Test keys"):
        assert label in warning
    assert "\x1b" not in said
    assert table(second)["destination"] == "FR"


def test_nothing_is_replaced_before_somebody_has_agreed(
    run: Run, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, second = tmp_path / "set-up.desk", tmp_path / "second.toml"
    run("desk", "export", file, "--config", first, *_AT)
    second.write_text('[scan]\ntrust_list = "own.json" # mine\n', encoding="utf-8")
    before = second.read_bytes()
    refused = run("desk", "import", file, "--config", second, *_AT)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    monkeypatch.setattr("vaxpass_cli.commands.desk._has_terminal", lambda: True)
    refused = run("desk", "import", file, "--config", second, *_AT, stdin=b"no\n")
    assert (refused.code, "Nothing was changed" in refused.err) == (2, True)
    assert "replace the set-up of this desk" in refused.out
    assert second.read_bytes() == before
    assert run("desk", "import", file, "--config", second, *_AT, stdin=b"Yes\n").code == 0
    assert table(second)["destination"] == "AT"


def test_a_damaged_file_changes_nothing(run: Run, first: Path, tmp_path: Path) -> None:
    file, second = tmp_path / "set-up.desk", tmp_path / "second.toml"
    run("desk", "export", file, "--config", first, *_AT)
    file.write_bytes(file.read_bytes()[:-100])
    refused = run("desk", "import", file, "--yes", "--config", second, *_AT)
    assert (refused.code, "damaged" in refused.err) == (2, True)
    assert not second.exists()


def test_a_desk_without_lists_has_nothing_to_export(run: Run, tmp_path: Path) -> None:
    refused = run("desk", "export", tmp_path / "x.desk")
    assert (refused.code, "No trust list" in refused.err) == (2, True)


def test_a_pin_is_typed_twice_and_kept_as_a_hash(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    differs = run("desk", "pin", "--config", path, stdin=b"2468\n2469\n")
    short = run("desk", "pin", "--config", path, stdin=b"246\n246\n")
    assert (differs.code, short.code, path.exists()) == (2, 2, False)
    done = run("desk", "pin", "--config", path, stdin=b"2468\n2468\n")
    assert (done.code, done.err) == (0, "")
    assert "2468" not in path.read_text(encoding="utf-8")
    assert is_right("2468", settings.load(path).kiosk_pin)
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o077 == 0
    assert run("desk", "pin", "--clear", "--config", path).code == 0
    assert settings.load(path).kiosk_pin == ""


def test_in_a_terminal_the_pin_is_not_echoed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "1357"

    monkeypatch.setattr("vaxpass_cli.commands.desk._has_terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", typed)
    path = tmp_path / "config.toml"
    assert run("desk", "pin", "--config", path).code == 0
    assert asked == ["New PIN: ", "The same PIN again: "]
    assert is_right("1357", settings.load(path).kiosk_pin)
