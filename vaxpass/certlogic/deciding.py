"""Expression and data -> the one comparison that decided, with its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.evaluator import Evaluation, evaluate
from vaxpass.certlogic.grammar import (
    COMPARISONS,
    DATE_COMPARISONS,
    is_literal,
    operation,
    unit_of,
    whole,
)
from vaxpass.certlogic.limits import STEPS
from vaxpass.certlogic.operations import Budget
from vaxpass.certlogic.values import Json, Value

_LEAVES = frozenset((*COMPARISONS, *DATE_COMPARISONS, "===", "in"))


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: its value, and where it comes from.

    `path` is what a `var` reads, empty where the value is written out or computed. For a date-time
    `amount` and `unit` say by how much `text`, the date at `path` or the one written out, was shifted.
    """

    value: Value
    path: str = ""
    amount: int = 0
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A comparison that decided: its operator, its operands, and whether it held.

    `operator` is also `var` where the mere presence of a value decided; then there is one operand.
    """

    operator: str
    operands: tuple[Operand, ...]
    holds: bool

    def reads(self, path: str) -> bool:
        """Whether one of the operands is what stands at this path."""
        return any(operand.path == path for operand in self.operands)


def decide(expression: Json, data: Json) -> tuple[Decision, ...]:
    """The comparisons that made the value of an expression what it is, the last one first.

    The first of them is the one without which the value would be another, on the way that the
    evaluation took. Where that way passed by conditions under which it would have ended at once, as in
    "true if this, else true if that, else false", those follow, in their order. Empty where no single
    comparison decided, or the expression has no value.

    >>> rule = {"if": [{"var": "v"}, {">=": [{"var": "dn"}, 2]}, True]}
    >>> decide(rule, {"v": True, "dn": 1})[0].operands[0]
    Operand(value=1, path='dn', amount=0, unit='', text='')
    """
    try:
        evaluate(expression, data)
        return tuple(_Walk(data).decide(expression))
    except (CertLogicError, RecursionError):
        return ()


class _Walk:
    def __init__(self, data: Json) -> None:
        self._data = data
        self._evaluation = Evaluation(Budget(STEPS))

    def _value(self, expression: Json) -> Value:
        return self._evaluation.value(expression, self._data)

    def decide(self, expression: Json) -> Iterator[Decision]:
        if is_literal(expression) or not isinstance(expression, dict):
            return
        if "var" in expression:
            value = self._value(expression)
            yield Decision("var", (Operand(value, _path(expression)),), bool(value))
            return
        name, operands = operation(expression)
        if name == "if":
            yield from self._if(operands)
        elif name == "and":
            yield from self._and(operands)
        elif name == "!":
            yield from self.decide(operands[0])
        elif name in _LEAVES:
            holds = bool(self._value(expression))
            yield Decision(name, tuple(self._operand(item) for item in operands), holds)

    def _if(self, operands: list[Json]) -> Iterator[Decision]:
        guard, taken, other = operands[0], operands[1], operands[2]
        if not self._value(guard):
            taken, other = other, taken
        yield from self.decide(taken)
        if is_literal(taken):
            yield from self.decide(guard)
        elif is_literal(other) and bool(other) is not bool(self._value(taken)):
            # Had the condition turned out otherwise, that would have been the end of it.
            yield from self.decide(guard)

    def _and(self, operands: list[Json]) -> Iterator[Decision]:
        last = operands[-1]
        for item in operands:
            if not self._value(item):
                last = item
                break
        yield from self.decide(last)

    def _operand(self, expression: Json) -> Operand:
        value = self._value(expression)
        if not isinstance(expression, dict):
            return Operand(value)
        if "var" in expression:
            return Operand(value, _path(expression))
        name, operands = operation(expression)
        if name == "if":
            return self._operand(operands[1] if self._value(operands[0]) else operands[2])
        if name in ("plusTime", "dccDateOfBirth"):
            text = self._value(operands[0])
            path = _path(operands[0])
            amount, unit = (
                (0, "day") if name == "dccDateOfBirth" else (whole(operands, 1), unit_of(operands))
            )
            return Operand(value, path, amount, unit, text if isinstance(text, str) else "")
        return Operand(value)


def _path(expression: Json) -> str:
    path = expression.get("var") if isinstance(expression, dict) else None
    return path if isinstance(path, str) else ""
