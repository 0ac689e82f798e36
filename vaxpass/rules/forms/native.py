"""The rules document of vaxpass (docs/rules.md); bundles carry it.

    {"format": "vaxpass-rules", "version": 1, "source": "...", "created": "...", "trusted_by": "...",
     "rules": [...], "skipped": [{"source": "...", "entry": "...", "country": "AT", "reason": "..."}]}

Rules that were skipped when they were first read stay listed, because they might refuse a certificate.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from vaxpass.display import escape_for_display
from vaxpass.encoding.strict_json import Json, is_ambiguous
from vaxpass.rules import fields
from vaxpass.rules.forms import plain
from vaxpass.rules.model import RuleSet, SkippedRule
from vaxpass.trust.reading import Reading

NAME: Final = "vaxpass rules"
FORMAT: Final = "vaxpass-rules"
VERSION: Final = 1


def matches(data: bytes) -> bool:
    """Whether the name of the format is near the beginning."""
    return data.lstrip()[:1] == b"{" and f'"{FORMAT}"'.encode() in data[:4096]


def read(data: bytes, reading: Reading) -> RuleSet:
    """Read the rules; one that can't be read is skipped, and so are those that the document lists.

    Raises `reading.failure` where the document is not of this format and version.
    """
    document = plain.content_of(data, reading)
    if not isinstance(document, dict) or is_ambiguous(document) or document.get("format") != FORMAT:
        raise reading.refuse("failure.list.rules_format", name=NAME)
    trusted_by = reading.accept_own()
    version = document.get("version")
    if version != VERSION or type(version) is not int:  # true equals 1
        raise reading.refuse("failure.list.version")
    listed, skipped = document.get("rules"), document.get("skipped", [])
    if not isinstance(listed, list) or not isinstance(skipped, list) or len(skipped) > plain.MOST:
        raise reading.refuse("failure.list.no_rules")
    reading = dataclasses.replace(reading, source=_text(document, "source") or reading.source)
    found = plain.rules_in(
        listed,
        reading,
        # A file says how it came to be trusted only where it is the user's own.
        trusted_by=(_text(document, "trusted_by") if reading.named_by_user else "") or trusted_by,
        made_at=_created(document, reading),
    )
    before = tuple(_skipped(item, reading.source) for item in skipped)
    return dataclasses.replace(found, skipped=(*found.skipped, *before))


def write(rules: RuleSet, *, source: str) -> bytes:
    """The document as JSON in ASCII, for a file. `source` is the name of the list.

    >>> write(RuleSet(), source="Ministry")[:41]
    b'{\\n "format": "vaxpass-rules",\\n "version":'
    """
    document: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "created": fields.moment_text(rules.made_at) if rules.made_at else None,
        "trusted_by": rules.trusted_by,
        "rules": [rule.to_json() for rule in rules.rules],
        "skipped": [dict(entry._asdict()) for entry in rules.skipped],
    }
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()


def _created(document: Mapping[str, object], reading: Reading) -> datetime | None:
    if document.get("created") is None:
        return None
    try:
        return fields.moment(document, "created").astimezone(UTC)
    except ValueError:
        raise reading.refuse("failure.list.created") from None


def _skipped(item: object, source: str) -> SkippedRule:
    """A skipped rule; where the entry can't be read, one of any country."""
    entry = item if isinstance(item, dict) and not is_ambiguous(item) else {}
    try:
        country = fields.country({"Country": entry.get("country")})
    except ValueError:
        country = None
    return SkippedRule(
        _text(entry, "source") or source,
        _text(entry, "entry") or "a rule",
        country,
        _text(entry, "reason") or "it was skipped before",
    )


def _text(item: Mapping[str, object], name: str) -> str | None:
    value = item.get(name)
    return escape_for_display(value.strip()) if isinstance(value, str) else None
