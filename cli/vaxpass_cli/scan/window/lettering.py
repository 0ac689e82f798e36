"""Draw text as pixels, in any script for which there is a font. The only user of Pillow for letters.

Fonts are the two of the tool and those of the system, ordered by how probably they have a script.
"""

from __future__ import annotations

import math
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, features

from vaxpass_cli import fonts

REGULAR: Final = fonts.REGULAR
BOLD: Final = fonts.BOLD

_MOST: Final = 5000
"""Number of font files that are listed; some machines have many more."""
_LIKELY: Final = 300
"""Number of font files that are opened for a text: this takes half a second at most."""
_STYLES: Final = "bold italic oblique light thin black heavy mono serif condensed nastaliq".split()
_EAST_ASIA: Final = "cjk yahei msyh pingfang hiragino gothic malgun heiti wqy notosanssc".split()
_FONT_SCRIPTS: Final = {
    "CJK": _EAST_ASIA,
    "HANGUL": ["malgun", "gothicneo", *_EAST_ASIA],
    "HIRAGANA": ["hiragino", "yugoth", "meiryo", *_EAST_ASIA],
    "KATAKANA": ["hiragino", "yugoth", "meiryo", *_EAST_ASIA],
    "THAI": ["thai", "leelaw", "thonburi"],
    "LAO": ["lao", "leelaw"],
    "KHMER": ["khmer", "leelaw"],
    "ETHIOPIC": ["ethiopic", "ebrima", "kefa"],
    "SINHALA": ["sinhala", "nirmala"],
    "MYANMAR": ["myanmar", "mmrtext"],
}
_INDIC: Final = ["nirmala", "kohinoor"]


def script(letter: str) -> str:
    """The script of a letter, which is the first word of its Unicode name: `THAI`."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def of_system(letters: Iterable[str]) -> list[Path]:
    """The fonts of the system, ordered by how probably they have the letters."""
    wanted: list[str] = []
    for name in {script(letter) for letter in letters}:
        wanted += _FONT_SCRIPTS.get(name, [name.lower(), *_INDIC])

    def rank(path: Path) -> tuple[bool, int, bool, Path]:
        name = path.stem.lower().replace("sans-serif", "sans")
        fits = any(word in name for word in wanted)
        return not fits, sum(style in name for style in _STYLES), not name.startswith("noto"), path

    return sorted(_all(), key=rank)[:_LIKELY]


@cache
def _all() -> tuple[Path, ...]:
    found = []
    for path in _files():
        # The font LastResort of macOS draws a box for every letter.
        if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc") and "LastResort" not in path.stem:
            found.append(path)
        if len(found) >= _MOST:
            break
    return tuple(found)


def _files() -> Iterator[Path]:
    for folder in _folders():
        for root, _, names in os.walk(folder):
            yield from (Path(root, name) for name in sorted(names))


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        return [windows, home / "AppData/Local/Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    shared = ("/usr/share/fonts", "/usr/local/share/fonts")
    return [*map(Path, shared), home / ".local/share/fonts", home / ".fonts"]


LINE: Final = 1.38
"""The height of a line, as a multiple of the size of its letters, so high that Ể and Ậ do not touch."""
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
    """Letters as opacity: rows of bytes, 255 for ink. The text begins at the column `indent`."""

    width: int
    height: int
    indent: int
    opacity: bytes


def shapes() -> bool:
    """Whether letters can be joined and written from right to left (Pillow with raqm and FriBiDi)."""
    return bool(features.check("raqm") and features.check("fribidi"))


def missing_scripts() -> tuple[str, ...]:
    """The scripts, by their English names, that this machine has no font for."""
    return tuple(name for name, letter in _SCRIPTS.items() if not drawable(letter))


def drawable(text: str) -> bool:
    """Whether one font has every letter of the text."""
    return _font_file(unicodedata.normalize("NFC", text), bold=False) is not None


def spelled(text: str) -> str:
    """The text with question marks for letters that no font has."""
    text = unicodedata.normalize("NFC", text)
    if _font_file(text, bold=False) is not None:
        return text
    return "".join(c if _font_file(c, bold=False) == REGULAR else "?" for c in text)


class Lettering:
    """Measures and draws lines of text, with `scale` pixels for a unit of the layout."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    def width(self, text: str, size: int, *, bold: bool) -> int:
        """The width of a line with letters of this size, in units of the layout."""
        font = _font(_font_of(text, bold=bold), self._pixels(size))
        return math.ceil(font.getlength(text) / self.scale)

    def mask(self, text: str, size: int, *, bold: bool) -> Mask:
        """A line of text as pixels."""
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
    carried = BOLD if bold else REGULAR
    return _font_file(text, bold=bold) or carried


@lru_cache(maxsize=128)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels)


def _font_file(text: str, *, bold: bool) -> Path | None:
    """The first font that has every letter of the text."""
    letters = {c for c in text if unicodedata.category(c) not in ("Zs", "Cf")}
    carried = BOLD if bold else REGULAR
    if text.isascii():
        return carried
    if not shapes() and any(_needs_shaping(letter) for letter in letters):
        return None
    if _has(carried, letters):
        return carried
    return next((path for path in of_system(letters) if _has(path, letters)), None)


def _needs_shaping(letter: str) -> bool:
    right_to_left = unicodedata.bidirectional(letter) in ("R", "AL", "AN")
    return right_to_left or unicodedata.category(letter) in ("Mn", "Mc")


def _has(path: Path, letters: set[str]) -> bool:
    return all(_has_letter(path, letter) for letter in letters)


@lru_cache(maxsize=100_000)
def _has_letter(path: Path, letter: str) -> bool:
    """Whether a font has a letter: it draws another shape than for a letter that does not exist."""
    try:
        font = _plain_font(path)
        mask, nothing = font.getmask(letter), font.getmask(_NO_LETTER)
    except (OSError, ValueError):
        return False  # broken, or of bitmaps only
    return (mask.size, bytes(mask)) != (nothing.size, bytes(nothing))


@lru_cache(maxsize=16)
def _plain_font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _TEST_SIZE, layout_engine=ImageFont.Layout.BASIC)
