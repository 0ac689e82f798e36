"""`vaxpass trust`: what is on a trust list."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vaxpass import Kind, TrustedKey, printable
from vaxpass_cli import options, report, trustfiles
from vaxpass_cli.failure import Exit

trust = typer.Typer(help="What is on a trust list.", no_args_is_help=True)


@trust.callback()
def group() -> None:
    """What is on a trust list."""


@trust.command()
def show(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Trust lists; without any, the configured one."),
    ] = None,
    pin: options.Pins = None,
    at: options.At = None,
    as_json: options.Json = False,
) -> int:
    """Show the signers of a trust list: who, with which key, from when until when, for what."""
    found = trustfiles.load(paths, pin)
    moment = options.moment(at)
    listed = sorted(found, key=lambda key: (key.country or "", key.certificate.not_after or 0))
    if as_json:
        for key in listed:
            typer.echo(report.line(_row(key, moment)))
        return Exit.OK
    sources = {key.source for key in listed}
    table = Table(box=None, pad_edge=False)
    for heading in ("country", "kid", "key", "valid until", "state", "signs"):
        table.add_column(heading, no_wrap=heading != "signs")
    if len(sources) > 1:
        table.add_column("source", overflow="fold")
    for key in listed:
        row = _row(key, moment)
        cells = [
            *(printable(str(row[name] or "-")) for name in ("country", "kid", "key")),
            str(row["valid_until"] or "-")[:10],
            _state(key, moment) + (", TEST" if key.test else ""),
            "all" if len(_kinds(key)) == len(Kind) else ", ".join(_kinds(key)),
            *([printable(key.source)] if len(sources) > 1 else []),
        ]
        table.add_row(*map(Text, cells))
    console = Console(highlight=False)
    console.print(table)
    valid = sum(_state(key, moment) == "valid" for key in listed)
    countries = len({key.country for key in listed})
    when = report.rfc3339(moment.replace(microsecond=0))
    if len(sources) == 1:
        console.print(Text(f"Source: {printable(listed[0].source)}"))
    console.print(f"Signers: {len(listed)}; countries: {countries}; valid at {when}: {valid}.")
    return Exit.OK


def _row(key: TrustedKey, moment: datetime) -> dict[str, report.Json]:
    certificate = key.certificate
    return {
        "country": key.country,
        "kid": base64.b64encode(key.kid).decode(),
        "key": certificate.key_name,
        "valid_from": _time(certificate.not_before),
        "valid_until": _time(certificate.not_after),
        "state": _state(key, moment),
        "kinds": list(_kinds(key)),
        "subject": certificate.subject,
        "source": key.source,
        "test_key": key.test,
    }


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else report.rfc3339(datetime.fromtimestamp(seconds, UTC))


def _kinds(key: TrustedKey) -> list[str]:
    return sorted(kind.value.partition(".")[2] for kind in key.kinds)


def _state(key: TrustedKey, moment: datetime) -> str:
    now = moment.timestamp()
    start, end = key.certificate.not_before, key.certificate.not_after
    if start is None or end is None:
        return "not known"
    if now < start:
        return "not yet valid"
    return "expired" if now > end else "valid"
