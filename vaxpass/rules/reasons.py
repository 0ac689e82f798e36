"""Rule and context -> why the rule is not met: the comparison that decided, with its values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, TypeGuard

from vaxpass.certlogic import CertLogicError, Decision, Json, Moment, Operand, Value, decide, desugar
from vaxpass.certlogic.grammar import DATE_COMPARISONS
from vaxpass.certlogic.values import path_of
from vaxpass.codes import Why
from vaxpass.rules.admission import INVALIDATION
from vaxpass.rules.datereasons import date_reason, doses
from vaxpass.rules.rule import Rule
from vaxpass.rules.subject import CLOCK
from vaxpass.rules.wording import Codes, Country, Field, Reason, Shown, number_text

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
    if decision.operator in DATE_COMPARISONS:
        return date_reason(decision, context)
    if any(isinstance(operand.value, Moment) for operand in decision.operands):
        return None  # dates that are not compared as such
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
    return None if decision.holds else _missing(decision.operands[0])


def _equality(left: Operand, right: Operand, context: dict[str, Json], *, holds: bool) -> Reason | None:
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


def _membership(left: Operand, right: Operand, *, holds: bool) -> Reason | None:
    if not left.path or not _has_words(left.value):
        return None
    if _is_blank(left.value):
        return _missing(left)
    if holds:
        return _excluded(left)
    if right.path.startswith(_VALUE_SETS) or not isinstance(right.value, list):
        return Reason(Why.NOT_LISTED, _subject(left))
    accepted = [_text(item) for item in right.value if _has_words(item) and not _is_blank(item)]
    if not accepted:
        return _excluded(left)
    # 2 is not "2", but in words they are the same.
    return None if _text(left.value) in accepted else _not_accepted(left, accepted)


def _is_blank(value: Value) -> bool:
    return value is None or value == ""


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_words(value: Value) -> bool:
    """Whether a value can stand in a sentence, or is absent."""
    return value is None or isinstance(value, str) or _is_number(value)


def _text(value: Value) -> str:
    return number_text(value) if _is_number(value) else str(value)


def _missing(operand: Operand) -> Reason:
    return Reason(Why.MISSING, {"field": Field(operand.path)})


def _number(decision: Decision, context: dict[str, Json]) -> Reason | None:
    pairs = list(zip(decision.operands, decision.operands[1:], strict=False))
    name, holds = decision.operator, decision.holds
    if len(pairs) > 1 and holds:
        return None  # outside of two bounds: neither of them alone is in the way
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
        found = doses(path_of(left.path), context)
        if found:
            return Reason(Why.SERIES_INCOMPLETE, found)
    limit = Shown(str(_whole(right) + more))
    return Reason(Why.NUMBER_LOW, {**_subject(left), "limit": limit})


def _high(left: Operand, right: Operand, more: int) -> Reason:
    limit = Shown(str(_whole(right) + more))
    return Reason(Why.NUMBER_HIGH, {**_subject(left), "limit": limit})


def _subject(operand: Operand) -> Mapping[str, Field | Codes]:
    return {"field": Field(operand.path), "value": Codes(operand.path, (_text(operand.value),))}


def _excluded(operand: Operand) -> Reason:
    return Reason(Why.EXCLUDED, _subject(operand))


def _not_accepted(operand: Operand, accepted: list[str]) -> Reason:
    values = {**_subject(operand), "accepted": Codes(operand.path, tuple(accepted))}
    return Reason(Why.NOT_ACCEPTED, values)
