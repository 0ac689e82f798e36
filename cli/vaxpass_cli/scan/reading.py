"""Read the codes in a camera's picture within a budget of time, and say what would help to read one.

The part that is as busy as a code is cut out. The first pass looks at it as it is. Where that reads
nothing, its modules are looked at, then passes with filters, each of which reads codes that others do
not, then the whole picture. A pass that would not end in time is left out.

One pass samples the modules of the code one by one. Where they are not enough, those of the last frames
are added up: noise, glare, motion and what hides a part of the code differ from frame to frame. Only
these numbers are kept, no pixels, and for a second at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from vaxpass import qr
from vaxpass.qr import ReadCode, Symbols, Threshold
from vaxpass_cli.scan import symbol
from vaxpass_cli.scan.feeds.events import Corners, Hint, Picture, Reading
from vaxpass_cli.scan.opencv import filters, modules
from vaxpass_cli.scan.opencv.filters import Grey, Patch

if TYPE_CHECKING:
    from vaxpass_cli.scan.opencv.modules import Symbol
    from vaxpass_cli.scan.symbol import Levels


# Levels of grey, shares of the range from black to white, and shares of a picture's height.
_DARK: Final = 28
_BRIGHT: Final = 232
_FLAT: Final = 42
_WHITE: Final = 250
_GLARE: Final = 0.10
_SMALL: Final = 0.34
_SOFT: Final = 0.16
_CELL: Final = 8


def may_be_a_code(patch: Patch) -> bool:
    """Whether a busy part is worth reading: about as wide as high, and not tiny."""
    wide, high = patch.right - patch.left, patch.bottom - patch.top
    return min(wide, high) >= 64 and max(wide, high) <= 1.8 * min(wide, high)


def is_probably_a_code(pixels: Grey, patch: Patch) -> bool:
    """Whether a busy part is so probably a code that a hint is shown; text and patterns are busy too.

    A code is equally busy in both directions, everywhere alike, and half of it is dark.
    """
    part = pixels[patch.top : patch.bottom, patch.left : patch.right]
    if min(part.shape) < 112:
        return False
    across, down = filters.steps(part)
    steps = filters.mean(across), filters.mean(down)
    if min(steps) < 0.72 * max(steps):
        return False
    low, high = filters.percentiles(part, 5, 95)
    light, busy = filters.grid(part), filters.grid(np.minimum(across[:-1], down[:, :-1]))
    # Reflected light hides a part of the code; the rest is enough to recognise it.
    clear = light < _WHITE
    if clear.mean() < 0.5:
        return False
    if float(light[clear].mean()) - low > 0.68 * max(1.0, high - low):
        return False
    return float(np.percentile(busy[clear], 15)) >= 0.18 * float(np.median(busy[clear]))


def hint_for(pixels: Grey, patch: Patch | None) -> Hint | None:
    """What would help to read the code in `patch`; without a patch, to see anything at all."""
    if patch is None:
        low, high = filters.percentiles(pixels, 5, 99)
        if high < 2 * _DARK:
            return Hint.BRIGHTER
        return Hint.DARKER if low > _BRIGHT else None
    part = pixels[patch.top : patch.bottom, patch.left : patch.right]
    low, middle, high = filters.percentiles(part, 5, 50, 95)
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
    """The share of cells that are all white: in a code every cell has something dark."""
    rows, columns = (size // _CELL * _CELL for size in part.shape)
    lines = part[:rows, :columns].reshape(rows // _CELL, _CELL, columns).min(axis=1)
    return float(np.mean(lines.reshape(len(lines), -1, _CELL).min(axis=2) >= _WHITE))


def _sharpness(part: Grey) -> float:
    """The mean step between neighbours, in the direction where it is smaller."""
    across, down = filters.steps(part)
    return min(filters.mean(across), filters.mean(down))


class _Pass(NamedTuple):
    """One way to look: how pixels are filtered, enlarged and read."""

    name: str
    prepare: Callable[[Grey], Grey]
    factor: float = 1.0
    threshold: Threshold = "local"
    symbols: Symbols = "qr"
    downscale: bool = False


def _clear(sigma: float, blur: float, amount: float, factor: float = 1.0) -> Callable[[Grey], Grey]:
    """The picture without noise, evenly lit, enlarged and sharpened."""

    def prepare(pixels: Grey) -> Grey:
        even = filters.flatten(filters.smooth(pixels, sigma))
        larger = even if factor == 1 else filters.enlarge(even, factor)
        return filters.sharpen(larger, blur, amount)

    return prepare


def _large(blur: float, amount: float, factor: float) -> Callable[[Grey], Grey]:
    return lambda pixels: filters.sharpen(filters.enlarge(pixels, factor), blur, amount)


def _small(factor: float) -> Callable[[Grey], Grey]:
    """The picture smaller and evenly lit: round modules that do not touch are squares again."""
    return lambda pixels: filters.flatten(filters.smooth(filters.shrink(pixels, factor), 0.8))


def _stretched(pixels: Grey) -> Grey:
    even = filters.stretch(filters.smooth(pixels, 0.8))
    return filters.sharpen(filters.enlarge(even, 2), 3, 3)


_PLAIN: Final = _Pass("plain", lambda pixels: pixels)
_AZTEC: Final = _Pass("aztec", lambda pixels: pixels, symbols="aztec")
_PASSES: Final = (
    _Pass("calm", lambda pixels: filters.smooth(pixels, 0.7), downscale=True),
    _Pass("even", _clear(0.8, 1.5, 3), threshold="global"),
    _Pass("sharp", _large(2, 2.5, 1.5), factor=1.5),
    _Pass("small", _small(1 / 2), factor=1 / 2, threshold="global"),
    _Pass("smaller", _small(1 / 3), factor=1 / 3, threshold="global"),
    _Pass("stretched", _stretched, factor=2),
)
# Of so many frames, one is looked at for Aztec codes, and one as a whole first.
_AZTEC_EVERY: Final = 3
_WHOLE_EVERY: Final = 6
_MODULES: Final = "modules"
_HINT: Final = "hint"
# Modules are looked at where this share of their time is left: they stop when it is over.
_BEGUN: Final = 0.6
# Seconds in which levels are learned and corrected once.
_ONCE: Final = 0.003
# Assumed time for a pixel, in seconds, until it is measured: high, so that the first frame is in time.
_GUESS: Final = 20e-9
_GUESSED: Final = {_MODULES: 0.02, _HINT: 2e-9}
# What a new measurement counts beside those before.
_NEW: Final = 0.1
# A pass that was left out is tried again some time: its time may have been an exception.
_FORGIVEN: Final = 0.97
# Frames of which modules are added up, and for how many seconds they are kept.
_ADDED: Final = 8
_KEPT: Final = 1.0
# Pixels of the side of a patch; a larger one is made smaller.
_LARGE: Final = 720


class _Kept(NamedTuple):
    """What is kept of a frame in which no code was read."""

    at: float
    levels: Levels


class Reader:
    """Reads frames, each within `budget` seconds; `clock` gives seconds.

    The default budget is a little less than the time of a frame of a camera with 30 frames a second.
    The reader measures the time of its passes on this machine. It is used by one thread.
    """

    def __init__(self, budget: float = 0.031, clock: Callable[[], float] = time.perf_counter) -> None:
        self._budget = budget
        self._clock = clock
        self._costs: dict[str, float] = {}
        self._frames = 0
        self._kept: list[_Kept] = []

    @property
    def keeps(self) -> int:
        """Of how many frames the levels of modules are kept."""
        return len(self._kept)

    def read(self, picture: Picture) -> Reading:
        """The codes and the hint for a picture, grey or blue, green and red."""
        began = self._clock()
        pixels = filters.grey(picture)
        # The hint is told after all passes: its time is kept free.
        deadline = began + self._budget - self._costs.get(_HINT, _GUESSED[_HINT]) * pixels.size
        self._frames += 1
        self._kept = [kept for kept in self._kept if began - kept.at < _KEPT]
        patch = filters.busiest(pixels)
        if patch is None or not may_be_a_code(patch):
            return self._whole(pixels, {}, deadline)
        found = self._try((_PLAIN,), pixels, patch, deadline)
        if found:
            return self._whole(pixels, found, deadline)
        # A code may be where the picture is less busy: some frames are looked at as a whole first.
        if self._frames % _WHOLE_EVERY == 0 and (found := self._plain(pixels)):
            return self._whole(pixels, found, deadline)
        aztec = (_AZTEC,) if self._frames % _AZTEC_EVERY == 1 else ()
        found = self._by_modules(pixels, patch, deadline) or self._try(
            (*aztec, *_PASSES), pixels, patch, deadline
        )
        if not found and self._is_in_time(_PLAIN.name, self._cost(_PLAIN, pixels), deadline):
            found = self._plain(pixels)
        if found:
            self._kept = []
            return Reading(tuple(found), tuple(found.values()))
        return self._hint(pixels, patch)

    def _hint(self, pixels: Grey, patch: Patch) -> Reading:
        """What would help, where no code was read."""
        began = self._clock()
        if is_probably_a_code(pixels, patch):
            reading = Reading(located=_corners(patch), hint=hint_for(pixels, patch))
        else:
            reading = Reading(hint=hint_for(pixels, None))
        self._note(_HINT, (self._clock() - began) / pixels.size)
        return reading

    def _plain(self, pixels: Grey) -> dict[str, Corners]:
        return {code.text: code.corners for code in self._run(_PLAIN, pixels)}

    def _whole(self, pixels: Grey, found: dict[str, Corners], deadline: float) -> Reading:
        """What there is beside the codes that were found, or where nothing is as busy as a code."""
        self._kept = []
        rest = pixels
        for corners in found.values():
            rest = filters.without(rest, corners)
        # What was found is not late because of what there may be beside it.
        if found and not self._is_in_time(_PLAIN.name, self._cost(_PLAIN, pixels), deadline):
            return Reading(tuple(found), tuple(found.values()))
        more = self._plain(rest)
        if not found and not more:
            return Reading(hint=hint_for(pixels, None))
        for corners in more.values():
            rest = filters.without(rest, corners)
        found = found | more
        # There is seldom one more code beside those: one pass a frame is enough, in turn.
        patch = filters.busiest(rest)
        if patch is not None and may_be_a_code(patch):
            one = _PASSES[self._frames % len(_PASSES)]
            found |= self._try((one,), rest, patch, deadline)
        return Reading(tuple(found), tuple(found.values()))

    def _try(
        self, passes: tuple[_Pass, ...], pixels: Grey, patch: Patch, deadline: float
    ) -> dict[str, Corners]:
        """What the first pass that reads a code in a patch gives; corners in the whole picture."""
        part, left, top = filters.cut(pixels, patch)
        shrunk = min(1.0, _LARGE / max(part.shape))
        if shrunk < 1:
            part = filters.shrink(part, shrunk)
        for way in passes:
            if not self._is_in_time(way.name, self._cost(way, part), deadline):
                continue
            codes = self._run(way, part)
            if codes:
                return {
                    code.text: tuple(
                        (round(x / way.factor / shrunk) + left, round(y / way.factor / shrunk) + top)
                        for x, y in code.corners
                    )
                    for code in codes
                }
        return {}

    def _by_modules(self, pixels: Grey, patch: Patch, deadline: float) -> dict[str, Corners]:
        """What the modules of this frame say, or those of the last frames together."""
        cost = self._costs.get(_MODULES, _GUESSED[_MODULES])
        if not self._is_in_time(_MODULES, _BEGUN * cost, deadline):
            return {}

        def is_late() -> bool:
            return self._clock() > deadline - _ONCE

        began = self._clock()
        part, left, top = filters.cut(pixels, patch)
        found = modules.find(part, max(patch.right - patch.left, patch.bottom - patch.top), is_late)
        texts = self._decoded(found, began, is_late) if found else ()
        if not is_late():
            self._note(_MODULES, self._clock() - began)
        if found is None:
            return {}
        corners = tuple((round(float(x)) + left, round(float(y)) + top) for x, y in found.corners)
        return dict.fromkeys(texts, corners)

    def _decoded(self, found: Symbol, at: float, is_late: Callable[[], bool]) -> tuple[str, ...]:
        for levels in modules.levels(found):
            texts = _texts(levels)
            if texts:
                return texts
            if is_late():
                break
        same = [kept.levels for kept in self._kept if kept.levels.shape == levels.shape]
        self._kept = [*self._kept[1 - _ADDED :], _Kept(at, levels)]
        return _texts(np.sum([levels, *same], axis=0, dtype=np.float32)) if same else ()

    def _is_in_time(self, name: str, cost: float, deadline: float) -> bool:
        if self._clock() + cost <= deadline:
            return True
        if name in self._costs:
            self._costs[name] *= _FORGIVEN
        return False

    def _note(self, name: str, cost: float) -> None:
        before = self._costs.get(name, cost)
        self._costs[name] = (1 - _NEW) * before + _NEW * cost

    def _cost(self, way: _Pass, pixels: Grey) -> float:
        return self._costs.get(way.name, _GUESS * way.factor**2) * pixels.size

    def _run(self, way: _Pass, pixels: Grey) -> tuple[ReadCode, ...]:
        began = self._clock()
        prepared = way.prepare(pixels)
        height, width = prepared.shape
        codes = qr.read(
            prepared.data.cast("B"),
            width,
            height,
            symbols=way.symbols,
            threshold=way.threshold,
            downscale=way.downscale,
        )
        self._note(way.name, (self._clock() - began) / pixels.size)
        return codes


def _texts(levels: Levels) -> tuple[str, ...]:
    """The texts of the code that modules show after their correction."""
    corrected = symbol.corrected(levels)
    if corrected is None:
        return ()
    drawn = modules.draw(corrected)
    height, width = drawn.shape
    codes = qr.read(
        drawn.data.cast("B"), width, height, symbols="qr", threshold="none", downscale=False
    )
    return tuple(code.text for code in codes)


def _corners(patch: Patch) -> Corners:
    return (
        (patch.left, patch.top),
        (patch.right, patch.top),
        (patch.right, patch.bottom),
        (patch.left, patch.bottom),
    )
