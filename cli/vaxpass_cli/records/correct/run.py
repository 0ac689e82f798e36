"""Read lists that came back, correct the records, and write all files.

Corrections are held in memory, records are not: they pass through the engine twice. The first time
those that lists name are picked, the second time all are written.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass import messages
from vaxpass.identity import IdentityCode
from vaxpass.records import (
    FIELDS,
    Corrected,
    IssueCode,
    Proposal,
    ProposalCode,
    Record,
    Vaccines,
    correct_record,
)
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic, edge, workbooks
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.jsonl import Json
from vaxpass_cli.records import cleaning_list, inputs, record_sql
from vaxpass_cli.records.columns import RECORDS
from vaxpass_cli.records.correct import trail
from vaxpass_cli.records.engine import Engine

SUFFIXES: Final = (".csv", cleaning_list.SUFFIX)
"""The forms of the corrected records"""
_LIST_UNREADABLE: Final = "list.unreadable"
_INDEX: Final = "index"
"""The name of what `match` writes beside the lists"""
_MEMORY: Final = 1.0
_BLOCK_BYTES: Final = 1 << 20
_ROWS: Final = 5_000
_AS_IT_IS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Order:
    """What a run has to do: the files that are read and written, who corrects, and when."""

    records: Path
    lists: Sequence[Path]
    """Files and folders"""
    by: str
    at: datetime
    today: date
    """The last possible day of birth and of vaccination"""
    out: Path
    audit: Path
    refused: Path
    vaccines: Vaccines
    mapping: Mapping[str, str]
    encoding: str | None
    language: str


@dataclass(frozen=True)
class Counts:
    """The counts of a run. `lines` is the sum of `applied`, `unchanged` and `refused`."""

    records: int
    """Rows that were written"""
    lists: int
    lines: int
    """Lines with a correction"""
    applied: int
    unchanged: int
    """Lines that agree with the records already"""
    refused: int
    """Lines that were not followed"""
    reasons: Mapping[str, int]
    """Rows of the workbook by first code: these lines, and lists and records that can't be read"""
    changes: int
    """Values that say something else now"""
    corrected: int
    """Records with such a value"""
    withdrawn: int
    noted: int
    """Entries that were added to the audit trail"""

    def as_json(self) -> dict[str, Json]:
        """For machines."""
        return asdict(self)


class _Place(NamedTuple):
    """A line of a list."""

    list: str
    sha256: str
    sheet: str
    line: int


class _Line(NamedTuple):
    """A line with a correction."""

    place: _Place
    record_id: str
    proposal: Proposal


class _Refused(NamedTuple):
    """A row of the workbook of what was refused."""

    list: str
    sheet: str = ""
    line: str = ""
    record_id: str = ""
    field: str = ""
    written: str = ""
    correction: str = ""
    codes: str = ""
    reason: str = ""


class _Wanted(NamedTuple):
    record_id: str


def check(order: Order) -> None:
    """Raise `UsageError` where the order can't be carried out as it stands."""
    if order.out.suffix.lower() not in SUFFIXES:
        raise UsageError("error.correcting.form", path=order.out, forms=", ".join(SUFFIXES))
    if not order.by:
        raise UsageError("error.correcting.by")
    for path in (order.records, *order.lists):
        if not path.exists():
            raise UsageError("error.no_file", path=path)
    written = [path.resolve() for path in (order.out, order.audit, order.refused)]
    read = {path.resolve() for path in (order.records, *order.lists)}
    for path, place in zip((order.out, order.audit, order.refused), written, strict=True):
        if place in read or written.count(place) > 1:
            raise UsageError("error.correcting.same", path=path)
    for _ in trail.entries(order.audit):
        break


def run(order: Order) -> Counts:
    """Correct the records. Raises `UsageError` where a file can't be read; then nothing was written."""
    check(order)
    refused: list[_Refused] = []
    lines, lists = _gather(order, refused)
    by_record: dict[str, list[_Line]] = {}
    for line in lines:
        by_record.setdefault(line.record_id, []).append(line)
    with (
        tempfile.TemporaryDirectory(prefix="vaxpass-") as work,
        Engine(Path(work) / "spill", gigabytes=_MEMORY, threads=1) as engine,
    ):
        source = inputs.open_input(
            order.records, RECORDS, order.mapping, order.encoding, engine, Path(work)
        )
        for note in source.notes:
            edge.complain(note.text(order.language))
        found = _found(engine, source, by_record, order, refused)
        edits: dict[str, Mapping[str, str] | None] = {}
        made: list[trail.Entry] = []
        applied = followed = 0
        for record_id, corrected in found:
            own = by_record[record_id]
            followed += corrected.followed
            changed = {change.column: change for change in corrected.changes}
            for line, reasons in zip(own, corrected.refused, strict=True):
                if reasons:
                    refused.append(_because(line, reasons, order.language))
                applied += not reasons and line.proposal.column in changed
            made += _entries(record_id, corrected, own, order)
            if changed:
                kept = corrected.record
                edits[record_id] = kept and {name: getattr(kept, name) for name in changed}
        _fits(engine, source, order)
        noted = trail.append(order.audit, made) if made else 0
        if refused or order.refused.exists():
            _write_book(order.refused, _heads(order.language), refused, Path(work))
        records = _write(engine, source, edits, order.out, Path(work))
    withdrawn = sum(edit is None for edit in edits.values())
    return Counts(
        records=records,
        lists=lists,
        lines=len(lines),
        applied=applied,
        unchanged=followed - applied,
        refused=len(lines) - followed,
        reasons=dict(Counter(row.codes.partition(" ")[0] for row in refused).most_common()),
        changes=len(made) - withdrawn,
        corrected=len(edits) - withdrawn,
        withdrawn=withdrawn,
        noted=noted,
    )


# Lists


def _gather(order: Order, refused: list[_Refused]) -> tuple[list[_Line], int]:
    """All lines with a correction, and the number of lists.

    A list in a folder that can't be read is refused; of one that was named itself the error is raised.
    """
    found: list[_Line] = []
    lists = 0
    for given in order.lists:
        folder = given.is_dir()
        for path in sorted(given.rglob("*")) if folder else [given]:
            if folder and not _may_be_list(path):
                continue
            name = path.relative_to(given).as_posix() if folder else path.name
            try:
                found += _lines(path, name)
            except UsageError as error:
                if not folder:
                    raise
                reason = error.message(order.language)
                refused.append(_Refused(name, codes=_LIST_UNREADABLE, reason=reason))
            lists += 1
    return found, lists


def _may_be_list(path: Path) -> bool:
    """Whether a file in a folder is none of a system's or an office program's own."""
    return path.is_file() and not path.name.startswith((".", "~$")) and path.stem != _INDEX


def _lines(path: Path, name: str) -> list[_Line]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return [
        _Line(
            _Place(name, digest, sheet, number),
            line.record_id,
            Proposal(line.field, line.written, line.correction),
        )
        for sheet, number, line in cleaning_list.read(path)
        if line.correction
    ]


# Records


def _found(
    engine: Engine,
    source: inputs.Input,
    by_record: Mapping[str, Sequence[_Line]],
    order: Order,
    refused: list[_Refused],
) -> Iterator[tuple[str, Corrected]]:
    """Each record that lists name, corrected. Lines of the file that are no rows are refused."""
    engine.make_table("wanted", _Wanted, map(_Wanted, by_record))
    engine.run(
        f"CREATE TABLE named AS SELECT given.* FROM ({source.relation}) AS given"
        " SEMI JOIN wanted USING (record_id)",
        f"CREATE TABLE unread AS {source.unreadable}",
    )
    for unread in engine.rows(inputs.UnreadableLine, "FROM unread ORDER BY line"):
        reason = IssueCode.RECORD_UNREADABLE.message(order.language)
        refused.append(
            _Refused(
                order.records.name,
                line=str(unread.line),
                codes=IssueCode.RECORD_UNREADABLE,
                reason=reason,
            )
        )
    rows = engine.rows(Record, f"FROM ({record_sql.distinct('FROM named')}) ORDER BY record_id")
    missing = dict.fromkeys(by_record)
    for record_id, same in groupby(rows, key=lambda row: row.record_id):
        del missing[record_id]
        yield record_id, _corrected(list(same), by_record[record_id], order)
    for record_id in missing:
        yield record_id, _corrected([], by_record[record_id], order)


def _corrected(found: Sequence[Record], lines: Sequence[_Line], order: Order) -> Corrected:
    return correct_record(found, [line.proposal for line in lines], order.today, order.vaccines)


def _entries(
    record_id: str, corrected: Corrected, lines: Sequence[_Line], order: Order
) -> Iterator[trail.Entry]:
    at = jsonl.rfc3339(order.at)
    for change in corrected.changes:
        followed = (
            line.place
            for line, reasons in zip(lines, corrected.refused, strict=True)
            if line.proposal.column == change.column and not reasons
        )
        place = next(followed)
        yield trail.Entry(at, order.by, place.list, place.sha256, record_id, *change)


def _fits(engine: Engine, source: inputs.Input, order: Order) -> None:
    """Raise `UsageError` before anything is written where a sheet has too few rows."""
    if order.out.suffix.lower() == cleaning_list.SUFFIX:
        source.read_anew(engine)
        rows = engine.number(f"SELECT count(*) FROM ({source.relation})")
        if rows > workbooks.MAX_ROWS - 1:
            raise UsageError("error.workbook.full", path=order.out, most=workbooks.MAX_ROWS)


# Files that are written


def _write(
    engine: Engine,
    source: inputs.Input,
    edits: Mapping[str, Mapping[str, str] | None],
    out: Path,
    work: Path,
) -> int:
    """Write all records in their order; gives how many."""
    count = 0

    def rows() -> Iterator[Record]:
        nonlocal count
        for record in engine.rows(Record, f"FROM ({source.relation})"):
            edit = edits.get(record.record_id, _AS_IT_IS)
            if edit is not None:
                count += 1
                yield record._replace(**edit) if edit else record

    if out.suffix.lower() == cleaning_list.SUFFIX:
        _write_book(out, FIELDS, rows(), work)
    else:
        atomic.write(out, _csv(rows()), mode=atomic.OWNER_ONLY)
    return count


def _csv(rows: Iterable[Record]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = Writer(text)
    for place, row in enumerate(chain([FIELDS], rows)):
        writer.row(row)
        if place % _ROWS == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _write_book(path: Path, heads: Sequence[str], rows: Iterable[tuple[str, ...]], work: Path) -> None:
    made = work / "book.xlsx"
    with workbooks.Workbook(made, "records", heads, {}) as book:
        for row in rows:
            book.row(row)
    with made.open("rb") as file:
        pieces = iter(lambda: file.read(_BLOCK_BYTES), b"")
        atomic.write(path, pieces, size=made.stat().st_size, mode=atomic.OWNER_ONLY)


def _heads(language: str) -> list[str]:
    """Where a list has the same column, it has the same head: this workbook is a list, too."""
    own = ("list", "sheet", "line", "reason")
    return [
        messages.text(f"{'correcting' if column in own else 'list'}.{column}", language)
        for column in _Refused._fields
    ]


def _because(
    line: _Line, reasons: Sequence[ProposalCode | IssueCode | IdentityCode], language: str
) -> _Refused:
    proposal = line.proposal
    named = proposal.column
    field = messages.find(f"list.{named}", language) if named in FIELDS else named
    return _Refused(
        line.place.list,
        line.place.sheet,
        str(line.place.line),
        line.record_id,
        field or named,
        proposal.written,
        proposal.value,
        " ".join(reasons),
        " ".join(reason.message(language) for reason in reasons),
    )
