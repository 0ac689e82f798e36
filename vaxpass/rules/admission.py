"""The answer of a country's rules about a certificate, rule by rule and as a whole."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import NamedTuple

from vaxpass.certlogic import FAILED, Failed, Json, Value
from vaxpass.codes import Code, RuleCode, Status
from vaxpass.documents.valuesets import ValueSets
from vaxpass.rules.model import Rule, SkippedRule

INVALIDATION = "Invalidation"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule ended: `Status.PASS`, `FAIL` or `OPEN`, and for the last why it is open."""

    rule: Rule
    status: Status
    why_open: RuleCode | None = None


class Admission(NamedTuple):
    """Whether a country admits a certificate at a time. True only where every rule passed.

    `status` is FAIL where a rule failed, whatever the others say; else OPEN where a rule could not be
    decided, a rule of the country could not be read, or no rules of the country are known for that
    time; else PASS. A country whose rules say nothing of this kind of certificate raises no objection:
    PASS, as the specification has it.
    """

    country: str
    region: str
    at: datetime
    rules: tuple[Rule, ...]
    """The rules that were applied: those of acceptance, then those by which the issuer invalidates."""
    skipped: tuple[SkippedRule, ...]
    """Rules that may concern it and could not be read."""
    known: bool
    """Whether any rules of acceptance of the country are valid at that time."""
    values: tuple[Value | Failed, ...]
    undecidable: Mapping[int, RuleCode]
    """The rules that must not be evaluated, by their place, and why."""
    context: dict[str, Json]
    """What the rules saw."""
    names: ValueSets
    """Names of codes for people."""

    @property
    def results(self) -> tuple[RuleResult, ...]:
        """Every rule with its result."""
        return tuple(self._result(place, rule) for place, rule in enumerate(self.rules))

    @property
    def status(self) -> Status:
        """The results as a whole."""
        unknown = self.skipped or self.undecidable or not self.known
        if not unknown and all(map(operator.is_, self.values, repeat(True))):
            return Status.PASS  # as nearly always; told without looking at rules one by one
        if next(self._failed(), None) is not None:
            return Status.FAIL
        return Status.OPEN if unknown or self._undecided() else Status.PASS

    @property
    def code(self) -> Code | None:
        """The code of what is in the way, None where nothing is."""
        status = self.status
        if status is Status.PASS:
            return None
        if status is Status.FAIL:
            invalid = any(rule.type == INVALIDATION for rule in self._failed())
            return Code.RULES_INVALIDATED if invalid else Code.RULES_FAILED
        return Code.RULES_OPEN if self.known else Code.RULES_NONE

    def __bool__(self) -> bool:
        return self.status is Status.PASS

    def _failed(self) -> Iterator[Rule]:
        for place, value in enumerate(self.values):
            if value is False and place not in self.undecidable:
                yield self.rules[place]

    def _undecided(self) -> bool:
        return not all(isinstance(value, bool) for value in self.values)

    def _result(self, place: int, rule: Rule) -> RuleResult:
        why = self.undecidable.get(place)
        if why is not None:
            return RuleResult(rule, Status.OPEN, why)
        value = self.values[place]
        if value is FAILED:
            return RuleResult(rule, Status.OPEN, RuleCode.OPEN_EVALUATION)
        if not isinstance(value, bool):
            return RuleResult(rule, Status.OPEN, RuleCode.OPEN_RESULT)
        return RuleResult(rule, Status.PASS if value else Status.FAIL)
