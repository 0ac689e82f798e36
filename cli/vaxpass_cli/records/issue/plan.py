"""Records, results of matching, and what was issued before -> one table, cut into pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vaxpass.records import FIELDS
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine, named, parquet, quoted
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.issue.folder import Folder

PIECE: Final = 10_000
"""Records that a process signs before the result is kept: some seconds of work"""
_MOST_DOSES: Final = 50
_RESULTS: Final = "results.parquet"
COLUMNS: Final = (
    *FIELDS,
    *("copies", "status", "results", "matched_digest", "course"),
    *("version", "digest", "expires_at"),
)
"""Of a piece: the record, and what is known of it; see `worker.Row`"""


def matches(path: Path) -> Path:
    """The results of `vaxpass match`: its folder or the file itself."""
    found = path / _RESULTS if path.is_dir() else path
    if not found.is_file():
        raise UsageError("error.no_match_results", path=found)
    return found


def make(engine: Engine, folder: Folder, source: Input, results: Path) -> tuple[int, int]:
    """Write the plan into `work`; gives the number of records, and of lines that are none."""
    found = parquet(results)
    columns = engine.columns(results)
    if not {"record_id", "status", "person_id"} <= set(columns):
        raise UsageError("error.not_match_results", path=results)
    digest = "any_value(record_digest)" if "record_digest" in columns else "NULL::VARCHAR"
    engine.run(
        f"CREATE OR REPLACE TABLE records AS {source.relation}",
        _unread(source),
        # A matched person is known by that, another one by the number, if there is one.
        f"""
        CREATE OR REPLACE TABLE matched AS SELECT trim(record_id) AS record_id, count(*) AS results,
            any_value(status) AS status, any_value(person_id) AS person_id, {digest} AS matched_digest
        FROM {found} GROUP BY trim(record_id)
        """,
        f"CREATE OR REPLACE TABLE issued AS {issued(folder)}",
        """
        CREATE OR REPLACE TABLE persons AS
        SELECT record_id, any_value(dose) AS dose, any_value(vaccinated_on) AS vaccinated_on,
            any_value(CASE WHEN status = 'MATCHED' AND person_id IS NOT NULL THEN 'p' || person_id
                WHEN id_number <> '' THEN 'n' || id_number END) AS person
        FROM records LEFT JOIN matched USING (record_id) GROUP BY record_id
        """,
        # Of a number that very many records share, some of them show well enough that it is nobody's.
        f"""
        CREATE OR REPLACE TABLE courses AS
        SELECT person, list(record_id || chr(31) || dose || chr(31) || vaccinated_on)[:{_MOST_DOSES}]
            AS course FROM persons WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1
        """,
        f"""
        COPY (
            SELECT (row_number() OVER (ORDER BY facility, record_id) - 1) // {PIECE} AS piece, *
            FROM (
                SELECT records.*, count(*) OVER (PARTITION BY record_id) AS copies, status, results,
                    matched_digest, course, version, digest, expires_at
                FROM records LEFT JOIN matched USING (record_id) LEFT JOIN issued USING (record_id)
                    LEFT JOIN persons USING (record_id) LEFT JOIN courses USING (person)
            )
            ORDER BY piece
        ) TO {quoted(_file(folder))} (FORMAT parquet, ROW_GROUP_SIZE {PIECE})
        """,
    )
    count = engine.number("SELECT count(*) FROM records")
    unread = engine.number("SELECT lines FROM unread")
    engine.run(
        *(f"DROP TABLE {name}" for name in "records unread matched issued persons courses".split())
    )
    return count, unread


def pieces(engine: Engine, folder: Folder) -> list[int]:
    """The numbers of the pieces."""
    plan = f"read_parquet({quoted(_file(folder))})"
    return [int(row[0] or 0) for row in engine.all(f"SELECT DISTINCT piece FROM {plan} ORDER BY piece")]


def piece(work: Path, number: int) -> str:
    """A SELECT of the rows of a piece, in a fixed order."""
    columns = ", ".join(map(named, COLUMNS))
    plan = f"read_parquet({quoted(work / 'plan.parquet')})"
    return f"SELECT {columns} FROM {plan} WHERE piece = {number} ORDER BY facility, record_id"


def texts(folder: Folder) -> str:
    """All passports that were issued, for FROM; there must be some."""
    return f"read_parquet({quoted(folder.texts / '*.parquet')}, hive_partitioning = false)"


def issued(folder: Folder) -> str:
    """A SELECT of the latest passport of each record."""
    columns = "max(version) AS version, arg_max(digest, version) AS digest"
    columns += ", arg_max(expires_at, version) AS expires_at"
    if not folder.parts():
        return "SELECT '' AS record_id, 0 AS version, '' AS digest, '' AS expires_at WHERE false"
    return f"SELECT record_id, {columns} FROM {texts(folder)} GROUP BY record_id"


def superseded(engine: Engine, folder: Folder) -> list[str]:
    """The identifiers of passports that have a successor, of all runs."""
    if not folder.parts():
        return []
    latest = f"max(version) OVER (PARTITION BY record_id) AS latest FROM {texts(folder)}"
    rows = engine.all(
        f"SELECT uvci FROM (SELECT uvci, version, {latest}) WHERE version < latest ORDER BY uvci"
    )
    return [str(row[0]) for row in rows]


def _unread(source: Input) -> str:
    if not source.rejects:
        return "CREATE OR REPLACE TABLE unread AS SELECT 0 AS lines"
    lines = f"SELECT count(DISTINCT line_byte_position) AS lines FROM {source.rejects}"
    return f"CREATE OR REPLACE TABLE unread AS {lines}"


def _file(folder: Folder) -> Path:
    return folder.work / "plan.parquet"
