"""The demonstration world of a desk: a test list, rules, and the text of a passport it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vaxpass_cli.scan.setup.choices import Choices


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a desk can be tried with."""

    choices: Choices
    """For `set_up`: the list and the rules of the demonstration, test keys allowed"""
    text: str
    """The text of a passport of an invented person that this desk accepts: show it as a QR code"""


def demonstration(country: str, at: datetime, *, folder: Path | None = None) -> Demonstration:
    """Make a demonstration world with new keys, valid for a year, in the data folder or `folder`.

    The private key is gone when this returns. One that is there and still valid is used again.
    """
    raise NotImplementedError
