"""`vaxpass doctor`: what is missing is told in words, with what to do."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vaxpass_cli.commands import doctor
from vaxpass_cli.errors import install_line
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.window.display import scripts_without_font, why_no_window

from tests.support.command import Run
from tests.support.paths import ROOT
from tests.support.world import NOW, World
from vaxpass.trust.formats import native

DEMO = ROOT / "trust_lists" / "demo.json"


@pytest.fixture(autouse=True)
def bare_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("VAXPASS_TRUST_LIST", raising=False)


def states(out: str) -> dict[str, str]:
    return {line["what"]: line["state"] for line in map(json.loads, out.splitlines())}


def test_without_a_trust_list_there_is_a_problem(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert states(ran.out)["trust"] == "problem"


def test_a_desk_with_a_list_has_warnings_at_most(run: Run) -> None:
    ran = run("doctor", "--json", "--camera", "/dev/video-none", "--trust-list", DEMO)
    found = states(ran.out)
    assert ran.code == 0
    assert (found["packages"], found["window"], found["camera"], found["clock"]) == (
        "ok",
        "warning",
        "warning",
        "ok",
    )


def test_the_list_and_the_camera_of_the_settings_are_tested(run: Run) -> None:
    settings.save({"trust_list": (str(DEMO),), "camera": "/dev/video-none"})
    rows = {row["what"]: row for row in map(json.loads, run("doctor", "--json").out.splitlines())}
    assert rows["trust"]["state"] == "warning"
    assert "/dev/video-none" in rows["camera"]["message"]


def test_it_fits_a_terminal_in_both_languages(run: Run) -> None:
    for language in ("en", "vi"):
        out = run("doctor", "--trust-list", DEMO, "--lang", language).out
        assert max(map(len, out.splitlines())) <= 80


def test_what_helps_is_a_line_to_copy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("pillow", "no-such-package"))
    told = run("doctor", "--camera", "/dev/video-none")
    lines = [line.strip() for line in told.out.splitlines()]
    for remedy in (install_line("scan"), "vaxpass cameras", "vaxpass trust install BUNDLE"):
        assert remedy in lines
    rows = [json.loads(line) for line in run("doctor", "--json").out.splitlines()]
    assert {row["what"]: row["remedy"] for row in rows}["packages"] == install_line("scan")
    assert {row["what"]: row["remedy"] for row in rows}["clock"] is None


def test_everything_is_seen_at_once_in_a_small_terminal(run: Run) -> None:
    for language in ("en", "vi"):
        assert len(run("doctor", "--lang", language).out.splitlines()) <= 23


@pytest.mark.parametrize(("days", "state"), [(0, "ok"), (3, "warning"), (20, "problem")])
def test_an_old_list_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, state: str
) -> None:
    monkeypatch.setattr(doctor, "_BUILT", datetime(2026, 1, 1, tzinfo=UTC))
    path = tmp_path / "list.json"
    path.write_bytes(native.write(world.trust, source="test", test=False, made_at=NOW))
    at = datetime.fromtimestamp(NOW.timestamp() + days * 86400, UTC)
    found = {one.what: one.state for one in doctor._trust([path], None, at, "en")}
    assert found == {"clock": "ok", "trust": state}


def test_a_clock_before_this_program_was_made_is_wrong() -> None:
    found = list(doctor._trust(None, None, datetime(2020, 1, 1, tzinfo=UTC), "en"))
    assert [(one.what, one.state) for one in found] == [("clock", "problem")]


def test_a_window_is_found_possible_or_not_without_harm(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in str(why_no_window())
    monkeypatch.setenv("DISPLAY", ":9917")
    assert why_no_window() == "The display does not let a window be opened."
    monkeypatch.setenv("DISPLAY", display)
    assert why_no_window() is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have the libraries themselves")
def test_a_library_that_the_window_lacks_is_named_with_what_to_install(
    display: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    qt = Path(pytest.importorskip("PySide6").__file__).parent / "Qt"
    plugin = (qt / "plugins" / "platforms" / "libqxcb.so").read_bytes()
    (tmp_path / "platforms").mkdir()
    lacking = plugin.replace(b"libxcb-cursor.so.0", b"libxcb-absent.so.0")
    (tmp_path / "platforms" / "libqxcb.so").write_bytes(lacking)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("QT_PLUGIN_PATH", str(tmp_path))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(qt / "lib"))
    found = doctor._window("en")
    assert found.state == "warning"
    assert "libxcb-absent.so.0" in found.sentence
    assert "libxcb-cursor0" in found.remedy


def test_scripts_without_a_font_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    (tmp_path / "empty").mkdir()
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><dir>{tmp_path / 'empty'}</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(bare))
    assert "Thai" in (scripts_without_font() or ())
    monkeypatch.setattr(doctor, "scripts_without_font", lambda: ["Khmer", "Thai"])
    found = doctor._fonts("en")
    assert (found.state, "Khmer, Thai" in found.sentence) == ("warning", True)
    monkeypatch.setattr(doctor, "scripts_without_font", list)
    assert doctor._fonts("en").state == "ok"
    monkeypatch.setattr(doctor, "scripts_without_font", lambda: None)
    assert doctor._fonts("vi").state == "warning"
