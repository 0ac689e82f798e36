"""Show the counts in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.table import Table

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli.records.report.counts import (
    ANSWERS,
    WEEKLY,
    Cause,
    Counts,
    Loop,
    Place,
    Progress,
    Question,
    funnel,
)
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
    """The funnel, the answers, the causes, the weeks, and the provinces (and `facilities`)."""
    total = progress.total
    yield _funnel(progress, language)
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
    if progress.loop.rows:
        yield _weeks(progress.loop, language)
    yield _places(progress, language, facilities=facilities)


def notes(progress: Progress, language: str) -> Iterator[str]:
    """Other counts that are not 0, as sentences."""
    total, loop = progress.total, progress.loop
    if Question.ISSUING in progress.asked:
        for why, count in progress.outside.items():
            if count:
                kind = messages.text(f"report.{why}", language)
                yield f"{messages.text('report.outside', language)}: {kind}: {count}"
        if progress.doubled:
            yield messages.text("report.doubled.meaning", language, count=progress.doubled)
        yield messages.text("report.replaced.meaning", language, count=total.replaced)
    if progress.revocations:
        yield messages.text("report.revoked.count", language, count=total.revoked)
    if loop.corrections:
        yield messages.text(
            "report.loop.records",
            language,
            corrected=loop.corrected,
            matched=loop.corrected_matched,
            through=loop.corrected_through,
        )
    for name in ("unreadable", "copies", "not_listed"):
        if count := getattr(progress, name):
            yield messages.text(f"report.{name}", language, count=count)


def _funnel(progress: Progress, language: str) -> Table:
    total = progress.total
    table = _table(messages.text("report.overview", language), language)
    _row(table, messages.text("report.records", language), "", total.records, total.records)
    for step in funnel(total, progress.asked):
        for answer in ordered(Counter(step.fell)):
            name = f"  - {messages.text(f'report.{answer}', language)}"
            _row(table, name, meaning(answer, language), step.fell[answer], total.records)
        _row(table, messages.text(f"report.{step.stage}", language), "", step.left, total.records)
    return table


def _weeks(loop: Loop, language: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(messages.text("report.week", language), no_wrap=True)
    for name in WEEKLY:
        table.add_column(messages.text(f"report.loop.{name}", language), justify="right")
    for place, week in enumerate(loop.rows):
        if week.starts:
            told = f"{week.starts:%G-W%V}"
        else:
            told = messages.text(f"report.week.{'later' if place else 'earlier'}", language)
        table.add_row(told, *(f"{getattr(week, name):,}" for name in WEEKLY))
    table.add_section()
    counts = (f"{getattr(loop.total, name):,}" for name in WEEKLY)
    table.add_row(messages.text("report.total", language), *counts)
    return table


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
