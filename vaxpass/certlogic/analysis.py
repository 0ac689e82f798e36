"""Expression and data -> the one comparison that decided, with its values.

TODO-MERGED: Expression and data -> the times at which its value may change, as the clock goes on.

Rules use the clock only to compare it, shifted by `plusTime`, with other dates. So the value can change
only where a shifted clock passes one of those dates: a few points, found without trying every day.
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


_MOST_PAIRS = 2500
"""Of shifts of the clock and other dates; published rules have a few."""
_ROLLED_DAYS = 3
"""By how many days shifting back and forth by months can miss: 31 January and a month is 3 March."""


def breakpoints(expression: Json, data: Json, clock: str) -> tuple[float, ...] | None:
    """Milliseconds since 1970 at which the value may be another than before or after; in order.

    `clock` is the path of the clock. Between two points, and before and after all of them, the value
    stays the same whatever the clock shows. None where the expression uses the clock otherwise than
    shifted by `plusTime` and compared with other dates, or where these are too many: then nothing is
    known.

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
    """By how much the clock is shifted, and all other dates, in one walk through an expression.

    `visit` raises `CertLogicError` where the clock is used in another way than to be compared, shifted,
    with dates that do not depend on it.
    """

    def __init__(self, data: Json, clock: str) -> None:
        self.shifts: set[tuple[int, str]] = set()
        self.dates: set[float] = set()
        self._data = data
        self._clock = clock
        self._budget = Budget(STEPS)
        self._evaluation = Evaluation(self._budget)

    def visit(self, part: Json) -> bool:
        """Collect from a part; whether the clock is in it."""
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
        """Refuse what reads the clock as it is, or something that it is a part of."""
        if isinstance(path, str) and (not path or f"{self._clock}.".startswith(f"{path}.")):
            raise CertLogicError("the clock is used otherwise")

    def _add(self, part: Json) -> None:
        try:
            value = self._evaluation.value(part, self._data)
        except CertLogicError:
            if self._budget.steps < 0:
                raise
            return  # a date of a branch that is not taken, or of a lambda
        if isinstance(value, Moment) and not math.isnan(value.ms):
            self.dates.add(value.ms)


def _undone(date: float, amount: int, unit: str) -> Iterator[float]:
    """The times that may be `date` when they are shifted by an amount."""
    back = times.shift(date, -amount, unit)
    if math.isnan(back):
        return
    yield back
    if unit in ("month", "year") and amount:
        midnight = back // times.DAY * times.DAY
        for days in range(-_ROLLED_DAYS, _ROLLED_DAYS + 1):
            yield back + days * times.DAY
            # At midnight from one month to the next the shifted clock may leap, either way.
            first = midnight + days * times.DAY
            if times.shift(first, amount, unit) != times.shift(first - 1, amount, unit) + 1:
                yield first
