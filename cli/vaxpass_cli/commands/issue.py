"""`vaxpass issue`: signs passports for records that are matched and attested."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import track

from vaxpass import messages
from vaxpass.records import (
    BUILT_IN,
    MIN_KEY_BYTES,
    Conditions,
    IssuePolicy,
    Terms,
    UvciMaker,
    read_vaccines,
)
from vaxpass.revocation import RevocationStore
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import edge, keys, stores
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output.screen import Console

_MOST_MONTHS: Final = 120
_LARGEST_SECRET: Final = 4096
_LARGEST_TABLE: Final = 16 * 1024 * 1024


class Format(StrEnum):
    """Other forms of the table of passports, beside Parquet."""

    csv = "csv"
    jsonl = "jsonl"


def issue(
    records: options.Records,
    matches: options.Matches,
    key: options.Key,
    uvci_key: Annotated[Path, typer.Option("--uvci-key")],
    issuer: Annotated[str, typer.Option("--issuer")],
    out: Annotated[Path, typer.Option("--out")],
    cert: options.Cert = None,
    attestations: options.Attestations = None,
    facility_keys: options.FacilityKeys = None,
    confirmations: Annotated[list[Path] | None, typer.Option("--confirmations", metavar="FILE")] = None,
    office_keys: Annotated[Path | None, typer.Option("--office-keys", metavar="FILE")] = None,
    password_file: options.PasswordFile = None,
    mapping: options.Mapping = None,
    encoding: options.Encoding = None,
    country: options.IssuerCountry = "",
    months: Annotated[int, typer.Option("--months", min=1, max=_MOST_MONTHS)] = 12,
    vaccines: Annotated[Path | None, typer.Option("--vaccines")] = None,
    nationality: Annotated[str, typer.Option("--nationality", metavar="COUNTRY")] = "",
    made_at: options.At = None,
    allow_unmatched: Annotated[bool, typer.Option("--allow-unmatched")] = False,
    allow_unattested: Annotated[bool, typer.Option("--allow-unattested")] = False,
    correct: Annotated[bool, typer.Option("--correct")] = False,
    revocation: options.Revocation = None,
    renew: Annotated[int | None, typer.Option("--renew", min=0, metavar="DAYS")] = None,
    also: Annotated[list[Format] | None, typer.Option("--also")] = None,
    processes: options.Processes = 0,
    memory: options.Memory = 2.0,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Issue passports for records that are matched and attested; nothing is issued twice."""
    # DuckDB is large and may be missing: it is loaded only here.
    from vaxpass_cli.records import columns, inputs  # noqa: PLC0415
    from vaxpass_cli.records.engine import Engine  # noqa: PLC0415
    from vaxpass_cli.records.issue import plan, run, worker  # noqa: PLC0415
    from vaxpass_cli.records.issue.confirmed import ConfirmationFiles  # noqa: PLC0415
    from vaxpass_cli.records.issue.worker import Order, Tally  # noqa: PLC0415
    from vaxpass_cli.records.run_folder import open_run_folder  # noqa: PLC0415

    options.check_memory(memory)
    running = options.processes(processes)
    if correct and revocation is None:
        raise UsageError("error.issue.correct")
    if bool(attestations) and facility_keys is None:
        raise UsageError("error.facility_keys")
    if bool(confirmations) != (office_keys is not None):
        raise UsageError("error.issue.office_keys")
    source = keys.source(key, cert, password_file)
    moment = options.moment(made_at)
    products = read_vaccines(read_bounded(vaccines, _LARGEST_TABLE)) if vaccines else BUILT_IN
    conditions = Conditions(issuer, country, months, products, nationality=nationality.upper())
    signer = source.open()
    terms = Terms.of(signer.certificate, moment, conditions)
    secret = _secret(uvci_key)
    maker = UvciMaker(terms.country, secret)
    results = plan.results_file(matches)
    store = _store(revocation)
    office = ConfirmationFiles()
    if confirmations and office_keys:
        office = ConfirmationFiles.read(confirmations, office_keys)
    run.check_folder(out)
    names = columns.read_mapping(mapping).get(columns.RECORDS.role, {})
    with (
        open_run_folder(out, plan.FOLDER) as folder,
        Engine(folder.scratch / "spill", gigabytes=memory, threads=options.processes(0)) as engine,
    ):
        table = inputs.open_input(records, columns.RECORDS, names, encoding, engine, folder.scratch)
        for note in table.notes:
            edge.complain(note.text(lang))
        source_of_plan = plan.Source(table, results, folder.parts, store, allow_unmatched)
        issuing = run.IssueRun(folder, engine, source_of_plan, terms, maker)
        attested = issuing.read_attestations(attestations or (), facility_keys)
        plan.check_results(engine, results)
        issuing.use(office)
        folder.begin(run.settings(terms, maker))
        planned = issuing.make_plan()
        order = Order(
            plan=planned.file,
            scratch=folder.scratch,
            key=source,
            uvci_key=secret,
            conditions=conditions,
            at=moment,
            policy=IssuePolicy(
                allow_unmatched=allow_unmatched,
                allow_unattested=allow_unattested,
                allow_confirmed=bool(confirmations),
            ),
            attestations=attested,
            facility_keys=facility_keys,
            correct=correct,
            renew=timedelta(days=renew) if renew is not None else None,
            language=lang,
            gigabytes=max(0.25, memory / running),
        )
        done: Iterable[tuple[int, Tally]] = worker.signed(order, planned.pieces, running)
        shown = Console(stderr=True)
        if shown.is_terminal and not as_json:
            # A bar that is only disabled still ends its line in older versions.
            name, count = messages.text("issue.signing", lang), len(planned.pieces)
            done = track(done, name, total=count, console=shown, transient=True)
        for piece, tally in done:
            issuing.keep(piece, tally)
        issuing.finish(order, signer, revocation, [each.value for each in also or ()])
    return issuing.show(as_json=as_json, language=lang)


def _store(path: Path | None) -> RevocationStore | None:
    """The store of revocations; None where there is none yet. Raises `UsageError`."""
    if path is None:
        return None
    stores.must_be_writable(path)
    return stores.load(path) if path.exists() else None


def _secret(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(read_bounded(path, _LARGEST_SECRET).decode("ascii"))
    except ValueError:
        secret = b""
    if len(secret) < MIN_KEY_BYTES:
        raise UsageError("error.issue.secret", path=path, bytes=MIN_KEY_BYTES)
    return secret
