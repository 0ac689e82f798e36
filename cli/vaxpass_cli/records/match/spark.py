"""The same matching on Apache Spark, for registers that outgrow one machine. The one user of pyspark.

The statements are those of `sql.py`, word for word. Keys and decisions are the functions of the
library, so vaxpass must be installed on each machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from typing import Final, NamedTuple

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from vaxpass.identity import Declared, Registered
from vaxpass.records import (
    DOSE_TWICE,
    FIELDS,
    MATCHED,
    NUMBER_TWICE,
    Decision,
    MatchStatus,
    Record,
    birth_key,
    check_content,
    decide,
    digits_key,
    name_keys,
    phone_key,
    possible_numbers,
    registered_numbers,
)
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.match import sql
from vaxpass_cli.records.match.keys import dose_key
from vaxpass_cli.records.record_sql import record_digest

_DECISION: Final = (
    "status string, codes array<string>, field string, told array<string>,"
    " suggestion array<string>, suggested int"
)


class _RecordKeys(NamedTuple):
    digits: str | None
    lookup: str | None
    lookup2: str | None
    name: str | None
    birth: str | None
    letters: str | None
    plain: str | None
    phone: str | None
    dose: str


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


class _Declared(NamedTuple):
    """What a row of Spark holds of a record."""

    full_name: str
    date_of_birth: str
    id_number: str
    declared_phone: str
    sex: str


class _Candidate(NamedTuple):
    """What a row of Spark holds of a person whom a record may mean."""

    holds: int
    full_name: str
    date_of_birth: str
    id_number: str
    old_id_number: str
    phone: str
    sex: str


class _Made(NamedTuple):
    """A decision, in the order of `_DECISION`."""

    status: str
    codes: list[str]
    field: str | None
    told: list[str]
    suggestion: list[str]
    suggested: int


def match(spark: SparkSession, records: DataFrame, registry: DataFrame, today: date) -> DataFrame:
    """The results for tables of records and people, with the columns of results.parquet.

    `today` is the last possible day of vaccination.

    Both have the columns of `vaxpass_cli.records.columns`, as texts, and each row has another key: rows
    that can't be used must be removed before. Rows of the result are in no order.
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
        .withColumn("content", _function(partial(_content, today), "array<string>")(*FIELDS))
        .select(
            "province",
            "facility",
            "record_id",
            "full_name",
            "date_of_birth",
            "sex",
            "id_number",
            "phone",
            "record_digest",
            "content",
        )
        .withColumnRenamed("phone", "declared_phone")
        .join(keys, "record_id")
        .join(standing, "record_id", "left")
        .join(twice, ["person_id", "dose"], "left")
        .join(spark.sql(sql.SHARED), "phone", "left")
    )
    registered = f.struct(*_Candidate._fields)
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
        f.struct(*_Declared._fields),
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
        "content",
    )


def _content(today: date, *values: str) -> list[str]:
    return [str(code) for code in check_content(Record(*values), today)]


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
    keys = _function(_keys_of_record, _texts_of(_RecordKeys._fields))
    made = keys("id_number", "full_name", "date_of_birth", "phone", "dose", "vaccinated_on", "vaccine")
    table = records.select("record_id", f.lit(0).alias("part"), made.alias("keys"))
    return table.select("record_id", "part", "keys.*")


def _person_keys(registry: DataFrame) -> DataFrame:
    keys = _function(_keys_of_person, _texts_of(_PersonKeys._fields))
    made = keys("id_number", "old_id_number", "full_name", "date_of_birth", "phone")
    return registry.select("person_id", made.alias("keys")).select("person_id", "keys.*")


def _texts_of(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} string" for name in names)


def _keys_of_record(
    number: str, name: str, birth: str, phone: str, dose: str, day: str, vaccine: str
) -> _RecordKeys:
    digits = digits_key(number)
    first, second, *_ = *possible_numbers(digits), "", ""
    exact, letters, plain = name_keys(name)
    return _RecordKeys(
        digits=digits or None,
        lookup=first or None,
        lookup2=second or None,
        name=exact or None,
        birth=birth_key(birth) or None,
        letters=letters or None,
        plain=plain or None,
        phone=phone_key(phone) or None,
        dose=dose_key(dose, day, vaccine),
    )


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


def _decide(
    holders: int,
    equal: bool,
    twice: bool,
    declared: _Declared,
    shared_by: int,
    candidates: list[_Candidate] | None,
) -> _Made:
    made = _settled(holders, equal, twice)
    if made is None:
        persons: dict[bool, list[Registered]] = {True: [], False: []}
        for each in candidates or ():
            person = Registered(
                each.full_name,
                each.date_of_birth,
                each.id_number,
                each.old_id_number,
                each.phone,
                each.sex,
            )
            persons[bool(each.holds)].append(person)
        record = Declared(
            declared.full_name,
            declared.date_of_birth,
            declared.id_number,
            declared.declared_phone,
            declared.sex,
            shared_by,
        )
        made = decide(record, persons[True], persons[False])
    return _Made(
        status=str(made.status),
        codes=[str(code) for code in made.codes],
        field=str(made.field) if made.field else None,
        told=[str(code) for code in made.facility_codes],
        suggestion=[str(code) for code in made.suggestion],
        suggested=made.candidate_count,
    )


def _settled(holders: int, equal: bool, twice: bool) -> Decision | None:
    if equal:
        return DOSE_TWICE if twice else MATCHED
    return NUMBER_TWICE if holders > 1 else None
