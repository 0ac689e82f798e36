"""The entry point: every error ends in one line for people and an exit code."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from vaxpass import MissingExtraError, VaxpassError
from vaxpass_cli.errors import Exit, UsageError


def main() -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter of a name must not stop the verdict.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr,unused-ignore]
    try:
        _run()
    except UsageError as error:
        line = _said(error)
    except VaxpassError as error:
        line = str(error)
    except OSError as error:
        reason = error.strerror or error
        line = _said(
            UsageError("error.of_file", file=error.filename, reason=reason)
            if error.filename
            else UsageError("error.of_system", reason=reason)
        )
    except Exception as error:
        if os.environ.get("VAXPASS_DEBUG"):
            raise
        # Only the kind of error: its text might quote a certificate.
        line = _said(UsageError("error.unexpected", kind=type(error).__name__))
    sys.stderr.write(f"vaxpass: {line}\n")
    sys.exit(Exit.WRONG_USE)


def _said(error: UsageError) -> str:
    """The sentence of an error in the language of the run."""
    from vaxpass_cli import options  # noqa: PLC0415 - the base package comes without typer

    return error.message(options.language())


def _run() -> NoReturn:
    try:
        from vaxpass_cli.app import app  # noqa: PLC0415 - the base package comes without typer
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    app()  # ends with SystemExit, wrong options included
    raise AssertionError("a command ended without an exit code")
