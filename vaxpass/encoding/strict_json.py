"""JSON of unknown origin -> Python values (RFC 8259), within limits and readable in one way only.

Two readers, for two kinds of document:

- `read` judges a document as a whole: a trust list, a set of keys, a header. It refuses it where a name
  stands twice in an object (which value counts would depend on the reader), where it is nested too
  deep, and where a number is not finite.
- `parse` and `bounded` are for rules, where one broken rule must not cost the others: `parse` only
  marks what `read` would refuse, and `bounded` refuses it in the part that is used.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from vaxpass.display import Json

__all__ = ["Json", "bounded", "must_be_few", "parse", "read", "read_object"]

DEEPEST: Final = 100
"""Levels of nested arrays and objects."""
MOST_NODES: Final = 50_000
"""Values in one rule's logic, names not counted. The largest in use has about 300."""
LONGEST: Final = 1024 * 1024
"""Characters of one rule."""
_INVALID: Final = "the content is not valid JSON"


class _Ambiguous(dict[str, object]):
    """An object in which a name stood twice: which of its values counts depends on the reader."""


def read(data: str | bytes, *, largest: int | None = None, most: int | None = None) -> Any:
    """Read a whole document: `dict`, `list`, `str`, `int`, `float`, `bool` or None.

    Bytes are UTF-8, UTF-16 or UTF-32, with a byte order mark or without. `largest` is how many bytes
    (of text: characters) the document may have; without it the caller has bounded it before. `most` is
    how many values, for a value takes up to a hundred times the memory that it has bytes.

    Raises `ValueError`, with the reason in words, where the document is larger or has more, is not
    JSON, has a name twice in one object, is nested more than `DEEPEST` levels deep, or has a number
    that is not finite or has thousands of digits.

    >>> read(b'{"kid": "AQI=", "test": false}')
    {'kid': 'AQI=', 'test': False}
    >>> read('{"test": true, "test": false}')
    Traceback (most recent call last):
        ...
    ValueError: a name stands twice in one object of the JSON
    """
    if largest is not None and len(data) > largest:
        raise ValueError(f"the JSON is longer than {largest} bytes")
    if most is not None:
        must_be_few(data, most)
    try:
        value = json.loads(
            data, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite
        )
    except _Refused as refused:
        raise ValueError(str(refused)) from None
    except (ValueError, RecursionError):
        raise ValueError(_INVALID) from None
    _must_be_shallow(value)
    return value


def read_object(data: str | bytes) -> dict[str, Json]:
    """The object that `read` gives; empty where it gives another value or refuses the text.

    For telling what a text is. The caller has bounded it before.

    >>> read_object('{"kid": "AQI="}'), read_object("[1]"), read_object("{")
    ({'kid': 'AQI='}, {}, {})
    """
    try:
        value = read(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def must_be_few(data: str | bytes, most: int) -> None:
    """Raise `ValueError` where a document may have more than `most` values; it is not parsed.

    Every value but the first has a comma, a colon or a bracket before it. Those in texts count as well.

    >>> must_be_few(b"[1, 2, {}]", 4)
    >>> must_be_few(b"[{}, {}, {}]", 4)
    Traceback (most recent call last):
        ...
    ValueError: the JSON has more than 4 values
    """
    marks: tuple[Any, ...] = (",", ":", "[", "{") if isinstance(data, str) else (b",", b":", b"[", b"{")
    if sum(data.count(mark) for mark in marks) > most:
        raise ValueError(f"the JSON has more than {most} values")


def parse(text: str | bytes) -> object:
    """The JSON in a text. Raises `ValueError` where it is none.

    What the answer holds is not judged yet: `bounded` does.

    >>> parse('{"a": [1, true]}')
    {'a': [1, True]}
    """
    try:
        return json.loads(text, object_pairs_hook=_marked)
    except (ValueError, RecursionError):
        raise ValueError(_INVALID) from None


def is_ambiguous(value: object) -> bool:
    """Whether a value of `parse` is an object in which a name stood twice.

    >>> is_ambiguous(parse('{"a": 1, "a": 2}'))
    True
    """
    return isinstance(value, _Ambiguous)


def bounded(value: object, what: str) -> Json:
    """A copy of a value of `parse`, made of plain JSON and within the limits of this module.

    `what` is named in the `ValueError` where it is not: too deep, too large, not JSON, a name twice, a
    number that is not finite.

    >>> bounded({"===": [1, 2]}, "the logic")
    {'===': [1, 2]}
    """
    return _Copy(what).of(value, 0)


class _Refused(ValueError):
    """A reason that is worth telling apart from a text that is no JSON."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a name stands twice in one object of the JSON")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("the JSON has a number that is too large")
    return number


def _must_be_shallow(value: object) -> None:
    """Walk down level by level, without recursion."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        inner: list[dict[str, object] | list[object]] = []
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            inner += [each for each in values if isinstance(each, dict | list)]
        if not inner:
            return
        level = inner
    raise ValueError(f"the JSON is nested more than {DEEPEST} levels deep")


def _marked(pairs: list[tuple[str, object]]) -> dict[str, object]:
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
