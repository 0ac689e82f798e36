"""Write the counts as JSON, and as a table with a line for each facility."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from vaxpass.display import zone_name
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output.jsonl import Json, rfc3339
from vaxpass_cli.records.report.counts import (
    ANSWERS,
    WEEKLY,
    Cause,
    Counts,
    Loop,
    Progress,
    Question,
    Stage,
    funnel,
)

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
