"""The sound of a verdict."""

from __future__ import annotations

import sys

from vaxpass_cli.io import edge


def beep() -> None:
    """Sound the same tone for every verdict, so that bystanders do not learn what it was.

    It is the terminal's bell, on Windows the system's sound; silent where there is neither.
    """
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - only there

        winsound.MessageBeep()
    else:
        edge.beep()
