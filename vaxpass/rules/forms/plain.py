"""Rules in plain JSON: an array, one rule, or `{"rules": [...]}`.

They are not signed. They are used where the user named the file, or allows unsigned rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from vaxpass.encoding import strict_json
from vaxpass.rules.model import Rule, RuleSet, SkippedRule, collect, named
from vaxpass.trust.reading import Reading

NAME: Final = "rules in plain JSON"

_MOST_VALUES: Final = 1_000_000
"""Values in all rules; those of all countries have about a tenth of it"""
MOST: Final = 20_000
"""Rules in one file; all countries together had about 600."""
_IDENTIFIER: Final = re.compile(rb'"[Ii]dentifier"')
_OTHERS: Final = re.compile(rb'"(?:[Ll]ogic|[Ee]ngine|[Cc]ertificateType)"')
_EMPTY: Final = re.compile(rb'\s*(?:\[\s*\]|\{\s*"rules"\s*:\s*\[\s*\]\s*\})\s*')


def matches(data: bytes) -> bool:
    """Whether the data is JSON with the fields of a rule, or an empty list."""
    if _EMPTY.fullmatch(data):
        return True
    begin = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return begin in (b"[", b"{") and bool(_IDENTIFIER.search(data) and _OTHERS.search(data))


def read(data: bytes, reading: Reading) -> RuleSet:
    """Read the rules; one that can't be read is skipped.

    Raises `reading.failure` where the data has none of the shapes, or must not be used unsigned.
    """
    trusted_by = reading.accept_own()
    return rules_in(content_of(data, reading), reading, trusted_by=trusted_by)


def content_of(data: bytes, reading: Reading) -> object:
    """The JSON value in the bytes; raises `reading.failure` where they are not JSON."""
    try:
        strict_json.must_be_few(data, _MOST_VALUES)
        return strict_json.parse(data)
    except ValueError as error:
        raise reading.refuse("failure.list.rules_detail", detail=error) from None


def rules_in(
    content: object, reading: Reading, *, trusted_by: str, made_at: datetime | None = None
) -> RuleSet:
    """The rules of a JSON value in any shape of this form.

    `trusted_by` and `made_at` are those of the result. Raises `reading.failure` where the value has
    none of the shapes.
    """
    entries = _entries(content)
    if entries is None or len(entries) > MOST:
        raise reading.refuse(f"failure.list.not_{reading.what}")

    def listed() -> Iterator[tuple[SkippedRule, object]]:
        for number, item in enumerate(entries, 1):
            yield named(item, reading.source, number), item

    return collect(listed(), Rule.from_json, made_at=made_at, trusted_by=trusted_by)


def _entries(content: object) -> list[object] | None:
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        return None
    if "rules" in content:
        listed = content["rules"]
        # Where `rules` stands twice, which list counts would depend on the reader.
        return listed if isinstance(listed, list) and not strict_json.is_ambiguous(content) else None
    return [content] if "Identifier" in content or "identifier" in content else None
