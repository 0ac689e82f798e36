"""`vaxpass trust install`: checks a bundle and puts it in the place of the one in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaxpass.crypto.keys import fingerprint
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import installed, named_files
from vaxpass_cli.output import jsonl


def install(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The bundle.")],
    pin: options.Pins = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Install it here, not in the configuration folder.")
    ] = None,
    at: options.At = None,
) -> int:
    """Check a bundle and use it from now on. Where anything is wrong, the old one stays in use."""
    if not source.is_file():
        raise UsageError(f"{source}: there is no such file.")
    keys = named_files.pinned_keys(pin)
    target = out or installed.default_path()
    found = installed.install(source, keys, target, at=options.moment(at))
    manifest = found.manifest
    typer.echo(f"Installed bundle {manifest.number} of {manifest.maker} in {target}.")
    typer.echo(f"Made {jsonl.rfc3339(manifest.created)}.")
    typer.echo(f"To be used before {jsonl.rfc3339(manifest.use_before)}.")
    if manifest.next_key is not None:
        typer.echo(f"It announces the next key: {fingerprint(manifest.next_key)[:16]}.")
    return Exit.OK
