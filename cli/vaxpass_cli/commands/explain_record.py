"""`vaxpass explain-record`: what disagrees between a declaration and a vaccination slip.

Both are given as JSON or as `key=value`, with the columns of vaccination records as keys. A record of
`vaxpass match` can replace the slip; it may have been refused by `vaxpass issue`. Nothing of the
population register is read. A sheet for the citizen is made on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass.identity import Correction, Declared, Explanation, FieldAgreement, Place, explain
from vaxpass.records import MatchStatus, column_of
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

if TYPE_CHECKING:
    from vaxpass_cli.records.cases import Case, Problem

KEYS: Final[Mapping[str, str]] = {
    "full_name": "name",
    "date_of_birth": "date_of_birth",
    "id_number": "number",
    "phone": "phone",
    "sex": "sex",
}
"""Key -> attribute of `Declared`"""
_LARGEST: Final = 65_536


def read(option: str, values: Sequence[str]) -> Declared:
    """What the values of an option state: a file, pairs, or a file whose values pairs replace.

    Raises `UsageError`; its text quotes nothing of what is said about the person.
    """
    found: dict[str, str] = {}
    for value in values:
        key, equals, content = value.partition("=")
        if not equals:
            found |= _file(option, Path(value))
        elif key in KEYS:
            found[key] = content
        else:
            raise UsageError(
                "error.explain.unknown_key", option=option, key=repr(key), keys=", ".join(KEYS)
            )
    if not any(content.strip() for content in found.values()):
        raise UsageError("error.explain.nothing_stated", option=option, keys=", ".join(KEYS))
    return declared(found)


def declared(columns: Mapping[str, str]) -> Declared:
    """What a row states about a person; other columns are not looked at."""
    stated = {name: columns.get(key, "") for key, name in KEYS.items()}
    return Declared(
        stated["name"],
        stated["date_of_birth"],
        stated["number"],
        stated["phone"],
        stated["sex"],
    )


def _file(option: str, path: Path) -> dict[str, str]:
    if not path.is_file():
        raise UsageError("error.explain.no_file", option=option, path=path)
    data = read_bounded(path, _LARGEST)
    try:
        content = strict_json.read(data) if len(data) <= _LARGEST else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise UsageError("error.explain.not_object", path=path, keys=", ".join(KEYS))
    found = {}
    for key in KEYS:
        value = content.get(key)
        if value is not None and not isinstance(value, str):
            # As a number, 001090000001 has lost its zeros, and how many is unknown.
            raise UsageError("error.explain.not_text", path=path, key=key)
        found[key] = value or ""
    return found


_SIGNS = {True: ("✔", "green"), False: ("✘", "red"), None: ("-", "dim")}


def explain_record(
    *,
    declared: Annotated[
        list[str] | None, typer.Option("--declared", metavar="FILE.json|KEY=VALUE")
    ] = None,
    slip: Annotated[list[str] | None, typer.Option("--slip", metavar="FILE.json|KEY=VALUE")] = None,
    matches: Annotated[Path | None, typer.Option("--matches", metavar="DIR")] = None,
    record: Annotated[str | None, typer.Option("--record", metavar="ID")] = None,
    issued: Annotated[Path | None, typer.Option("--issued", metavar="DIR")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", metavar="FILE.pdf")] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="TEXT")] = None,
    as_json: options.Json = False,
    lang: options.Both = options.Languages.en,
) -> int:
    """Say what disagrees between a declaration and a vaccination slip, what to correct, and where."""
    if (matches is None) != (record is None):
        raise UsageError("error.explain.together")
    if issued is not None and matches is None:
        raise UsageError("error.explain.issued")
    if where is not None and sheet is None:
        raise UsageError("error.explain.where")
    case = _case(matches, record, issued) if matches and record else None
    if (case is None) == (slip is None):
        raise UsageError("error.explain.which")
    if slip is not None and declared is None:
        raise UsageError("error.explain.declared")
    stated = read("--declared", declared) if declared is not None else None
    on_slip = _declared_by(case) if case else read("--slip", slip or ())
    explained = None
    if stated is not None and on_slip is not None:
        explained = explain(stated, on_slip, is_record=case is not None)
    languages = options.BOTH if lang is options.Languages.both else (lang.value,)
    if as_json:
        typer.echo(jsonl.line(_report(explained, case, languages)))
    else:
        console = Console()
        for number, language in enumerate(languages):
            if number:
                console.print()
            console.print(_shown(explained, case, language))
    wrong = (case is not None and case.is_wrong) or (explained is not None and explained.corrections)
    if sheet is not None:
        name = (stated or on_slip or Declared("")).name
        _write_sheet(sheet, _advice(explained, case), name, case.record if case else "", where or "")
    return Exit.NOT_ACCEPTED if wrong else Exit.OK


def _case(matches: Path, record: str, issued: Path | None) -> Case:
    from vaxpass_cli.records import cases  # noqa: PLC0415 - needs an extra

    return cases.find(matches, record, issued)


def _declared_by(case: Case) -> Declared | None:
    line = case.line
    if line is None:
        return None
    return Declared(line.full_name, line.date_of_birth, line.id_number, line.phone, line.sex)


def _write_sheet(path: Path, advice: Sequence[_Advised], name: str, record: str, where: str) -> None:
    if not advice:
        edge.complain(messages.text("explain.no_sheet", options.language()))
        return
    from vaxpass_cli.print import citizen_sheet  # noqa: PLC0415 - needs an extra

    now = datetime.now(UTC)
    places: dict[Place, list[int]] = {}
    for number, each in enumerate(advice, 1):
        places.setdefault(each.place, []).append(number)
    made = citizen_sheet.CitizenSheet(
        name,
        record,
        tuple(
            citizen_sheet.Advice(
                tuple(messages.text(f"list.{each.field}", one) for one in options.BOTH),
                tuple(" ".join(each.sentences(one)) for one in options.BOTH),
            )
            for each in advice
        ),
        tuple(
            citizen_sheet.Where(tuple(numbers), tuple(place.message(one) for one in options.BOTH))
            for place, numbers in places.items()
        ),
        where,
        now.astimezone().date(),
    )
    atomic.write(path, [citizen_sheet.pdf(made, now)], mode=atomic.OWNER_ONLY)
    edge.complain(messages.text("explain.sheet", options.language(), path=path))


class _Advised(NamedTuple):
    """One thing to correct: the column, the place, and what to say in a language."""

    field: str
    place: Place
    sentences: Callable[[str], list[str]]


def _advice(explained: Explanation | None, case: Case | None) -> list[_Advised]:
    """All that is to be corrected, each thing once."""
    found: dict[tuple[str, str], _Advised] = {}
    for each in explained.corrections if explained else ():
        found[each.code, each.place] = _Advised(
            column_of(each.code), each.place, partial(_sentence, each)
        )
    for problem in (*case.problems, *case.refusals) if case else ():
        key = " ".join(problem.codes), problem.place
        found.setdefault(key, _Advised(problem.field, problem.place, problem.sentences))
    return list(found.values())


def _sentence(correction: Correction, language: str) -> list[str]:
    return [correction.message(language)]


def _shown(explained: Explanation | None, case: Case | None, language: str) -> RenderableType:
    parts: list[RenderableType] = []
    if explained:
        parts += [_table(explained.fields, language), ""]
        if explained.corrections:
            parts.append(_corrections(explained.corrections, language))
        else:
            # Beside a record that has to be corrected nobody must read that all is well.
            wrong = case is not None and case.is_wrong
            said = messages.text("explain.both" if wrong else "explain.nothing", language)
            parts.append(Text(said, style="bold" if wrong else "bold green"))
    elif case:
        parts.append(_of_record(case, language))
    if case:
        parts += ["", *_of_case(case, language)]
    return Group(*parts)


def _of_case(case: Case, language: str) -> Iterator[RenderableType]:
    matched = case.status == MatchStatus.MATCHED
    if case.status is not None and not case.problems:
        yield Text(MatchStatus(case.status).message(language), style="bold")
    elif case.problems:
        yield Text(messages.text("explain.matched" if matched else "explain.case", language))
        yield _problems(case.problems, language)
    if case.refusals:
        yield Text(messages.text("explain.refused", language))
        yield _problems(case.refusals, language)
    if case.status is not None:
        yield Text(case.status, style="dim")


def _problems(problems: Sequence[Problem], language: str) -> Table:
    shown = Table.grid(padding=(0, 1))
    for number, each in enumerate(problems, 1):
        said = " ".join(each.sentences(language))
        shown.add_row(f"{number}.", Text(escape_for_display(said, 1000), style="bold"))
        shown.add_row("", Text(each.place.message(language)))
        shown.add_row("", Text(" ".join(each.codes), style="dim"))
    return shown


def _table(fields: Sequence[FieldAgreement], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", style="dim", no_wrap=True)
    table.add_column(messages.text("explain.declared", language), overflow="fold")
    table.add_column(messages.text("explain.slip", language), overflow="fold")
    table.add_column("")
    for each in fields:
        sign, colour = _SIGNS[each.agrees]
        table.add_row(
            messages.text(f"explain.{each.field}", language),
            Text(escape_for_display(each.declared)),
            Text(escape_for_display(each.slip)),
            Text(sign, style=colour),
        )
    return table


def _corrections(corrections: Sequence[Correction], language: str) -> Table:
    shown = Table.grid(padding=(0, 1))
    for number, each in enumerate(corrections, 1):
        shown.add_row(f"{number}.", Text(each.message(language), style="bold"))
        shown.add_row("", Text(each.place.message(language)))
        shown.add_row("", Text(each.code, style="dim"))
    return shown


def _of_record(case: Case, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(messages.text("explain.record", language), Text(escape_for_display(case.record)))
    stated = _declared_by(case) or Declared("")
    for label, value in (
        ("name", stated.name),
        ("dob", stated.date_of_birth),
        ("id", stated.number),
        ("phone", stated.phone),
        ("sex", stated.sex),
    ):
        table.add_row(messages.text(f"explain.{label}", language), Text(escape_for_display(value)))
    return table


def _report(
    explained: Explanation | None, case: Case | None, languages: Sequence[str]
) -> dict[str, jsonl.Json]:
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
            "messages": {
                language: [
                    said
                    for each in (*case.problems, *case.refusals)
                    for said in each.sentences(language)
                ]
                for language in languages
            },
            "corrections": [_problem(each, languages) for each in case.problems],
            "refusals": [_problem(each, languages) for each in case.refusals],
        }
        if case
        else None,
    }


def _correction(each: Correction, languages: Sequence[str]) -> dict[str, jsonl.Json]:
    return {
        "field": each.field.value,
        "code": each.code.value,
        "where": each.place.value,
        "messages": {language: each.message(language) for language in languages},
        "where_messages": {language: each.place.message(language) for language in languages},
    }


def _problem(each: Problem, languages: Sequence[str]) -> dict[str, jsonl.Json]:
    return {
        "field": each.field,
        "codes": list(each.codes),
        "where": each.place.value,
        "messages": {language: list[jsonl.Json](each.sentences(language)) for language in languages},
        "where_messages": {language: each.place.message(language) for language in languages},
    }
