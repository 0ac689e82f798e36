"""Finds the reason why a rule is not met: the comparison that decided, with its values.

`reason_of` takes a rule and its context. Comparisons of dates have reasons of their own: too long ago,
not long enough ago, too late.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Final, TypeGuard

from vaxpass.certlogic import (
    CertLogicError,
    Decision,
    Json,
    Moment,
    Operand,
    Value,
    decide,
    desugar,
    times,
)
from vaxpass.certlogic.grammar import DATE_COMPARISONS
from vaxpass.certlogic.values import Path, path_of, walk
from vaxpass.codes import RuleCode
from vaxpass.rules.admission import INVALIDATION
from vaxpass.rules.model import Rule
from vaxpass.rules.subject import CLOCK
from vaxpass.rules.wording import (
    Amount,
    Codes,
    Country,
    Day,
    Field,
    RuleReason,
    Shown,
    Until,
    number_text,
)
from vaxpass.rules.wording import Value as Said

_EVENT_NAMES: Final = {
    ("v", "dt"): (RuleCode.DOSE_TOO_OLD, RuleCode.DOSE_TOO_NEW, RuleCode.DOSE_AHEAD),
    ("t", "sc"): (RuleCode.SAMPLE_TOO_OLD, RuleCode.SAMPLE_TOO_NEW, RuleCode.SAMPLE_AHEAD),
    ("r", "fr"): (RuleCode.POSITIVE_TOO_OLD, RuleCode.POSITIVE_TOO_NEW, RuleCode.POSITIVE_AHEAD),
}
_LONG_AGO: Final = 10 * times.DAY
"""An age of this many milliseconds or more is given in days, not in hours."""
_SIZES: Final = {"hour": times.HOUR, "day": times.DAY}
_EVENTS: Final = ("dt", "sc", "fr", "df", "du")
_GROUPS: Final = {"v": RuleCode.NO_VACCINATION, "t": RuleCode.NO_TEST, "r": RuleCode.NO_RECOVERY}
_VALUE_SETS: Final = "external.valueSets."
# An operator and whether it held, where the left operand is too low (too high), and what to add to the
# right operand to get the limit.
_BELOW: Final = {("<", True): 0, ("<=", True): 1, (">", False): 1, (">=", False): 0}
_ABOVE: Final = {(">", True): 0, (">=", True): -1, ("<", False): -1, ("<=", False): 0}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def reason_of(rule: Rule, context: dict[str, Json]) -> RuleReason:
    """Why a rule that failed is not met: the comparison that decided, else its description."""
    if rule.type != INVALIDATION:
        for decision in _preferred(decide(desugar(rule.logic), context)):
            try:
                found = _reason(decision, context)
            except CertLogicError:
                continue  # a computed value, for which there is no sentence
            if found is not None:
                return found.about(country=Country(rule.country))
    return _described(rule)


def described(rule: Rule, why: RuleCode) -> RuleReason:
    """A reason that names only the country and the rule."""
    return RuleReason(why, {"country": Country(rule.country), "identifier": Shown(rule.identifier)})


def _described(rule: Rule) -> RuleReason:
    invalid = rule.type == INVALIDATION
    if not rule.descriptions:
        return described(rule, RuleCode.INVALIDATED_UNDESCRIBED if invalid else RuleCode.UNDESCRIBED)
    why = RuleCode.INVALIDATED if invalid else RuleCode.DESCRIBED
    return RuleReason(why, {"country": Country(rule.country), "description": rule})


def _preferred(decisions: tuple[Decision, ...]) -> list[Decision]:
    """The decisions, with those first that compare the clock with the date of the event.

    They say from when on or until when the rule is met, which helps a traveller most.
    """

    def on_event(decision: Decision) -> bool:
        paths = [operand.path.rpartition(".")[2] for operand in decision.operands]
        return decision.reads(CLOCK) and any(path in _EVENTS for path in paths)

    return sorted(decisions, key=lambda decision: not on_event(decision))


def _reason(decision: Decision, context: dict[str, Json]) -> RuleReason | None:
    if decision.operator == "var":
        return _presence(decision)
    if decision.operator in DATE_COMPARISONS:
        return date_reason(decision, context)
    if any(isinstance(operand.value, Moment) for operand in decision.operands):
        return None  # dates in another operator than a comparison of dates
    left, right, *_ = decision.operands
    if decision.operator in _MIRRORED:
        return _number(decision, context)
    if decision.operator == "in":
        return _membership(left, right, holds=decision.holds)
    if not left.path:
        left, right = right, left
    return _equality(left, right, context, holds=decision.holds)


def _presence(decision: Decision) -> RuleReason | None:
    path = decision.operands[0].path
    steps = path_of(path)
    if len(steps) < 2 or steps[0] != "payload":
        return None
    group = steps[1]
    if group in _GROUPS and len(steps) <= 3:
        index = steps[2] if len(steps) == 3 else 0
        if not decision.holds:
            return RuleReason(_GROUPS[str(group)], {}) if index == 0 else None
        return RuleReason(RuleCode.SEVERAL_EVENTS, {}) if index != 0 else None
    return None if decision.holds else _missing(decision.operands[0])


def _equality(
    left: Operand, right: Operand, context: dict[str, Json], *, holds: bool
) -> RuleReason | None:
    if not left.path or not _has_words(left.value):
        return None
    if _is_blank(left.value):
        return None if _is_blank(right.value) and not holds else _missing(left)
    if holds:
        return _excluded(left)
    numbers = _is_number(left.value) and _is_number(right.value)
    if numbers and right.path:
        if path_of(left.path)[-1:] == ("sd",):
            left, right = right, left
        low = _whole(left) < _whole(right)
        return _low(left, right, 0, context) if low else _high(left, right, 0)
    if numbers or (isinstance(left.value, str) and isinstance(right.value, str) and right.value):
        return _not_accepted(left, [_text(right.value)])
    return None


def _membership(left: Operand, right: Operand, *, holds: bool) -> RuleReason | None:
    if not left.path or not _has_words(left.value):
        return None
    if _is_blank(left.value):
        return _missing(left)
    if holds:
        return _excluded(left)
    if right.path.startswith(_VALUE_SETS) or not isinstance(right.value, list):
        return RuleReason(RuleCode.NOT_LISTED, _subject(left))
    accepted = [_text(item) for item in right.value if _has_words(item) and not _is_blank(item)]
    if not accepted:
        return _excluded(left)
    # 2 is not "2", but a sentence would show the same for both.
    return None if _text(left.value) in accepted else _not_accepted(left, accepted)


def _is_blank(value: Value) -> bool:
    return value is None or value == ""


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_words(value: Value) -> bool:
    """Whether a sentence can name a value, or the value is absent."""
    return value is None or isinstance(value, str) or _is_number(value)


def _text(value: Value) -> str:
    return number_text(value) if _is_number(value) else str(value)


def _missing(operand: Operand) -> RuleReason:
    return RuleReason(RuleCode.MISSING, {"field": Field(operand.path)})


def _number(decision: Decision, context: dict[str, Json]) -> RuleReason | None:
    pairs = list(zip(decision.operands, decision.operands[1:], strict=False))
    name, holds = decision.operator, decision.holds
    if len(pairs) > 1 and holds:
        return None  # between two limits, which is excluded: neither of them alone is the reason
    for left, right in pairs:
        # Of three operands, the pair that does not hold.
        if len(pairs) > 1 and _holds(name, left, right) is not holds:
            continue
        if not left.path or (right.path and path_of(left.path)[-1:] == ("sd",)):
            left, right, name = right, left, _MIRRORED[name]  # noqa: PLW2901 - the same, turned around
        if not left.path:
            return None
        if (name, holds) in _BELOW:
            return _low(left, right, _BELOW[name, holds], context)
        return _high(left, right, _ABOVE[name, holds])
    return None


def _holds(name: str, left: Operand, right: Operand) -> bool:
    low, high = _whole(left), _whole(right)
    return {"<": low < high, ">": low > high, "<=": low <= high, ">=": low >= high}[name]


def _whole(operand: Operand) -> int:
    value = operand.value
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else 0


def _low(left: Operand, right: Operand, more: int, context: dict[str, Json]) -> RuleReason:
    if path_of(left.path)[-1:] == ("dn",) and path_of(right.path)[-1:] == ("sd",):
        found = doses(path_of(left.path), context)
        if found:
            return RuleReason(RuleCode.SERIES_INCOMPLETE, found)
    limit = Shown(str(_whole(right) + more))
    return RuleReason(RuleCode.NUMBER_LOW, {**_subject(left), "limit": limit})


def _high(left: Operand, right: Operand, more: int) -> RuleReason:
    limit = Shown(str(_whole(right) + more))
    return RuleReason(RuleCode.NUMBER_HIGH, {**_subject(left), "limit": limit})


def _subject(operand: Operand) -> Mapping[str, Field | Codes]:
    return {"field": Field(operand.path), "value": Codes(operand.path, (_text(operand.value),))}


def _excluded(operand: Operand) -> RuleReason:
    return RuleReason(RuleCode.EXCLUDED, _subject(operand))


def _not_accepted(operand: Operand, accepted: list[str]) -> RuleReason:
    values = {**_subject(operand), "accepted": Codes(operand.path, tuple(accepted))}
    return RuleReason(RuleCode.NOT_ACCEPTED, values)


def date_reason(decision: Decision, context: dict[str, Json]) -> RuleReason | None:
    """The reason that a comparison of dates gives; None where no sentence fits it.

    Raises `CertLogicError` where a date is neither a literal nor a field of the certificate.
    """
    compare = DATE_COMPARISONS[decision.operator]
    if len(decision.operands) > 2 and decision.holds:
        return None  # between two dates, which is excluded: neither of them alone is the reason
    for left, right in itertools.pairwise(decision.operands):
        first, second = _ms(left), _ms(right)
        for operand, ms in ((left, first), (right, second)):
            if math.isnan(ms):
                if not math.isnan(times.parse(operand.text)):
                    return None  # the amount leads beyond the calendar, not the date
                value = Codes(operand.path, (operand.text,))
                return RuleReason(RuleCode.DATE_IMPOSSIBLE, {"field": _field(operand), "value": value})
        # Of three dates, the two that are in the wrong order.
        if len(decision.operands) == 2 or compare(first, second) is decision.holds:
            return _pair(left, right, context, later=_is_later(decision, first, second))
    return None


def _is_later(decision: Decision, first: float, second: float) -> bool:
    """Whether the first date is too late (else too early); for equal dates the operator decides."""
    if first != second:
        return first > second
    return (decision.operator in ("before", "not-after")) is not decision.holds


def _pair(left: Operand, right: Operand, context: dict[str, Json], *, later: bool) -> RuleReason | None:
    if left.path == CLOCK and right.path != CLOCK:
        return _with_clock(left, right, context, past=later)
    if right.path == CLOCK and left.path != CLOCK:
        return _with_clock(right, left, context, past=not later)
    if left.path == CLOCK:
        return None
    if not left.path and right.path:
        left, right, later = right, left, not later
    bound = times.shift(_ms(right), -left.amount, left.unit or "day")
    why = RuleCode.DATE_TOO_LATE if later else RuleCode.DATE_TOO_EARLY
    date = Day(times.parse(left.text))
    return RuleReason(why, {"field": _field(left), "date": date, "bound": Day(bound)})


def _with_clock(clock: Operand, date: Operand, context: dict[str, Json], *, past: bool) -> RuleReason:
    """The reason where the clock is past `date` plus an amount, or before it."""
    now, base = times.parse(clock.text), times.parse(date.text)
    steps = path_of(date.path)
    event = _EVENT_NAMES.get((str(steps[1]), str(steps[-1]))) if len(steps) == 4 else None
    if event is not None and steps[1] == "v" and not doses(steps, context):
        event = None  # the sentence names the dose, which is missing
    limit = _limit(clock, date)
    if event is not None and base > now and not past:
        # Where the clock is on that day already, though not in UTC, the hour says why.
        date_ahead = Day(base, now if base - now < times.DAY else None)
        return RuleReason(event[2], {**_event_values(steps, base, context), "date": date_ahead})
    if event is not None and limit is not None and limit.number > 0:
        age = _age(base, now, limit.unit)
        if past and age == limit:
            age = Amount(age.number, f"{age.unit}.more")
        why = event[0] if past else event[1]
        return RuleReason(why, {**_event_values(steps, base, context), "age": age, "limit": limit})
    bound = times.shift(_ms(date), -clock.amount, clock.unit)
    field = _field(date)
    if past:
        return RuleReason(
            RuleCode.DATE_PASSED, {"field": field, "date": Day(base), "bound": Until(bound, now)}
        )
    return RuleReason(
        RuleCode.DATE_NOT_REACHED, {"field": field, "date": Day(base), "bound": Day(bound, now)}
    )


def _limit(clock: Operand, date: Operand) -> Amount | None:
    """How long after the date the clock may or must be; None where that is not in one unit."""
    if clock.amount == 0:
        return Amount(date.amount, date.unit)
    if date.amount == 0:
        return Amount(-clock.amount, clock.unit)
    return Amount(date.amount - clock.amount, date.unit) if date.unit == clock.unit else None


def _age(base: float, now: float, unit: str) -> Amount:
    """The number of whole units between two times in milliseconds."""
    if unit == "hour" and now - base >= _LONG_AGO:
        unit = "day"
    if unit in _SIZES:
        return Amount(int((now - base) // _SIZES[unit]), unit)
    size = times.DAY * (31 if unit == "month" else 366)
    count = int((now - base) // size)
    while times.shift(base, count + 1, unit) <= now:
        count += 1
    return Amount(count, unit) if count else _age(base, now, "day")


def _event_values(steps: Path, base: float, context: dict[str, Json]) -> dict[str, Said]:
    values: dict[str, Said] = {"date": Day(base)}
    return {**values, **doses(steps, context)} if steps[1] == "v" else values


def doses(steps: Path, context: dict[str, Json]) -> dict[str, Said]:
    """The values `dose` and `doses` of the vaccination that `steps` leads into; empty without them."""
    found: dict[str, Said] = {}
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
