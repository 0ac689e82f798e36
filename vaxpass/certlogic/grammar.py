"""The form of expressions: the operators, their number of operands, and which must be literals."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.values import Json, integer

COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
"""Comparisons of whole numbers."""
DATE_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "before": operator.lt,
    "after": operator.gt,
    "not-after": operator.le,
    "not-before": operator.ge,
}
"""Comparisons of date-times."""
SIGNS: Final = {
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
    "before": "<",
    "after": ">",
    "not-after": "<=",
    "not-before": ">=",
}
"""The comparisons as they are written in Python."""
INFIX: Final = frozenset((*COMPARISONS, *DATE_COMPARISONS, "===", "and", "in", "+"))
"""The operators that compare, combine or add."""


def operation(expression: Json) -> tuple[str, list[Json]]:
    """The operator and the operands of an expression; raises `CertLogicError` where it has none."""
    if not isinstance(expression, dict) or len(expression) != 1:
        raise CertLogicError("this is not an expression")
    [(name, operands)] = expression.items()
    if not isinstance(operands, list) or not operands:
        raise CertLogicError("an operation must have a list of operands")
    return name, operands


def is_literal(expression: Json) -> bool:
    """Whether an expression is its own value: text, a whole number, true or false."""
    return isinstance(expression, str | bool) or integer(expression) is not None


def is_variable(expression: Json) -> bool:
    """Whether an expression is a `var`, well formed or not."""
    return isinstance(expression, dict) and len(expression) == 1 and "var" in expression


def operand(operands: list[Json], position: int) -> Json:
    """The operand at a position; raises `CertLogicError` where it is missing."""
    if position >= len(operands):
        raise CertLogicError("an operand is missing")
    return operands[position]


def whole(operands: list[Json], position: int) -> int:
    """The operand at a position; raises `CertLogicError` where it is not a literal whole number."""
    found = integer(operand(operands, position))
    if found is None:
        raise CertLogicError("an operand must be written as a whole number")
    return found


def unit_of(operands: list[Json]) -> str:
    """The third operand of `plusTime`; raises `CertLogicError` where there is no such unit."""
    unit = operand(operands, 2)
    if not isinstance(unit, str) or unit not in times.UNITS:
        raise CertLogicError("there is no such unit of time")
    return unit


def path_operand(operands: Json) -> str:
    """The path of `var`; raises `CertLogicError` where it is not text."""
    if not isinstance(operands, str):
        raise CertLogicError("the path of `var` must be text")
    return operands


def has_operands(name: str, count: int) -> bool:
    """Whether an operator of `INFIX` may have `count` operands."""
    if name == "and":
        return count >= 2
    if name in COMPARISONS or name in DATE_COMPARISONS:
        return count in (2, 3)
    return count == 2
