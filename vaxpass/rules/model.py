"""Business rules as typed values, read from and written to their published form, and sets of rules.

The logic of a rule is data here; whether it can be evaluated is not checked.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass.encoding.strict_json import Json, is_ambiguous
from vaxpass.errors import ArgumentError
from vaxpass.rules import fields
from vaxpass.rules.fields import Version

_Entry = TypeVar("_Entry")
_LONGEST_NAME: Final = 60

DCC_TYPES: Final = frozenset(("General", "Vaccination", "Test", "Recovery"))
"""What a rule for the EU DCC is for; `General` is for all three."""
ICVP_TYPE: Final = "ICVP"
"""What a rule for WHO's certificate of vaccination (ICVP) is for. No rule is for both."""
CERTIFICATE_TYPES: Final = (*sorted(DCC_TYPES), ICVP_TYPE)
"""Everything that a rule can be for."""
WORLD: Final = "WHO"
"""Stands for the country in rules that hold at every destination."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a country. `from_json` has an example."""

    identifier: str
    type: str
    """`Acceptance` (by the destination), `Invalidation` (by the issuer's country), or another, which is
    kept and never applied."""
    country: str
    """The code of the country, in upper case."""
    region: str
    """Empty where the rule is for the whole country."""
    version: Version
    schema_version: Version
    """The version of the EU DCC schema that it is written for; of no meaning in other families."""
    engine: str
    engine_version: Version
    certificate_type: str
    """One of `CERTIFICATE_TYPES`."""
    descriptions: Mapping[str, str] = field(hash=False)
    """Texts by language (lower case), safe to show."""
    valid_from: datetime
    """Aware, in UTC; the rule is valid from this time on."""
    valid_to: datetime
    """Aware, in UTC; the rule is valid up to and including this time."""
    affected_fields: tuple[str, ...]
    """The paths that the rule says it uses; nothing relies on them."""
    logic: Json = field(hash=False)
    """The CertLogic expression, within the limits of `encoding.strict_json`. Do not change it."""

    @classmethod
    def from_json(cls, item: object) -> Rule:
        """Read a rule in its published form. Names of fields may begin in lower case.

        Raises `ArgumentError` with the reason where a field is missing, is not of its form, or exceeds
        a limit.

        >>> rule = Rule.from_json({
        ...     "Identifier": "VR-AT-0005", "Type": "Acceptance", "Country": "AT", "Version": "1.0.2",
        ...     "SchemaVersion": "1.0.0", "Engine": "CERTLOGIC", "EngineVersion": "0.7.5",
        ...     "CertificateType": "Vaccination", "ValidFrom": "2021-06-01T02:00:00+02:00",
        ...     "ValidTo": "2030-06-01T00:00:00Z", "AffectedFields": ["v.0.dn"],
        ...     "Description": [{"lang": "en", "desc": "One dose is enough."}],
        ...     "Logic": {">=": [{"var": "payload.v.0.dn"}, 1]},
        ... })
        >>> rule.version, rule.valid_from.isoformat(), rule.description("vi")
        ((1, 0, 2), '2021-06-01T00:00:00+00:00', 'One dose is enough.')
        """
        if not isinstance(item, Mapping):
            raise ArgumentError("the entry is not an object")
        if strict_json.is_ambiguous(item):
            raise ArgumentError("a name stands twice in it")
        try:
            return cls._read(item)
        except ValueError as error:
            raise ArgumentError(str(error)) from None

    @classmethod
    def _read(cls, item: Mapping[str, object]) -> Rule:
        return cls(
            identifier=fields.name(item, "Identifier"),
            type=fields.name(item, "Type"),
            country=fields.country(item),
            region=fields.region(item),
            version=fields.version(item, "Version"),
            schema_version=fields.version(item, "SchemaVersion"),
            engine=fields.name(item, "Engine"),
            engine_version=fields.version(item, "EngineVersion"),
            certificate_type=_certificate_type(item),
            descriptions=fields.descriptions(item),
            valid_from=fields.moment(item, "ValidFrom"),
            valid_to=fields.moment(item, "ValidTo"),
            affected_fields=fields.affected_fields(item),
            logic=fields.logic(item),
        )

    def to_json(self) -> dict[str, Json]:
        """The rule in its published form; `from_json` reads the same rule from it.

        >>> from datetime import UTC
        >>> day = datetime(2021, 6, 1, tzinfo=UTC)
        >>> rule = Rule("GR-VN-0001", "Acceptance", "VN", "", (1, 0, 0), (1, 0, 0), "CERTLOGIC",
        ...     (1, 0, 0), "General", {}, day, day, (), True)
        >>> rule.to_json()["ValidFrom"], Rule.from_json(rule.to_json()) == rule
        ('2021-06-01T00:00:00Z', True)
        """
        published: dict[str, Json] = {
            "Identifier": self.identifier,
            "Type": self.type,
            "Country": self.country,
            "Region": self.region,
            "Version": fields.version_text(self.version),
            "SchemaVersion": fields.version_text(self.schema_version),
            "Engine": self.engine,
            "EngineVersion": fields.version_text(self.engine_version),
            "CertificateType": self.certificate_type,
            "Description": [
                {"lang": language, "desc": text} for language, text in self.descriptions.items()
            ],
            "ValidFrom": fields.moment_text(self.valid_from),
            "ValidTo": fields.moment_text(self.valid_to),
            "AffectedFields": list(self.affected_fields),
            "Logic": strict_json.bounded(self.logic, "Logic"),
        }
        if not self.region:
            del published["Region"]
        return published

    def description(self, language: str) -> str:
        """The description in `language`, else in English, else in any language; else empty.

        >>> from datetime import UTC
        >>> day = datetime(2021, 6, 1, tzinfo=UTC)
        >>> texts = {"de": "Nein.", "en": "No."}
        >>> rule = Rule("GR-VN-0001", "Acceptance", "VN", "", (1, 0, 0), (1, 0, 0), "CERTLOGIC",
        ...     (1, 0, 0), "General", texts, day, day, (), True)
        >>> rule.description("de"), rule.description("vi")
        ('Nein.', 'No.')
        """
        texts = self.descriptions
        return texts.get(language.lower()) or texts.get("en") or next(iter(texts.values()), "")


def _certificate_type(item: Mapping[str, object]) -> str:
    value = fields.name(item, "CertificateType").casefold()
    for known in CERTIFICATE_TYPES:
        if known.casefold() == value:
            return known
    raise ValueError("CertificateType is not one that is known here")


class SkippedRule(NamedTuple):
    """A rule that could not be read. It might refuse a certificate, so admissions list it.

    >>> SkippedRule("rules.json", "VR-AT-0005", "AT", "Logic is missing").reason
    'Logic is missing'
    """

    source: str
    """The name of the list."""
    entry: str
    """The identifier of the rule, or its place in the list where it has none."""
    country: str | None
    """None where it could not be read: it may then be a rule of any country."""
    reason: str
    """Why it could not be read, in English."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one or more lists, in their order, with all versions of each.

    >>> len((RuleSet() | RuleSet()).rules)
    0
    """

    rules: tuple[Rule, ...] = ()
    skipped: tuple[SkippedRule, ...] = ()
    """The rules that could not be read."""
    made_at: datetime | None = None
    """When the list was made (aware); None where it does not say."""
    trusted_by: str = ""
    """How the rules came to be trusted, in English."""

    def __or__(self, other: RuleSet) -> RuleSet:
        """The rules of both, each once. The result is as old as the older of the two."""
        return RuleSet.union((self, other))

    @classmethod
    def union(cls, sets: Sequence[RuleSet]) -> RuleSet:
        """The rules of all sets, as `|` joins two; faster for many sets.

        >>> RuleSet.union([]) == RuleSet()
        True
        """
        times = [one.made_at for one in sets if one.made_at is not None]
        words = [word for one in sets for word in one.trusted_by.split("; ") if word]
        unique: dict[str, Rule] = {}
        for rule in (rule for one in sets for rule in one.rules):
            # Compared as text: to Python, true equals 1.
            unique.setdefault(json.dumps(rule.to_json(), sort_keys=True), rule)
        return cls(
            tuple(unique.values()),
            tuple(dict.fromkeys(skipped for one in sets for skipped in one.skipped)),
            min(times, default=None),
            "; ".join(dict.fromkeys(words)),
        )


def collect(
    entries: Iterable[tuple[SkippedRule, _Entry]],
    read: Callable[[_Entry], Rule],
    *,
    made_at: datetime | None,
    trusted_by: str,
) -> RuleSet:
    """The rules of `entries`, each read by `read`; one for which that raises `ValueError` is skipped.

    Every entry comes with its `SkippedRule` for that case; `named` makes it.
    """
    rules: list[Rule] = []
    skipped: list[SkippedRule] = []
    for name, entry in entries:
        try:
            rules.append(read(entry))
        except ValueError as error:
            skipped.append(name._replace(reason=str(error)))
    return RuleSet(tuple(rules), tuple(skipped), made_at, trusted_by)


def named(item: object, source: str, number: int) -> SkippedRule:
    """The `SkippedRule` of an entry, without a reason, for the case that it can't be read.

    `number` is its place in the list, from 1 on.
    """
    entry, country = f"rule {number}", None
    if isinstance(item, dict) and not is_ambiguous(item):
        with contextlib.suppress(ValueError):
            entry = escape_for_display(fields.name(item, "Identifier"), _LONGEST_NAME)
        with contextlib.suppress(ValueError):
            country = fields.country(item)
    return SkippedRule(source, entry, country, "")
