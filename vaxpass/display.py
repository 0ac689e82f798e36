"""Text that is safe to show, times as text, and the type of JSON values.

A name of unknown origin may have terminal escapes, or controls that reverse the order of the text after
them. They are replaced by their numbers, so that no terminal or window obeys them.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, TypeAlias

__all__ = ["Json", "day_or_time", "escape_for_display", "in_zone", "rfc3339", "zone_name"]

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
"""A value of JSON (RFC 8259)."""

_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# These two only join or separate letters; names in Indic and Persian script need them.
_JOINERS: Final = "\u200c\u200d"
_DAY: Final = timedelta(days=1)


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


def in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """An aware time in a zone; as it is where the zone has no such time: at the ends of the calendar.

    >>> from datetime import timezone
    >>> in_zone(datetime(2026, 1, 1, tzinfo=UTC), timezone(timedelta(hours=7))).isoformat()
    '2026-01-01T07:00:00+07:00'
    """
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def zone_name(moment: datetime) -> str:
    """The zone of an aware time by its offset, which everybody understands: `UTC` or `UTC+07:00`.

    >>> from datetime import timezone
    >>> zone_name(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30))))
    'UTC-03:30'
    """
    offset = moment.utcoffset() or timedelta(0)
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'-' if offset < timedelta(0) else '+'}{hours:02}:{minutes:02}"


def day_or_time(seconds: float, now: float, zone: tzinfo) -> str:
    """The day of a time in a zone (YYYY-MM-DD); with hour and zone where `now` is less than a day away.

    Then the hour decides, and the day may be another one elsewhere. Times are in seconds since 1970.

    >>> day_or_time(0, 86_400, UTC), day_or_time(0, 60, UTC)
    ('1970-01-01', '1970-01-01 00:00 UTC')
    """
    moment = in_zone(datetime.fromtimestamp(int(seconds), UTC), zone)
    if abs(seconds - now) >= _DAY.total_seconds():
        return moment.date().isoformat()
    return f"{moment:%Y-%m-%d %H:%M} {zone_name(moment)}"
