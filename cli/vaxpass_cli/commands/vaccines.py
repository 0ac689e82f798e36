"""`vaxpass vaccines`: which vaccines passports are issued for, and what a name in a list means."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.table import Table

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.documents import BUILT_IN as VALUE_SETS
from vaxpass.documents.hcert.icvp.catalogue import Product
from vaxpass.records import (
    BUILT_IN,
    IssueCode,
    IssuingError,
    Vaccine,
    Vaccines,
    find_products,
    read_vaccines,
)
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import edge
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

_LARGEST_TABLE: Final = 1024 * 1024 + 1
_MEMORY: Final = 1.0


class Spelling(NamedTuple):
    """A name of a vaccine in a list."""

    vaccine: str
    records: int
    """So many records have it"""


def vaccines(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...")] = None,
    records: Annotated[Path | None, typer.Option("--file", metavar="RECORDS")] = None,
    table: Annotated[Path | None, typer.Option("--vaccines", metavar="FILE")] = None,
    mapping: options.Mapping = None,
    encoding: options.Encoding = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Show the vaccines that passports are issued for, or what names mean: given ones, or a list's."""
    known = _read_table(table)
    if not names and records is None:
        _show(known, as_json=as_json, language=lang)
        return Exit.OK
    found = [Spelling(name, 0) for name in names or ()]
    if records is not None:
        found += _spellings(records, mapping, encoding)
    unknown = False
    for spelling in found:
        name = spelling.vaccine
        means = _meaning(name, known)
        unknown |= isinstance(means, IssueCode)
        if as_json:
            row = {"name": name, **_row(means), "nearest": known.nearest(name) or None}
            typer.echo(jsonl.line({**row, "records": spelling.records} if spelling.records else row))
        else:
            _tell(spelling, means, known, lang)
    return Exit.NOT_ACCEPTED if unknown else Exit.OK


def _spellings(path: Path, mapping: Path | None, encoding: str | None) -> list[Spelling]:
    """Every spelling in a list of records, the most frequent first."""
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records import columns, inputs  # noqa: PLC0415
    from vaxpass_cli.records.engine import Engine  # noqa: PLC0415

    names = columns.read_mapping(mapping).get(columns.RECORDS.role, {})
    with (
        tempfile.TemporaryDirectory(prefix="vaxpass-") as work,
        Engine(Path(work) / "spill", gigabytes=_MEMORY, threads=1) as engine,
    ):
        source = inputs.open_input(path, columns.RECORDS, names, encoding, engine, Path(work))
        for note in source.notes:
            edge.complain(note.text(options.language()))
        counted = f"SELECT vaccine, count(*) AS records FROM ({source.relation}) GROUP BY vaccine"
        return list(engine.rows(Spelling, f"FROM ({counted}) ORDER BY records DESC, vaccine"))


def _tell(
    spelling: Spelling, means: Vaccine | Product | IssueCode, known: Vaccines, language: str
) -> None:
    said = _sentence(spelling.vaccine, means, known, language)
    name = spelling.vaccine.strip() or messages.text("vaccines.empty", language)
    line = f"{name}: {said}"
    if spelling.records:
        line = messages.text("vaccines.counted", language, count=spelling.records, text=line)
    typer.echo(escape_for_display(line))


def _read_table(path: Path | None) -> Vaccines:
    """The table of `--vaccines`, or the built-in one. Raises `UsageError` where it is none."""
    if path is None:
        return BUILT_IN
    try:
        return read_vaccines(read_bounded(path, _LARGEST_TABLE))
    except IssuingError as error:
        raise UsageError("error.in_file", path=path, reason=error) from None


def _meaning(name: str, known: Vaccines) -> Vaccine | Product | IssueCode:
    """The product of a name, of the table or of WHO's catalogue; or why it is none."""
    found = known.read(name)
    if isinstance(found, Vaccine):
        return found
    listed = find_products(name)
    if listed is None:
        return found
    return listed[0] if len(listed) == 1 else IssueCode.VACCINE_SEVERAL


def _show(known: Vaccines, *, as_json: bool, language: str) -> None:
    if as_json:
        for each in known.vaccines:
            row = _row(each)
            row["names"] = [*each.names]
            row["first_used"] = each.first_used.isoformat()
            typer.echo(jsonl.line(row))
        return
    heads = ("product", "holder", "series", "names")
    table = Table(*(messages.text(f"vaccines.{head}", language) for head in heads))
    for each in known.vaccines:
        table.add_row(each.product, _holder(each), str(each.series), ", ".join(_names(each)))
    Console().print(table)
    typer.echo(messages.text("vaccines.yellow_cards", language))


def _names(vaccine: Vaccine) -> list[str]:
    """Its proper name, and the names that records use."""
    proper = VALUE_SETS.display("mp", vaccine.product) or vaccine.product
    return list(dict.fromkeys((proper, *vaccine.names)))


def _holder(vaccine: Vaccine) -> str:
    return VALUE_SETS.display("v.ma", vaccine.manufacturer) or vaccine.manufacturer


def _sentence(name: str, found: Vaccine | Product | IssueCode, known: Vaccines, language: str) -> str:
    if isinstance(found, Vaccine):
        return messages.text(
            "vaccines.means",
            language,
            name=_names(found)[0],
            code=found.product,
            holder=_holder(found),
            series=found.series,
        )
    if isinstance(found, Product):
        shown = ", ".join(filter(None, (found.name or found.vaccine, found.presentation)))
        return messages.text("vaccines.yellow_card", language, name=shown, holder=found.manufacturer)
    said = found.message(language)
    if near := known.nearest(name):
        said += " " + messages.text("vaccines.nearest", language, name=near)
    return said


def _row(found: Vaccine | Product | IssueCode) -> dict[str, jsonl.Json]:
    if isinstance(found, Vaccine):
        return {
            "document": "eu_dcc",
            "product": found.product,
            "holder": found.manufacturer,
            "prophylaxis": found.prophylaxis,
            "series": found.series,
            "code": None,
        }
    if isinstance(found, Product):
        return {"document": "icvp", "product": found.id, "holder": found.manufacturer, "code": None}
    return {"document": None, "product": None, "code": str(found)}
