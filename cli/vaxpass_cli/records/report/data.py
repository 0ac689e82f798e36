"""Write the counts as JSON, and as a table with a line for each facility."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output.jsonl import Json, rfc3339
from vaxpass_cli.records.report.counts import ANSWERS, Cause, Counts, Progress, Question

VERSION: Final = 1
_MARK: Final = "\ufeff"
"""Byte order mark: shows spreadsheets that the text is UTF-8"""


def as_json(progress: Progress, at: datetime) -> dict[str, Json]:
    """All counts, in the form of docs/report.md."""
    return {
        "version": VERSION,
        "made_at": rfc3339(at),
        "people": progress.people,
        "unreadable_lines": progress.unreadable,
        "attested_not_listed": progress.not_listed,
        "passports_of_records_not_listed": progress.withdrawn,
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
    }


def as_csv(progress: Progress) -> str:
    """A line for each facility; the sum of a column is the count in the report.

    Columns of causes are named `mismatch:` or `refusal:` with the code.
    """
    total = progress.total
    codes = [(cause, code) for cause in Cause for code in ordered(total.causes[cause])]
    head = ["province", "facility", "records", *(answer.lower() for answer in _answers(progress))]
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
    return {
        "records": counts.records,
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
