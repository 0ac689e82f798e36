"""The parts of a drawn screen: boxes, filled boxes, lines of text, signs. No pixels here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from vaxpass import Outcome

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue: 0 to 255."""
WIDTH: Final = 1280
HEIGHT: Final = 720


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units of the layout, which is 1280 wide and 720 high."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column outside, at the right."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row outside, at the bottom."""
        return self.top + self.height

    def inset(self, x: int, y: int) -> Box:
        """The box inside, with margins at the sides and at top and bottom."""
        return Box(self.left + x, self.top + y, self.width - 2 * x, self.height - 2 * y)

    def overlaps(self, other: Box) -> bool:
        """Whether the two boxes share any place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled box."""

    box: Box
    colour: Colour


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. Its letters are `size` high, and its box is as wide as the text."""

    box: Box
    text: str
    size: int
    bold: bool
    colour: Colour


@dataclass(frozen=True, slots=True)
class Sign:
    """The shape of an outcome: solid, or a dim outline that only marks its place."""

    outcome: Outcome
    box: Box
    colour: Colour
    """Colour of the shape"""
    inner: Colour
    """Colour of the letter in it"""
    solid: bool
    limited: bool = False
    """A ring in the place of a filled shape: accepted, but not by the rules of a destination"""


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawn screen: `picture` is the place of the camera's picture, `guide`: it has a frame."""

    ground: Colour
    fills: tuple[Fill, ...] = ()
    lines: tuple[Line, ...] = ()
    signs: tuple[Sign, ...] = ()
    picture: Box | None = None
    guide: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text before it has a place: of the size `size` where there is room, else down to `least`."""

    text: str
    size: int
    least: int
    colour: Colour
    bold: bool = False
    gap: int = 0
    """Free units above it"""
    most: int = 99
    """Number of lines; where the smallest letters need more, the text ends in an ellipsis"""
