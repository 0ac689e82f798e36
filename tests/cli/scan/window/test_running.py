"""The program in a window on a desktop: used with keys, closed in every way, its counts written."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.xvfb import environment

pytest.importorskip("cv2")
LIST = ("--trust-list", str(ROOT / "trust_lists" / "demo.json"), "--test-keys")
TEXT = (ROOT / "examples" / "passports" / "vaccination-es256.txt").read_text().strip()
LONGEST = 60


class Program:
    """`vaxpass scan` on a desktop, and what a person does there."""

    def __init__(self, display: str, folder: Path, *options: str) -> None:
        self.environment = environment(display) | {"XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8"}
        self.counts = folder / "counts.csv"
        command = [sys.executable, "-m", "vaxpass_cli", "scan", "--view", "window", *LIST]
        command += ["--counts", str(self.counts), *options]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out = b""

    def wait_for_window(self) -> None:
        """Wait until the window is there, and give it the focus."""
        begin = time.monotonic()
        while True:
            # A window of another program that goes while it is searched makes xdotool fail.
            try:
                window = self.do("xdotool", "search", "--sync", "--onlyvisible", "--name", "^vaxpass$")
                self.do("xdotool", "windowactivate", "--sync", window.split()[0])
            except subprocess.CalledProcessError:
                if time.monotonic() - begin > LONGEST:
                    raise
                time.sleep(0.1)
            else:
                return

    def do(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=LONGEST
        )
        return done.stdout

    def wait_for_verdicts(self, number: int) -> None:
        begin = time.monotonic()
        while sum(self.outcomes().values()) < number:
            if time.monotonic() - begin > LONGEST:
                pytest.fail(f"after {LONGEST} s only {self.outcomes()}")
            time.sleep(0.1)

    def outcomes(self) -> Counter[str]:
        found: Counter[str] = Counter()
        if self.counts.exists():
            for row in csv.DictReader(self.counts.read_text().splitlines()):
                found[row["outcome"]] += int(row["count"])
        return found

    def end(self, longest: float = LONGEST) -> tuple[int, str]:
        """The exit code, and what was written on standard error, when it has ended by itself."""
        self.out, err = self.process.communicate(timeout=longest)
        return self.process.returncode, err.decode()


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def start(programs: list[Program], display: str, folder: Path, *options: str) -> Program:
    # What does not come to show its window is ended, too.
    programs.append(Program(display, folder, *options))
    programs[-1].wait_for_window()
    return programs[-1]


def test_a_hand_scanner_at_any_speed_is_read_where_no_camera_is_and_alt_f4_ends_the_desk(
    desktop: str, programs: list[Program], tmp_path: Path
) -> None:
    program = start(programs, desktop, tmp_path, "--camera", "/dev/video-none")
    program.do("xdotool", "type", "--delay", "0", f"{TEXT}\n")
    program.wait_for_verdicts(1)
    program.do("xdotool", "type", "--delay", "40", "https://example.org/QSDP\n")
    program.wait_for_verdicts(2)
    program.do("xdotool", "key", "--clearmodifiers", "alt+F4")
    assert program.end() == (0, "")
    assert program.outcomes() == {"accepted": 1, "other": 1}


@pytest.mark.parametrize("way", ["cross", "SIGTERM", "SIGHUP"])
def test_however_the_window_is_closed_the_desk_ends_and_has_written_its_counts(
    desktop: str, programs: list[Program], tmp_path: Path, way: str
) -> None:
    program = start(programs, desktop, tmp_path, "--source", "keyboard")
    program.do("xdotool", "type", "--delay", "1", f"{TEXT}\n")
    program.wait_for_verdicts(1)
    if way == "cross":
        program.do("wmctrl", "-F", "-c", "vaxpass")
    else:
        # A dialog must not hold it up.
        program.do("xdotool", "key", "p")
        program.process.send_signal(signal.Signals[way])
    assert program.end() == (0, "")
    assert program.outcomes() == {"accepted": 1}


@pytest.mark.slow
def test_the_queue_plays_in_the_window_at_its_own_speed(
    desktop: str, programs: list[Program], tmp_path: Path, short_queue_video: Path
) -> None:
    program = start(programs, desktop, tmp_path, "--source", str(short_queue_video), "--json")
    assert program.end(longest=4 * LONGEST) == (0, "")
    scenes = json.loads(short_queue_video.with_suffix(".json").read_text())
    expected = [(v["outcome"], v["code"]) for scene in scenes for v in scene["verdicts"]]
    told = [json.loads(line) for line in program.out.splitlines()]
    assert [(line["outcome"], line["code"]) for line in told] == expected
    assert program.outcomes() == Counter(outcome for outcome, _ in expected)
