"""Rules as plain JSON: an array as they are published, one alone, or `{"rules": [...]}`.

Nothing vouches for them, so they are used as files of the user's own are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from vaxpass.encoding import strict_json
from vaxpass.rules.model import RuleSet, SkippedRule, collect, named, rule_of
from vaxpass.trust.reading import Reading

NAME: Final = "rules in plain JSON"

MOST: Final = 20_000
"""Rules of one file; all countries together had about 600."""
_IDENTIFIER: Final = re.compile(rb'"[Ii]dentifier"')
_OTHERS: Final = re.compile(rb'"(?:[Ll]ogic|[Ee]ngine|[Cc]ertificateType)"')
_EMPTY: Final = re.compile(rb'\s*(?:\[\s*\]|\{\s*"rules"\s*:\s*\[\s*\]\s*\})\s*')


def matches(data: bytes) -> bool:
    """JSON with names that every rule has, or a list of no rules."""
    if _EMPTY.fullmatch(data):
        return True
    begin = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return begin in (b"[", b"{") and bool(_IDENTIFIER.search(data) and _OTHERS.search(data))


def read(data: bytes, reading: Reading) -> RuleSet:
    """Read the rules; one that can't be read is skipped."""
    trusted_by = reading.accept_own()
    return rules_in(content_of(data, reading), reading, trusted_by=trusted_by)


def content_of(data: bytes, reading: Reading) -> object:
    """The JSON in the bytes; raises `reading.failure` where it is none."""
    try:
        return strict_json.parse(data)
    except ValueError as error:
        raise reading.refuse(f"{error}.") from None


def rules_in(
    content: object, reading: Reading, *, trusted_by: str, made_at: datetime | None = None
) -> RuleSet:
    """The rules of any shape of this form, once it is known how they come to be trusted.

    Raises `reading.failure` where the content has none of the shapes.
    """
    entries = _entries(content)
    if entries is None or len(entries) > MOST:
        raise reading.refuse(f"the content is not a {reading.what}.")

    def listed() -> Iterator[tuple[SkippedRule, object]]:
        for number, item in enumerate(entries, 1):
            yield named(item, reading.source, number), item

    return collect(listed(), rule_of, made_at=made_at, trusted_by=trusted_by)


def _entries(content: object) -> list[object] | None:
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        return None
    if "rules" in content:
        listed = content["rules"]
        # Which of two lists is meant depends on the reader.
        return listed if isinstance(listed, list) and not strict_json.is_ambiguous(content) else None
    return [content] if "Identifier" in content or "identifier" in content else None
