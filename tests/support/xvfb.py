"""A display without a screen, for windows."""

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


def environment(display: str) -> dict[str, str]:
    """The environment of a program that opens its windows there."""
    kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    return {**kept, "DISPLAY": display, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
