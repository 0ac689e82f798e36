"""Keys -> a plot in text: how many signers are valid from now on, and what expires next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from vaxpass import TrustedKey, printable
from vaxpass.trust import DSC
from vaxpass_cli.trust_rows import kid

_ROWS: Final = 18
_BAR: Final = 60
_NEXT: Final = 10
_DAY: Final = 86400
_QUARTERS_UP_TO: Final = 4 * 366 * _DAY
"""Lists that run longer are plotted by half years."""


def lines(keys: Iterable[TrustedKey], moment: datetime) -> Iterator[str]:
    """The plot, line by line, at most 80 columns wide. Only signers count, not CAs."""
    signers = [key for key in keys if key.usage == DSC]
    periods = [
        (key.certificate.not_before, key.certificate.not_after, key)
        for key in signers
        if key.certificate.not_before is not None and key.certificate.not_after is not None
    ]
    spans = [(start, end) for start, end, _ in periods]
    yield "Valid signers"
    yield from _plot(spans, moment)
    if len(periods) < len(signers):
        yield f"Not known, because they are bare keys: {len(signers) - len(periods)}"
    now = moment.timestamp()
    coming = sorted((end, key.kid, key) for _, end, key in periods if end >= now)
    yield ""
    yield "Next to expire" if coming else "Nothing is left that could expire."
    for end, _, key in coming[:_NEXT]:
        day = datetime.fromtimestamp(end, UTC).date().isoformat()
        days = int((end - now) // _DAY)
        country = printable(key.country or key.participant or "-")
        yield f"{day}  in {days:>5} {'day' if days == 1 else 'days':4}  {country:3}  {kid(key)}"


def _plot(spans: Sequence[tuple[int, int]], moment: datetime) -> Iterator[str]:
    now = moment.timestamp()
    last = max((end for _, end in spans), default=0)
    months = 3 if last - now <= _QUARTERS_UP_TO else 6
    times = [moment.astimezone(UTC), *_periods(moment.astimezone(UTC), months, _ROWS - 1)]
    counts = [sum(start <= time.timestamp() <= end for start, end in spans) for time in times]
    widest = max(*counts, 1)
    for time, count in zip(times, counts, strict=True):
        # Few are still some: a bar is empty only where nobody is valid.
        length = -(-count * _BAR // widest)
        yield f"{time.date().isoformat()}  {count:>5}  {'#' * length}".rstrip()
        if time.timestamp() > last:
            return
    later = datetime.fromtimestamp(last, UTC).date().isoformat()
    yield f"(the last one expires on {later})"


def _periods(moment: datetime, months: int, count: int) -> Iterator[datetime]:
    """The first days of the next quarters or half years."""
    period = (moment.year * 12 + moment.month - 1) // months
    for number in range(period + 1, period + 1 + count):
        year, month = divmod(number * months, 12)
        yield datetime(year, month + 1, 1, tzinfo=UTC)
