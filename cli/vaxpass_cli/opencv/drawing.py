"""Shapes and pictures drawn into a picture, by OpenCV. Colours are blue, green, red."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vaxpass_cli.scan.events import Picture

Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[int, int, int]

_SHIFT = 4  # OpenCV takes coordinates in sixteenths of a pixel


def put(picture: Picture, place: Picture, *, mirror: bool) -> None:
    """Fill `place`, a part of another picture, with this one: scaled, in colour, perhaps mirrored."""
    height, width = place.shape[:2]
    smaller = picture.shape[1] > width
    # To a fraction of the size: areas, or thin lines and codes would flicker.
    how = cv2.INTER_AREA if smaller and picture.shape[1] > 2 * width else cv2.INTER_LINEAR
    scaled = cv2.resize(picture, (width, height), interpolation=how)
    if scaled.ndim == 2:
        scaled = cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR)
    if mirror:
        cv2.flip(scaled, 1, dst=place)
    else:
        place[:] = scaled


def fill(picture: Picture, colour: Colour) -> None:
    """Give all of a picture, or of a part of one, one colour."""
    height, width = picture.shape[:2]
    cv2.rectangle(picture, (0, 0), (width, height), colour, cv2.FILLED)


def outline(picture: Picture, points: Sequence[Point], colour: Colour, thickness: int) -> None:
    """A closed line through points."""
    cv2.polylines(picture, [_sixteenths(points)], True, colour, thickness, cv2.LINE_AA, _SHIFT)


def strokes(picture: Picture, points: Sequence[Point], colour: Colour, thickness: int) -> None:
    """An open line through points, its ends round."""
    cv2.polylines(picture, [_sixteenths(points)], False, colour, thickness, cv2.LINE_AA, _SHIFT)


def polygon(picture: Picture, points: Sequence[Point], colour: Colour) -> None:
    """A filled shape without dents."""
    cv2.fillConvexPoly(picture, _sixteenths(points), colour, cv2.LINE_AA, _SHIFT)


def _sixteenths(points: Sequence[Point]) -> NDArray[np.int32]:
    sixteenths: NDArray[np.int32] = np.round(np.array(points) * 2.0**_SHIFT).astype(np.int32)
    return sixteenths
