"""The desk in a window. Pictures are drawn only when something changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from vaxpass_cli.opencv.window import Window
from vaxpass_cli.scan.boxes import HEIGHT, WIDTH
from vaxpass_cli.scan.canvas import Canvas
from vaxpass_cli.scan.events import FrameRead
from vaxpass_cli.scan.keypresses import KeyPresses
from vaxpass_cli.scan.layout import layout
from vaxpass_cli.scan.lettering import Lettering
from vaxpass_cli.scan.screen import Screen

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
