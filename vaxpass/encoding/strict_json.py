"""JSON of unknown origin: text -> values within bounds, in which nothing can be read in two ways.

A text is parsed as a whole, while what is wrong with one rule must not cost the others: names that
stand twice and numbers that are none are only marked by the parser, and refused where they are used.
"""

from __future__ import annotations

import json
import math
from typing import Final, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
"""A value of JSON; numbers are finite."""

DEEPEST: Final = 100
"""Levels of nested arrays and objects."""
MOST_NODES: Final = 50_000
"""Values in one rule's logic, names not counted. The largest in use has about 300."""
LONGEST: Final = 1024 * 1024
"""Characters of one rule."""


class _Ambiguous(dict[str, object]):
    """An object in which a name stood twice: which of its values counts depends on the reader."""


def parse(text: str | bytes) -> object:
    """The JSON in a text. Raises `ValueError` where it is none.

    What the answer holds is not judged yet: `bounded` does.

    >>> parse('{"a": [1, true]}')
    {'a': [1, True]}
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise ValueError("the content is not valid JSON") from None


def is_ambiguous(value: object) -> bool:
    """Whether a value of `parse` is an object in which a name stood twice."""
    return isinstance(value, _Ambiguous)


def bounded(value: object, what: str) -> Json:
    """A copy of a value, made of plain JSON and within the bounds of this module.

    `what` is named in the `ValueError` where it is not: too deep, too large, not JSON, a name twice, a
    number that is not finite.

    >>> bounded({"===": [1, 2]}, "the logic")
    {'===': [1, 2]}
    """
    return _Copy(what).of(value, 0)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Ambiguous(found)


class _Copy:
    """One walk through a value, and how much of it was met so far."""

    __slots__ = ("characters", "nodes", "what")

    def __init__(self, what: str) -> None:
        self.what = what
        self.nodes = 0
        self.characters = 0

    def of(self, value: object, depth: int) -> Json:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ValueError(f"{self.what} has more than {MOST_NODES} parts")
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError(f"{self.what} has a number that is not finite")
            return value
        if isinstance(value, str):
            return self._text(value)
        if depth == DEEPEST:
            raise ValueError(f"{self.what} is nested more than {DEEPEST} levels deep")
        if is_ambiguous(value):
            raise ValueError(f"{self.what} has a name twice in one object")
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {self._name(name): self.of(item, depth + 1) for name, item in value.items()}
        raise ValueError(f"{self.what} is not JSON")

    def _name(self, name: object) -> str:
        if not isinstance(name, str):
            raise ValueError(f"{self.what} is not JSON")  # noqa: TRY004 - of data
        return self._text(name)

    def _text(self, text: str) -> str:
        self.characters += len(text)
        if self.characters > LONGEST:
            raise ValueError(f"{self.what} has more than {LONGEST} characters")
        return text
