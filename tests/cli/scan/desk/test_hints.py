"""What would help: on frames with one such fault each."""

from __future__ import annotations

import io
import runpy
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from vaxpass_cli.scan.feeds.events import Hint, Picture
from vaxpass_cli.scan.opencv import filters
from vaxpass_cli.scan.reading import Reader

from tests.support.paths import ROOT
from vaxpass import qr

TEXT = (ROOT / "examples" / "passports" / "vaccination-es256.txt").read_text().strip()


def grey_code() -> Picture:
    png = qr.png(TEXT, error_correction="M", scale=4)
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def frame(size: int = 480) -> Picture:
    """A desk with a code of `size` pixels in the middle."""
    random = np.random.default_rng(1)
    whole = np.full((720, 1280), 120, np.uint8)
    code = cv2.resize(grey_code(), (size, size), interpolation=cv2.INTER_AREA)
    top, left = (720 - size) // 2, (1280 - size) // 2
    whole[top : top + size, left : left + size] = np.clip(code.astype(int) * 0.8 + 20, 0, 255)
    return np.asarray(np.clip(whole + random.normal(0, 2, whole.shape), 0, 255), np.uint8)


def read(picture: Picture) -> tuple[tuple[str, ...], bool, Hint | None]:
    reading = Reader(budget=5).read(picture)
    return reading.texts, reading.located is not None, reading.hint


def test_a_good_frame_is_read_and_needs_no_hint() -> None:
    assert read(frame()) == ((TEXT,), False, None)


def test_a_code_that_is_too_far_is_to_come_closer() -> None:
    soft = np.asarray(cv2.GaussianBlur(frame(128), (0, 0), 1.8), np.uint8)
    assert read(soft) == ((), True, Hint.CLOSER)


def test_a_blurred_code_is_to_be_held_still() -> None:
    moved = np.eye(23, dtype=np.float32) / 23
    assert read(np.asarray(cv2.filter2D(frame(620), -1, moved), np.uint8))[2] is Hint.HOLD_STILL


def test_a_reflection_is_to_be_tilted_away() -> None:
    picture = frame().astype(np.float32)
    y, x = np.mgrid[0:720, 0:1280]
    picture += 900 * np.exp(-(((x - 620) / 130) ** 2 + ((y - 330) / 110) ** 2))
    assert read(np.asarray(np.clip(picture, 0, 255), np.uint8)) == ((), True, Hint.TILT)


def test_the_dark_wants_light_and_the_glaring_less() -> None:
    dark = np.asarray(frame() // 40, np.uint8)
    assert read(dark)[2] in (Hint.BRIGHTER, None)
    night = np.asarray(np.random.default_rng(2).integers(0, 12, (720, 1280)), np.uint8)
    assert read(night) == ((), False, Hint.BRIGHTER)
    assert read(np.full((720, 1280), 252, np.uint8)) == ((), False, Hint.DARKER)


def test_a_page_of_text_is_no_code() -> None:
    page = np.full((720, 1280), 235, np.uint8)
    for row in range(40, 700, 22):
        cv2.putText(page, "the quick brown fox jumps over the lazy dog " * 3, (30, row), 0, 0.5, 30)
    patch = filters.busiest(page)
    texts, located, _ = read(page)
    assert patch is not None
    assert texts == ()
    assert not located


@pytest.fixture(scope="module")
def queue() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "examples" / "make_queue_video.py"))


def test_several_codes_and_colours_are_read_with_their_corners(queue: dict[str, Any]) -> None:
    empty = queue["desk"](np.random.default_rng(3))
    left, right = queue["SCENES"][-1].held
    for held in (left, right):
        queue["lay"](empty, held, queue["card"](held), (0.0, 0.0, 0.0))
    reader = Reader(budget=5)
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for _ in range(8):
        reading = reader.read(empty)
        found |= zip(reading.texts, reading.corners, strict=True)
    middles = sorted(sum(x for x, _ in corners) / 4 / 1280 for corners in found.values())
    assert len(found) == 2
    assert middles == pytest.approx([left.x, right.x], abs=0.03)


def test_passes_that_do_not_fit_are_left_out() -> None:
    ticks = iter(range(1000))
    reader = Reader(budget=3, clock=lambda: float(next(ticks)))
    reader.read(frame(118))
    used = next(ticks)
    Reader(budget=100, clock=lambda: float(next(ticks))).read(frame(118))
    assert used < next(ticks) - used


def test_aztec_codes_are_read_within_three_frames() -> None:
    made = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.Aztec)
    code = np.asarray(made.to_image(scale=6), np.uint8)
    picture = np.full((720, 1280), 200, np.uint8)
    side = min(code.shape[0], 640)
    shown = cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA)
    picture[40 : 40 + side, 300 : 300 + side] = shown
    reader = Reader(budget=5)
    assert TEXT in {text for _ in range(3) for text in reader.read(picture).texts}
