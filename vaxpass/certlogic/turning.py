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
from vaxpass.certlogic.grammar import is_variable, operation, unit_of, whole
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
    shifted by `plusTime`, or with too many dates: then nothing is known.

    >>> clock, date = {"plusTime": [{"var": "now"}, 0, "day"]}, {"plusTime": ["2021-01-01", 1, "day"]}
    >>> points = turning_points({"not-after": [clock, date]}, {"now": "2021-01-01"}, "now") or ()
    >>> [times.text(point) for point in points]
    ['2021-01-02T00:00:00.000Z']
    """
    try:
        check_size(expression)
        shifts, dates = _collect(expression, data, clock)
    except (CertLogicError, RecursionError):
        return None
    if len(shifts) * len(dates) > _MOST_PAIRS:
        return None
    points = {point for date in dates for shift in shifts for point in _undone(date, *shift)}
    return tuple(sorted(points))


def _collect(expression: Json, data: Json, clock: str) -> tuple[set[tuple[int, str]], set[float]]:
    """By how much the clock is shifted, and all other dates. Raises `CertLogicError` for other uses."""
    shifts: set[tuple[int, str]] = set()
    dates: set[float] = set()
    evaluation = Evaluation(Budget(STEPS))
    for part in _parts(expression):
        if part == {"var": clock}:
            raise CertLogicError("the clock is used otherwise")
        if not isinstance(part, dict) or "var" in part:
            continue
        name, operands = operation(part)
        if name not in ("plusTime", "dccDateOfBirth"):
            continue
        if operands[0] == {"var": clock} and name == "plusTime":
            shifts.add((whole(operands, 1), unit_of(operands)))
            continue
        try:
            value = evaluation.value(part, data)
        except CertLogicError:
            continue  # a date of a branch that is not taken
        if isinstance(value, Moment) and not math.isnan(value.ms):
            dates.add(value.ms)
    return shifts, dates


def _parts(expression: Json) -> Iterator[Json]:
    """The expression and its parts; of a shifted clock only the whole."""
    yield expression
    if isinstance(expression, list):
        for item in expression:
            yield from _parts(item)
    elif isinstance(expression, dict) and len(expression) == 1:
        [(name, operands)] = expression.items()
        if isinstance(operands, list) and not (
            name == "plusTime" and operands and is_variable(operands[0])
        ):
            for item in operands:
                yield from _parts(item)


def _undone(date: float, amount: int, unit: str) -> Iterator[float]:
    """The times that may be `date` when they are shifted by an amount."""
    back = times.shift(date, -amount, unit)
    if math.isnan(back):
        return
    yield back
    if unit in ("month", "year") and amount:
        for days in range(1, _ROLLED_DAYS + 1):
            yield back - days * times.DAY
            yield back + days * times.DAY
