"""`vaxpass vectors`: compares vaxpass with published test vectors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.io.vectors import Result, evaluate, load
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

_EXAMPLES = 5


def vectors(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    as_json: options.Json = False,
) -> int:
    """Compare vaxpass with the expectations of test vectors, one by one."""
    results: list[tuple[str, Result]] = []
    number = 0
    for vector in load(path):
        number += 1
        found = evaluate(vector)
        results += [(vector.name, result) for result in found]
        if as_json:
            typer.echo(jsonl.line({"vector": vector.name, "expectations": [_row(r) for r in found]}))
    if not as_json:
        _show(number, results, Console())
    return Exit.NOT_ACCEPTED if any(_disagrees(r) for _, r in results) else Exit.OK


def _disagrees(result: Result) -> bool:
    """A disagreement that counts: judged, not disputed, and not what the vector expects."""
    return result.actual is not None and result.disputed is None and not result.agrees


def _row(result: Result) -> dict[str, jsonl.Json]:
    return {
        "name": result.name,
        "expected": result.expected,
        "actual": result.actual,
        "agrees": result.agrees,
        "reason": result.reason or None,
        "disputed": result.disputed,
    }


def _show(number: int, results: list[tuple[str, Result]], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(_say("head.expectation"))
    for heading in ("true", "false", "agree", "disagree", "disputed", "not_judged"):
        table.add_column(_say(f"head.{heading}"), justify="right")
    for name in dict.fromkeys(result.name for _, result in results):
        stated = [r for _, r in results if r.name == name]
        judged = [r for r in stated if r.actual is not None]
        undisputed = [r for r in judged if r.disputed is None]
        counts = (
            sum(r.expected for r in stated),
            sum(not r.expected for r in stated),
            sum(r.agrees for r in undisputed),
            sum(not r.agrees for r in undisputed),
            len(judged) - len(undisputed),
            len(stated) - len(judged),
        )
        table.add_row(Text(escape_for_display(name)), *(str(count or "-") for count in counts))
    console.print(table)
    wrong = [(name, r) for name, r in results if _disagrees(r)]
    console.print()
    console.print(_say("counts", vectors=number, expectations=len(results), wrong=len(wrong)))
    for name, result in wrong:
        line = _say(
            "wrong",
            name=name,
            expectation=result.name,
            actual=_said(result.actual),
            expected=_said(result.expected),
            reason=result.reason,
        )
        console.print(Text(escape_for_display(f"  {line}"), style="red"))
    _show_disputed(results, console)
    _show_unjudged(results, console)


def _show_disputed(results: list[tuple[str, Result]], console: Console) -> None:
    disputed = [(name, r) for name, r in results if r.disputed is not None]
    if disputed:
        console.print(f"\n{_say('disputed')}")
    groups: dict[tuple[str, str], list[tuple[str, Result]]] = {}
    for name, result in disputed:
        groups.setdefault((result.name, result.disputed or ""), []).append((name, result))
    for (expectation, why), members in groups.items():
        console.print(Text(escape_for_display(f"  {expectation}: {why}", 400)))
        names = ", ".join(name for name, _ in members[:_EXAMPLES])
        if len(members) > _EXAMPLES:
            names = _say("more", names=names, count=len(members) - _EXAMPLES)
        agree = sum(r.agrees for _, r in members)
        reasons = Counter(r.reason for _, r in members if not r.agrees)
        found = "; ".join(f"{reason} ({count})" for reason, count in reasons.items())
        key = "agrees_else" if found else "agrees"
        for line in (names, _say(key, agree=agree, all=len(members), found=found)):
            console.print(Text(escape_for_display(f"    {line}", 400), style="dim"))


def _show_unjudged(results: list[tuple[str, Result]], console: Console) -> None:
    unjudged = Counter((r.name, r.reason) for _, r in results if r.actual is None)
    if unjudged:
        console.print(f"\n{_say('not_judged')}")
    for (expectation, reason), count in unjudged.items():
        console.print(Text(escape_for_display(f"  {expectation}: {reason} ({count})")))


def _say(key: str, **values: object) -> str:
    return messages.text(f"vectors.{key}", options.language(), **values)


def _said(value: bool | None) -> str:
    return _say(f"head.{'true' if value else 'false'}")
