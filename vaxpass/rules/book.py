"""All rules that are known here -> the answer for a certificate, a country and a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vaxpass.certlogic import Json
from vaxpass.decoder import Unverified
from vaxpass.rules.admission import Admission
from vaxpass.rules.ruleset import RuleSet
from vaxpass.rules.selection import Selection, Shelf, canonical
from vaxpass.rules.subject import Subject
from vaxpass.valuesets import BUILT_IN, ValueSets


class RuleBook:
    """The business rules of all countries, with the value sets that they ask for.

    Rules are compiled when a country, an issuer, a kind of certificate and a time first need them, and
    kept. One book may be shared by threads.

    >>> from datetime import UTC
    >>> book = RuleBook(RuleSet())
    >>> subject = Subject({"v": []}, b"", 0, 0, "VN", frozenset(), (1, 3, 0))
    >>> book.judge(subject, "AT", at=datetime(2026, 1, 1, tzinfo=UTC)).code.value
    'rules.none'
    """

    __slots__ = ("_names", "_rules", "_selections", "_shelf", "_value_sets")

    def __init__(
        self,
        rules: RuleSet,
        value_sets: ValueSets = BUILT_IN,
        *,
        codes: Mapping[str, list[str]] | None = None,
    ) -> None:
        """`value_sets` gives codes and names; `codes` other codes by the ids of their sets."""
        self._rules = rules
        self._shelf = Shelf(rules)
        self._names = value_sets
        self._value_sets = _lists(value_sets) if codes is None else codes
        self._selections: dict[object, Selection] = {}

    @property
    def rules(self) -> RuleSet:
        """The rules of the book as they were read."""
        return self._rules

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that have rules of acceptance, valid now or not."""
        return self._shelf.countries

    def judge(self, subject: Subject, country: str, *, at: datetime, region: str = "") -> Admission:
        """Whether a country admits a certificate at the aware time `at`.

        `country` is a two-letter code; `region` one of the regions that its rules name, empty for the
        country as a whole. Never raises on what a certificate or a rule holds.
        """
        if at.utcoffset() is None:
            raise ValueError("`at` must be an aware datetime, for example datetime.now(UTC)")
        country = canonical(country)
        selection = self.selection(subject, country, at=at, region=region)
        context = subject.context(at, country, region, self._value_sets, claims=selection.claims)
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
        """`judge` for what `decode` gave."""
        return self.judge(Subject.of(unverified), country, at=at, region=region)

    def selection(self, subject: Subject, country: str, *, at: datetime, region: str = "") -> Selection:
        """The rules that apply to a certificate on arrival in a country at a time."""
        segment = self._shelf.segment(at)
        key = (segment, country, region, self._shelf.issuer_matters(subject.issuer), subject.types)
        found = self._selections.get(key)
        if found is None:
            found = self._shelf.select(country, region, subject.issuer, subject.types, at)
            self._selections[key] = found
        return found

    def context(
        self, subject: Subject, country: str, *, at: datetime, region: str = ""
    ) -> dict[str, Json]:
        """What the rules see of a certificate."""
        return subject.context(at, country, region, self._value_sets)

    def boundaries(self) -> tuple[datetime, ...]:
        """The times at which other rules begin to apply, in order."""
        return self._shelf.boundaries


def _lists(value_sets: ValueSets) -> Mapping[str, list[str]]:
    return {name: list(value_sets.codes(name)) for name in value_sets.ids}
