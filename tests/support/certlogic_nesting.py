"""Expressions as deep as can be, and what may come of hostile ones."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from tests.support.certlogic_values import shape, walked
from tests.support.work import at_most_calls
from vaxpass.certlogic import (
    Failed,
    Json,
    Value,
    breakpoints,
    compile_all,
    decide,
    validate,
)
from vaxpass.certlogic.compiler import source_of
from vaxpass.certlogic.limits import (
    DEEPEST,
)

CALLS: Final = 20_000_000
"""Far more functions than are called."""
_MEMORY: Final = 100_000_000
_T = TypeVar("_T")
Wrap = Callable[[Json], Json]

_CURRENT: Final[Json] = {"var": "current"}
_DATE: Final[Json] = {"plusTime": ["2021", 0, "day"]}
# Every operator around something, in every place where that may stand.
WRAPS: Final[dict[str, Wrap]] = {
    "array": lambda inner: [inner],
    "if, guard": lambda inner: {"if": [inner, 1, 2]},
    "if, then": lambda inner: {"if": [1, inner, 2]},
    "if, else": lambda inner: {"if": [0, 1, inner]},
    "and, first": lambda inner: {"and": [inner, 1]},
    "and, last": lambda inner: {"and": [1, inner]},
    "not": lambda inner: {"!": [inner]},
    "same, left": lambda inner: {"===": [inner, True]},
    "same, right": lambda inner: {"===": ["text", inner]},
    "same, number": lambda inner: {"===": [1, inner]},
    "in": lambda inner: {"in": [inner, ["a", "b"]]},
    "in, array": lambda inner: {"in": [1, [inner]]},
    "sum, left": lambda inner: {"+": [inner, 1]},
    "sum, right": lambda inner: {"+": [1, inner]},
    "compared, first": lambda inner: {"<": [inner, 1, 2]},
    "compared, middle": lambda inner: {"<=": [0, inner, 2]},
    "compared, last": lambda inner: {">": [2, 1, inner]},
    "compared, branch": lambda inner: {"if": [{">=": [2, inner, 0]}, 1, 2]},
    "dates, first": lambda inner: {"before": [inner, _DATE, _DATE]},
    "dates, middle": lambda inner: {"not-after": [_DATE, {"if": [inner, _DATE, _DATE]}, _DATE]},
    "dates, last": lambda inner: {"after": [_DATE, inner]},
    "plusTime": lambda inner: {"plusTime": [inner, 1, "month"]},
    "dccDateOfBirth": lambda inner: {"dccDateOfBirth": [inner]},
    "extractFromUVCI": lambda inner: {"extractFromUVCI": [inner, 0]},
    "reduce, array": lambda inner: {"reduce": [[inner], _CURRENT, 0]},
    "reduce, lambda": lambda inner: {"reduce": [[1], inner, 0]},
    "reduce, whole": lambda inner: {"reduce": [[1], {"if": [{"var": ""}, inner, 0]}, 0]},
    "reduce, start": lambda inner: {"reduce": [[], 1, inner]},
    "or, first": lambda inner: {"or": [inner, 1]},
    "or, last": lambda inner: {"or": [0, inner]},
}
LEAVES: Final[list[Json]] = [1, "text", {"var": "x"}, _DATE, {"no": [1]}]


@contextmanager
def bounded() -> Iterator[None]:
    """What is done takes no work or memory worth mentioning."""
    tracemalloc.start()
    try:
        with at_most_calls(CALLS):
            yield
        assert tracemalloc.get_traced_memory()[1] < _MEMORY
    finally:
        tracemalloc.stop()


def outcome(expression: Json, data: Json = None) -> Value | Failed:
    """What comes of an expression, in whichever way it is used; only the defined errors may come."""
    validate(expression)
    decide(expression, data)
    breakpoints(expression, data, "now")
    source_of([expression])
    (value,) = compile_all([expression])(data)
    assert walked(expression, data) == shape(value)
    return value


def levels(value: Json) -> int:
    """Levels as the limits count them: objects, arrays, and a value within."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            item
            for part in level
            if isinstance(part, dict | list)
            for item in (part.values() if isinstance(part, dict) else part)
        ]
    return depth


def deepest(wrap: Wrap, leaf: Json) -> Json:
    """The deepest expression that the limits allow."""
    expression = leaf
    while levels(wrap(expression)) <= DEEPEST:
        expression = wrap(expression)
    return expression


def called(depth: int, function: Callable[[], _T]) -> _T:
    """What a function gives to a caller that is so deep."""
    return function() if depth == 0 else called(depth - 1, function)
