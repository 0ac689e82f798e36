"""The stages of `vaxpass match`: reading, keys, comparing, deciding.

Both inputs are divided into parts of limited size. Each stage writes its results as parts into the
run's folder. A part is made once, however often the run is stopped:

    records, registry                    the rows of the inputs by part, and the lines that are no rows
    records-kept, records-rejected       the records that are used, and rows that were set aside
    records-counted                      how many are copies, added, replaced, unchanged, kept
    keys                                 the keys of records
    registry-counted, registry-rejected  how many people are used, and copies; rows that were set aside
    pairs                                the candidates of records, by part of people and of records
    standing, twice, shared              `sql.STANDING`, `sql.TWICE`, `sql.SHARED`
    results                              the decisions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.identity import Declared, Registered
from vaxpass.records import DOSE_TWICE, MATCHED, NUMBER_TWICE, decide
from vaxpass_cli.records import record_sql
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.engine import Engine, literal, no_rows, parquet
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.match import content, keys, sql
from vaxpass_cli.records.run_folder import FolderLayout, RunFolder

RESULTS: Final = "results.parquet"
USED: Final = "records.parquet"
"""The records that the results are about"""
OUTPUTS: Final = FolderLayout(
    parts=".vaxpass-match",
    settings=".vaxpass-match/job.json",
    outputs=(
        RESULTS,
        "results.csv",
        USED,
        "cleaning",
        "rejected.csv",
        "rejected_registry.csv",
        "summary.json",
    ),
)
UNREADABLE: Final = "unreadable.parquet"
"""The file with the lines that are not rows, beside the rows of an input"""
_PEOPLE: Final = 500_000
"""Number of people that are compared at a time, for each gigabyte of memory"""
_RECORDS: Final = 250_000
_MAX_PARTS: Final = 1_000
_MAX_CHARACTERS: Final = 400
"""Largest length of a field"""
_PART: Final = re.compile(r"part=([0-9]+)")


@dataclass(frozen=True)
class Step:
    """A part that was just completed: the name of its stage, and its share of the whole work."""

    name: str
    share: float


@dataclass(frozen=True)
class Given:
    """What is matched, and how."""

    records: Input
    registry: Input
    today: date
    """The last possible day of vaccination"""
    gigabytes: float
    """How much memory the database may use"""
    earlier: Path | None = None
    """Records of earlier runs (`records.parquet`) that stay where `records` have none of their
    identifier"""


class _Pair(NamedTuple):
    """A record and one of its candidates."""

    record_id: str
    part: int
    person_id: str
    holds: int
    same: int


class _Candidate(NamedTuple):
    """A record to be decided, and one of its candidates, if it has any."""

    record_id: str
    full_name: str
    date_of_birth: str
    id_number: str
    phone: str
    sex: str
    shared_by: int
    holds: int | None
    """1 where the candidate has the record's number; None where there is no candidate"""
    registered_name: str | None
    registered_birth: str | None
    registered_number: str | None
    registered_old_number: str | None
    registered_phone: str | None
    registered_sex: str | None

    @property
    def declared(self) -> Declared:
        return Declared(
            self.full_name, self.date_of_birth, self.id_number, self.phone, self.sex, self.shared_by
        )

    @property
    def registered(self) -> Registered:
        return Registered(
            self.registered_name or "",
            self.registered_birth or "",
            self.registered_number or "",
            self.registered_old_number or "",
            self.registered_phone or "",
            self.registered_sex or "",
        )


class _Decided(NamedTuple):
    """The decision about a record. Lists are texts separated by spaces; missing values are empty."""

    record_id: str
    status: str
    codes: str
    field: str
    facility_codes: str
    suggestion: str
    candidate_count: int
    shared_by: int


def run(engine: Engine, folder: RunFolder, given: Given) -> Iterator[Step]:
    """Make all parts of the results."""
    keys.define(engine)
    content.define(engine, given.today)
    earlier, rows = "", given.records.estimated_rows
    if given.earlier:
        earlier = f"SELECT {', '.join(RECORDS.columns)} FROM {parquet(given.earlier)}"
        rows += engine.number(f"SELECT count(*) FROM {parquet(given.earlier)}")
    parts = _part_count(rows, _RECORDS * given.gigabytes)
    _read(engine, folder, given.records, RECORDS, parts, earlier)
    yield Step("reading", 0.03)
    parts = _part_count(given.registry.estimated_rows, _PEOPLE * given.gigabytes)
    _read(engine, folder, given.registry, REGISTRY, parts)
    yield Step("reading", 0.12)
    record_parts = _parts(folder, RECORDS)
    for part in record_parts:
        _key_records(engine, folder, part)
        yield Step("keys", 0.1 / len(record_parts))
    if record_parts:
        _view(engine, "record_keys", _all_parts(folder, "keys"))
    people_parts = _parts(folder, REGISTRY)
    for part in people_parts:
        _compare(engine, folder, part, have_records=bool(record_parts))
        yield Step("comparing", 0.55 / len(people_parts))
    if not record_parts:
        return
    _find_standings(engine, folder, record_parts)
    yield Step("deciding", 0.05)
    for part in record_parts:
        _decide(engine, folder, part)
        yield Step("deciding", 0.1 / len(record_parts))


def _part_count(rows: int, rows_of_part: float) -> int:
    return max(1, min(_MAX_PARTS, round(rows / rows_of_part + 0.499)))


def _parts(folder: RunFolder, layout: Layout) -> list[int]:
    """The numbers of the parts of an input; there are none where it has no rows."""
    found = (_PART.match(path.name) for path in folder.part(layout.role).iterdir())
    return sorted(int(match[1]) for match in found if match)


def _all_parts(folder: RunFolder, name: str) -> str:
    return parquet(folder.part(name) / "*.parquet")


def _view(engine: Engine, name: str, relation: str) -> None:
    engine.run(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {relation}")


def _make(engine: Engine, folder: RunFolder, name: str, select: str) -> None:
    folder.make(name, lambda path: engine.write_parquet(path, select))


# Reading


def _read(
    engine: Engine,
    folder: RunFolder,
    source: Input,
    layout: Layout,
    parts: int,
    more: str = "",
) -> None:
    """Divide the rows of an input into parts; `more` is a SELECT of further rows of its columns."""
    source.read_anew(engine)
    rows = f"SELECT *, false AS earlier FROM ({source.relation})"
    if more:
        rows += f" UNION ALL SELECT *, true FROM ({more})"

    def write(path: Path) -> None:
        divided = f"SELECT *, hash({layout.key}) % {parts} AS part FROM ({rows})"
        engine.write_parquet(path, divided, partition_by="part")
        engine.write_parquet(path / UNREADABLE, source.unreadable)

    folder.make(layout.role, write)


def absent(engine: Engine, folder: RunFolder, source: Input) -> int:
    """How many records of the results in a folder are not in an input."""
    results = folder.path / RESULTS
    if not results.is_file():
        return 0
    source.read_anew(engine)
    there = f"SELECT record_id FROM {parquet(results)}"
    missing = f"SELECT count(*) FROM ({there} EXCEPT SELECT record_id FROM ({source.relation}))"
    return engine.number(missing)


def _check(engine: Engine, folder: RunFolder, layout: Layout, part: int) -> None:
    """Make the table `checked` of the rows of a part; `reason` says why one can't be used."""
    columns = ", ".join(layout.columns)
    long = " OR ".join(f"length({column}) > {_MAX_CHARACTERS}" for column in layout.columns)
    lost = " OR ".join(f"contains({column}, chr(65533))" for column in layout.columns)
    reason = (
        "CASE WHEN earlier THEN NULL"
        f" WHEN {layout.key} = '' THEN 'key' WHEN {long} THEN 'long' WHEN {lost} THEN 'letters' END"
    )
    rows = parquet(folder.part(layout.role) / f"part={part}" / "*.parquet")
    engine.run(
        f"CREATE OR REPLACE TABLE checked AS SELECT {columns}, earlier, {reason} AS reason FROM {rows}"
    )


# Of rows that say the same, one is used. Of different rows with the same key none is used: which of
# them is right is unknown.


def _load_records(engine: Engine, folder: RunFolder, part: int) -> None:
    """Make the tables `records` with their digests, `records_rejected`, and `counted` (`Counted`)."""
    columns = ", ".join(RECORDS.columns)
    usable = f"SELECT {columns} FROM checked WHERE reason IS NULL"
    _check(engine, folder, RECORDS, part)
    engine.run(
        f"CREATE OR REPLACE TABLE new AS {record_sql.distinct(f'{usable} AND NOT earlier')}",
        f"CREATE OR REPLACE TABLE old AS {record_sql.distinct(f'{usable} AND earlier')}",
        f"CREATE OR REPLACE TABLE records_rejected AS"
        f" SELECT reason, {columns} FROM checked WHERE reason IS NOT NULL"
        f" UNION ALL SELECT 'twice', {columns} FROM checked WHERE reason IS NULL AND NOT earlier"
        " AND record_id IN (SELECT record_id FROM new WHERE versions > 1)",
        "DELETE FROM new WHERE versions > 1",
        """
        CREATE OR REPLACE TABLE counted AS
        SELECT CAST(coalesce(sum(n.copies - 1), 0) AS INTEGER) AS copies,
            CAST(count(*) FILTER (o.record_id IS NULL) AS INTEGER) AS added,
            CAST(count(*) FILTER (o.digest <> n.digest) AS INTEGER) AS replaced,
            CAST(count(*) FILTER (o.digest = n.digest) AS INTEGER) AS unchanged,
            CAST((SELECT count(*) FROM old WHERE record_id NOT IN (SELECT record_id FROM new))
                AS INTEGER) AS kept
        FROM new n LEFT JOIN old o USING (record_id)
        """,
        f"CREATE OR REPLACE TABLE records AS SELECT {columns}, digest FROM new UNION ALL"
        f" SELECT {columns}, digest FROM old WHERE record_id NOT IN (SELECT record_id FROM new)",
        "DROP TABLE new",
        "DROP TABLE old",
        "DROP TABLE checked",
    )


def _load_people(engine: Engine, folder: RunFolder, part: int) -> None:
    """Make the tables `registry`, `registry_rejected`, and `counted` (`people` and `copies`)."""
    key = REGISTRY.key
    columns = ", ".join(REGISTRY.columns)
    row = ", ".join(f"{literal(column)}: {column}" for column in REGISTRY.columns)
    same = ", ".join(map(record_sql.canonical, REGISTRY.columns))
    _check(engine, folder, REGISTRY, part)
    engine.run(
        "CREATE OR REPLACE TABLE again AS SELECT * FROM checked WHERE reason IS NULL AND"
        f" {key} IN (SELECT {key} FROM checked WHERE reason IS NULL GROUP BY 1 HAVING count(*) > 1)",
        f"CREATE OR REPLACE TABLE versions AS SELECT min({{{row}}}) AS one, count(*) AS copies,"
        f" count(*) OVER (PARTITION BY {key}) AS versions FROM again GROUP BY {key}, {same}",
        f"CREATE OR REPLACE TABLE registry AS SELECT {columns} FROM checked WHERE reason IS NULL"
        f" AND {key} NOT IN (SELECT {key} FROM again)"
        " UNION ALL SELECT one.* FROM versions WHERE versions = 1",
        f"CREATE OR REPLACE TABLE registry_rejected AS"
        f" SELECT reason, {columns} FROM checked WHERE reason IS NOT NULL"
        f" UNION ALL SELECT 'twice', {columns} FROM again"
        f" WHERE {key} NOT IN (SELECT {key} FROM registry)",
        "CREATE OR REPLACE TABLE counted AS SELECT (SELECT count(*) FROM registry) AS people,"
        " (SELECT sum(copies - 1) FROM versions WHERE versions = 1) AS copies",
        "DROP TABLE checked",
        "DROP TABLE again",
        "DROP TABLE versions",
    )


# Keys


def _key_records(engine: Engine, folder: RunFolder, part: int) -> None:
    name = f"keys/{part}.parquet"
    if folder.has(name):
        return
    _load_records(engine, folder, part)
    _make_name_keys(engine, RECORDS)
    content.make(engine)
    engine.run(
        f"""
        CREATE OR REPLACE TABLE record_keys AS
        SELECT record_id, {part} AS part, digits, {keys.lookup("digits")} AS lookup,
            {keys.lookup2("digits")} AS lookup2, name, birth, letters, plain, phone, dose
        FROM (
            SELECT record_id, {keys.digits("id_number")} AS digits, {_NAMES},
                {keys.birth("date_of_birth")} AS birth, {keys.phone("phone")} AS phone,
                {keys.dose("dose", "vaccinated_on", "vaccine")} AS dose
            FROM records LEFT JOIN names USING (full_name)
        )
        """,
        "DROP TABLE names",
    )
    kept = "SELECT * FROM records JOIN contents USING (record_id) ORDER BY record_id"
    _make(engine, folder, f"records-rejected/{part}.parquet", "SELECT * FROM records_rejected")
    _make(engine, folder, f"records-counted/{part}.parquet", "SELECT * FROM counted")
    _make(engine, folder, f"records-kept/{part}.parquet", kept)
    _make(engine, folder, name, "SELECT * FROM record_keys ORDER BY record_id")
    used = ("record_keys", "contents", "counted", "records", "records_rejected")
    engine.run(*(f"DROP TABLE {table}" for table in used))


def _key_people(engine: Engine) -> None:
    _make_name_keys(engine, REGISTRY)
    engine.run(
        f"""
        CREATE OR REPLACE TABLE person_keys AS
        SELECT person_id, digits, {keys.number("digits")} AS number, old_digits,
            CASE WHEN digits IS NOT NULL THEN {keys.number("old_digits")} END AS old,
            name, birth, letters, plain, phone
        FROM (
            SELECT person_id, {keys.digits("id_number")} AS digits,
                {keys.digits("old_id_number")} AS old_digits, {_NAMES},
                {keys.birth("date_of_birth")} AS birth, {keys.phone("phone")} AS phone
            FROM registry LEFT JOIN names USING (full_name)
        )
        """,
        "DROP TABLE names",
    )


_NAMES: Final = ", ".join(
    f"{keys.name('keys', place)} AS {column}"
    for place, column in enumerate(("name", "letters", "plain"), 1)
)


def _make_name_keys(engine: Engine, layout: Layout) -> None:
    """Make the table `names` with the keys of each different name, so that they are computed once."""
    engine.run(
        f"CREATE OR REPLACE TABLE names AS SELECT full_name, {keys.names('full_name')} AS keys"
        f" FROM (SELECT DISTINCT full_name FROM {layout.role})"
    )


# Comparing


def _compare(engine: Engine, folder: RunFolder, part: int, *, have_records: bool) -> None:
    """Find the records that may mean people of a part."""
    name = f"pairs/{part}"
    if folder.has(name):
        return
    _load_people(engine, folder, part)
    _make(engine, folder, f"registry-rejected/{part}.parquet", "SELECT * FROM registry_rejected")
    _make(engine, folder, f"registry-counted/{part}.parquet", "SELECT * FROM counted")
    if have_records:
        _key_people(engine)
        engine.run(f"CREATE OR REPLACE TABLE pairs_here AS {sql.PAIRS}", "DROP TABLE person_keys")
    else:
        engine.run(f"CREATE OR REPLACE TABLE pairs_here AS {no_rows(_Pair)}")
    # Data of the register are kept only for people who must still be compared with a record.
    columns = ", ".join(
        f"CASE WHEN same = 0 THEN {column} END AS {column}" for column in REGISTRY.columns[1:]
    )
    pairs = (
        f"SELECT record_id, person_id, holds, same, {columns}, part"
        " FROM pairs_here JOIN registry USING (person_id)"
    )
    folder.make(name, lambda path: engine.write_parquet(path, pairs, partition_by="part"))
    used = ("pairs_here", "counted", "registry", "registry_rejected")
    engine.run(*(f"DROP TABLE {table}" for table in used))


def _pairs_of(folder: RunFolder, part: int) -> str:
    """The pairs of a part of the records, for FROM."""
    found = sorted(folder.part("pairs").glob(f"*/part={part}/*.parquet"))
    if found:
        return parquet(*found)
    nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {column}" for column in REGISTRY.columns[1:])
    return f"(SELECT *, {nothing} FROM ({no_rows(_Pair)}))"


# Deciding


def _find_standings(engine: Engine, folder: RunFolder, parts: list[int]) -> None:
    """Find how many persons have each number, which doses are stated repeatedly, and shared phones."""
    for part in parts:
        _view(engine, "pairs", _pairs_of(folder, part))
        _make(engine, folder, f"standing/{part}.parquet", sql.STANDING)
    _view(engine, "standing", _all_parts(folder, "standing"))
    _make(engine, folder, "twice.parquet", sql.TWICE)
    _make(engine, folder, "shared.parquet", sql.SHARED)


def _decide(engine: Engine, folder: RunFolder, part: int) -> None:
    """Make the results of a part of the records.

    SQL has found what depends on several records or on the whole register. All other records are
    decided by `vaxpass.records.decide`.
    """
    name = f"results/{part}.parquet"
    if folder.has(name):
        return

    def kept(part_name: str) -> str:
        return parquet(folder.part(part_name))

    engine.run(
        f"""
        CREATE OR REPLACE TABLE found AS
        SELECT r.*, k.dose AS dose_key, coalesce(s.holders, 0) AS holders, s.person_id,
            t.person_id IS NOT NULL AS twice, coalesce(h.others, 0) AS shared_by
        FROM {kept(f"records-kept/{part}.parquet")} r
        JOIN {kept(f"keys/{part}.parquet")} k USING (record_id)
        LEFT JOIN {kept(f"standing/{part}.parquet")} s USING (record_id)
        LEFT JOIN {kept("twice.parquet")} t ON t.person_id = s.person_id AND t.dose = k.dose
        LEFT JOIN {kept("shared.parquet")} h ON h.phone = k.phone
        """
    )
    candidates = engine.rows(
        _Candidate,
        f"""
        FROM (
            SELECT f.record_id, f.full_name, f.date_of_birth, f.id_number, f.phone, f.sex, f.shared_by,
                p.holds, p.person_id, p.full_name AS registered_name,
                p.date_of_birth AS registered_birth, p.id_number AS registered_number,
                p.old_id_number AS registered_old_number, p.phone AS registered_phone,
                p.sex AS registered_sex
            FROM found f LEFT JOIN {_pairs_of(folder, part)} p ON p.record_id = f.record_id
            WHERE f.person_id IS NULL AND f.holders <= 1
        ) ORDER BY record_id, person_id
        """,
    )
    engine.make_table("compared", _Decided, _decided(candidates))
    settled = " UNION ALL ".join(
        f"SELECT record_id, '{made.status}' AS status, '{' '.join(made.codes)}' AS codes,"
        f" '{made.field or ''}' AS field, '{' '.join(made.facility_codes)}' AS facility_codes,"
        f" '' AS suggestion, 0 AS candidate_count, shared_by FROM found WHERE {where}"
        for made, where in _SETTLED
    )
    results = f"""
        SELECT f.record_id, f.province, f.facility, d.status,
            CASE WHEN d.status = 'MATCHED' THEN f.person_id END AS person_id,
            {_list("d.codes")} AS codes, nullif(d.field, '') AS field,
            {_list("d.facility_codes")} AS told, {_list("d.suggestion")} AS suggestion,
            CAST(d.candidate_count AS INTEGER) AS suggested,
            CAST(d.shared_by AS INTEGER) AS shared_by, f.digest AS record_digest,
            {_list("f.content")} AS content
        FROM found f JOIN ({settled} UNION ALL SELECT * FROM compared) d USING (record_id)
        ORDER BY f.record_id
    """
    _make(engine, folder, name, results)
    engine.run("DROP TABLE compared", "DROP TABLE found")


_SETTLED: Final = (
    (MATCHED, "person_id IS NOT NULL AND NOT twice"),
    (DOSE_TWICE, "person_id IS NOT NULL AND twice"),
    (NUMBER_TWICE, "holders > 1"),
)


def _list(column: str) -> str:
    return f"CASE WHEN {column} = '' THEN CAST([] AS VARCHAR[]) ELSE string_split({column}, ' ') END"


def _decided(candidates: Iterable[_Candidate]) -> Iterator[_Decided]:
    for record_id, of_record in groupby(candidates, key=lambda row: row.record_id):
        rows = list(of_record)
        declared = rows[0].declared
        holders = [row.registered for row in rows if row.holds]
        others = [row.registered for row in rows if row.holds is not None and not row.holds]
        made = decide(declared, holders, others)
        yield _Decided(
            record_id=record_id,
            status=made.status.value,
            codes=" ".join(made.codes),
            field=made.field.value if made.field else "",
            facility_codes=" ".join(made.facility_codes),
            suggestion=" ".join(made.suggestion),
            candidate_count=made.candidate_count,
            shared_by=declared.phone_shared_by,
        )
