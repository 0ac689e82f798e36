"""`vaxpass config`: the settings of the scanner, their file, and the completion of a shell."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from vaxpass import messages
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.scan import settings
from vaxpass_cli.usage import TOOL, explained

_VARIABLE: Final = "_VAXPASS_COMPLETE"
"""By which a shell asks for completions; click makes its name of that of the tool."""


class Shell(StrEnum):
    """The shells that a completion can be written for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


def show(
    config: options.Config = None,
) -> int:
    """Print the settings that are in force, as a file that would make them; no PIN is in it."""
    # A PIN has few digits: whoever has its hash can try all.
    typer.echo(dataclasses.replace(settings.load(config), kiosk_pin="").to_toml(), nl=False)
    return Exit.OK


def init(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> int:
    """Write a settings file in which every setting is explained and none is changed yet."""
    place = out or settings.default_path()
    head = messages.text("config.head", options.language())
    text = settings.Settings().to_template(_explained, head)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError("error.config_exists", path=place) from None
    typer.echo(messages.text("config.written", options.language(), path=place))
    return Exit.OK


def _explained(setting: str) -> str:
    """What a setting means: the help of the option of `scan` that it stands for."""
    try:
        return explained("scan", setting)
    except KeyError:
        return explained("scan", setting.removeprefix("allow_"))


def path() -> int:
    """Print where the settings file is, whether it exists or not."""
    typer.echo(str(settings.default_path()))
    return Exit.OK


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", show_default=False)]) -> int:
    """Print the lines by which a shell completes commands, options and files of this tool."""
    typer.echo(get_completion_script(prog_name=TOOL, complete_var=_VARIABLE, shell=shell.value))
    return Exit.OK
