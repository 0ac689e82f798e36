"""A desk that was started from an icon has no terminal: it works all the same, and errors are seen."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

DEMO = ROOT / "trust_lists" / "demo.json"
GOOD = ROOT / "examples" / "passports" / "vaccination-es256.png"

_WITHOUT_STREAMS = """
import sys
sys.stdin = sys.stdout = sys.stderr = sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = None
from vaxpass_cli.main import main
"""
_WITH_WINDOW = """
from pathlib import Path
from PySide6.QtWidgets import QMessageBox
from vaxpass_cli.scan.window import display
display.why_no_window = lambda language="en": None
QMessageBox.exec = lambda box: Path({place!r}).write_text(box.text())
"""


def start(program: str, *arguments: object, **environment: str) -> int:
    """Run the tool; gives its exit code. What it writes would be an error of Python."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\nmain()", *map(str, arguments)],
        env={**os.environ, "XDG_CONFIG_HOME": os.devnull, **environment},
        capture_output=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == (b"", b"")
    return ran.returncode


def test_without_streams_a_file_is_judged(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    options = ("--source", GOOD, "--trust-list", DEMO, "--test-keys", "--counts", counts)
    assert start(_WITHOUT_STREAMS, "scan", "--view", "none", *options) == 0
    (row,) = csv.DictReader(counts.read_text().splitlines())
    assert (row["outcome"], row["count"]) == ("accepted", "1")


def test_an_error_is_shown_in_a_window_where_nobody_reads_streams(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    shown = tmp_path / "shown.txt"
    program = _WITHOUT_STREAMS + _WITH_WINDOW.format(place=str(shown))
    arguments = ("scan", "--source", "nowhere.mp4", "--trust-list", DEMO, "--view", "none")
    assert start(program, *arguments, QT_QPA_PLATFORM="offscreen") == 2
    assert "no such file" in shown.read_text()
