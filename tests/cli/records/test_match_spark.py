"""DuckDB and Spark give the same results on a sample: one set of statements, two engines."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

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


def both(run: Run, tmp_path: Path, *given: object) -> tuple[Results, Results]:
    """The results of the same run with either engine."""
    found = []
    for engine in ("duckdb", "spark"):
        out = tmp_path / engine
        ran = run("match", *given, "--out", out, "--engine", engine, "--processes", "2")
        assert ran.code == 0, ran.err
        found.append(Results(out))
    return found[0], found[1]


def test_both_engines_give_the_same_results_lists_and_counts(run: Run, tmp_path: Path) -> None:
    # A sample with every kind of error, and the small world with every status and code.
    size = Size(records=3_000, people=9_000, provinces=3)
    inputs = write_world(make_world(size, seed=7), tmp_path / "in")
    for path, rows in zip(inputs, ((row for row, *_ in WORLD.values()), PEOPLE), strict=False):
        with path.open("a", encoding="utf-8") as file:
            file.writelines(",".join(row.values()) + "\r\n" for row in rows)
    expected, found = both(run, tmp_path, *inputs[:2])
    assert len(expected.rows) == 3_000 + len(WORLD)
    assert found.rows == expected.rows
    assert found.summary == expected.summary
    names, others = (
        {path.relative_to(each.folder) for path in each.folder.rglob("*") if path.is_file()}
        for each in (expected, found)
    )
    assert names == others
    for name in sorted(names):
        if name.suffix == ".xlsx":
            tables = [load(each.folder / name) for each in (found, expected)]
            assert tables[0] == tables[1], name
        elif name.suffix != ".parquet":
            assert (found.folder / name).read_bytes() == (expected.folder / name).read_bytes(), name


def test_records_without_any_candidate_are_decided_too(run: Run, tmp_path: Path) -> None:
    records, registry = tmp_path / "records.csv", tmp_path / "registry.csv"
    row, person = WORLD["D1"][0], PEOPLE[0]
    for path, one in ((records, row), (registry, person)):
        path.write_text(f"{','.join(one)}\n{','.join(one.values())}\n", encoding="utf-8")
    expected, found = both(run, tmp_path, records, registry)
    assert found.rows == expected.rows
    assert found.statuses == {"D1": "NOT_FOUND"}


def test_spark_that_does_not_start_is_one_sentence_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, registry, _ = write_world(make_world(Size(3, 9, 1)), tmp_path / "in")
    # Its process is started once, so Java can't be taken away from it.
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    def no_java(_: object) -> None:
        raise PySparkRuntimeError("no Java")

    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", no_java)
    ran = run("match", records, registry, "--out", tmp_path / "out", "--engine", "spark")
    assert (ran.code, ran.out) == (2, "")
    assert "Spark could not be started" in ran.err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_a_master_needs_the_engine(run: Run, tmp_path: Path) -> None:
    records, registry, _ = write_world(make_world(Size(3, 9, 1)), tmp_path / "in")
    out = tmp_path / "out"
    ran = run("match", records, registry, "--out", out, "--master", "local[1]")
    assert (ran.code, ran.out) == (2, "")
    assert "--master needs --engine spark" in ran.err
    assert not out.exists()


def load(path: Path) -> object:
    book = CalamineWorkbook.from_path(path)
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
