"""Show the counts: as JSON, as a table with a line for each facility, and in a terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from rich.table import Table

from vaxpass import messages
from vaxpass.display import escape_for_display, zone_name
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output.jsonl import Json, rfc3339
from vaxpass_cli.records.report.counts import (
    ANSWERS,
    WEEKLY,
    Cause,
    Counts,
    Loop,
    Place,
    Progress,
    Question,
    Stage,
    funnel,
)
from vaxpass_cli.records.report.words import meaning, reason

VERSION: Final = 2
_MARK: Final = "\ufeff"
"""Byte order mark: shows spreadsheets that the text is UTF-8"""


def as_json(progress: Progress, at: datetime) -> dict[str, Json]:
    """All counts, in the form of docs/report.md. The zone of `at` is that of the weeks."""
    zone = zone_name(at)
    return {
        "version": VERSION,
        "made_at": rfc3339(at),
        "people": progress.people,
        "unreadable_lines": progress.unreadable,
        "attested_not_listed": progress.not_listed,
        "repeated_rows": progress.copies,
        "passports_in_force": _in_force(progress),
        "total": _counts(progress, progress.total),
        "provinces": [
            {"province": province, **_counts(progress, counts)}
            for province, counts in progress.provinces().items()
        ],
        "facilities": [
            {
                "province": place.province,
                "facility": place.facility,
                **_counts(progress, progress.places[place]),
            }
            for place in progress.ordered()
        ],
        "loop": _loop(progress.loop, zone),
    }


def _in_force(progress: Progress) -> dict[str, Json] | None:
    if Question.ISSUING not in progress.asked:
        return None
    return {
        "all": progress.in_force,
        "in_funnel": progress.total.through,
        **{f"outside_{why}": count for why, count in progress.outside.items()},
        "doubled": progress.doubled,
    }


def _loop(loop: Loop, zone: str) -> dict[str, Json]:
    return {
        "zone": zone,
        "weeks": [
            {
                "week": f"{week.starts:%G-W%V}" if week.starts else None,
                "starts": week.starts.isoformat() if week.starts else None,
                **{name: getattr(week, name) for name in WEEKLY},
            }
            for week in loop.rows
        ],
        "corrected_records": loop.corrected if loop.corrections else None,
        "corrected_records_matched": loop.corrected_matched if loop.corrections else None,
        "corrected_records_through": loop.corrected_through if loop.corrections else None,
    }


def as_csv(progress: Progress) -> str:
    """A line for each facility; the sum of a column is the count in the report.

    Columns of causes are named `mismatch:`, `content:` or `refusal:` with the code, those of the funnel
    `funnel:` with the stage.
    """
    total = progress.total
    codes = [(cause, code) for cause in Cause for code in ordered(total.causes[cause])]
    head = ["province", "facility", "records", *(answer.lower() for answer in _answers(progress))]
    head += [f"funnel:{step.stage}" for step in funnel(total, progress.asked)]
    head += _passports(progress)
    out = io.StringIO()
    writer = Writer(out)
    writer.row([*head, *(f"{cause}:{code}" for cause, code in codes)])
    for place in progress.ordered():
        counts = progress.places[place]
        writer.row(
            [
                *(place.province, place.facility, counts.records),
                *(counts.of(question, answer) for question, answer in _asked(progress)),
                *(step.left for step in funnel(counts, progress.asked)),
                *(getattr(counts, name) for name in _passports(progress)),
                *(counts.causes[cause][code] for cause, code in codes),
            ]
        )
    return _MARK + out.getvalue()


def ordered(codes: Counter[str]) -> Sequence[str]:
    """The codes of causes, the most frequent first.

    >>> ordered(Counter(b=1, a=1, c=2))
    ['c', 'a', 'b']
    """
    return sorted(codes, key=lambda code: (-codes[code], code))


def _counts(progress: Progress, counts: Counts) -> dict[str, Json]:
    answers: dict[str, Json] = {
        question.value: (
            {answer.lower(): counts.of(question, answer) for answer in ANSWERS[question]}
            if question in progress.asked
            else None
        )
        for question in Question
    }
    causes: dict[str, Json] = {
        f"{cause.value}_by_first_reason": {code: found[code] for code in ordered(found)}
        for cause, found in counts.causes.items()
    }
    issuing = Question.ISSUING in progress.asked
    steps = funnel(counts, progress.asked)
    return {
        "records": counts.records,
        "funnel": {
            stage.value: next((step.left for step in steps if step.stage is stage), None)
            for stage in Stage
        },
        "fell_out": {
            step.stage.value: {
                answer.lower(): step.fell[answer] for answer in ordered(Counter(step.fell))
            }
            for step in steps
        },
        **answers,
        **causes,
        "replaced": counts.replaced if issuing else None,
        "revoked": counts.revoked if progress.revocations else None,
    }


def _asked(progress: Progress) -> Iterator[tuple[Question, str]]:
    for question in progress.asked:
        for answer in ANSWERS[question]:
            yield question, answer


def _answers(progress: Progress) -> Iterator[str]:
    return (answer for _, answer in _asked(progress))


def _passports(progress: Progress) -> list[str]:
    issuing = ["replaced"] if Question.ISSUING in progress.asked else []
    return issuing + (["revoked"] if progress.revocations else [])


# In a terminal

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
