"""Read the tables of a report, and count their records by place.

Functions that read raise `UsageError` with a sentence where a table does not belong to the records.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.encoding import strict_json
from vaxpass.records import FIELDS, Attested, Record
from vaxpass.revocation import RevocationStore, lookups
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.records.attestation_files import FacilityFiles
from vaxpass_cli.records.engine import Engine, no_rows, parquet
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.issue import plan
from vaxpass_cli.records.report.counts import (
    SET_ASIDE,
    Cause,
    Counts,
    Place,
    Progress,
    Question,
    problems,
)

_MAX_SUMMARY_BYTES: Final = 64 << 20
_MAX_CHARACTERS: Final = 120
"""Largest length of the name of a place"""
_PERSONAL: Final = re.compile(r"(?:\d[ .()+-]*){8}")
"""A possible number of a person or phone; no code of a facility has so many digits"""
_RESULTS: Final = frozenset("record_id province facility status told".split())
_ATTESTED: Final = {
    Attested.YES: "attested",
    Attested.ALTERED: "altered",
    Attested.NO: "not_attested",
}


@dataclass(frozen=True)
class Given:
    """The inputs of a report."""

    records: Input
    matches: Path
    """The folder of `vaxpass match`"""
    attestations: FacilityFiles | None
    issued: Path | None
    """The folder of `vaxpass issue`"""
    revocations: RevocationStore | None


def gather(engine: Engine, given: Given) -> Progress:
    """Count everything. Raises `UsageError` where the inputs do not belong together."""
    unreadable = _read_records(engine, given.records)
    people = _read_matches(engine, given.matches, unreadable)
    not_listed = _read_attestations(engine, given.attestations or FacilityFiles({}, {}))
    stale = "SELECT count(*) FROM matched m JOIN attested a USING (n) WHERE m.digest <> a.digest"
    if engine.number(stale):
        raise UsageError("error.report.records_changed", path=given.matches)
    withdrawn = 0
    if given.issued is not None:
        withdrawn = _read_issued(engine, given.issued, given.revocations)
    else:
        engine.make_table("refused", _Refusal, ())
        engine.run(f"CREATE TABLE passports AS {no_rows(_Passport)}")
    engine.run(_ANSWERS)
    asked = [Question.MATCHING]
    asked += [Question.ATTESTING] if given.attestations is not None else []
    asked += [Question.ISSUING] if given.issued is not None else []
    progress = Progress(
        _count(engine, asked),
        tuple(asked),
        unreadable,
        people,
        not_listed,
        withdrawn,
        revocations=given.revocations is not None,
    )
    _check(engine, progress)
    return progress


# Reading


def _read_records(engine: Engine, source: Input) -> int:
    """Make the table `records`, each row with a number `n`; gives the number of unreadable lines."""
    engine.run(f"CREATE TABLE records AS SELECT row_number() OVER () AS n, * FROM ({source.relation})")
    return engine.number(f"SELECT count(*) FROM ({source.unreadable})")


def _read_matches(engine: Engine, folder: Path, unreadable: int) -> int:
    """Make the table `matched` from the folder of `vaxpass match`: the row of each result.

    Gives the number of people in the register. Raises `UsageError` where the results are not those of
    exactly these records.
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
        # Of several rows with one `record_id` the row from the same facility is preferred.
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
        raise UsageError("error.report.other_results", path=folder)
    people = summary.get("people")
    return people if isinstance(people, int) else 0


class _ListedRecord(NamedTuple):
    """A row of the list; the last fields are those of `Record`."""

    facility_name: str
    n: int
    record_id: str
    province: str
    facility: str
    full_name: str
    date_of_birth: str
    sex: str
    id_number: str
    phone: str
    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str
    batch: str

    @property
    def record(self) -> Record:
        return Record._make(self[-len(FIELDS) :])


class _AttestedRow(NamedTuple):
    """Whether a row is attested, and its digest."""

    n: int
    attested: str
    digest: str


def _read_attestations(engine: Engine, files: FacilityFiles) -> int:
    """Make the table `attested` (`_AttestedRow`); gives how many attested records are not listed."""
    foreign = set(files.files)
    not_listed = 0

    def rows() -> Iterator[_AttestedRow]:
        nonlocal not_listed
        # One facility after the other: only the attestations of one are in memory.
        source = "FROM (SELECT * FROM records JOIN names USING (facility)) ORDER BY facility_name, n"
        listed = engine.rows(_ListedRecord, source)
        for facility, of_facility in groupby(listed, key=lambda row: row.facility_name):
            attestations = files.read(facility)
            absent = {id_hash for one in attestations for id_hash in one.digests}
            count = len(absent)
            for row in of_facility:
                record = row.record
                digest = record.digest
                attested, _ = attestations.find(record, digest)
                absent.discard(record.id_hash)
                yield _AttestedRow(row.n, _ATTESTED[attested], digest.hex())
            not_listed += len(absent)
            if len(absent) < count:
                foreign.discard(facility)

    # Names are compared as attestations compare them: SQL knows less white space than Python.
    engine.define("stripped", lambda facility: facility.strip())
    engine.run(
        "CREATE TABLE names AS SELECT facility, stripped(facility) AS facility_name"
        " FROM (SELECT DISTINCT facility FROM records)"
    )
    engine.make_table("attested", _AttestedRow, rows())
    if foreign:
        path = files.files[min(foreign)][0]
        raise UsageError("error.report.not_in_list", path=path)
    return not_listed


class _Refusal(NamedTuple):
    """A refused record: SHA-256 of its `record_id` in hexadecimal, and the first reason."""

    id_hash: str
    reason: str


class _Passport(NamedTuple):
    """An issued passport."""

    record_id: str
    version: int
    latest: int
    """The highest version of this record"""
    digest: str
    revoked: int


def _read_issued(engine: Engine, path: Path, store: RevocationStore | None) -> int:
    """Make the tables `refused` and `passports` from the folder of `vaxpass issue`.

    Gives the number of passports whose records are no longer in the list.
    """
    texts = path / plan.FOLDER.parts
    if not texts.is_dir():
        raise UsageError("error.report.not_issue", path=path)
    summary = _summary(path)
    refused = _refused(path / "refused.csv")
    if len(refused) != summary.get("refused"):
        raise UsageError("error.report.issue_stopped", path=path)
    engine.make_table("refusals", _Refusal, refused)
    engine.run(
        "CREATE TABLE refused AS SELECT id_hash, any_value(reason) AS reason FROM refusals"
        " GROUP BY id_hash"
    )
    _read_passports(engine, texts, store, str(summary.get("country", "")))
    unknown = engine.number(
        "SELECT count(*) FROM refused WHERE id_hash NOT IN (SELECT sha256(record_id) FROM records)"
    )
    gone, count = (
        engine.number(f"SELECT count(*) FROM passports {where}")
        for where in ("WHERE record_id NOT IN (SELECT record_id FROM records)", "")
    )
    if unknown or (count and gone == count):
        raise UsageError("error.report.issued_others", path=path)
    rows = engine.number("SELECT count(*) FROM records")
    if summary.get("records") == rows and summary.get("refused") != engine.number(
        "SELECT count(*) FROM records WHERE sha256(record_id) IN (SELECT id_hash FROM refused)"
    ):
        raise UsageError("error.report.refused_others", path=path)
    return gone


class _PassportIdentifier(NamedTuple):
    p: int
    uvci: str
    kid: str


class _Revoked(NamedTuple):
    p: int


def _read_passports(engine: Engine, texts: Path, store: RevocationStore | None, country: str) -> None:
    engine.run(
        "CREATE TABLE every AS SELECT row_number() OVER () AS p, record_id, uvci, kid, version, digest,"
        f" max(version) OVER (PARTITION BY record_id) AS latest FROM {plan.passports(texts)}"
    )

    def revoked() -> Iterator[_Revoked]:
        for row in engine.rows(_PassportIdentifier, "FROM every") if store else ():
            hashes = lookups(row.uvci, country)
            if store and store.find(bytes.fromhex(row.kid), hashes):
                yield _Revoked(row.p)

    engine.make_table("revoked", _Revoked, revoked())
    engine.run(
        "CREATE TABLE passports AS SELECT record_id, version, latest, digest,"
        " CAST(p IN (SELECT p FROM revoked) AS INTEGER) AS revoked FROM every",
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


def _summary(folder: Path) -> Mapping[str, object]:
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


# Counting

# A passport is current where it was made from the present record. A refused record is counted as
# refused even where it has an older passport. A duplicate `record_id` never gets a passport, so that a
# join by it is safe.
_ANSWERS: Final = f"""
CREATE TABLE answers AS
SELECT records.n, province, facility, coalesce(status, '{SET_ASIDE}') AS matching,
    CASE WHEN status <> 'MATCHED' THEN cause END AS mismatch, attested.attested AS attesting,
    CASE WHEN refused.reason IS NOT NULL THEN 'refused' WHEN p.digest = attested.digest THEN 'issued'
        ELSE 'pending' END AS issuing,
    refused.reason AS refusal
FROM records JOIN attested USING (n) LEFT JOIN matched USING (n)
    LEFT JOIN refused ON refused.id_hash = sha256(records.record_id)
    LEFT JOIN (SELECT * FROM passports WHERE version = latest) p ON p.record_id = records.record_id
"""
_PASSPORTS: Final = """
SELECT province, facility, sum(CASE WHEN version < latest THEN 1 ELSE 0 END) AS replaced,
    sum(revoked) AS revoked
FROM passports JOIN (SELECT record_id, min(n) AS n FROM records GROUP BY record_id) USING (record_id)
    JOIN answers USING (n) GROUP BY ALL
"""


class _PlaceRow(NamedTuple):
    province: str
    facility: str


class _PlaceCount(NamedTuple):
    province: str
    facility: str
    answer: str
    records: int


class _PlacePassports(NamedTuple):
    province: str
    facility: str
    replaced: int
    revoked: int


class _AnswerCount(NamedTuple):
    answer: str
    records: int


def _count(engine: Engine, asked: Sequence[Question]) -> Mapping[Place, Counts]:
    shown = _Shown(engine)
    counts: dict[Place, Counts] = defaultdict(Counts)

    def counted(column: str) -> Iterator[tuple[Counts, _PlaceCount]]:
        source = f"SELECT province, facility, {column} AS answer, count(*) AS records FROM answers"
        for row in engine.rows(_PlaceCount, f"FROM ({source} WHERE answer IS NOT NULL GROUP BY ALL)"):
            yield counts[shown.place(row.province, row.facility)], row

    for of_place, row in counted("''"):
        of_place.records += row.records
    for question in asked:
        for of_place, row in counted(question):
            of_place.answers[question][row.answer] += row.records
    for cause in Cause:
        for of_place, row in counted(cause):
            of_place.causes[cause][row.answer] += row.records
    for each in engine.rows(_PlacePassports, f"FROM ({_PASSPORTS})"):
        of_place = counts[shown.place(each.province, each.facility)]
        of_place.replaced += each.replaced
        of_place.revoked += each.revoked
    return counts


class _Shown:
    """Decides which names of places are shown.

    A row with its fields in the wrong columns may have a person in the column of the facility. So a
    name that may be a number of a person is not shown, nor a place that only occurs in rows set aside.
    """

    def __init__(self, engine: Engine) -> None:
        source = (
            f"FROM (SELECT DISTINCT province, facility FROM answers WHERE matching <> '{SET_ASIDE}')"
        )
        self._used = set(engine.rows(_PlaceRow, source))

    def place(self, province: str, facility: str) -> Place:
        """The place as it is shown in the report."""
        if _PlaceRow(province, facility) not in self._used:
            return Place("", "")
        return Place(_name(province), _name(facility))


def _name(name: str) -> str:
    plain = " ".join(name.split())
    return "" if _PERSONAL.search(plain) or not plain.isprintable() else plain[:_MAX_CHARACTERS]


def _check(engine: Engine, progress: Progress) -> None:
    """Compare all sums with each other, and with the count of all records."""
    found = problems(progress)
    total = progress.total
    if total.records != engine.number("SELECT count(*) FROM records"):
        found.append("records: not all are counted")
    for question in progress.asked:
        source = f"FROM (SELECT {question} AS answer, count(*) AS records FROM answers GROUP BY ALL)"
        if Counter(dict(engine.rows(_AnswerCount, source))) != total.answers[question]:
            found.append(f"{question}: the total")
    if found:
        raise AssertionError("; ".join(found))
