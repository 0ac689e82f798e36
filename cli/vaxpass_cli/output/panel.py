"""Show a verdict as a panel in the terminal: colour, word and symbol, then the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vaxpass import Code, Note, Outcome, Verdict, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import BUILT_IN, Document, ValueSets
from vaxpass.identity import HolderLevel
from vaxpass_cli.io.sources import Source
from vaxpass_cli.io.travel_document import Compared
from vaxpass_cli.output import document_rows
from vaxpass_cli.output.advice import advice
from vaxpass_cli.output.plates import COLOURS, Plate, plate_for, plate_of

_HOLDERS: Final = {HolderLevel.EQUAL: "bold green", HolderLevel.DIFFERENT: "bold red"}


def of(
    source: Source,
    verdict: Verdict | None,
    at: datetime,
    language: str,
    *,
    details: bool,
    names: ValueSets = BUILT_IN,
    compared: Compared | None = None,
) -> RenderableType:
    """The panel of an input; `verdict` is None where the input has no text.

    `names` has the names of codes. `compared` is the comparison with a travel document, if any.
    """
    if verdict is None:
        return _of_problem(source, language)
    plate = plate_for(verdict, language)
    parts: list[RenderableType] = [_bold(plate.below)] if plate.below else []
    parts.append(_bold(verdict.reason(language)))
    if verdict.code is Code.TRUST_TEST_KEY:
        parts.append(Text(messages.text("panel.test_keys", language)))
    parts += _advice(verdict.outcome, verdict.code or "", language)
    if verdict.code:
        parts.append(Text(verdict.code.value, style="dim"))
    if compared:
        # That the passport is another person's comes first, even where it is accepted.
        holder = _holder(compared, language)
        different = compared.match is not None and not compared.accepted
        parts = [*holder, "", *parts] if different else [*parts, "", *holder]
    if verdict.unverified:
        if verdict.signer is None:
            parts += ["", Text(messages.text("panel.unverified", language), style="bold yellow")]
        rows = document_rows.rows(
            source.name, verdict, verdict.unverified, at, language, names, details=details
        )
        document = document_rows.shown(verdict, verdict.unverified)
        parts += ["", _rows(document, rows, language)]
    else:
        parts += ["", _only_source(source.name, language)]
    parts += _notes(verdict, language, details=details)
    if details:
        parts += ["", _checks(verdict, language)]
    if verdict and compared and not compared.accepted:
        title = Text(f" ✘ {messages.text('holder.another_person', language)} ", style="bold red")
        return _framed(title, "red", Group(*parts), language, test=verdict.test_key)
    return _frame(plate, Group(*parts), language, test=verdict.test_key)


def _advice(outcome: Outcome, code: str, language: str) -> list[RenderableType]:
    said = advice(outcome, code, language)
    return [Text(f"→ {said}", style="bold")] if said else []


def _holder(compared: Compared, language: str) -> list[RenderableType]:
    level = compared.match.level if compared.match else None
    style = _HOLDERS.get(level, "bold yellow") if level else "bold yellow"
    reasons = (Text(reason) for reason in compared.reasons(language))
    codes = compared.codes()
    shown: list[RenderableType] = [Text(compared.sentence(language), style=style), *reasons]
    return [*shown, Text(" ".join(codes), style="dim")] if codes else shown


def _of_problem(source: Source, language: str) -> RenderableType:
    code = Text(source.problem or "", style="dim")
    body = Group(_bold(source.reason(language)), code, "", _only_source(source.name, language))
    plate = plate_of(source.outcome, language, rules_asked=False)
    return _frame(plate, body, language, test=False)


def _frame(plate: Plate, body: RenderableType, language: str, *, test: bool) -> Panel:
    colour = COLOURS[plate.outcome]
    title = Text(f" {plate.symbol} {plate.word} ", style=f"bold {colour}")
    return _framed(title, colour, body, language, test=test)


def _framed(title: Text, colour: str, body: RenderableType, language: str, *, test: bool) -> Panel:
    if test:
        title += Text(f" {messages.text('panel.test', language)} ", style="bold reverse")
    # The outcome stands below too: in a small terminal the upper end of a long panel scrolls away.
    return Panel(
        body,
        title=title,
        title_align="left",
        subtitle=title,
        subtitle_align="left",
        border_style=colour,
        padding=(0, 2),
    )


def _bold(text: str) -> Text:
    return Text(text, style="bold")


def _table() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _only_source(source: str, language: str) -> Table:
    table = _table()
    table.add_row(messages.text("panel.source", language), Text(escape_for_display(source)))
    return table


def _rows(document: Document, rows: Sequence[document_rows.Row], language: str) -> Table:
    table = _table()
    family, *others = rows
    table.add_row(*family)
    if name := document_rows.stated_holder(document, language):
        table.add_row(messages.text("panel.holder", language), _bold(name))
    if machine := document_rows.machine_name(document):
        table.add_row("", Text(machine))
    for label, text in others:
        table.add_row(label, Text(text))
    return table


def _notes(verdict: Verdict, language: str, *, details: bool) -> list[RenderableType]:
    shown = [note for note in verdict.notes if details or not note.code.formal]
    lines: list[RenderableType] = [
        Text(_note(note, language, details=details), style="" if note.code.formal else "bold yellow")
        for note in shown
    ]
    hidden = len(verdict.notes) - len(shown)
    if hidden:
        lines.append(Text(messages.text("panel.formal", language, count=hidden), style="dim"))
    return ["", *lines] if lines else []


def _note(note: Note, language: str, *, details: bool) -> str:
    """A note; its place in the certificate stands only among the details."""
    said = f"! {note.message(language)}"
    return f"{said} {note.path}" if details and note.path else said


def _checks(verdict: Verdict, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for check in verdict.checks:
        path = check.problem.path if check.problem else ""
        stage = messages.text(f"check.{check.stage}", language)
        status = messages.text(f"check.status.{check.status}", language)
        table.add_row(stage, status, Text(f"{check.message(language)} {path}"))
    return table
