"""Collect what is known about every record before signing, as one table that is divided into pieces.

The folder of `vaxpass issue` has:

    texts/part-RRRR-PPPPPP.parquet   the passports of a run and a piece (`PassportRow`)
    issue.json                       the settings that must not change between runs
    refused.csv, summary.json        of the latest run
    texts.csv, texts.jsonl           all passports in one file, where they are asked for
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import FIELDS, Record, StatedDose
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine, no_rows, parquet
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.run_folder import FolderLayout

FOLDER: Final = FolderLayout(
    parts="texts",
    settings="issue.json",
    outputs=("refused.csv", "summary.json", "texts.csv", "texts.jsonl"),
    # Writing a single file locks its folder, and a revocation store may be in the run's folder.
    lock="texts",
    keeps_parts=True,
)
PIECE: Final = 10_000
"""Number of records that a process signs before the result is kept: some seconds of work"""
_PART: Final = re.compile(r"part-([0-9]{4,})-[0-9]{6,}\.parquet")
_PART_PATTERN: Final = "part-*.parquet"
_MAX_DOSES: Final = 50
_RESULTS: Final = "results.parquet"


class PassportRow(NamedTuple):
    """An issued passport; the names of the columns are an interface (`docs/issuing.md`)."""

    record_id: str
    uvci: str
    kid: str
    """In hexadecimal, like `digest`"""
    issued_at: str
    """RFC 3339, UTC, like `expires_at`"""
    expires_at: str
    text: str
    version: int
    digest: str


class PlannedRecord(NamedTuple):
    """A record with everything that is known about it. The first fields are those of `Record`."""

    record_id: str
    province: str
    facility: str
    full_name: str
    date_of_birth: str
    sex: str
    id_number: str
    phone: str
    vaccine: str
    dose: str
    doses: str
    vaccinated_on: str
    batch: str
    copies: int
    """How often its `record_id` occurs in the list"""
    status: str | None
    """The result of matching; None where it was not matched"""
    results: int | None
    """Number of its results of matching"""
    matched_digest: str | None
    """Its digest when it was matched, where the results have it"""
    course: list[dict[str, str]] | None
    """The doses of the person, if there are several: `record_id`, `vaccine`, `dose`, `vaccinated_on`"""
    version: int | None
    """Version of its latest passport, like `digest` and `expires_at`; None where it has none"""
    digest: str | None
    expires_at: str | None

    @property
    def record(self) -> Record:
        """The record by itself."""
        return Record._make(self[: len(FIELDS)])

    def other_doses(self, counts: Callable[[str], bool]) -> Sequence[StatedDose]:
        """The other doses of the same person, of vaccines that count."""
        return [
            StatedDose(each["dose"], each["vaccinated_on"])
            for each in self.course or ()
            if each["record_id"] != self.record_id and counts(each["vaccine"])
        ]


@dataclass(frozen=True)
class Plan:
    """The plan of a run."""

    file: Path
    records: int
    unreadable: int
    """Lines of the list that are not rows"""
    pieces: Sequence[int]
    """The numbers of the pieces"""


def results_file(path: Path) -> Path:
    """The file with the results of `vaxpass match`, from its folder or itself. Raises `UsageError`."""
    found = path / _RESULTS if path.is_dir() else path
    if not found.is_file():
        raise UsageError("error.no_match_results", path=found)
    return found


def make(engine: Engine, source: Input, results: Path, texts: Path, scratch: Path) -> Plan:
    """Write the plan into the folder `scratch`. Raises `UsageError` where `results` are not results."""
    columns = engine.columns(results)
    if not {"record_id", "status", "person_id"} <= set(columns):
        raise UsageError("error.not_match_results", path=results)
    digest = "any_value(record_digest)" if "record_digest" in columns else "NULL::VARCHAR"
    engine.run(
        f"CREATE OR REPLACE TABLE records AS {source.relation}",
        f"""
        CREATE OR REPLACE TABLE matched AS SELECT record_id, count(*) AS results,
            any_value(status) AS status, any_value(person_id) AS person_id, {digest} AS matched_digest
        FROM {parquet(results)} GROUP BY record_id
        """,
        f"""
        CREATE OR REPLACE TABLE issued AS SELECT record_id, max(version) AS version,
            arg_max(digest, version) AS digest, arg_max(expires_at, version) AS expires_at
        FROM {passports(texts)} GROUP BY record_id
        """,
        # A person is known by the result of matching, else by the identity number.
        """
        CREATE OR REPLACE TABLE persons AS
        SELECT record_id, any_value(vaccine) AS vaccine, any_value(dose) AS dose,
            any_value(vaccinated_on) AS vaccinated_on,
            any_value(CASE WHEN status = 'MATCHED' AND person_id IS NOT NULL THEN 'p' || person_id
                WHEN id_number <> '' THEN 'n' || id_number END) AS person
        FROM records LEFT JOIN matched USING (record_id) GROUP BY record_id
        """,
        # Where very many records share a number, some of them are enough to see that it is wrong.
        f"""
        CREATE OR REPLACE TABLE courses AS
        SELECT person, list(
            {{'record_id': record_id, 'vaccine': vaccine, 'dose': dose, 'vaccinated_on': vaccinated_on}}
        )[:{_MAX_DOSES}] AS course
        FROM persons WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1
        """,
    )
    unreadable = engine.number(f"SELECT count(*) FROM ({source.unreadable})")
    file = scratch / "plan.parquet"
    engine.write_parquet(
        file,
        f"""
        SELECT (row_number() OVER (ORDER BY facility, record_id) - 1) // {PIECE} AS piece, *
        FROM (
            SELECT records.*, count(*) OVER (PARTITION BY record_id) AS copies, status, results,
                matched_digest, course, version, digest, expires_at
            FROM records LEFT JOIN matched USING (record_id) LEFT JOIN issued USING (record_id)
                LEFT JOIN persons USING (record_id) LEFT JOIN courses USING (person)
        )
        ORDER BY piece
        """,
        row_group_size=PIECE,
    )
    count = engine.number("SELECT count(*) FROM records")
    engine.run(*(f"DROP TABLE {name}" for name in "records matched issued persons courses".split()))
    return Plan(file, count, unreadable, range(-(-count // PIECE)))


def read(engine: Engine, file: Path, piece: int) -> Iterator[PlannedRecord]:
    """The records of a piece, in a fixed order."""
    source = f"FROM {parquet(file)} WHERE piece = {piece} ORDER BY facility, record_id"
    return engine.rows(PlannedRecord, source)


def part_name(run: int, piece: int) -> str:
    """The name of the part of a run and a piece.

    >>> part_name(1, 23)
    'part-0001-000023.parquet'
    """
    return f"part-{run:04}-{piece:06}.parquet"


def next_run(texts: Path) -> int:
    """A number of a run that no part has yet."""
    runs = (_PART.fullmatch(each.name) for each in texts.iterdir())
    return max((int(found[1]) for found in runs if found), default=0) + 1


def passports(texts: Path) -> str:
    """All issued passports (`PassportRow`), for FROM."""
    if any(texts.glob(_PART_PATTERN)):
        return parquet(texts / _PART_PATTERN)
    return f"({no_rows(PassportRow)})"


class Superseded(NamedTuple):
    """A passport with a successor."""

    uvci: str
    text: str


def superseded(engine: Engine, texts: Path) -> Sequence[Superseded]:
    """The passports with a successor, of all runs."""
    latest = f"max(version) OVER (PARTITION BY record_id) AS latest FROM {passports(texts)}"
    source = f"FROM (SELECT uvci, text, version, {latest}) WHERE version < latest ORDER BY uvci"
    return list(engine.rows(Superseded, source))
