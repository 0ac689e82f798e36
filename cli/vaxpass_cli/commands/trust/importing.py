"""`vaxpass trust import`: verifies trust lists of any known format and writes them as one list."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import escape_for_display
from vaxpass.trust.formats import native
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.io import atomic, trust_files

_MOST_NAMED = 20


def importing(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Trust lists with the files that belong to them (signatures, chains), or folders.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
) -> int:
    """Read trust lists of any known format, verify them, and write them as one list.

    A list whose signature does not hold under a pinned key is refused, and nothing is written.
    """
    moment = options.moment(at)
    trust = trust_files.import_lists(inputs, pin, at=moment, unsigned=unsigned)
    data = native.write(trust, source=out.name, test=False, made_at=trust.made_at)
    atomic.write(out, [data], size=len(data))
    for entry in trust.skipped[:_MOST_NAMED]:
        reason = escape_for_display(entry.reason, 100)
        sys.stderr.write(
            f"vaxpass: {escape_for_display(entry.source)}: {entry.entry} was skipped: {reason}\n"
        )
    if len(trust.skipped) > _MOST_NAMED:
        more = len(trust.skipped) - _MOST_NAMED
        sys.stderr.write(f"vaxpass: {more} more entries were skipped.\n")
    typer.echo(f"Wrote {out}: {len(trust)} keys, {len(trust.skipped)} entries skipped.")
    for why, count in Counter(key.trusted_by for key in trust).most_common(_MOST_NAMED):
        typer.echo(f"  {count} trusted by: {escape_for_display(why)}")
    return Exit.OK
