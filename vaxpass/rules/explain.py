"""Rule and context -> from when until when the rule is met.

TODO-MERGED: Admission -> why, rule by rule, in words and in codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from vaxpass.certlogic import Json, breakpoints, compile_all, desugar, times
from vaxpass.codes import RuleCode, Status
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.rules.admission import Admission
from vaxpass.rules.model import Rule
from vaxpass.rules.reasons import described, reason_of
from vaxpass.rules.subject import CLOCK
from vaxpass.rules.wording import Country, Day, RuleReason, Shown, Until

_FIRST: Final = times.parse("0000-01-02")
_LAST: Final = times.parse("9999-12-31")
"""Beyond these there is no clock that a rule could read."""


class Period(NamedTuple):
    """A span of time, both ends included: milliseconds since 1970, None where it has no end."""

    start: float | None
    end: float | None


def periods(rule: Rule, context: dict[str, Json]) -> tuple[Period, ...] | None:
    """The spans of time in which a rule is met, in order; None where they can't be told.

    The rule is taken as it is: that it is replaced or ends is not looked at.
    """
    logic = desugar(rule.logic)
    points = breakpoints(logic, context, CLOCK)
    if points is None:
        return None
    points = tuple(point for point in points if _FIRST < point < _LAST)
    compiled = compile_all([logic])

    def met(ms: float) -> bool:
        external = context["external"]
        later = {**external, "validationClock": times.text(ms)} if isinstance(external, dict) else {}
        return compiled({**context, "external": later})[0] is True

    return tuple(spans(points, met))


def spans(points: Iterable[float], met: Callable[[float], bool]) -> list[Period]:
    """The spans in which something holds that can change only at the points, given in order."""
    found: list[Period] = []
    start: float | None = None
    open_since = False
    before: float | None = None
    for point in points:
        # Just before, at, and after every point; between two points nothing changes.
        for ms in (point - 1, point, point + 1):
            if before is not None and ms <= before:
                continue
            now = met(ms)
            if now and not open_since:
                start, open_since = (None if before is None else ms), True
            elif not now and open_since:
                found.append(Period(start, ms - 1))
                open_since = False
            before = ms
    if before is None:
        return [Period(None, None)] if met(0.0) else []
    if open_since:
        found.append(Period(start, None))
    return found


def met_when(rule: Rule, context: dict[str, Json]) -> RuleReason | None:
    """In words: when a rule that is not met now is met; None where that can't be told."""
    found = periods(rule, context)
    if found is None:
        return None
    external = context["external"]
    clock = external.get("validationClock") if isinstance(external, dict) else None
    now = times.parse(clock) if isinstance(clock, str) else 0.0
    # Nobody arrives at a single moment.
    found = tuple(period for period in found if period.start is None or period.start != period.end)
    for start, end in found:
        if start is not None and start > now:
            if end is None:
                return RuleReason(RuleCode.MET_FROM, {"from": Day(start)})
            return RuleReason(RuleCode.MET_BETWEEN, {"from": Day(start), "until": Until(end)})
    past = [period.end for period in found if period.end is not None and period.end < now]
    return (
        RuleReason(RuleCode.MET_UNTIL, {"until": Until(past[-1])})
        if past
        else RuleReason(RuleCode.MET_NEVER, {})
    )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one rule is in the way. `rule` is None for one that could not be read.

    `met` says when the rule is met, None where that can't be told or the rule is open.
    """

    rule: Rule | None
    status: Status
    reason: RuleReason
    met: RuleReason | None = None

    def to_dict(self, language: str = "en", names: ValueSets = BUILT_IN) -> dict[str, Json]:
        """`rule`, `version`, `status`, `code`, `met` and `message`, as plain JSON (docs/json.md)."""
        return {
            "rule": self.rule.identifier if self.rule else None,
            "version": ".".join(map(str, self.rule.version)) if self.rule else None,
            "status": self.status.value,
            "code": self.reason.code.value,
            "met": self.met.code.value if self.met else None,
            "message": self.message(language, names),
        }

    def message(self, language: str = "en", names: ValueSets = BUILT_IN) -> str:
        """The reason, and when the rule is met, in a language."""
        parts = [self.reason.message(language, names)]
        if self.met is not None:
            parts.append(self.met.message(language, names))
        return " ".join(parts)


def explain(admission: Admission) -> Iterator[Explanation]:
    """What is in the way: first the rules that failed, then those that are open.

    Each is found when it is asked for: whoever needs only the first does not wait for the others.
    """
    results = admission.results
    for result in results:
        if result.status is Status.FAIL:
            reason = reason_of(result.rule, admission.context)
            met = met_when(result.rule, admission.context)
            yield Explanation(result.rule, result.status, reason, met)
    for result in results:
        if result.why_open is not None:
            reason = described(result.rule, result.why_open)
            yield Explanation(result.rule, result.status, reason)
    for entry in admission.skipped:
        country = Country(entry.country or admission.country)
        reason = RuleReason(RuleCode.SKIPPED, {"country": country, "identifier": Shown(entry.entry)})
        yield Explanation(None, Status.OPEN, reason)
