"""Errors that the user can correct: one line on standard error, exit code 2.

This module does not need typer: with it the base package reports that the extra is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import partial
from typing import Final

from vaxpass import Outcome, messages


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    NOT_ACCEPTED = 1
    WRONG_USE = 2
    LOOK = 3
    """Everything is genuine, and a person must look at what it says."""
    STOPPED = 130

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Exit:
        """The exit code for verdicts with these outcomes.

        >>> Exit.of([Outcome.ACCEPTED, Outcome.GENUINE]).name, Exit.of([Outcome.OTHER]).name
        ('LOOK', 'NOT_ACCEPTED')
        """
        found = set(outcomes) - {Outcome.ACCEPTED}
        if not found:
            return cls.OK
        return cls.LOOK if found == {Outcome.GENUINE} else cls.NOT_ACCEPTED


class UsageError(Exception):
    """Something that the user has to change: a key of the catalogue and the values of its fields.

    The text is a whole sentence that says how to change it; `str` gives it in English.

    >>> error = UsageError("error.no_file", path="a.json")
    >>> str(error), error.message("vi")
    ('a.json: there is no such file.', 'a.json: không có tệp này.')
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return self.message()

    def message(self, language: str = "en") -> str:
        """The sentence in a language. A value that is such an error itself is said in it too."""
        values = {
            name: value.message(language) if isinstance(value, UsageError) else value
            for name, value in self.values.items()
        }
        return messages.text(self.key, language, **values)

    def is_known(self) -> bool:
        """Whether the catalogue has a sentence for its key."""
        return messages.find(self.key, "en") is not None

    def __reduce__(self) -> tuple[Callable[..., UsageError], tuple[object, ...]]:
        return partial(type(self), **self.values), (self.key,)


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
            return cls("error.no_opencv", name=error.name, install=INSTALL_EXTRA)
        library = library_in(str(error))
        if library:
            return cls("error.no_library", name=library, install=INSTALL_PACKAGES)
        return cls("error.broken_opencv", reason=error)


def library_in(message: str) -> str:
    """The name of the shared library that a loader's message is about; empty where there is none."""
    found = _LIBRARY.search(message)
    return found[1] if found else ""
