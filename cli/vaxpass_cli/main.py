"""The entry point: every error ends in one line for people and an exit code."""

from __future__ import annotations

import os
import sys
import warnings
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
    """Open the scanner from an icon, where there may be no terminal: as `vaxpass scan` does."""
    sys.argv[1:1] = ["scan"]
    main()


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
    edge.complain(line)
    if sys.argv[1:2] == ["scan"] and not edge.is_read():
        _show(line)
    return Exit.WRONG_USE


def _show(line: str) -> None:
    """Say in a window why the desk has not started, where it was started from an icon."""
    from vaxpass_cli.scan.window.display import why_no_window  # noqa: PLC0415 - only then

    if why_no_window() is None:
        from vaxpass_cli.scan.window.application import show  # noqa: PLC0415 - Qt may be missing

        show(line)


def _run() -> int:
    try:
        from vaxpass_cli.app import run  # noqa: PLC0415 - the base package comes without typer

        return run()
    except ModuleNotFoundError as error:
        # Packages of extras are imported where they are needed; their absence is explained here alone.
        raise MissingExtraError.explain(error) from None
