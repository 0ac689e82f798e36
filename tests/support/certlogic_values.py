"""What the tests of CertLogic share: values written so that they can be compared with their types."""

from __future__ import annotations

import math
from typing import Any

from vaxpass.certlogic import (
    FAILED,
    CertLogicError,
    Failed,
    Json,
    Moment,
    Value,
    compile_all,
    evaluate,
)

_DEEPEST = 150
"""Further in, values are not compared: `reduce` can nest them without end."""


def shape(value: Value | Failed, depth: int = 0) -> object:
    """A value so written that what differs in type differs, and two impossible moments are alike."""
    if isinstance(value, Moment):
        return ("moment", "impossible" if math.isnan(value.ms) else value.ms)
    if isinstance(value, Failed):
        return ("failed",)
    if depth == _DEEPEST:
        return ("deep", type(value).__name__)
    if isinstance(value, list):
        return ("array", [shape(item, depth + 1) for item in value])
    if isinstance(value, dict):
        return ("object", {key: shape(item, depth + 1) for key, item in value.items()})
    return (type(value).__name__, value)


def walked(expression: Json, data: Json) -> object:
    """The shape of what `evaluate` gives, that of `FAILED` where it raises."""
    try:
        return shape(evaluate(expression, data))
    except CertLogicError:
        return ("failed",)


def value(expression: Any, data: Any = None) -> Value | Failed:
    """What walking and compiling both give."""
    try:
        walked: Value | Failed = evaluate(expression, data)
    except CertLogicError:
        walked = FAILED
    (compiled,) = compile_all([expression])(data)
    assert shape(walked) == shape(compiled)
    return walked


def fails(expression: Any, data: Any = None) -> bool:
    return value(expression, data) is FAILED


def moment(date: Any, amount: Any = 0, unit: Json = "day") -> str:
    return str(value({"plusTime": [date, amount, unit]}))
