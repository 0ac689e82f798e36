"""Read the tables of a report, and count their records by place.

Functions that read raise `UsageError` with a sentence where a table does not belong to the records.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import BUILT_IN, FIELDS, Attested, Record, Terms
from vaxpass.revocation import RevocationStore
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records import record_sql
from vaxpass_cli.records.attestation_files import FacilityFiles
from vaxpass_cli.records.engine import Engine, parquet
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.report import issued
from vaxpass_cli.records.report.counts import (
    NEEDS,
    SET_ASIDE,
    Cause,
    Counts,
    Outside,
    Place,
    Progress,
    Question,
    Stage,
    problems,
)

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
    audit: Path | None
    """The audit trail of `vaxpass correct`"""
    at: datetime
    """The time of the report"""
    zone: tzinfo | None
    """The zone of its weeks; None for that of this machine"""


def gather(engine: Engine, given: Given) -> Progress:
    """Count everything. Raises `UsageError` where the inputs do not belong together."""
    unreadable = _read_records(engine, given.records)
    people = _read_matches(engine, given.matches, unreadable)
    not_listed = _read_attestations(engine, given.attestations or FacilityFiles({}, {}))
    if engine.number("SELECT count(*) FROM matched JOIN records USING (n) WHERE told <> digest"):
        raise UsageError("error.report.records_changed", path=given.matches)
    if given.issued is not None:
        issued.read(engine, given.issued, given.revocations, given.at)
    else:
        issued.nothing(engine)
    engine.make_table("same", _Same, _says_the_same(engine, given.at))
    asked = [Question.MATCHING]
    asked += [Question.ATTESTING] if given.attestations is not None else []
    asked += [Question.ISSUING] if given.issued is not None else []
    engine.run(_ANSWERS, _falls(asked))
    progress = Progress(
        _count(engine, asked),
        tuple(asked),
        unreadable,
        people,
        not_listed,
        outside=_outside(engine),
        in_force=engine.number("SELECT count(*) FROM passports WHERE in_force"),
        doubled=engine.number(issued.DOUBLED),
        copies=engine.number("SELECT sum(copies - 1) FROM records"),
        revocations=given.revocations is not None,
        loop=issued.read_loop(engine, given.audit, given.at, given.zone),
    )
    _check(engine, progress)
    return progress


# Reading


def _read_records(engine: Engine, source: Input) -> int:
    """Make the table `records`, each with a number `n`; gives the number of unreadable lines."""
    record_sql.define(engine)
    engine.run(
        "CREATE TABLE records AS SELECT row_number() OVER () AS n, *"
        f" FROM ({record_sql.distinct(source.relation)})"
    )
    return engine.number(f"SELECT count(*) FROM ({source.unreadable})")


def _read_matches(engine: Engine, folder: Path, unreadable: int) -> int:
    """Make the table `matched` from the folder of `vaxpass match`: the record of each result.

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
    content = "content[1]" if "content" in columns else "NULL"
    summary = issued.summary(folder)
    engine.run(
        f"CREATE TABLE results AS SELECT trim(record_id) AS record_id,"
        " coalesce(province, '') AS province,"
        f" coalesce(facility, '') AS facility, status, coalesce(told[1], status) AS cause,"
        f" {content}::VARCHAR AS content, {digest}::VARCHAR AS told FROM {parquet(results)}",
        # Where several records share a `record_id`, the one that was matched is preferred.
        """
        CREATE TABLE matched AS
        SELECT n, status, cause, content, told, same FROM (
            SELECT r.n, f.status, f.cause, f.content, f.told,
                r.province = f.province AND r.facility = f.facility AS same,
                row_number() OVER (
                    PARTITION BY f.record_id ORDER BY f.told = r.digest DESC NULLS LAST, same DESC, r.n
                ) AS place
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
    statuses = summary.get("statuses")
    if not isinstance(statuses, dict) or sum(map(int, statuses.values())) != count:
        raise UsageError("error.report.other_summary", path=folder)
    # Every row has a result, repeats one that has, or was set aside.
    rows = engine.number("SELECT sum(copies) FROM records")
    aside = sum(found for name in ("rejected", "copies") if isinstance(found := summary.get(name), int))
    # The list may be `records.parquet` of the folder, which has what was used and nothing else.
    complete = aside == rows - count + unreadable or (rows == count and not unreadable)
    if not count == ours == same or not complete:
        raise UsageError("error.report.other_results", path=folder)
    people = summary.get("people")
    return people if isinstance(people, int) else 0


class _ListedRecord(NamedTuple):
    """A record of the list; the last fields are those of `Record`."""

    n: int
    digest: str
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
    """Whether a record is attested."""

    n: int
    attested: str


def _read_attestations(engine: Engine, files: FacilityFiles) -> int:
    """Make the table `attested` (`_AttestedRow`); gives how many attested records are not listed."""
    foreign = set(files.files)
    not_listed = 0

    def rows() -> Iterator[_AttestedRow]:
        nonlocal not_listed
        # One facility after the other: only the attestations of one are in memory.
        listed = engine.rows(_ListedRecord, "FROM records ORDER BY facility, n")
        for facility, of_facility in groupby(listed, key=lambda row: row.facility):
            attestations = files.read(facility)
            absent = {id_hash for one in attestations for id_hash in one.digests}
            count = len(absent)
            for row in of_facility:
                record = row.record
                attested, _ = attestations.find(record, bytes.fromhex(row.digest))
                absent.discard(record.id_hash)
                yield _AttestedRow(row.n, _ATTESTED[attested])
            not_listed += len(absent)
            if len(absent) < count:
                foreign.discard(facility)

    engine.make_table("attested", _AttestedRow, rows())
    if foreign:
        path = files.files[min(foreign)][0]
        raise UsageError("error.report.not_in_list", path=path)
    return not_listed


class _Same(NamedTuple):
    """A record whose passport says what it says, though it was changed after issuing."""

    n: int


class _Changed(NamedTuple):
    """A record that was changed after issuing, and the content of its passport."""

    n: int
    content: str
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


def _says_the_same(engine: Engine, at: datetime) -> Iterator[_Same]:
    """The records whose change does not show in their passport, such as a new phone number."""
    # Of the terms of a run only the table of vaccines makes a difference to the content.
    terms = Terms("VN", "", at, at, at.date(), BUILT_IN)
    changed = """
        FROM (SELECT r.*, p.content FROM records r JOIN passports p USING (record_id)
            WHERE p.latest AND p.content <> '' AND p.digest <> r.digest AND r.versions = 1)
    """
    for row in engine.rows(_Changed, changed):
        content = terms.content(Record._make(row[-len(FIELDS) :]))
        if content is not None and content.hex() == row.content:
            yield _Same(row.n)


# Counting

# A refused record is counted as refused even where it has an older passport. Only one of the records
# that share a `record_id` can belong to its passport.
_ANSWERS: Final = f"""
CREATE TABLE answers AS
SELECT records.n, records.record_id, province, facility, coalesce(status, '{SET_ASIDE}') AS matching,
    CASE WHEN status <> 'MATCHED' THEN cause END AS mismatch,
    CASE WHEN status = 'MATCHED' THEN matched.content END AS content,
    attested.attested AS attesting,
    CASE WHEN refused.reason IS NOT NULL THEN 'refused' WHEN p.record_id IS NOT NULL THEN 'issued'
        ELSE 'pending' END AS issuing,
    refused.reason AS refusal, p.revoked, p.in_force
FROM records JOIN attested USING (n) LEFT JOIN matched USING (n)
    LEFT JOIN refused ON refused.id_hash = sha256(records.record_id)
    LEFT JOIN passports p ON p.latest AND p.record_id = records.record_id
        AND (p.digest = records.digest OR records.n IN (SELECT n FROM same))
"""
_PASSED: Final[Mapping[Stage, str]] = {
    Stage.READABLE: f"matching <> '{SET_ASIDE}'",
    Stage.MATCHED: "matching = 'MATCHED'",
    Stage.ATTESTED: "attesting = 'attested'",
    Stage.IN_FORCE: "issuing = 'issued' AND in_force",
}
_WHY: Final[Mapping[Stage, str]] = {
    Stage.READABLE: "matching",
    Stage.MATCHED: "matching",
    Stage.ATTESTED: "attesting",
    Stage.IN_FORCE: "CASE WHEN issuing <> 'issued' THEN issuing WHEN revoked = 1 THEN 'revoked'"
    " ELSE 'expired' END",
}


def _falls(asked: Sequence[Question]) -> str:
    """The statement that makes the table `falls`: the first stage that a record does not pass."""
    stages = [stage for stage in Stage if NEEDS[stage] in asked]
    failed = [(stage, f"WHEN NOT ({_PASSED[stage]})") for stage in stages]
    stage = " ".join(f"{when} THEN '{stage}'" for stage, when in failed)
    why = " ".join(f"{when} THEN {_WHY[stage]}" for stage, when in failed)
    return (
        f"CREATE TABLE falls AS SELECT n, record_id, province, facility, matching,"
        f" CASE {stage} END AS stage, CASE {why} END AS answer FROM answers"
    )


def _outside(engine: Engine) -> Mapping[Outside, int]:
    """The passports in force whose record has not passed the funnel."""
    source = f"""
        FROM (SELECT CASE WHEN f.record_id IS NULL THEN '{Outside.WITHDRAWN}'
                WHEN f.matched THEN '{Outside.BEHIND}' ELSE '{Outside.NOT_MATCHED}' END AS answer,
                count(*) AS records
            FROM passports p LEFT JOIN (
                SELECT record_id, bool_or(stage IS NULL) AS through,
                    bool_or(matching = 'MATCHED') AS matched FROM falls GROUP BY record_id
            ) f USING (record_id)
            WHERE p.in_force AND f.through IS NOT TRUE GROUP BY 1)
    """
    found = dict(engine.rows(_AnswerCount, source))
    return {each: found.get(each, 0) for each in Outside}


_PASSPORTS: Final = """
SELECT province, facility, sum(CASE WHEN latest THEN 0 ELSE 1 END) AS replaced,
    sum(passports.revoked) AS revoked
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


class _PlaceFall(NamedTuple):
    province: str
    facility: str
    stage: str | None
    answer: str | None
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
    for of_place, row in counted("CASE WHEN content IS NOT NULL THEN '' END"):
        of_place.flawed += row.records
    source = "SELECT province, facility, stage, answer, count(*) AS records FROM falls GROUP BY ALL"
    for fall in engine.rows(_PlaceFall, f"FROM ({source})"):
        of_place = counts[shown.place(fall.province, fall.facility)]
        if fall.stage is None:
            of_place.through += fall.records
        else:
            of_place.fell[Stage(fall.stage)][fall.answer or ""] += fall.records
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
