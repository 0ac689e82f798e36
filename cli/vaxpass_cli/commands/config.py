"""`vaxpass config`: shows the settings of the scanner and where their file is."""

from __future__ import annotations

import typer

from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.scan import settings


def show(
    config: options.Config = None,
) -> int:
    """Print the settings that are in force, as a file that would make them."""
    typer.echo(settings.load(config).to_toml(), nl=False)
    return Exit.OK


def path() -> int:
    """Print where the settings file is, whether it exists or not."""
    typer.echo(str(settings.default_path()))
    return Exit.OK
