"""Blocks are corrected up to the limits of the code, and no further."""

from __future__ import annotations

import numpy as np
import pytest
from vaxpass_cli.scan import symbol
from vaxpass_cli.scan.symbol import SPARE, Symbols

_EXTRA, _LENGTH = 20, 50


def _damaged(
    errors: int, erasures: int, seed: int = 0
) -> tuple[Symbols, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """A block of zeros, which is right, with symbols changed; those of `erasures` are doubtful."""
    chance = np.random.default_rng(seed)
    places = chance.permutation(_LENGTH)[: errors + erasures]
    block = np.zeros((1, _LENGTH), np.intp)
    block[0, places] = chance.integers(1, 256, len(places))
    doubt = np.zeros((1, _LENGTH), np.float32)
    doubt[0, places[:erasures]] = 1
    return block, doubt


@pytest.mark.parametrize(
    ("errors", "erasures"), [(0, 0), (1, 0), (_EXTRA // 2, 0), (0, _EXTRA - SPARE), (4, 8), (2, 12)]
)
def test_what_can_be_corrected_is(errors: int, erasures: int) -> None:
    for seed in range(5):
        block, doubt = _damaged(errors, erasures, seed)
        right = symbol.corrected_blocks(block, doubt, _EXTRA)
        assert right is not None
        assert not right.any()


@pytest.mark.parametrize(("errors", "erasures"), [(_EXTRA // 2 + 1, 0), (6, 10), (1, _EXTRA - SPARE)])
def test_what_leaves_too_few_to_be_sure_is_not_corrected(errors: int, erasures: int) -> None:
    for seed in range(20):
        assert symbol.corrected_blocks(*_damaged(errors, erasures, seed), _EXTRA) is None


def test_nothing_is_corrected_unless_all_blocks_are() -> None:
    good, sure = _damaged(3, 0)
    bad, _ = _damaged(_EXTRA, 0)
    both = np.concatenate([good, bad])
    assert symbol.corrected_blocks(both, np.concatenate([sure, sure]), _EXTRA) is None
    assert (
        symbol.corrected_blocks(np.concatenate([good, good]), np.concatenate([sure, sure]), _EXTRA)
        is not None
    )
