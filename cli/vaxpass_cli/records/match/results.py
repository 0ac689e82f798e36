"""The lists for correcting records: one file for each facility, one line for each record.

A line holds what the facility itself declared, and sentences about `Decision.told`; nothing of the
register is read here, so nothing of it can get into a list.


TODO-MERGED: Rows that could not be used, with the reason for each: nothing that was read gets lost.

TODO-MERGED: What came out of a run: counts that add up, as JSON and as a table.

TODO-MERGED: The finished parts -> what the user asked for, in its place in one step for each file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final
from unicodedata import normalize

from rich.table import Table

from vaxpass import messages
from vaxpass.identity import IdentityCode
from vaxpass.records import MatchCode, MatchStatus
from vaxpass_cli.io.atomic import sync_folder
from vaxpass_cli.output.jsonl import Json
from vaxpass_cli.records.columns import RECORDS, REGISTRY, Layout
from vaxpass_cli.records.engine import Engine, Value, quoted
from vaxpass_cli.records.run_folder import OUTPUTS, Job, remove
from vaxpass_cli.records.spreadsheet import Spreadsheet

_DECLARED: Final = tuple(
    column for column in RECORDS.columns if column not in ("province", "facility", "doses", "batch")
)
_CLEANING_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}
_NO_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_INDEX: Final = "index.csv"


def write_cleaning_lists(engine: Engine, job: Job, language: str, out: Path) -> None:
    """Write the folder: `index.csv`, and a folder for each province with a file for each facility."""
    out.mkdir()
    columns = ", ".join(f"r.{column}" for column in _DECLARED)
    cases = engine.rows(
        f"""
        SELECT r.province, r.facility, d.status, d.field, array_to_string(d.told, ' '), d.shared_by,
            {columns}
        FROM read_parquet({quoted(job.part("results") / "*.parquet")}) d
        JOIN read_parquet({quoted(job.part("records-kept") / "*.parquet")}) r USING (record_id)
        WHERE d.status <> 'MATCHED'
        ORDER BY r.province, r.facility, r.record_id
        """
    )
    with Spreadsheet(out / _INDEX) as index:
        index.row(
            messages.text(f"matching.{name}", language)
            for name in ("province", "facility", "file", "cases")
        )
        for (province, facility), of_facility in groupby(cases, key=lambda case: case[:2]):
            place = (
                Path(file_name(_cleaning_text(province))) / f"{file_name(_cleaning_text(facility))}.csv"
            )
            (out / place.parent).mkdir(exist_ok=True)
            count = _list(out / place, of_facility, language)
            index.row(
                (_cleaning_text(province), _cleaning_text(facility), place.as_posix(), str(count))
            )


def file_name(name: str) -> str:
    """A name for a file: the letters of the name without marks, and something that tells names apart.

    >>> file_name("Trạm y tế Phường 1/Quận 3")
    'Tram-y-te-Phuong-1-Quan-3-a475f4'
    """
    plain = normalize("NFD", name).translate({ord("đ"): "d", ord("Đ"): "D"} | _MARKS)
    short = _NO_FILE_NAME.sub("-", plain)[:60].strip("-")
    return "-".join(filter(None, (short, hashlib.sha256(name.encode()).hexdigest()[:6])))


_MARKS: Final = dict.fromkeys(range(0x300, 0x370))


def sentences(told: Sequence[str], status: str, shared_by: int, language: str) -> str:
    """What to do about a record, in words."""
    said = []
    for code in map(_CLEANING_CODES.__getitem__, told):
        argument = (str(shared_by),) if code is IdentityCode.PHONE_SHARED else ()
        said.append(code.message(language, *argument))
    return " ".join(said or [MatchStatus(status).message(language)])


def _list(path: Path, cases: Iterable[tuple[Value, ...]], language: str) -> int:
    count = 0
    with Spreadsheet(path) as file:
        heads = (*_DECLARED, "status", "field", "codes", "advice")
        file.row(messages.text(f"matching.{name}", language) for name in heads)
        for count, case in enumerate(cases, 1):  # noqa: B007 - the last one is how many there are
            status, field, codes = map(_cleaning_text, case[2:5])
            told = codes.split()
            words = sentences(told, status, int(case[5] or 0), language)
            field = messages.text(f"matching.field.{field}", language)
            file.row((*map(_cleaning_text, case[6:]), status, field, codes, words))
    return count


def _cleaning_text(value: Value) -> str:
    return "" if value is None else str(value)


def write_rejected(engine: Engine, job: Job, layout: Layout, language: str, out: Path) -> None:
    """Write the lines that were no rows, as they stand, and the rows that were set aside."""
    with Spreadsheet(out) as file:
        heads = [messages.text(f"matching.{name}", language) for name in ("line", "reason", "text")]
        file.row((*heads, *layout.columns))
        for line, reason, *cells in _rejected(engine, job, layout):
            file.row((line, messages.text(f"matching.reason.{reason}", language), *cells))


def count_rejected(engine: Engine, job: Job, layout: Layout) -> int:
    """How many they are."""
    return sum(1 for _ in _rejected(engine, job, layout))


def _rejected(engine: Engine, job: Job, layout: Layout) -> Iterator[tuple[str, ...]]:
    unread = quoted(job.part(layout.role) / "unread.parquet")
    lines = f"SELECT line, reason, text FROM read_parquet({unread}) ORDER BY line, text"
    for line, reason, text in engine.rows(lines):
        yield (str(line), _text(reason), _text(text), *("" for _ in layout.columns))
    if job.done(f"{layout.role}-rejected"):
        parts = quoted(job.part(f"{layout.role}-rejected") / "*.parquet")
        names = ", ".join(layout.columns)
        rows = f"SELECT reason, {names} FROM read_parquet({parts}) ORDER BY ALL"
        for reason, *cells in engine.rows(rows):
            yield ("", _text(reason), "", *map(_text, cells))


def _text(value: Value) -> str:
    return "" if value is None else str(value)


VERSION: Final = 1
_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}


@dataclass(frozen=True)
class Summary:
    """The counts of a run. `records` is the sum of `statuses` and `rejected`."""

    version: int
    records: int
    rejected: int
    statuses: Mapping[str, int]
    fields: Mapping[str, int]
    """Records that are not matched, by the field that stands in the way"""
    codes: Mapping[str, int]
    """How many records have a code; a record may have several"""
    suggested: int
    """Records without a holder of their number for which one other person is probable"""
    provinces: Mapping[str, Mapping[str, int]]
    people: int
    people_rejected: int

    def as_json(self) -> dict[str, Json]:
        """As it is written."""
        return asdict(self)


def count_summary(engine: Engine, job: Job, rejected: int, people_rejected: int) -> Summary:
    """Count what is in the results."""
    found = sorted(job.part("results").glob("*.parquet")) if job.done("results") else []
    results = f"read_parquet({quoted(job.part('results') / '*.parquet')})" if found else f"({_NONE})"
    by_status = dict.fromkeys(map(str, MatchStatus), 0) | _counts(engine, results, "status")
    provinces: dict[str, dict[str, int]] = {}
    query = f"SELECT province, status, count(*) FROM {results} GROUP BY ALL ORDER BY ALL"
    for province, status, records in engine.all(query):
        of_province = provinces.setdefault(str(province), dict.fromkeys(map(str, MatchStatus), 0))
        of_province[str(status)] = int(records or 0)
    kept = quoted(job.part("registry-kept") / "*.parquet")
    people = 0
    if job.done("registry-kept"):
        people = engine.number(f"SELECT sum(people) FROM read_parquet({kept})")
    one = f"SELECT count(*) FROM {results} WHERE suggested = 1"
    return Summary(
        version=VERSION,
        records=sum(by_status.values()) + rejected,
        rejected=rejected,
        statuses=by_status,
        fields=_counts(engine, results, "field"),
        codes=_counts(engine, f"(SELECT unnest(codes) AS code FROM {results})", "code"),
        suggested=engine.number(one),
        provinces=provinces,
        people=people + people_rejected,
        people_rejected=people_rejected,
    )


_NONE: Final = (
    "SELECT '' AS province, '' AS status, '' AS field, CAST([] AS VARCHAR[]) AS codes,"
    " 0 AS suggested WHERE false"
)


def _counts(engine: Engine, table: str, column: str) -> dict[str, int]:
    query = (
        f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL"
        " GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    return {str(name): int(records or 0) for name, records in engine.all(query)}


def tables(summary: Summary, language: str) -> Iterator[Table]:
    """The counts for people."""
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


__all__ = ["finish", "tables"]

_FINAL: Final = "final"
_EMPTY: Final = (
    "SELECT CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS VARCHAR) AS province,"
    " CAST(NULL AS VARCHAR) AS facility, CAST(NULL AS VARCHAR) AS status,"
    " CAST(NULL AS VARCHAR) AS person_id, CAST([] AS VARCHAR[]) AS codes,"
    " CAST(NULL AS VARCHAR) AS field, CAST([] AS VARCHAR[]) AS told,"
    " CAST([] AS VARCHAR[]) AS suggestion, 0 AS suggested, 0 AS shared_by,"
    " CAST(NULL AS VARCHAR) AS record_digest WHERE false"
)


def finish(engine: Engine, job: Job, language: str, *, as_csv: bool) -> Summary:
    """Write all results, put them in their places, and remove the parts. Gives the counts."""
    # Language and form may have changed since a run was stopped here.
    remove(job.part(_FINAL))
    some = job.done("results")
    parts = quoted(job.part("results") / "*.parquet")
    results = f"SELECT * FROM read_parquet({parts}) ORDER BY record_id" if some else _EMPTY
    _copy(engine, job, "results.parquet", results, "FORMAT parquet")
    if as_csv:
        flat = ", ".join(
            f"array_to_string({column}, ' ') AS {column}" for column in ("codes", "told", "suggestion")
        )
        rows = f"SELECT * REPLACE ({flat}) FROM ({results}) ORDER BY record_id"
        _copy(engine, job, "results.csv", rows, "FORMAT csv, HEADER")
    if some:
        _make(job, "cleaning", lambda path: write_cleaning_lists(engine, job, language, path))
    for layout, name in ((RECORDS, "rejected.csv"), (REGISTRY, "rejected_registry.csv")):
        _make(job, name, partial(write_rejected, engine, job, layout, language))
    aside, people_aside = (count_rejected(engine, job, layout) for layout in (RECORDS, REGISTRY))
    summary = count_summary(engine, job, aside, people_aside)
    _make(
        job,
        "summary.json",
        lambda path: _write(path, json.dumps(summary.as_json(), ensure_ascii=False, indent=1)),
    )
    for name in OUTPUTS:
        remove(job.out / name)
        if job.done(f"{_FINAL}/{name}"):
            job.part(f"{_FINAL}/{name}").rename(job.out / name)
    sync_folder(job.out)
    remove(job.work)
    return summary


def _copy(engine: Engine, job: Job, name: str, select: str, form: str) -> None:
    _make(job, name, lambda path: engine.run(f"COPY ({select}) TO {quoted(path)} ({form})"))


def _make(job: Job, name: str, write: Callable[[Path], None]) -> None:
    job.make(f"{_FINAL}/{name}", write)


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8")
