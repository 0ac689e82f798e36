"""Where the files for a desk may be: sticks that are plugged in, and the folders of the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may hold lists: a stick, or a folder of the user."""

    path: Path
    name: str
    """What people call it: the name of the stick or of the folder"""
    removable: bool
    """Whether it is a stick, a card or another disk"""


def places() -> tuple[Place, ...]:
    """The sticks that are plugged in, then the folders of the user that are there. Reads no content."""
    raise NotImplementedError
