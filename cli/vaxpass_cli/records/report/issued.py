"""Read the folder of `vaxpass issue`: refusals and passports, and which of these are in force.

Functions that read raise `UsageError` with a sentence where a file is not what it must be.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.encoding import strict_json
from vaxpass.revocation import RevocationStore, lookups
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.output.jsonl import rfc3339
from vaxpass_cli.records.engine import Engine, literal, no_rows
from vaxpass_cli.records.issue import plan

_MAX_SUMMARY_BYTES: Final = 64 << 20
_PARTS: Final = "part-*.parquet"


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
