"""Expression and data -> the times at which its value may change, as the clock goes on.

Rules use the clock only to compare it, shifted by `plusTime`, with other dates. So the value can change
only where a shifted clock passes one of those dates: a few points, found without trying every day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from vaxpass.certlogic import times
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.evaluator import Evaluation
from vaxpass.certlogic.grammar import DATE_COMPARISONS, is_variable, operation, unit_of, whole
from vaxpass.certlogic.limits import STEPS, check_size
from vaxpass.certlogic.operations import Budget
from vaxpass.certlogic.values import Json, Moment

_MOST_PAIRS = 2500
"""Of shifts of the clock and other dates; published rules have a few."""
_ROLLED_DAYS = 3
"""By how many days shifting back and forth by months can miss: 31 January and a month is 3 March."""


def turning_points(expression: Json, data: Json, clock: str) -> tuple[float, ...] | None:
    """Milliseconds since 1970 at which the value may be another than before or after; in order.

    `clock` is the path of the clock. Between two points, and before and after all of them, the value
    stays the same whatever the clock shows. None where the expression uses the clock otherwise than
    shifted by `plusTime` and compared with other dates, or where these are too many: then nothing is
    known.

    >>> clock, date = {"plusTime": [{"var": "now"}, 0, "day"]}, {"plusTime": ["2021-01-01", 1, "day"]}
    >>> points = turning_points({"not-after": [clock, date]}, {"now": "2021-01-01"}, "now") or ()
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
