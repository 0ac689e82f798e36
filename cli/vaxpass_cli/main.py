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
        from vaxpass_cli import options  # noqa: PLC0415 - its packages may be missing

        line = error.message(options.language())
    except VaxpassError as error:
        line = str(error)
    except OSError as error:
        line = f"{error.filename or 'A file'}: {error.strerror or error}."
    except Exception as error:
        if os.environ.get("VAXPASS_DEBUG"):
            raise
        # Only the kind of error: its text might quote a certificate.
        line = (
            f"an unexpected problem ({type(error).__name__}) ended the program."
            " Set VAXPASS_DEBUG=1 to see where, and please report it."
        )
    sys.stderr.write(f"vaxpass: {line}\n")
    sys.exit(Exit.WRONG_USE)


def _run() -> NoReturn:
    try:
        from vaxpass_cli.app import app  # noqa: PLC0415 - the base package comes without typer
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    app()  # ends with SystemExit, wrong options included
    raise AssertionError("a command ended without an exit code")
