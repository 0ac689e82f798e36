"""Rows that could not be used, with the reason for each: nothing that was read gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vaxpass_cli.matching.columns import Layout
from vaxpass_cli.matching.engine import Engine, Value, quoted
from vaxpass_cli.matching.job import Job
from vaxpass_cli.matching.spreadsheet import Spreadsheet
from vaxpass_cli.words import word


def write(engine: Engine, job: Job, layout: Layout, language: str, out: Path) -> None:
    """Write the lines that were no rows, as they stand, and the rows that were set aside."""
    with Spreadsheet(out) as file:
        heads = [word(f"match_{name}", language) for name in ("line", "reason", "text")]
        file.row((*heads, *layout.columns))
        for line, reason, *cells in _rejected(engine, job, layout):
            file.row((line, word(f"match_reason_{reason}", language), *cells))


def count(engine: Engine, job: Job, layout: Layout) -> int:
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
