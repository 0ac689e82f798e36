"""Wrong use and wrong configuration: one line for the user, exit code 2."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    NOT_ACCEPTED = 1
    WRONG_USE = 2


class Wrong(Exception):
    """Something that the user has to change; its text is a whole sentence that says how."""
