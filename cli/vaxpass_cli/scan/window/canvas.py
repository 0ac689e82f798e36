"""Draws a layout and the camera's picture as pixels. What does not change is drawn only once."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from vaxpass import Outcome
from vaxpass_cli.scan.feeds.events import FrameRead, Picture
from vaxpass_cli.scan.opencv import window
from vaxpass_cli.scan.window import colours
from vaxpass_cli.scan.window.boxes import HEIGHT, WIDTH, Box, Colour, Fill, Layout, Line, Sign
from vaxpass_cli.scan.window.lettering import Lettering, Mask

_READ: Final = (0, 200, 160)
_GUIDE: Final = 0.84


class Canvas:
    """A picture of the screen, with `scale` pixels for a unit of the layout."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._scale = lettering.scale
        self._masks: dict[tuple[str, int, bool], Mask] = {}
        self._layout = Layout(colours.NIGHT)
        self.pixels: Picture = np.zeros((self._px(HEIGHT), self._px(WIDTH), 3), np.uint8)

    def draw(self, layout: Layout) -> None:
        """Draw everything but the camera's picture. Nothing of the drawing before stays."""
        self._layout = layout
        for fill in (Fill(Box(0, 0, WIDTH, HEIGHT), layout.ground), *layout.fills):
            window.fill(self._part(fill.box), _bgr(fill.colour))
        for sign in layout.signs:
            self._sign(sign)
        # Only the letters that are shown now are kept: no name stays longer than its verdict.
        before, self._masks = self._masks, {}
        for line in layout.lines:
            key = (line.text, line.size, line.bold)
            mask = before.get(key) or self._lettering.mask(line.text, line.size, bold=line.bold)
            self._masks[key] = mask
            self._line(line, mask)

    def picture(self, frame: FrameRead, *, mirror: bool) -> None:
        """Draw the camera's picture in its place, with the outlines of codes."""
        place = self._layout.picture
        if place is None:
            return
        height, width = frame.picture.shape[:2]
        area = self._part(place)
        share = min(area.shape[1] / width, area.shape[0] / height)
        wide, high = max(1, round(width * share)), max(1, round(height * share))
        left, top = (area.shape[1] - wide) // 2, (area.shape[0] - high) // 2
        part = area[top : top + high, left : left + wide]
        window.put(frame.picture, part, mirror=mirror)

        def points(corners: tuple[tuple[int, int], ...]) -> list[window.Point]:
            return [((width - x if mirror else x) * share, y * share) for x, y in corners]

        thick = max(2, round(wide / 200))
        for corners in frame.reading.corners:
            window.outline(part, points(corners), _bgr(_READ), thick)
        if frame.reading.located:
            window.outline(part, points(frame.reading.located), _bgr(colours.AMBER), thick // 2 + 1)
        if self._layout.guide:
            _guide(part)

    def _px(self, units: float) -> int:
        return round(units * self._scale)

    def _part(self, box: Box) -> Picture:
        rows = slice(self._px(box.top), self._px(box.bottom))
        return self.pixels[rows, self._px(box.left) : self._px(box.right)]

    def _line(self, line: Line, mask: Mask) -> None:
        left = self._px(line.box.left) - mask.indent
        self._ink(mask, left, self._px(line.box.top), line.colour)

    def _ink(self, mask: Mask, left: int, top: int, colour: Colour) -> None:
        opacity = np.frombuffer(mask.opacity, np.uint8).reshape(mask.height, mask.width)
        opacity = opacity[max(0, -top) :, max(0, -left) :]
        part = self.pixels[max(0, top) : top + mask.height, max(0, left) : left + mask.width]
        share = opacity[: part.shape[0], : part.shape[1], None].astype(np.uint16)
        ink = np.array(_bgr(colour), np.uint16)
        part[:] = ((part * (255 - share) + ink * share + 127) // 255).astype(np.uint8)

    def _sign(self, sign: Sign) -> None:
        scale, box = self._scale, sign.box
        middle = (box.left + box.width / 2) * scale, (box.top + box.height / 2) * scale
        radius = box.width / 2 * scale

        def at(x: float, y: float) -> window.Point:
            return middle[0] + x * radius, middle[1] + y * radius

        shape = [at(x, y) for x, y in _SHAPES[sign.outcome]]
        if not sign.solid:
            window.outline(self.pixels, shape, _bgr(sign.colour), max(2, self._px(4)))
            return
        thick = round(radius * 0.2)
        inner = sign.inner
        if sign.limited:
            window.outline(self.pixels, shape, _bgr(sign.colour), thick // 2)
            inner = sign.colour
        else:
            window.polygon(self.pixels, shape, _bgr(sign.colour))
        for stroke in _STROKES.get(sign.outcome, ()):
            points = [at(x, y) for x, y in stroke]
            window.strokes(self.pixels, points, _bgr(inner), thick)
        letter, size, low = _LETTERS.get(sign.outcome, ("", 0, 0))
        if letter:
            mask = self._lettering.mask(letter, round(box.width * size), bold=True)
            place = at(0, low)
            left = round(place[0] - mask.width / 2)
            self._ink(mask, left, round(place[1] - mask.height / 2), sign.inner)


def _guide(part: Picture) -> None:
    """The corners of a square in the middle, where a code is held best."""
    height, width = part.shape[:2]
    half = min(height, width) * _GUIDE / 2
    x, y, arm = width / 2, height / 2, half / 4
    thick = max(2, round(width / 250))
    for right in (-1, 1):
        for down in (-1, 1):
            cx, cy = x + right * half, y + down * half
            corner = [(cx - right * arm, cy), (cx, cy), (cx, cy - down * arm)]
            window.strokes(part, corner, _bgr(colours.INK), thick + 3)
            window.strokes(part, corner, _bgr(colours.WHITE), thick)


def _round(count: int, turned: float = 0.0, size: float = 1.0) -> list[window.Point]:
    """The corners of a regular shape with that many corners."""
    angles = [(number + turned) * math.tau / count for number in range(count)]
    return [(size * math.sin(angle), -size * math.cos(angle)) for angle in angles]


def _bgr(colour: Colour) -> Colour:
    return colour[::-1]


_SHAPES: Final = {
    Outcome.ACCEPTED: _round(64),
    Outcome.GENUINE: _round(4, 0.0, 1.1),
    Outcome.REJECTED: _round(8, 0.5, 1.04),
    Outcome.UNDECIDED: [(0, -0.95), (1.1, 0.9), (-1.1, 0.9)],
    Outcome.OTHER: [(-0.66, -0.95), (0.66, -0.95), (0.66, 0.95), (-0.66, 0.95)],
    Outcome.UNREADABLE: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
}
_STROKES: Final = {
    Outcome.ACCEPTED: [[(-0.48, 0.02), (-0.14, 0.38), (0.5, -0.38)]],
    # A magnifying glass.
    Outcome.GENUINE: [
        [(-0.12 + 0.3 * x, -0.14 + 0.3 * y) for x, y in (*_round(24), (0.0, -1.0))],
        [(0.12, 0.1), (0.42, 0.4)],
    ],
    # Not equal.
    Outcome.OTHER: [
        [(-0.4, -0.24), (0.4, -0.24)],
        [(-0.4, 0.24), (0.4, 0.24)],
        [(0.24, -0.6), (-0.24, 0.6)],
    ],
    Outcome.REJECTED: [[(-0.42, -0.42), (0.42, 0.42)], [(-0.42, 0.42), (0.42, -0.42)]],
}
_LETTERS: Final = {Outcome.UNDECIDED: ("!", 0.62, 0.24), Outcome.UNREADABLE: ("?", 0.8, 0.0)}
"""The letter in a shape, its size, and how far below the middle it stands."""
