"""The finished parts -> what the user asked for, in its place in one step for each file."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from vaxpass_cli.atomic import sync_folder
from vaxpass_cli.matching import cleaning, rejected
from vaxpass_cli.matching.columns import RECORDS, REGISTRY
from vaxpass_cli.matching.engine import Engine, quoted
from vaxpass_cli.matching.job import OUTPUTS, Job, remove
from vaxpass_cli.matching.summary import Summary, count, tables

__all__ = ["finish", "tables"]

_FINAL: Final = "final"
_EMPTY: Final = (
    "SELECT CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS VARCHAR) AS province,"
    " CAST(NULL AS VARCHAR) AS facility, CAST(NULL AS VARCHAR) AS status,"
    " CAST(NULL AS VARCHAR) AS person_id, CAST([] AS VARCHAR[]) AS codes,"
    " CAST(NULL AS VARCHAR) AS field, CAST([] AS VARCHAR[]) AS told,"
    " CAST([] AS VARCHAR[]) AS suggestion, 0 AS suggested, 0 AS shared_by,"
    " CAST(NULL AS VARCHAR) AS record_digest WHERE false"
)


def finish(engine: Engine, job: Job, language: str, *, as_csv: bool) -> Summary:
    """Write all results, put them in their places, and remove the parts. Gives the counts."""
    # Language and form may have changed since a run was stopped here.
    remove(job.part(_FINAL))
    some = job.done("results")
    parts = quoted(job.part("results") / "*.parquet")
    results = f"SELECT * FROM read_parquet({parts}) ORDER BY record_id" if some else _EMPTY
    _copy(engine, job, "results.parquet", results, "FORMAT parquet")
    if as_csv:
        flat = ", ".join(
            f"array_to_string({column}, ' ') AS {column}" for column in ("codes", "told", "suggestion")
        )
        rows = f"SELECT * REPLACE ({flat}) FROM ({results}) ORDER BY record_id"
        _copy(engine, job, "results.csv", rows, "FORMAT csv, HEADER")
    if some:
        _make(job, "cleaning", lambda path: cleaning.write(engine, job, language, path))
    for layout, name in ((RECORDS, "rejected.csv"), (REGISTRY, "rejected_registry.csv")):
        _make(job, name, partial(rejected.write, engine, job, layout, language))
    aside, people_aside = (rejected.count(engine, job, layout) for layout in (RECORDS, REGISTRY))
    summary = count(engine, job, aside, people_aside)
    _make(
        job,
        "summary.json",
        lambda path: _write(path, json.dumps(summary.as_json(), ensure_ascii=False, indent=1)),
    )
    for name in OUTPUTS:
        remove(job.out / name)
        if job.done(f"{_FINAL}/{name}"):
            job.part(f"{_FINAL}/{name}").rename(job.out / name)
    sync_folder(job.out)
    remove(job.work)
    return summary


def _copy(engine: Engine, job: Job, name: str, select: str, form: str) -> None:
    _make(job, name, lambda path: engine.run(f"COPY ({select}) TO {quoted(path)} ({form})"))


def _make(job: Job, name: str, write: Callable[[Path], None]) -> None:
    job.make(f"{_FINAL}/{name}", write)


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8")
