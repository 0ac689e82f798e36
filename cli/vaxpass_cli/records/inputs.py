"""Open the files of users, CSV or Parquet, as tables with our columns."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.edge import Message
from vaxpass_cli.records import record_sql
from vaxpass_cli.records.columns import Layout, find
from vaxpass_cli.records.engine import (
    Engine,
    forget_rejected_lines,
    identifier,
    no_rows,
    parquet,
    plain_cell,
    rejected_lines,
    user_csv,
)

_HEAD_BYTES: Final = 65_536
_MAX_LINE_BYTES: Final = 65_536
_DELIMITERS: Final = ",;\t|"
_BLOCK_BYTES: Final = 1 << 20
_MAX_COLUMNS: Final = 1_000
_ROW_BYTES: Final = 100
"""Size of a usual row in bytes, to estimate the number of rows"""
# The kinds of DuckDB's errors, and the reason that users see; the first one is used.
_REASONS: Final = {
    "INVALID ENCODING": "letters",
    "UNQUOTED VALUE": "quotes",
    "MISSING COLUMNS": "columns",
    "TOO MANY COLUMNS": "columns",
    "LINE SIZE OVER MAXIMUM": "long",
}
_OTHER_REASON: Final = "quotes"


class UnreadableLine(NamedTuple):
    """A line that is not a row: its number in the file, the reason (such as `quotes`) and its text."""

    line: int
    reason: str
    text: str | None


@dataclass(frozen=True)
class Input:
    """A file of a user as a table."""

    path: Path
    relation: str
    """A SELECT with the columns of the layout, all of them texts"""
    estimated_rows: int
    rejects: str = ""
    """The table in which the engine keeps lines that it can't read; empty for Parquet"""
    notes: Sequence[Message] = ()
    """How the file was read, a sentence each"""

    @property
    def unreadable(self) -> str:
        """A SELECT of each `UnreadableLine`, after `relation` was read (by `Engine.run` or a write)."""
        if not self.rejects:
            return no_rows(UnreadableLine)
        return rejected_lines(self.rejects, _REASONS, _OTHER_REASON)

    def read_anew(self, engine: Engine) -> None:
        """Forget the unreadable lines of an earlier reading."""
        if self.rejects:
            engine.run(*forget_rejected_lines(self.rejects))


def open_input(
    path: Path,
    layout: Layout,
    mapping: Mapping[str, str],
    encoding: str | None,
    engine: Engine,
    work: Path,
) -> Input:
    """Open a file; its first bytes show its form. Text that is not UTF-8 is converted into `work`.

    Where its first bytes show an encoding, that is used, whatever `encoding` says. Raises `UsageError`
    where it is neither Parquet nor a table of text with the columns of `layout`.
    """
    if not path.is_file():
        raise UsageError("error.no_file", path=path)
    record_sql.define(engine)
    with path.open("rb") as file:
        start = file.read(encodings.SAMPLE)
    if start.startswith(b"PAR1"):
        return _parquet(path, layout, mapping, engine)
    text = _shown(start) or codec(encoding or "utf-8")
    path_read = work / f"recoded-{layout.role}.csv"
    if text != "utf-8":
        _recode(path, path_read, text)
    elif _ends_lines_in_several_ways(path):
        # DuckDB refuses the whole file. Latin-1 has a letter for each byte: nothing is changed.
        _recode(path, path_read, "latin-1", "latin-1")
    else:
        path_read = path
    return _csv(path, path_read, layout, mapping)


def _shown(start: bytes) -> str | None:
    """The encoding that the first bytes of a file show, where they do."""
    found = encodings.codec_of(start)
    return codec(found) if found else None


def codec(encoding: str) -> str:
    """Python's name of an encoding of text. Raises `UsageError` for an unknown one.

    >>> codec("UTF8"), codec("windows-1258")
    ('utf-8', 'cp1258')
    """
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name).decode(found.name)
    except (LookupError, UnicodeError):
        raise UsageError("error.no_encoding", name=encoding) from None
    return "utf-8" if found.name in ("utf-8", "utf-8-sig", "ascii") else found.name


def _ends_lines_in_several_ways(path: Path) -> bool:
    returns = feeds = both = 0
    with path.open("rb") as file:
        last = b""
        while piece := file.read(_BLOCK_BYTES):
            returns += piece.count(b"\r")
            feeds += piece.count(b"\n")
            both += piece.count(b"\r\n") + (last == b"\r" and piece[:1] == b"\n")
            last = piece[-1:]
    return returns != both or both not in (0, feeds)


def _recode(path: Path, out: Path, text: str, into: str = "utf-8") -> None:
    # What is not in the encoding becomes U+FFFD, and its row is set aside. All lines end with \n.
    with (
        path.open(encoding=text, errors="replace") as read,
        out.open("w", encoding=into, newline="\n") as written,
    ):
        try:
            while piece := read.read(_BLOCK_BYTES):
                written.write(piece)
        except UnicodeError:
            raise UsageError("error.not_in_encoding", path=path, name=text) from None


def _csv(path: Path, path_read: Path, layout: Layout, mapping: Mapping[str, str]) -> Input:
    with path_read.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    line = head.decode("utf-8-sig", errors="replace").splitlines()[:1]
    if not line or not line[0].strip():
        raise UsageError("error.no_header", path=path)
    if "\x00" in line[0] or "\ufffd" in line[0]:
        raise UsageError("error.not_text", path=path)
    delimiter = max(_DELIMITERS, key=line[0].count)
    header = next(csv.reader([line[0]], delimiter=delimiter))
    if len(header) > _MAX_COLUMNS:
        raise UsageError("error.too_many_columns", path=path, most=_MAX_COLUMNS)
    rejects = f"unread_{layout.role}"
    table = user_csv(
        path_read,
        delimiter=delimiter,
        columns=len(header),
        max_line_bytes=_MAX_LINE_BYTES,
        rejects=rejects,
    )
    places = find(path, header, layout, mapping)
    names = [f"c{place}" for place in range(len(header))]
    rows = path_read.stat().st_size // _ROW_BYTES
    cells = [plain_cell(name) for name in names]
    return Input(path, _select(table, layout, places, cells), rows, rejects)


def _parquet(path: Path, layout: Layout, mapping: Mapping[str, str], engine: Engine) -> Input:
    table = parquet(path)
    names = engine.columns(path)
    places = find(path, names, layout, mapping)
    rows = engine.number(f"SELECT count(*) FROM {table}")
    return Input(path, _select(table, layout, places, list(map(identifier, names))), rows)


def _select(table: str, layout: Layout, places: Mapping[str, int], cells: Sequence[str]) -> str:
    def column(name: str) -> str:
        if name not in places:
            return f"'' AS {name}"
        text = f"coalesce(CAST({cells[places[name]]} AS VARCHAR), '')"
        return f"{record_sql.canonical(text) if name in layout.names else text} AS {name}"

    return f"SELECT {', '.join(map(column, layout.columns))} FROM {table}"
