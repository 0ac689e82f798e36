"""`vaxpass trust import`: verifies trust lists of any known format and writes them as one list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.trust import write_trust_list
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.io import atomic, edge, trust_files

_MOST_NAMED = 20


def importing(
    inputs: Annotated[list[Path], typer.Argument(metavar="SOURCE...")],
    out: Annotated[Path, typer.Option("--out")],
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
) -> int:
    """Read trust lists of any known format, verify them, and write them as one list."""
    moment = options.moment(at)
    trust = trust_files.import_lists(inputs, pin, at=moment, unsigned=unsigned)
    data = write_trust_list(trust, source=out.name, test=False, made_at=trust.made_at)
    atomic.write(out, [data], size=len(data))
    language = options.language()
    for entry in trust.skipped[:_MOST_NAMED]:
        reason = escape_for_display(entry.reason, 100)
        name = f"{escape_for_display(entry.source)}: {entry.entry}"
        line = messages.text("trust_list.skipped_why", language, entry=name, why=reason)
        edge.complain(line)
    if len(trust.skipped) > _MOST_NAMED:
        more = len(trust.skipped) - _MOST_NAMED
        line = messages.text("trust_list.more_skipped", language, count=more)
        edge.complain(line)
    counts = {"keys": len(trust), "skipped": len(trust.skipped)}
    typer.echo(messages.text("trust_list.imported", language, file=out, **counts))
    for why, count in Counter(key.trusted_by for key in trust).most_common(_MOST_NAMED):
        reason = escape_for_display(why)
        line = messages.text("trust_list.trusted_by", language, keys=count, why=reason)
        typer.echo(f"  {line}")
    return Exit.OK
