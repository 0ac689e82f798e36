"""What a picture of the desk is made of: boxes, filled ones, lines of text, signs. No pixels here."""

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
        """The first column that is not inside."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is not inside."""
        return self.top + self.height

    def inset(self, x: int, y: int) -> Box:
        """The box within, with such margins at the sides and at top and bottom."""
        return Box(self.left + x, self.top + y, self.width - 2 * x, self.height - 2 * y)

    def overlaps(self, other: Box) -> bool:
        """Whether they share any place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled box."""

    box: Box
    colour: Colour


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; its letters are `size` high, its box is as wide as they are."""

    box: Box
    text: str
    size: int
    bold: bool
    colour: Colour


@dataclass(frozen=True, slots=True)
class Sign:
    """The shape of an outcome: solid, or as a dim outline where it marks the place only."""

    outcome: Outcome
    box: Box
    colour: Colour
    """Of the shape"""
    inner: Colour
    """Of what is in it"""
    solid: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole picture. `picture` is where the camera's goes, `guide` whether with a guide frame."""

    ground: Colour
    fills: tuple[Fill, ...] = ()
    lines: tuple[Line, ...] = ()
    signs: tuple[Sign, ...] = ()
    picture: Box | None = None
    guide: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text before it has its place: as large as `size` where there is room, `least` where not."""

    text: str
    size: int
    least: int
    colour: Colour
    bold: bool = False
    gap: int = 0
    """Free units above it"""
    most: int = 99
    """Lines; what does not fit into so many with the smallest letters ends in an ellipsis"""
