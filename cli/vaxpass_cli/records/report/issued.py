"""Read the folder of `vaxpass issue`: refusals and passports, which are in force, and what came when.

A week is that of ISO 8601, from Monday on, in the zone of the report. Functions that read raise
`UsageError` with a sentence where a file is not what it must be.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.display import in_zone
from vaxpass.encoding import strict_json
from vaxpass.records import canonical_text
from vaxpass.revocation import RevocationStore, lookups
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.output.jsonl import rfc3339
from vaxpass_cli.records.correct import trail
from vaxpass_cli.records.engine import Engine, literal, no_rows
from vaxpass_cli.records.issue import plan
from vaxpass_cli.records.report.counts import WEEKLY, Loop, Week

_MAX_SUMMARY_BYTES: Final = 64 << 20
_PARTS: Final = "part-*.parquet"
_MOST_WEEKS: Final = 53
"""A year; older weeks are told together"""
_WEEK: Final = timedelta(days=7)


class _Refusal(NamedTuple):
    """A refused record: SHA-256 of its `record_id` in hexadecimal, and the first reason."""

    id_hash: str
    reason: str


_PASSPORTS: Final = (
    *"record_id uvci issued_at expires_at version digest".split(),
    *"confirmed person dose_key content".split(),
)
"""The columns that are read. Older folders have no `confirmed`, `person`, `dose_key` and `content`."""
DOUBLED: Final = """
SELECT sum(passports - 1) FROM (
    SELECT count(*) AS passports FROM passports WHERE in_force AND person <> '' AND dose_key <> ''
    GROUP BY person, dose_key
)
"""
"""The number of passports in force whose person has another one for the same dose"""


def nothing(engine: Engine) -> None:
    """Make the tables of `read` without rows."""
    engine.make_table("refused", _Refusal, ())
    _make_passports(engine, f"({no_rows(plan.PassportRow)})", plan.PassportRow._fields, None, "", "")


def read(engine: Engine, path: Path, store: RevocationStore | None, at: datetime) -> None:
    """Make the tables `refused` and `passports` from the folder of `vaxpass issue`.

    A passport is `latest` where no other one of its record came later, and `in_force` where it is the
    latest, is not revoked, and has not ended at the time `at`.
    """
    texts = path / plan.FOLDER.parts
    if not texts.is_dir():
        raise UsageError("error.report.not_issue", path=path)
    found = summary(path)
    refused = _refused(path / "refused.csv")
    if len(refused) != found.get("refused"):
        raise UsageError("error.report.issue_stopped", path=path)
    engine.make_table("refusals", _Refusal, refused)
    engine.run(
        "CREATE TABLE refused AS SELECT id_hash, any_value(reason) AS reason FROM refusals"
        " GROUP BY id_hash"
    )
    columns: Sequence[str] = plan.PassportRow._fields
    if any(texts.glob(_PARTS)):
        columns = engine.columns(texts / _PARTS)
    _make_passports(
        engine, plan.passports(texts), columns, store, str(found.get("country", "")), rfc3339(at)
    )
    unknown = engine.number(
        "SELECT count(*) FROM refused WHERE id_hash NOT IN (SELECT sha256(record_id) FROM records)"
    )
    gone, count = (
        engine.number(f"SELECT count(*) FROM passports {where}")
        for where in ("WHERE record_id NOT IN (SELECT record_id FROM records)", "")
    )
    if unknown or (count and gone == count):
        raise UsageError("error.report.issued_others", path=path)
    records = engine.number("SELECT count(*) FROM records")
    if found.get("records") == records and found.get("refused") != engine.number(
        "SELECT count(*) FROM records WHERE sha256(record_id) IN (SELECT id_hash FROM refused)"
    ):
        raise UsageError("error.report.refused_others", path=path)


class _PassportIdentifier(NamedTuple):
    p: int
    uvci: str
    kid: str


class _Revoked(NamedTuple):
    p: int


def _make_passports(
    engine: Engine,
    relation: str,
    columns: Sequence[str],
    store: RevocationStore | None,
    country: str,
    now: str,
) -> None:
    texts = ", ".join(
        f"coalesce({name}, '') AS {name}" if name in columns else f"'' AS {name}"
        for name in _PASSPORTS
        if name != "version"
    )
    engine.run(
        f"CREATE TABLE every AS SELECT row_number() OVER () AS p, kid, version, {texts} FROM {relation}"
    )

    def revoked() -> Iterator[_Revoked]:
        for row in engine.rows(_PassportIdentifier, "FROM every") if store else ():
            hashes = lookups(row.uvci, country)
            if store and store.find(bytes.fromhex(row.kid), hashes):
                yield _Revoked(row.p)

    engine.make_table("revoked", _Revoked, revoked())
    # Times are RFC 3339 in UTC, whose texts have the order of the times.
    engine.run(
        f"""
        CREATE TABLE passports AS
        SELECT *, latest AND revoked = 0 AND (expires_at = '' OR expires_at > {literal(now)})
            AS in_force
        FROM (
            SELECT record_id, version, issued_at, expires_at, digest, confirmed, person, dose_key,
                content,
                row_number() OVER (PARTITION BY record_id ORDER BY version DESC, p DESC) = 1 AS latest,
                CAST(p IN (SELECT p FROM revoked) AS INTEGER) AS revoked FROM every
        )
        """,
        "DROP TABLE every",
    )


def _refused(path: Path) -> list[_Refusal]:
    with path.open(encoding="utf-8", newline="") as file:
        try:
            rows = Reader(file)
            if not {"record_id", "codes"} <= set(rows.columns):
                raise UsageError("error.report.not_refusals", path=path)
            return [
                _Refusal(hashlib.sha256(row["record_id"].encode()).hexdigest(), codes[0])
                for row in rows
                if (codes := row["codes"].split())
            ]
        except (csv.Error, UnicodeDecodeError):
            raise UsageError("error.report.not_refusals", path=path) from None


def summary(folder: Path) -> Mapping[str, object]:
    """The `summary.json` of a finished run."""
    path = folder / "summary.json"
    if not path.is_file():
        raise UsageError("error.report.no_summary", folder=folder)
    with path.open("rb") as file:
        data = file.read(_MAX_SUMMARY_BYTES)
    try:
        found = strict_json.read(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageError("error.unreadable", path=path)
    return found


# What came of the loop, by week


class _Corrected(NamedTuple):
    """The record of a correction: SHA-256 of its `record_id` in hexadecimal."""

    id_hash: str


class _Issued(NamedTuple):
    """The passports of one time."""

    issued_at: str
    issued: int
    confirmed: int
    reissued: int


def read_loop(engine: Engine, audit: Path | None, at: datetime, zone: tzinfo | None) -> Loop:
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
    for entry in trail.entries(path):
        cells[_starts(entry.at, zone)] += 1
        identifier = canonical_text(entry.record_id)
        yield _Corrected(hashlib.sha256(identifier.encode()).hexdigest())


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
