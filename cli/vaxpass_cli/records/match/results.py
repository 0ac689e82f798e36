"""Write the results of `vaxpass match`: the table, the cleaning lists, rejected rows, and the summary.

A cleaning list is a file for a facility with a line for each of its records that is not matched. A line
has what the facility declared, and sentences about `Decision.facility_codes`. This module does not read
the register, so a list can't contain anything of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

from rich.table import Table

from vaxpass import messages
from vaxpass.identity import IdentityCode
from vaxpass.records import MatchCode, MatchStatus
from vaxpass_cli.io.csv_files import Spreadsheet
from vaxpass_cli.output.jsonl import Json
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.engine import Engine, no_rows, parquet
from vaxpass_cli.records.inputs import UnreadableLine
from vaxpass_cli.records.match.stages import UNREADABLE
from vaxpass_cli.records.run_folder import RunFolder, remove

VERSION: Final = 1
"""Of `summary.json`"""
_FINAL: Final = "final"
"""The folder of parts that become outputs"""
_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}
_INDEX: Final = "index.csv"
_LISTS: Final = ("codes", "told", "suggestion")
_NO_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_MARKS: Final = dict.fromkeys(range(0x300, 0x370))


class Result(NamedTuple):
    """A row of `results.parquet`; the names of its columns are an interface (`docs/matching.md`)."""

    record_id: str
    province: str
    facility: str
    status: str
    person_id: str | None
    codes: list[str]
    field: str | None
    told: list[str]
    """`Decision.facility_codes`"""
    suggestion: list[str]
    suggested: int
    """`Decision.candidate_count`"""
    shared_by: int
    record_digest: str


@dataclass(frozen=True)
class Summary:
    """The counts of a run. `records` is the sum of `statuses` and `rejected`."""

    version: int
    records: int
    rejected: int
    statuses: Mapping[str, int]
    fields: Mapping[str, int]
    """Records that are not matched, by the field to correct"""
    codes: Mapping[str, int]
    """Number of records with each code; a record may have several"""
    suggested: int
    """Records with exactly one plausible person with another number"""
    provinces: Mapping[str, Mapping[str, int]]
    people: int
    people_rejected: int

    def as_json(self) -> dict[str, Json]:
        """The content of `summary.json`."""
        return asdict(self)


def finish(engine: Engine, folder: RunFolder, language: str, *, as_csv: bool) -> Summary:
    """Write all results, rename them to their final names, and remove the parts."""
    # Language and form may have changed since the run was stopped.
    remove(folder.part(_FINAL))
    results = f"SELECT * FROM {_results(folder)} ORDER BY record_id"
    _make(folder, "results.parquet", lambda path: engine.write_parquet(path, results))
    if as_csv:
        flat = ", ".join(f"array_to_string({column}, ' ') AS {column}" for column in _LISTS)
        rows = f"SELECT * REPLACE ({flat}) FROM {_results(folder)}"
        _make(folder, "results.csv", lambda path: engine.write_csv(path, rows, order_by=["record_id"]))
    if folder.has("results"):
        _make(folder, "cleaning", partial(_write_cleaning_lists, engine, folder, language))
    for layout, name in ((RECORDS, "rejected.csv"), (REGISTRY, "rejected_registry.csv")):
        _make(folder, name, partial(_write_rejected, engine, folder, layout, language))
    summary = _count(engine, folder)
    text = json.dumps(summary.as_json(), ensure_ascii=False, indent=1) + "\n"
    _make(folder, "summary.json", lambda path: path.write_text(text, encoding="utf-8"))
    folder.finish(_FINAL)
    return summary


def _make(folder: RunFolder, name: str, write: Callable[[Path], object]) -> None:
    folder.make(f"{_FINAL}/{name}", write)


def _results(folder: RunFolder) -> str:
    """The rows of type `Result`, for FROM."""
    if folder.has("results"):
        return parquet(folder.part("results") / "*.parquet")
    return f"({no_rows(Result)})"


# Cleaning lists


class _Unmatched(NamedTuple):
    """A record that is not matched: its facility, its result, and what it declares."""

    province: str
    facility: str
    status: str
    field: str
    facility_codes: str
    shared_by: int
    record_id: str
    full_name: str
    date_of_birth: str
    sex: str
    id_number: str
    phone: str
    vaccine: str
    dose: str
    vaccinated_on: str


_DECLARED: Final = _Unmatched._fields[_Unmatched._fields.index("record_id") :]


def _write_cleaning_lists(engine: Engine, folder: RunFolder, language: str, out: Path) -> None:
    """Write `index.csv`, and a folder for each province with a cleaning list for each facility."""
    out.mkdir()
    unmatched = engine.rows(
        _Unmatched,
        f"""
        FROM (
            SELECT r.*, d.status, coalesce(d.field, '') AS field, d.shared_by,
                array_to_string(d.told, ' ') AS facility_codes
            FROM {_results(folder)} d
            JOIN {parquet(folder.part("records-kept") / "*.parquet")} r USING (record_id)
            WHERE d.status <> 'MATCHED'
        ) ORDER BY province, facility, record_id
        """,
    )
    with Spreadsheet(out / _INDEX) as index:
        index.row(
            messages.text(f"matching.{name}", language)
            for name in ("province", "facility", "file", "cases")
        )
        for (province, facility), rows in groupby(unmatched, key=lambda row: row[:2]):
            place = Path(file_name(province)) / f"{file_name(facility)}.csv"
            (out / place.parent).mkdir(exist_ok=True)
            count = _write_list(out / place, rows, language)
            index.row((province, facility, place.as_posix(), str(count)))


def _write_list(path: Path, rows: Iterable[_Unmatched], language: str) -> int:
    count = 0
    with Spreadsheet(path) as file:
        heads = (*_DECLARED, "status", "field", "codes", "advice")
        file.row(messages.text(f"matching.{name}", language) for name in heads)
        for row in rows:
            count += 1
            advice = sentences(row.facility_codes.split(), row.status, row.shared_by, language)
            field = messages.text(f"matching.field.{row.field}", language)
            declared = (getattr(row, column) for column in _DECLARED)
            file.row((*declared, row.status, field, row.facility_codes, advice))
    return count


def file_name(name: str) -> str:
    """A name for a file: the letters of a name without marks, and a hash that tells names apart.

    >>> file_name("Trạm y tế Phường 1/Quận 3")
    'Tram-y-te-Phuong-1-Quan-3-bf401d'
    """
    plain = normalize("NFD", name).translate({ord("đ"): "d", ord("Đ"): "D"} | _MARKS)
    short = _NO_FILE_NAME.sub("-", plain)[:60].strip("-")
    return "-".join(filter(None, (short, hashlib.sha256(name.encode()).hexdigest()[:6])))


def sentences(facility_codes: Sequence[str], status: str, shared_by: int, language: str) -> str:
    """What to do about a record, in whole sentences.

    >>> sentences(["register.number_twice"], "AMBIGUOUS", 0, "en")[:53]
    'Several persons of the register have this identity nu'
    """
    said = []
    for code in map(_CODES.__getitem__, facility_codes):
        argument = (str(shared_by),) if code is IdentityCode.PHONE_SHARED else ()
        said.append(code.message(language, *argument))
    return " ".join(said or [MatchStatus(status).message(language)])


# Rejected rows


class _Rejected(NamedTuple):
    """A row that was set aside, with all its cells."""

    reason: str
    cells: list[str]


def _write_rejected(
    engine: Engine, folder: RunFolder, layout: Layout, language: str, out: Path
) -> None:
    """Write the lines that are not rows, as they are, and the rows that were set aside."""
    with Spreadsheet(out) as file:
        heads = [messages.text(f"matching.{name}", language) for name in ("line", "reason", "text")]
        file.row((*heads, *layout.columns))
        source = f"FROM {_unreadable(folder, layout)} ORDER BY line, text"
        for line in engine.rows(UnreadableLine, source):
            reason = messages.text(f"matching.reason.{line.reason}", language)
            file.row((str(line.line), reason, line.text or "", *("" for _ in layout.columns)))
        if not folder.has(_rejected(layout)):
            return
        cells = f"SELECT reason, [{', '.join(layout.columns)}] AS cells"
        source = f"FROM ({cells} FROM {_rejected_rows(folder, layout)}) ORDER BY ALL"
        for row in engine.rows(_Rejected, source):
            file.row(("", messages.text(f"matching.reason.{row.reason}", language), "", *row.cells))


def _unreadable(folder: RunFolder, layout: Layout) -> str:
    return parquet(folder.part(layout.role) / UNREADABLE)


def _rejected(layout: Layout) -> str:
    return f"{layout.role}-rejected"


def _rejected_rows(folder: RunFolder, layout: Layout) -> str:
    return parquet(folder.part(_rejected(layout)) / "*.parquet")


def _count_rejected(engine: Engine, folder: RunFolder, layout: Layout) -> int:
    count = engine.number(f"SELECT count(*) FROM {_unreadable(folder, layout)}")
    if folder.has(_rejected(layout)):
        count += engine.number(f"SELECT count(*) FROM {_rejected_rows(folder, layout)}")
    return count


# Summary


class _Count(NamedTuple):
    name: str
    records: int


class _ProvinceCount(NamedTuple):
    province: str
    status: str
    records: int


def _count(engine: Engine, folder: RunFolder) -> Summary:
    results = _results(folder)
    rejected = _count_rejected(engine, folder, RECORDS)
    people_rejected = _count_rejected(engine, folder, REGISTRY)
    statuses = dict.fromkeys(map(str, MatchStatus), 0) | _counts(engine, results, "status")
    provinces: dict[str, dict[str, int]] = {}
    counted = f"SELECT province, status, count(*) AS records FROM {results} GROUP BY ALL"
    for row in engine.rows(_ProvinceCount, f"FROM ({counted}) ORDER BY ALL"):
        of_province = provinces.setdefault(row.province, dict.fromkeys(map(str, MatchStatus), 0))
        of_province[row.status] = row.records
    people = 0
    if folder.has("registry-kept"):
        kept = parquet(folder.part("registry-kept") / "*.parquet")
        people = engine.number(f"SELECT sum(people) FROM {kept}")
    return Summary(
        version=VERSION,
        records=sum(statuses.values()) + rejected,
        rejected=rejected,
        statuses=statuses,
        fields=_counts(engine, results, "field"),
        codes=_counts(engine, f"(SELECT unnest(codes) AS code FROM {results})", "code"),
        suggested=engine.number(f"SELECT count(*) FROM {results} WHERE suggested = 1"),
        provinces=provinces,
        people=people + people_rejected,
        people_rejected=people_rejected,
    )


def _counts(engine: Engine, table: str, column: str) -> dict[str, int]:
    """Number of rows with each value, the most frequent first."""
    counted = f"SELECT {column} AS name, count(*) AS records FROM {table} GROUP BY ALL"
    source = f"FROM ({counted}) WHERE name IS NOT NULL ORDER BY records DESC, name"
    return dict(engine.rows(_Count, source))


def tables(summary: Summary, language: str) -> Iterator[Table]:
    """The counts as tables for the terminal."""
    table = _table(messages.text("matching.status", language), language)
    for status in MatchStatus:
        sentence = status.message(language)
        _row(table, str(status), sentence, summary.statuses[status], summary.records)
    _row(table, "-", messages.text("matching.set_aside", language), summary.rejected, summary.records)
    table.add_section()
    _row(table, "", messages.text("matching.all", language), summary.records, summary.records)
    yield table
    if summary.codes:
        table = _table(messages.text("matching.codes", language), language)
        for code, records in summary.codes.items():
            argument = ("…",) if code == IdentityCode.PHONE_SHARED else ()
            _row(table, code, _CODES[code].message(language, *argument), records, summary.records)
        yield table


def _table(first: str, language: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    table.add_column(messages.text("matching.meaning", language))
    table.add_column(messages.text("matching.records", language), justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    return table


def _row(table: Table, name: str, meaning: str, records: int, of: int) -> None:
    share = f"{records / of:.1%}".rstrip("%") if of else "-"
    table.add_row(name, meaning, f"{records:,}", share)
