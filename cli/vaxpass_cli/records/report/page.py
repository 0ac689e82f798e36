"""Write the counts as one page of HTML, without other files, in all languages. The only user of Jinja2.

The template `page.html.jinja` decides how it looks. Jinja2 escapes every value on the page.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

import jinja2

from vaxpass import messages
from vaxpass.display import escape_for_display, zone_name
from vaxpass.messages import LANGUAGES
from vaxpass_cli.records.report.counts import ANSWERS, WEEKLY, Cause, Place, Progress, Question, funnel
from vaxpass_cli.records.report.data import ordered
from vaxpass_cli.records.report.words import meaning, reason, told

_TEMPLATE: Final = "page.html.jinja"
_SCRIPT: Final = "page.js"
_GAP: Final = "\u202f"
"""Separates groups of digits, and is understood in every language"""
_SHADES: Final = (0, 1, 2, 5, 10, 20, 40)
"""From how many per cent on a cell has which shade; the first is of all that is more than nothing"""


def page(progress: Progress, at: datetime, language: str) -> str:
    """The page, made at the time `at` (aware, in the zone in which times are told).

    It opens in `language`.
    """
    loader = jinja2.PackageLoader(__package__ or "", package_path="")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "grouped": grouped,
        "visible": escape_for_display,
        "by_count": ordered,
    }
    script, _, _ = loader.get_source(environment, _SCRIPT)
    total = progress.total
    issuing = Question.ISSUING in progress.asked
    weeks = progress.loop.rows
    return environment.get_template(_TEMPLATE).render(
        # texts
        languages=LANGUAGES,
        language_names={each: messages.text("language.name", each) for each in LANGUAGES},
        chosen=language,
        text=_text,
        meaning=meaning,
        reason=reason,
        share=share,
        shade=_shade,
        shades=_SHADES,
        time=partial(told, at),
        zone=zone_name(at),
        script=script,
        script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        # counts
        progress=progress,
        total=total,
        answers=ANSWERS,
        issuing=issuing,
        funnel=lambda counts: funnel(counts, progress.asked),
        causes=[cause for cause in Cause if issuing or cause is not Cause.REFUSAL],
        provinces=[(Place(name), counts) for name, counts in progress.provinces().items()],
        facilities=[(place, progress.places[place]) for place in progress.ordered()],
        weekly=WEEKLY,
        busiest=max((getattr(week, name) for week in weeks for name in WEEKLY), default=0),
        notes=list(_notes(progress)),
    )


def _shade(part: int, whole: int) -> int:
    """The number of a shade; 0 for nothing."""
    return sum(100 * part >= whole * least for least in _SHADES) if part else 0


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
        yield "revoked.count", progress.total.revoked
    others = {
        "unreadable": progress.unreadable,
        "copies": progress.copies,
        "not_listed": progress.not_listed,
    }
    yield from ((name, count) for name, count in others.items() if count)
