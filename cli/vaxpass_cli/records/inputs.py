"""Open the files of users as tables with our columns: text, a workbook, or Parquet.

The content of a file decides on its form, not its name. Clean UTF-8 with the header in its first line
is read by the engine as it is. Everything else is converted once, into clean UTF-8 in the work folder.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import canonical_text
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.csv_files import plain as plain_of
from vaxpass_cli.io.edge import Message
from vaxpass_cli.records import record_sql, tables, text_encoding
from vaxpass_cli.records.columns import Layout, Places, absent, find
from vaxpass_cli.records.diagnosis import Unreadable, diagnose
from vaxpass_cli.records.engine import (
    Engine,
    forget_rejected_lines,
    identifier,
    literal,
    no_rows,
    parquet,
    plain_cell,
    rejected_lines,
    user_csv,
)
from vaxpass_cli.records.headers import SPACES, Source, known
from vaxpass_cli.records.headers import plain as plain_head
from vaxpass_cli.records.tables import Beside, Header, Row, TextTable, UnreadableLine

__all__ = ["FoundRow", "Input", "Start", "UnreadableLine", "codec", "find_lines", "look", "open_input"]

_BLOCK_BYTES: Final = 1 << 20
_MAX_LINE_BYTES: Final = 4 * tables.MAX_ROW_BYTES
_ROW_BYTES: Final = 100
"""Size of a usual row in bytes, to estimate the number of rows"""
_LINE: Final = "line"
# The kinds of DuckDB's errors, and the reason that users see; the first one is used.
_REASONS: Final = {
    "INVALID ENCODING": "letters",
    "UNQUOTED VALUE": "quotes",
    "MISSING COLUMNS": "columns",
    "TOO MANY COLUMNS": "columns",
    "LINE SIZE OVER MAXIMUM": "long",
}
_OTHER_REASON: Final = "quotes"
_MARK: Final = b"\xef\xbb\xbf"
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the forms of workbooks begin; here, because the reader of workbooks may be missing"""
_OTHER_FORMS: Final = (
    *(b"%PDF", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*"),
)
"""How documents, packed files and pictures begin"""
_LOOKED_AT: Final = 200
_MARKUP: Final = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style")


@dataclass(frozen=True)
class Input:
    """A file of a user as a table."""

    path: Path
    layout: Layout
    places: Places
    relation: str
    """A SELECT with the columns of the layout, all of them texts"""
    estimated_rows: int
    rejects: str = ""
    """The table in which the engine keeps lines that it can't read; empty where it has none"""
    notes: Sequence[Message] = ()
    """How the file was read, a sentence each"""
    unread: str = ""
    """The table of the lines that could not be read when the file was converted"""
    rows: _Rows | None = None
    """The rows of the file with their lines; None for Parquet, which has no lines"""

    @property
    def unreadable(self) -> str:
        """A SELECT of each `UnreadableLine`, after `relation` was read (by `Engine.run` or a write)."""
        if self.unread:
            return f"SELECT line, reason, text FROM {self.unread}"
        if not self.rejects:
            return no_rows(UnreadableLine)
        return rejected_lines(self.rejects, _REASONS, _OTHER_REASON)

    def read_anew(self, engine: Engine) -> None:
        """Forget the unreadable lines of an earlier reading."""
        if self.rejects:
            engine.run(*forget_rejected_lines(self.rejects))


class FoundRow(NamedTuple):
    """A row of a file: the number of its line (of its row, in a workbook), its key and its values.

    Key and values are as in `Input.relation`, the values in the order of the layout.
    """

    line: int
    key: str
    values: tuple[str, ...]


def find_lines(source: Input, keys: Collection[str]) -> Iterator[FoundRow]:
    """The rows with these keys, in the order of the file; none for Parquet. The file is read again."""
    if source.rows is None:
        return
    for row in source.rows:
        if isinstance(row, Row):
            key = canonical_text(_plain_value(source, source.layout.key, row.cells))
            if key in keys:
                values = (_plain_value(source, each, row.cells) for each in source.layout.columns)
                named = (
                    canonical_text(value) if column in source.layout.names else value
                    for column, value in zip(source.layout.columns, values, strict=True)
                )
                yield FoundRow(row.line, key, tuple(named))


def open_input(
    path: Path,
    layout: Layout,
    mapping: Mapping[str, str],
    encoding: str | None,
    engine: Engine,
    work: Path,
) -> Input:
    """Open a file; its first bytes show its form. What is not clean UTF-8 is converted into `work`.

    `encoding` is that of the option, None to find it. Raises `UsageError` where it is no table with the
    columns of `layout`, or is damaged: the sentence says where, and what helps.
    """
    form = _form(path)
    record_sql.define(engine)
    if form == "parquet":
        return _parquet(path, layout, mapping, engine)
    if form == "workbook":
        return _workbook(path, layout, mapping, engine, work)
    found = text_encoding.find(path, encoding)
    table = tables.open_text(path, found, layout.role, list(mapping.values()))
    notes = []
    said = codec(encoding) if encoding else "utf-8"
    if not (found.name.startswith(said) if encoding else found.is_plain):
        notes.append(Message("reading.encoding", {"path": path, "name": found.name}))
    if table.header.line > 1 + table.says_delimiter:
        notes.append(Message("reading.header", {"path": path, "line": table.header.line}))
    places = find(path, table.header.cells, layout, mapping, table.header.line)
    notes += absent(path, table.header.cells, layout, places)
    source = _Text(path, layout, table, places)
    if found.is_plain and table.header.last == 1 and not table.says_delimiter and _is_clean(path):
        direct = _direct(source, engine, notes)
        if direct is not None:
            return direct
    return _converted(source, engine, work, notes)


class Start(NamedTuple):
    """The beginning of a file: its header and some rows below it."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def look(path: Path, layout: Layout, encoding: str | None, engine: Engine) -> Start:
    """The beginning of a file, whatever its columns. Raises `UsageError` where it has no header."""
    form = _form(path)
    if form == "parquet":
        return Start(engine.columns(path), ())
    if form == "workbook":
        sheet = _sheet(path, layout, ())
        return Start(sheet.header.cells, [row.cells for row in sheet.rows[:_LOOKED_AT]])
    table = tables.open_text(path, text_encoding.find(path, encoding), layout.role, ())
    found = (row for row in table.rows() if isinstance(row, Row))
    return Start(table.header.cells, [row.cells for row in islice(found, _LOOKED_AT)])


def _form(path: Path) -> str:
    """The form of a file by its first bytes: `parquet`, `workbook` or `text`."""
    if not path.is_file():
        raise UsageError("error.no_file", path=path)
    with path.open("rb") as file:
        start = file.read(encodings.SAMPLE)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_WORKBOOKS):
        return "workbook"
    if start.startswith(_OTHER_FORMS):
        raise UsageError("error.not_text", path=path)
    if start.removeprefix(_MARK).lstrip().lower().startswith(_MARKUP):
        raise UsageError("error.input.markup", path=path)
    return "text"


def codec(encoding: str) -> str:
    """The name of an encoding that an option gives. Raises `UsageError` for an unknown one.

    >>> codec("UTF8"), codec("cp1258")
    ('utf-8', 'windows-1258')
    """
    return text_encoding.named(encoding).name


# --- what is in a file -------------------------------------------------------------------------------


class _Rows:
    """The rows of a file below its header, as often as they are asked for."""

    def __init__(self, path: Path, layout: Layout, header: Header, places: Places) -> None:
        self.path, self.layout, self.header, self.places = path, layout, header.cells, places
        self.beside = Beside(layout, header, places)

    def all(self) -> Iterator[Row | UnreadableLine]:
        """All rows, those that are no records too."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Row | UnreadableLine]:
        """The records, with as many cells as there are heads, and the lines that are no rows."""
        return (row for row, kind in self.judged() if not kind)

    def judged(self) -> Iterator[tuple[Row | UnreadableLine, str]]:
        """Each row, with what it is instead of a record (see `Beside.kind`)."""
        columns = len(self.header)
        for row in self.all():
            if isinstance(row, UnreadableLine):
                yield row, ""
                continue
            cells = tables.fit(row.cells, columns)
            padded = cells or (row.cells + [""] * (columns - len(row.cells)))
            kind = self.beside.kind(padded)
            if kind == "moved":
                raise UsageError("error.header.moved", path=self.path, line=row.line)
            if cells is None and not kind:
                yield UnreadableLine(row.line, "columns", self.text(row.cells)), ""
            else:
                yield Row(row.line, padded), kind

    def text(self, cells: Sequence[str]) -> str:
        """Cells as the line that they were."""
        return ",".join(cells)


class _Text(_Rows):
    def __init__(self, path: Path, layout: Layout, table: TextTable, places: Places) -> None:
        super().__init__(path, layout, table.header, places)
        self.table = table

    def all(self) -> Iterator[Row | UnreadableLine]:
        return self.table.rows()

    def text(self, cells: Sequence[str]) -> str:
        return self.table.delimiter.join(cells)


class _Sheet(_Rows):
    def __init__(self, path: Path, layout: Layout, sheet: _Chosen, places: Places) -> None:
        super().__init__(path, layout, sheet.header, places)
        self._found = sheet.rows

    def all(self) -> Iterator[Row | UnreadableLine]:
        return iter(self._found)


def _plain_value(source: Input, column: str, cells: Sequence[str]) -> str:
    if column not in source.places:
        return ""
    return source.places[column].value([plain_of(tables.as_text(cell)) for cell in cells])


def _is_clean(path: Path) -> bool:
    """Whether the engine reads the bytes as they are: no NUL, no mark within, one kind of line end."""
    returns = feeds = both = 0
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        tail = b""
        while piece := file.read(_BLOCK_BYTES):
            block = tail + piece
            if b"\x00" in piece or _MARK in block:
                return False
            returns += piece.count(b"\r")
            feeds += piece.count(b"\n")
            both += piece.count(b"\r\n") + (tail[-1:] == b"\r" and piece[:1] == b"\n")
            tail = block[-2:]
    return returns == both and both in (0, feeds)


# --- three ways to read ------------------------------------------------------------------------------


def _direct(source: _Text, engine: Engine, notes: Sequence[Message]) -> Input | None:
    """Let the engine read a file as it is; None where it can't read all lines."""
    name = _name(source.path, source.layout)
    rejects = f"unread_{name}"
    cells = [f"c{place}" for place in range(len(source.header))]
    table = user_csv(
        source.path,
        delimiter=source.table.delimiter,
        columns=len(cells),
        max_line_bytes=tables.MAX_ROW_BYTES,
        rejects=rejects,
    )
    engine.define(f"vaxpass_beside_{name}", source.beside.kind_of_text)
    relation, kind = _select(table, source.layout, source.places, cells), "''"
    if "id_number" in source.places:
        number = f"coalesce({_value(source.places['id_number'], cells)}, '')"
        kind = _kind(cells, number, f"vaxpass_beside_{name}")
    left_out = engine.number(f"SELECT count(*) FROM {table} WHERE {kind} <> ''")
    moved = left_out and engine.number(f"SELECT count(*) FROM {table} WHERE {kind} = 'moved'")
    unread = engine.number(f"SELECT count(*) FROM {rejects}")
    engine.run(*forget_rejected_lines(rejects))
    if unread or moved:
        return None
    if left_out:
        relation += f" WHERE {kind} = ''"
    rows = source.path.stat().st_size // _ROW_BYTES
    return _judged(
        Input(
            source.path,
            source.layout,
            source.places,
            relation,
            rows,
            rejects,
            [*notes, *_left_out(source.path, left_out)],
            rows=source,
        ),
        engine,
        Unreadable(0, 0),
    )


def _converted(source: _Rows, engine: Engine, work: Path, notes: Sequence[Message]) -> Input:
    """Write the rows of a file as clean CSV with our columns, each with its line, and read that."""
    name = _name(source.path, source.layout)
    out = work / f"read-{name}.csv"
    layout = source.layout
    used = [column for column in layout.columns if column in source.places]
    unread: list[UnreadableLine] = []
    left_out: Counter[str] = Counter()
    count = 0
    work.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*used, _LINE))
        for row, kind in source.judged():
            if kind:
                left_out[kind] += 1
            elif isinstance(row, UnreadableLine):
                unread.append(row._replace(text=_safe(row.text or "")))
            else:
                count += 1
                writer.writerow((*(source.places[each].value(row.cells) for each in used), row.line))
    engine.make_table(f"unread_{name}", UnreadableLine, unread)
    cells = [f"c{place}" for place in range(len(used))]
    table = user_csv(
        out,
        delimiter=",",
        columns=len(used) + 1,
        max_line_bytes=_MAX_LINE_BYTES,
        rejects=f"converted_{name}",
    )
    places = {column: Source(((place,),)) for place, column in enumerate(used)}
    first = unread[0].line if unread else 0
    return _judged(
        Input(
            source.path,
            layout,
            source.places,
            _select(table, layout, places, cells),
            count,
            f"converted_{name}",
            [*notes, *_left_out(source.path, left_out.total())],
            f"unread_{name}",
            source,
        ),
        engine,
        Unreadable(len(unread), first),
    )


def _safe(text: str) -> str:
    """A text that can be written: bytes that are none become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "\ufffd")


class _Chosen(NamedTuple):
    """The sheet of a workbook that is read, as wide as its header."""

    name: str
    header: Header
    rows: Sequence[Row]
    """Those below the header"""
    others: Sequence[str]
    """Other sheets with a header, which are not read"""
    sheets: int


def _sheet(path: Path, layout: Layout, wanted: Sequence[str]) -> _Chosen:
    """The first of the visible sheets with the most columns that are needed.

    Where none has a header it is the first that is not empty.
    """
    # The reader of workbooks may be missing, like DuckDB.
    from vaxpass_cli.io import workbooks  # noqa: PLC0415

    chosen: tuple[str, Header, Sequence[Row]] | None = None
    best, count = (0, False), 0
    others: list[str] = []
    for sheet in workbooks.sheets(path):
        count += 1
        rows = [Row(row.line, row.cells) for row in sheet.rows]
        if not rows:
            continue
        header = tables.find_header(rows[: tables.TITLE_ROWS], layout.role, wanted)
        needed = len(layout.required.intersection(known(header.cells, layout.role)))
        needed += len(set(map(plain_head, wanted)).intersection(map(plain_head, header.cells)))
        rank = (needed, header.score > 1)
        if chosen is None or rank > best:
            chosen, best, others = (sheet.name, header, rows), rank, []
        elif rank == best and header.score > 1:
            others.append(sheet.name)
    if chosen is None:
        raise UsageError("error.no_header", path=path)
    name, header, found = chosen
    filled = [at for at, cell in enumerate(header.cells) if cell.strip()]
    if not filled:
        raise UsageError("error.no_header", path=path)
    width = filled[-1] + 1
    if width > tables.MAX_COLUMNS:
        raise UsageError("error.too_many_columns", path=path, most=tables.MAX_COLUMNS)
    below = found[header.place + len(header.rows) :]
    return _Chosen(
        name,
        header._replace(cells=header.cells[:width]),
        [Row(row.line, row.cells[:width]) for row in below],
        others,
        count,
    )


def _workbook(
    path: Path, layout: Layout, mapping: Mapping[str, str], engine: Engine, work: Path
) -> Input:
    found = _sheet(path, layout, list(mapping.values()))
    notes = []
    if found.sheets > 1:
        values = {"path": path, "sheet": found.name, "others": ", ".join(found.others)}
        notes.append(Message("reading.sheets" if found.others else "reading.sheet", values))
    head = found.header
    if head.line > 1:
        notes.append(Message("reading.header", {"path": path, "line": head.line}))
    places = find(path, head.cells, layout, mapping, head.line)
    notes += absent(path, head.cells, layout, places)
    return _converted(_Sheet(path, layout, found, places), engine, work, notes)


def _parquet(path: Path, layout: Layout, mapping: Mapping[str, str], engine: Engine) -> Input:
    table = parquet(path)
    names = engine.columns(path)
    places = find(path, names, layout, mapping)
    count = engine.number(f"SELECT count(*) FROM {table}")
    relation = _select(table, layout, places, list(map(identifier, names)), plain=False)
    notes = list(absent(path, names, layout, places))
    return _judged(Input(path, layout, places, relation, count, notes=notes), engine, Unreadable(0, 0))


# --- SQL ---------------------------------------------------------------------------------------------


def _judged(source: Input, engine: Engine, unreadable: Unreadable) -> Input:
    """The input with what its content says about it. Raises `UsageError` where it is damaged."""
    source.read_anew(engine)
    notes = diagnose(source.path, source.relation, source.layout, engine, unreadable, source.rows)
    source.read_anew(engine)
    return replace(source, notes=(*source.notes, *notes))


def _left_out(path: Path, count: int) -> Iterable[Message]:
    return [Message("reading.left_out", {"path": path, "count": count})] if count else []


def _name(path: Path, layout: Layout) -> str:
    """A name for what belongs to a file: an engine may read several files of one layout."""
    return f"{layout.role}_{hashlib.sha256(bytes(path.resolve())).hexdigest()[:8]}"


def _kind(cells: Sequence[str], number: str, function: str) -> str:
    """What a row is instead of a record, in SQL; it asks `function` where that is not plain."""
    texts = [f"coalesce({cell}, '')" for cell in cells]
    filled = " + ".join(f"(CASE WHEN trim({text}) = '' THEN 0 ELSE 1 END)" for text in texts)
    joined = f"concat_ws({literal(tables.SEPARATOR)}, {', '.join(texts)})"
    plainly = (
        f"length({number}) >= {tables.NUMBER_CHARACTERS} AND regexp_matches({number}, '[0-9]{{4}}')"
        f" AND {filled} > {tables.FEW}"
    )
    return f"CASE WHEN {plainly} THEN '' ELSE {function}({joined}) END"


def _value(source: Source, cells: Sequence[str], *, plain: bool = True) -> str:
    """The value of a column in SQL; it may be NULL."""

    def cell(place: int) -> str:
        name = cells[place]
        if not plain:
            return f"CAST({name} AS VARCHAR)"
        written = f"regexp_replace({name}, {literal(f'^{tables.TEXT_FORMULA}$')}, '\\1')"
        return plain_cell(f"(CASE WHEN contains({name}, '=\"') THEN {written} ELSE {name} END)")

    def joined(places: Sequence[int]) -> str:
        if source.is_plain:
            return cell(places[0])
        spaces = literal(SPACES)
        filled = (
            f"CASE WHEN trim({cell(place)}, {spaces}) <> '' THEN {cell(place)} END" for place in places
        )
        return f"nullif(concat_ws(' ', {', '.join(filled)}), '')"

    found = list(map(joined, source.alternatives))
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _select(
    table: str, layout: Layout, places: Places, cells: Sequence[str], *, plain: bool = True
) -> str:
    def column(name: str) -> str:
        if name not in places:
            return f"'' AS {name}"
        text = f"coalesce({_value(places[name], cells, plain=plain)}, '')"
        return f"{record_sql.canonical(text) if name in layout.names else text} AS {name}"

    return f"SELECT {', '.join(map(column, layout.columns))} FROM {table}"
