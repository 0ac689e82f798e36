"""What a report is made of: records, results of matching, attestations, passports -> tables.

Each function refuses, with a sentence, what does not belong to the records.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from vaxpass.records import Attestations, Attested, FacilityKeys, Record
from vaxpass.revocation import RevocationStore, identifiers
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine, parquet, quoted
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.issue import attested
from vaxpass_cli.records.issue.folder import Folder

_LARGEST_SUMMARY: Final = 64 << 20
_RESULTS: Final = frozenset("record_id province facility status told".split())
_FIELDS: Final = ", ".join(Record._fields)


@dataclass(frozen=True)
class Signed:
    """The attestations: whose signature holds is found out where they are listed."""

    files: Mapping[str, Sequence[Path]]
    """Of each facility"""
    keys: FacilityKeys

    @classmethod
    def listed(cls, paths: Iterable[Path], keys: FacilityKeys) -> Signed:
        """Find out whose they are. Raises `UsageError` for one that no key of its facility has signed."""
        files: dict[str, list[Path]] = defaultdict(list)
        for path in paths:
            files[attested.read(path, keys).attestation.facility].append(path)
        return cls(files, keys)

    def of(self, facility: str) -> Attestations:
        """Those of a facility, read anew."""
        paths = self.files.get(facility, ())
        return Attestations(attested.read(path, self.keys).attestation for path in paths)


def read_records(engine: Engine, source: Input) -> int:
    """Make `records`, each row with a number `n`; gives how many lines could not be read."""
    engine.run(f"CREATE TABLE records AS SELECT row_number() OVER () AS n, * FROM ({source.relation})")
    if not source.rejects:
        return 0
    # DuckDB keeps the lines that it can't read with the connection that read them.
    engine.run(f"CREATE TABLE unread AS SELECT DISTINCT line_byte_position FROM {source.rejects}")
    return engine.number("SELECT count(*) FROM unread")


def read_matches(engine: Engine, folder: Path, unreadable: int) -> int:
    """Make `matched` of the folder of `vaxpass match`: the row that each result is about.

    Gives the number of people in the register. Raises `UsageError` where the results are not about exactly
    these records.
    """
    results = folder / "results.parquet"
    if not results.is_file():
        raise UsageError("error.no_match_results", path=folder)
    columns = set(engine.columns(results))
    if not columns >= _RESULTS:
        raise UsageError("error.not_match_results", path=results)
    digest = "record_digest" if "record_digest" in columns else "NULL"
    summary = _summary(folder)
    engine.run(
        f"CREATE TABLE results AS SELECT trim(record_id) AS record_id,"
        " coalesce(province, '') AS province,"
        f" coalesce(facility, '') AS facility, status, coalesce(told[1], status) AS cause,"
        f" {digest}::VARCHAR AS digest FROM {parquet(results)}",
        # Of several rows with an identifier the one of the result's own place is meant.
        """
        CREATE TABLE matched AS
        SELECT n, status, cause, digest, same FROM (
            SELECT r.n, f.status, f.cause, f.digest,
                r.province = f.province AND r.facility = f.facility AS same,
                row_number() OVER (PARTITION BY f.record_id ORDER BY same DESC, r.n) AS place
            FROM results f JOIN records r USING (record_id)
        ) WHERE place = 1
        """,
    )
    count, ours, same = (
        engine.number(statement)
        for statement in (
            "SELECT count(*) FROM results",
            "SELECT count(*) FROM matched",
            "SELECT count(*) FROM matched WHERE same",
        )
    )
    rows = engine.number("SELECT count(*) FROM records")
    statuses = summary.get("statuses")
    if not isinstance(statuses, dict) or sum(map(int, statuses.values())) != count:
        raise UsageError("error.report.other_summary", path=folder)
    if not count == ours == same or summary.get("rejected") != rows - count + unreadable:
        raise UsageError("error.report.other_records", path=folder)
    people = summary.get("people")
    return people if isinstance(people, int) else 0


def judge(engine: Engine, signed: Signed, work: Path) -> int:
    """Make `judged`: what is attested of each row, and the digest of what it says.

    Gives how many attested records are not in the list.
    """
    waiting = set(signed.files)
    not_listed = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal not_listed
        # One facility after the other, so that only its attestations are in memory.
        listed = f"SELECT n, {_FIELDS} FROM records JOIN names USING (facility) ORDER BY name, n"
        found = engine.rows(listed)
        for facility, of_facility in groupby(found, key=lambda row: str(row[3]).strip()):
            attestations = signed.of(facility)
            gone = {name for one in attestations for name in one.digests}
            count = len(gone)
            for n, *values in of_facility:
                record = Record(*map(str, values))
                digest = record.digest
                judged, _ = attestations.judge(record, digest)
                gone.discard(record.name)
                yield n, _JUDGED[judged], digest.hex()
            not_listed += len(gone)
            if len(gone) < count:
                waiting.discard(facility)

    # What attestations take for the same name: SQL knows less white space than Python.
    engine.define("stripped", lambda facility: facility.strip())
    engine.run(
        "CREATE TABLE names AS SELECT facility, stripped(facility) AS name"
        " FROM (SELECT DISTINCT facility FROM records)"
    )
    _take(engine, "judged", {"n": "BIGINT", "attested": "VARCHAR", "digest": "VARCHAR"}, rows(), work)
    if waiting:
        path = signed.files[min(waiting)][0]
        raise UsageError("error.report.not_in_list", path=path)
    return not_listed


_JUDGED: Final = {
    Attested.YES: "attested",
    Attested.ALTERED: "altered",
    Attested.NO: "not_attested",
}


def stale(engine: Engine) -> bool:
    """Whether a record was matched when it said something else, where the results know what it said."""
    return bool(
        engine.number(
            "SELECT count(*) FROM matched m JOIN judged j USING (n) WHERE m.digest <> j.digest"
        )
    )


def read_issued(engine: Engine, path: Path, store: RevocationStore | None, work: Path) -> int:
    """Make `refused` and `passports` of the folder of `vaxpass issue`.

    Gives how many passports are about records that are no longer in the list.
    """
    folder = Folder(path)
    if not folder.texts.is_dir():
        raise UsageError("error.report.not_issue", path=path)
    summary = _summary(path)
    refused = _refused(path / "refused.csv")
    if len(refused) != summary.get("refused"):
        raise UsageError("error.report.issue_stopped", path=path)
    columns = {"name": "VARCHAR", "reason": "VARCHAR"}
    _take(engine, "refusals", columns, refused, work)
    engine.run(
        "CREATE TABLE refused AS SELECT name, any_value(reason) AS reason FROM refusals GROUP BY name"
    )
    _read_passports(engine, folder, store, str(summary.get("country", "")), work)
    unknown = engine.number(
        "SELECT count(*) FROM refused WHERE name NOT IN (SELECT sha256(record_id) FROM records)"
    )
    gone, count = (
        engine.number(f"SELECT count(*) FROM passports {where}")
        for where in ("WHERE record_id NOT IN (SELECT record_id FROM records)", "")
    )
    if unknown or (count and gone == count):
        raise UsageError("error.report.issued_others", path=path)
    rows = engine.number("SELECT count(*) FROM records")
    if summary.get("records") == rows and summary.get("refused") != engine.number(
        "SELECT count(*) FROM records WHERE sha256(record_id) IN (SELECT name FROM refused)"
    ):
        raise UsageError("error.report.refused_others", path=path)
    return gone


def _read_passports(
    engine: Engine, folder: Folder, store: RevocationStore | None, country: str, work: Path
) -> None:
    if not folder.parts():
        engine.run(
            "CREATE TABLE passports AS SELECT '' AS record_id, 0 AS version, 0 AS latest, '' AS digest,"
            " 0 AS revoked WHERE false"
        )
        return
    every = f"read_parquet({quoted(folder.texts / '*.parquet')}, hive_partitioning = false)"
    engine.run(
        "CREATE TABLE every AS SELECT row_number() OVER () AS p, record_id, uvci, kid, version, digest,"
        f" max(version) OVER (PARTITION BY record_id) AS latest FROM {every}"
    )

    def rows() -> Iterator[tuple[object, ...]]:
        for p, uvci, kid in engine.rows("SELECT p, uvci, kid FROM every") if store else ():
            hashes = identifiers(str(uvci), country, None, None)
            if store and store.find(bytes.fromhex(str(kid)), hashes):
                yield (p,)

    _take(engine, "revoked", {"p": "BIGINT"}, rows(), work)
    engine.run(
        "CREATE TABLE passports AS SELECT record_id, version, latest, digest,"
        " CAST(p IN (SELECT p FROM revoked) AS INTEGER) AS revoked FROM every",
        "DROP TABLE every",
    )


def _refused(path: Path) -> list[tuple[str, str]]:
    """Hash of the record, which has no letters that a table could stumble over; first reason."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"record_id", "codes"} <= set(rows.fieldnames or ()):
            raise UsageError("error.report.not_refusals", path=path)
        return [
            (hashlib.sha256((row["record_id"] or "").encode()).hexdigest(), codes[0])
            for row in rows
            if (codes := (row["codes"] or "").split())
        ]


def _summary(folder: Path) -> Mapping[str, object]:
    path = folder / "summary.json"
    if not path.is_file():
        raise UsageError("error.report.no_summary", folder=folder)
    with path.open("rb") as file:
        data = file.read(_LARGEST_SUMMARY)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError("error.unreadable", path=path)
    return found


def _take(
    engine: Engine,
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[object]],
    work: Path,
) -> None:
    """Make a table of rows that Python made: numbers, codes and hashes only."""
    path = work / f"{name}.csv"
    with path.open("w", encoding="ascii", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    engine.run(
        f"CREATE TABLE {name} AS SELECT * FROM read_csv({quoted(path)}, auto_detect = false,"
        f" header = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}})"
    )
    path.unlink()
