"""Where fonts are: two carried along, and those of the system in a sensible order for a script."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from vaxpass_cli import fonts

REGULAR: Final = fonts.REGULAR
BOLD: Final = fonts.BOLD

_MOST: Final = 5000
"""Files that are listed; a designer's machine has many more."""
_LIKELY: Final = 300
"""Files that are opened for a text: half a second at most."""
_STYLES: Final = "bold italic oblique light thin black heavy mono serif condensed nastaliq".split()
_EAST_ASIA: Final = "cjk yahei msyh pingfang hiragino gothic malgun heiti wqy notosanssc".split()
_SCRIPTS: Final = {
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
    """The first word of a letter's name, which is its script: `THAI`."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def of_system(letters: Iterable[str]) -> list[Path]:
    """The fonts of the system; those that are likely to have the letters come first."""
    wanted: list[str] = []
    for name in {script(letter) for letter in letters}:
        wanted += _SCRIPTS.get(name, [name.lower(), *_INDIC])

    def rank(path: Path) -> tuple[bool, int, bool, Path]:
        name = path.stem.lower().replace("sans-serif", "sans")
        fits = any(word in name for word in wanted)
        return not fits, sum(style in name for style in _STYLES), not name.startswith("noto"), path

    return sorted(_all(), key=rank)[:_LIKELY]


@cache
def _all() -> tuple[Path, ...]:
    found = []
    for path in _files():
        # The last resort of macOS has a box for every letter there is.
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
