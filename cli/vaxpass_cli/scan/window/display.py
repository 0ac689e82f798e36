"""Find out what a window would have here, before opening one: Qt ends the process where it can't.

A child process tries it, so that this process, which may only want to know, neither ends nor loads Qt.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Final

from vaxpass import messages
from vaxpass_cli.errors import MissingLibrary

_MISSING: Final = 3
"""The exit code of a child in which a package or a library is missing; it says which"""
_TRY: Final = f"""
import sys
from vaxpass_cli.errors import MissingLibrary
try:
    from vaxpass_cli.scan.window import application
except MissingLibrary as error:
    sys.stdout.buffer.write(error.message(sys.argv[1]).encode())
    sys.exit({_MISSING})
"""
_OPEN: Final = f"{_TRY}application.application()"
_LIST_SCRIPTS: Final = f"{_TRY}print(*application.scripts_without_font(), sep='\\n')"
_LONGEST: Final = 20
_NOT_LOADED: Final = re.compile(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file")


def why_no_window(language: str = "en") -> str | None:
    """Why no window can be opened, as a sentence in `language`; None where one can."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in screens):
        return messages.text("scan.window.no_display", language)
    if getattr(sys, "frozen", False):
        # A program in one folder brings its libraries, and can't run lines of Python.
        return None
    try:
        tried = _run(_OPEN, language, QT_DEBUG_PLUGINS="1")
    except (OSError, subprocess.TimeoutExpired):
        return messages.text("scan.window.slow", language)
    if tried.returncode == 0:
        return None
    if tried.returncode == _MISSING:
        return tried.stdout.decode()
    # Qt aborts, and has said before what it could not load.
    if missing := _NOT_LOADED.search(tried.stderr.decode(errors="replace")):
        return MissingLibrary.of_system("pyside6-essentials", missing[1]).message(language)
    return messages.text("scan.window.refused", language)


def scripts_without_font() -> list[str] | None:
    """The scripts in which no font of this system draws names; None where that can't be found out."""
    if getattr(sys, "frozen", False):
        return None
    try:
        tried = _run(_LIST_SCRIPTS, "en", QT_QPA_PLATFORM="offscreen")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tried.stdout.decode().split("\n")[:-1] if tried.returncode == 0 else None


def _run(lines: str, language: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    # Nothing from outside is part of the command.
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", lines, language],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LONGEST,
        check=False,
        env={**os.environ, **environment},
    )
