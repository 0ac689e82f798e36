"""The programs of the folder that is built for a desk: which of them opens the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from vaxpass_cli import main as entry
from vaxpass_cli.commands import doctor

from scripts import build_desk
from scripts.build_desk import LAUNCHER


@pytest.mark.parametrize(
    ("program", "arguments", "started"),
    [
        ("/opt/vaxpass-desk/vaxpass-desk", [], "desk"),
        ("/opt/vaxpass-desk/vaxpass-desk.exe", ["--kiosk"], "desk"),
        ("/opt/vaxpass-desk/vaxpass", ["verify"], "main"),
    ],
)
def test_both_programs_of_the_built_folder_know_what_they_are(
    monkeypatch: pytest.MonkeyPatch, program: str, arguments: list[str], started: str
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(sys, "argv", [program, *arguments])
    monkeypatch.setattr(entry, "main", lambda: seen.append("main"))
    monkeypatch.setattr(entry, "desk", lambda: seen.append("desk"))
    exec(LAUNCHER, {})  # noqa: S102 - what the build writes
    assert seen == [started]


def test_the_folder_knows_the_versions_of_all_packages_that_doctor_asks_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else doctor says that packages are missing which are in the folder."""
    specs: list[str] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: specs.append(Path(command[-1]).read_text("utf-8"))
    )
    build_desk.build(tmp_path)
    assert repr(doctor.PACKAGES) in specs[0]
