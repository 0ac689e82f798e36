"""`vaxpass match`: which vaccination records agree with the register, and what to correct."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

import vaxpass
from vaxpass import messages
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import edge
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

if TYPE_CHECKING:
    from vaxpass_cli.records.match.stages import Cluster, Step

_ZONE: Final = timezone(timedelta(hours=7))
"""That of the issuer, as in `Conditions.hours_east`"""


class Compares(StrEnum):
    """What compares the records with the register."""

    duckdb = "duckdb"
    spark = "spark"


def match(
    records: options.Records,
    registry: Path,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR")] = None,
    update: Annotated[bool, typer.Option("--update")] = False,
    mapping: options.Mapping = None,
    suggest_mapping: Annotated[bool, typer.Option("--suggest-mapping")] = False,
    encoding: options.Encoding = None,
    as_csv: Annotated[bool, typer.Option("--csv")] = False,
    made_at: options.At = None,
    on: Annotated[Compares, typer.Option("--engine")] = Compares.duckdb,
    master: Annotated[str, typer.Option("--master", metavar="URL")] = "",
    memory: options.Memory = 2.0,
    processes: options.Processes = 0,
    lang: options.Lang = options.Language.en,
    as_json: options.Json = False,
) -> int:
    """Match vaccination records with the population register."""
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records import engine, inputs  # noqa: PLC0415
    from vaxpass_cli.records.columns import RECORDS, REGISTRY, read_mapping  # noqa: PLC0415
    from vaxpass_cli.records.match import results, stages  # noqa: PLC0415
    from vaxpass_cli.records.run_folder import fingerprint, open_run_folder  # noqa: PLC0415

    options.check_memory(memory)
    running = options.processes(processes)
    _check_master(on, master)
    today = options.moment(made_at, _ZONE).date()
    for path in (records, registry):
        if not path.is_file():
            raise UsageError("error.no_file", path=path)
    if suggest_mapping:
        typer.echo(_suggestion(records, registry, encoding, lang), nl=False)
        return Exit.OK
    out = _given(out)
    names = read_mapping(mapping)
    text = encoding and inputs.codec(encoding)
    try:
        with (
            open_run_folder(out, stages.OUTPUTS) as folder,
            engine.Engine(folder.scratch / "spill", gigabytes=memory, threads=running) as database,
            ExitStack() as stack,
        ):
            read, register = (
                inputs.open_input(
                    path, layout, names.get(layout.role, {}), encoding, database, folder.scratch
                )
                for path, layout in ((records, RECORDS), (registry, REGISTRY))
            )
            earlier = out / stages.USED if update and (out / stages.RESULTS).exists() else None
            if earlier and not earlier.is_file():
                raise UsageError("error.match.not_kept", path=out)
            files = (records, registry, *((earlier,) if earlier else ()))
            settings: dict[str, object] = {
                "version": vaxpass.__version__,
                "engine": engine.VERSION,
                "on": str(on),
                "inputs": [fingerprint(path) for path in files],
                "mapping": {role: dict(columns) for role, columns in names.items()},
                "encoding": text,
                "memory": memory,
                "update": update,
                "today": today.isoformat(),
            }
            if made_at is None and folder.stopped == {**settings, "today": folder.stopped.get("today")}:
                # A run that goes on after midnight is still one run.
                settings = dict(folder.stopped)
                today = date.fromisoformat(str(settings["today"]))
            if not update and folder.stopped != settings:
                _check_others(stages.absent(database, folder, read), records, out)
            cluster = stack.enter_context(
                _cluster(on, master or f"local[{running}]", memory, folder.scratch)
            )
            for note in (*read.notes, *register.notes):
                edge.complain(note.text(lang))
            folder.begin(settings)
            if folder.resumed:
                edge.complain(messages.text("matching.goes_on", lang))
            given = stages.Given(read, register, today, memory, earlier, cluster)
            _follow(stages.run(database, folder, given), lang)
            counted = results.finish(
                database, folder, lang, (read, register), as_csv=as_csv, updated=update
            )
    except KeyboardInterrupt:
        edge.complain(messages.text("matching.stopped", lang))
        return Exit.NOT_ACCEPTED
    if as_json:
        typer.echo(jsonl.line(counted.as_json()))
        return Exit.OK
    console = Console()
    for table in results.tables(counted, lang):
        console.print(table)
        console.print()
    for remark in results.remarks(counted, lang):
        typer.echo(remark)
    typer.echo(messages.text("matching.written", lang, out=out))
    return Exit.OK


def _check_master(on: Compares, master: str) -> None:
    if master and on is not Compares.spark:
        raise UsageError("error.match.master")


@contextmanager
def _cluster(on: Compares, master: str, gigabytes: float, scratch: Path) -> Iterator[Cluster | None]:
    """What compares in place of the database, if anything."""
    if on is Compares.duckdb:
        yield None
        return
    # Spark is loaded only here: it is large, needs Java, and is missing on most machines.
    from vaxpass_cli.records.match.spark import open_cluster  # noqa: PLC0415

    with open_cluster(master, gigabytes=gigabytes, scratch=scratch) as cluster:
        yield cluster


def _check_others(count: int, records: Path, out: Path) -> None:
    """Raise `UsageError` where results of records would be lost that the file does not have."""
    if count:
        raise UsageError("error.match.other_records", path=records, out=out, count=count)


def _given(out: Path | None) -> Path:
    if out is None:
        raise UsageError("error.line.missing", name="--out")
    return out


def _suggestion(records: Path, registry: Path, encoding: str | None, language: str) -> str:
    """A file for `--mapping` with the columns of both files."""
    from vaxpass_cli.records import engine, inputs  # noqa: PLC0415
    from vaxpass_cli.records.columns import RECORDS, REGISTRY, suggest  # noqa: PLC0415

    tables = []
    with (
        tempfile.TemporaryDirectory(prefix="vaxpass-") as work,
        engine.Engine(Path(work), gigabytes=0.25, threads=1) as database,
    ):
        for path, layout in ((records, RECORDS), (registry, REGISTRY)):
            start = inputs.look(path, layout, encoding, database)
            tables.append(suggest(path, layout, start.header, start.rows, language))
    return "\n".join(tables)


def _follow(steps: Iterator[Step], language: str) -> None:
    """Run the steps, with a bar where somebody is watching."""
    console = Console(stderr=True)
    if not console.is_terminal:
        for _ in steps:
            pass
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task(messages.text("matching.reading", language), total=1.0)
        for step in steps:
            progress.update(
                task, advance=step.share, description=messages.text(f"matching.{step.name}", language)
            )
