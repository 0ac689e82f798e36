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

Levels = NDArray[np.float32]

_MODULE: Final = 1.5  # pixels for the side of a module where finders are looked for
_BOXES: Final = (13, 11, 7, 5)  # and the sides of a finder's squares, with its margin
_SMALLEST: Final = 1 / 250  # modules, as shares of the side of the part where a code may be
_LARGEST: Final = 1 / 44
_STEP: Final = 1.3
_FEW: Final = 5  # finders in one size
_MOST: Final = 12  # and of all sizes
_FAINT: Final = 0.35
_SIZES: Final = (36, 128)  # modules for the side of a code
_ALIKE: Final = 1.45
_NEAR: Final = 0.14  # how far a third finder may be from where it should be, a share of the side
_HIDDEN: Final = 0.3  # what a finder that is not seen counts


class Corner(NamedTuple):
    """A finder: its middle, the side of a module, and how well it fits."""

    x: float
    y: float
    module: float
    fit: float


class Trio(NamedTuple):
    """The middles of the finders at the top left, top right and bottom left, and the side of a module."""

    corners: NDArray[np.float32]
    module: float
    fit: float
    inverted: bool
    seen: tuple[bool, bool, bool]


def upright(even: Levels) -> float:
    """The angle of most edges in a picture, in radians between -45 and 45 degrees."""
    small = cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    dx, dy = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
    squares, both = dx * dx - dy * dy, 2 * dx * dy
    size = np.maximum(dx * dx + dy * dy, 1e-6)
    real = float(cv2.sumElems((squares * squares - both * both) / size)[0])
    imaginary = float(cv2.sumElems(2 * squares * both / size)[0])
    return cmath.phase(complex(real, imaginary)) / 4


def trios(even: Levels, side: float) -> list[Trio]:
    """Where three finders may be, the best first; `side` is that of the part where a code may be."""
    angle = upright(even)
    height, width = even.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(angle), 1)
    reach = abs(turn[0, 0]) + abs(turn[0, 1])
    size = round(width * reach), round(height * reach)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = np.asarray(cv2.warpAffine(even, turn, size), np.float32)
    back = cv2.invertAffineTransform(turn)
    found: list[Trio] = []
    light, dark = _corners(turned, side)
    for inverted, corners in ((False, dark), (True, light)):
        found += [
            trio._replace(corners=(trio.corners @ back[:, :2].T + back[:, 2]).astype(np.float32))
            for trio in _pairs(corners, inverted)
        ]
    return sorted(found, key=lambda trio: -trio.fit)


def _corners(turned: Levels, side: float) -> tuple[list[Corner], list[Corner]]:
    """Finders that are light on dark, and those that are dark on light."""
    kinds: tuple[list[Corner], list[Corner]] = [], []
    module = side * _SMALLEST * math.sqrt(_STEP)
    while module < side * _LARGEST:
        factor = _MODULE / module
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        image = turned if factor == 1 else cv2.resize(turned, None, fx=factor, fy=factor, interpolation=way)
        fit = _fits(np.asarray(image, np.float32))
        for kind, values in zip(kinds, (-fit, fit), strict=True):
            peaks = (values == cv2.dilate(values, np.ones((7, 7), np.uint8))) & (values > _FAINT)
            y, x = np.nonzero(peaks)
            best = np.argsort(-values[y, x])[:_FEW]
            kind += [
                Corner(
                    (float(x[one]) + 0.5) / factor - 0.5, (float(y[one]) + 0.5) / factor - 0.5,
                    module, float(values[y[one], x[one]]),
                )
                for one in best
            ]  # fmt: skip
        module *= _STEP
    return _apart(kinds[0]), _apart(kinds[1])


def _fits(image: Levels) -> Levels:
    """How much lighter what must be light in a finder is than what must be dark, around each pixel."""
    outer, ring, inner, core = (
        cv2.boxFilter(image, -1, (box, box), normalize=False, borderType=cv2.BORDER_REPLICATE)
        for box in _BOXES
    )
    dark = _BOXES[1] ** 2 - _BOXES[2] ** 2 + _BOXES[3] ** 2
    light = _BOXES[0] ** 2 - dark
    below = ring - inner + core
    return np.asarray((outer - below) * (1 / light) - below * (1 / dark), np.float32)


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
                yield from _third(corners, (first, second), (first.x - dy, first.y + dx), module, inverted)
            # Both are opposite each other, which hides the one at the top left.
            elif _SIZES[0] < (modules - 7) / math.sqrt(2) + 7 < _SIZES[1]:
                middle = (first.x + second.x) / 2, (first.y + second.y) / 2
                corner = middle[0] + dy / 2, middle[1] - dx / 2
                points = np.array([corner, second[:2], first[:2]], np.float32)
                fit = first.fit + second.fit + 0.1
                yield Trio(points, module, fit, inverted, (False, True, True))


def _third(
    corners: list[Corner], two: tuple[Corner, Corner], place: tuple[float, float], module: float,
    inverted: bool,
) -> Iterator[Trio]:  # fmt: skip
    first, second = two
    side = math.hypot(second.x - first.x, second.y - first.y)
    near = [
        corner
        for corner in corners
        if math.hypot(corner.x - place[0], corner.y - place[1]) < 2 * _NEAR * side
        and 1 / _ALIKE < corner.module / module < _ALIKE
    ]
    if near:
        corner = max(near, key=lambda corner: corner.fit)
        points = np.array([first[:2], second[:2], corner[:2]], np.float32)
        whole = (module * module * corner.module) ** (1 / 3)
        yield Trio(points, whole, first.fit + second.fit + corner.fit, inverted, (True, True, True))
        return
    opposite = 2 * first.x - place[0], 2 * first.y - place[1]
    fit = first.fit + second.fit + _HIDDEN
    yield Trio(
        np.array([first[:2], second[:2], place], np.float32), module, fit, inverted, (True, True, False)
    )
    yield Trio(
        np.array([first[:2], opposite, second[:2]], np.float32), module, fit, inverted, (True, False, True)
    )
