"""The modules of a QR code, sampled one by one where a decoder finds no code any more.

A code has fixed patterns: three finders, timing lines, alignment patterns. The finders say about where
the others are; the place where all fit best says it exactly, also where a finder is hidden. The light
at the middle of a module depends on its neighbours, through blur and motion: how much is learned from
the fixed patterns, and then from all modules. Fixed patterns are drawn as they must be.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vaxpass_cli.scan.symbol import VERSIONS, Levels, fixed

Grey = NDArray[np.uint8]

_SIDE: Final = 360  # pixels: larger codes are looked at smaller
_VERSIONS_NEAR: Final = 3  # how far the version may be from what the finders say
_TRIED: Final = 8
_LIKELY: Final = 2
_SEEN: Final = 0.3  # what the fit of finders counts beside that of the strips between them
_CLEAR: Final = 1.3  # strips that fit so well are those of a code: no other place is looked at
_SURE: Final = 0.75
_LEAST: Final = 0.4
_TAPS: Final = 2  # samples around a module, two a module
_RIDGE: Final = 0.02
_ROUNDS: Final = 1  # of learning from all modules
_SOME: Final = 3  # one of so many is enough
_DRAWN: Final = 3  # pixels for the side of a module
_QUIET: Final = 4
_NOTHING: Final = np.empty((0, 0), np.float32)

# What moves when a quad is fitted: each coordinate of each corner, all of it, its size, and its turn.
_STEPS: Final = np.concatenate([np.eye(8), -np.eye(8)]).reshape(16, 4, 2).astype(np.float32)
_LEANS: Final = np.linspace(-0.12, 0.12, 9).astype(np.float32)
_FEW_LEANS: Final = np.linspace(-0.0375, 0.0375, 7)
_ALONG: Final = tuple(np.outer(_LEANS, axis).astype(np.float32) for axis in ((1, 0), (0, 1)))
_AROUND: Final = np.stack(np.meshgrid(_FEW_LEANS, _FEW_LEANS), axis=-1).reshape(-1, 2)
LEVEL: Final = 40
"""How much a grey is above or below 128, in even light, where it differs as much as pixels do there."""

_MODULE: Final = 1.5  # pixels for the side of a module where finders are looked for
_BOXES: Final = (13, 11, 7, 5)  # and the sides of a finder's squares, with its margin
_SMALLEST: Final = 1 / 200  # modules, as shares of the side of the part where a code may be
_LARGEST: Final = 1 / 44
_STEP: Final = 1.25
_RIVAL: Final = 0.8
_REACH: Final = 5  # pixels around a finder where there is no other one
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
    half = cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    angle = upright(np.asarray(half, np.uint8))
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
                    fit[max(0, y - _REACH) : y + _REACH + 1, max(0, x - _REACH) : x + _REACH + 1] = 0
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


class Symbol(NamedTuple):
    """Where a code is: its version, its corners in pixels, and its samples, two by two for a module."""

    version: int
    corners: NDArray[np.float32]
    samples: Levels


@cache
def _expected(version: int) -> tuple[Levels, Levels]:
    """Points of fixed patterns in a square of side 1, and what each counts."""
    known = np.pad(fixed(version), 1)
    for edge in (known[0], known[:, 0]):
        edge[:9] = edge[-9:] = 1
    known[-1, :9] = known[:9, -1] = 1
    return _weighed(known, -0.5)


def _weighed(known: Levels, first: float) -> tuple[Levels, Levels]:
    """The points of a drawing that is not 0, and their weights; `first` is where its modules begin."""
    size = len(known) + int(2 * first - 1)
    y, x = np.nonzero(known)
    light = known[y, x] > 0
    weights = np.where(light, 0.5 / light.sum(), -0.5 / (~light).sum())
    places = np.stack([(x + first) / size, (y + first) / size, np.ones(len(x))])
    return places.astype(np.float32), weights.astype(np.float32)


@cache
def _strip(version: int, axis: int) -> tuple[Levels, Levels]:
    """Points of the fixed patterns between two finders, in a square of side 1, and what each counts."""
    size = 17 + 4 * version
    only = np.zeros((size, size), np.float32)
    only[4:9, 8:-8] = fixed(version)[4:9, 8:-8]
    only[:6, -11:-8] = fixed(version)[:6, -11:-8]
    return _weighed(only if axis == 0 else only.T, 0.5)


def _views(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """The projections of a square of side 1 onto quads."""
    (x0, x1, x2, x3), (y0, y1, y2, y3) = quads[:, :, 0].T, quads[:, :, 1].T
    across, down = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2)
    lean = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    area = across[0] * down[1] - down[0] * across[1]
    g = (lean[0] * down[1] - down[0] * lean[1]) / area
    h = (across[0] * lean[1] - lean[0] * across[1]) / area
    views = np.empty((len(quads), 3, 3), np.float32)
    views[:, 0, 0], views[:, 0, 1], views[:, 0, 2] = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    views[:, 1, 0], views[:, 1, 1], views[:, 1, 2] = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    views[:, 2, 0], views[:, 2, 1], views[:, 2, 2] = g, h, 1
    return views


def _agreement(even: Grey, quads: NDArray[np.float32], version: int) -> NDArray[np.float32]:
    """How well fixed patterns fit where quads say they are."""
    return _seen(even, _views(quads), *_expected(version))


def _fitted(
    even: Grey, quad: NDArray[np.float32], version: int, step: float, least: float, rounds: int,
) -> tuple[float, NDArray[np.float32]]:  # fmt: skip
    """A quad near the given one where the fixed patterns fit better; steps are in modules."""
    best = float(_agreement(even, quad[None], version)[0])
    module = float(np.hypot(*(quad[2] - quad[0]))) / math.sqrt(2) / (17 + 4 * version)
    moves = _STEPS * np.float32(module)
    for _ in range(rounds):
        found = _agreement(even, (quad + moves * step).astype(np.float32), version)
        forth, back = found[:8] - best, found[8:16] - best
        signs = np.where(forth > back, 1, -1) * (np.maximum(forth, back) > 0)
        together = (quad + signs.reshape(4, 2) * module * step).astype(np.float32)
        gained = float(_agreement(even, together[None], version)[0])
        one = int(np.argmax(found))
        if max(gained, float(found[one])) <= best + 1e-4:
            step /= 2
            if step < least:
                break
        elif gained > found[one]:
            best, quad = gained, together
        else:
            best, quad = float(found[one]), quad + moves[one] * step
    return best, quad


def _evened(pixels: Grey, size: int) -> Grey:
    """Each pixel against the mean and the spread around it: 128 is between light and dark."""
    small = cv2.resize(pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    whole = pixels.shape[1], pixels.shape[0]
    around = (max(3, size // 4) | 1,) * 2
    mean = cv2.resize(cv2.blur(small, around), whole)
    off = cv2.absdiff(pixels, mean)
    far = cv2.resize(off, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    spread = np.maximum(cv2.blur(far, around).astype(np.float32), 3)
    level = cv2.subtract(pixels, mean, dtype=cv2.CV_32F)
    cv2.multiply(level, cv2.resize(LEVEL / spread, whole), level)
    return np.asarray(cv2.addWeighted(level, 1, level, 0, 128, dtype=cv2.CV_8U), np.uint8)


def find(pixels: Grey, side: int, is_late: Callable[[], bool] = lambda: False) -> Symbol | None:
    """The code that a picture shows, of a side of about `side` pixels or less; None where none fits.

    What is found may be no code: whether it is one shows when it is read. `is_late` is asked between
    steps of a few milliseconds: None as soon as it says so.
    """
    factor = min(1.0, _SIDE / side)
    size = round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)
    while pixels.shape[1] >= 2 * size[0]:
        half = pixels.shape[1] // 2, pixels.shape[0] // 2
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    if factor < 1:
        pixels = np.asarray(cv2.resize(pixels, size), np.uint8)
    soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.7), np.uint8)
    even = _evened(soft, int(side * factor / 10) | 1)
    dark = np.asarray(cv2.bitwise_not(even), np.uint8)
    found = []
    for trio in trios(even, side * factor, _TRIED):
        if is_late():
            return None
        image = dark if trio.inverted else even
        fit, leans, version = _leaning(image, trio)
        found.append((fit + _SEEN * trio.fit, version, leans, trio.corners, trio.inverted))
        if fit > _CLEAR:
            break
    best: tuple[float, NDArray[np.float32], int, Grey] | None = None
    for _, version, leans, corners, inverted in sorted(found, key=lambda one: -one[0])[:_LIKELY]:
        image = dark if inverted else even
        fit, quad = _placed(image, corners, leans, version)
        if best is None or fit > best[0]:
            best = fit, quad, version, image
        if fit > _SURE:
            break
    if best is None or is_late():
        return None
    _, quad, version, even = best
    fit, quad = _fitted(even, quad, version, 0.4, 0.08, 6)
    if fit < _LEAST:
        return None
    return Symbol(version, quad / np.float32(factor), _sampled(even, quad, version))


@cache
def _shares(version: int) -> Levels:
    """What the three finders count for a place in a square of side 1, whose corners they are near."""
    size = 17 + 4 * version
    near, far = 3.5 / (size - 7), size / (size - 7)
    return np.array([[-far, -far, 1 + 2 * near], [far, 0, -near], [0, far, -near]], np.float32)


@cache
def _strips(first: int, last: int, axis: int) -> tuple[Levels, Levels, NDArray[np.intp]]:
    """The strips of several versions one after the other, and where each begins."""
    strips = [_strip(version, axis) for version in range(first, last + 1)]
    places = [_shares(first + number) @ strip[0] for number, strip in enumerate(strips)]
    begin = np.cumsum([0, *(len(strip[1]) for strip in strips[:-1])])
    return np.concatenate(places, axis=1), np.concatenate([strip[1] for strip in strips]), begin


def _projections(corners: NDArray[np.float32], leans: NDArray[np.float32]) -> Levels:
    """Projections from shares of three finders; `leans` say how much farther away two of them are."""
    points = np.column_stack([corners, np.ones(3, np.float32)]).T
    weights = np.ones((len(leans), 3), np.float32)
    weights[:, 1:] = np.exp(leans)
    return np.asarray(points[None] * weights[:, None, :], np.float32)


def _levels_at(even: Grey, views: Levels, places: Levels) -> Levels:
    seen = views @ places
    return np.asarray(
        cv2.remap(even, seen[:, 0] / seen[:, 2], seen[:, 1] / seen[:, 2], cv2.INTER_LINEAR), np.float32
    )


def _seen(even: Grey, views: Levels, places: Levels, weights: Levels) -> Levels:
    return _levels_at(even, views, places) @ weights / np.float32(LEVEL)


def _leaning(even: Grey, trio: Trio) -> tuple[float, NDArray[np.float32], int]:
    """The version that fits best between three finders, how well it fits, and how the code leans."""
    corners = trio.corners
    sides = (float(np.hypot(*(corners[one] - corners[0]))) for one in (1, 2))
    about = round((math.sqrt(math.prod(sides)) / trio.module + 7 - 17) / 4)
    first = min(max(VERSIONS[0], about - _VERSIONS_NEAR), VERSIONS[-1] - 2 * _VERSIONS_NEAR)
    fits: list[Levels] = []
    for axis in (0, 1):
        places, weights, begin = _strips(first, first + 2 * _VERSIONS_NEAR, axis)
        values = _levels_at(even, _projections(corners, _ALONG[axis]), places) * weights
        fits.append(np.asarray(np.add.reduceat(values, begin, axis=1) / LEVEL, np.float32))
    most = fits[0].max(axis=0) + fits[1].max(axis=0)
    one = int(np.argmax(most))
    leans = [_LEANS[int(np.argmax(fit[:, one]))] for fit in fits]
    return float(most[one]), np.array(leans, np.float32), first + one


def _placed(
    even: Grey, corners: NDArray[np.float32], leans: NDArray[np.float32], version: int
) -> tuple[float, NDArray[np.float32]]:
    """The quad where all fixed patterns fit best, near what the strips between finders say."""
    views = _projections(corners, (leans + _AROUND).astype(np.float32)) @ _shares(version)
    fit = _seen(even, views, *_expected(version))
    one = int(np.argmax(fit))
    quad = views[one] @ np.array([[0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]])
    return float(fit[one]), (quad[:2] / quad[2]).T.astype(np.float32)


def _sampled(even: Grey, quad: NDArray[np.float32], version: int) -> Levels:
    count = 2 * (17 + 4 * version)
    shrunk = np.array([[1 / count, 0, 0.5 / count], [0, 1 / count, 0.5 / count], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = _views(quad[None])[0] @ shrunk
    samples = cv2.warpPerspective(
        even, view, (count, count), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return (samples.astype(np.float32) - 128) / np.float32(LEVEL)


def levels(symbol: Symbol) -> Iterator[Levels]:
    """The levels of the modules of a code: by its fixed patterns, then by all that is read so far."""
    pattern = fixed(symbol.version).reshape(-1, 1)
    size = 17 + 4 * symbol.version
    padded = np.pad(symbol.samples, _TAPS, mode="edge")
    count = 2 * _TAPS + 2
    turned = np.ones((count * count + 1, size * size), np.float32)
    for number in range(count * count):
        y, x = divmod(number, count)
        turned[number] = padded[y : y + 2 * size : 2, x : x + 2 * size : 2].ravel()
    around = np.asarray(cv2.transpose(turned), np.float32)
    known = np.flatnonzero(pattern)
    weights = _learned(around[known], pattern[known], _RIDGE)
    for _ in range(_ROUNDS):
        found = _product(around, weights)
        yield found.reshape(size, size)
        believed = np.where(pattern == 0, np.sign(found), pattern)
        weights = _learned(around[::_SOME].copy(), believed[::_SOME].copy(), 0.3 * _RIDGE)
    yield _product(around, weights).reshape(size, size)


def _learned(around: Levels, right: Levels, ridge: float) -> Levels:
    """What each of the samples around a module counts, so that the sums come near what is right."""
    spread = ridge * len(around) * np.eye(around.shape[1], dtype=np.float32)
    squares = _product(around, around, cv2.GEMM_1_T) + spread
    _, weights = cv2.solve(squares, _product(around, right, cv2.GEMM_1_T), flags=cv2.DECOMP_CHOLESKY)
    return np.asarray(weights, np.float32)


def _product(one: Levels, other: Levels, flags: int = 0) -> Levels:
    """Of two matrices. By OpenCV: numpy would use as many threads as it may."""
    return np.asarray(cv2.gemm(one, other, 1, _NOTHING, 0, flags=flags), np.float32)


def draw(levels: Levels) -> Grey:
    """A picture of the modules with their fixed patterns as they must be: 0 and 255, with a margin."""
    known = fixed((len(levels) - 17) // 4)
    light = np.where(known == 0, levels, known) >= 0
    padded = np.pad(light, _QUIET, constant_values=True).astype(np.uint8) * np.uint8(255)
    return np.ascontiguousarray(padded.repeat(_DRAWN, axis=0).repeat(_DRAWN, axis=1))
