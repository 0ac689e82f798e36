"""The same matching on Apache Spark, for registers that outgrow one machine. The one user of pyspark.

The statements are those of `sql.py`, word for word; keys and decisions are the library's, called as
functions of Spark. Whoever runs it on many machines installs vaxpass on each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from vaxpass import MissingExtraError
from vaxpass.identity import Declared, Registered
from vaxpass.records import (
    DOSE_TWICE,
    FIELDS,
    MATCHED,
    NUMBER_TWICE,
    Decision,
    MatchStatus,
    birth_key,
    decide,
    digits_key,
    name_keys,
    phone_key,
    possible_numbers,
    registered_numbers,
)
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.match import sql
from vaxpass_cli.records.match.keys import dose_key, record_digest

try:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql import functions as f
except ModuleNotFoundError as error:
    raise MissingExtraError("spark", error.name or "pyspark") from None

_RECORD_KEYS = "digits lookup lookup2 name birth letters plain phone dose".split()
_PERSON_KEYS = "digits number old_digits old name birth letters plain phone".split()
_DECISION = (
    "status string, codes array<string>, field string, told array<string>,"
    " suggestion array<string>, suggested int"
)


def match(spark: SparkSession, records: DataFrame, registry: DataFrame) -> DataFrame:
    """The results for tables of records and people, with the columns of results.parquet.

    Both have the columns of `columns.py`, as texts, and a key of its own in each row: rows that can't
    be used are to be taken away before. Rows of the result are in no order.
    """
    records, registry = _texts(records, RECORDS), _texts(registry, REGISTRY)
    _view(_record_keys(records), "record_keys")
    _view(_person_keys(registry), "person_keys")
    pairs = _view(spark.sql(sql.PAIRS), "pairs")
    standing = _view(spark.sql(sql.STANDING), "standing")
    twice = spark.sql(sql.TWICE).withColumn("twice", f.lit(True))
    keys = spark.table("record_keys").select("record_id", "dose", "phone")
    found = (
        records.withColumn("record_digest", _function(record_digest, "string")(*FIELDS))
        .select(*RECORDS.columns[:8], "record_digest")
        .withColumnRenamed("phone", "declared_phone")
        .join(keys, "record_id")
        .join(standing, "record_id", "left")
        .join(twice, ["person_id", "dose"], "left")
        .join(spark.sql(sql.SHARED), "phone", "left")
    )
    registered = f.struct("holds", *REGISTRY.columns[1:7])
    candidates = (
        pairs.where("same = 0")
        .join(registry, "person_id")
        .groupBy("record_id")
        .agg(f.collect_list(registered).alias("candidates"))
    )
    decided = _function(_decide, _DECISION)(
        f.coalesce("holders", f.lit(0)),
        f.col("person_id").isNotNull(),
        f.col("twice").isNotNull(),
        f.struct("full_name", "date_of_birth", "id_number", "declared_phone", "sex"),
        f.coalesce(f.col("others").cast("int"), f.lit(0)),
        "candidates",
    )
    made = found.join(candidates, "record_id", "left").withColumn("made", decided)
    person = f.when(f.col("made.status") == str(MatchStatus.MATCHED), f.col("person_id"))
    return made.select(
        "record_id",
        "province",
        "facility",
        "made.status",
        person.alias("person_id"),
        "made.codes",
        "made.field",
        "made.told",
        "made.suggestion",
        "made.suggested",
        f.coalesce(f.col("others").cast("int"), f.lit(0)).alias("shared_by"),
        "record_digest",
    )


def _texts(table: DataFrame, layout: Layout) -> DataFrame:
    missing = (column for column in layout.columns if column not in table.columns)
    filled = reduce(lambda so_far, column: so_far.withColumn(column, f.lit("")), missing, table)
    return filled.select(
        *(f.coalesce(f.col(name).cast("string"), f.lit("")).alias(name) for name in layout.columns)
    )


def _function(function: Callable[..., object], columns: str) -> Callable[..., Column]:
    # With Arrow it might be faster, and would need pandas on every machine.
    made: Callable[..., Column] = f.udf(function, columns, useArrow=False)
    return made


def _view(table: DataFrame, name: str) -> DataFrame:
    kept = table.persist()
    kept.createOrReplaceTempView(name)
    return kept


def _record_keys(records: DataFrame) -> DataFrame:
    keys = _function(_keys_of_record, ", ".join(f"{name} string" for name in _RECORD_KEYS))
    made = keys("id_number", "full_name", "date_of_birth", "phone", "dose", "vaccinated_on")
    table = records.select("record_id", f.lit(0).alias("part"), made.alias("keys"))
    return table.select("record_id", "part", "keys.*")


def _person_keys(registry: DataFrame) -> DataFrame:
    keys = _function(_keys_of_person, ", ".join(f"{name} string" for name in _PERSON_KEYS))
    made = keys("id_number", "old_id_number", "full_name", "date_of_birth", "phone")
    return registry.select("person_id", made.alias("keys")).select("person_id", "keys.*")


def _keys_of_record(
    number: str, name: str, birth: str, phone: str, dose: str, day: str
) -> tuple[str | None, ...]:
    digits = digits_key(number)
    first, second, *_ = *possible_numbers(digits), "", ""
    exact, letters, plain = name_keys(name)
    keys = digits, first, second, exact, birth_key(birth), letters, plain, phone_key(phone)
    return *(key or None for key in keys), dose_key(dose, day)


def _keys_of_person(number: str, old: str, name: str, birth: str, phone: str) -> tuple[str | None, ...]:
    digits, old_digits = digits_key(number), digits_key(old)
    found = registered_numbers(digits, old_digits)
    exact, letters, plain = name_keys(name)
    keys = (
        digits,
        digits if digits in found else "",
        old_digits,
        old_digits if old_digits in found else "",
        exact,
        birth_key(birth),
        letters,
        plain,
        phone_key(phone),
    )
    return tuple(key or None for key in keys)


def _decide(
    holders: int,
    equal: bool,
    twice: bool,
    declared: tuple[str, str, str, str, str],
    shared_by: int,
    candidates: list[tuple[int, str, str, str, str, str, str]] | None,
) -> tuple[object, ...]:
    made = _settled(holders, equal, twice)
    if made is None:
        name, birth, number, phone, sex = declared
        persons: dict[bool, list[Registered]] = {True: [], False: []}
        for holds, number_kept, old, name_kept, birth_kept, sex_kept, phone_kept in candidates or ():
            person = Registered(name_kept, birth_kept, number_kept, old, phone_kept, sex_kept)
            persons[bool(holds)].append(person)
        record = Declared(name, birth, number, phone, sex, shared_by)
        made = decide(record, persons[True], persons[False])
    return (
        str(made.status),
        [str(code) for code in made.codes],
        str(made.field) if made.field else None,
        [str(code) for code in made.facility_codes],
        [str(code) for code in made.suggestion],
        made.candidate_count,
    )


def _settled(holders: int, equal: bool, twice: bool) -> Decision | None:
    if equal:
        return DOSE_TWICE if twice else MATCHED
    return NUMBER_TWICE if holders > 1 else None
