"""The entry point: every error ends in one line for people and an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from typing import NoReturn

from vaxpass import MissingExtraError, VaxpassError
from vaxpass_cli import language
from vaxpass_cli.errors import Exit, UsageError, told


def main() -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter of a name must not stop the verdict.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr,unused-ignore]
    if not sys.warnoptions:
        # Python's warnings are for developers, who ask for them with `python -W`.
        warnings.simplefilter("ignore")
    language.choose(sys.argv[1:])
    try:
        code = _run()
    except (UsageError, VaxpassError, OSError) as error:
        line = told(error, language.spoken())
    except Exception as error:
        if os.environ.get("VAXPASS_DEBUG"):
            raise
        # Only the kind of error: its text might quote a certificate.
        line = told(UsageError("error.unexpected", kind=type(error).__name__), language.spoken())
    else:
        sys.exit(code)
    sys.stderr.write(f"vaxpass: {line}\n")
    sys.exit(Exit.WRONG_USE)


def _run() -> int:
    try:
        from vaxpass_cli.app import run  # noqa: PLC0415 - the base package comes without typer
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    return run()
