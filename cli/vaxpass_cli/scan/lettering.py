"""Text -> letters as pixels, in any script for which there is a font. Drawn by Pillow."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, features

from vaxpass_cli.scan import fontfiles

LINE: Final = 1.38
"""The height of a line, in sizes of its letters; so high that Ể and Ậ do not touch."""
_BASELINE: Final = 1.12
_TEST_SIZE: Final = 24
_NO_LETTER: Final = "\U0010ffff"
_SCRIPTS: Final = {
    "Arabic": "\u0639",
    "Bengali": "\u0995",
    "Burmese": "\u1000",
    "Chinese": "\u4e2d",
    "Devanagari": "\u0915",
    "Ethiopic": "\u12a0",
    "Hebrew": "\u05e9",
    "Japanese": "\u3042",
    "Khmer": "\u1780",
    "Korean": "\ud55c",
    "Lao": "\u0e81",
    "Sinhala": "\u0d9a",
    "Tamil": "\u0b95",
    "Thai": "\u0e01",
}


@dataclass(frozen=True, slots=True)
class Mask:
    """Letters as opacity: rows of bytes, 255 where ink is. The text begins `indent` from the left."""

    width: int
    height: int
    indent: int
    opacity: bytes


def shapes() -> bool:
    """Whether letters can be joined and written from right to left (Pillow with raqm and FriBiDi)."""
    return bool(features.check("raqm") and features.check("fribidi"))


def missing_scripts() -> tuple[str, ...]:
    """The scripts, by their English names, in which names can't be shown on this machine."""
    return tuple(name for name, letter in _SCRIPTS.items() if not drawable(letter))


def drawable(text: str) -> bool:
    """Whether there is a font that has every letter of the text."""
    return _font_file(unicodedata.normalize("NFC", text), bold=False) is not None


def spelled(text: str) -> str:
    """The text as it is drawn: letters that no font has become question marks, never boxes."""
    text = unicodedata.normalize("NFC", text)
    if _font_file(text, bold=False) is not None:
        return text
    return "".join(c if _font_file(c, bold=False) == fontfiles.REGULAR else "?" for c in text)


class Lettering:
    """Measures and draws lines of text. `scale` is the number of pixels to a unit of the layout."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    def width(self, text: str, size: int, *, bold: bool) -> int:
        """How wide a line is with letters of this size, in units of the layout."""
        font = _font(_font_of(text, bold=bold), self._pixels(size))
        return math.ceil(font.getlength(text) / self.scale)

    def mask(self, text: str, size: int, *, bold: bool) -> Mask:
        """A line of text in pixels."""
        pixels = self._pixels(size)
        font = _font(_font_of(text, bold=bold), pixels)
        indent = pixels // 6  # some letters begin before their place and end behind it
        width = math.ceil(font.getlength(text)) + 2 * indent
        image = Image.new("L", (width, round(LINE * pixels)))
        draw = ImageDraw.Draw(image)
        draw.text((indent, round(_BASELINE * pixels)), text, fill=255, font=font, anchor="ls")
        return Mask(image.width, image.height, indent, image.tobytes())

    def _pixels(self, size: int) -> int:
        return max(1, round(size * self.scale))


def _font_of(text: str, *, bold: bool) -> Path:
    carried = fontfiles.BOLD if bold else fontfiles.REGULAR
    return _font_file(text, bold=bold) or carried


@lru_cache(maxsize=128)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels)


def _font_file(text: str, *, bold: bool) -> Path | None:
    """The first font that has every letter of the text."""
    letters = {c for c in text if unicodedata.category(c) not in ("Zs", "Cf")}
    carried = fontfiles.BOLD if bold else fontfiles.REGULAR
    if text.isascii():
        return carried
    if not shapes() and any(_needs_shaping(letter) for letter in letters):
        return None
    if _has(carried, letters):
        return carried
    return next((path for path in fontfiles.of_system(letters) if _has(path, letters)), None)


def _needs_shaping(letter: str) -> bool:
    right_to_left = unicodedata.bidirectional(letter) in ("R", "AL", "AN")
    return right_to_left or unicodedata.category(letter) in ("Mn", "Mc")


def _has(path: Path, letters: set[str]) -> bool:
    return all(_has_letter(path, letter) for letter in letters)


@lru_cache(maxsize=100_000)
def _has_letter(path: Path, letter: str) -> bool:
    """Whether a font has a letter: whether it draws something else than for a letter that isn't one."""
    try:
        font = _plain_font(path)
        mask, nothing = font.getmask(letter), font.getmask(_NO_LETTER)
    except (OSError, ValueError):
        return False  # broken, or of bitmaps only
    return (mask.size, bytes(mask)) != (nothing.size, bytes(nothing))


@lru_cache(maxsize=16)
def _plain_font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _TEST_SIZE, layout_engine=ImageFont.Layout.BASIC)
