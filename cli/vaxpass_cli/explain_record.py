"""`vaxpass explain-record`: declaration and vaccination slip beside each other, and what to correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import printable
from vaxpass.identity import Correction, Explanation, FieldAgreement, explain
from vaxpass_cli import cases, options, report, statement
from vaxpass_cli.cases import Case
from vaxpass_cli.failure import Exit, Wrong
from vaxpass_cli.words import word

_SIGNS = {True: ("✔", "green"), False: ("✘", "red"), None: ("-", "dim")}


def explain_record(
    declared: Annotated[
        list[str] | None,
        typer.Option(
            "--declared",
            metavar="FILE.json|KEY=VALUE...",
            help="What the person declared: full_name, date_of_birth, id_number, phone, sex.",
        ),
    ] = None,
    slip: Annotated[
        list[str] | None,
        typer.Option(
            "--slip", metavar="FILE.json|KEY=VALUE...", help="The vaccination slip, likewise."
        ),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option("--results", metavar="DIR", help="A folder of vaxpass match, in place of a slip."),
    ] = None,
    record: Annotated[
        str | None, typer.Option("--record", metavar="ID", help="The record in that folder.")
    ] = None,
    as_json: options.Json = False,
    lang: Annotated[
        options.Languages, typer.Option("--lang", help="English, Vietnamese, or both.")
    ] = options.Languages.en,
) -> int:
    """Say what disagrees between a declaration and a vaccination slip, what to correct, and where.

    Nothing of the population register is read or shown.

    Exit code 0: nothing to correct; 1: something to correct; 2: wrong use.
    """
    if (results is None) != (record is None):
        raise Wrong("--results and --record belong together: a folder, and a record in it.")
    case = cases.find(results, record) if results and record else None
    if (case is None) == (slip is None):
        raise Wrong("Name either the slip with --slip, or a record with --results and --record.")
    if slip is not None and declared is None:
        raise Wrong("Name what was declared with --declared.")
    on_slip = case.declared if case else statement.read("--slip", slip or ())
    explained = None
    if declared is not None:
        explained = explain(statement.read("--declared", declared), on_slip)
    languages = [each for each in ("vi", "en") if lang.value in (each, "both")]
    if as_json:
        typer.echo(report.line(_report(explained, case, languages)))
    else:
        console = Console(highlight=False)
        for number, language in enumerate(languages):
            if number:
                console.print()
            console.print(_shown(explained, case, language))
    wrong = case is not None or (explained is not None and explained.corrections)
    return Exit.NOT_ACCEPTED if wrong else Exit.OK


def _shown(explained: Explanation | None, case: Case | None, language: str) -> RenderableType:
    parts: list[RenderableType] = []
    if explained:
        parts += [_table(explained.fields, language), "", _corrections(explained, language)]
    elif case:
        parts.append(_of_record(case, language))
    if case:
        said = (Text(printable(each, 1000), style="bold") for each in case.sentences(language))
        codes = Text(" ".join((case.status, *case.codes)), style="dim")
        parts += ["", Text(word("explain_case", language)), *said, codes]
    return Group(*parts)


def _table(fields: Sequence[FieldAgreement], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(word("explain_field", language), style="dim", no_wrap=True)
    table.add_column(word("explain_declared", language), overflow="fold")
    table.add_column(word("explain_slip", language), overflow="fold")
    table.add_column("")
    for each in fields:
        sign, colour = _SIGNS[each.agrees]
        table.add_row(
            word(f"explain_{each.field}", language),
            Text(printable(each.declared)),
            Text(printable(each.slip)),
            Text(sign, style=colour),
        )
    return table


def _corrections(explained: Explanation, language: str) -> RenderableType:
    if not explained.corrections:
        return Text(word("explain_nothing", language), style="bold green")
    shown = Table.grid(padding=(0, 1))
    for number, each in enumerate(explained.corrections, 1):
        shown.add_row(f"{number}.", Text(each.message(language), style="bold"))
        shown.add_row("", Text(each.place.message(language)))
        shown.add_row("", Text(each.code, style="dim"))
    return shown


def _of_record(case: Case, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(word("explain_record", language), Text(printable(case.record)))
    for label, value in (
        ("name", case.declared.name),
        ("dob", case.declared.date_of_birth),
        ("id", case.declared.number),
        ("phone", case.declared.phone),
        ("sex", case.declared.sex),
    ):
        table.add_row(word(f"explain_{label}", language), Text(printable(value)))
    return table


def _report(
    explained: Explanation | None, case: Case | None, languages: Sequence[str]
) -> dict[str, report.Json]:
    return {
        "fields": [
            {
                "field": each.field.value,
                "declared": each.declared,
                "slip": each.slip,
                "agrees": each.agrees,
            }
            for each in (explained.fields if explained else ())
        ],
        "corrections": [
            _correction(each, languages) for each in (explained.corrections if explained else ())
        ],
        "case": {
            "record": case.record,
            "status": case.status,
            "codes": list(case.codes),
            "messages": {each: list(case.sentences(each)) for each in languages},
        }
        if case
        else None,
    }


def _correction(each: Correction, languages: Sequence[str]) -> dict[str, report.Json]:
    return {
        "field": each.field.value,
        "code": each.code.value,
        "where": each.place.value,
        "messages": {language: each.message(language) for language in languages},
        "where_messages": {language: each.place.message(language) for language in languages},
    }
