"""Evaluates an expression by walking its tree (CertLogic 1.3.3)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final, TypeVar

from vaxpass.certlogic import operations
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.grammar import (
    COMPARISONS,
    DATE_COMPARISONS,
    INFIX,
    has_operands,
    is_literal,
    operand,
    operation,
    path_operand,
    unit_of,
    whole,
)
from vaxpass.certlogic.limits import STEPS, check_size
from vaxpass.certlogic.operations import Budget
from vaxpass.certlogic.values import Json, Moment, Value, path_of, same, walk

_T = TypeVar("_T", bound=float)


def evaluate(expression: Json, data: Json, *, steps: int = STEPS) -> Value:
    """The value of an expression with the context `data`: a JSON value or a `Moment`.

    Raises `CertLogicError` where the expression is malformed, an operand is of the wrong type, or it
    exceeds a limit of `vaxpass.certlogic.limits`; `steps` is the limit of its steps. Nothing else is
    raised. Operands that `if` and `and` do not need are not evaluated.

    >>> evaluate({">=": [{"var": "dn"}, {"var": "sd"}]}, {"dn": 2, "sd": 2})
    True
    """
    check_size(expression)
    try:
        return Evaluation(Budget(steps)).value(expression, data)
    except RecursionError:
        # The limits keep an expression from this alone: the caller is deep in the stack already.
        raise CertLogicError("there is no room left to go so deep") from None


class Evaluation:
    """An evaluation within a budget of steps."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def value(self, expression: Json, data: Value) -> Value:
        """The value of an expression, or of a part of one, with the context `data`."""
        self._budget.spend(1)
        if is_literal(expression):
            return expression
        if isinstance(expression, list):
            # An array may hold moments until an operation uses it, although JSON has none.
            return [self.value(item, data) for item in expression]  # type: ignore[misc]
        if isinstance(expression, dict) and len(expression) == 1 and "var" in expression:
            path = path_operand(expression["var"])
            self._budget.spend(len(path) // operations.CHARACTERS_A_STEP)
            return walk(data, path_of(path))
        name, operands = operation(expression)
        if name in INFIX:
            return self._infix(name, operands, data)
        if name not in _OPERATIONS:
            raise CertLogicError("there is no such operator")
        return _OPERATIONS[name](self, operands, data)

    def _infix(self, name: str, operands: list[Json], data: Value) -> Value:
        if not has_operands(name, len(operands)):
            raise CertLogicError("an operation has too few or too many operands")
        if name == "and":
            return self._and(operands, data)
        values = [self.value(item, data) for item in operands]
        if name in COMPARISONS:
            return _pairwise(COMPARISONS[name], [operations.number(value) for value in values])
        if name in DATE_COMPARISONS:
            return _pairwise(DATE_COMPARISONS[name], [operations.moment(value) for value in values])
        left, right = values
        if name == "===":
            return same(left, right)
        if name == "in":
            return operations.contains(left, right, self._budget)
        return operations.add(left, right)

    def _and(self, operands: list[Json], data: Value) -> Value:
        value: Value = True
        for item in operands:
            value = self.value(item, data)
            if not value:
                break
        return value

    def _if(self, operands: list[Json], data: Value) -> Value:
        operand(operands, 2)
        guard = self.value(operands[0], data)
        return self.value(operands[1] if guard else operands[2], data)

    def _not(self, operands: list[Json], data: Value) -> Value:
        return not self.value(operands[0], data)

    def _plus_time(self, operands: list[Json], data: Value) -> Value:
        amount, unit = whole(operands, 1), unit_of(operands)
        return Moment(operations.plus_time(self.value(operands[0], data), amount, unit))

    def _date_of_birth(self, operands: list[Json], data: Value) -> Value:
        return Moment(operations.date_of_birth(self.value(operands[0], data)))

    def _extract(self, operands: list[Json], data: Value) -> Value:
        value = self.value(operands[0], data)
        return operations.extract_from_uvci(value, whole(operands, 1), self._budget)

    def _reduce(self, operands: list[Json], data: Value) -> Value:
        def combine(accumulator: Value, current: Value) -> Value:
            # The lambda may return a moment, although JSON has none.
            context = {"accumulator": accumulator, "current": current}
            return self.value(operand(operands, 1), context)  # type: ignore[arg-type]

        items = self.value(operands[0], data)
        start = lambda: self.value(operand(operands, 2), data)  # noqa: E731 - evaluated where needed
        return operations.fold(items, combine, start, 1, self._budget)


def _pairwise(compare: Callable[[float, float], bool], values: list[_T]) -> bool:
    return all(compare(left, right) for left, right in itertools.pairwise(values))


_OPERATIONS: Final[dict[str, Callable[[Evaluation, list[Json], Value], Value]]] = {
    "if": Evaluation._if,
    "!": Evaluation._not,
    "plusTime": Evaluation._plus_time,
    "dccDateOfBirth": Evaluation._date_of_birth,
    "extractFromUVCI": Evaluation._extract,
    "reduce": Evaluation._reduce,
}
