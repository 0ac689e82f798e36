"""The commands of the tool and how they hang together."""

from __future__ import annotations

from typing import Annotated

import typer

import vaxpass
from vaxpass_cli import options
from vaxpass_cli.commands.attest import attest, facility_key
from vaxpass_cli.commands.cameras import cameras
from vaxpass_cli.commands.check import check
from vaxpass_cli.commands.config import config
from vaxpass_cli.commands.decode import decode
from vaxpass_cli.commands.doctor import doctor
from vaxpass_cli.commands.encode import encode
from vaxpass_cli.commands.explain_record import explain_record
from vaxpass_cli.commands.issue import issue
from vaxpass_cli.commands.keyboard_test import keyboard_test
from vaxpass_cli.commands.keys import keys
from vaxpass_cli.commands.match import match
from vaxpass_cli.commands.print import print_passports
from vaxpass_cli.commands.report import report_progress
from vaxpass_cli.commands.revocation import revocation
from vaxpass_cli.commands.rules import rules
from vaxpass_cli.commands.scan import scan
from vaxpass_cli.commands.trust import trust
from vaxpass_cli.commands.trust.bundle import bundle, install
from vaxpass_cli.commands.trust.install import import_lists
from vaxpass_cli.commands.vectors import vectors
from vaxpass_cli.commands.verify import verify
from vaxpass_cli.output.jsonl import INTERFACE_VERSION


def _exit(code: int, **_: object) -> None:
    """Commands return their exit code."""
    raise typer.Exit(code)


app = typer.Typer(
    name="vaxpass",
    help="Verify and issue health passports, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    result_callback=_exit,
)
app.command()(verify)
app.command()(check)
app.command()(scan)
app.command()(decode)
app.command()(encode)
app.command("print")(print_passports)
app.command("explain-record")(explain_record)
app.command()(match)
app.command()(attest)
app.command()(issue)
app.command("report")(report_progress)
app.command()(vectors)
app.command()(cameras)
app.command()(doctor)
app.command("keyboard-test")(keyboard_test)
app.add_typer(config, name="config")
app.add_typer(keys, name="keys")
app.add_typer(trust, name="trust")
app.add_typer(revocation, name="revocation")
app.add_typer(rules, name="rules")
keys.command("facility")(facility_key)
trust.command("import")(import_lists)
trust.command()(bundle)
trust.command()(install)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vaxpass {vaxpass.__version__} (JSON interface {INTERFACE_VERSION})")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Verify and issue health passports, offline."""
    options.speak()
