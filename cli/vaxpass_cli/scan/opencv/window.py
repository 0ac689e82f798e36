"""Draw shapes and pictures into a picture, and show it in a window (OpenCV's highgui).

Colours are blue, green, red. The window works only on the main thread.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vaxpass_cli.scan.feeds.events import Picture

Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[int, int, int]

_SHIFT: Final = 4  # OpenCV takes coordinates in sixteenths of a pixel
_TITLE: Final = "vaxpass"
_KEYS: Final = {
    8: "backspace",
    9: "tab",
    10: "enter",
    13: "enter",
    27: "escape",
    32: "space",
    0xFF8D: "enter",  # X11's keypad
    0xFFBE: "f1",  # X11
    0xF704: "f1",  # macOS
}
_F1_OF_WINDOWS: Final = 0x700000
_CONTROL_OR_ALT: Final = 0xC0000

# Qt, inside OpenCV, warns on standard error about fonts that the window does not use.
os.environ.setdefault("QT_LOGGING_RULES", "*.debug=false;*.info=false;*.warning=false")


def put(picture: Picture, place: Picture, *, mirror: bool) -> None:
    """Fill `place`, a part of another picture, with this one: scaled, in colour, perhaps mirrored."""
    height, width = place.shape[:2]
    smaller = picture.shape[1] > width
    # To a smaller size by areas: otherwise thin lines and codes would flicker.
    how = cv2.INTER_AREA if smaller and picture.shape[1] > 2 * width else cv2.INTER_LINEAR
    scaled = cv2.resize(picture, (width, height), interpolation=how)
    if scaled.ndim == 2:
        scaled = cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR)
    if mirror:
        cv2.flip(scaled, 1, dst=place)
    else:
        place[:] = scaled


def fill(picture: Picture, colour: Colour) -> None:
    """Give a picture or a part of it one colour."""
    height, width = picture.shape[:2]
    cv2.rectangle(picture, (0, 0), (width, height), colour, cv2.FILLED)


def outline(picture: Picture, points: Sequence[Point], colour: Colour, thickness: int) -> None:
    """Draw a closed line through points."""
    cv2.polylines(picture, [_sixteenths(points)], True, colour, thickness, cv2.LINE_AA, _SHIFT)


def strokes(picture: Picture, points: Sequence[Point], colour: Colour, thickness: int) -> None:
    """Draw an open line through points, with round ends."""
    cv2.polylines(picture, [_sixteenths(points)], False, colour, thickness, cv2.LINE_AA, _SHIFT)


def polygon(picture: Picture, points: Sequence[Point], colour: Colour) -> None:
    """Draw a filled convex shape."""
    cv2.fillConvexPoly(picture, _sixteenths(points), colour, cv2.LINE_AA, _SHIFT)


def _sixteenths(points: Sequence[Point]) -> NDArray[np.int32]:
    sixteenths: NDArray[np.int32] = np.round(np.array(points) * 2.0**_SHIFT).astype(np.int32)
    return sixteenths


class Window:
    """A window of `width` x `height` pixels, or the full screen."""

    def __init__(self, width: int, height: int, *, full_screen: bool) -> None:
        cv2.namedWindow(_TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(_TITLE, width, height)
        if full_screen:
            cv2.setWindowProperty(_TITLE, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)
        self._shown = False
        self._closed = False

    @property
    def open(self) -> bool:
        """Whether it is on the screen or not shown yet; false where the staff closed it."""
        if self._shown and not self._closed:
            try:
                self._closed = cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) < 1
            except cv2.error:  # with the last window Qt itself is gone
                self._closed = True
        return not self._closed

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the visible part in pixels; zeros where they are not known yet."""
        if not self._shown or not self.open:
            return 0, 0
        _, _, width, height = cv2.getWindowImageRect(_TITLE)
        return max(0, width), max(0, height)

    def show(self, picture: Picture) -> None:
        """Show a picture, scaled to the window."""
        cv2.imshow(_TITLE, picture)
        self._shown = True

    def key(self) -> str | None:
        """The last key that was pressed: a letter, or a name such as `space`. Lets the window work.

        Of several keys at once only the last one is known, and not whether it is a capital.
        """
        return key_name(cv2.waitKeyEx(1))

    def close(self) -> None:
        """Remove it from the screen. May be called more than once."""
        if self.open:
            cv2.destroyWindow(_TITLE)
            cv2.waitKeyEx(1)  # so that it goes now
        self._closed = True


def key_name(number: int) -> str | None:
    """The name of a key by OpenCV's number; None for no key and for keys without a meaning.

    >>> key_name(32), key_name(0x20000 + ord("D")), key_name(-1)
    ('space', 'd', None)
    """
    if number == _F1_OF_WINDOWS:
        return "f1"
    if number < 0 or number & _CONTROL_OR_ALT:
        return None
    number &= 0xFFFF
    if 32 < number < 127:
        return chr(number).lower()
    return _KEYS.get(number)
