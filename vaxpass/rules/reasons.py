"""Rule and context -> why the rule is not met: the comparison that decided, with its values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from vaxpass.certlogic import CertLogicError, Decision, Json, Moment, Operand, decide, desugar
from vaxpass.certlogic.values import path_of
from vaxpass.codes import Why
from vaxpass.rules.admission import INVALIDATION
from vaxpass.rules.datereasons import date_reason, doses
from vaxpass.rules.rule import Rule
from vaxpass.rules.subject import CLOCK
from vaxpass.rules.wording import Codes, Country, Field, Reason, Shown

_EVENTS: Final = ("dt", "sc", "fr", "df", "du")
_GROUPS: Final = {"v": Why.NO_VACCINATION, "t": Why.NO_TEST, "r": Why.NO_RECOVERY}
_VALUE_SETS: Final = "external.valueSets."
# What a comparison that did or did not hold says: the left operand lies below or above the right one.
_BELOW: Final = {("<", True): 0, ("<=", True): 1, (">", False): 1, (">=", False): 0}
_ABOVE: Final = {(">", True): 0, (">=", True): -1, ("<", False): -1, ("<=", False): 0}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def reason_of(rule: Rule, context: dict[str, Json]) -> Reason:
    """Why a rule that failed is not met."""
    if rule.type != INVALIDATION:
        for decision in _preferred(decide(desugar(rule.logic), context)):
            try:
                found = _reason(decision, context)
            except CertLogicError:
                continue  # a value that came about in a way for which there are no words
            if found is not None:
                return found.about(country=Country(rule.country))
    return _described(rule)


def described(rule: Rule, why: Why) -> Reason:
    """A reason that names the rule only."""
    return Reason(why, {"country": Country(rule.country), "identifier": Shown(rule.identifier)})


def _described(rule: Rule) -> Reason:
    invalid = rule.type == INVALIDATION
    if not rule.descriptions:
        return described(rule, Why.INVALIDATED_UNDESCRIBED if invalid else Why.UNDESCRIBED)
    why = Why.INVALIDATED if invalid else Why.DESCRIBED
    return Reason(why, {"country": Country(rule.country), "description": rule})


def _preferred(decisions: tuple[Decision, ...]) -> list[Decision]:
    """First what compares today with the day of the event: it is what a traveller can do least about,
    and what tells from when on or until when the certificate is good.
    """

    def on_event(decision: Decision) -> bool:
        paths = [operand.path.rpartition(".")[2] for operand in decision.operands]
        return decision.reads(CLOCK) and any(path in _EVENTS for path in paths)

    return sorted(decisions, key=lambda decision: not on_event(decision))


def _reason(decision: Decision, context: dict[str, Json]) -> Reason | None:
    if decision.operator == "var":
        return _presence(decision)
    if any(isinstance(operand.value, Moment) for operand in decision.operands):
        return date_reason(decision, context)
    left, right, *_ = decision.operands
    if decision.operator in _MIRRORED:
        return _number(decision, context)
    if decision.operator == "in":
        return _membership(left, right, holds=decision.holds)
    if not left.path:
        left, right = right, left
    return _equality(left, right, context, holds=decision.holds)


def _presence(decision: Decision) -> Reason | None:
    path = decision.operands[0].path
    steps = path_of(path)
    if len(steps) < 2 or steps[0] != "payload":
        return None
    group = steps[1]
    if group in _GROUPS and len(steps) <= 3:
        index = steps[2] if len(steps) == 3 else 0
        if not decision.holds:
            return Reason(_GROUPS[str(group)], {}) if index == 0 else None
        return Reason(Why.SEVERAL_EVENTS, {}) if index != 0 else None
    return None if decision.holds else Reason(Why.MISSING, {"field": Field(path)})


def _equality(left: Operand, right: Operand, context: dict[str, Json], *, holds: bool) -> Reason | None:
    if not left.path or isinstance(left.value, list | dict):
        return None
    if left.value is None and not holds:
        return Reason(Why.MISSING, {"field": Field(left.path)})
    if isinstance(left.value, int) and isinstance(right.value, int) and not holds:
        low = left.value < right.value
        return _low(left, right, 0, context) if low else _high(left, right, 0)
    if holds:
        return _excluded(left)
    if isinstance(right.value, str) and right.value:
        return _not_accepted(left, [right.value])
    return None


def _membership(left: Operand, right: Operand, *, holds: bool) -> Reason | None:
    if not left.path or isinstance(left.value, list | dict):
        return None
    if holds:
        return _excluded(left)
    if left.value is None or left.value == "":
        return Reason(Why.MISSING, {"field": Field(left.path)})
    if right.path.startswith(_VALUE_SETS) or not isinstance(right.value, list):
        return Reason(Why.NOT_LISTED, _subject(left))
    return _not_accepted(left, [str(item) for item in right.value])


def _number(decision: Decision, context: dict[str, Json]) -> Reason | None:
    pairs = list(zip(decision.operands, decision.operands[1:], strict=False))
    name, holds = decision.operator, decision.holds
    for left, right in pairs:
        # Of three, the pair that does not hold.
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


def _low(left: Operand, right: Operand, more: int, context: dict[str, Json]) -> Reason:
    if path_of(left.path)[-1:] == ("dn",) and path_of(right.path)[-1:] == ("sd",):
        return Reason(Why.SERIES_INCOMPLETE, doses(path_of(left.path), context))
    limit = Shown(str(_whole(right) + more))
    return Reason(Why.NUMBER_LOW, {**_subject(left), "limit": limit})


def _high(left: Operand, right: Operand, more: int) -> Reason:
    limit = Shown(str(_whole(right) + more))
    return Reason(Why.NUMBER_HIGH, {**_subject(left), "limit": limit})


def _subject(operand: Operand) -> Mapping[str, Field | Codes]:
    return {"field": Field(operand.path), "value": Codes(operand.path, (str(operand.value),))}


def _excluded(operand: Operand) -> Reason:
    return Reason(Why.EXCLUDED, _subject(operand))


def _not_accepted(operand: Operand, accepted: list[str]) -> Reason:
    values = {**_subject(operand), "accepted": Codes(operand.path, tuple(accepted))}
    return Reason(Why.NOT_ACCEPTED, values)
