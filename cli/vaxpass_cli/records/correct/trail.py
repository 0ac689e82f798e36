"""The audit trail of corrections: a CSV file to which each run adds what it changed.

What is in it stays as it is. A run that is repeated, as after a power cut, adds nothing twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic
from vaxpass_cli.io.csv_files import Reader, Writer

_MARK: Final = "\ufeff"
_BLOCK_BYTES: Final = 1 << 20


class Entry(NamedTuple):
    """A change of a record, and who made it. Times are RFC 3339 in UTC."""

    at: str
    by: str
    list: str
    """The name of the list, within the folder that was given"""
    list_sha256: str
    record_id: str
    column: str
    """`record_id` where the record was withdrawn"""
    before: str
    after: str
    """Empty where the record was withdrawn"""


def entries(path: Path) -> Iterator[Entry]:
    """Everything in a trail; nothing where there is no file. Raises `UsageError` for another file."""
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            rows = Reader(file)
            if rows.columns != list(Entry._fields):
                raise UsageError("error.correcting.audit", path=path)
            for row in rows:
                yield Entry(**{column: row[column] for column in Entry._fields})
        except csv.Error:
            raise UsageError("error.correcting.audit", path=path) from None


def append(path: Path, made: Sequence[Entry]) -> int:
    """Add what is not yet the last word about its record and column; gives how many that are."""
    with atomic.changing(path) as change:
        concerned = {(each.record_id, each.column): "" for each in made}
        last = {
            (each.record_id, each.column): _said(each)
            for each in entries(change.path)
            if (each.record_id, each.column) in concerned
        }
        new = [each for each in made if last.get((each.record_id, each.column)) != _said(each)]
        if new:
            change.write(_pieces(change.path, new), mode=atomic.OWNER_ONLY)
    return len(new)


def _said(entry: Entry) -> tuple[str, str, str]:
    return entry.list_sha256, entry.before, entry.after


def _pieces(path: Path, new: Sequence[Entry]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = Writer(text)
    if path.exists():
        with path.open("rb") as file:
            while piece := file.read(_BLOCK_BYTES):
                yield piece
    else:
        text.write(_MARK)
        writer.row(Entry._fields)
    for entry in new:
        writer.row(entry)
    yield text.getvalue().encode()
