"""Rows of two columns -> lines of text: the details of a verdict, the summary, the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vaxpass_cli.scan import colours
from vaxpass_cli.scan.boxes import Box, Line
from vaxpass_cli.scan.flow import largest, line_height, shortened, wrapped
from vaxpass_cli.scan.lettering import Lettering, spelled

_SIZES: Final = (30, 28, 26, 24, 22, 20, 19, 18, 17, 16, 15, 14, 13, 12)
_GAP: Final = 24


def table(rows: Sequence[tuple[str, str]], lettering: Lettering, box: Box, most: int) -> list[Line]:
    """The rows as large as fit, letters of `most` at most; one without a second column is a title.

    Only where they don't fit with the smallest letters, long texts end in an ellipsis.
    """
    spelled_rows = [(spelled(label), spelled(value)) for label, value in rows]
    sizes = [size for size in _SIZES if size <= most]
    lines = largest(sizes, lambda size: _set(spelled_rows, lettering, box, size, most=6), box.bottom)
    if all(line.box.bottom <= box.bottom for line in lines):
        return lines
    lines = _set(spelled_rows, lettering, box, _SIZES[-1], most=1)
    return [line for line in lines if line.box.bottom <= box.bottom]


def _set(
    rows: Sequence[tuple[str, str]], lettering: Lettering, box: Box, size: int, most: int
) -> list[Line]:
    labels = [lettering.width(label, size, bold=False) for label, value in rows if value]
    first = min(max(labels, default=0), box.width * 45 // 100)
    second = box.left + first + _GAP
    lines: list[Line] = []
    top = box.top
    for label, value in rows:
        if not value:
            top += size // 2 if lines else 0
            added = _column(lettering, label, Box(box.left, top, box.width, 0), size, most, title=True)
        else:
            added = _column(lettering, label, Box(box.left, top, first, 0), size, most)
            added += _column(lettering, value, Box(second, top, box.right - second, 0), size, most)
        lines += added
        top = max((line.box.bottom for line in added), default=top)
    return lines


def _column(
    lettering: Lettering, text: str, place: Box, size: int, most: int, *, title: bool = False
) -> list[Line]:
    height = line_height(size)
    lines: list[Line] = []
    parts = wrapped(lettering, text, size, place.width, bold=title)
    for text_line in shortened(lettering, parts, size, place.width, bold=title, most=most):
        width = min(place.width, lettering.width(text_line, size, bold=title))
        box = Box(place.left, place.top + len(lines) * height, width, height)
        lines.append(Line(box, text_line, size, title, colours.INK))
    return lines
