"""`vaxpass correct`: applies the lists that facilities have corrected, and keeps an audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from vaxpass import messages
from vaxpass.records import BUILT_IN, canonical_text, read_vaccines
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

if TYPE_CHECKING:
    from vaxpass_cli.records.correct.run import Counts

_ZONE: Final = timezone(timedelta(hours=7))
"""That of the issuer, as in `Conditions.hours_east`"""
_LARGEST_TABLE: Final = 1024 * 1024
_UNREAD: Final = {
    "list.unreadable": "correcting.list_unread",
    "record.unreadable": "correcting.record_unread",
}
"""Codes that are not about a line with a correction"""


def correct(
    records: options.Records,
    lists: Annotated[list[Path], typer.Argument(metavar="LIST...")],
    by: Annotated[str, typer.Option("--by")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
    audit: Annotated[Path, typer.Option("--audit", metavar="FILE.csv")],
    refused: Annotated[Path | None, typer.Option("--refused", metavar="FILE.xlsx")] = None,
    vaccines: Annotated[Path | None, typer.Option("--vaccines")] = None,
    mapping: options.Mapping = None,
    encoding: options.Encoding = None,
    corrected_at: options.At = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Apply the lists that facilities have corrected."""
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records.columns import RECORDS, read_mapping  # noqa: PLC0415
    from vaxpass_cli.records.correct.run import Order, run  # noqa: PLC0415

    at = options.moment(corrected_at)
    order = Order(
        records=records,
        lists=lists,
        by=canonical_text(by),
        at=at,
        today=at.astimezone(_ZONE).date(),
        out=out,
        audit=audit,
        refused=refused or out.with_name(f"{out.stem}-refused.xlsx"),
        vaccines=read_vaccines(read_bounded(vaccines, _LARGEST_TABLE)) if vaccines else BUILT_IN,
        mapping=read_mapping(mapping).get(RECORDS.role, {}),
        encoding=encoding,
        language=lang,
    )
    counts = run(order)
    if as_json:
        typer.echo(jsonl.line(counts.as_json()))
    else:
        Console().print(_table(counts, lang))
        for line in _said(counts, order.out, order.refused, lang):
            typer.echo(line)
    return Exit.NOT_ACCEPTED if counts.reasons else Exit.OK


def _table(counts: Counts, language: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for name in ("lists", "lines", "applied", "unchanged"):
        table.add_row(messages.text(f"correcting.{name}", language), f"{getattr(counts, name):,}")
    for code, rows in counts.reasons.items():
        label = _UNREAD.get(code, "correcting.refused")
        table.add_row(messages.text(label, language, code=code), f"{rows:,}")
    table.add_section()
    for name in ("corrected", "withdrawn", "records"):
        table.add_row(messages.text(f"correcting.{name}", language), f"{getattr(counts, name):,}")
    return table


def _said(counts: Counts, out: Path, refused: Path, language: str) -> Iterator[str]:
    yield ""
    if not counts.corrected and not counts.withdrawn:
        yield messages.text("correcting.nothing", language)
    elif not counts.noted:
        yield messages.text("correcting.again", language)
    if counts.reasons:
        yield messages.text("correcting.see", language, file=refused)
    yield messages.text("correcting.written", language, out=out)
