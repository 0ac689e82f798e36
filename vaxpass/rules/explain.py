"""Admission -> why, rule by rule, in words and in codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaxpass.codes import Status, Why
from vaxpass.rules.admission import Admission
from vaxpass.rules.periods import met_when
from vaxpass.rules.reasons import described, reason_of
from vaxpass.rules.rule import Rule
from vaxpass.rules.wording import Country, Reason, Shown
from vaxpass.valuesets import BUILT_IN, ValueSets


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one rule is in the way. `rule` is None for one that could not be read.

    `met` says when the rule is met, None where that can't be told or the rule is open.
    """

    rule: Rule | None
    status: Status
    reason: Reason
    met: Reason | None = None

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
        reason = Reason(Why.SKIPPED, {"country": country, "identifier": Shown(entry.entry)})
        yield Explanation(None, Status.OPEN, reason)
