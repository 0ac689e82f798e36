"""`vaxpass issue`: signs the passports of records that are matched and attested."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from vaxpass import messages
from vaxpass.records import BUILT_IN, Conditions, IssuePolicy, Terms, UvciMaker, read_vaccines
from vaxpass.records.uvci import LEAST_KEY_BYTES
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import keys

_MOST_MONTHS: Final = 120
_MOST_PROCESSES: Final = 1024
_LARGEST_SECRET: Final = 4096


class Format(StrEnum):
    """Other forms of the table of passports, beside Parquet."""

    csv = "csv"
    jsonl = "jsonl"


def issue(
    records: Annotated[Path, typer.Argument(help="Vaccination records: CSV or Parquet.")],
    matches: Annotated[Path, typer.Option("--matches", help="The folder of `vaxpass match`.")],
    key: keys.Key,
    uvci_key: Annotated[
        Path,
        typer.Option("--uvci-key", help="The secret that identifiers are made with; see keys uvci."),
    ],
    issuer: Annotated[str, typer.Option("--issuer", help="The issuer as the passport names it.")],
    out: Annotated[Path, typer.Option("--out", help="The folder for the passports.")],
    cert: keys.Cert = None,
    attestations: options.Attestations = None,
    facility_keys: options.FacilityKeys = None,
    password_file: keys.PasswordFile = None,
    mapping: options.Mapping = None,
    encoding: options.Encoding = "utf-8",
    country: Annotated[
        str, typer.Option("--country", help="Of the issuer; else that of the certificate.")
    ] = "",
    months: Annotated[
        int, typer.Option("--months", min=1, max=_MOST_MONTHS, help="For how long passports are valid.")
    ] = 12,
    vaccines: Annotated[
        Path | None, typer.Option("--vaccines", help="Another table of products (JSON).")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--issued", metavar="TIME", help="Time of issue; else now.")
    ] = None,
    allow_unmatched: Annotated[
        bool, typer.Option("--allow-unmatched", help="Issue also what was not matched.")
    ] = False,
    allow_unattested: Annotated[
        bool, typer.Option("--allow-unattested", help="Issue also what nobody attested.")
    ] = False,
    correct: Annotated[
        bool,
        typer.Option(
            "--correct", help="Issue anew what says something else now; revoke what was issued before."
        ),
    ] = False,
    revocations: Annotated[
        Path | None, typer.Option("--revocations", help="With --correct: the revocation store.")
    ] = None,
    renew: Annotated[
        int | None,
        typer.Option("--renew", min=0, metavar="DAYS", help="Issue anew what expires within DAYS."),
    ] = None,
    also: Annotated[
        list[Format] | None,
        typer.Option("--also", help="Write the table of all passports as this too."),
    ] = None,
    threads: Annotated[
        int,
        typer.Option("--threads", min=0, max=_MOST_PROCESSES, help="Processes; 0: one a processor."),
    ] = 0,
    memory: Annotated[
        float, typer.Option("--memory", min=0.25, metavar="GB", help="For the database.")
    ] = 2.0,
    as_json: options.Json = False,
    language: options.Lang = options.Language.en,
) -> int:
    """Issue passports for records that are matched and attested; nothing is issued twice.

    A run that was stopped goes on when the same command is given again. Exit code 0: all records have
    a passport; 1: some were refused, and refused.csv says why.
    """
    # DuckDB is large, and may be missing: no other command loads it.
    from vaxpass_cli.records.issue import run, worker  # noqa: PLC0415
    from vaxpass_cli.records.issue.worker import Order, Tally  # noqa: PLC0415

    if correct != (revocations is not None):
        raise UsageError("error.issue.correct")
    source = keys.source(key, cert, password_file)
    moment = options.moment(at)
    table = read_vaccines(vaccines.read_bytes()) if vaccines else BUILT_IN
    conditions = Conditions(issuer, country, months, table)
    signer = source.open()
    terms = Terms.of(signer.certificate, moment, conditions)
    secret = _secret(uvci_key)
    processes = threads or _processors()
    with run.prepared(out, records, matches, mapping, encoding, memory) as job:
        job.folder.settle(
            {"country": terms.country, "uvci_key": UvciMaker(terms.country, secret).key_name}
        )
        attested = job.attestations(attestations or (), facility_keys)
        pieces = job.plan()
        order = Order(
            work=job.folder.work,
            key=source,
            uvci_key=secret,
            conditions=conditions,
            at=moment,
            policy=IssuePolicy(allow_unmatched=allow_unmatched, allow_unattested=allow_unattested),
            facility_keys=facility_keys,
            attestations=attested,
            correct=correct,
            renew=timedelta(days=renew) if renew is not None else None,
            language=language,
            gigabytes=max(0.25, memory / processes),
        )
        total = Tally()
        done: Iterable[tuple[int, Tally]] = worker.signed(order, pieces, processes)
        shown = Console(stderr=True)
        if shown.is_terminal and not as_json:
            # A bar that is only disabled still ends its line in older versions.
            name, count = messages.text("issue.signing", language), len(pieces)
            done = track(done, name, total=count, console=shown, transient=True)
        for number, tally in done:
            job.take(number, tally)
            total.add(tally)
        job.finish(total, order, terms, signer, revocations, [each.value for each in also or ()])
    return job.show(as_json=as_json, language=language)


def _secret(path: Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(_LARGEST_SECRET)
    try:
        secret = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        secret = b""
    if len(secret) < LEAST_KEY_BYTES:
        raise UsageError("error.issue.secret", path=path, bytes=LEAST_KEY_BYTES)
    return secret


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
