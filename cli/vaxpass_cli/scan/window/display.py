"""Find out whether a window can be opened here before opening it: a failure ends the process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from vaxpass import messages

_PROBE: Final = """
from vaxpass import messages
from vaxpass_cli.scan.opencv.window import Window
import numpy
window = Window(64, 64, full_screen=False)
window.show(numpy.zeros((64, 64, 3), numpy.uint8))
window.key()
window.close()
"""
_LONGEST: Final = 20


def why_no_window(language: str = "en") -> str | None:
    """Why no window can be opened, as a sentence in `language`; None where one can.

    A child process opens one for a moment, so that a failure does not end this process.
    """
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        if os.environ.get("WAYLAND_DISPLAY"):
            return messages.text("scan.window.wayland", language)
        return messages.text("scan.window.no_display", language)
    try:
        # Nothing from outside is part of the command.
        probe = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return messages.text("scan.window.slow", language)
    if probe.returncode == 0:
        return None
    said = probe.stderr.decode(errors="replace").strip().splitlines()
    last = said[-1] if said else ""
    kind, _, sentence = last.partition(": ")
    if kind.endswith("MissingLibrary"):
        return sentence
    return messages.text("scan.window.refused", language)
