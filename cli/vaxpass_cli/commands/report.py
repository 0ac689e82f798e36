"""`vaxpass report`: counts the records that are matched, attested and issued, and why not."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vaxpass import messages
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge, stores
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console
from vaxpass_cli.records import attestation_files
from vaxpass_cli.records.attestation_files import FacilityFiles
from vaxpass_cli.records.report import data, table, words

if TYPE_CHECKING:
    from vaxpass_cli.records.report.counts import Progress


def report_progress(
    records: options.Records,
    matches: options.Matches,
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
    attestations: options.Attestations = None,
    facility_keys: options.FacilityKeys = None,
    issued: Annotated[Path | None, typer.Option("--issued", metavar="DIR")] = None,
    revocation: options.Revocation = None,
    audit: Annotated[Path | None, typer.Option("--audit", metavar="FILE")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", metavar="FILE")] = None,
    facilities: Annotated[bool, typer.Option("--facilities")] = False,
    mapping: options.Mapping = None,
    encoding: options.Encoding = None,
    made_at: options.At = None,
    tz: options.Tz = options.LOCAL,
    memory: options.Memory = 2.0,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Report the progress of records by province and facility: one page, counts only."""
    options.check_memory(memory)
    if attestations and facility_keys is None:
        raise UsageError("error.facility_keys")
    if revocation is not None and issued is None:
        raise UsageError("error.report.revocation")
    for file in (out, csv_file):
        if file is not None and file.is_dir():
            raise UsageError("error.folder_for_file", path=file)
    if csv_file is not None and csv_file.resolve() == out.resolve():
        raise UsageError("error.report.same_file")
    if audit is not None and not audit.is_file():
        raise UsageError("error.no_file", path=audit)
    zone = options.zone(tz)
    moment = options.moment(made_at, zone)
    progress = _gathered(
        records,
        mapping,
        encoding,
        matches,
        attestations,
        facility_keys,
        issued,
        revocation,
        memory,
        audit,
        moment,
        zone,
    )
    # The template engine may be missing, like DuckDB.
    from vaxpass_cli.records.report.page import page  # noqa: PLC0415

    # Small counts of a small place may reveal something to people who know the place.
    atomic.write(out, [page(progress, moment, lang).encode()], mode=atomic.OWNER_ONLY)
    if csv_file is not None:
        atomic.write(csv_file, [data.as_csv(progress).encode()], mode=atomic.OWNER_ONLY)
    _tell(progress, moment, out, lang, as_json=as_json, facilities=facilities)
    return Exit.OK


def _gathered(
    records: Path,
    mapping: Path | None,
    encoding: str | None,
    matches: Path,
    attestations: Sequence[Path] | None,
    facility_keys: Path | None,
    issued: Path | None,
    revocation: Path | None,
    memory: float,
    audit: Path | None,
    at: datetime,
    zone: tzinfo | None,
) -> Progress:
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records import columns, inputs  # noqa: PLC0415
    from vaxpass_cli.records.engine import Engine  # noqa: PLC0415
    from vaxpass_cli.records.report.gather import Given, gather  # noqa: PLC0415

    names = columns.read_mapping(mapping).get(columns.RECORDS.role, {})
    signed = None
    if attestations and facility_keys:
        pinned = attestation_files.read_keys(facility_keys)
        listed = attestation_files.listed(attestations)
        signed = FacilityFiles.of(attestation_files.read_headers(listed, pinned), pinned)
    store = stores.load(revocation) if revocation else None
    with tempfile.TemporaryDirectory(prefix="vaxpass-") as folder:
        work = Path(folder)
        with Engine(work / "spill", gigabytes=memory, threads=2) as engine:
            read = inputs.open_input(records, columns.RECORDS, names, encoding, engine, work)
            for note in read.notes:
                edge.complain(note.text(options.language()))
            return gather(engine, Given(read, matches, signed, issued, store, audit, at, zone))


def _tell(
    progress: Progress, at: datetime, out: Path, language: str, *, as_json: bool, facilities: bool
) -> None:
    if as_json:
        typer.echo(jsonl.line(data.as_json(progress, at)))
        return
    console = Console()
    for each in table.tables(progress, language, facilities=facilities):
        console.print(each)
        console.print()
    typer.echo(messages.text("report.made", language, at=words.told(at, language)))
    for line in table.notes(progress, language):
        typer.echo(line)
    typer.echo(messages.text("report.written", language, file=out))
