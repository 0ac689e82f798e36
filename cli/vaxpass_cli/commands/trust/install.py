"""`vaxpass trust install`: checks a bundle and uses it instead of the installed one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaxpass import messages, read_trust_list
from vaxpass.crypto import fingerprint
from vaxpass.trust import bundle as bundles
from vaxpass_cli import options
from vaxpass_cli.commands.trust import families, rows
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import installed, named_files
from vaxpass_cli.io.spelling import spelled, to_read_out
from vaxpass_cli.output import jsonl


def install(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    pin: options.Pins = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    at: options.At = None,
) -> int:
    """Check a bundle and use it from now on. Where anything is wrong, the old one stays in use."""
    if not source.is_file():
        raise UsageError("error.no_file", path=source)
    keys = named_files.pinned_keys(pin)
    target = out or installed.default_path()
    found = installed.install(source, keys, target, at=options.moment(at))
    manifest = found.manifest
    _say("installed", number=manifest.number, maker=manifest.maker, file=target)
    _say("made", time=jsonl.rfc3339(manifest.created))
    _say("use_before", time=jsonl.rfc3339(manifest.use_before))
    listed = found.content(bundles.TRUST_LIST)
    by_usage = families.counts(read_trust_list(listed, source=manifest.maker)) if listed else ""
    if by_usage:
        typer.echo(by_usage)
    typer.echo(rows.maker_of_bundle(found.signed_by))
    if manifest.next_key is not None:
        _say("next_key", key=fingerprint(manifest.next_key)[:16])
        typer.echo(to_read_out(spelled(manifest.next_key)))
    return Exit.OK


def _say(name: str, **values: object) -> None:
    typer.echo(messages.text(f"bundle.{name}", options.language(), **values))
