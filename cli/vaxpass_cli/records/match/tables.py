"""Inputs -> parts of bounded size, without the rows that can't be used, and with keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.engine import Engine, quoted
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.match import keys
from vaxpass_cli.records.run_folder import Job

_LONGEST: Final = 400
"""Characters that a field may have"""
_PART: Final = re.compile(r"part=([0-9]+)")
# Why DuckDB can't read a line -> the reason in words.py; of several the first counts.
_UNREAD: Final = {
    "INVALID ENCODING": "letters",
    "UNQUOTED VALUE": "quotes",
    "MISSING COLUMNS": "columns",
    "TOO MANY COLUMNS": "columns",
    "LINE SIZE OVER MAXIMUM": "long",
}
_OTHERWISE: Final = "quotes"


def read(engine: Engine, job: Job, source: Input, layout: Layout, parts: int) -> None:
    """Make `<role>/part=N` of the rows of a file, and `<role>-unread` of the lines that are none."""
    rows = source.relation
    if source.rejects:
        engine.run(f"DROP TABLE IF EXISTS {source.rejects}")
        engine.run(f"DROP TABLE IF EXISTS {source.rejects}_scan")

    def write(path: Path) -> None:
        path.mkdir()
        copy = f"COPY (SELECT *, hash({layout.key}) % {parts} AS part FROM ({rows})) TO {quoted(path)}"
        engine.run(f"{copy} (FORMAT parquet, PARTITION_BY (part), OVERWRITE_OR_IGNORE true)")
        unread = path / "unread.parquet"
        engine.run(f"COPY ({_unread(source)}) TO {quoted(unread)} (FORMAT parquet)")

    job.make(layout.role, write)


def parts(job: Job, name: str) -> list[int]:
    """The numbers of the parts of a table; of a table without rows there is none."""
    found = (_PART.match(path.name) for path in job.part(name).iterdir())
    return sorted(int(match[1]) for match in found if match)


def glob(job: Job, name: str) -> str:
    """A table of all parts, for FROM."""
    return f"read_parquet({quoted(job.part(name) / '*.parquet')}, hive_partitioning = false)"


def load(engine: Engine, job: Job, layout: Layout, part: int) -> None:
    """Read a part into the table `<role>`, and what can't be used into `<role>_rejected`.

    A row that stands there again is left out; of different rows with the same key none is used, for
    nobody can tell which one is right.
    """
    folder = job.part(layout.role) / f"part={part}"
    role, key = layout.role, layout.key
    columns = ", ".join(layout.columns)
    long = " OR ".join(f"length({column}) > {_LONGEST}" for column in layout.columns)
    lost = " OR ".join(f"contains({column}, chr(65533))" for column in layout.columns)
    reason = f"CASE WHEN {key} = '' THEN 'key' WHEN {long} THEN 'long' WHEN {lost} THEN 'letters' END"
    read = f"read_parquet({quoted(folder / '*.parquet')}, hive_partitioning = false)"
    engine.run(
        f"CREATE OR REPLACE TABLE checked AS SELECT {columns}, {reason} AS reason FROM {read}",
        "CREATE OR REPLACE TABLE again AS SELECT * FROM checked WHERE reason IS NULL AND"
        f" {key} IN (SELECT {key} FROM checked WHERE reason IS NULL GROUP BY 1 HAVING count(*) > 1)",
        f"CREATE OR REPLACE TABLE versions AS SELECT {columns}, count(*) AS copies,"
        f" count(*) OVER (PARTITION BY {key}) AS versions FROM again GROUP BY {columns}",
        f"CREATE OR REPLACE TABLE {role} AS SELECT {columns} FROM checked WHERE reason IS NULL"
        f" AND {key} NOT IN (SELECT {key} FROM versions)"
        f" UNION ALL SELECT {columns} FROM versions WHERE versions = 1",
        f"CREATE OR REPLACE TABLE {role}_rejected AS"
        f" SELECT reason, {columns} FROM checked WHERE reason IS NOT NULL"
        f" UNION ALL SELECT CASE WHEN versions = 1 THEN 'repeated' ELSE 'twice' END, {columns}"
        " FROM (SELECT *, unnest(range(CASE WHEN versions = 1 THEN copies - 1 ELSE copies END))"
        " FROM versions)",
        "DROP TABLE checked",
        "DROP TABLE again",
        "DROP TABLE versions",
    )


def key_records(engine: Engine, part: int) -> None:
    """Make `record_keys` of the table `records`."""
    _name_keys(engine, RECORDS)
    engine.run(
        f"""
        CREATE OR REPLACE TABLE record_keys AS
        SELECT record_id, {part} AS part, digits, {keys.lookup("digits")} AS lookup,
            {keys.lookup2("digits")} AS lookup2, name, birth, letters, plain, phone, dose
        FROM (
            SELECT record_id, {keys.digits("id_number")} AS digits, {_NAMES},
                {keys.birth("date_of_birth")} AS birth, {keys.phone("phone")} AS phone,
                {keys.dose("dose", "vaccinated_on")} AS dose
            FROM records LEFT JOIN names USING (full_name)
        )
        """,
        "DROP TABLE names",
    )


def key_people(engine: Engine) -> None:
    """Make `person_keys` of the table `registry`."""
    _name_keys(engine, REGISTRY)
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


def _name_keys(engine: Engine, layout: Layout) -> None:
    engine.run(
        f"CREATE OR REPLACE TABLE names AS SELECT full_name, {keys.names('full_name')} AS keys"
        f" FROM (SELECT DISTINCT full_name FROM {layout.role})"
    )


def _unread(source: Input) -> str:
    """Each line that could not be read, once, with its first reason."""
    if not source.rejects:
        return "SELECT 0 AS line, '' AS reason, '' AS text WHERE false"
    cases = " ".join(
        f"WHEN max(CASE WHEN error_type::VARCHAR = '{error}' THEN 1 ELSE 0 END) = 1 THEN '{reason}'"
        for error, reason in _UNREAD.items()
    )
    return (
        f"SELECT min(line) AS line, CASE {cases} ELSE '{_OTHERWISE}' END AS reason,"
        f" max(csv_line) AS text FROM {source.rejects} GROUP BY line_byte_position"
    )
