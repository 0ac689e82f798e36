"""Pieces of compiled source, and what is known of their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from vaxpass.certlogic.operations import CHARACTERS_A_STEP
from vaxpass.certlogic.values import Json


class Type(Enum):
    """What is known of a piece's value before it is evaluated."""

    BOOL = auto()
    NUMBER = auto()
    TEXT = auto()
    TIME = auto()
    """Bare milliseconds, None where there is no date."""
    JSON = auto()
    """Any value but a `Moment`."""
    ANY = auto()


class Piece(NamedTuple):
    """A piece of source, what it gives, and the text or list that it always is."""

    text: str
    type: Type
    constant: Json = None


@dataclass(slots=True)
class Lambda:
    """The names under which the lambda of a `reduce` sees its context."""

    accumulator: str
    current: str
    whole: str
    """Both as one object; made only where it is used."""
    uses_whole: bool = False

    def written(self, combine: str, accumulator: str, current: str) -> str:
        """The source of the lambda around what it does; the keys of its context are given by name."""
        if self.uses_whole:
            whole = f"{{{accumulator}: {self.accumulator}, {current}: {self.current}}}"
            combine = f"(lambda {self.whole}: {combine})({whole})"
        return f"lambda {self.accumulator}, {self.current}: {combine}"


def cost(expression: Json) -> int:
    """How many steps it takes to evaluate an expression once, with all its branches."""
    if isinstance(expression, str):
        return 1 + len(expression) // CHARACTERS_A_STEP
    if isinstance(expression, dict):
        return 1 + sum(cost(item) for item in expression.values())
    if isinstance(expression, list):
        return 1 + sum(cost(item) for item in expression)
    return 1
