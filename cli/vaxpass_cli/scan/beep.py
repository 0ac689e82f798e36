"""One neutral tone for every verdict: bystanders are not told what it was."""

from __future__ import annotations

import sys


def beep() -> None:
    """Sound the terminal's bell; on Windows a tone. Silent where there is neither."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - only there

        winsound.MessageBeep()
    elif sys.stderr.isatty():
        sys.stderr.write("\a")
        sys.stderr.flush()
