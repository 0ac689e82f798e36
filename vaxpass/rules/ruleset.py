"""Rules that were read together, and those that could not be read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from vaxpass.rules import fields
from vaxpass.rules.plainjson import is_ambiguous
from vaxpass.rules.rule import Rule
from vaxpass.showing import printable

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
            entry = printable(fields.name(item, "Identifier"), _LONGEST_NAME)
        with contextlib.suppress(ValueError):
            country = fields.country(item)
    return SkippedRule(source, entry, country, "")


def rule_of(item: object) -> Rule:
    """The rule that an entry is. Raises `ValueError` where it is none."""
    if not isinstance(item, dict):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    return Rule.from_json(item)
