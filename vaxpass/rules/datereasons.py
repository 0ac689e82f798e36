"""A comparison of dates -> why a rule is not met: too long ago, not long enough, too late."""

from __future__ import annotations

import itertools
import math
from typing import Final

from vaxpass.certlogic import Decision, Json, Moment, Operand, times
from vaxpass.certlogic.grammar import DATE_COMPARISONS
from vaxpass.certlogic.values import Path, path_of, walk
from vaxpass.codes import Why
from vaxpass.rules.subject import CLOCK
from vaxpass.rules.wording import Amount, Codes, Day, Field, Reason, Shown, Until, Value, number_text

_EVENTS: Final = {
    ("v", "dt"): (Why.DOSE_TOO_OLD, Why.DOSE_TOO_NEW, Why.DOSE_AHEAD),
    ("t", "sc"): (Why.SAMPLE_TOO_OLD, Why.SAMPLE_TOO_NEW, Why.SAMPLE_AHEAD),
    ("r", "fr"): (Why.POSITIVE_TOO_OLD, Why.POSITIVE_TOO_NEW, Why.POSITIVE_AHEAD),
}
_LONG_AGO: Final = 10 * times.DAY
"""From then on nobody counts in hours."""
_SIZES: Final = {"hour": times.HOUR, "day": times.DAY}


def date_reason(decision: Decision, context: dict[str, Json]) -> Reason | None:
    """Why a comparison of dates stands in the way; None where no words fit it.

    Raises `CertLogicError` where a date was not written out or read from the certificate.
    """
    compare = DATE_COMPARISONS[decision.operator]
    if len(decision.operands) > 2 and decision.holds:
        return None  # outside of two dates: neither of them alone is in the way
    for left, right in itertools.pairwise(decision.operands):
        first, second = _ms(left), _ms(right)
        for operand, ms in ((left, first), (right, second)):
            if math.isnan(ms):
                if not math.isnan(times.parse(operand.text)):
                    return None  # it is the amount that leads out of all time
                value = Codes(operand.path, (operand.text,))
                return Reason(Why.DATE_IMPOSSIBLE, {"field": _field(operand), "value": value})
        # Of three dates, the two that are not in order.
        if len(decision.operands) == 2 or compare(first, second) is decision.holds:
            return _pair(left, right, context, later=_is_later(decision, first, second))
    return None


def _is_later(decision: Decision, first: float, second: float) -> bool:
    """Whether what stands in the way is that the first is late; of two equal ones, as it was asked."""
    if first != second:
        return first > second
    return (decision.operator in ("before", "not-after")) is not decision.holds


def _pair(left: Operand, right: Operand, context: dict[str, Json], *, later: bool) -> Reason | None:
    if left.path == CLOCK and right.path != CLOCK:
        return _with_clock(left, right, context, past=later)
    if right.path == CLOCK and left.path != CLOCK:
        return _with_clock(right, left, context, past=not later)
    if left.path == CLOCK:
        return None
    if not left.path and right.path:
        left, right, later = right, left, not later
    bound = times.shift(_ms(right), -left.amount, left.unit or "day")
    why = Why.DATE_TOO_LATE if later else Why.DATE_TOO_EARLY
    date = Day(times.parse(left.text))
    return Reason(why, {"field": _field(left), "date": date, "bound": Day(bound)})


def _with_clock(clock: Operand, date: Operand, context: dict[str, Json], *, past: bool) -> Reason:
    """The clock has passed a date and what was added to it, or has not reached that yet."""
    now, base = times.parse(clock.text), times.parse(date.text)
    steps = path_of(date.path)
    event = _EVENTS.get((str(steps[1]), str(steps[-1]))) if len(steps) == 4 else None
    if event is not None and steps[1] == "v" and not doses(steps, context):
        event = None  # which dose it was can't be said
    limit = _limit(clock, date)
    if event is not None and base > now and not past:
        return Reason(event[2], _event_values(steps, base, context))
    if event is not None and limit is not None and limit.number > 0:
        age = _age(base, now, limit.unit)
        if past and age == limit:
            age = Amount(age.number, f"{age.unit}.more")
        why = event[0] if past else event[1]
        return Reason(why, {**_event_values(steps, base, context), "age": age, "limit": limit})
    bound = times.shift(_ms(date), -clock.amount, clock.unit)
    field = _field(date)
    if past:
        return Reason(Why.DATE_PASSED, {"field": field, "date": Day(base), "bound": Until(bound)})
    return Reason(Why.DATE_NOT_REACHED, {"field": field, "date": Day(base), "bound": Day(bound)})


def _limit(clock: Operand, date: Operand) -> Amount | None:
    """How long after the date the clock may or must be; None where it can't be said in one unit."""
    if clock.amount == 0:
        return Amount(date.amount, date.unit)
    if date.amount == 0:
        return Amount(-clock.amount, clock.unit)
    return Amount(date.amount - clock.amount, date.unit) if date.unit == clock.unit else None


def _age(base: float, now: float, unit: str) -> Amount:
    """How many whole units lie between two times."""
    if unit == "hour" and now - base >= _LONG_AGO:
        unit = "day"
    if unit in _SIZES:
        return Amount(int((now - base) // _SIZES[unit]), unit)
    size = times.DAY * (31 if unit == "month" else 366)
    count = int((now - base) // size)
    while times.shift(base, count + 1, unit) <= now:
        count += 1
    return Amount(count, unit) if count else _age(base, now, "day")


def _event_values(steps: Path, base: float, context: dict[str, Json]) -> dict[str, Value]:
    values: dict[str, Value] = {"date": Day(base)}
    return {**values, **doses(steps, context)} if steps[1] == "v" else values


def doses(steps: Path, context: dict[str, Json]) -> dict[str, Value]:
    """Which dose of how many the vaccination is that a path leads into; empty where it does not say."""
    found: dict[str, Value] = {}
    for name, key in (("dose", "dn"), ("doses", "sd")):
        number = walk(context, (*steps[:-1], key))
        if isinstance(number, bool) or not isinstance(number, int | float):
            return {}
        found[name] = Shown(number_text(number))
    return found


def _field(operand: Operand) -> Field:
    return Field(operand.path or "date")


def _ms(operand: Operand) -> float:
    return operand.value.ms if isinstance(operand.value, Moment) else math.nan
