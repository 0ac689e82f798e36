"""Grey pixels -> what would help to read the code in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from vaxpass_cli.scan.events import Hint

if TYPE_CHECKING:
    from vaxpass_cli.opencv.filters import Grey, Patch

# Shares of the range from black to white, and of a picture's height.
_DARK: Final = 28
_BRIGHT: Final = 232
_FLAT: Final = 42
_WHITE: Final = 250
_GLARE: Final = 0.10
_SMALL: Final = 0.34
_SOFT: Final = 0.16
_CELL: Final = 8
_STEP: Final = 4


def may_be_a_code(patch: Patch) -> bool:
    """Whether it is worth to try to read a busy part: about as wide as high, and not tiny."""
    wide, high = patch.right - patch.left, patch.bottom - patch.top
    return min(wide, high) >= 64 and max(wide, high) <= 1.8 * min(wide, high)


def is_probably_a_code(pixels: Grey, patch: Patch) -> bool:
    """Whether a busy part is one that people should be told of; text and patterns are busy too.

    A code is as busy downwards as across, everywhere alike, and half of it is dark.
    """
    part = pixels[patch.top : patch.bottom, patch.left : patch.right].astype(np.int16)
    if min(part.shape) < 112:
        return False
    across, down = np.abs(np.diff(part, axis=1)), np.abs(np.diff(part, axis=0))
    steps = float(across.mean()), float(down.mean())
    if min(steps) < 0.72 * max(steps):
        return False
    low, high = (float(value) for value in np.percentile(part[::2, ::2], (5, 95)))
    light, busy = _grid(part), _grid(np.minimum(across[:-1], down[:, :-1]))
    # Where light is reflected nothing can be said; a code is large enough to be judged by the rest.
    clear = light < _WHITE
    if clear.mean() < 0.5:
        return False
    if float(light[clear].mean()) - low > 0.68 * max(1.0, high - low):
        return False
    return float(np.percentile(busy[clear], 15)) >= 0.18 * float(np.median(busy[clear]))


def _grid(values: NDArray[np.int16]) -> NDArray[np.float64]:
    """The means of 8 x 8 equal parts."""
    rows, columns = (size // 8 for size in values.shape)
    cells = values[: rows * 8, : columns * 8].reshape(8, rows, 8, columns)
    return np.asarray(cells.mean(axis=(1, 3)))


def hint_for(pixels: Grey, patch: Patch | None) -> Hint | None:
    """What would help: for the code in `patch`, else where nothing can be seen at all."""
    sample = pixels[::_STEP, ::_STEP]
    if patch is None:
        if float(np.percentile(sample, 99)) < 2 * _DARK:
            return Hint.BRIGHTER
        return Hint.DARKER if float(np.percentile(sample, 5)) > _BRIGHT else None
    part = pixels[patch.top : patch.bottom, patch.left : patch.right]
    low, middle, high = (float(value) for value in np.percentile(part[::2, ::2], (5, 50, 95)))
    contrast = high - low
    if contrast < _FLAT:
        return Hint.BRIGHTER if middle < 110 else Hint.DARKER
    if _glare(part) > _GLARE:
        return Hint.TILT
    if patch.bottom - patch.top < _SMALL * pixels.shape[0]:
        return Hint.CLOSER
    if _sharpness(part) / contrast < _SOFT:
        return Hint.HOLD_STILL
    return Hint.BRIGHTER if high < 90 else None


def _glare(part: Grey) -> float:
    """The share of cells that are white all over: in a code every cell has something dark."""
    rows, columns = (size // _CELL * _CELL for size in part.shape)
    cells = part[:rows, :columns].reshape(rows // _CELL, _CELL, columns // _CELL, _CELL)
    return float(np.mean(cells.min(axis=(1, 3)) >= _WHITE))


def _sharpness(part: Grey) -> float:
    """The mean step between neighbours, in the direction in which there is less of it."""
    values = part.astype(np.int16)
    across = float(np.abs(np.diff(values, axis=1)).mean())
    return min(across, float(np.abs(np.diff(values, axis=0)).mean()))
