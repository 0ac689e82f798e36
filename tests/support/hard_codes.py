"""Codes that are hard to read, each kind in many variations; the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from vaxpass import qr
from vaxpass.qr import ErrorCorrection

_Levels = NDArray[np.float32]
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LENGTHS: Final = (220, 320, 420, 520, 640)
_QUIET: Final = 4
_CORRECTIONS: Final[tuple[ErrorCorrection, ...]] = ("L", "M", "Q")


def draw(kind: str, seed: int) -> tuple[str, Image.Image]:
    """The text of a code and a picture of it."""
    chance = random.Random(f"{kind} {seed}")
    text = "HC1:" + "".join(chance.choice(_LETTERS) for _ in range(chance.choice(_LENGTHS)))
    rows = qr.modules(text, error_correction=chance.choice(_CORRECTIONS))
    dark = np.pad(np.array([list(row) for row in rows], np.uint8), _QUIET)
    return text, KINDS[kind](chance, dark)


def plain(dark: NDArray[np.uint8], side: int) -> _Levels:
    """Modules as squares."""
    light = np.asarray((1 - dark) * 255, np.float32)
    return np.kron(light, np.ones((side, side), np.float32))


def _picture(levels: _Levels, chance: random.Random, noise: float = 0) -> Image.Image:
    drawn = np.random.default_rng(chance.randrange(1 << 30)).normal(0, noise, levels.shape)
    return Image.fromarray(np.clip(levels + drawn, 0, 255).astype(np.uint8))


def _dots(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """Round modules that do not touch; the finder patterns are of dots too, or not."""
    side, share = 4 * chance.choice((6, 8, 10, 14)), chance.uniform(0.55, 0.9)
    whole_finders = chance.random() < 0.5
    size = len(dark) * side
    picture = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(picture)
    near, far = _QUIET + 7, len(dark) - _QUIET - 7
    for y, x in zip(*np.nonzero(dark), strict=True):
        finder = (min(y, x) < near and max(y, x) < near) or (min(y, x) < near and max(y, x) >= far)
        middle_x, middle_y = (x + 0.5) * side, (y + 0.5) * side
        half = side / 2 if finder and whole_finders else side * share / 2
        box = (middle_x - half, middle_y - half, middle_x + half, middle_y + half)
        (pen.rectangle if finder and whole_finders else pen.ellipse)(box, fill=0)
    return picture.resize((size // 4, size // 4), Image.Resampling.BOX)


def _shadow(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """A shadow with a hard edge falls on a part of the code."""
    code = plain(dark, chance.choice((4, 5, 6, 8))) * 0.9 + 12
    side = len(code)
    down, across = np.mgrid[:side, :side]
    angle = chance.uniform(0, 2 * math.pi)
    beyond = (across - side * chance.uniform(0.3, 0.7)) * math.cos(angle)
    beyond = beyond + (down - side * chance.uniform(0.3, 0.7)) * math.sin(angle)
    lit = 1 / (1 + np.exp(-np.clip(beyond / chance.choice((0.5, 1, 3, 8)), -50, 50)))
    darkest = chance.uniform(0.15, 0.45)
    levels = np.asarray(code * (darkest + (1 - darkest) * lit), np.float32)
    return _picture(levels, chance, chance.choice((0, 2, 5)))


def _wavy(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """Paper that is not flat."""
    module = chance.choice((5, 6, 8, 10))
    code = plain(dark, module)
    side = len(code)
    down, across = np.mgrid[:side, :side].astype(np.float32)
    height, length = module * chance.uniform(0.3, 1), side * chance.uniform(0.5, 1.5)
    start = chance.uniform(0, 2 * math.pi)
    rows = np.clip(down + height * np.sin(across / length * 2 * math.pi + start), 0, side - 1)
    columns = np.clip(across + height / 2 * np.sin(down / length * 2 * math.pi), 0, side - 1)
    bent = code[rows.astype(int), columns.astype(int)].astype(np.uint8)
    return Image.fromarray(bent).filter(ImageFilter.GaussianBlur(0.8))


def _faint(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """Hardly darker than the paper."""
    code = plain(dark, chance.choice((4, 5, 6, 8))) / 255 * chance.uniform(12, 40)
    levels = np.asarray(code + chance.uniform(60, 200), np.float32)
    return _picture(levels, chance, chance.uniform(1, 4))


def _blurred(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    module = chance.choice((4, 5, 6, 8))
    code = Image.fromarray(plain(dark, module).astype(np.uint8))
    soft = code.filter(ImageFilter.GaussianBlur(module * chance.uniform(0.35, 0.65)))
    return _picture(np.asarray(soft, np.float32) * np.float32(0.7) + 30, chance, 2)


def _noisy(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    levels = plain(dark, chance.choice((4, 5, 6, 8))) * np.float32(0.6) + 50
    return _picture(levels, chance, chance.uniform(30, 70))


def _mirrored(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    return _picture(plain(dark[:, ::-1], 5), chance, 5)


def _inverted(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    return _picture(plain(1 - dark, 5), chance, 5)


def scene(chance: random.Random, size: tuple[int, int] = (4000, 3000)) -> Image.Image:
    """What a photograph of a desk may look like: patches of light, and lines."""
    drawn = np.random.default_rng(chance.randrange(1 << 30)).integers(60, 200, (30, 40), np.uint8)
    picture = Image.fromarray(drawn).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(300):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        to = (x + chance.randrange(-200, 200), y + chance.randrange(-60, 60))
        pen.line((x, y, *to), chance.randrange(256), chance.randrange(1, 8))
    return picture


def _in_scene(chance: random.Random, dark: NDArray[np.uint8], side: int, turn: float) -> Image.Image:
    code = Image.fromarray(plain(dark, 8).astype(np.uint8))
    paper = Image.merge("LA", (code, Image.new("L", code.size, 255)))
    paper = paper.resize((side, side), Image.Resampling.LANCZOS)
    paper = paper.rotate(chance.uniform(-turn, turn), Image.Resampling.BICUBIC, expand=True)
    picture = scene(chance)
    free = [max(1, whole - part) for whole, part in zip(picture.size, paper.size, strict=True)]
    place = (chance.randrange(free[0]), chance.randrange(free[1]))
    picture.paste(paper.getchannel(0), place, paper.getchannel(1))
    return picture


def _small_in_photograph(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """A photograph of 12 million pixels with two or three for the side of a module."""
    picture = _in_scene(chance, dark, int(len(dark) * chance.uniform(2.2, 3.2)), 20)
    soft = picture.filter(ImageFilter.GaussianBlur(0.6))
    return _picture(np.asarray(soft, np.float32), chance, 4)


def _photograph(chance: random.Random, dark: NDArray[np.uint8]) -> Image.Image:
    """A photograph of 12 million pixels, not quite sharp."""
    picture = _in_scene(chance, dark, chance.randrange(900, 2200), 40)
    soft = picture.filter(ImageFilter.GaussianBlur(chance.uniform(1, 7)))
    return _picture(np.asarray(soft, np.float32), chance, chance.uniform(2, 20))


KINDS: Final[dict[str, Callable[[random.Random, NDArray[np.uint8]], Image.Image]]] = {
    "dots": _dots,
    "shadow": _shadow,
    "wavy": _wavy,
    "faint": _faint,
    "blurred": _blurred,
    "noisy": _noisy,
    "mirrored": _mirrored,
    "inverted": _inverted,
    "small in a photograph": _small_in_photograph,
    "photograph": _photograph,
}
