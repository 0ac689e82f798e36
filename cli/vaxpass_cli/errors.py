"""Errors that the user can correct: one line on standard error, exit code 2.

This module does not need typer: with it the base package reports that the extra is missing.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Final

from vaxpass import MissingExtraError, Outcome, VaxpassError, messages


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
        """The sentence in a language. A value that is an error itself is said in it too."""
        values = {name: _said(value, language) for name, value in self.values.items()}
        return messages.text(self.key, language, **values)

    def is_known(self) -> bool:
        """Whether the catalogue has a sentence for its key."""
        return messages.find(self.key, "en") is not None

    def __reduce__(self) -> tuple[Callable[..., UsageError], tuple[object, ...]]:
        return partial(type(self), **self.values), (self.key,)


def told(error: UsageError | VaxpassError | OSError, language: str) -> str:
    """The sentence of any error that the user can correct."""
    if isinstance(error, OSError):
        return _of_system(error).message(language)
    return str(_said(error, language))


def _of_system(error: OSError) -> UsageError:
    """What the operating system refused."""
    known = UsageError(f"error.os.{errno.errorcode.get(error.errno or 0, '')}")
    reason = known if known.is_known() else UsageError("error.os.other", number=error.errno or "?")
    if error.filename:
        return UsageError("error.of_file", file=error.filename, reason=reason)
    return UsageError("error.of_system", reason=reason)


def _said(value: object, language: str) -> object:
    """A value of a sentence; an error is said as it fits the command line."""
    if isinstance(value, MissingExtraError):
        line = install_line(value.extra)
        value = UsageError("error.missing_extra", package=value.package, install=line)
    if isinstance(value, UsageError):
        return value.message(language)
    if isinstance(value, VaxpassError):
        return value.message(language, "tool")
    return "…" if isinstance(value, str | Path) and _may_be_passport(str(value)) else value


def _may_be_passport(value: str) -> bool:
    """Whether what was typed may be the text of a passport, or a part of it: it is never shown.

    >>> _may_be_passport("hc1:ncfoxn%tsmahn-h3 s/q1lsn"), _may_be_passport("lists/april.json")
    (True, False)
    """
    runs = _LIKE_PASSPORT.findall(value)
    if not any(run[:4].upper() == "HC1:" or len(_SIGNS.findall(run)) > _FEW_SIGNS for run in runs):
        return False
    try:
        return not Path(value).exists()
    except (OSError, ValueError):  # no name of a file
        return True


def install_line(extra: str) -> str:
    """The command that adds an extra to this installation, to be copied.

    It is from where this one was installed: a checkout, a file, an address (PEP 610).
    """
    origin = _origin()
    package = f"vaxpass[{extra}]"
    if "://" in origin:
        package = f"{package} @ {origin}"
    elif origin:
        package = f"{_near(origin)}[{extra}]"
    return f"{_near(sys.executable)} -m pip install '{package}'"


def _origin() -> str:
    """The folder, file or address that this program was installed from; empty for a package index."""
    import json  # noqa: PLC0415 - all of them: seldom needed
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    checkout = Path(__file__).parents[2]
    if (checkout / "pyproject.toml").is_file():
        return str(checkout)
    try:
        noted = json.loads(distribution("vaxpass").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    address = urlsplit(noted.get("url", ""))
    if address.scheme == "file":
        # On Windows the path of an address is /C:/folder.
        return re.sub("^/(?=[A-Za-z]:)", "", unquote(address.path))
    return f"{noted['vcs_info']['vcs']}+{noted['url']}" if "vcs_info" in noted else address.geturl()


def _near(path: str) -> str:
    """A path as it is written from the folder where one is, if it is in that."""
    here = Path.cwd()
    place = Path(path)
    return str(place.relative_to(here)) if place.is_relative_to(here) else path


PACKAGES: Final = (
    "libgl1 libglib2.0-0 libegl1 libdbus-1-3 libfontconfig1 libx11-xcb1 libxkbcommon-x11-0"
    " libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libwayland-cursor0"
)
"""Debian's packages with the libraries that OpenCV and Qt load, one command for all of them.

What these need themselves (libxcb1, libxcb-image0, libxkbcommon0 ...) comes with them.
"""
INSTALL_PACKAGES: Final = f"sudo apt-get install {PACKAGES}"
_LIKE_PASSPORT: Final = re.compile(r"[Hh][Cc]1:[0-9A-Za-z $%*+./:-]{20,}|[0-9A-Za-z $%*+./:-]{60,}")
# Signs of Base45 that sentences, lines to type and paths seldom have: not the space.
_SIGNS: Final = re.compile(r"[$%*+]")
_FEW_SIGNS: Final = 1
_LIBRARY: Final = re.compile(r"(lib[\w.+-]+\.so[\w.]*)")


class MissingLibrary(UsageError):
    """OpenCV or Qt can't be loaded; the text says what to install."""

    @classmethod
    def explain(cls, error: ImportError, package: str) -> MissingLibrary:
        """The error for an import of a package that failed."""
        if isinstance(error, ModuleNotFoundError):
            return cls(
                "error.no_package", package=package, name=error.name, install=install_line("scan")
            )
        library = library_in(str(error))
        if library:
            return cls.of_system(package, library)
        return cls("error.broken_package", package=package, detail=error)

    @classmethod
    def of_system(cls, package: str, library: str) -> MissingLibrary:
        """The error for a library of the system that a package needs."""
        return cls("error.no_library", package=package, name=library, install=INSTALL_PACKAGES)


def library_in(message: str) -> str:
    """The name of the shared library that a loader's message is about; empty where there is none."""
    found = _LIBRARY.search(message)
    return found[1] if found else ""
