"""The shift in numbers and the help, as lines of two columns."""

from __future__ import annotations

from typing import Final

from vaxpass import Outcome
from vaxpass_cli.facts import Row
from vaxpass_cli.scan.phrases import phrase
from vaxpass_cli.scan.shift import Shift
from vaxpass_cli.words import word

_MOST_REASONS: Final = 6
_MOST_HOURS: Final = 12
_KEYS: Final = {"D": "details", "S": "summary", "L": "language", "M": "mute", "H": "help", "Q": "quit"}


def summary_lines(shift: Shift, language: str) -> tuple[Row, ...]:
    """Counts by outcome, reason and hour; a title has an empty second column."""
    began = shift.began.astimezone().strftime("%H:%M")
    lines: list[Row] = [(phrase("summary", language, time=began), "")]
    lines.append((phrase("summary.total", language), str(shift.total)))
    counts = shift.by_outcome()
    lines += [(word(outcome.value, language), str(counts[outcome])) for outcome in Outcome]
    reasons = shift.by_code()
    if reasons:
        lines.append((phrase("summary.reasons", language), ""))
        lines += [(code, str(count)) for code, count in reasons[:_MOST_REASONS]]
    hours = shift.by_hour()
    if len(hours) > 1:
        lines.append((phrase("summary.hours", language), ""))
        lines += [(f"{hour.astimezone():%H:00}", str(count)) for hour, count in hours[-_MOST_HOURS:]]
    return tuple(lines)


def help_lines(language: str) -> tuple[Row, ...]:
    """Every key and what it does."""
    first = (phrase("help.space", language), phrase("help.space.does", language))
    others = [(key, phrase(f"help.{name}", language)) for key, name in _KEYS.items()]
    return ((phrase("help", language), ""), first, *others)
