"""`vaxpass cameras`: which cameras there are, and the sizes of their pictures."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vaxpass_cli import options, report
from vaxpass_cli.failure import Exit


def cameras(
    as_json: options.Json = False,
    sizes: Annotated[
        bool, typer.Option("--sizes/--no-sizes", help="Open each camera to learn its sizes.")
    ] = True,
) -> int:
    """List the cameras of this machine. Exit code 1 where there is none."""
    from vaxpass_cli.opencv.capture import found_cameras  # noqa: PLC0415 - OpenCV may be missing

    found = found_cameras(sizes=sizes)
    if as_json:
        for one in found:
            listed: list[report.Json] = [f"{width}x{height}" for width, height in one.sizes]
            typer.echo(
                report.line(
                    {"camera": one.number, "device": one.device, "name": one.name, "sizes": listed}
                )
            )
        return Exit.OK if found else Exit.NOT_ACCEPTED
    console = Console(highlight=False)
    if not found:
        console.print("No camera was found. Plug one in, and try again.")
        return Exit.NOT_ACCEPTED
    table = Table("Camera", "Device", "Name", "Sizes")
    for one in found:
        pictures = ", ".join(f"{width}x{height}" for width, height in one.sizes) or "in use"
        table.add_row(str(one.number), one.device, one.name, pictures if sizes else "")
    console.print(table)
    return Exit.OK
