"""Collect what is known about every record before signing, as one table that is divided into pieces.

The folder of `vaxpass issue` has:

    texts/part-RRRR-PPPPPP.parquet   the passports of a run and a piece (`PassportRow`)
    issue.json                       the settings that must not change between runs
    refused.csv, summary.json        of the latest run
    doubled.csv                      passports in force for the same person and dose
    unmatched.csv                    passports in force whose record matches no longer
    texts.csv, texts.jsonl           all passports in one file, where they are asked for
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import FIELDS, MatchStatus, Record, StatedDose, UvciMaker
from vaxpass.revocation import RevocationStore
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records import record_sql
from vaxpass_cli.records.engine import Engine, no_rows, parquet
from vaxpass_cli.records.inputs import Input
from vaxpass_cli.records.issue import confirmed, memory
from vaxpass_cli.records.match import keys
from vaxpass_cli.records.run_folder import FolderLayout

FOLDER: Final = FolderLayout(
    parts="texts",
    settings="issue.json",
    outputs=tuple("refused.csv doubled.csv unmatched.csv summary.json texts.csv texts.jsonl".split()),
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
    """Of the record"""
    content: str
    """Digest of what the passport says, by `Terms.content`"""
    person: str
    """Pseudonym of the person; empty where the record has neither a match nor a number"""
    number: str
    """Pseudonym by the identity number; the same as `person` where the record was not matched"""
    dose_key: str
    confirmed: str
    """The office that confirmed the identity, and what about; empty where none had to"""


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
    digest: str
    versions: int
    """How many different records of the list have its `record_id`"""
    person: str
    """As in `PassportRow`, like `number` and `dose_key`"""
    number: str
    dose_key: str
    repeated: bool
    """Whether another record of the list is of the same person and dose, and either may be issued"""
    confirmed_name: str | None
    """The name of the person whom the register office says that it means, like the two that follow"""
    confirmed_birth: str | None
    confirmed_number: str | None
    confirmed: str | None
    """As in `PassportRow`; None where no confirmation counts for it"""
    other: str | None
    """Another record that has a passport in force of the same person and dose"""
    status: str | None
    """The result of matching; None where it was not matched"""
    results: int | None
    """Number of its results of matching"""
    matched_digest: str | None
    """Its digest when it was matched, where the results have it"""
    course: list[dict[str, str]] | None
    """The doses of the person, if there are several: `record_id`, `vaccine`, `dose`, `vaccinated_on`"""
    version: int | None
    """Version of its latest passport; None where it has none, as in what follows"""
    issued_digest: str | None
    issued_content: str | None
    expires_at: str | None

    @property
    def record(self) -> Record:
        """The record as it is signed: in its canonical form, as it was attested and counted.

        The name of the vaccine stays as written, because products are found by it. What the register
        office has confirmed takes the place of what was declared.
        """
        record = Record._make(self[: len(FIELDS)])
        if self.confirmed is not None:
            record = record._replace(
                full_name=self.confirmed_name or "",
                date_of_birth=self.confirmed_birth or "",
                id_number=self.confirmed_number or "",
            )
        return record.canonical._replace(vaccine=self.vaccine)

    def other_doses(self, counts: Callable[[str], bool]) -> Sequence[StatedDose]:
        """The other doses of the same person, of vaccines that count."""
        others = (
            Record(each["record_id"], dose=each["dose"], vaccinated_on=each["vaccinated_on"]).canonical
            for each in self.course or ()
            if counts(each["vaccine"])
        )
        return [
            StatedDose(each.dose, each.vaccinated_on)
            for each in others
            if each.record_id != self.record_id
        ]


@dataclass(frozen=True)
class Plan:
    """The plan of a run."""

    file: Path
    records: int
    copies: int
    """Rows of the list that say the same as another one"""
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


class Source(NamedTuple):
    """What a plan is made of."""

    records: Input
    results: Path
    """The results of `vaxpass match`"""
    texts: Path
    """The passports of all runs"""
    store: RevocationStore | None
    """Where passports are revoked, if it is known"""
    unmatched: bool
    """Whether records that do not match are issued, too"""


def check_results(engine: Engine, results: Path) -> None:
    """Raises `UsageError` where a file does not have the results of `vaxpass match`."""
    if not {"record_id", "status", "person_id"} <= set(engine.columns(results)):
        raise UsageError("error.not_match_results", path=results)


def make(engine: Engine, source: Source, maker: UvciMaker, at: str, scratch: Path) -> Plan:
    """Write the plan into the folder `scratch`; `at` is the time of issue (RFC 3339, UTC).

    Needs the table of the confirmations that count. Leaves the tables `matched`, with the results of
    matching, and `identities`.
    """
    has_digest = "record_digest" in engine.columns(source.results)
    digest = "any_value(record_digest)" if has_digest else "NULL::VARCHAR"
    engine.define("vaxpass_person", maker.person)
    engine.define("vaxpass_number", maker.number)
    keys.define(engine)
    engine.run(
        f"CREATE OR REPLACE TABLE records AS {record_sql.distinct(source.records.relation)}",
        f"""
        CREATE OR REPLACE TABLE matched AS SELECT record_id, count(*) AS results,
            any_value(status) AS status, any_value(person_id) AS person_id, {digest} AS matched_digest
        FROM {parquet(source.results)} GROUP BY record_id
        """,
    )
    memory.load(engine, passports(source.texts), at)
    # A record that is not issued may have somebody else's number: it takes no passport away.
    rivals = "identified"
    if not source.unmatched:
        issuable = f"status = '{MatchStatus.MATCHED}' OR confirmed IS NOT NULL"
        rivals = f"(SELECT * FROM identified WHERE {issuable})"
    engine.run(
        # A person is known by the result of matching, else by the identity number.
        f"""
        CREATE OR REPLACE TABLE identified AS
        SELECT * REPLACE (coalesce(nullif(person, ''), number) AS person) FROM (
            SELECT records.*, status, results, matched_digest,
                CASE WHEN status = 'MATCHED' THEN vaxpass_person(coalesce(person_id, ''))
                    WHEN confirmed IS NOT NULL THEN vaxpass_person(confirmed_person) END AS person,
                vaxpass_number(coalesce(confirmed_number, id_number)) AS number,
                {keys.dose("dose", "vaccinated_on", "vaccine")} AS dose_key,
                confirmed_name, confirmed_birth, confirmed_number, confirmed
            FROM records LEFT JOIN matched USING (record_id)
                LEFT JOIN {confirmed.TABLE} AS office ON office.record_id = records.record_id
                    AND confirmed_digest = digest AND status = '{MatchStatus.MISMATCH}'
        )
        """,
        "DROP TABLE records",
        f"""
        CREATE OR REPLACE TABLE repeated AS SELECT DISTINCT record_id FROM (
            SELECT record_id, min(record_id) OVER dose AS first, max(record_id) OVER dose AS last
            FROM ({memory.doses_of(rivals)}) WINDOW dose AS (PARTITION BY who, dose_key)
        ) WHERE first < last
        """,
        # Where very many records share a number, some of them are enough to see that it is wrong.
        f"""
        CREATE OR REPLACE TABLE courses AS
        SELECT person, list(
            {{'record_id': record_id, 'vaccine': vaccine, 'dose': dose, 'vaccinated_on': vaccinated_on}}
        )[:{_MAX_DOSES}] AS course
        FROM identified WHERE person <> '' GROUP BY person HAVING count(*) > 1
        """,
    )
    memory.keep_identities(engine, "identified")
    memory.make_met(engine, "identified", passports(source.texts), source.store)
    unreadable = engine.number(f"SELECT count(*) FROM ({source.records.unreadable})")
    count = engine.number("SELECT count(*) FROM identified")
    rows = engine.number("SELECT sum(copies) FROM identified")
    file = scratch / "plan.parquet"
    engine.write_parquet(
        file,
        f"""
        SELECT (row_number() OVER (ORDER BY facility, record_id, digest) - 1) // {PIECE} AS piece, *
        FROM (
            SELECT identified.*, repeated.record_id IS NOT NULL AS repeated, other, course, version,
                issued.digest AS issued_digest, issued.content AS issued_content, expires_at
            FROM identified LEFT JOIN repeated USING (record_id) LEFT JOIN met USING (record_id)
                LEFT JOIN {memory.ISSUED} issued USING (record_id) LEFT JOIN courses
                ON courses.person = identified.person
        )
        ORDER BY piece
        """,
        row_group_size=PIECE,
    )
    engine.run(*(f"DROP TABLE {name}" for name in "identified repeated courses met".split()))
    return Plan(file, count, rows - count, unreadable, range(-(-count // PIECE)))


def read(engine: Engine, file: Path, piece: int) -> Iterator[PlannedRecord]:
    """The records of a piece, in a fixed order."""
    source = f"FROM {parquet(file)} WHERE piece = {piece} ORDER BY facility, record_id, digest"
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
    """A passport with a successor that says something else."""

    uvci: str
    text: str


def superseded(engine: Engine, texts: Path) -> Sequence[Superseded]:
    """The passports whose latest successor says something else, of all runs."""
    every = passports(texts)
    latest = f"SELECT record_id, arg_max(content, version) AS said FROM {every} GROUP BY record_id"
    source = f"FROM {every} JOIN ({latest}) USING (record_id) WHERE content <> said ORDER BY uvci"
    return list(engine.rows(Superseded, source))
