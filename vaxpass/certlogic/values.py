"""The values of CertLogic 1.3.3: date-times, equality, whole numbers, paths.

JSON values are those of Python's `json`. A date-time is a `Moment`: not a JSON value, and neither
true nor false. The truth of all others is Python's, as the specification has it: `False`, `None`,
`""`, `0`, `[]` and `{}` are false, everything else is true.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value of JSON (RFC 8259)."""
Value: TypeAlias = "Json | Moment"
"""The value of an expression."""
Path: TypeAlias = "tuple[str | int, ...]"
"""The steps of a path: names and indices."""

_INDEX: Final = re.compile(r"\s*([+-]?[0-9]+)")


class Moment:
    """A date-time: milliseconds since 1970 in UTC, NaN for an impossible one.

    An impossible date-time compares as false with every other. Two moments are equal only where they
    are one object: `===` is not for date-times. A moment has no truth: `bool` raises
    `CertLogicError`.

    >>> str(Moment(0.0)), str(Moment(float("nan")))
    ('1970-01-01T00:00:00.000Z', 'impossible')
    """

    __slots__ = ("ms",)

    def __init__(self, ms: float) -> None:
        self.ms = ms

    def __bool__(self) -> bool:
        raise CertLogicError("a date-time is neither true nor false")

    def __repr__(self) -> str:
        return f"Moment({self.ms})"

    def __str__(self) -> str:
        return times.text(self.ms)


def same(left: Value, right: Value) -> bool:
    """`===`: equal without conversion. Arrays and objects are equal only where they are one object.

    >>> same(1, 1.0), same(1, True), same("1", 1), same([], [])
    (True, False, False, False)
    """
    if left is right:
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, int | float):
        return isinstance(right, int | float) and left == right
    return isinstance(left, str) and left == right


def integer(value: Value) -> int | None:
    """A whole number, which may be written as 1.0; None for everything else, also for `True`."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    return None


def path_of(text: str) -> Path:
    """The steps of a dotted path: a number is an index, anything else a name.

    >>> path_of("payload.v.0.dt"), path_of("")
    (('payload', 'v', 0, 'dt'), ())
    """
    if not text:
        return ()
    steps: list[str | int] = []
    for fragment in text.split("."):
        # As in the reference implementation: the digits at the beginning of a fragment.
        index = _INDEX.match(fragment)
        steps.append(int(index[1]) if index and len(index[1]) < 10 else fragment)
    return tuple(steps)


def step(value: Value, key: str | int) -> Value:
    """The value one step along a path; None where there is nothing."""
    if type(value) is dict:
        return value.get(key if isinstance(key, str) else str(key))
    if type(value) is list and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return None


def walk(value: Value, path: Path) -> Value:
    """The value at a path; None where there is nothing.

    >>> walk({"v": [{"dn": 2}]}, ("v", 0, "dn")), walk({"v": None}, ("v", 0, "dn"))
    (2, None)
    """
    for key in path:
        value = step(value, key)
    return value
