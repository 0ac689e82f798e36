"""`vaxpass config`: the settings of the desk and where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaxpass_cli.errors import Exit
from vaxpass_cli.scan import settings

config = typer.Typer(help="Settings of the scanner.", no_args_is_help=True)


@config.command()
def show(
    file: Annotated[Path | None, typer.Option("--config", help="Another settings file.")] = None,
) -> int:
    """Print the settings that are in force, as a file that would make them."""
    typer.echo(settings.load(file).to_toml(), nl=False)
    return Exit.OK


@config.command()
def path() -> int:
    """Print where the settings file is, whether it exists or not."""
    typer.echo(str(settings.default_path()))
    return Exit.OK
