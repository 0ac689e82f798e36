"""The rule book: selects the rules for a certificate, a destination and a time, and evaluates them.

The selection follows the EU DCC business rules 1.3. The selected rules are compiled to one function
(`vaxpass.certlogic`), which is kept for the next certificate of the same kind and issuer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from vaxpass.certlogic import Compiled, Failed, Json, Value, compile_all, desugar
from vaxpass.codes import RuleCode
from vaxpass.documents.family import Unverified
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.errors import require_aware
from vaxpass.rules import worldwide
from vaxpass.rules.admission import INVALIDATION, Admission
from vaxpass.rules.model import DCC_TYPES, ICVP_TYPE, WORLD, Rule, RuleSet, SkippedRule
from vaxpass.rules.subject import Subject, asks_for_claims

_ACCEPTANCE: Final = "Acceptance"
_GENERAL: Final = "General"
_ENGINE: Final = "CERTLOGIC"
_ENGINE_VERSION: Final = (1, 0, 0)
"""The newest version of the engine that rules may require."""
_MOST_VERSIONS: Final = 64
_DCC_RULE: Final = re.compile("(?:GR|VR|TR|RR|IR)-[A-Z]{2}-[0-9]{4}")
"""The identifier of a rule for the EU DCC (EU DCC business rules 1.3)"""
SAME_COUNTRY: Final = {"EL": "GR", "UK": "GB"}
"""Codes that rules use for countries, and the codes of ISO 3166-1 for them."""
_TICK: Final = timedelta(microseconds=1)


def canonical(country: str) -> str:
    """The code by which the rules of a country are looked up: Greece and the United Kingdom have two.

    >>> canonical("el"), canonical("AT")
    ('GR', 'AT')
    """
    code = country.strip().upper()
    return SAME_COUNTRY.get(code, code)


class Selection:
    """The rules for one kind of certificate, of one issuer, at one destination and time.

    `skipped` are rules that may concern it and could not be read; `known` says whether the destination
    has any valid rule of acceptance.
    """

    __slots__ = ("_compiled", "_open", "_open_by_version", "claims", "known", "rules", "skipped")

    def __init__(
        self, rules: tuple[Rule, ...], skipped: tuple[SkippedRule, ...], *, known: bool
    ) -> None:
        self.rules = rules
        self.skipped = skipped
        self.known = known
        self.claims = any(asks_for_claims(rule.logic) for rule in rules)
        """Whether a rule may read the claims of the certificate."""
        self._open = {n: RuleCode.OPEN_ENGINE for n, rule in enumerate(rules) if not _runs_here(rule)}
        self._open_by_version: dict[tuple[int, int, int] | None, Mapping[int, RuleCode]] = {}
        self._compiled: Compiled = compile_all(
            [None if n in self._open else desugar(rule.logic) for n, rule in enumerate(rules)]
        )

    def evaluate(self, context: dict[str, Json]) -> tuple[Value | Failed, ...]:
        """The value of every rule, in the order of `rules`."""
        return self._compiled(context)

    def undecidable(self, version: tuple[int, int, int] | None) -> Mapping[int, RuleCode]:
        """The rules that can't decide about a certificate of this schema version, and why.

        The keys are places in `rules`.
        """
        found = self._open_by_version.get(version)
        if found is None:
            late = {
                n: RuleCode.OPEN_SCHEMA for n, rule in enumerate(self.rules) if _is_late(rule, version)
            }
            found = {**late, **self._open}
            if len(self._open_by_version) < _MOST_VERSIONS:  # a certificate may state any
                self._open_by_version[version] = found
        return found


def _runs_here(rule: Rule) -> bool:
    # Some countries write the name in lower case.
    return rule.engine.upper() == _ENGINE and rule.engine_version <= _ENGINE_VERSION


def _is_late(rule: Rule, version: tuple[int, int, int] | None) -> bool:
    return version is None or version[0] != rule.schema_version[0] or version < rule.schema_version


class RuleIndex:
    """All rules by type and country, for selecting those that apply."""

    def __init__(self, rules: RuleSet) -> None:
        self._acceptance = _by_country((*rules.rules, *worldwide.RULES), _ACCEPTANCE)
        self._invalidation = _by_country(rules.rules, INVALIDATION)
        self._skipped = rules.skipped
        applied = [*_all(self._acceptance), *_all(self._invalidation)]
        edges = {rule.valid_from for rule in applied} | {_after(rule.valid_to) for rule in applied}
        self.boundaries = tuple(sorted(edges))

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that have rules of acceptance, sorted."""
        return tuple(sorted(country for country in self._acceptance if country != WORLD))

    def segment(self, at: datetime) -> int:
        """The index of the period that contains `at`: in a period the valid rules do not change."""
        return bisect_right(self.boundaries, at)

    def issuer_matters(self, issuer: str) -> str:
        """The issuer's country where rules of invalidation may apply, else empty."""
        country = canonical(issuer)
        return country if country in self._invalidation or self._skipped else ""

    def select(
        self, country: str, region: str, issuer: str, types: frozenset[str], at: datetime
    ) -> Selection:
        """The rules of acceptance of `country`, and the rules of invalidation of `issuer`'s country.

        `types` are the certificate types of rules that fit the certificate, without `General`. Rules
        that hold everywhere come first; those of other families are as if they did not exist.
        """
        place = _place(country, region)
        is_dcc = ICVP_TYPE not in types
        of_family = DCC_TYPES if is_dcc else types
        fitting = types | {_GENERAL} if is_dcc else types
        everywhere = [
            rule
            for rule in self._acceptance.get(WORLD, ())
            if rule.valid_from <= at <= rule.valid_to and rule.certificate_type in of_family
        ]
        here = [
            rule
            for rule in (self._acceptance.get(country, ()) if country != WORLD else ())
            if rule.valid_from <= at <= rule.valid_to
            and _place(country, rule.region) == place
            and rule.certificate_type in of_family
        ]
        issuing = [
            rule
            for rule in self._invalidation.get(canonical(issuer), ())
            if rule.valid_from <= at <= rule.valid_to
        ]
        concerned = {country, canonical(issuer), None}
        skipped = tuple(
            entry
            for entry in self._skipped
            if (canonical(entry.country) if entry.country else None) in concerned
            and (is_dcc or not _DCC_RULE.fullmatch(entry.entry))
        )
        found = (*_newest(everywhere), *_newest(here), *_newest(issuing))
        return Selection(
            tuple(rule for rule in found if rule.certificate_type in fitting),
            skipped,
            known=bool(everywhere or here),
        )


def _after(moment: datetime) -> datetime:
    return min(moment, datetime.max.replace(tzinfo=UTC) - _TICK) + _TICK


def _place(country: str, region: str) -> str:
    """The region in upper case; empty where the region is the country itself, as in Austria's rules."""
    return "" if canonical(region) == country else region.strip().upper()


def _by_country(rules: Iterable[Rule], wanted: str) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.type == wanted:
            found.setdefault(canonical(rule.country), []).append(rule)
    return found


def _all(by_country: Mapping[str, list[Rule]]) -> Iterable[Rule]:
    return (rule for rules in by_country.values() for rule in rules)


def _newest(rules: Iterable[Rule]) -> list[Rule]:
    """The rule with the highest version of every identifier, sorted by identifier."""
    found: dict[str, Rule] = {}
    for rule in rules:
        other = found.get(rule.identifier)
        if other is None or rule.version > other.version:
            found[rule.identifier] = rule
    return [found[identifier] for identifier in sorted(found)]


class RuleBook:
    """The business rules of all countries, with the value sets that they use.

    Rules are compiled when they first apply, and kept. Threads may share a book.

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> admission = RuleBook(rules).admission(passport, "AT", at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> bool(admission), admission.code.value
    (False, 'rules.failed')
    """

    __slots__ = ("_index", "_names", "_rules", "_selections", "_value_sets")

    def __init__(
        self,
        rules: RuleSet,
        value_sets: ValueSets = BUILT_IN,
        *,
        codes: Mapping[str, list[str]] | None = None,
    ) -> None:
        """`value_sets` has the codes and names; `codes`, by set, replaces the codes that rules see."""
        self._rules = rules
        self._index = RuleIndex(rules)
        self._names = value_sets
        self._value_sets = _lists(value_sets) if codes is None else codes
        self._selections: dict[object, Selection] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the rules as they were read: they are compiled again where they are needed."""
        return _book, (self._rules, self._names, self._value_sets)

    @property
    def rules(self) -> RuleSet:
        """The rules of the book, as they were read."""
        return self._rules

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that have rules of acceptance, valid or not, sorted."""
        return self._index.countries

    def judge(self, subject: Subject, country: str, *, at: datetime, region: str = "") -> Admission:
        """Whether `country` admits the holder of a certificate at the time `at` (aware).

        `country` is a two-letter code. `region` is one of the regions that its rules name; empty for
        the whole country. Raises `ArgumentError` where `at` is naive. Nothing in a certificate or a
        rule makes it raise.
        """
        require_aware("at", at)
        country = canonical(country)
        selection = self.selection(subject, country, at=at, region=region)
        value_sets = self._codes_for(subject)
        context = subject.context(at, country, region, value_sets, claims=selection.claims)
        return Admission(
            country,
            region,
            at,
            selection.rules,
            selection.skipped,
            selection.known,
            selection.evaluate(context),
            selection.undecidable(subject.version),
            context,
            self._names,
        )

    def admission(
        self, unverified: Unverified, country: str, *, at: datetime, region: str = ""
    ) -> Admission:
        """`judge` for what `decode` returned."""
        return self.judge(Subject.of(unverified), country, at=at, region=region)

    def selection(self, subject: Subject, country: str, *, at: datetime, region: str = "") -> Selection:
        """The rules that apply to a certificate; `country` is a `canonical` code."""
        segment = self._index.segment(at)
        key = (segment, country, region, self._index.issuer_matters(subject.issuer), subject.types)
        found = self._selections.get(key)
        if found is None:
            found = self._index.select(country, region, subject.issuer, subject.types, at)
            self._selections[key] = found
        return found

    def context(
        self, subject: Subject, country: str, *, at: datetime, region: str = ""
    ) -> dict[str, Json]:
        """The context in which the rules for a certificate are evaluated."""
        return subject.context(at, country, region, self._codes_for(subject))

    def _codes_for(self, subject: Subject) -> Mapping[str, list[str]]:
        return (
            {**worldwide.codes(), **self._value_sets}
            if ICVP_TYPE in subject.types
            else self._value_sets
        )

    def boundaries(self) -> tuple[datetime, ...]:
        """The times (aware, UTC) at which the valid rules change, in order."""
        return self._index.boundaries


def _lists(value_sets: ValueSets) -> Mapping[str, list[str]]:
    return {name: list(value_sets.codes(name)) for name in value_sets.ids}


def _book(rules: RuleSet, value_sets: ValueSets, codes: Mapping[str, list[str]]) -> RuleBook:
    return RuleBook(rules, value_sets, codes=codes)


_BUILT_IN_BOOK: Final = RuleBook(RuleSet())


def built_in(unverified: Unverified) -> RuleBook | None:
    """The rules that hold everywhere for a document; None where there are none for its kind."""
    return _BUILT_IN_BOOK if ICVP_TYPE in Subject.of(unverified).types else None
