"""Read the texts of passports that `vaxpass issue` wrote as Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vaxpass_cli.errors import UsageError

TEXT = "text"
"""The column with the texts; a table without it is refused."""
RECORD = "record_id"
"""The column with the records; there may be none."""


class IssuedText(NamedTuple):
    """A row of a table; a value that is missing is empty."""

    record_id: str
    text: str


def of_parquet(path: Path) -> Iterator[IssuedText]:
    """The rows of a Parquet file, one by one.

    Raises `UsageError` where it is damaged or has no column `text`, and `ModuleNotFoundError` where the
    package that reads it is not installed.
    """
    from vaxpass_cli.records.engine import Engine, identifier, parquet  # noqa: PLC0415 - needs an extra

    with (
        tempfile.TemporaryDirectory() as spill,
        Engine(Path(spill), gigabytes=1, threads=1) as engine,
    ):
        columns = engine.columns(path)
        if TEXT not in columns:
            raise UsageError("error.table.no_column", path=path, column=TEXT)
        record = identifier(RECORD) if RECORD in columns else "''"
        texts = (
            f"SELECT coalesce({record}::VARCHAR, '') AS record_id,"
            f" coalesce({identifier(TEXT)}::VARCHAR, '') AS text FROM {parquet(path)}"
        )
        yield from engine.rows(IssuedText, f"FROM ({texts})")


def texts_of_parquet(path: Path) -> Iterator[str]:
    """The texts of `of_parquet`."""
    return (row.text for row in of_parquet(path))
