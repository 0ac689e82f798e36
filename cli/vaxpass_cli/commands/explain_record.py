"""`vaxpass explain-record`: what disagrees between a declaration and a vaccination slip.

Both are given as JSON or as `key=value`, with the columns of vaccination records as keys. A record from
the cleaning lists of `vaxpass match` can replace the slip. These lists have what was declared, and
nothing of the register. Their headings are in the language of the run that wrote them, so columns are
found by their places.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.encoding import strict_json
from vaxpass.identity import Correction, Declared, Explanation, FieldAgreement, IdentityCode, explain
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import encodings
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

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


_COLUMNS: Final = (
    "record_id full_name date_of_birth sex id_number phone vaccine dose vaccinated_on"
    " status field codes advice"
).split()
_INDEX: Final = "index.csv"
_CODES: Final = frozenset(map(str, IdentityCode))


@dataclass(frozen=True, slots=True)
class Case:
    """A record that was not matched: what it declares, and what its facility may know."""

    record: str
    declared: Declared
    status: str
    codes: tuple[str, ...]
    advice: str
    """Sentences for all codes, in the language of the lists"""

    def sentences(self, language: str) -> list[str]:
        """What to do, in this language where every code has a sentence here."""
        if self.codes and all(code in _CODES and code != "phone.shared" for code in self.codes):
            return [IdentityCode(code).message(language) for code in self.codes]
        return [self.advice] if self.advice else []


def find(folder: Path, record: str) -> Case:
    """The case of a record. Raises `UsageError` where the lists have none."""
    lists = folder / "cleaning"
    if not (lists / _INDEX).is_file():
        raise UsageError("error.explain.no_lists", folder=folder)
    for path in sorted(lists.glob("*/*.csv")):
        for row in _rows(path):
            if row.get("record_id") == record:
                return _case(row)
    raise UsageError("error.explain.no_such_record", folder=folder)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with encodings.open_text(path) as file:
        try:
            # The heads are in the language of the run that wrote the list.
            for cells in Reader(file).cells():
                if len(cells) != len(_COLUMNS):
                    raise UsageError("error.explain.unreadable_list", path=path)
                yield dict(zip(_COLUMNS, cells, strict=True))
        except csv.Error:
            raise UsageError("error.list_damaged", path=path) from None


def _case(row: dict[str, str]) -> Case:
    return Case(
        row["record_id"],
        declared(row),
        row["status"],
        tuple(row["codes"].split()),
        row["advice"],
    )


_SIGNS = {True: ("✔", "green"), False: ("✘", "red"), None: ("-", "dim")}


def explain_record(
    declared: Annotated[
        list[str] | None, typer.Option("--declared", metavar="FILE.json|KEY=VALUE")
    ] = None,
    slip: Annotated[list[str] | None, typer.Option("--slip", metavar="FILE.json|KEY=VALUE")] = None,
    matches: Annotated[Path | None, typer.Option("--matches", metavar="DIR")] = None,
    record: Annotated[str | None, typer.Option("--record", metavar="ID")] = None,
    as_json: options.Json = False,
    lang: options.Both = options.Languages.en,
) -> int:
    """Say what disagrees between a declaration and a vaccination slip, what to correct, and where."""
    if (matches is None) != (record is None):
        raise UsageError("error.explain.together")
    case = find(matches, record) if matches and record else None
    if (case is None) == (slip is None):
        raise UsageError("error.explain.which")
    if slip is not None and declared is None:
        raise UsageError("error.explain.declared")
    on_slip = case.declared if case else read("--slip", slip or ())
    explained = None
    if declared is not None:
        explained = explain(read("--declared", declared), on_slip)
    languages = options.BOTH if lang is options.Languages.both else (lang.value,)
    if as_json:
        typer.echo(jsonl.line(_report(explained, case, languages)))
    else:
        console = Console()
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
        said = (Text(escape_for_display(each, 1000), style="bold") for each in case.sentences(language))
        codes = Text(" ".join((case.status, *case.codes)), style="dim")
        parts += ["", Text(messages.text("explain.case", language)), *said, codes]
    return Group(*parts)


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


def _corrections(explained: Explanation, language: str) -> RenderableType:
    if not explained.corrections:
        return Text(messages.text("explain.nothing", language), style="bold green")
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
    table.add_row(messages.text("explain.record", language), Text(escape_for_display(case.record)))
    for label, value in (
        ("name", case.declared.name),
        ("dob", case.declared.date_of_birth),
        ("id", case.declared.number),
        ("phone", case.declared.phone),
        ("sex", case.declared.sex),
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
            "messages": {each: list(case.sentences(each)) for each in languages},
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
