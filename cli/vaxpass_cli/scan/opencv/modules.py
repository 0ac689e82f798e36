"""The modules of a QR code, sampled one by one where a decoder finds no code any more.

A code has fixed patterns: three finders, timing lines, alignment patterns. Its outline says about where
they are; the place where they fit best says it exactly, also where one of them is hidden. The light at
the middle of a module depends on its neighbours, through blur and motion: how much is learned from the
fixed patterns, and then from all modules. Fixed patterns are drawn as they must be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Levels = NDArray[np.float32]
"""A number for each module: below 0 is dark, above is light, and the more so the surer it is"""

_SIDE: Final = 400  # pixels: larger codes are looked at smaller
_USUAL: Final = 80  # modules for the side of a code, where it is not known yet
_OUTLINED: Final = 0.5  # the outline is looked for in a smaller picture
_VERSIONS: Final = range(6, 27)
_NEAR: Final = 4  # how far the version may be from what the finders say
_TRIED: Final = 3
_TAPS: Final = 2  # samples around a module, two a module
_RIDGE: Final = 0.02
_ROUNDS: Final = 2
_DRAWN: Final = 3  # pixels for the side of a module
_QUIET: Final = 4
_NOTHING: Final = np.empty((0, 0), np.float32)

# What moves when a quad is fitted: each coordinate of each corner, all of it, its size, and its turn.
_STEPS: Final = np.concatenate([np.eye(8), -np.eye(8)]).reshape(16, 4, 2).astype(np.float32)
_AXES: Final = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)


class Symbol(NamedTuple):
    """Where a code is: its version, its corners in pixels, and its samples, two by two for a module."""

    version: int
    corners: NDArray[np.float32]
    samples: Levels


def _centres(version: int) -> list[int]:
    """The middles of alignment patterns in both directions: annex E of ISO/IEC 18004."""
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *(version * 4 + 10 - step * number for number in reversed(range(count - 1)))]


@cache
def _fixed(version: int) -> Levels:
    """Fixed patterns: 1 is light, -1 dark, and 0 is where data are."""
    size = 17 + 4 * version
    fixed = np.zeros((size, size), np.float32)
    fixed[6, 8:-8] = fixed[8:-8, 6] = np.where(np.arange(8, size - 8) % 2, 1, -1)
    reach = np.abs(np.arange(-4, 5))
    ring = np.maximum(reach[:, None], reach)
    centres = _centres(version)
    for y in centres:
        for x in centres:
            if (y, x) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                fixed[y - 2 : y + 3, x - 2 : x + 3] = np.where(ring[2:7, 2:7] % 2, 1, -1)
    finder = np.where((ring == 2) | (ring == 4), 1, -1)
    fixed[:8, :8], fixed[:8, -8:], fixed[-8:, :8] = finder[1:, 1:], finder[1:, :-1], finder[:-1, 1:]
    fixed[-8, 8] = -1
    return fixed


@cache
def _expected(version: int, *, finders: bool) -> tuple[Levels, Levels]:
    """Points of fixed patterns in a square of side 1, and what each counts."""
    size = 17 + 4 * version
    fixed = np.pad(_fixed(version), 1)
    for edge in (fixed[0], fixed[:, 0]):
        edge[:9] = edge[-9:] = 1
    fixed[-1, :9] = fixed[:9, -1] = 1
    if finders:
        only = np.zeros_like(fixed)
        only[:9, :9] = only[:9, -9:] = only[-9:, :9] = 1
        fixed *= only
    y, x = np.nonzero(fixed)
    light = fixed[y, x] > 0
    weights = np.where(light, 0.5 / light.sum(), -0.5 / (~light).sum())
    places = np.stack([(x - 0.5) / size, (y - 0.5) / size, np.ones(len(x))])
    return places.astype(np.float32), weights.astype(np.float32)


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


def _agreement(
    even: Levels, quads: NDArray[np.float32], version: int, *, finders: bool = False
) -> NDArray[np.float32]:
    """How well fixed patterns fit where quads say they are."""
    places, weights = _expected(version, finders=finders)
    seen = _views(quads) @ places
    levels = cv2.remap(even, seen[:, 0] / seen[:, 2], seen[:, 1] / seen[:, 2], cv2.INTER_LINEAR)
    return np.asarray(levels @ weights, np.float32)


def _fitted(
    even: Levels, quad: NDArray[np.float32], version: int, step: float, least: float, rounds: int, *,
    finders: bool = False,
) -> tuple[float, NDArray[np.float32]]:  # fmt: skip
    """A quad near the given one where the fixed patterns fit better; steps are in modules."""
    best = float(_agreement(even, quad[None], version, finders=finders)[0])
    module = float(np.hypot(*(quad[2] - quad[0]))) / math.sqrt(2) / (17 + 4 * version)
    outward = quad - quad.mean(axis=0)
    outward /= np.abs(outward).max()
    around = np.stack([-outward[:, 1], outward[:, 0]], axis=1)
    whole = [np.tile(axis, (4, 1)) for axis in _AXES]
    moves = np.concatenate([_STEPS, [*whole, outward, -outward, around, -around]])
    moves = (moves * module).astype(np.float32)
    for _ in range(rounds):
        found = _agreement(even, (quad + moves * step).astype(np.float32), version, finders=finders)
        forth, back = found[:8] - best, found[8:16] - best
        signs = np.where(forth > back, 1, -1) * (np.maximum(forth, back) > 0)
        together = (quad + signs.reshape(4, 2) * module * step).astype(np.float32)
        gained = float(_agreement(even, together[None], version, finders=finders)[0])
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


def _outline(pixels: Grey, side: float) -> NDArray[np.float32] | None:
    """The four corners of what is uneven in both directions, in any turn; None where nothing is."""
    dx = cv2.subtract(pixels[:-1, 1:], pixels[:-1, :-1], dtype=cv2.CV_32F)
    dy = cv2.subtract(pixels[1:, :-1], pixels[:-1, :-1], dtype=cv2.CV_32F)
    level = None
    for _ in range(2):
        size = max(3, int(side / _USUAL * 3.2)) | 1
        a, b, c = (
            np.asarray(cv2.blur(cv2.blur(part, (size, size)), (size, size)))
            for part in (dx * dx, dy * dy, dx * dy)
        )
        # The smaller eigenvalue: lines of text are uneven in one direction more than in the other.
        uneven = np.sqrt(np.maximum(a + b - np.sqrt((a - b) ** 2 + 4 * c * c), 0))
        if level is None:
            level = 0.6 * float(np.percentile(uneven, 90))
        hole = max(3, int(side / _USUAL * 4)) | 1
        mask = cv2.morphologyEx(
            (uneven > level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((hole, hole), np.uint8)
        )
        count, labels, parts, _ = cv2.connectedComponentsWithStats(mask)
        if count < 2:
            return None
        _, _, wide, high, area = parts[1:].T.astype(float)
        best = 1 + int(np.argmax(area * np.minimum(wide, high) / np.maximum(wide, high)))
        inside = labels == best
        level, side = 0.6 * float(np.median(uneven[inside])), math.sqrt(parts[best][4])
    contours, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    edge = np.asarray(max(contours, key=cv2.contourArea)[:, 0], np.float32)
    middle, _, angle = cv2.minAreaRect(edge)
    turn = math.radians(angle)
    along = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    turned = (edge - middle) @ along.T
    quad = np.stack([edge[np.argmax(turned @ way)] for way in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
    for near in (0.08, 0.04):
        lines = [_line(edge[::3], *ends, near) for ends in zip(quad, np.roll(quad, -1, 0), strict=True)]
        met = [_meeting(lines[number - 1], lines[number]) for number in range(4)]
        if not all(met):
            return None
        quad = np.array(met, np.float32)
    return quad


def _line(
    edge: NDArray[np.float32], one: NDArray[np.float32], other: NDArray[np.float32], near: float
) -> NDArray[np.float32]:
    """A line along the points near a side: its direction and a point of it. Dents do not count."""
    length = max(1.0, float(np.hypot(*(other - one))))
    way = (other - one) / length
    along, beside = (edge - one) @ way, np.abs((edge - one) @ np.array([-way[1], way[0]]))
    points = edge[(along > 0.08 * length) & (along < 0.92 * length) & (beside < near * length)]
    if len(points) < 5:
        return np.array([*way, *one], np.float32)
    return np.asarray(cv2.fitLine(points, cv2.DIST_L1, 0, 0.01, 0.01), np.float32).ravel()


def _meeting(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[float, float] | None:
    (ax, ay, px, py), (bx, by, qx, qy) = map(float, one), map(float, other)
    cross = ax * by - ay * bx
    if abs(cross) < 0.2:
        return None
    far = ((qx - px) * by - (qy - py) * bx) / cross
    return px + far * ax, py + far * ay


def _is_dark_on_light(pixels: Grey, quad: NDArray[np.float32]) -> bool:
    """Whether the margin around a code is lighter than the code."""
    middle = quad.mean(axis=0)

    def filled(share: float) -> NDArray[np.bool_]:
        corners = (middle + (quad - middle) * share).astype(np.int32)
        return cv2.fillConvexPoly(np.zeros(pixels.shape, np.uint8), corners, 1) > 0

    margin = pixels[filled(1.06) & ~filled(1.02)]
    inside = pixels[filled(0.9)]
    return not margin.size or not inside.size or float(np.median(margin)) > float(inside.mean())


def _evened(pixels: Grey, size: int) -> Levels:
    """Each pixel against the mean and the spread around it."""
    levels = pixels.astype(np.float32)
    mean = cv2.blur(levels, (size, size))
    spread = np.sqrt(np.maximum(cv2.blur(levels * levels, (size, size)) - mean * mean, 9))
    return np.asarray(np.clip((levels - mean) / spread, -1.5, 1.5), np.float32)


def find(pixels: Grey, side: int) -> Symbol | None:
    """The code that a picture shows, of a side of about `side` pixels or less; None where none fits.

    What is found may be no code: whether it is one shows when it is read.
    """
    factor = min(1.0, _SIDE / side)
    if factor < 1:
        size = round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.7), np.uint8)
    small = cv2.resize(soft, None, fx=_OUTLINED, fy=_OUTLINED, interpolation=cv2.INTER_AREA)
    outline = _outline(np.asarray(small, np.uint8), side * factor * _OUTLINED)
    if outline is None or cv2.contourArea(outline) < 900:
        return None
    outline = outline / np.float32(_OUTLINED)
    even = _evened(soft, int(math.sqrt(cv2.contourArea(outline)) / 8) | 1)
    if not _is_dark_on_light(soft, outline):
        even = -even
    middle = outline.mean(axis=0)
    quads = np.stack([np.roll(outline, -turn, axis=0) for turn in range(4)])
    quads = np.concatenate([middle + (quads - middle) * size for size in (1, 0.985, 1.015)])
    quads = quads.astype(np.float32)
    by_finders = {version: _agreement(even, quads, version, finders=True) for version in _VERSIONS}
    about = max(by_finders, key=lambda version: float(by_finders[version].max()))
    quad = quads[int(np.argmax(by_finders[about]))]
    _, quad = _fitted(even, quad, about, 1, 0.25, 8, finders=True)
    # Where a finder is hidden, only all fixed patterns say which way the code is turned.
    turned = np.stack([np.roll(quad, -turn, axis=0) for turn in range(4)])
    likely = sorted(
        (
            (float(agreement), version, turn)
            for version in range(max(1, about - _NEAR), about + _NEAR + 1)
            for turn, agreement in enumerate(_agreement(even, turned, version))
        ),
        reverse=True,
    )
    tried = [
        (*_fitted(even, turned[turn], version, 0.5, 0.25, 3), version)
        for _, version, turn in likely[:_TRIED]
    ]
    _, quad, version = max(tried, key=lambda one: one[0])
    _, quad = _fitted(even, quad, version, 0.5, 0.06, 12)
    return Symbol(version, quad / np.float32(factor), _sampled(even, quad, version))


def _sampled(even: Levels, quad: NDArray[np.float32], version: int) -> Levels:
    count = 2 * (17 + 4 * version)
    shrunk = np.array([[1 / count, 0, 0.5 / count], [0, 1 / count, 0.5 / count], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = _views(quad[None])[0] @ shrunk
    return np.asarray(
        cv2.warpPerspective(even, view, (count, count), flags=flags, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def levels(symbol: Symbol) -> Iterator[Levels]:
    """The levels of the modules of a code: by its fixed patterns, then by all that is read so far."""
    fixed = _fixed(symbol.version).ravel()
    size = 17 + 4 * symbol.version
    padded = np.pad(symbol.samples, _TAPS, mode="edge")
    count = 2 * _TAPS + 2
    around = np.ones((count * count + 1, size * size), np.float32)
    for number in range(count * count):
        y, x = divmod(number, count)
        around[number] = padded[y : y + 2 * size : 2, x : x + 2 * size : 2].ravel()
    known = fixed != 0
    some = np.ascontiguousarray(around[:, known])
    weights = _inverse(some, _RIDGE) @ _product(some, fixed[None, known])
    for _ in range(_ROUNDS + 1):
        found = _product(np.ascontiguousarray(weights.T), around, 0)[0]
        yield found.reshape(size, size)
        if len(some):  # the first time
            inverse, some = _inverse(around, 0.3 * _RIDGE), some[:0]
        weights = inverse @ _product(around, np.where(known, fixed, np.sign(found))[None])


def _product(
    one: NDArray[np.float32], other: NDArray[np.float32], flags: int = cv2.GEMM_2_T
) -> NDArray[np.float32]:
    """Of two matrices, the second one turned. By OpenCV: numpy would use as many threads as it may."""
    product = cv2.gemm(one, other.astype(np.float32), 1, _NOTHING, 0, flags=flags)
    return np.asarray(product, np.float32)


def _inverse(around: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    spread = ridge * around.shape[1] * np.eye(len(around), dtype=np.float32)
    return np.asarray(np.linalg.inv(_product(around, around) + spread), np.float32)


def draw(levels: Levels) -> Grey:
    """A picture of the modules with their fixed patterns as they must be: 0 and 255, with a margin."""
    fixed = _fixed((len(levels) - 17) // 4)
    light = np.where(fixed == 0, levels, fixed) >= 0
    padded = np.pad(light, _QUIET, constant_values=True).astype(np.uint8) * np.uint8(255)
    return np.ascontiguousarray(padded.repeat(_DRAWN, axis=0).repeat(_DRAWN, axis=1))
