"""Explains an admission: why each rule is not met or is open, and when it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
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
"""No clock that a rule can read is beyond these."""


class Period(NamedTuple):
    """A period, both ends included, in milliseconds since 1970 (UTC); None where it has no end."""

    start: float | None
    end: float | None


def periods(rule: Rule, context: dict[str, Json]) -> tuple[Period, ...] | None:
    """The periods in which a rule is met, in order; None where they can't be computed.

    `valid_from`, `valid_to` and later versions of the rule are not considered.
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
    """The periods in which `met` is true. It must not change except at `points`, which are in order."""
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
    """When a rule that is not met at the time of `context` is met; None where it can't be computed."""
    found = periods(rule, context)
    if found is None:
        return None
    external = context["external"]
    clock = external.get("validationClock") if isinstance(external, dict) else None
    now = times.parse(clock) if isinstance(clock, str) else 0.0
    # A period of one millisecond is of no use to a traveller.
    found = tuple(period for period in found if period.start is None or period.start != period.end)
    for start, end in found:
        if start is not None and start > now:
            if end is None:
                return RuleReason(RuleCode.MET_FROM, {"from": Day(start, now)})
            return RuleReason(RuleCode.MET_BETWEEN, {"from": Day(start, now), "until": Until(end, now)})
    past = [period.end for period in found if period.end is not None and period.end < now]
    return (
        RuleReason(RuleCode.MET_UNTIL, {"until": Until(past[-1], now)})
        if past
        else RuleReason(RuleCode.MET_NEVER, {})
    )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one rule is not met or is open; `explain` makes them.

    >>> reason = RuleReason(RuleCode.NO_TEST, {"country": Country("AT")})
    >>> Explanation(None, Status.FAIL, reason).message()
    'The certificate is not one of a test, which Austria asks for.'
    """

    rule: Rule | None
    """None for a rule that could not be read."""
    status: Status
    """`Status.FAIL` or `Status.OPEN`."""
    reason: RuleReason
    met: RuleReason | None = None
    """When the rule is met; None where that can't be computed, or the rule is open."""

    def to_dict(
        self, language: str = "en", names: ValueSets = BUILT_IN, zone: tzinfo = UTC
    ) -> dict[str, Json]:
        """The explanation as plain JSON (docs/json.md).

        Its keys are `rule`, `version`, `status`, `code`, `met` and `message`.
        """
        return {
            "rule": self.rule.identifier if self.rule else None,
            "version": ".".join(map(str, self.rule.version)) if self.rule else None,
            "status": self.status.value,
            "code": self.reason.code.value,
            "met": self.met.code.value if self.met else None,
            "message": self.message(language, names, zone),
        }

    def message(self, language: str = "en", names: ValueSets = BUILT_IN, zone: tzinfo = UTC) -> str:
        """The reason, and when the rule is met, as sentences in `language`.

        Codes have the names of `names`, times are told in `zone`. Raises `ValueError` where `language`
        is not one of `vaxpass.messages.LANGUAGES`.
        """
        parts = [self.reason.message(language, names, zone)]
        if self.met is not None:
            parts.append(self.met.message(language, names, zone))
        return " ".join(parts)


def explain(admission: Admission) -> Iterator[Explanation]:
    """The explanations of an admission: of the rules that failed, then of those that are open.

    The iterator finds each explanation when it is asked for it.

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> admission = RuleBook(rules).admission(passport, "AT", at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> [(each.rule.identifier, each.reason.code.value) for each in explain(admission)]
    [('VR-AT-0003', 'rule.dose_too_old')]
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
