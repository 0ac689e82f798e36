"""Frames of the camera: what the passes of the reader are for."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tests.support.hard_codes import draw, plain, scene
from vaxpass import qr

pytest.importorskip("cv2", exc_type=ImportError, reason="OpenCV is not here")
from vaxpass_cli.scan.reading import Reader

Frame = NDArray[np.uint8]


class Clock:
    """Time that goes on only when it is told to: every pass is in time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _passport(seed: int) -> tuple[str, Image.Image]:
    """A text and its code, five pixels for a module."""
    chance = random.Random(seed)
    text = "HC1:" + "".join(chance.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:", k=350))
    rows = qr.modules(text, error_correction="Q")
    dark = np.pad(np.array([list(row) for row in rows], np.uint8), 4)
    return text, Image.fromarray(plain(dark, 5).astype(np.uint8))


def _frame(code: Image.Image, seed: int, *, noise: float = 2, blur: float = 0.7) -> Frame:
    """A code somewhere in a frame, a little turned."""
    chance = random.Random(seed)
    turned = code.rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC, fillcolor=255)
    picture = scene(chance, (1280, 720))
    picture.paste(turned, (chance.randrange(100, 500), chance.randrange(10, 150)))
    levels = np.asarray(picture.filter(ImageFilter.GaussianBlur(blur)), np.float32)
    drawn = np.random.default_rng(seed).normal(0, noise, levels.shape)
    return np.clip(levels * 0.8 + 20 + drawn, 0, 255).astype(np.uint8)


def _count(frames: Callable[[int], tuple[str, Frame]], seeds: range) -> int:
    """How many frames are read, each by a reader of its own; no text is wrong."""
    read = 0
    for seed in seeds:
        text, frame = frames(seed)
        found = Reader(clock=Clock()).read(frame)
        assert found.texts in ((), (text,))
        read += found.texts == (text,)
    return read


@pytest.mark.parametrize(("kind", "least"), [("dots", 3), ("shadow", 3), ("wavy", 3), ("inverted", 4)])
def test_codes_of_each_kind_are_read(kind: str, least: int) -> None:
    def frames(seed: int) -> tuple[str, Frame]:
        text, picture = draw(kind, seed)
        frame = scene(random.Random(seed), (1280, 720))
        frame.paste(picture.resize((600, 600)), (300, 60))
        return text, np.asarray(frame)

    assert _count(frames, range(4)) >= least


def test_a_code_with_a_hidden_finder_is_read() -> None:
    def frames(seed: int) -> tuple[str, Frame]:
        text, code = _passport(seed)
        chance = random.Random(seed)
        side, finder = code.width, 4 * 5
        left, top = chance.choice(((finder, finder), (side - finder - 35, finder)))
        ImageDraw.Draw(code).ellipse(
            (left - 6, top - 6, left + 41, top + 41), chance.randrange(90, 200)
        )
        return text, _frame(code, seed)

    assert _count(frames, range(4)) >= 3


def test_frames_that_none_alone_can_be_read_are_read_together() -> None:
    read = 0
    for seed in range(2):
        text, code = _passport(seed)
        clock = Clock()
        reader = Reader(clock=clock)
        found = set()
        for number in range(8):
            frame = _frame(code, 10 * seed + number, noise=60, blur=2.5)
            found |= set(reader.read(frame).texts)
            clock.now += 0.03
        assert found <= {text}
        read += bool(found)
    assert read


def test_a_code_that_was_read_is_not_held_up_by_what_may_be_beside_it() -> None:
    text, code = _passport(2)
    frame = np.concatenate([_frame(code, 2), _frame(_passport(3)[1], 3)], axis=1)
    both = Reader(clock=Clock()).read(frame).texts
    assert len(both) == 2
    clock = Clock()

    def late() -> float:
        clock.now += 0.01
        return clock()

    assert len(Reader(clock=late).read(frame).texts) == 1
    assert text in both


def test_no_text_comes_of_the_frames_of_two_codes() -> None:
    texts, codes = zip(*(_passport(seed) for seed in range(2)), strict=True)
    reader = Reader(clock=Clock())
    for number in range(8):
        found = reader.read(_frame(codes[number % 2], number, noise=95, blur=1.1)).texts
        assert set(found) <= set(texts)


@pytest.mark.parametrize("gone", [True, False], ids=["the code goes away", "a second goes by"])
def test_nothing_is_kept_of_a_code(gone: bool) -> None:
    clock = Clock()
    reader = Reader(clock=clock)
    _, code = _passport(1)
    hopeless = _frame(code, 1, noise=60, blur=2.5)
    reader.read(hopeless)
    assert reader.keeps == 1
    if not gone:
        clock.now += 1
    reader.read(np.full((720, 1280), 128, np.uint8) if gone else hopeless)
    assert reader.keeps == (0 if gone else 1)
