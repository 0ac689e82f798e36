"""Modules of QR codes are corrected, and nothing else comes of them than the code that was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from vaxpass_cli.scan import symbol

from vaxpass import qr

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:"


def _is_same(one: NDArray[np.float32] | None, other: NDArray[np.float32]) -> bool:
    return one is not None and np.array_equal(one, other)


def _levels(length: int, correction: qr.ErrorCorrection) -> NDArray[np.float32]:
    text = "HC1:" + (_SIGNS * (length // len(_SIGNS) + 1))[:length]
    rows = qr.modules(text, error_correction=correction)
    return np.array([[1 - 2 * module for module in row] for row in rows], np.float32)


@pytest.mark.parametrize("correction", ["L", "M", "Q", "H"])
def test_a_whole_code_of_every_version_stays_as_it_is(correction: qr.ErrorCorrection) -> None:
    seen = set()
    for length in range(60, 1240, 40):
        levels = _levels(length, correction)
        version = (len(levels) - 17) // 4
        if version in symbol.VERSIONS and version not in seen:
            seen.add(version)
            assert _is_same(symbol.corrected(levels), levels), version
            known = symbol.fixed(version)
            assert np.array_equal(levels[known != 0], known[known != 0])
    assert len(seen) >= 15


def test_a_hidden_part_is_restored_where_errors_of_that_size_are_not() -> None:
    levels = _levels(400, "Q")
    size = len(levels)
    hidden = np.s_[10 : size // 2 + 4, size // 2 - 8 : size - 10]
    chance = np.random.default_rng(3)
    seen = levels + chance.normal(0, 0.2, levels.shape).astype(np.float32)
    seen[hidden] = 0.01 * chance.normal(0, 1, seen[hidden].shape)
    assert _is_same(symbol.corrected(seen), levels)
    seen[hidden] = np.where(seen[hidden] < 0, -1, 1)  # the same modules, without a doubt
    assert symbol.corrected(seen) is None


def test_the_format_is_read_with_errors_in_it() -> None:
    levels = _levels(300, "Q")
    seen = levels.copy()
    seen[8, :4] *= -1
    seen[-3:, 8] *= -1
    assert _is_same(symbol.corrected(seen), levels)


def test_nothing_comes_of_noise() -> None:
    chance = np.random.default_rng(1)
    for version in (6, 13, 20, 26):
        size = 17 + 4 * version
        for _ in range(10):
            assert symbol.corrected(chance.normal(0, 1, (size, size)).astype(np.float32)) is None


def test_a_version_that_no_passport_needs_is_left_to_others() -> None:
    assert symbol.corrected(np.ones((21, 21), np.float32)) is None
