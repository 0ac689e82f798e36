"""DuckDB and Spark give the same results on a sample: one set of statements, two engines."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.matching_worlds import PEOPLE, WORLD, Results
from vaxpass.testing.synthetic import Size, make_world, write_world

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None,
        reason="pyspark is not here: install vaxpass[spark]",
    ),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ,
        reason="Spark needs Java, which is not here",
    ),
    # Spark's own sockets and processes end with it, not with a test.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),
]


def test_both_engines_give_the_same_results(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415
    from vaxpass_cli.records.match import spark as on_spark  # noqa: PLC0415

    # A sample with every kind of error, and the small world with every status and code.
    world = make_world(Size(records=3_000, people=9_000, provinces=3), seed=7)
    records = [record._asdict() for record, _ in world.records()]
    people = [person._asdict() for person in world.registry()]
    inputs = write_world(world, tmp_path / "in")
    for path, rows in zip(inputs, ((row for row, *_ in WORLD.values()), PEOPLE), strict=False):
        with path.open("a", encoding="utf-8") as file:
            file.writelines(",".join(row.values()) + "\r\n" for row in rows)
    records += [dict(row) for row, *_ in WORLD.values()]
    people = [dict(person) for person in (*people, *PEOPLE)]
    out = tmp_path / "out"
    assert run("match", *inputs[:2], "--out", out, "--at", "2026-01-01").code == 0
    expected = Results(out).rows

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
        .getOrCreate()
    )
    try:
        made = on_spark.match(
            session,
            session.createDataFrame(records),
            session.createDataFrame(people),
            date(2026, 1, 1),
        )
        found = {row["record_id"]: row.asDict() for row in made.collect()}
    finally:
        session.stop()
    assert found.keys() == expected.keys()
    for record_id, row in expected.items():
        assert found[record_id] == row
