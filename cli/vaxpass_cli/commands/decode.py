"""`vaxpass decode`: shows everything that a text contains, and verifies nothing of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from vaxpass import DecodeError, Unverified, messages
from vaxpass import decode as decode_text
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit
from vaxpass_cli.io import sources
from vaxpass_cli.output import jsonl, linked_file
from vaxpass_cli.output.screen import Console
from vaxpass_cli.records.issued_texts import texts_of_parquet


def decode(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", show_default=False)],
    file: Annotated[Path | None, typer.Option("--file")] = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Show what health passports hold. NOTHING IS VERIFIED: anybody can write such a code."""
    data = linked_file.read(file)
    console = Console()
    worst = Exit.OK
    for source in sources.find(inputs, texts_of_parquet):
        shown = _describe(source, lang, data)
        file_shown = shown.get("file")
        not_opened = isinstance(file_shown, dict) and file_shown["problem"] is not None
        if shown["problem"] is not None or not_opened:
            worst = Exit.NOT_ACCEPTED
        if as_json:
            typer.echo(jsonl.line(shown))
        else:
            console.print(_panel(shown, lang))
    return worst


def _describe(source: sources.Source, language: str, data: bytes | None) -> dict[str, jsonl.Json]:
    empty: dict[str, jsonl.Json] = {"source": source.name, "verified": False, "problem": None}
    if source.text is None:
        message = source.reason(language)
        return empty | {"problem": {"code": source.problem, "path": None, "message": message}}
    try:
        unverified = decode_text(source.text)
    except DecodeError as error:
        return empty | {"problem": error.problem.to_dict(language)}
    shown = empty | _content(unverified, language)
    if data is not None:
        shown["file"] = linked_file.opened(data, unverified).to_dict(language)
    return shown


def _content(unverified: Unverified, language: str) -> dict[str, jsonl.Json]:
    notes = list(unverified.notes)
    problems = unverified.check_form(notes)
    return {
        **unverified.to_dict(),
        "schema": [problem.to_dict(language) for problem in problems],
        "warnings": [note.to_dict(language) for note in notes],
    }


def _panel(shown: dict[str, jsonl.Json], language: str) -> Panel:
    content = {key: value for key, value in shown.items() if key not in ("verified",)}
    # Names are shown as written, except control characters.
    text = json.dumps(_printable(content), indent=2, ensure_ascii=False)
    return Panel(
        Text(text),
        title=Text(f" {messages.text('decode.not_verified', language)} ", style="bold reverse"),
        border_style="yellow",
    )


def _printable(value: jsonl.Json) -> jsonl.Json:
    if isinstance(value, str):
        return escape_for_display(value, 1000)
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {escape_for_display(key): _printable(item) for key, item in value.items()}
    return value
