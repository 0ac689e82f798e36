"""The modules of a QR code: which are fixed, in which order the others are read, and their correction.

A decoder takes a module as dark or light. Here it has a level, so that codewords which are hidden or
doubtful count as erasures: their place is known, and correcting one takes half of what an error takes.
All numbers are those of ISO/IEC 18004.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]
"""A number for each module: below 0 is dark, above is light, and the more so the surer it is"""

VERSIONS: Final = range(6, 27)

# For each of these versions: symbols for correction in a block, and how many blocks there are.
_BLOCKS: Final = {
    "L": (
        *((18, 2), (20, 2), (24, 2), (30, 2), (18, 4), (20, 4), (24, 4), (26, 4), (30, 4)),
        *((22, 6), (24, 6), (28, 6), (30, 6), (28, 7), (28, 8), (28, 8), (28, 9), (30, 9)),
        *((30, 10), (26, 12), (28, 12)),
    ),
    "M": (
        *((16, 4), (18, 4), (22, 4), (22, 5), (26, 5), (30, 5), (22, 8), (22, 9), (24, 9)),
        *((24, 10), (28, 10), (28, 11), (26, 13), (26, 14), (26, 16), (26, 17), (28, 17), (28, 18)),
        *((28, 20), (28, 21), (28, 23)),
    ),
    "Q": (
        *((24, 4), (18, 6), (22, 6), (20, 8), (24, 8), (28, 8), (26, 10), (24, 12), (20, 16)),
        *((30, 12), (24, 17), (28, 16), (28, 18), (26, 21), (30, 20), (28, 23), (30, 23), (30, 25)),
        *((30, 27), (30, 29), (28, 34)),
    ),
    "H": (
        *((28, 4), (26, 5), (26, 6), (24, 8), (28, 8), (24, 11), (28, 11), (22, 16), (24, 16)),
        *((24, 18), (30, 16), (28, 19), (28, 21), (26, 25), (28, 25), (30, 25), (24, 34), (30, 30)),
        *((30, 32), (30, 35), (30, 37)),
    ),
}  # fmt: skip
_CORRECTIONS: Final = "MLHQ"  # in the order of their numbers
_FORMAT: Final = 0x537  # the polynomials of format and version
_FORMAT_MASK: Final = 0x5412
_VERSION: Final = 0x1F25
_SPREAD: Final = 4.0  # how fast a module gets surer with its level
Symbols = NDArray[np.intp]
"""Numbers from 0 to 255, as indices of the tables"""

SPARE: Final = 4
"""Where erasures are taken, so many symbols for correction are left to say whether a block is right.

A block of other content passes with a chance of about 256^-4 for a trial, one in 4,000 million."""

_POLYNOMIAL: Final = 0x11D
_SHARES: Final = (
    0.5,
    0.25,
    0.75,
    0,
    1,
)  # of the erasures that may be taken; the first is mostly right


class _Format(NamedTuple):
    correction: str
    mask: int


def alignment_centres(version: int) -> list[int]:
    """The middles of alignment patterns in both directions (annex E)."""
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *(version * 4 + 10 - step * number for number in reversed(range(count - 1)))]


@cache
def fixed(version: int) -> Levels:
    """Fixed patterns: 1 is light, -1 dark, and 0 is where format, version and data are."""
    size = 17 + 4 * version
    drawn = np.zeros((size, size), np.float32)
    drawn[6, 8:-8] = drawn[8:-8, 6] = np.where(np.arange(8, size - 8) % 2, 1, -1)
    reach = np.abs(np.arange(-4, 5))
    ring = np.maximum(reach[:, None], reach)
    centres = alignment_centres(version)
    for y in centres:
        for x in centres:
            if (y, x) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                drawn[y - 2 : y + 3, x - 2 : x + 3] = np.where(ring[2:7, 2:7] % 2, 1, -1)
    finder = np.where((ring == 2) | (ring == 4), 1, -1)
    drawn[:8, :8], drawn[:8, -8:], drawn[-8:, :8] = finder[1:, 1:], finder[1:, :-1], finder[:-1, 1:]
    drawn[-8, 8] = -1
    if version >= 7:
        word = _checked(version, _VERSION, 12)
        for bit in range(18):
            across, down = size - 11 + bit % 3, bit // 3
            drawn[down, across] = drawn[across, down] = -1 if word >> bit & 1 else 1
    return drawn


def _checked(number: int, polynomial: int, bits: int) -> int:
    """A number followed by the remainder of its division by a polynomial."""
    rest = number << bits
    while rest.bit_length() > bits:
        rest ^= polynomial << (rest.bit_length() - bits - 1)
    return number << bits | rest


@cache
def _format_places(size: int) -> NDArray[np.intp]:
    """Where both copies of the 15 bits of the format are, from the lowest bit: indices of modules."""
    near = [(y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    far = [(8, size - 1 - bit) for bit in range(8)] + [(size - 15 + bit, 8) for bit in range(8, 15)]
    return np.array([[y * size + x for y, x in copy] for copy in (near, far)])


@cache
def _format_words() -> Levels:
    """The bits of all 32 formats: 1 is light, -1 dark."""
    words = np.array([_checked(number, _FORMAT, 10) ^ _FORMAT_MASK for number in range(32)])
    return np.where(words[:, None] >> np.arange(15) & 1, -1, 1).astype(np.float32)


@cache
def _masks(size: int) -> NDArray[np.bool_]:
    """Which modules each of the eight masks turns around."""
    y, x = np.mgrid[:size, :size]
    two, three = y * x % 2, y * x % 3
    return np.stack([
        (y + x) % 2 == 0, y % 2 == 0, x % 3 == 0, (y + x) % 3 == 0, (y // 2 + x // 3) % 2 == 0,
        two + three == 0, (two + three) % 2 == 0, ((y + x) % 2 + three) % 2 == 0,
    ]).reshape(8, -1)  # fmt: skip


@cache
def _data_places(version: int) -> NDArray[np.intp]:
    """The modules of each codeword, from its highest bit, in the order of codewords."""
    size = 17 + 4 * version
    free = fixed(version).ravel() == 0
    free[_format_places(size)] = False
    order: list[int] = []
    up = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        rows = range(size - 1, -1, -1) if up else range(size)
        order += [y * size + x for y in rows for x in (right, right - 1)]
        up = not up
    places = np.array(order)
    places = places[free[places]]
    return np.asarray(places[: len(places) // 8 * 8].reshape(-1, 8), np.intp)


@cache
def _in_blocks(version: int, correction: str) -> tuple[NDArray[np.intp], int]:
    """Which codewords each block has, and how many are for correction; -1: none, a block is shorter."""
    extra, count = _BLOCKS[correction][version - VERSIONS[0]]
    total = len(_data_places(version))
    short, longer = divmod(total - extra * count, count)
    data = np.full((count, short + 1), -1)
    data[:, 1:] = np.arange(short * count).reshape(short, count).T
    if longer:  # the last blocks have one more, which comes after all the others
        data[:, :-1] = data[:, 1:]
        data[:, -1] = -1
        data[count - longer :, -1] = short * count + np.arange(longer)
        data[: count - longer] = np.roll(data[: count - longer], 1, axis=1)
    begin = short * count + longer
    check = np.arange(begin, total).reshape(extra, count).T
    return np.concatenate([data, check], axis=1), extra


def _format(levels: Levels) -> _Format:
    """The format that fits best."""
    seen = levels.ravel()[_format_places(len(levels))].sum(axis=0)
    number = int(np.argmax(_format_words() @ seen))
    return _Format(_CORRECTIONS[number >> 3], number & 7)


def corrected(levels: Levels) -> Levels | None:
    """The modules after correction, 1 and -1; None where not every block can be corrected.

    The surest codewords are believed, in several shares. See `corrected_blocks` for what keeps
    a wrong text away.
    """
    version = (len(levels) - 17) // 4
    if version not in VERSIONS:
        return None
    places = _data_places(version)
    values = levels.ravel()[places]
    doubt = np.exp(-_SPREAD * np.abs(values)).sum(axis=1)
    way = _format(levels)
    mask = _masks(len(levels))[way.mask]
    words = np.packbits((values < 0) ^ mask[places], axis=1)[:, 0].astype(np.intp)
    order, extra = _in_blocks(version, way.correction)
    absent = order < 0
    blocks = np.where(absent, 0, words[order])
    right = corrected_blocks(blocks, np.where(absent, -1, doubt[order]), extra)
    if right is None or right[absent].any():
        return None
    words[order[~absent]] = right[~absent]
    dark = np.unpackbits(words.astype(np.uint8)[:, None], axis=1).astype(bool) ^ mask[places]
    modules = np.where(mask, -1, 1).astype(np.float32)  # what no codeword has is light under its mask
    modules[places] = np.where(dark, -1, 1)
    number = _CORRECTIONS.index(way.correction) << 3 | way.mask
    modules[_format_places(len(levels))] = _format_words()[number]
    known = fixed(version).ravel()
    return np.where(known == 0, modules, known).reshape(levels.shape)


# Reed-Solomon codes over GF(256), for all blocks at once. A block is corrected several times, each time
# with another number of its most doubtful symbols as erasures: trials are rows of the same matrices.


@cache
def _tables() -> tuple[Symbols, Symbols, Symbols, Symbols]:
    """Powers of 2, logarithms, products and inverses."""
    powers = np.zeros(255, np.intp)
    value = 1
    for exponent in range(255):
        powers[exponent] = value
        value = value << 1 ^ (_POLYNOMIAL if value >> 7 else 0)
    logarithms = np.zeros(256, np.intp)
    logarithms[powers] = np.arange(255)
    products = powers[(logarithms[:, None] + logarithms) % 255]
    products[0] = products[:, 0] = 0
    inverses = powers[-logarithms % 255]
    return powers, logarithms, products.ravel(), inverses


@cache
def _roots(length: int, extra: int) -> tuple[Symbols, Symbols]:
    """For each place of a block: its powers 0 to `extra`, and those of its inverse."""
    powers, _, _, _ = _tables()
    exponents = np.arange(length - 1, -1, -1)[:, None] * np.arange(extra + 1)
    return powers[exponents % 255], powers[-exponents % 255]


def _times(one: Symbols, other: Symbols) -> Symbols:
    return _tables()[2].take((one << 8) + other)


def _sum(values: Symbols) -> Symbols:
    return np.asarray(np.bitwise_xor.reduce(values, axis=-1), np.intp)


def syndromes(blocks: Symbols, extra: int) -> Symbols:
    """What the checks of blocks give: zeros where a block is right."""
    places, _ = _roots(blocks.shape[1], extra)
    return _sum(_times(blocks[:, None], places.T[None, :extra]))


def corrected_blocks(blocks: Symbols, doubt: NDArray[np.float32], extra: int) -> Symbols | None:
    """Blocks (rows) with `extra` symbols for correction, corrected; None where one of them can't be.

    `doubt` is higher for symbols that are less sure. Without erasures a block is corrected as every
    decoder does it; with `e` erasures and `v` errors only where e + 2 v + `SPARE` <= `extra`.
    """
    checks = syndromes(blocks, extra)
    wrong = np.flatnonzero(checks.any(axis=1))
    right = blocks.copy()
    if len(wrong):
        errors = _best(checks[wrong], doubt[wrong], extra, blocks.shape[1])
        if errors is None:
            return None
        right[wrong] ^= errors
    return None if syndromes(right, extra).any() else right


def _best(checks: Symbols, doubt: NDArray[np.float32], extra: int, length: int) -> Symbols | None:
    """The errors of wrong blocks; None where those of one of them can't be told."""
    most = max(0, extra - SPARE)
    usual, *others = dict.fromkeys(int(share * most) for share in _SHARES)
    doubtful = np.argsort(-doubt, axis=1, kind="stable")[:, :most]
    errors, good = _errors(checks, doubtful, np.full(len(checks), usual), length)
    # Few blocks need another share. Where all do, or the most doubtful one holds with none, the code is
    # beyond correction.
    if len(good) > 1 and not good.any():
        return None
    left = np.flatnonzero(~good)
    left = left[np.argsort(-doubt[left].sum(axis=1))]
    for some in (left[:1], left[1:]):
        if not len(some):
            break
        rows, counts = np.repeat(some, len(others)), np.tile(others, len(some))
        tried, held = _errors(checks[rows], doubtful[rows], counts, length)
        held = held.reshape(len(some), len(others))
        good[some] = held.any(axis=1)
        if not good[some].all():
            break
        errors[some] = tried[np.arange(len(some)) * len(others) + np.argmax(held, axis=1)]
    return errors if good.all() else None


def _errors(
    checks: Symbols, erased: NDArray[np.intp], counts: NDArray[np.intp], length: int
) -> tuple[Symbols, NDArray[np.bool_]]:
    """The errors of each row, whose first `counts` erased places are erasures, and if they hold."""
    rows, extra = checks.shape
    _, _, _, inverses = _tables()
    places, back = _roots(length, extra)
    locator = np.zeros((rows, extra + 1), np.intp)
    locator[:, 0] = 1
    for number in range(int(counts.max(initial=0))):
        place = np.where(number < counts, places[erased[:, number], 1], 0)
        locator[:, 1:] ^= _times(locator[:, :-1], place[:, None])
    # Berlekamp and Massey, beginning with the locator of the erasures.
    before, degree = locator.copy(), counts.copy()
    backward = checks[:, ::-1]
    for step in range(int(counts.min(initial=extra)) + 1, extra + 1):
        off = _sum(_times(locator[:, :step], backward[:, extra - step :]))
        begun = counts < step
        off *= begun
        shifted = np.zeros_like(before)
        shifted[:, 1:] = before[:, :-1]
        longer = (off != 0) & (2 * degree < step + counts)
        before = np.where(begun[:, None], shifted, before)
        if longer.any():
            before[longer] = _times(locator[longer], inverses[off[longer]][:, None])
            degree[longer] = (step + counts - degree)[longer]
        locator = locator ^ _times(shifted, off[:, None])
    errors = degree - counts
    allowed = np.where(counts > 0, counts + 2 * errors + SPARE <= extra, 2 * errors <= extra)
    found = np.zeros((rows, length), np.intp)
    good = allowed.copy()
    some = np.flatnonzero(allowed)
    if not len(some):
        return found, good
    # No coefficient is beyond the highest degree.
    highest = int(degree[some].max())
    locator, checks = locator[some, : highest + 1], checks[some, :highest]
    values, slopes = _values(locator, back), _values(locator[:, 1::2], back[:, ::2])
    evaluator = np.zeros_like(checks)
    for number in range(highest):
        evaluator[:, number] = _sum(_times(locator[:, : number + 1], checks[:, number::-1]))
    amounts = _times(_values(evaluator, back), inverses[slopes])
    # The slope is of the locator itself, whose lowest power is left out: one place too many.
    amounts = _times(amounts, places[:, 1][None])
    at = values == 0
    good[some] = (at.sum(axis=1) == degree[some]) & ~(at & (slopes == 0)).any(axis=1)
    found[some] = np.where(at, amounts, 0)
    return found, good


def _values(polynomials: Symbols, places: Symbols) -> Symbols:
    """Polynomials (rows, lowest power first) at places, given by their powers."""
    count = polynomials.shape[1]
    total = np.zeros((len(polynomials), len(places)), np.intp)
    for power in range(count):
        total ^= _times(polynomials[:, power, None], places[None, :, power])
    return total
