"""The records of a part and their pairs -> the library's decisions, as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from vaxpass.identity import Declared, Registered
from vaxpass.records import DOSE_TWICE, MATCHED, NUMBER_TWICE, Decision, decide
from vaxpass_cli.records.engine import Engine, Value, quoted
from vaxpass_cli.records.match import keys
from vaxpass_cli.records.run_folder import Job

_DECLARED: Final = "full_name date_of_birth id_number phone sex".split()
_REGISTERED: Final = "full_name date_of_birth id_number old_id_number phone sex".split()
_COLUMNS: Final = "record_id status codes field told suggestion suggested shared_by".split()


def decide_part(engine: Engine, job: Job, part: int, pairs: str, out: Path) -> None:
    """Write the results of a part of the records.

    What several records or a whole register are needed for was found by SQL; each record that is left
    is decided by `vaxpass.records.decide`.
    """

    def kept(name: str) -> str:
        return f"read_parquet({quoted(job.part(name))})"

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
    declared = ", ".join(f"f.{column}" for column in _DECLARED)
    registered = ", ".join(f"p.{column}" for column in _REGISTERED)
    rows = engine.rows(
        f"""
        SELECT f.record_id, {declared}, f.shared_by, p.holds, {registered}
        FROM found f LEFT JOIN {pairs} p ON p.record_id = f.record_id
        WHERE f.person_id IS NULL AND f.holders <= 1
        ORDER BY f.record_id, p.person_id
        """
    )
    decisions = out.with_name(out.name + ".csv")
    with decisions.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows(_decided(rows))
    texts = ", ".join(f"'{column}': 'VARCHAR'" for column in _COLUMNS)
    read = (
        f"read_csv({quoted(decisions)}, auto_detect = false, header = false, delim = ',',"
        f""" quote = '"', escape = '"', columns = {{{texts}}}, max_line_size = 65536)"""
    )
    settled = " UNION ALL ".join(
        f"SELECT record_id, '{made.status}' AS status, '{' '.join(made.codes)}' AS codes,"
        f" '{made.field or ''}' AS field, '{' '.join(made.told)}' AS told, '' AS suggestion,"
        f" 0 AS suggested, shared_by FROM found WHERE {where}"
        for made, where in _SETTLED
    )
    engine.run(
        f"""
        CREATE OR REPLACE TABLE decided AS {settled}
        UNION ALL SELECT record_id, status, codes, field, told, suggestion,
            CAST(suggested AS INTEGER), CAST(shared_by AS BIGINT) FROM {read}
        """,
        f"""
        COPY (
            SELECT f.record_id, f.province, f.facility, d.status,
                CASE WHEN d.status = 'MATCHED' THEN f.person_id END AS person_id,
                {_list("codes")} AS codes, nullif(d.field, '') AS field, {_list("told")} AS told,
                {_list("suggestion")} AS suggestion, CAST(d.suggested AS INTEGER) AS suggested,
                CAST(d.shared_by AS INTEGER) AS shared_by, {keys.digest("f")} AS record_digest
            FROM found f JOIN decided d USING (record_id)
            ORDER BY f.record_id
        ) TO {quoted(out)} (FORMAT parquet)
        """,
        "DROP TABLE decided",
        "DROP TABLE found",
    )
    decisions.unlink()


_SETTLED: Final = (
    (MATCHED, "person_id IS NOT NULL AND NOT twice"),
    (DOSE_TWICE, "person_id IS NOT NULL AND twice"),
    (NUMBER_TWICE, "holders > 1"),
)


def _list(column: str) -> str:
    # An empty text in the file of decisions is read as NULL.
    return (
        f"CASE WHEN coalesce(d.{column}, '') = '' THEN CAST([] AS VARCHAR[])"
        f" ELSE string_split(d.{column}, ' ') END"
    )


def _decided(rows: Iterable[tuple[Value, ...]]) -> Iterator[tuple[Value, ...]]:
    for record_id, of_record in groupby(rows, key=lambda row: row[0]):
        pairs = list(of_record)
        shared_by = int(pairs[0][6] or 0)
        name, birth, number, phone, sex = map(_text, pairs[0][1:6])
        declared = Declared(name, birth, number, phone, sex, shared_by)
        holders: list[Registered] = []
        others: list[Registered] = []
        for pair in pairs:
            if pair[7] is not None:
                (holders if pair[7] else others).append(Registered(*map(_text, pair[8:])))
        yield record_id, *_columns(decide(declared, holders, others)), shared_by


def _columns(made: Decision) -> tuple[Value, ...]:
    return (
        made.status.value,
        " ".join(made.codes),
        made.field.value if made.field else "",
        " ".join(made.told),
        " ".join(made.suggestion),
        made.suggested,
    )


def _text(value: Value) -> str:
    return "" if value is None else str(value)
