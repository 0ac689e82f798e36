"""Write the results of `vaxpass match`: the table, the cleaning lists, rejected rows, and the summary.

A cleaning list is a file for a facility with what it has to correct in its records. A line has what the
facility declared, and sentences about `Decision.facility_codes` or about the record by itself. This
module does not read the register, so a list can't contain anything of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, count, groupby, islice
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

from rich.table import Table

from vaxpass import messages
from vaxpass.identity import IdentityCode
from vaxpass.records import FIELDS, IssueCode, MatchCode, MatchStatus, Record, column_of, says_more
from vaxpass_cli.io.csv_files import Spreadsheet
from vaxpass_cli.output.jsonl import Json
from vaxpass_cli.records import cleaning_list
from vaxpass_cli.records.cleaning_list import ListLine
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.engine import Engine, no_rows, parquet
from vaxpass_cli.records.inputs import Input, UnreadableLine, find_lines
from vaxpass_cli.records.match.stages import RESULTS, UNREADABLE, USED
from vaxpass_cli.records.review.queue import QUEUE, QueueRow
from vaxpass_cli.records.run_folder import RunFolder, remove

VERSION: Final = 1
"""Of `summary.json`"""
_FINAL: Final = "final"
"""The folder of parts that become outputs"""
_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}
_CONTENT: Final = {str(code): code for code in IssueCode}
_INDEX: Final = "index.csv"
_CHANGES: Final = ("added", "replaced", "unchanged", "kept")
_LISTS: Final = ("codes", "told", "suggestion", "content")
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
    content: list[str]
    """Codes of what is wrong with the record by itself, whatever its status"""


@dataclass(frozen=True)
class Summary:
    """The counts of a run. `records` is the sum of `statuses` and `rejected`."""

    version: int
    records: int
    rejected: int
    """Rows that could not be used"""
    copies: int
    """Rows that say the same as another row: they are no further records"""
    statuses: Mapping[str, int]
    ready: int
    """Records that are matched, and nothing is wrong with them by themselves"""
    to_correct: int
    """Records that are matched, and something in them has to be corrected"""
    fields: Mapping[str, int]
    """Records that are not matched, by the field to correct"""
    codes: Mapping[str, int]
    """Number of records with each code; a record may have several"""
    content: Mapping[str, int]
    """Number of records with each code about the record by itself"""
    suggested: int
    """Records with exactly one plausible person with another number"""
    provinces: Mapping[str, Mapping[str, int]]
    people: int
    people_rejected: int
    people_copies: int
    update: Mapping[str, int] | None
    """With `--update`: how many records the file added, replaced, or had unchanged, and how many others
    were kept"""

    def as_json(self) -> dict[str, Json]:
        """The content of `summary.json`."""
        return asdict(self)


def finish(
    engine: Engine,
    folder: RunFolder,
    language: str,
    sources: Sequence[Input],
    *,
    as_csv: bool,
    updated: bool = False,
) -> Summary:
    """Write all results, rename them to their final names, and remove the parts.

    `sources` are the files that were matched; `updated` says whether records of earlier runs were kept.
    """
    # Language and form may have changed since the run was stopped.
    remove(folder.part(_FINAL))
    results = f"SELECT * FROM {_results(folder)} ORDER BY record_id"
    _make(folder, RESULTS, lambda path: engine.write_parquet(path, results))
    if as_csv:
        flat = ", ".join(f"array_to_string({column}, ' ') AS {column}" for column in _LISTS)
        rows = f"SELECT * REPLACE ({flat}) FROM {_results(folder)}"
        _make(folder, "results.csv", lambda path: engine.write_csv(path, rows, order_by=["record_id"]))
    used = f"SELECT {', '.join(FIELDS)} FROM {_kept(folder)} ORDER BY record_id"
    _make(folder, USED, lambda path: engine.write_parquet(path, used))
    if folder.has("results"):
        _make(folder, "cleaning", partial(_write_cleaning_lists, engine, folder, language))
    _make(folder, QUEUE, partial(_write_queue, engine, folder))
    for source, name in zip(sources, ("rejected.csv", "rejected_registry.csv"), strict=True):
        _make(folder, name, partial(_write_rejected, engine, folder, source, language))
    summary = _count(engine, folder, updated=updated)
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


def _kept(folder: RunFolder) -> str:
    """The records that were used, for FROM."""
    if folder.has("records-kept"):
        return parquet(folder.part("records-kept") / "*.parquet")
    return f"({no_rows(Record)})"


# Cleaning lists


class _Case(NamedTuple):
    """A record with something to correct: its result, and what it declares."""

    status: str
    told: str
    content: str
    shared_by: int
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


_DECLARED: Final = tuple(name for name in ListLine._fields if name in FIELDS)


def _write_cleaning_lists(engine: Engine, folder: RunFolder, language: str, out: Path) -> None:
    """Write `index.csv`, and a folder for each province with a cleaning list for each facility."""
    out.mkdir()
    cases = engine.rows(
        _Case,
        f"""
        FROM (
            SELECT r.* EXCLUDE (content), d.status, d.shared_by,
                array_to_string(d.told, ' ') AS told, array_to_string(d.content, ' ') AS content
            FROM {_results(folder)} d
            JOIN {_kept(folder)} r USING (record_id)
            WHERE d.status <> 'MATCHED' OR len(d.content) > 0
        ) ORDER BY province, facility, record_id
        """,
    )
    with Spreadsheet(out / _INDEX) as index:
        index.row(
            messages.text(f"matching.{name}", language)
            for name in ("province", "facility", "file", "cases")
        )
        for (province, facility), rows in groupby(cases, key=lambda row: (row.province, row.facility)):
            folder_name, name = file_name(province), file_name(facility)
            (out / folder_name).mkdir(exist_ok=True)
            lines = (line for row in rows for line in _lines(row, language))
            for number in count(1):
                first = next(lines, None)
                if first is None:
                    break
                part = f"{name}-{number}" if number > 1 else name
                place = Path(folder_name) / f"{part}{cleaning_list.SUFFIX}"
                written = _Counted(chain([first], islice(lines, cleaning_list.MOST_LINES - 1)))
                cleaning_list.write(out / place, written, language)
                index.row((province, facility, place.as_posix(), str(written.records)))


class _Counted:
    """Lines of a list; counts their records on the way."""

    def __init__(self, lines: Iterable[ListLine]) -> None:
        self._lines = lines
        self.records = 0

    def __iter__(self) -> Iterator[ListLine]:
        for _, of_record in groupby(self._lines, key=lambda line: line.record_id):
            self.records += 1
            yield from of_record


def _lines(case: _Case, language: str) -> Iterator[ListLine]:
    """A line for each column of a record that has to be corrected."""
    columns: dict[str, dict[str, str]] = {}
    told = case.told.split()
    for name in told:
        code = _CODES[name]
        argument = (str(case.shared_by),) if code is IdentityCode.PHONE_SHARED else ()
        columns.setdefault(column_of(code), {})[name] = code.message(language, *argument)
    for name in case.content.split():
        if says_more(name, told):
            wrong = IssueCode(name)
            columns.setdefault(column_of(wrong), {})[name] = wrong.message(language)
    if not columns:
        columns[FIELDS[0]] = {"": MatchStatus(case.status).message(language)}
    declared = {column: getattr(case, column) for column in _DECLARED}
    for column, said in columns.items():
        yield ListLine(
            **declared,
            field=column,
            written=getattr(case, column),
            codes=" ".join(said),
            # Codes of the match and of the content may say the same.
            advice=" ".join(dict.fromkeys(said.values())),
        )


def file_name(name: str) -> str:
    """A name for a file: the letters of a name without marks, and a hash that tells names apart.

    >>> file_name("Trạm y tế Phường 1/Quận 3")
    'Tram-y-te-Phuong-1-Quan-3-bf401d'
    """
    plain = normalize("NFD", name).translate({ord("đ"): "d", ord("Đ"): "D"} | _MARKS)
    short = _NO_FILE_NAME.sub("-", plain)[:60].strip("-")
    return "-".join(filter(None, (short, hashlib.sha256(name.encode()).hexdigest()[:6])))


# The review queue


def _write_queue(engine: Engine, folder: RunFolder, out: Path) -> None:
    """Write what the office that keeps the register may confirm. It has data of the register."""
    rows = no_rows(QueueRow)
    if folder.has("review"):
        rows = f"""
            SELECT d.record_id, d.province, d.facility, q.person_id, q.causes, d.record_digest,
                r.full_name, r.date_of_birth, r.id_number, q.registered_name,
                q.registered_date_of_birth, q.registered_number, q.registered_old_number
            FROM {_results(folder)} d
            JOIN {_kept(folder)} r USING (record_id)
            JOIN {parquet(folder.part("review") / "*.parquet")} q USING (record_id)
            ORDER BY record_id
        """
    engine.write_parquet(out, rows)


# Rejected rows


class _Rejected(NamedTuple):
    """A row that was set aside, with all its cells."""

    reason: str
    cells: list[str]


def _write_rejected(
    engine: Engine, folder: RunFolder, file_read: Input, language: str, out: Path
) -> None:
    """Write the lines that are not rows, as they are, and the rows that were set aside."""
    layout = file_read.layout
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
        places = _places(file_read, {row.cells[0] for row in engine.rows(_Rejected, source)})
        for row in engine.rows(_Rejected, source):
            found = places.get(tuple(row.cells), [])
            place = found.pop(0) if found else ""
            reason = messages.text(f"matching.reason.{row.reason}", language)
            file.row((str(place), reason, "", *row.cells))


def _places(source: Input, keys: set[str]) -> dict[tuple[str, ...], list[int]]:
    """The lines of the rows with these keys, by what is in them; the file is read again for them."""
    found: dict[tuple[str, ...], list[int]] = {}
    if keys:
        for row in find_lines(source, keys):
            found.setdefault(row.values, []).append(row.line)
    return found


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


def _count(engine: Engine, folder: RunFolder, *, updated: bool) -> Summary:
    results = _results(folder)
    rejected = _count_rejected(engine, folder, RECORDS)
    people_rejected = _count_rejected(engine, folder, REGISTRY)
    statuses = dict.fromkeys(map(str, MatchStatus), 0) | _counts(engine, results, "status")
    provinces: dict[str, dict[str, int]] = {}
    counted = f"SELECT province, status, count(*) AS records FROM {results} GROUP BY ALL"
    for row in engine.rows(_ProvinceCount, f"FROM ({counted}) ORDER BY ALL"):
        of_province = provinces.setdefault(row.province, dict.fromkeys(map(str, MatchStatus), 0))
        of_province[row.status] = row.records
    ready = engine.number(
        f"SELECT count(*) FROM {results} WHERE status = 'MATCHED' AND len(content) = 0"
    )
    people = _sum(engine, folder, REGISTRY, "people")
    changes = {name: _sum(engine, folder, RECORDS, name) for name in _CHANGES}
    return Summary(
        version=VERSION,
        records=sum(statuses.values()) + rejected,
        rejected=rejected,
        copies=_sum(engine, folder, RECORDS, "copies"),
        statuses=statuses,
        ready=ready,
        to_correct=statuses[MatchStatus.MATCHED] - ready,
        fields=_counts(engine, results, "field"),
        codes=_counts(engine, f"(SELECT unnest(codes) AS code FROM {results})", "code"),
        content=_counts(engine, f"(SELECT unnest(content) AS code FROM {results})", "code"),
        suggested=engine.number(f"SELECT count(*) FROM {results} WHERE suggested = 1"),
        provinces=provinces,
        people=people + people_rejected,
        people_rejected=people_rejected,
        people_copies=_sum(engine, folder, REGISTRY, "copies"),
        update=changes if updated else None,
    )


def _sum(engine: Engine, folder: RunFolder, layout: Layout, column: str) -> int:
    """The sum of what the parts of an input have counted."""
    name = f"{layout.role}-counted"
    if not folder.has(name):
        return 0
    return engine.number(f"SELECT sum({column}) FROM {parquet(folder.part(name) / '*.parquet')}")


def _counts(engine: Engine, table: str, column: str) -> dict[str, int]:
    """Number of rows with each value, the most frequent first."""
    counted = f"SELECT {column} AS name, count(*) AS records FROM {table} GROUP BY ALL"
    source = f"FROM ({counted}) WHERE name IS NOT NULL ORDER BY records DESC, name"
    return dict(engine.rows(_Count, source))


def tables(summary: Summary, language: str) -> Iterator[Table]:
    """The counts as tables for the terminal."""
    every = summary.records
    table = _table(messages.text("matching.status", language), language)
    for status in MatchStatus:
        _row(table, str(status), status.message(language), summary.statuses[status], every)
        if status is MatchStatus.MATCHED:
            for name, records in (("ready", summary.ready), ("to_correct", summary.to_correct)):
                _row(table, "", messages.text(f"matching.{name}", language), records, every)
    _row(table, "-", messages.text("matching.set_aside", language), summary.rejected, every)
    table.add_section()
    _row(table, "", messages.text("matching.all", language), every, every)
    yield table
    for counted, codes in ((summary.codes, _CODES), (summary.content, _CONTENT)):
        if not counted:
            continue
        table = _table(messages.text("matching.codes", language), language)
        for name, records in counted.items():
            code = codes[name]
            argument = ("…",) if code is IdentityCode.PHONE_SHARED else ()
            _row(table, name, code.message(language, *argument), records, every)
        yield table


def remarks(summary: Summary, language: str) -> Iterator[str]:
    """Sentences about the rows of the file, for the terminal."""
    if summary.copies:
        yield messages.text("matching.copies", language, count=summary.copies)
    if summary.update is not None:
        yield messages.text("matching.updated", language, **summary.update)
        if not sum(summary.update[name] for name in _CHANGES if name != "added"):
            yield messages.text("matching.first", language)


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
