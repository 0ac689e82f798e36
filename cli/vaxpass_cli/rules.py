"""`vaxpass rules`: business rules; one module a command."""

from __future__ import annotations

import typer

from vaxpass_cli.rules_import import import_rules
from vaxpass_cli.rules_show import show

rules = typer.Typer(help="Business rules: which passports a country accepts.", no_args_is_help=True)


@rules.callback()
def group() -> None:
    """Business rules: which passports a country accepts."""


rules.command()(show)
rules.command("import")(import_rules)
