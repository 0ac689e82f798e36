"""The entry point: every error ends in one line for people and an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import NoReturn

from vaxpass import MissingExtraError, VaxpassError
from vaxpass_cli import language
from vaxpass_cli.errors import Exit, UsageError, told
from vaxpass_cli.io import edge


def main() -> NoReturn:
    """Run the command line and exit."""
    if not sys.warnoptions:
        # Python's warnings are for developers, who ask for them with `python -W`.
        warnings.simplefilter("ignore")
    language.choose(sys.argv[1:])
    with edge.kept():
        sys.exit(_code())


def desk() -> NoReturn:
    """Open the window of the scanner, as `vaxpass scan --view window` does, from an icon.

    There may be no terminal: an error is then told in a window, too.
    """
    for name in ("stdout", "stderr"):
        # Windows gives a program without a terminal no streams at all.
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
            setattr(sys, name, nowhere)
    sys.argv[1:1] = ["scan", "--view", "window"]
    global _in_window  # noqa: PLW0603 - once, before anything else
    _in_window = not sys.stderr.isatty()
    main()


_in_window = False


def _tell(line: str) -> None:
    """Tell an error in one line, and in a window where nobody would see that."""
    edge.complain(line)
    if not _in_window:
        return
    from vaxpass_cli.scan.window.display import why_no_window  # noqa: PLC0415 - imports no Qt

    if why_no_window(language.spoken()) is None:
        from vaxpass_cli.scan.window.application import tell  # noqa: PLC0415 - may be missing

        tell(line)


def _code() -> int:
    """Run the command line; gives the exit code. An error is told in one line."""
    try:
        return _run()
    except (UsageError, VaxpassError, OSError) as error:
        line = told(error, language.spoken())
    except Exception as error:
        if os.environ.get("VAXPASS_DEBUG"):
            raise
        # Only the kind of error: its text might quote a certificate.
        unexpected = UsageError("error.unexpected", kind=type(error).__name__)
        line = told(unexpected, language.spoken())
    _tell(line)
    return Exit.WRONG_USE


def _run() -> int:
    try:
        from vaxpass_cli.app import run  # noqa: PLC0415 - the base package comes without typer

        return run()
    except ModuleNotFoundError as error:
        # Packages of extras are imported where they are needed; their absence is explained here alone.
        raise MissingExtraError.explain(error) from None
