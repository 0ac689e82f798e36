"""From nothing to the first verdict with WHO's list, by keyboard alone and by mouse alone."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT, find_shared
from tests.support.xvfb import environment

_SHARED = find_shared()
_LISTS = (_SHARED or Path("nowhere")) / "trust_lists" / "gdhcn-prod"
_STICK = ("v2-trustlist-did.json", "WHO-signing-DID.json")
_PATIENCE = 120.0
_A_MOMENT = 1.0
"""Seconds after which Tab is pressed again: right after a code it may be taken for the end of it"""
_TABS = 10

pytestmark = pytest.mark.skipif(not _LISTS.is_dir(), reason="VAXPASS_SHARED has no trust lists of WHO")


class Machine:
    """A machine on which the tool has never run, and what a person does on it."""

    def __init__(self, folder: Path, display: str) -> None:
        self.home = folder / "home"
        stick = self.home / "Downloads" / "stick"
        stick.mkdir(parents=True)
        for name in _STICK:
            shutil.copy(_LISTS / name, stick / name)
        self.told = folder / "told.json"
        self.around = environment(display)
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            self.around[name] = str(self.home)
        self.around["VAXPASS_LANG"] = "en"
        for name in ("VAXPASS_TRUST_LIST", "VAXPASS_RULES", "QT_QPA_PLATFORM"):
            self.around.pop(name, None)

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The tool, begun without anything that was set up."""
        script = ROOT / "tests" / "support" / "told_places.py"
        line: list[str | Path] = [sys.executable, script, self.told, "scan"]
        process = subprocess.Popen(line, env=self.around, stdout=subprocess.DEVNULL, cwd=ROOT)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def do(self, *words: str) -> None:
        """Let xdotool do something."""
        subprocess.run(["xdotool", *words], env=self.around, check=True)

    def see(self, title: str, *texts: str) -> dict[str, list[int]]:
        """Wait until the window has a title and texts that can be pressed; gives their places."""
        return self.wait(lambda now, there: title in now and there.keys() >= set(texts), title)

    def wait(
        self, holds: Callable[[str, dict[str, list[int]]], bool], what: str
    ) -> dict[str, list[int]]:
        end = time.monotonic() + _PATIENCE
        now: str = ""
        there: dict[str, list[int]] = {}
        while time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError):
                told = json.loads(self.told.read_text(encoding="utf-8"))
                now, there = told["title"], told["places"]
            if holds(now, there):
                return there
            time.sleep(0.05)
        raise AssertionError(f"{what}: {now}, {sorted(there)}")

    def click(self, title: str, text: str) -> None:
        """Wait for a text in a window and click on it."""
        x, y = self.see(title, text)[text]
        self.do("mousemove", str(x), str(y), "click", "1")

    def tab(self, title: str) -> dict[str, list[int]]:
        """Press Tab in a window, and wait a moment until the focus is elsewhere."""
        before = self.see(title).get("focus")
        self.do("key", "Tab")
        end = time.monotonic() + _A_MOMENT
        return self.wait(
            lambda _, there: there.get("focus") != before or time.monotonic() > end, "the focus"
        )

    def type_like_a_scanner(self, text: str) -> None:
        self.do("type", "--delay", "2", text)
        self.do("key", "Return")


@pytest.fixture
def machine(tmp_path: Path, desktop: str) -> Machine:
    return Machine(tmp_path, desktop)


def report(way: str, began: float) -> None:
    sys.stdout.write(f"first verdict {way} after {time.monotonic() - began:.1f} s\n")


def set_up(machine: Machine) -> dict[str, object]:
    """The settings that were saved."""
    content = tomllib.loads((machine.home / "vaxpass" / "config.toml").read_text(encoding="utf-8"))
    found: dict[str, object] = content["scan"]
    return found


def test_by_keyboard_alone(machine: Machine) -> None:
    began = time.monotonic()
    passport = (ROOT / "examples" / "passports" / "expired.txt").read_text(encoding="ascii").strip()
    with machine.running() as process:
        machine.see("Where is this desk?", "Cancel")
        machine.do("type", "--delay", "150", "vie")
        machine.see("Where is this desk?", "Next")
        machine.do("key", "Return")
        machine.see("Which trust list?", "Trust list: WHO")
        machine.do("key", "space")
        machine.see("Which trust list?", "Next")
        machine.do("key", "Return")
        machine.see("Is this the right pin?", "Yes, every letter is the same")
        machine.do("key", "space")
        machine.see("Is this the right pin?", "Next")
        machine.do("key", "Return")
        machine.see("Which entry rules?", "Next")
        machine.do("key", "Return")
        machine.see("Try the desk", "Start")
        machine.type_like_a_scanner(passport)
        machine.see("Try the desk", "verdict: UNDECIDED")
        report("by keyboard", began)
        for _ in range(_TABS):
            if "focus: Start" in machine.tab("Try the desk"):
                machine.do("key", "space")
                break
        machine.wait(lambda now, there: "Try" not in now and bool(there), "the desk")
        assert process.poll() is None
    saved = set_up(machine)
    assert (saved["destination"], saved["test_keys"]) == ("VN", False)


def test_by_mouse_alone(machine: Machine) -> None:
    began = time.monotonic()
    with machine.running() as process:
        machine.click("Where is this desk?", "Albania (AL)")
        machine.click("Where is this desk?", "Next")
        # It is older than a list may be, so that it is not chosen by itself.
        machine.click("Which trust list?", "Trust list: WHO")
        machine.click("Which trust list?", "Next")
        machine.click("Is this the right pin?", "Yes, every letter is the same")
        machine.click("Is this the right pin?", "Next")
        machine.click("Which entry rules?", "Next")
        machine.click("Try the desk", "Read the code from the screen")
        machine.see("Try the desk", "verdict: UNDECIDED")
        report("by mouse", began)
        machine.click("Try the desk", "Start")
        machine.wait(lambda now, there: "Try" not in now and bool(there), "the desk")
        assert process.poll() is None
    assert set_up(machine)["destination"] == "AL"
