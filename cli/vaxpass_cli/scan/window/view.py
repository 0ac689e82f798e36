"""The window of the desk: draws screens when something has changed, and gives the keys of the staff."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from vaxpass_cli.scan.feeds.events import FrameRead
from vaxpass_cli.scan.opencv.window import Window
from vaxpass_cli.scan.screen import Screen
from vaxpass_cli.scan.window.boxes import HEIGHT, WIDTH
from vaxpass_cli.scan.window.canvas import Canvas
from vaxpass_cli.scan.window.layout import layout
from vaxpass_cli.scan.window.lettering import Lettering

HAND_SCANNER: Final = "hand_scanner"
"""The name for a burst of keys from a hand scanner; a window gets only a part of them"""

_ALONE: Final = 0.08
"""Seconds without another key that make a key one of a person; every scanner is faster"""
_QUIET: Final = 0.3
_LOOKS: Final = 2
_SCALES: Final = (0.75, 1.0, 1.25, 1.5, 2.0)
_LOOK: Final = 0.5
"""Seconds between looks at the size of the window"""


class KeyPresses:
    """Gives single keys, a little later, and holds back the bursts of hand scanners.

    >>> keys = KeyPresses()
    >>> [keys.take(key, now) for key, now in (("d", 0.0), (None, 0.05), (None, 0.1))]
    [None, None, 'd']
    >>> [keys.take(key, now) for key, now in (("h", 1.0), ("q", 1.02), (None, 1.2))]
    [None, 'hand_scanner', None]
    """

    def __init__(self) -> None:
        self._waiting: str | None = None
        self._since = 0.0
        self._looks = 0
        self._noisy_until = float("-inf")

    def take(self, key: str | None, now: float) -> str | None:
        """Take the key, if any, that came at a time in seconds; gives the key of a person, if any."""
        if now < self._noisy_until:
            self._noisy_until = now + _QUIET if key else self._noisy_until
            return None
        waiting = self._waiting
        if key is None:
            self._looks += 1
            # A slow machine looks seldom: then the time does not show whether it was a burst.
            if waiting is None or now - self._since < _ALONE or self._looks < _LOOKS:
                return None
            self._waiting = None
            return waiting
        if waiting is None:
            self._waiting, self._since, self._looks = key, now, 0
            return None
        self._waiting, self._noisy_until = None, now + _QUIET
        # A key that is held down is repeated.
        return None if key == waiting else HAND_SCANNER


class WindowView:
    """A window of 1280 x 720 that can be resized, or the full screen with `kiosk`.

    `mirror` mirrors the camera's picture, as people expect of a camera in front of them.
    """

    def __init__(
        self,
        *,
        kiosk: bool = False,
        mirror: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = Window(WIDTH, HEIGHT, full_screen=kiosk)
        self._mirror = mirror
        self._clock = clock
        self._keys = KeyPresses()
        self._looked = float("-inf")
        self._lettering = Lettering()
        self._canvas = Canvas(self._lettering)
        self._drawn: tuple[Screen, bool] | None = None
        self._frame: FrameRead | None = None

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen where anything has changed."""
        if not self._window.open:
            return
        now = self._clock()
        if now - self._looked >= _LOOK:
            self._looked = now
            self._fit()
        drawn = (screen, frame is not None)
        if drawn == self._drawn and (frame is None or frame is self._frame):
            return
        if drawn != self._drawn:
            self._canvas.draw(layout(screen, self._lettering, camera=frame is not None))
            self._drawn = drawn
        if frame is not None:
            self._canvas.picture(frame, mirror=self._mirror)
        self._frame = frame
        self._window.show(self._canvas.pixels)

    def key(self) -> str | None:
        """The next key that a person pressed; `q` where the window was closed.

        A hand scanner that types into the window gives `hand_scanner`: the window gets only a part of
        what it types.
        """
        if not self._window.open:
            return "q"
        return self._keys.take(self._window.key(), self._clock())

    def close(self) -> None:
        """Remove the window from the screen."""
        self._window.close()

    def _fit(self) -> None:
        """Draw in the resolution of the window: letters that are scaled later are blurred."""
        width, height = self._window.size
        wanted = min(width / WIDTH, height / HEIGHT)
        scale = next((scale for scale in _SCALES if scale >= wanted - 0.05), _SCALES[-1])
        if wanted > 0 and scale != self._lettering.scale:
            self._lettering = Lettering(scale)
            self._canvas = Canvas(self._lettering)
            self._drawn = None
