"""The events that feeds give to the desk, and what a frame can contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from vaxpass_cli.io.sources import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Not imported at run time: texts can be scanned without numpy and OpenCV.
Picture: TypeAlias = "NDArray[np.uint8]"
"""Pixels: rows x columns x 3 (blue, green, red), or rows x columns of grey."""
Corners: TypeAlias = tuple[tuple[int, int], ...]
"""Four points in pixels, clockwise from the code's own top left."""


class Hint(StrEnum):
    """What would help where a code is in view and can't be read, or nothing can be seen."""

    CLOSER = "closer"
    HOLD_STILL = "hold_still"
    TILT = "tilt"
    BRIGHTER = "brighter"
    DARKER = "darker"


class Trouble(StrEnum):
    """Why a source delivers nothing."""

    ABSENT = "absent"
    BUSY = "busy"
    LOST = "lost"
    FROZEN = "frozen"
    BLACK = "black"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Reading:
    """The codes in a frame.

    `texts` and `corners` belong together: one for each code that was read. `located` is the outline of
    a code that is in view and could not be read.
    """

    texts: tuple[str, ...] = ()
    corners: tuple[Corners, ...] = ()
    located: Corners | None = None
    hint: Hint | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameRead:
    """A frame and its codes. `at` is when it was taken, in seconds on the clock of the feed."""

    picture: Picture
    reading: Reading
    at: float


@dataclass(frozen=True, slots=True)
class TextRead:
    """A text from a file, a hand scanner or standard input, or why there is none.

    `again`: it is judged also where the same was judged a moment ago.
    """

    source: Source
    again: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """The camera that a feed tried to use, as it was chosen, and the names of the others."""

    camera: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InTrouble:
    """The source delivers nothing. It tries again by itself.

    It comes again where what was `tried` has changed. Sources other than cameras tell nothing of that.
    """

    trouble: Trouble
    tried: Tried | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """The source delivers again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The source has ended: no event follows."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the staff, or the button that stands for it: `space`, `escape`, `d` ..."""

    key: str


@dataclass(frozen=True, slots=True)
class FilesGiven:
    """Files or folders that the staff dropped on the window or chose."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class PictureGiven:
    """A picture that the staff pasted, as the bytes of a file such as PNG."""

    data: bytes


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The staff chose something else: names of settings and their values. The desk starts anew."""

    changes: Mapping[str, object]


Input: TypeAlias = KeyPressed | TextRead | FilesGiven | PictureGiven | SettingsChanged
"""What the staff does in a view"""
Event: TypeAlias = FrameRead | TextRead | InTrouble | Recovered | Ended


class Feed(Protocol):
    """A source of events. It may work in threads; only one thread calls `poll`.

    Only the newest frame is kept, but every text.
    """

    def poll(self, wait: float) -> Event | None:
        """The next event; None where none comes within `wait` seconds, and after `Ended`."""

    def now(self) -> float:
        """The time on the clock of the feed, in seconds; it never goes back."""

    def close(self) -> None:
        """Stop the threads and free the device. May be called more than once."""
