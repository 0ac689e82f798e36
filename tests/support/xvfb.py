"""A display without a screen, for windows; and windows of this process that need no display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest


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
        yield display
    finally:
        manager.terminate()
        manager.wait(10)


@pytest.fixture(scope="session")
def offscreen() -> None:
    """Windows of this process are drawn into memory."""
    pytest.importorskip("PySide6.QtWidgets")
    from vaxpass_cli.scan.window.application import application  # noqa: PLC0415 - it may be missing

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        application()


def environment(display: str) -> dict[str, str]:
    """The environment of a program that opens its windows there."""
    unwanted = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "DISPLAY": display, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
