"""What the user has to change or to install: one line on standard error, exit code 2.

Nothing here needs typer: the base package says by it that its extra is missing.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    NOT_ACCEPTED = 1
    WRONG_USE = 2


class UsageError(Exception):
    """Something that the user has to change; its text is a whole sentence that says how."""


PACKAGES: Final = "libgl1 libglib2.0-0 libxcb1 libsm6 libice6"
"""Debian's packages with the libraries that OpenCV and its window load, one command for all of them."""
INSTALL_PACKAGES: Final = f"apt-get install {PACKAGES}"
INSTALL_EXTRA: Final = "pip install 'vaxpass[scan]'"
_LIBRARY: Final = re.compile(r"(lib[\w.+-]+\.so[\w.]*)")


class MissingLibrary(UsageError):
    """OpenCV can't be loaded; the text says what to install."""

    @classmethod
    def explain(cls, error: ImportError) -> MissingLibrary:
        """The error for an import that failed."""
        if isinstance(error, ModuleNotFoundError):
            return cls(
                f"The package for cameras is not installed ({error.name}). Install it with:"
                f" {INSTALL_EXTRA}"
            )
        library = library_in(str(error))
        if library:
            return cls(
                f"OpenCV needs the system library {library}. On Debian and Ubuntu: {INSTALL_PACKAGES}"
            )
        return cls(
            "OpenCV can't be loaded. Install it again with:"
            f" pip install --force-reinstall opencv-python ({error})"
        )


def library_in(message: str) -> str:
    """The name of the shared library that a loader's message is about; empty where there is none."""
    found = _LIBRARY.search(message)
    return found[1] if found else ""
