"""The parts of a run, one after the other; each is made once, however often the run is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass_cli.records.columns import RECORDS, REGISTRY
from vaxpass_cli.records.engine import Engine, quoted
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.match import decisions, keys, sql, tables
from vaxpass_cli.records.run_folder import Job

_PEOPLE: Final = 500_000
"""People that are compared at a time, for each gigabyte of memory"""
_RECORDS: Final = 250_000
_MOST_PARTS: Final = 1_000


@dataclass(frozen=True)
class Step:
    """A part that was just done: what it was about, and its share of the whole work."""

    name: str
    share: float


def run(engine: Engine, job: Job, records: Input, registry: Input, gigabytes: float) -> Iterator[Step]:
    """Make all parts of the results in the folder of the job."""
    keys.define(engine)
    record_parts = _parts(records.rows, _RECORDS * gigabytes)
    person_parts = _parts(registry.rows, _PEOPLE * gigabytes)
    tables.read(engine, job, records, RECORDS, record_parts)
    yield Step("reading", 0.03)
    tables.read(engine, job, registry, REGISTRY, person_parts)
    yield Step("reading", 0.12)
    numbers = tables.parts(job, RECORDS.role)
    for part in numbers:
        _key_records(engine, job, part)
        yield Step("keys", 0.1 / len(numbers))
    if numbers:
        engine.run(f"CREATE OR REPLACE VIEW record_keys AS SELECT * FROM {tables.glob(job, 'keys')}")
    people = tables.parts(job, REGISTRY.role)
    for part in people:
        _find_pairs(engine, job, part, have_records=bool(numbers))
        yield Step("comparing", 0.55 / len(people))
    if not numbers:
        return
    _stand(engine, job, numbers)
    yield Step("deciding", 0.05)
    for part in numbers:
        _decide(engine, job, part)
        yield Step("deciding", 0.1 / len(numbers))


def _parts(rows: int, size: float) -> int:
    return max(1, min(_MOST_PARTS, round(rows / size + 0.499)))


def _copy(engine: Engine, select: str, path: Path) -> None:
    engine.run(f"COPY ({select}) TO {quoted(path)} (FORMAT parquet)")


def _key_records(engine: Engine, job: Job, part: int) -> None:
    name = f"keys/{part}.parquet"
    if job.done(name):
        return
    tables.load(engine, job, RECORDS, part)
    tables.key_records(engine, part)
    job.make(
        f"records-rejected/{part}.parquet",
        lambda path: _copy(engine, "SELECT * FROM records_rejected", path),
    )
    job.make(
        f"records-kept/{part}.parquet",
        lambda path: _copy(engine, "SELECT * FROM records ORDER BY record_id", path),
    )
    job.make(name, lambda path: _copy(engine, "SELECT * FROM record_keys ORDER BY record_id", path))
    engine.run("DROP TABLE record_keys", "DROP TABLE records", "DROP TABLE records_rejected")


def _find_pairs(engine: Engine, job: Job, part: int, *, have_records: bool) -> None:
    """The records of which the people of a part may be meant."""
    name = f"pairs/{part}"
    if job.done(name):
        return
    tables.load(engine, job, REGISTRY, part)
    job.make(
        f"registry-rejected/{part}.parquet",
        lambda path: _copy(engine, "SELECT * FROM registry_rejected", path),
    )
    counted = "SELECT count(*) AS people FROM registry"
    job.make(f"registry-kept/{part}.parquet", lambda path: _copy(engine, counted, path))
    if have_records:
        tables.key_people(engine)
        engine.run(f"CREATE OR REPLACE TABLE pairs_here AS {sql.PAIRS}", "DROP TABLE person_keys")
    else:
        engine.run(_NO_PAIRS)

    def write(path: Path) -> None:
        path.mkdir()
        # What is registered is kept only of those with whom a record is yet to be compared.
        columns = ", ".join(
            f"CASE WHEN same = 0 THEN {column} END AS {column}" for column in REGISTRY.columns[1:]
        )
        engine.run(
            f"COPY (SELECT record_id, person_id, holds, same, {columns}, part"
            f" FROM pairs_here JOIN registry USING (person_id)) TO {quoted(path)}"
            " (FORMAT parquet, PARTITION_BY (part), OVERWRITE_OR_IGNORE true)"
        )

    job.make(name, write)
    engine.run("DROP TABLE pairs_here", "DROP TABLE registry", "DROP TABLE registry_rejected")


_NO_PAIRS: Final = (
    "CREATE OR REPLACE TABLE pairs_here AS SELECT '' AS record_id, 0 AS part, '' AS person_id,"
    " 0 AS holds, 0 AS same WHERE false"
)


def _pairs_of(job: Job, part: int) -> str:
    """The pairs of a part of the records, for FROM."""
    found = sorted(job.part("pairs").glob(f"*/part={part}/*.parquet"))
    if not found:
        nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {column}" for column in REGISTRY.columns[1:])
        return (
            f"(SELECT '' AS record_id, '' AS person_id, 0 AS holds, 0 AS same, {nothing} WHERE false)"
        )
    return f"read_parquet([{', '.join(map(quoted, found))}], hive_partitioning = false)"


def _stand(engine: Engine, job: Job, parts: list[int]) -> None:
    """How many persons each number has; which doses are stated twice; which phones are shared."""
    for part in parts:
        engine.run(f"CREATE OR REPLACE VIEW pairs AS SELECT * FROM {_pairs_of(job, part)}")
        job.make(f"standing/{part}.parquet", lambda path: _copy(engine, sql.STANDING, path))
    engine.run(f"CREATE OR REPLACE VIEW standing AS SELECT * FROM {tables.glob(job, 'standing')}")
    job.make("twice.parquet", lambda path: _copy(engine, sql.TWICE, path))
    job.make("shared.parquet", lambda path: _copy(engine, sql.SHARED, path))


def _decide(engine: Engine, job: Job, part: int) -> None:
    name = f"results/{part}.parquet"
    if not job.done(name):
        job.make(
            name, lambda path: decisions.decide_part(engine, job, part, _pairs_of(job, part), path)
        )
