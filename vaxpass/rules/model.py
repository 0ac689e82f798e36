"""A business rule as it is published, read into types. Its logic is data here and is not judged.

TODO-MERGED: Rules that were read together, and those that could not be read."""

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
from vaxpass.rules import fields
from vaxpass.rules.fields import Version

__all__ = ["CERTIFICATE_TYPES", "Json", "Rule"]

CERTIFICATE_TYPES: Final = ("General", "Vaccination", "Test", "Recovery")
"""What a rule is for; `General` is for all three."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a country.

    `type` is `Acceptance` (of the country of arrival), `Invalidation` (of the issuer's), or another
    that is kept and never applied. `region` is empty where the rule is for the whole country.
    `valid_from` and `valid_to` are aware, in UTC. `descriptions` maps languages (lower case) to texts
    that are fit to be shown. `logic` is the CertLogic expression within the bounds of
    `vaxpass.encoding.strict_json`; it must not be changed.
    """

    identifier: str
    type: str
    country: str
    region: str
    version: Version
    schema_version: Version
    engine: str
    engine_version: Version
    certificate_type: str
    descriptions: Mapping[str, str] = field(hash=False)
    valid_from: datetime
    valid_to: datetime
    affected_fields: tuple[str, ...]
    logic: Json = field(hash=False)

    @classmethod
    def from_json(cls, item: Mapping[str, object]) -> Rule:
        """Read a rule in its published form; names of fields may begin in lower case.

        Raises `ValueError`, whose text says what is wrong, where it is no rule or exceeds the bounds.

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
        if strict_json.is_ambiguous(item):
            raise ValueError("a name stands twice in it")
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
        """The rule in its published form, from which `from_json` reads the same again.

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
        """What the rule says in this language, else in English, else in any; else nothing.

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
    value = fields.name(item, "CertificateType").capitalize()
    if value not in CERTIFICATE_TYPES:
        raise ValueError("CertificateType is not one that is known here")
    return value


_Entry = TypeVar("_Entry")
_LONGEST_NAME: Final = 60


class SkippedRule(NamedTuple):
    """A rule that could not be used, and why.

    It might have refused a certificate, so whoever judges must know of it. `entry` is its identifier,
    or its place where that can't be read; `country` is None where that can't be read: then it may be a
    rule of any country.
    """

    source: str
    entry: str
    country: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules as they were read, in their order, all versions of each.

    `made_at` (aware) is when they were put together, None where nobody says. `trusted_by` says in
    words how they came to be trusted.

    >>> len((RuleSet() | RuleSet()).rules)
    0
    """

    rules: tuple[Rule, ...] = ()
    skipped: tuple[SkippedRule, ...] = ()
    made_at: datetime | None = None
    trusted_by: str = ""

    def __or__(self, other: RuleSet) -> RuleSet:
        """Both in one, which is as old as the older of them; what is the same in both stands once."""
        return RuleSet.union((self, other))

    @classmethod
    def union(cls, sets: Sequence[RuleSet]) -> RuleSet:
        """All in one, like `|`, at the cost of one walk through them.

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
    """Read entry by entry; one that can't be read (`ValueError`) is skipped for its reason.

    Every entry comes with what it is called in that case; see `named`.
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
    """What an entry is called if it must be skipped; its reason is not known yet."""
    entry, country = f"rule {number}", None
    if isinstance(item, dict) and not is_ambiguous(item):
        with contextlib.suppress(ValueError):
            entry = escape_for_display(fields.name(item, "Identifier"), _LONGEST_NAME)
        with contextlib.suppress(ValueError):
            country = fields.country(item)
    return SkippedRule(source, entry, country, "")


def rule_of(item: object) -> Rule:
    """The rule that an entry is. Raises `ValueError` where it is none."""
    if not isinstance(item, dict):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    return Rule.from_json(item)
