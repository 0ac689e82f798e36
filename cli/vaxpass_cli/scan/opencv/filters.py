"""Filters on grey pixels, and the search for the part of a picture where a code may be."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
_CELL: Final = 16
_FAINT: Final = 4.0
_SHARE: Final = 0.45


class Patch(NamedTuple):
    """A part of a picture: its left, top, right and bottom in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def grey(picture: NDArray[np.uint8]) -> Grey:
    """A picture in blue, green and red as grey; a grey one is not changed."""
    if picture.ndim == 2:
        return np.ascontiguousarray(picture)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def busiest(pixels: Grey) -> Patch | None:
    """The part that is as busy as a code in both directions; None where there is none.

    It is the largest such part that is about as wide as high, without the margin around it.
    """
    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (3, 3), 0.8)
    # By whole pixels, means of cells are taken much faster.
    wide, high = (max(1, (size - 1) // (_CELL // 2)) for size in reversed(small.shape))
    small = small[: high * _CELL // 2 + 1, : wide * _CELL // 2 + 1]
    across, down = (
        cv2.resize(step, (wide, high), interpolation=cv2.INTER_AREA)
        for step in (
            cv2.absdiff(small[:-1, 1:], small[:-1, :-1]),
            cv2.absdiff(small[1:, :-1], small[:-1, :-1]),
        )
    )
    busy = cv2.min(cv2.GaussianBlur(across, (3, 3), 0), cv2.GaussianBlur(down, (3, 3), 0))
    most = float(np.percentile(busy, 99.5))
    if most < _FAINT:
        return None
    mask = np.asarray(busy > most * _SHARE, np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)
    count, _, parts, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None

    def squareness(number: int) -> float:
        _, _, wide, high, area = map(float, parts[number])
        return area * min(wide, high) / max(wide, high)

    x, y, w, h, _ = (int(value) * _CELL for value in parts[max(range(1, count), key=squareness)])
    return Patch(x, y, x + w, y + h)


def steps(pixels: Grey) -> tuple[Grey, Grey]:
    """How much each pixel differs from the one at its right, and from the one below."""
    across = cv2.absdiff(pixels[:, 1:], pixels[:, :-1])
    return np.asarray(across, np.uint8), np.asarray(cv2.absdiff(pixels[1:], pixels[:-1]), np.uint8)


def cut(pixels: Grey, patch: Patch) -> tuple[Grey, int, int]:
    """A patch with the margin that a code needs, and the left and top of the result."""
    margin = int(0.12 * max(patch.right - patch.left, patch.bottom - patch.top)) + 24
    left, top = max(0, patch.left - margin), max(0, patch.top - margin)
    part = pixels[top : patch.bottom + margin, left : patch.right + margin]
    return np.ascontiguousarray(part), left, top


def without(pixels: Grey, corners: tuple[tuple[int, int], ...]) -> Grey:
    """The picture with a code painted over."""
    painted = pixels.copy()
    cv2.fillConvexPoly(painted, np.array(corners, np.int32), 128)
    return painted


def smooth(pixels: Grey, sigma: float) -> Grey:
    """The picture blurred, against noise; `sigma` is in pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def sharpen(pixels: Grey, sigma: float, amount: float) -> Grey:
    """Unsharp mask: makes the difference between pixels and their surroundings (`sigma`) larger."""
    blurred = cv2.GaussianBlur(pixels, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(pixels, 1 + amount, blurred, -amount, 0), np.uint8)


def enlarge(pixels: Grey, factor: float) -> Grey:
    """The picture enlarged by a factor."""
    return np.asarray(
        cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8
    )


def shrink(pixels: Grey, factor: float) -> Grey:
    """A smaller picture: each pixel is the mean of those that it stands for."""
    return np.asarray(
        cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )


def flatten(pixels: Grey) -> Grey:
    """Make paper white everywhere: divide out light that falls unevenly."""
    small = cv2.resize(pixels, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), (0, 0), 4)
    whole = cv2.resize(light, (pixels.shape[1], pixels.shape[0]))
    return np.asarray(cv2.divide(pixels, whole, scale=255), np.uint8)


def stretch(pixels: Grey) -> Grey:
    """Make paper white and ink black everywhere, also where glare leaves little contrast."""
    small = cv2.resize(pixels, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    around = np.ones((7, 7), np.uint8)
    light = cv2.GaussianBlur(cv2.dilate(small, around), (0, 0), 3).astype(np.float32)
    dark = cv2.GaussianBlur(cv2.erode(small, around), (0, 0), 3).astype(np.float32)
    size = pixels.shape[1], pixels.shape[0]
    gain = cv2.resize(255 / np.maximum(light - dark, 12), size)
    level = (pixels - cv2.resize(dark, size)) * gain
    return np.asarray(np.clip(level, 0, 255), np.uint8)
