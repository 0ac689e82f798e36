"""Read what is to be printed: inputs as for `vaxpass verify`, and tables of issued texts.

A table (CSV, JSON lines or Parquet) has a column `text`, and optionally `record_id`, which names the
file of a print. It is read row by row, whatever its size.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass.encoding import strict_json
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import encodings, sources
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.io.sources import Source
from vaxpass_cli.records.issued_texts import RECORD, TEXT, IssuedText, of_parquet

_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to print."""

    source: Source
    """The text, or why there is none, and where it comes from"""
    name: str
    """The name of its file: the record, else the input without its ending; nothing about the holder"""


def find(inputs: Iterable[str], records: frozenset[str] = frozenset()) -> Iterator[Asked]:
    """Everything to print, in order; of tables only these `records`, if any are named.

    Raises `UsageError` for an input that does not exist and for a table without texts.
    """
    listed = list(inputs)
    sources.must_exist(listed)
    for given in listed:
        read = _TABLES.get(Path(given).suffix.lower()) if len(given) < 1000 else None
        if read is None or not Path(given).is_file():
            yield from _plain(given)
            continue
        for number, row in enumerate(read(Path(given)), 1):
            if records and row.record_id not in records:
                continue
            name = row.record_id or f"{Path(given).stem}-{number}"
            place = f"{given}:{row.record_id or number}"
            yield Asked(Source(place, row.text or None, None if row.text else "text.none"), name)


def _plain(given: str) -> Iterator[Asked]:
    for source in sources.find([given]):
        is_file = source.name.startswith(given) and given != sources.STANDARD_INPUT
        path = source.name.partition("#")[0] if is_file or "/" in source.name else ""
        yield Asked(source, Path(path).stem or "passport")


def _csv(path: Path) -> Iterator[IssuedText]:
    with encodings.open_text(path) as file:
        try:
            rows = Reader(file)
        except csv.Error:
            raise UsageError("error.table.damaged", path=path, line=1) from None
        if TEXT not in rows.columns:
            raise UsageError("error.table.no_column", path=path, column=TEXT)
        try:
            for row in rows:
                yield IssuedText(row.get(RECORD, "").strip(), row[TEXT].strip())
        except csv.Error:
            raise UsageError("error.table.damaged", path=path, line=rows.line) from None


def _json_lines(path: Path) -> Iterator[IssuedText]:
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if not line.strip():
                continue
            try:
                row = strict_json.read(line)
            except ValueError:
                row = None
            # A line that can't be read counts as one without a text, and does not stop the others.
            found = row if isinstance(row, dict) else {}
            text, record = found.get(TEXT), found.get(RECORD)
            yield IssuedText(
                str(record) if isinstance(record, str | int) else "",
                text.strip() if isinstance(text, str) else "",
            )


_TABLES: Final = {".csv": _csv, ".jsonl": _json_lines, ".parquet": of_parquet}
