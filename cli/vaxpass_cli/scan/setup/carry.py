"""A set-up in one file, for the next twenty desks: settings, and every list, key, rule and store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.found import Found, FoundSetUp


def export(settings: Settings, out: Path, *, at: datetime) -> FoundSetUp:
    """Write the set-up of this desk. Gives the file with its fingerprint.

    Left out is what belongs to this machine or its administrator: camera, source, report folder, kiosk
    PIN. Raises `UsageError` where a file that the settings name is missing.
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Carried:
    """A set-up that was read and checked; nothing is installed yet."""

    file: FoundSetUp
    settings: Mapping[str, object]
    """The settings it brings, without paths"""
    found: Found
    """What it brings, as `look` says it"""


def read(path: Path, *, at: datetime) -> Carried:
    """Read a file of `export` and check all of it. Raises `UsageError` for any damage."""
    raise NotImplementedError


def install(carried: Carried, *, at: datetime, folder: Path | None = None) -> Mapping[str, object]:
    """Copy the files of a set-up into the data folder; gives the settings, as `choices.set_up` does.

    Raises `UsageError` where the file has changed since it was read; nothing is changed then.
    """
    raise NotImplementedError
