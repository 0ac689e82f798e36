"""The calendar of acceptance -> a plot in text: from when until when a country admits a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome, Span
from vaxpass.rules.wording import Day, Until, in_words
from vaxpass_cli.check_table import place_name
from vaxpass_cli.panel import COLOURS
from vaxpass_cli.words import word

Place: TypeAlias = tuple[str, str]
Spans: TypeAlias = Sequence[Span]

_MARKS: Final = {Outcome.ACCEPTED: "█", Outcome.UNDECIDED: "?"}
_OTHER: Final = "·"
_SHORTEST: Final = timedelta(days=3)
_NARROWEST, _WIDEST, _MARGIN = 20, 76, 2


def of(
    place: Place, spans: Spans, asked: Sequence[datetime], language: str, *, width: int
) -> RenderableType:
    """The plot of one place, and its spans in words. `asked` are the days to mark, all within them."""
    start = spans[0].start
    end = _shown_until(spans, asked)
    columns = max(_NARROWEST, min(_WIDEST, width - 2 * _MARGIN))
    parts: list[RenderableType] = [
        "",
        Text(word("calendar", language, country=place_name(*place, language)), style="bold"),
        _bar(spans, start, end, columns),
        Text(_under(asked, start, end, columns)),
        Text(_ends(start, end, columns, language)),
        Text(word("calendar_legend", language), style="dim"),
        _list(spans, language),
    ]
    if not all(span.certain for span in spans):
        parts.append(Text(word("calendar_uncertain", language), style="bold yellow"))
    return Group(*parts)


def _shown_until(spans: Spans, asked: Sequence[datetime]) -> datetime:
    """The end of the plot: a while after the last thing that happens, for a passport may be valid for
    many years in which nothing changes.
    """
    start, end = spans[0].start, spans[-1].end
    last = max(spans[-1].start, *asked)
    return last + min(end - last, max((last - start) / 4, _SHORTEST))


def _bar(spans: Spans, start: datetime, end: datetime, columns: int) -> Text:
    bar = Text(" " * _MARGIN)
    size = (end - start) / columns
    for column in range(columns):
        begin, until = start + column * size, start + (column + 1) * size
        outcomes = [s.verdict.outcome for s in spans if s.start <= until and s.end >= begin]
        # Days on which it is good must be seen, however short the time.
        outcome = Outcome.ACCEPTED if Outcome.ACCEPTED in outcomes else outcomes[0]
        bar.append(_MARKS.get(outcome, _OTHER), style=COLOURS[outcome])
    return bar


def _under(asked: Sequence[datetime], start: datetime, end: datetime, columns: int) -> str:
    marks = [" "] * columns
    span = (end - start) or timedelta(milliseconds=1)
    for at in asked:
        marks[min(columns - 1, int((at - start) / span * columns))] = "▲"
    return " " * _MARGIN + "".join(marks).rstrip()


def _ends(start: datetime, end: datetime, columns: int, language: str) -> str:
    first, last = (in_words(Day(at.timestamp() // 86400 * 86400000), language) for at in (start, end))
    gap = max(1, columns - len(first) - len(last))
    return " " * _MARGIN + first + " " * gap + last


def _list(spans: Spans, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_MARGIN - 1)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for span in spans:
        outcome = span.verdict.outcome
        first = in_words(Day(span.start.timestamp() * 1000), language)
        last = in_words(Until(span.end.timestamp() * 1000), language)
        answer = Text(word(f"leg_{outcome}", language), style=COLOURS[outcome])
        table.add_row("", word("from_until", language, start=first, end=last), answer)
    return table
