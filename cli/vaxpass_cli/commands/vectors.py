"""`vaxpass vectors`: compares vaxpass with published test vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import trust_files, vector_tables
from vaxpass_cli.io.vector_tables import Judged, Material
from vaxpass_cli.io.vectors import Result, evaluate, load
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

_EXAMPLES = 5
_LONGEST_SAID = 120


def vectors(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    at: options.At = None,
    as_json: options.Json = False,
) -> int:
    """Compare vaxpass with the expectations of test vectors, one by one."""
    tables = vector_tables.find(path)
    if tables:
        return _tables(tables, path, trust_list, pin, options.moment(at), as_json=as_json)
    if trust_list or pin or at:
        raise UsageError("error.vectors_no_table", path=path)
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


def _tables(
    paths: Sequence[Path],
    root: Path,
    trust_list: Sequence[Path] | None,
    pin: Sequence[Path] | None,
    moment: datetime,
    *,
    as_json: bool,
) -> int:
    """Compare with tables of files and what each must give."""
    named = trust_files.read_lists(trust_list, pin, at=moment) if trust_list else None
    everything: list[Judged] = []
    for path in paths:
        table = vector_tables.read(path)
        beside = Material(named, (), ()) if named is not None else vector_tables.material(table, root)
        verifier = vector_tables.verifier(beside.trust)
        name = str(path.relative_to(root)) if path != root else path.name
        results = [vector_tables.judge(row, verifier, moment) for row in table.rows]
        everything += results
        if as_json:
            for each in results:
                typer.echo(jsonl.line(_table_row(name, each, moment)))
        else:
            _show_table(name, beside, results, Console())
    if not as_json:
        console = Console()
        _unjudged_rows(everything, console)
        counts = vector_tables.counted(everything)
        console.print()
        console.print(_say("table.total", tables=len(paths), rows=len(everything), **counts))
        console.print(_say("table.how"))
    wrong = any(each.agrees is False for each in everything)
    return Exit.NOT_ACCEPTED if wrong else Exit.OK


def _table_row(name: str, judged: Judged, moment: datetime) -> dict[str, jsonl.Json]:
    row = judged.row
    return {
        "table": name,
        "file": row.name,
        "at": jsonl.rfc3339(row.at or moment),
        "expected": row.said,
        "meanings": [meaning.value for meaning in sorted(row.meanings)],
        "outcome": judged.outcome.value if judged.outcome else None,
        "code": judged.code,
        "agrees": judged.agrees,
        "reason": _say(f"table.{judged.why}") if judged.why else None,
    }


def _show_table(name: str, beside: Material, results: Sequence[Judged], console: Console) -> None:
    console.print(Text(escape_for_display(name, 400), style="bold"))
    if beside.files:
        shown = ", ".join(escape_for_display(each) for each in beside.files)
        console.print(Text(_say("table.trust", files=shown), style="dim"))
    for left in beside.left:
        console.print(Text(_say("table.left", file=escape_for_display(left)), style="dim"))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("file", "expected", "outcome", "code", "agrees"):
        table.add_column(_say(f"table.head.{heading}"), overflow="fold")
    for each in results:
        table.add_row(
            Text(escape_for_display(each.row.name, 200)),
            Text(escape_for_display(each.row.said, _LONGEST_SAID)),
            each.outcome.value if each.outcome else "-",
            Text(each.code or "-"),
            Text(_agreement(each), style="red" if each.agrees is False else ""),
        )
    console.print(table)
    console.print(_say("table.counts", rows=len(results), **vector_tables.counted(results)))
    console.print()


def _agreement(judged: Judged) -> str:
    if judged.agrees is None:
        return "-"
    return _say("table.yes" if judged.agrees else "table.no")


def _unjudged_rows(results: Sequence[Judged], console: Console) -> None:
    left = [each for each in results if each.agrees is None]
    if left:
        console.print(_say("not_judged"))
    for each in left:
        line = f"  {each.row.name}: {_say(f'table.{each.why}')}: {each.row.said}"
        console.print(Text(escape_for_display(line, 400)))


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
