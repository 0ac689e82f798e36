"""The language of a run: that of `--lang`, else of `VAXPASS_LANG`, else of the system, else English.

It is found before anything else is read, so that what is wrong with a command line is told in it too.
This module does not need typer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

from vaxpass.messages import LANGUAGES

OPTION: Final = "--lang"
VARIABLE: Final = "VAXPASS_LANG"
_SYSTEM: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of POSIX for the language of messages: the first that is set decides."""
_ENGLISH: Final = "en"
_spoken: ContextVar[str] = ContextVar("language", default=_ENGLISH)
_named: ContextVar[str | None] = ContextVar("named", default=None)


def speak(language: str) -> None:
    """Say everything from now on in this language."""
    _spoken.set(language)


def spoken() -> str:
    """The language of this run."""
    return _spoken.get()


def named() -> str | None:
    """The language that the command line names; None where it names none."""
    return _named.get()


def choose(arguments: Sequence[str]) -> None:
    """Find the language of a run by its command line and its surroundings, and speak it."""
    _named.set(_on_line(arguments))
    speak(_named.get() or _around())


def _on_line(arguments: Sequence[str]) -> str | None:
    """The last language that is named, before the command or after it; what is none is told later."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    found = None
    for place, each in enumerate(options):
        name, given, value = each.partition("=")
        if name == OPTION:
            value = value if given else "".join(options[place + 1 : place + 2])
            found = value if value in LANGUAGES else found
    return found


def _around() -> str:
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        system = next(filter(None, map(os.environ.get, _SYSTEM)), "")
        # As in vi_VN.UTF-8@dict; a catalogue may be for a country, such as pt_BR.
        locale = system.partition(".")[0].partition("@")[0]
        wanted = locale if locale in LANGUAGES else locale.partition("_")[0]
    return wanted if wanted in LANGUAGES else _ENGLISH
