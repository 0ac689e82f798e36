"""Write the counts as one page of HTML, without other files, in all languages. The only user of Jinja2.

The template `page.html.jinja` decides how it looks. Jinja2 escapes every value on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import jinja2

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.messages import LANGUAGES
from vaxpass_cli.records.report.counts import ANSWERS, Cause, Progress, Question
from vaxpass_cli.records.report.data import ordered
from vaxpass_cli.records.report.words import meaning, reason

_TEMPLATE: Final = "page.html.jinja"
_GAP: Final = "\u202f"
"""Separates groups of digits, and is understood in every language"""
_STEPS: Final = (
    (Question.MATCHING, "MATCHED"),
    (Question.ATTESTING, "attested"),
    (Question.ISSUING, "issued"),
)


def page(progress: Progress, at: datetime, language: str) -> str:
    """The page, made at the time `at` (aware); it opens in `language`."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__ or "", package_path=""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "grouped": grouped,
        "visible": escape_for_display,
        "by_count": ordered,
    }
    total = progress.total
    steps = [step for step in _STEPS if step[0] in progress.asked]
    issuing = Question.ISSUING in progress.asked
    provinces = progress.provinces()
    return environment.get_template(_TEMPLATE).render(
        # texts
        languages=LANGUAGES,
        language_names={each: messages.text("language.name", each) for each in LANGUAGES},
        chosen=language,
        text=_text,
        meaning=meaning,
        reason=reason,
        share=share,
        # counts
        made_at=f"{at.astimezone(UTC):%Y-%m-%d %H:%M}",
        progress=progress,
        total=total,
        answers=ANSWERS,
        issuing=issuing,
        steps=steps,
        overview=[
            ("records", total.records),
            *((answer, total.of(question, answer)) for question, answer in steps),
        ],
        all_causes=list(Cause),
        causes=[cause for cause in Cause if issuing or cause is not Cause.REFUSAL],
        provinces=provinces,
        facilities={
            province: {
                place.facility: progress.places[place]
                for place in progress.ordered()
                if place.province == province
            }
            for province in provinces
        },
        notes=list(_notes(progress)),
    )


def _text(name: str, language: str, **values: object) -> str:
    return messages.text(f"report.{name}", language, **values)


def grouped(count: int) -> str:
    """A number with its digits in groups of three.

    >>> grouped(1234567).split("\\u202f")
    ['1', '234', '567']
    """
    return f"{count:,}".replace(",", _GAP)


def share(part: int, whole: int) -> str:
    """A share in whole per cent; 0 % and 100 % are shown only for exactly none and all.

    >>> [share(*each).replace("\\u202f", " ") for each in ((1, 3), (1, 999), (998, 999), (0, 0))]
    ['33 %', '< 1 %', '> 99 %', '-']
    """
    if not whole:
        return "-"
    rounded = round(100 * part / whole)
    if part and not rounded:
        return f"<{_GAP}1{_GAP}%"
    if part < whole and rounded == 100:
        return f">{_GAP}99{_GAP}%"
    return f"{rounded}{_GAP}%"


def _notes(progress: Progress) -> Iterator[tuple[str, int]]:
    """The names of further sentences, each with the number in it."""
    yield "people", progress.people
    if Question.ISSUING in progress.asked:
        yield "replaced.meaning", progress.total.replaced
    if progress.revocations:
        yield "revoked.meaning", progress.total.revoked
    others = {
        "unreadable": progress.unreadable,
        "not_listed": progress.not_listed,
        "withdrawn": progress.withdrawn,
    }
    yield from ((name, count) for name, count in others.items() if count)
