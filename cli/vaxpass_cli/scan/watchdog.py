"""Is the camera still alive? What its frames look like -> frozen, black or well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaxpass_cli.scan.events import Picture, Trouble

_EVERY: Final = 16
"""Rows apart: a sixteenth of a frame is enough to see noise, and costs 0.1 ms."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a camera may be odd, and how it is tried again; all in seconds.

    `still`: without a new frame, with the same frame over and over, or black. `starting`: until the
    first frame after it was opened, as cameras warm up. `retry` and `retry_longest`: the pause before
    it is opened again, which doubles with every try.
    """

    still: float = 1.0
    starting: float = 5.0
    retry: float = 0.5
    retry_longest: float = 5.0


class Watchdog:
    """Watches one camera. Times are seconds on any clock that doesn't go back."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._changed = 0.0
        self._seen = 0.0
        self._lit = 0.0
        self._started = False
        self._last = b""

    def start(self, now: float) -> None:
        """The camera is being opened.

        The last picture is remembered: one that shows it again is as frozen as before.
        """
        self._changed = self._seen = self._lit = now
        self._started = False

    def see(self, now: float, picture: Picture) -> bool:
        """Take a frame that came at `now`; whether it shows that the camera works."""
        rows = picture[::_EVERY]
        mean = float(rows.mean())
        black = mean < 8 and float(rows.std()) < 3
        bytes_ = rows.tobytes()
        # The noise of a sensor makes every frame differ, but where all is black or blinding white.
        changed = black or mean > 250 or bytes_ != self._last
        self._last = bytes_
        self._seen = now
        self._started = True
        if changed:
            self._changed = now
        if not black:
            self._lit = now
        return changed and not black

    def trouble(self, now: float) -> Trouble | None:
        """What is wrong at `now`; None where nothing is, or it is too early to say."""
        limit = self._patience.still if self._started else self._patience.starting
        if now - self._changed >= limit:
            return Trouble.FROZEN
        if self._seen - self._lit >= limit:
            return Trouble.BLACK
        return None
