"""What came of the loop: corrections, passports and confirmations of each week.

A week is that of ISO 8601, from Monday on, in the zone of the report.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.display import in_zone
from vaxpass.records import canonical_text
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.report.counts import WEEKLY, Loop, Week

_MOST_WEEKS: Final = 53
"""A year; older weeks are told together"""
_WEEK: Final = timedelta(days=7)
_AUDIT: Final = frozenset({"at", "record_id"})


class _Corrected(NamedTuple):
    """The record of a correction: SHA-256 of its `record_id` in hexadecimal."""

    id_hash: str


class _Issued(NamedTuple):
    """The passports of one time."""

    issued_at: str
    issued: int
    confirmed: int
    reissued: int


def read(engine: Engine, audit: Path | None, at: datetime, zone: tzinfo | None) -> Loop:
    """Count the events until the time of the report, `at`, by weeks of a zone (None: this machine's).

    Raises `UsageError` where `audit` is no audit trail. Corrections are counted as cells; a record is
    known by its identifier in the present list.
    """
    events: dict[str, Counter[date]] = {name: Counter() for name in WEEKLY}
    known = [0, 0, 0]
    if audit is not None:
        engine.make_table("corrected", _Corrected, _corrections(audit, events["corrected"], zone))
        listed = (
            "SELECT count(DISTINCT record_id) FROM falls"
            " WHERE sha256(record_id) IN (SELECT id_hash FROM corrected)"
        )
        conditions = ("", " AND matching = 'MATCHED'", " AND stage IS NULL")
        known = [engine.number(f"{listed}{condition}") for condition in conditions]
    source = """
        FROM (
            SELECT issued_at, count(CASE WHEN version = 1 THEN 1 END) AS issued,
                count(CASE WHEN version = 1 AND confirmed <> '' THEN 1 END) AS confirmed,
                count(CASE WHEN version > 1 THEN 1 END) AS reissued
            FROM passports GROUP BY issued_at
        )
    """
    for row in engine.rows(_Issued, source):
        starts = _starts(row.issued_at, zone)
        for name in ("issued", "confirmed", "reissued"):
            events[name][starts] += getattr(row, name)
    made = _weeks(events, _monday(in_zone(at, zone).date()))
    return Loop(*made, audit is not None, *known)


def _corrections(path: Path, cells: Counter[date], zone: tzinfo | None) -> Iterator[_Corrected]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = Reader(file)
            if not set(rows.columns) >= _AUDIT:
                raise UsageError("error.report.not_audit", path=path)
            for row in rows:
                cells[_starts(row["at"], zone)] += 1
                identifier = canonical_text(row["record_id"])
                yield _Corrected(hashlib.sha256(identifier.encode()).hexdigest())
    except (csv.Error, UnicodeError):
        raise UsageError("error.report.not_audit", path=path) from None


def _starts(text: str, zone: tzinfo | None) -> date:
    """The Monday of a time (RFC 3339). What is no time counts as long ago."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return date.min
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _monday(in_zone(aware, zone).date())


def _monday(day: date) -> date:
    return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _weeks(events: Mapping[str, Counter[date]], last: date) -> tuple[list[Week], Week, Week]:
    """All weeks from the first event on to `last`; and what is before and after them."""
    counted: dict[date, Week] = {}
    known = {starts for each in events.values() for starts, count in each.items() if count}
    for starts in known:
        counted[starts] = Week(starts, *(events[name][starts] for name in WEEKLY))
    first = last - (_MOST_WEEKS - 1) * _WEEK if last.toordinal() > 7 * _MOST_WEEKS else last
    first = min((starts for starts in known if first <= starts <= last), default=last)
    weeks = []
    starts = first
    while known and starts <= last:
        weeks.append(counted.get(starts, Week(starts)))
        starts += _WEEK
    earlier = _together(week for starts, week in counted.items() if starts < first)
    return weeks, earlier, _together(week for starts, week in counted.items() if starts > last)


def _together(weeks: Iterable[Week]) -> Week:
    found = list(weeks)
    return Week(None, *(sum(getattr(week, name) for week in found) for name in WEEKLY))
