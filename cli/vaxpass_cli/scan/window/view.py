"""Keys of a window: those that a person pressed, not those that a hand scanner types into it.

TODO-MERGED: The desk in a window. Pictures are drawn only when something changed."""

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
"""The name of what is no key: a burst of them, of which a window gets only a part."""

_ALONE: Final = 0.08
"""Seconds that a key must be alone; nobody presses two so fast, and every scanner does."""
_QUIET: Final = 0.3
_LOOKS: Final = 2


class KeyPresses:
    """Lets single keys through, a little later, and holds bursts back.

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
        """Tell the key that came at a time in seconds, perhaps none; gives the one to be obeyed."""
        if now < self._noisy_until:
            self._noisy_until = now + _QUIET if key else self._noisy_until
            return None
        waiting = self._waiting
        if key is None:
            self._looks += 1
            # A slow machine looks seldom: then time alone would not tell a burst.
            if waiting is None or now - self._since < _ALONE or self._looks < _LOOKS:
                return None
            self._waiting = None
            return waiting
        if waiting is None:
            self._waiting, self._since, self._looks = key, now, 0
            return None
        self._waiting, self._noisy_until = None, now + _QUIET
        # A key that is held down repeats itself.
        return None if key == waiting else HAND_SCANNER


_SCALES: Final = (0.75, 1.0, 1.25, 1.5, 2.0)
_LOOK: Final = 0.5
"""Seconds after which the size of the window is looked at again."""


class WindowView:
    """A window of 1280 x 720 that can be resized, or the full screen with `kiosk`.

    `mirror` shows the camera's picture as a mirror does, as people expect of a camera that faces them.
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
        """Draw it where anything changed."""
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

        A hand scanner that types into the window gives `hand_scanner`: the window does not get all
        of what it types.
        """
        if not self._window.open:
            return "q"
        return self._keys.take(self._window.key(), self._clock())

    def close(self) -> None:
        """Take the window off the screen."""
        self._window.close()

    def _fit(self) -> None:
        """Draw as finely as the window shows it: letters that are scaled afterwards are blurred."""
        width, height = self._window.size
        wanted = min(width / WIDTH, height / HEIGHT)
        scale = next((scale for scale in _SCALES if scale >= wanted - 0.05), _SCALES[-1])
        if wanted > 0 and scale != self._lettering.scale:
            self._lettering = Lettering(scale)
            self._canvas = Canvas(self._lettering)
            self._drawn = None
