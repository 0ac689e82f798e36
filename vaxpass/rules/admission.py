"""The result of a country's rules for a certificate, rule by rule and as a whole."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import repeat
from typing import NamedTuple

from vaxpass.certlogic import FAILED, Failed, Json, Value
from vaxpass.codes import Code, RuleCode, Status
from vaxpass.display import without_content
from vaxpass.documents.valuesets import ValueSets
from vaxpass.rules.model import WORLD, Rule, SkippedRule
from vaxpass.rules.subject import asks_for

INVALIDATION = "Invalidation"
"""The type of rules by which the issuer's country invalidates certificates."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of one rule: `Status.PASS`, `FAIL` or `OPEN`.

    >>> from vaxpass.rules import Rule
    >>> day = datetime.fromisoformat("2021-06-01T00:00:00Z")
    >>> rule = Rule("GR-VN-0001", "Acceptance", "VN", "", (1, 0, 0), (1, 0, 0), "OTHER",
    ...     (1, 0, 0), "General", {}, day, day, (), True)
    >>> RuleResult(rule, Status.OPEN, RuleCode.OPEN_ENGINE).why_open.value
    'rule.open_engine'
    """

    rule: Rule
    status: Status
    why_open: RuleCode | None = None
    """Why the rule could not be decided; None where it is not open."""


class Admission(NamedTuple):
    """Whether a country admits the holder of a certificate. True only where every rule passed.

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> admission = RuleBook(rules).admission(passport, "AT", at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> [result.rule.identifier for result in admission.results if result.status.value == "fail"]
    ['VR-AT-0003']
    """

    country: str
    region: str
    at: datetime
    rules: tuple[Rule, ...]
    """The rules that were applied: those of acceptance, then those of invalidation."""
    skipped: tuple[SkippedRule, ...]
    """Rules that may concern the certificate and could not be read."""
    known: bool
    """Whether any rule of acceptance of the country is valid at that time."""
    values: tuple[Value | Failed, ...]
    """The value of every rule of `rules`."""
    undecidable: Mapping[int, RuleCode]
    """The rules that can't decide, by their place in `rules`, and why."""
    context: dict[str, Json]
    """The context in which the rules were evaluated."""
    names: ValueSets
    """The names of codes for people."""

    def __repr__(self) -> str:
        return without_content(self)

    @property
    def zone(self) -> tzinfo:
        """The time zone of `at`, in which sentences about this admission tell times."""
        return self.at.tzinfo or UTC

    @property
    def results(self) -> tuple[RuleResult, ...]:
        """The result of every rule."""
        return tuple(self._result(place, rule) for place, rule in enumerate(self.rules))

    @property
    def status(self) -> Status:
        """The results as a whole (EU DCC business rules 1.3).

        FAIL where a rule failed. Else OPEN where a rule could not be decided, a rule of the country
        could not be read, or no rule of the country is known for that time. Else PASS: also where the
        country's rules say nothing about this kind of certificate.
        """
        unknown = self.skipped or self.undecidable or not self.known
        if not unknown and all(map(operator.is_, self.values, repeat(True))):
            return Status.PASS  # the usual case, without looking at the rules one by one
        if next(self._failed(), None) is not None:
            return Status.FAIL
        return Status.OPEN if unknown or self._undecided() else Status.PASS

    @property
    def code(self) -> Code | None:
        """The code of the check `rules` in a verdict; None where it passed."""
        status = self.status
        if status is Status.PASS:
            return None
        if status is Status.FAIL:
            invalid = any(rule.type == INVALIDATION for rule in self._failed())
            return Code.RULES_INVALIDATED if invalid else Code.RULES_FAILED
        return Code.RULES_OPEN if self.known else Code.RULES_NONE

    @property
    def only_worldwide(self) -> bool:
        """Whether rules were asked, and none of them is of the country: only those of WHO for all."""
        return bool(self.rules) and all(rule.country == WORLD for rule in self.rules)

    def weighs(self, path: str) -> bool:
        """Whether any rule of the destination asks for the field at `path`, such as `$.t[0].tr`.

        Rules that never ask for it do not decide about it, whatever their result is.
        """
        field = path.rpartition(".")[2]
        return any(rule.type != INVALIDATION and asks_for(rule.logic, field) for rule in self.rules)

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
