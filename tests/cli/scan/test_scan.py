"""`vaxpass scan` as a whole: verdicts, exit codes, and what it leaves untouched."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.paths import ROOT

DEMO = ROOT / "trust_lists" / "demo.json"
PASSPORTS = ROOT / "examples" / "passports"
LIST = ("--trust-list", str(DEMO), "--test-keys")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("DISPLAY", raising=False)


def told(out: str) -> list[tuple[str, str | None]]:
    lines = [json.loads(line) for line in out.splitlines()]
    return [(line["outcome"], line["code"]) for line in lines]


def expected(queue_video: Path) -> list[tuple[str, str | None]]:
    scenes: list[dict[str, Any]] = json.loads(queue_video.with_suffix(".json").read_text())
    return [(v["outcome"], v["code"]) for scene in scenes for v in scene["verdicts"]]


def test_the_summary_and_the_report_count_them_and_name_nobody(
    run: Run, short_queue_video: Path, tmp_path: Path
) -> None:
    report = tmp_path / "shift.csv"
    ran = run("scan", "--source", short_queue_video, "--view", "none", "--counts", report, *LIST)
    assert (ran.code, ran.err) == (0, "")
    lines = dict(line.rsplit(None, 1) for line in ran.out.splitlines() if line.strip()[-1:].isdigit())
    counts = Counter(outcome for outcome, _ in expected(short_queue_video))
    for outcome in ("accepted", "rejected", "undecided", "unreadable"):
        assert lines[outcome.upper()] == str(counts[outcome])
    reported: Counter[str] = Counter()
    for row in csv.DictReader(report.read_text().splitlines()):
        reported[row["outcome"]] += int(row["count"])
    assert reported == counts
    assert "DANG" not in ran.out
    assert "NGUYEN" not in report.read_text().upper()


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ("vaccination-es256.png", "accepted"),
        ("expired.txt", "rejected"),
        ("cut-short.txt", "unreadable"),
    ],
)
def test_pictures_and_texts_are_scanned_too(run: Run, given: str, outcome: str) -> None:
    ran = run("scan", "--source", PASSPORTS / given, "--view", "none", "--json", *LIST)
    assert [found for found, _ in told(ran.out)] == [outcome]


def test_codes_are_scanned_from_standard_input(run: Run) -> None:
    given = (PASSPORTS / "expired.txt").read_bytes().strip() + b"\n]Q1"
    given += (PASSPORTS / "vaccination-es256.txt").read_bytes().strip() + b"\r\n"
    ran = run("scan", "--source", "-", "--view", "none", "--json", *LIST, stdin=given)
    assert told(ran.out) == [("rejected", "validity.expired"), ("accepted", None)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "nowhere.mp4"), "no such file"),
        (("--source", DEMO), "neither a video nor"),
        (("--view", "window"), "can't be opened"),
        (("--config", "none.toml"), "no such file"),
        (("--view", "hologram"), "view must be one of"),
        (("--destination", "Austria"), "destination must be"),
    ],
)
def test_wrong_use_is_told_in_one_line(run: Run, options: tuple[object, ...], said: str) -> None:
    ran = run("scan", *options, *LIST)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_without_a_view_a_missing_camera_is_told_on_standard_error() -> None:
    command: list[str | Path] = [
        *(sys.executable, "-m", "vaxpass_cli", "scan", "--camera", "/dev/video-none"),
        *("--view", "none", "--json", *LIST),
    ]
    environ = {**os.environ, "XDG_CONFIG_HOME": os.devnull}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stderr is not None
        assert "was not found" in process.stderr.readline()
        process.terminate()


_TRACED = """
import os
import sys

written = []

def hook(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.system", "os.posix", "urllib.")):
        written.append((event, str(arguments)))
    elif event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1]):
        written.append((event, str(arguments)))
    elif event == "open" and arguments[1] is None and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        written.append((event, str(arguments)))
    elif event in ("os.mkdir", "os.rename", "os.remove", "shutil.copyfile", "tempfile.mkstemp"):
        written.append((event, str(arguments)))

sys.addaudithook(hook)
from vaxpass_cli.main import main
sys.argv = ["vaxpass", "scan", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
sys.stderr.write(repr(written))
"""


def test_the_queue_gets_the_right_verdicts_with_no_socket_file_or_program(
    queue_video: Path,
) -> None:
    command: list[str | Path] = [
        sys.executable,
        "-c",
        _TRACED,
        "--source",
        queue_video,
        "--view",
        "none",
        "--json",
        *LIST,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert told(done.stdout) == expected(queue_video)
    assert done.stderr == "[]"
