"""Comparing on Apache Spark, for registers that outgrow one machine. The one user of pyspark.

`Cluster` finds the persons whom records may mean, with the statements of `sql.py`, word for word.
Reading, deciding and writing are those of `stages.py` and `results.py`, whatever compares. Keys are the
functions of the library, so vaxpass must be installed on each machine, and each must reach the folder
of the run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from vaxpass.records import birth_key, digits_key, name_keys, phone_key, registered_numbers
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.columns import REGISTRY
from vaxpass_cli.records.match import sql

_LOCAL: Final = "local"
_PAIRS: Final = "record_id string, person_id string, holds int, same int"
"""What `sql.STANDING` needs of pairs"""


class _PersonKeys(NamedTuple):
    digits: str | None
    number: str | None
    old_digits: str | None
    old: str | None
    name: str | None
    birth: str | None
    letters: str | None
    plain: str | None
    phone: str | None


class Cluster:
    """Compares records with the register; see `stages.Cluster`."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def pairs(self, keys: Path, people: Path, out: Path) -> None:
        """Write the pairs of all records and people, divided by the part of the records."""
        registry = self._spark.read.parquet(*_files(people)).select(*REGISTRY.columns)
        self._records(keys)
        _person_keys(registry).createOrReplaceTempView("person_keys")
        # Data of the register are kept only for people who must still be compared with a record.
        columns = [
            f.when(f.col("same") == 0, f.col(column)).alias(column) for column in REGISTRY.columns[1:]
        ]
        found = self._spark.sql(sql.PAIRS).join(registry, "person_id")
        pairs = found.select(
            "record_id",
            "person_id",
            f.col("holds").cast("int"),
            f.col("same").cast("int"),
            *columns,
            "part",
        )
        pairs.repartition("part").write.partitionBy("part").parquet(str(out))

    def standings(self, keys: Path, pairs: Path, out: Path) -> None:
        """Write `standing` (`sql.STANDING`), `twice` (`sql.TWICE`) and `shared` (`sql.SHARED`)."""
        records = self._records(keys)
        files = _files(pairs, "part=*/*.parquet")
        found = self._spark.read.parquet(*files) if files else self._spark.createDataFrame([], _PAIRS)
        found.createOrReplaceTempView("pairs")
        standing = self._spark.sql(sql.STANDING)
        standing.createOrReplaceTempView("standing")
        parts = standing.join(records.select("record_id", "part"), "record_id")
        parts.repartition("part").write.partitionBy("part").parquet(str(out / "standing"))
        self._spark.sql(sql.TWICE).write.parquet(str(out / "twice"))
        self._spark.sql(sql.SHARED).write.parquet(str(out / "shared"))

    def _records(self, keys: Path) -> DataFrame:
        records = self._spark.read.parquet(*_files(keys))
        records.createOrReplaceTempView("record_keys")
        return records


@contextmanager
def open_cluster(master: str, *, gigabytes: float, scratch: Path) -> Iterator[Cluster]:
    """A cluster in a `with` block.

    `master` is the address that Spark knows it by: `local[4]`, `spark://HOST:7077`, `yarn`. Raises
    `UsageError` where Spark does not start.
    """
    if master.startswith(_LOCAL):
        # The workers are on this machine, and must have the same packages.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master).appName("vaxpass match")
    settings = {
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.driver.memory": f"{max(1, round(gigabytes))}g",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError):
        raise UsageError("error.match.no_spark", master=master) from None
    try:
        yield Cluster(session)
    finally:
        session.stop()


def _files(folder: Path, pattern: str = "*.parquet") -> list[str]:
    """The files of a folder: Spark would take some names of folders for columns."""
    return [str(path) for path in sorted(folder.glob(pattern))]


def _function(function: Callable[..., object], columns: str) -> Callable[..., Column]:
    # With Arrow it might be faster, and would need pandas on every machine.
    made: Callable[..., Column] = f.udf(function, columns, useArrow=False)
    return made


def _person_keys(registry: DataFrame) -> DataFrame:
    keys = _function(_keys_of_person, ", ".join(f"{name} string" for name in _PersonKeys._fields))
    made = keys("id_number", "old_id_number", "full_name", "date_of_birth", "phone")
    return registry.select("person_id", made.alias("keys")).select("person_id", "keys.*")


def _keys_of_person(number: str, old: str, name: str, birth: str, phone: str) -> _PersonKeys:
    digits, old_digits = digits_key(number), digits_key(old)
    found = registered_numbers(digits, old_digits)
    exact, letters, plain = name_keys(name)
    return _PersonKeys(
        digits=digits or None,
        number=digits if digits in found else None,
        old_digits=old_digits or None,
        old=old_digits if old_digits in found else None,
        name=exact or None,
        birth=birth_key(birth) or None,
        letters=letters or None,
        plain=plain or None,
        phone=phone_key(phone) or None,
    )
