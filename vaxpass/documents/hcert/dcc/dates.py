"""What the dates of an EU DCC say beside each other, beside its time of issue, and on a day.

The schema asks only for dates that exist. A dose before birth has them too, and a certificate of
recovery whose own period is over is signed like any other.

A date in a certificate has no time zone, so one that lies a day ahead is not called impossible.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from vaxpass.codes import NoteCode
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note

_SECONDS: Final = 86_400
_1970: Final = date(1970, 1, 1).toordinal()
_LAST: Final = date.max.toordinal()
_LENGTH: Final = len("YYYY-MM-DD")
# The group, the field with the day of the vaccination, the sample or the first positive test, its path.
_ENTRIES: Final = (("v", "dt", "$.v[0].dt"), ("t", "sc", "$.t[0].sc"), ("r", "fr", "$.r[0].fr"))


def check_dates(payload: Mapping[str, Value], issued: float, at: datetime) -> list[Note]:
    """What can't be right in the dates of a payload that the schema accepts, and what is not in force.

    `issued` is the time of issue in seconds since 1970 in UTC, `at` the time of the check (aware). The
    period of a certificate of recovery is compared with the day that `at` is in its own time zone.

    >>> from datetime import UTC
    >>> payload = {"dob": "1990-05-06", "v": [{"dt": "1985-01-01"}]}
    >>> [note.code.value for note in check_dates(payload, 1.8e9, datetime(2027, 6, 1, tzinfo=UTC))]
    ['schema.entry_before_birth']
    """
    notes: list[Note] = []
    born = _day(payload, "dob").partition("-00")[0]
    after_issue, after_check = _1970 + int(issued) // _SECONDS + 1, at.toordinal() + 1
    first = _text(min(after_issue, after_check))
    # A date of which only the beginning is known comes before all that begin with it.
    if born > first and born > _text(after_issue):
        notes.append(Note(NoteCode.SCHEMA_BIRTH_AHEAD, "$.dob"))
    for group, field, path in _ENTRIES:
        entries = payload.get(group)
        if not (entries and isinstance(entries, list) and isinstance(entries[0], dict)):
            continue
        entry = entries[0]
        day = _day(entry, field)
        if day < born:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH, path))
        if day > first and day > _text(after_check):
            notes.append(Note(NoteCode.SCHEMA_ENTRY_AHEAD, path))
        elif day > first:
            notes.append(Note(NoteCode.SCHEMA_ENTRY_AFTER_ISSUE, path))
        if group == "r":
            notes += _of_period(day, _day(entry, "df"), _day(entry, "du"), at.date().isoformat())
    return notes


def _of_period(positive: str, begin: str, end: str, today: str) -> list[Note]:
    notes = []
    if begin > end or begin < positive:
        notes.append(Note(NoteCode.SCHEMA_PERIOD_ORDER, "$.r[0].df"))
    if today > end:
        notes.append(Note(NoteCode.VALIDITY_PERIOD_OVER, "$.r[0].du", {"on": end}))
    elif today < begin:
        notes.append(Note(NoteCode.VALIDITY_PERIOD_AHEAD, "$.r[0].df", {"from": begin}))
    return notes


def _day(item: Mapping[str, Value], field: str) -> str:
    """A date as text that can be compared: of a time its date, of a partial date what is known."""
    value = item.get(field)
    return value[:_LENGTH] if isinstance(value, str) else ""


@lru_cache(maxsize=1024)
def _text(ordinal: int) -> str:
    """The day with a number; the last one of the calendar where there is none. Few are asked for."""
    return date.fromordinal(min(ordinal, _LAST)).isoformat()
