"""Analyses an evaluation: which comparison decided, and at which times the value may change.

- `decide` finds the comparison that made the value what it is, with its operands.
- `breakpoints` finds the times at which the value may change as the clock runs. Rules use the clock
  only shifted by `plusTime` and compared with other dates, so the value can change only where the
  shifted clock passes one of those dates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.evaluator import Evaluation, evaluate
from vaxpass.certlogic.grammar import (
    COMPARISONS,
    DATE_COMPARISONS,
    is_literal,
    is_variable,
    operation,
    unit_of,
    whole,
)
from vaxpass.certlogic.limits import STEPS, check_size
from vaxpass.certlogic.operations import Budget
from vaxpass.certlogic.values import Json, Moment, Value

_LEAVES = frozenset((*COMPARISONS, *DATE_COMPARISONS, "===", "in"))
_MOST_PAIRS = 2500
"""Pairs of a shift of the clock and another date; published rules have a few."""
_ROLLED_DAYS = 3
"""Shifting by months back and forth can miss by so many days: 31 January and a month is 3 March."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand of a comparison: its value, and where it comes from.

    >>> Operand(2, "payload.v.0.dn").path
    'payload.v.0.dn'
    """

    value: Value
    path: str = ""
    """The path that a `var` reads; empty where the value is a literal or computed."""
    amount: int = 0
    """Of a date-time: by how many units `plusTime` shifted `text`."""
    unit: str = ""
    """Of a date-time: `day`, `hour`, `month` or `year`."""
    text: str = ""
    """Of a date-time: the date before it was shifted, at `path` or a literal."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A comparison that decided.

    >>> Decision(">=", (Operand(1, "dn"), Operand(2, "sd")), holds=False).reads("dn")
    True
    """

    operator: str
    """A comparison; `var` where only the presence of a value decided, with one operand."""
    operands: tuple[Operand, ...]
    holds: bool

    def reads(self, path: str) -> bool:
        """Whether one of the operands comes from this path."""
        return any(operand.path == path for operand in self.operands)


def decide(expression: Json, data: Json) -> tuple[Decision, ...]:
    """The comparisons that decided the value of an expression with the context `data`.

    The first is the last one that was evaluated: with another result of it the value would be
    another. After it, in their order, come conditions that would have ended the evaluation with
    another result, as in "if A then true, else if B then true, else false". Empty where no single
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
            # With another result of the condition, the value would be the other literal.
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


def breakpoints(expression: Json, data: Json, clock: str) -> tuple[float, ...] | None:
    """The times at which the value may change as the clock runs, in order.

    They are milliseconds since 1970 (UTC).

    `clock` is the path of the clock in the context `data`. Between two of the times, before the first
    and after the last, the value stays the same. None where the times can't be found: the expression
    uses the clock otherwise than shifted by `plusTime` and compared with other dates, or has too many
    dates.

    >>> clock, date = {"plusTime": [{"var": "now"}, 0, "day"]}, {"plusTime": ["2021-01-01", 1, "day"]}
    >>> points = breakpoints({"not-after": [clock, date]}, {"now": "2021-01-01"}, "now") or ()
    >>> [times.text(point) for point in points]
    ['2021-01-02T00:00:00.000Z']
    """
    try:
        check_size(expression)
        found = _Collector(data, clock)
        found.visit(expression)
    except (CertLogicError, RecursionError):
        return None
    if len(found.shifts) * len(found.dates) > _MOST_PAIRS:
        return None
    points = {
        point for date in found.dates for shift in found.shifts for point in _undone(date, *shift)
    }
    return tuple(sorted(points))


class _Collector:
    """Collects, in one walk through an expression, the shifts of the clock and all other dates."""

    def __init__(self, data: Json, clock: str) -> None:
        self.shifts: set[tuple[int, str]] = set()
        self.dates: set[float] = set()
        self._data = data
        self._clock = clock
        self._budget = Budget(STEPS)
        self._evaluation = Evaluation(self._budget)

    def visit(self, part: Json) -> bool:
        """Collect from a part, and return whether the clock is in it.

        Raises `CertLogicError` where the clock is used otherwise than shifted and compared with dates
        that do not depend on it.
        """
        if isinstance(part, list):
            return sum(map(self.visit, part)) > 0
        if not isinstance(part, dict):
            return False
        if is_variable(part):
            self._check(part["var"])
            return False
        name, operands = operation(part)
        if name == "plusTime" and operands[0] == {"var": self._clock}:
            self.shifts.add((whole(operands, 1), unit_of(operands)))
            return True
        clocks = sum(map(self.visit, operands))
        if name == "reduce" and clocks:
            raise CertLogicError("what a lambda does with the clock is not looked at")
        if name in DATE_COMPARISONS and clocks > 1:
            # A month after the clock may be more or less than 30 days after it.
            raise CertLogicError("the clock is compared with itself")
        if name in ("plusTime", "dccDateOfBirth", "reduce"):
            self._add(part)
        return clocks > 0

    def _check(self, path: Json) -> None:
        """Raise `CertLogicError` where a path reads the clock unshifted, or an object that has it."""
        if isinstance(path, str) and (not path or f"{self._clock}.".startswith(f"{path}.")):
            raise CertLogicError("the clock is used otherwise")

    def _add(self, part: Json) -> None:
        try:
            value = self._evaluation.value(part, self._data)
        except CertLogicError:
            if self._budget.steps < 0:
                raise
            return  # a date in a branch that is not taken, or in a lambda
        if isinstance(value, Moment) and not math.isnan(value.ms):
            self.dates.add(value.ms)


def _undone(date: float, amount: int, unit: str) -> Iterator[float]:
    """The times that `plusTime` may shift to `date`."""
    back = times.shift(date, -amount, unit)
    if math.isnan(back):
        return
    yield back
    if unit in ("month", "year") and amount:
        midnight = back // times.DAY * times.DAY
        for days in range(-_ROLLED_DAYS, _ROLLED_DAYS + 1):
            yield back + days * times.DAY
            # At midnight between two months the shifted clock may jump, forwards or backwards.
            first = midnight + days * times.DAY
            if times.shift(first, amount, unit) != times.shift(first - 1, amount, unit) + 1:
                yield first
