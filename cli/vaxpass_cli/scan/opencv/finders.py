"""Where the finders of a QR code are: the three squares in its corners, one of which may be hidden.

The picture is turned so that most edges are upright. A finder is then a sum of square boxes, which is
looked for in several sizes. Pairs of finders say where the third one must be.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vaxpass_cli.scan.symbol import Levels

Grey = NDArray[np.uint8]

LEVEL: Final = 40
"""How much a grey is above or below 128, in even light, where it differs as much as pixels do there."""

_MODULE: Final = 2.0  # pixels for the side of a module where finders are looked for
_BOXES: Final = (19, 15, 11, 7)  # and the sides of a finder's squares, with its margin
_SMALLEST: Final = 1 / 200  # modules, as shares of the side of the part where a code may be
_LARGEST: Final = 1 / 44
_STEP: Final = 1.3
_RIVAL: Final = 0.8
_FEW: Final = 5  # finders in one size
_MOST: Final = 10  # and of all sizes
_FAINT: Final = 0.35
_SIZES: Final = (36, 128)  # modules for the side of a code
_ALIKE: Final = 1.45
_OFF: Final = 1.0
_NEAR: Final = 0.25
_HIDDEN: Final = 0.3  # what a finder that is not seen counts


class Corner(NamedTuple):
    """A finder: its middle, the side of a module, and how well it fits."""

    x: float
    y: float
    module: float
    fit: float


class Trio(NamedTuple):
    """The middles of the finders (top left, top right, bottom left), and the side of a module."""

    corners: NDArray[np.float32]
    module: float
    fit: float
    inverted: bool
    seen: tuple[bool, bool, bool]


def upright(pixels: Grey) -> float:
    """The angle of most edges in a picture, in radians between -45 and 45 degrees."""
    dx, dy = cv2.Sobel(pixels, cv2.CV_32F, 1, 0), cv2.Sobel(pixels, cv2.CV_32F, 0, 1)
    length, angle = cv2.cartToPolar(dx, dy)
    _, _ = cv2.polarToCart(length, angle * 4, dx, dy)
    return cmath.phase(complex(cv2.sumElems(dx)[0], cv2.sumElems(dy)[0])) / 4


def trios(even: Grey, side: float, count: int) -> list[Trio]:
    """The `count` best places of three finders; `side` is that of the part where a code may be.

    The picture is one of even light: 128 stands between light and dark.
    """
    angle = upright(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    # Upright, a code is no larger than the part in which it was turned.
    height, width = even.shape
    size = round(1.06 * side)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(angle), 1)
    turn[:, 2] += (size - width) / 2, (size - height) / 2
    turned = np.asarray(cv2.warpAffine(even, turn, (size, size), borderValue=128), np.uint8)
    back = cv2.invertAffineTransform(turn)
    kinds = _corners(turned, side)
    best = [sum(corner.fit for corner in kind[:3]) for kind in kinds]
    found = [
        trio
        for inverted, kind in enumerate(kinds)
        if best[inverted] >= _RIVAL * max(best)
        for trio in _pairs(kind, bool(inverted))
    ]
    found = sorted(found, key=lambda trio: -trio.fit)[:count]
    return [
        trio._replace(corners=(trio.corners @ back[:, :2].T + back[:, 2]).astype(np.float32))
        for trio in found
    ]


def _corners(turned: Grey, side: float) -> tuple[list[Corner], list[Corner]]:
    """Finders that are dark on light, and those that are light on dark."""
    kinds: tuple[list[Corner], list[Corner]] = [], []
    module = side * _SMALLEST
    image = turned
    while module < side * _LARGEST:
        factor = _MODULE / module
        size = round(turned.shape[1] * factor), round(turned.shape[0] * factor)
        image = np.asarray(cv2.resize(image, size), np.uint8)
        fit = _fits(image)
        for _ in range(_FEW):
            lowest, highest, low, high = cv2.minMaxLoc(fit)
            for kind, value, (x, y) in zip(kinds, (highest, -lowest), (high, low), strict=True):
                if value > _FAINT:
                    place = (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5
                    kind.append(Corner(*place, module, value))
                    fit[max(0, y - 6) : y + 7, max(0, x - 6) : x + 7] = 0
        module *= _STEP
    return _apart(kinds[0]), _apart(kinds[1])


def _fits(image: Grey) -> Levels:
    """How much lighter what must be light in a finder is than what must be dark, around each pixel."""
    areas = [box * box for box in _BOXES]
    dark = areas[1] - areas[2] + areas[3]
    light = areas[0] - dark
    counts = [areas[0] / light, *(area * (1 / light + 1 / dark) for area in areas[1:])]
    means = [cv2.blur(image, (box, box), borderType=cv2.BORDER_REPLICATE) for box in _BOXES]
    outer, ring, inner, core = (count / LEVEL for count in counts)
    wide = cv2.addWeighted(means[0], outer, means[1], -ring, 0, dtype=cv2.CV_32F)
    narrow = cv2.addWeighted(means[2], inner, means[3], -core, 0, dtype=cv2.CV_32F)
    return np.asarray(cv2.add(wide, narrow), np.float32)


def _apart(corners: list[Corner]) -> list[Corner]:
    """The best finders, each once."""
    kept: list[Corner] = []
    for corner in sorted(corners, key=lambda corner: -corner.fit):
        if all(math.hypot(corner.x - one.x, corner.y - one.y) > 4 * one.module for one in kept):
            kept.append(corner)
        if len(kept) == _MOST:
            break
    return kept


def _pairs(corners: list[Corner], inverted: bool) -> Iterator[Trio]:
    """Trios of two finders and a third one where it must be, or where it may be hidden."""
    for first in corners:
        for second in corners:
            if first is second or not 1 / _ALIKE < first.module / second.module < _ALIKE:
                continue
            module = math.sqrt(first.module * second.module)
            dx, dy = second.x - first.x, second.y - first.y
            modules = math.hypot(dx, dy) / module + 7
            # The first is at the top left, and the second at the top right or the bottom left.
            if _SIZES[0] < modules < _SIZES[1]:
                yield from _third(
                    corners, (first, second), (first.x - dy, first.y + dx), module, inverted
                )
            # Both are opposite each other, which hides the one at the top left.
            if _SIZES[0] < (modules - 7) / math.sqrt(2) + 7 < _SIZES[1]:
                middle = (first.x + second.x) / 2, (first.y + second.y) / 2
                corner = middle[0] + dy / 2, middle[1] - dx / 2
                points = np.array([corner, second[:2], first[:2]], np.float32)
                fit = first.fit + second.fit + _HIDDEN
                yield Trio(points, module, fit, inverted, (False, True, True))


def _third(
    corners: list[Corner], two: tuple[Corner, Corner], place: tuple[float, float], module: float,
    inverted: bool,
) -> Iterator[Trio]:  # fmt: skip
    first, second = two
    side = math.hypot(second.x - first.x, second.y - first.y)
    near = [
        (corner.fit - _OFF * off, corner)
        for corner in corners
        if (off := math.hypot(corner.x - place[0], corner.y - place[1]) / side) < _NEAR
        and 1 / _ALIKE < corner.module / module < _ALIKE
    ]
    if near:
        fit, corner = max(near)
        points = np.array([first[:2], second[:2], corner[:2]], np.float32)
        whole = (module * module * corner.module) ** (1 / 3)
        yield Trio(points, whole, first.fit + second.fit + fit, inverted, (True, True, True))
        return
    opposite = 2 * first.x - place[0], 2 * first.y - place[1]
    fit = first.fit + second.fit + _HIDDEN
    yield Trio(
        np.array([first[:2], second[:2], place], np.float32), module, fit, inverted, (True, True, False)
    )
    yield Trio(
        np.array([first[:2], opposite, second[:2]], np.float32),
        module,
        fit,
        inverted,
        (True, False, True),
    )
