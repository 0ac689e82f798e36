"""Is the camera alive? Told from its frames and the time alone."""

from __future__ import annotations

import numpy as np
from vaxpass_cli.scan.feeds.camera import Patience, Watchdog
from vaxpass_cli.scan.feeds.events import Picture, Trouble


def noisy(level: int, seed: int) -> Picture:
    noise = np.random.default_rng(seed).integers(0, 6, (64, 64, 3))
    return np.asarray(np.clip(noise + level, 0, 255), np.uint8)


def watched(frames: list[tuple[float, Picture]], *, now: float) -> Trouble | None:
    watchdog = Watchdog(Patience())
    watchdog.start(0)
    for at, picture in frames:
        watchdog.see(at, picture)
    return watchdog.trouble(now)


def test_a_camera_that_delivers_is_well() -> None:
    assert watched([(n / 30, noisy(100, n)) for n in range(60)], now=2.0) is None


def test_no_new_frame_for_a_second_is_frozen() -> None:
    frames = [(n / 30, noisy(100, n)) for n in range(30)]
    assert watched(frames, now=1.9) is None
    assert watched(frames, now=2.0) is Trouble.FROZEN


def test_the_same_frame_again_and_again_is_frozen() -> None:
    still = noisy(100, 1)
    assert watched([(n / 30, still) for n in range(60)], now=2.0) is Trouble.FROZEN


def test_a_covered_lens_is_black_and_a_dark_room_is_not() -> None:
    cap = np.zeros((64, 64, 3), np.uint8)
    assert watched([(n / 30, cap) for n in range(60)], now=2.0) is Trouble.BLACK
    assert watched([(n / 30, noisy(10, n)) for n in range(60)], now=2.0) is None


def test_the_first_frame_may_take_longer() -> None:
    assert watched([], now=4.9) is None
    assert watched([], now=5.0) is Trouble.FROZEN
