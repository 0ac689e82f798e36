"""Sets texts as lines in a box: wrapped, and smaller where there is little room."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

from vaxpass_cli.scan.window.boxes import Box, Line, Words
from vaxpass_cli.scan.window.lettering import LINE, Lettering

_SHARES: Final = (100, 95, 90, 85, 80, 75, 70, 66, 62, 58, 54, 50, 46, 42, 38, 34, 30, 0)


def line_height(size: int) -> int:
    """The height of a line with letters of a size."""
    return round(LINE * size)


def flow(
    lettering: Lettering, texts: Sequence[Words], box: Box, *, align: float = 0.0, down: float = 0.0
) -> list[Line]:
    """Set texts below each other in a box, all smaller by the same share until they fit.

    `align` and `down` place them: 0 is left or top, 0.5 the middle, 1 right or bottom. What does not
    fit with the smallest letters is left out from the end: see `least_height`.
    """
    lines = largest(_SHARES, lambda share: _set(lettering, texts, box, share), box.bottom)
    lines = [line for line in lines if line.box.bottom <= box.bottom]
    if not lines:
        return lines
    lower = round((box.bottom - lines[-1].box.bottom) * down)
    return [_moved(line, round((box.width - line.box.width) * align), lower) for line in lines]


def least_height(lettering: Lettering, texts: Sequence[Words], width: int) -> int:
    """The height of the texts with their smallest letters."""
    lines = _set(lettering, texts, Box(0, 0, width, 0), _SHARES[-1]) or []
    return lines[-1].box.bottom if lines else 0


def largest(sizes: Sequence[int], set_: Callable[[int], list[Line] | None], bottom: int) -> list[Line]:
    """The lines with the largest size that ends at `bottom` or above; else with the last size.

    `set_` gives None for a size that is too large for another reason, but not for the last size.
    """
    found: dict[int, list[Line] | None] = {}

    def fits(size: int) -> bool:
        lines = found[size] = set_(size)
        return lines is not None and all(line.box.bottom <= bottom for line in lines)

    if not fits(sizes[0]):
        chosen = sizes[min(bisect_left(sizes, True, key=fits), len(sizes) - 1)]
        return found.get(chosen) or set_(chosen) or []
    return found[sizes[0]] or []


def _moved(line: Line, x: int, y: int) -> Line:
    box = Box(line.box.left + x, line.box.top + y, line.box.width, line.box.height)
    return Line(box, line.text, line.size, line.bold, line.colour)


def _set(lettering: Lettering, texts: Sequence[Words], box: Box, percent: int) -> list[Line] | None:
    """The texts with this share of their size; None where one needs more lines than it may have."""
    lines: list[Line] = []
    top = box.top
    for words in texts:
        if not words.text:
            continue
        size = max(words.least, words.size * percent // 100)
        if lines:
            top += words.gap * max(percent, 30) // 100
        parts = wrapped(lettering, words.text, size, box.width, bold=words.bold)
        if len(parts) > words.most:
            if percent != _SHARES[-1]:
                return None
            parts = shortened(lettering, parts, size, box.width, bold=words.bold, most=words.most)
        for part in parts:
            width = min(box.width, lettering.width(part, size, bold=words.bold))
            place = Box(box.left, top, width, line_height(size))
            lines.append(Line(place, part, size, words.bold, words.colour))
            top = place.bottom
    return lines


def wrapped(lettering: Lettering, text: str, size: int, width: int, *, bold: bool) -> list[str]:
    """The lines of a text; each is at most `width` wide."""

    def fits(line: str) -> bool:
        return lettering.width(line, size, bold=bold) <= width

    if fits(text):
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if fits(longer):
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, fits)
        lines += whole
    if line:
        lines.append(line)
    return lines


def shortened(
    lettering: Lettering, lines: Sequence[str], size: int, width: int, *, bold: bool, most: int
) -> list[str]:
    """The first lines, at most `most`; an ellipsis at the end shows that there are more."""
    if len(lines) <= most:
        return list(lines)
    last = lines[most - 1]
    while last and lettering.width(last + "…", size, bold=bold) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + "…"]


def _broken(word: str, fits: Callable[[str], bool]) -> list[str]:
    """The parts of a word that is too long for a line, divided after `<` and `-` where possible."""
    parts = []
    while len(word) > 1 and not fits(word):
        end = bisect_left(range(1, len(word)), True, key=lambda n: not fits(word[:n]))
        end = max(1, end)
        signs = max(word.rfind("<", 0, end), word.rfind("-", 0, end)) + 1
        if signs > end // 2:
            end = signs
        # A letter and its accents stay together.
        while end > 1 and unicodedata.combining(word[end]):
            end -= 1
        parts.append(word[:end])
        word = word[end:]
    return [*parts, word]
