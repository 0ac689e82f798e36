"""Text that is safe to show, times as text, and the type of JSON values.

A name of unknown origin may have terminal escapes, or controls that reverse the order of the text after
them. They are replaced by their numbers, so that no terminal or window obeys them.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Final, TypeAlias

__all__ = ["Json", "escape_for_display", "rfc3339"]

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
"""A value of JSON (RFC 8259)."""

_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# These two only join or separate letters; names in Indic and Persian script need them.
_JOINERS: Final = "\u200c\u200d"


def escape_for_display(text: str, longest: int = 200) -> str:
    """`text` with control, bidi, surrogate, private and unassigned characters shown by their number.

    The text is first cut to `longest` characters; the last one is then an ellipsis. The result may be
    longer, because a number takes eight characters or more.

    >>> escape_for_display("Eve\\x1b[2J\\u202e")
    'Eve<U+001B>[2J<U+202E>'
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(c):04X}>" if unicodedata.category(c) in _HIDDEN and c not in _JOINERS else c
        for c in text
    )


def without_content(value: object) -> str:
    """What `repr` gives for a value with a person's data: its type alone. It may end up in a log.

    >>> without_content("Eve")
    '<str>'
    """
    return f"<{type(value).__name__}>"


def rfc3339(moment: datetime) -> str:
    """An aware time as text in UTC (RFC 3339), with microseconds where it has any.

    >>> rfc3339(datetime(2023, 6, 1, tzinfo=UTC))
    '2023-06-01T00:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
