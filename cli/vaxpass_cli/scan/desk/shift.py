"""Count the verdicts of a shift by hour, outcome and reason, without any data of travellers.

Also the lines of the summary and of the help that the desk shows.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from vaxpass import Outcome, messages
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.output.document_rows import Row


class Shift:
    """Counts verdicts. `began` is when the shift began, aware, in the zone of the desk.

    >>> from datetime import UTC
    >>> shift = Shift(datetime(2026, 6, 1, 8, 0, tzinfo=UTC))
    >>> shift.count(datetime(2026, 6, 1, 8, 30, tzinfo=UTC), Outcome.ACCEPTED, "")
    >>> shift.total, shift.by_outcome()[Outcome.ACCEPTED]
    (1, 1)
    """

    def __init__(self, began: datetime) -> None:
        self.began = began
        self.list_made_at: datetime | None = None
        """When the trust list in force was made; None where that is unknown"""
        self._counts: Counter[tuple[datetime, Outcome, str]] = Counter()

    @property
    def total(self) -> int:
        """The number of verdicts."""
        return self._counts.total()

    def count(self, at: datetime, outcome: Outcome, code: str) -> None:
        """Count a verdict of the time `at` (aware) with the code of its reason, which may be empty."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        self._counts[hour, outcome, code] += 1

    def by_outcome(self) -> dict[Outcome, int]:
        """The number of verdicts for each outcome, also where it is 0."""
        found = dict.fromkeys(Outcome, 0)
        for (_, outcome, _), count in self._counts.items():
            found[outcome] += count
        return found

    def by_code(self) -> list[tuple[str, int]]:
        """The number of verdicts for each reason not to accept, the most frequent first."""
        found: Counter[str] = Counter()
        for (_, _, code), count in self._counts.items():
            if code:
                found[code] += count
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def by_hour(self) -> list[tuple[datetime, int]]:
        """The number of verdicts for each hour that had any."""
        found: Counter[datetime] = Counter()
        for (hour, _, _), count in self._counts.items():
            found[hour] += count
        return sorted(found.items())

    def to_csv(self) -> str:
        """The counts as a table: hour (in UTC), outcome, code, count."""
        return _table(
            ("hour", "outcome", "code", "count"),
            (
                (hour.astimezone(UTC).isoformat(), outcome.value, code, count)
                for (hour, outcome, code), count in sorted(self._counts.items())
            ),
        )

    def to_report_csv(self, end: datetime, language: str) -> str:
        """The counts as a table that stands alone, so that those of many desks can be put together.

        Each line has the begin and the end of the shift, when the trust list was made, the hour, all in
        the zone of the desk, the outcome, the code of the reason, that reason in words, and the count.
        A shift without verdicts is one line with the count 0. `end` is aware.
        """
        made_at = self.list_made_at.astimezone(end.tzinfo).isoformat() if self.list_made_at else ""
        shift = (self.began.isoformat(), end.isoformat(), made_at)
        counted = [
            (
                *shift,
                hour.isoformat(),
                outcome.value,
                code,
                reason_of(code, language) if code else "",
                n,
            )
            for (hour, outcome, code), n in sorted(self._counts.items())
        ]
        head = ("begin", "end", "trust_list", "hour", "outcome", "code", "reason", "count")
        return _table(head, counted or [(*shift, "", "", "", "", 0)])


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    writer = Writer(file)
    for row in (head, *rows):
        writer.row(row)
    return file.getvalue()


_MOST_REASONS: Final = 6
_MOST_HOURS: Final = 12
_KEYS: Final = {"D": "details", "S": "summary", "L": "language", "M": "mute", "H": "help", "Q": "quit"}
_KEYS_OF_WINDOW: Final = {
    "C": "camera",
    "O": "file",
    "P": "settings",
    "F11": "full_screen",
    "Ctrl+V": "paste",
}


def summary_lines(shift: Shift, language: str) -> tuple[Row, ...]:
    """The counts by outcome, reason and hour, in two columns; a title has an empty second column."""
    began = f"{shift.began:%H:%M}"
    lines: list[Row] = [(messages.text("scan.summary", language, time=began), "")]
    lines.append((messages.text("scan.summary.total", language), str(shift.total)))
    counts = shift.by_outcome()
    lines += [(outcome_word(outcome, language), str(counts[outcome])) for outcome in Outcome]
    reasons = shift.by_code()
    if reasons:
        lines.append((messages.text("scan.summary.reasons", language), ""))
        lines += [(reason_of(code, language), str(count)) for code, count in reasons[:_MOST_REASONS]]
    hours = shift.by_hour()
    if len(hours) > 1:
        lines.append((messages.text("scan.summary.hours", language), ""))
        lines += [(f"{hour:%H:00}", str(count)) for hour, count in hours[-_MOST_HOURS:]]
    return tuple(lines)


def outcome_word(outcome: Outcome, language: str) -> str:
    """The word for an outcome of many documents.

    >>> outcome_word(Outcome.GENUINE, "en")
    'LOOK AT RESULT OR CONTENT'
    """
    # Links and entries that were not completed are looked at, too, not only results.
    key = "scan.summary.look" if outcome is Outcome.GENUINE else f"panel.{outcome.value}"
    return messages.text(key, language)


def reason_of(code: str, language: str) -> str:
    """The sentence for a code, in general: without the values of one passport. Empty for an empty code.

    >>> reason_of("validity.expired", "en"), reason_of("picture.no_code", "en")
    ('The document has expired.', 'No code was found in the picture.')
    """
    if not code:
        return ""
    for key in (f"scan.reason.{code}", f"input.{code}", code):
        if messages.find(key, "en") is not None:
            return messages.text(key, language)
    return code


def help_lines(language: str, *, window: bool = False) -> tuple[Row, ...]:
    """Every key and what it does, in two columns; `window`: also those that only a window has."""
    first = (
        messages.text("scan.help.space", language),
        messages.text("scan.help.space.does", language),
    )
    keys = _KEYS_OF_WINDOW | _KEYS if window else _KEYS
    others = [(key, messages.text(f"scan.help.{name}", language)) for key, name in keys.items()]
    return ((messages.text("scan.help", language), ""), first, *others)
