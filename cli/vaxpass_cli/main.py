"""The entry point: whatever happens, a person gets one line and a shell gets an exit code."""

from __future__ import annotations

import os
import sys
import warnings

from vaxpass_cli.failure import Exit, Wrong

# Package as imported -> as it is called where it is installed from.
_OF_EXTRA_CLI = {"typer": "typer", "rich": "rich", "PIL": "pillow", "zxingcpp": "zxing-cpp"}


def main() -> None:
    """Run the command line and exit."""
    # Libraries warn about odd certificates; the user of a trust list can't change them.
    warnings.simplefilter("ignore")
    try:
        _run()
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _OF_EXTRA_CLI:
            raise
        missing = _OF_EXTRA_CLI[package]
        _say(f"The package {missing} is not installed. Install it with: pip install 'vaxpass[cli]'")
        sys.exit(Exit.WRONG_USE)


def _run() -> None:
    from vaxpass.errors import VaxpassError  # noqa: PLC0415 - inside the guard of main()
    from vaxpass_cli.app import app  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a name must not stop the verdict.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr,unused-ignore]
    try:
        app()  # ends with SystemExit, wrong options included
    except (Wrong, VaxpassError) as error:
        _say(str(error))
    except OSError as error:
        _say(f"{error.filename or 'A file'}: {error.strerror or error}.")
    except Exception as error:
        if os.environ.get("VAXPASS_DEBUG"):
            raise
        # Only the kind of error: its text might quote a certificate.
        _say(
            f"an unexpected problem ({type(error).__name__}) ended the program."
            " Set VAXPASS_DEBUG=1 to see where, and please report it."
        )
    sys.exit(Exit.WRONG_USE)


def _say(line: str) -> None:
    sys.stderr.write(f"vaxpass: {line}\n")
