"""`vaxpass rules import`: rules of any form -> one document of this program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaxpass import printable
from vaxpass.rules.forms import native
from vaxpass_cli import atomic, listfiles, options, rulesfiles
from vaxpass_cli.failure import Exit


def import_rules(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Files of rules with the signatures that belong to them, or folders.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    pin: options.Pins = None,
    unsigned: Annotated[
        bool,
        typer.Option(
            "--unsigned", help="Use rules that nothing vouches for, because you got them safely."
        ),
    ] = False,
    at: options.At = None,
) -> int:
    """Read rules of any known form, verify them, and write them as one document.

    Rules whose signature does not hold under a pinned key are refused, and nothing is written.
    """
    found = rulesfiles.read(
        inputs,
        listfiles.pins_in(pin),
        at=options.moment(at),
        unsigned=unsigned,
        named_by_user=False,
    )
    data = native.write(found, source=out.name)
    atomic.write(out, [data], size=len(data))
    rulesfiles.tell_skipped(found)
    typer.echo(f"Wrote {out}. Rules: {rulesfiles.summary(found)}.")
    typer.echo(f"  trusted by: {printable(found.trusted_by, 500)}")
    return Exit.OK
