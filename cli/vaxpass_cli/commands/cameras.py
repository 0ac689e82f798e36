"""`vaxpass cameras`: lists the cameras and the sizes of their pictures."""

from __future__ import annotations

import typer
from rich.table import Table

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan.feeds import cameras as listed


def cameras(as_json: options.Json = False) -> int:
    """List the cameras of this machine and the sizes of their pictures."""
    found = listed.cameras()
    if as_json:
        for one in found:
            sizes: list[jsonl.Json] = [_size(size) for size in one.sizes]
            row: dict[str, jsonl.Json]
            row = {"camera": one.number, "device": one.path, "name": one.name, "sizes": sizes}
            typer.echo(jsonl.line(row))
    elif found:
        heads = ("number", "device", "name", "sizes")
        table = Table(*(messages.text(f"cameras.{head}", options.language()) for head in heads))
        in_use = messages.text("cameras.in_use", options.language())
        for one in found:
            sizes_shown = ", ".join(map(_size, one.sizes)) or (in_use if one.trouble else "")
            table.add_row(str(one.number), one.path, escape_for_display(one.name), sizes_shown)
        Console().print(table)
    else:
        typer.echo(messages.text("cameras.none", options.language()))
    return Exit.OK if found else Exit.NOT_ACCEPTED


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
