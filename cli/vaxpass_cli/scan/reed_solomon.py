"""Reed-Solomon codes over GF(256) with erasures, for all blocks of a QR code at once.

A block is corrected several times, each time with another number of its most doubtful symbols taken
as erasures. All these trials are rows of the same matrices, because a row by itself would be slow.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Symbols = NDArray[np.intp]
"""Numbers from 0 to 255, as indices of the tables"""

SPARE: Final = 4
"""Where erasures are taken, so many symbols for correction are left to say whether a block is right.

A block of other content passes with a chance of about 256^-4 for a trial, one in 4,000 million."""

_POLYNOMIAL: Final = 0x11D
_SHARES: Final = (0, 0.25, 0.5, 0.75, 1)  # of the erasures that may be taken


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


def corrected(blocks: Symbols, doubt: NDArray[np.float32], extra: int) -> Symbols | None:
    """Blocks (rows) with `extra` symbols for correction, corrected; None where one of them can't be.

    `doubt` is higher for symbols that are less sure. Without erasures a block is corrected as every
    decoder does it; with `e` erasures and `v` errors only where e + 2 v + `SPARE` <= `extra`.
    """
    checks = syndromes(blocks, extra)
    wrong = np.flatnonzero(checks.any(axis=1))
    right = blocks.copy()
    # The most doubtful block comes first: where it can't be corrected, no other needs to be.
    wrong = wrong[np.argsort(-doubt[wrong].sum(axis=1))]
    for some in (wrong[:1], wrong[1:]):
        if len(some):
            errors = _best(checks[some], doubt[some], extra, blocks.shape[1])
            if errors is None:
                return None
            right[some] ^= errors
    return None if syndromes(right, extra).any() else right


def _best(checks: Symbols, doubt: NDArray[np.float32], extra: int, length: int) -> Symbols | None:
    """The errors of wrong blocks; None where those of one of them can't be told."""
    most = max(0, extra - SPARE)
    counts = np.unique(np.array([int(share * most) for share in _SHARES]))
    doubtful = np.argsort(-doubt, axis=1, kind="stable")[:, :most]
    rows, trial = np.repeat(np.arange(len(checks)), len(counts)), np.tile(counts, len(checks))
    errors, good = _errors(checks[rows], doubtful[rows], trial, length)
    found = good.reshape(len(checks), -1)
    if not found.any(axis=1).all():
        return None
    return errors[np.arange(len(checks)) * len(counts) + np.argmax(found, axis=1)]


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
    for step in range(1, extra + 1):
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
    locator, checks = locator[some], checks[some]
    values, slopes = _values(locator, back), _values(locator[:, 1::2], back[:, : extra + 1 : 2])
    evaluator = np.zeros_like(checks)
    for number in range(extra):
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
