"""Find out whether a window can be opened here before opening it: a failure ends the process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from vaxpass import messages

_MISSING: Final = 3
"""The exit code of the probe where a library is missing; it says which"""
PROBE: Final = f"""
import sys
from vaxpass_cli.errors import MissingLibrary
try:
    from vaxpass_cli.scan.window.application import application
except MissingLibrary as error:
    sys.stdout.buffer.write(error.message(sys.argv[1]).encode())
    sys.exit({_MISSING})
application()
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
            [sys.executable, "-c", PROBE, language],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return messages.text("scan.window.slow", language)
    if probe.returncode == 0:
        return None
    if probe.returncode == _MISSING:
        return probe.stdout.decode()
    return messages.text("scan.window.refused", language)
