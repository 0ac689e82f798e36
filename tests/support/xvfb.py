"""A display without a screen, for windows of programs that a test starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

_PATIENCE = 60.0


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of an X display of 1600 x 900 that lives as long as the tests."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is not installed, so no window can be tested")
    reading, writing = os.pipe()
    # Without -noreset it begins anew whenever the last window goes, while the next may already come.
    command = [server, "-displayfd", str(writing), "-screen", "0", "1600x900x24", "-noreset"]
    command += ["-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def desktop(display: str) -> Iterator[str]:
    """The same display with a window manager: it gives the focus, closes windows and fills screens."""
    for name in ("openbox", "xdotool", "wmctrl"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed, so no window can be used as people do")
    nowhere = subprocess.DEVNULL
    manager = subprocess.Popen(
        ["openbox", "--sm-disable"], env=environment(display), stdout=nowhere, stderr=nowhere
    )
    try:
        until_managed(display)
        yield display
    finally:
        manager.terminate()
        manager.wait(10)


def until_managed(display: str) -> None:
    """Wait for the window manager: a window that comes before it gets no focus."""
    end = time.monotonic() + _PATIENCE
    command = ["wmctrl", "-m"]
    while subprocess.run(
        command, env=environment(display), capture_output=True, check=False
    ).returncode:
        assert time.monotonic() < end, "openbox does not start"
        time.sleep(0.02)


def environment(display: str) -> dict[str, str]:
    """The environment of a program that opens its windows there."""
    unwanted = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "DISPLAY": display, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
