"""The rules of Austria: CBOR `{r: [{i: identifier, r: the rule as a text of JSON}]}`.

The signature is in a file of its own; see `vaxpass.trust.formats.detached_cose`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from vaxpass.encoding import strict_json
from vaxpass.rules.forms import plain
from vaxpass.rules.model import Rule, RuleSet, SkippedRule, collect, named
from vaxpass.trust.formats import detached_cose
from vaxpass.trust.reading import Reading

NAME: Final = "Austrian rules"


class _Entry(NamedTuple):
    identifier: object
    item: object


def matches(data: bytes) -> bool:
    """Whether the data is a CBOR map with an array under `r`."""
    return detached_cose.looks_like_list(data, b"r")


def read(data: bytes, reading: Reading) -> RuleSet:
    """Verify the signature, then read the rules; one that can't be read is skipped.

    Raises `reading.failure` where the signature does not hold or the list is damaged.
    """
    listed, trusted_by, made_at = detached_cose.verified(data, "r", reading, most=plain.MOST)

    def entries() -> Iterator[tuple[SkippedRule, _Entry]]:
        for number, item in enumerate(listed, 1):
            identifier, rule = _parsed(item)
            seen = rule if isinstance(rule, dict) else {"Identifier": identifier}
            yield named(seen, reading.source, number), _Entry(identifier, rule)

    return collect(entries(), _rule, made_at=made_at, trusted_by=trusted_by)


def _parsed(item: object) -> tuple[object, object]:
    """The identifier and the rule of an entry; the rule is None where it can't be parsed."""
    if not isinstance(item, Mapping):
        return None, None
    text = item.get("r")
    if not isinstance(text, str) or len(text) > strict_json.LONGEST:
        return item.get("i"), None
    try:
        return item.get("i"), strict_json.parse(text)
    except ValueError:
        return item.get("i"), None


def _rule(entry: _Entry) -> Rule:
    if entry.item is None:
        raise ValueError("the entry is not a text of valid JSON, or a too long one")
    rule = Rule.from_json(entry.item)
    if rule.identifier != entry.identifier:
        raise ValueError("it is listed under another identifier than its own")
    return rule
