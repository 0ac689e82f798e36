"""Show the counts in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli.records.report.counts import ANSWERS, Cause, Counts, Place, Progress, Question
from vaxpass_cli.records.report.data import ordered
from vaxpass_cli.records.report.words import meaning, reason

_SHOWN = (
    (Question.MATCHING, "MATCHED"),
    (Question.ATTESTING, "attested"),
    (Question.ISSUING, "issued"),
    (Question.ISSUING, "refused"),
    (Question.ISSUING, "pending"),
)


def tables(progress: Progress, language: str, *, facilities: bool) -> Iterator[Table]:
    """The results of all records, the causes, and the progress of the provinces (and `facilities`)."""
    total = progress.total
    for question in progress.asked:
        table = _table(messages.text(f"report.{question}", language), language)
        for answer in ANSWERS[question]:
            count = total.of(question, answer)
            _row(
                table,
                messages.text(f"report.{answer}", language),
                meaning(answer, language),
                count,
                total.records,
            )
        table.add_section()
        _row(table, messages.text("report.total", language), "", total.records, total.records)
        yield table
    for cause in Cause:
        found = total.causes[cause]
        if found:
            table = _table(messages.text("report.reason", language), language)
            for code in ordered(found):
                sentence = reason(cause, code, language)
                _row(table, code, sentence, found[code], total.records)
            yield table
    yield _places(progress, language, facilities=facilities)


def notes(progress: Progress, language: str) -> Iterator[str]:
    """Other counts that are not 0, as sentences."""
    total = progress.total
    if Question.ISSUING in progress.asked:
        yield messages.text("report.replaced.meaning", language, count=total.replaced)
    if progress.revocations:
        yield messages.text("report.revoked.meaning", language, count=total.revoked)
    for name in ("unreadable", "not_listed", "withdrawn"):
        if count := getattr(progress, name):
            yield messages.text(f"report.{name}", language, count=count)


def _places(progress: Progress, language: str, *, facilities: bool) -> Table:
    shown = [each for each in _SHOWN if each[0] in progress.asked]
    table = Table(box=None, pad_edge=False)
    table.add_column(
        messages.text(f"report.{'facility' if facilities else 'province'}", language), ratio=1
    )
    for name in ("records", *(answer for _, answer in shown)):
        table.add_column(
            messages.text(f"report.{name}", language), justify="right", no_wrap=not facilities
        )

    def row(name: str, counts: Counts) -> None:
        cells = (counts.records, *(counts.of(*each) for each in shown))
        table.add_row(name, *(f"{cell:,}" for cell in cells))

    unnamed = messages.text("report.unnamed", language)
    for province, counts in progress.provinces().items():
        row(escape_for_display(province) or unnamed, counts)
        for place in progress.ordered() if facilities else ():
            if place.province == province:
                row(f"  {_facility(place, unnamed)}", progress.places[place])
        if facilities:
            table.add_section()
    table.add_section()
    row(messages.text("report.total", language), progress.total)
    return table


def _facility(place: Place, unnamed: str) -> str:
    return escape_for_display(place.facility) or unnamed


def _table(first: str, language: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, max_width=26)
    table.add_column(messages.text("report.meaning", language), ratio=1)
    table.add_column(messages.text("report.records", language), justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    return table


def _row(table: Table, name: str, sentence: str, records: int, of: int) -> None:
    share = f"{records / of:.1%}".rstrip("%") if of else "-"
    table.add_row(name, sentence, f"{records:,}", share)
