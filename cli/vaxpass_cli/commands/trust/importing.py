"""`vaxpass trust import`: verifies trust lists of any known format and writes them as one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.trust import write_trust_list
from vaxpass_cli import options
from vaxpass_cli.commands.trust import families, rows
from vaxpass_cli.errors import Exit
from vaxpass_cli.io import atomic, edge, trust_files
from vaxpass_cli.io.list_files import Sorted
from vaxpass_cli.io.trust_files import Trust
from vaxpass_cli.output.screen import Console

_MOST_NAMED = 20
_MANY = 8


def importing(
    inputs: Annotated[list[Path], typer.Argument(metavar="SOURCE...")],
    out: Annotated[Path, typer.Option("--out")],
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
) -> int:
    """Read trust lists of any known format, verify them, and write them as one list."""
    moment = options.moment(at)
    found = trust_files.import_lists(inputs, pin, at=moment, unsigned=unsigned)
    trust = found.trust
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
    by_usage = families.counts(trust)
    if by_usage:
        typer.echo(f"  {by_usage}")
    for line in _sorted(found, language):
        typer.echo(f"  {line}")
    for why, count in Counter(key.trusted_by for key in trust).most_common(_MOST_NAMED):
        reason = escape_for_display(why)
        line = messages.text("trust_list.trusted_by", language, keys=count, why=reason)
        typer.echo(f"  {line}")
    for panel in rows.too_old(Trust(trust), moment):
        Console().print(panel)
    return Exit.OK


def _sorted(found: Sorted, language: str) -> Iterator[str]:
    """What was taken and what was left, where there was more than the list."""
    if not found.companions and not found.left and len(found.lists) == 1:
        return
    for path in found.lists:
        yield messages.text("trust_list.taken", language, file=escape_for_display(str(path)))
    for name, count in _grouped(found.companions):
        yield messages.text("trust_list.companion", language, file=name, count=count)
    whys: dict[str, list[Path]] = {}
    for left in found.left:
        whys.setdefault(left.why.message(language), []).append(left.path)
    told = [(name, count, why) for why, paths in whys.items() for name, count in _grouped(paths)]
    for name, count, why in told[:_MOST_NAMED]:
        reason = escape_for_display(why, 400)
        yield messages.text("trust_list.left", language, file=name, count=count, why=reason)
    if len(told) > _MOST_NAMED:
        yield messages.text("trust_list.more_left", language, count=len(told) - _MOST_NAMED)


def _grouped(paths: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """Names of files with 1 each; of many in a folder its name, and how many they are."""
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    for folder, inside in folders.items():
        if len(inside) > _MANY:
            yield escape_for_display(str(folder)), len(inside)
        else:
            yield from ((escape_for_display(str(path)), 1) for path in inside)
