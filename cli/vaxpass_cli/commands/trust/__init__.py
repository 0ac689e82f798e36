"""`vaxpass trust`: what is on trust lists; one module a command."""

from __future__ import annotations

import typer

from vaxpass_cli.commands.trust.diff import diff
from vaxpass_cli.commands.trust.export import export
from vaxpass_cli.commands.trust.lint import check
from vaxpass_cli.commands.trust.show import show

trust = typer.Typer(help="What is on trust lists.", no_args_is_help=True)


@trust.callback()
def group() -> None:
    """What is on trust lists."""


for command in (show, diff, check, export):
    trust.command()(command)
