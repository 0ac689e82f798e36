"""Arrivals and their verdicts -> the table that a desk reads.

TODO-MERGED: The calendar of acceptance -> a plot in text: from when until when a country admits a certificate.

TODO-MERGED: Arrivals and calendars -> JSON for machines, described in docs/json.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome, Unverified, Verdict, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import ValueSets
from vaxpass.journey import Span, Stop
from vaxpass.rules import Day, Until, country_name, in_words
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import certificate_rows
from vaxpass_cli.output.jsonl import Json, rfc3339
from vaxpass_cli.output.panel import COLOURS

_NOON: Final = "12:00"


class Arrival(NamedTuple):
    """A stop, and until when the country goes on to admit, where it does and that is known."""

    stop: Stop
    good_until: datetime | None


def table_of(
    source: Source,
    unverified: Unverified,
    departure: str | None,
    arrivals: Sequence[Arrival],
    language: str,
    names: ValueSets,
) -> RenderableType:
    """Whose certificate it is, and a row for every arrival. `names` name its codes."""
    first = arrivals[0].stop
    rows = certificate_rows.rows(source.name, first.verdict, unverified, first.leg.at, language, names)
    heading = _heading(unverified, first.verdict, rows, departure, language)
    return Group(heading, _table(arrivals, language))


def place_name(country: str, region: str, language: str) -> str:
    """A country by its name and code, with the region where one was named."""
    name = f"{country_name(country, language)} ({country})"
    return f"{name}, {escape_for_display(region)}" if region else name


def day(at: datetime, language: str) -> str:
    """The day of an arrival, with the time of day where it is not the noon that stands for a day."""
    clock = f"{at:%H:%M}"
    shown = messages.day(at.date(), language)
    return shown if clock == _NOON else messages.time(at.date(), clock, language)


def _heading(
    unverified: Unverified,
    verdict: Verdict,
    rows: Sequence[certificate_rows.Row],
    departure: str | None,
    language: str,
) -> Table:
    certificate = unverified.without_verification().certificate
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    name = Text(
        certificate_rows.holder(certificate) or messages.text("panel.not_stated", language),
        style="bold",
    )
    table.add_row(messages.text("panel.holder", language), name)
    if verdict.test_key:
        table.add_row("", Text(f" {messages.text('panel.test', language)} ", style="bold reverse"))
    judged = messages.text("panel.checked", language)
    for label, text in rows:
        if label != judged:
            table.add_row(label, Text(text))
    if departure is not None:
        table.add_row(messages.text("journey.departure", language), place_name(departure, "", language))
    if verdict.signer is None:
        table.add_row("", Text(messages.text("panel.unverified", language), style="bold yellow"))
    return table


def _table(arrivals: Sequence[Arrival], language: str) -> Table:
    table = Table(show_lines=True, expand=True)
    for name, ratio in (("arrival", 3), ("on", 3), ("answer", 3), ("why", 8)):
        table.add_column(messages.text(f"journey.{name}", language), ratio=ratio, overflow="fold")
    for arrival in arrivals:
        leg, verdict = arrival.stop.leg, arrival.stop.verdict
        answer = Text(
            messages.text(f"journey.{verdict.outcome}", language),
            style=f"bold {COLOURS[verdict.outcome]}",
        )
        table.add_row(
            Text(place_name(leg.destination, leg.region, language)),
            Text(day(leg.at, language)),
            answer,
            Text("\n".join(why(arrival, language))),
        )
    return table


def why(arrival: Arrival, language: str) -> tuple[str, ...]:
    """What is in the way of an arrival, or until when nothing is."""
    leg, verdict = arrival.stop.leg, arrival.stop.verdict
    if verdict.outcome is not Outcome.ACCEPTED:
        return verdict.explain(language)
    country = country_name(leg.destination, language)
    if arrival.good_until is None:
        return (messages.text("journey.good", language, country=country),)
    until = in_words(Until(arrival.good_until.timestamp() * 1000), language)
    return (messages.text("journey.good_until", language, country=country, until=until),)


Place: TypeAlias = tuple[str, str]
Spans: TypeAlias = Sequence[Span]

_MARKS: Final = {Outcome.ACCEPTED: "█", Outcome.UNDECIDED: "?"}
_OTHER: Final = "·"
_SHORTEST: Final = timedelta(days=3)
_NARROWEST, _WIDEST, _MARGIN = 20, 76, 2


def timeline_of(
    place: Place, spans: Spans, asked: Sequence[datetime], language: str, *, width: int
) -> RenderableType:
    """The plot of one place, and its spans in words. `asked` are the days to mark, all within them."""
    start = spans[0].start
    end = _shown_until(spans, asked)
    columns = max(_NARROWEST, min(_WIDEST, width - 2 * _MARGIN))
    parts: list[RenderableType] = [
        "",
        Text(
            messages.text("journey.calendar", language, country=place_name(*place, language)),
            style="bold",
        ),
        _bar(spans, start, end, columns),
        Text(_under(asked, start, end, columns)),
        Text(_ends(start, end, columns, language)),
        Text(messages.text("journey.calendar_legend", language), style="dim"),
        _list(spans, language),
    ]
    if not all(span.certain for span in spans):
        parts.append(Text(messages.text("journey.calendar_uncertain", language), style="bold yellow"))
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
        answer = Text(messages.text(f"journey.{outcome}", language), style=COLOURS[outcome])
        table.add_row("", messages.text("panel.from_until", language, start=first, end=last), answer)
    return table


def report_of(
    source: Source,
    departure: str | None,
    arrivals: Sequence[Arrival],
    calendars: Mapping[Place, Spans],
    language: str,
) -> dict[str, Json]:
    """The report of one certificate."""
    report: dict[str, Json] = {
        "source": source.name,
        "admitted": all(arrival.stop.verdict for arrival in arrivals),
        "from": departure,
        "legs": [_leg(arrival, language) for arrival in arrivals],
    }
    if calendars:
        report["calendars"] = [
            {"country": country, "region": region, "spans": [_span(span) for span in spans]}
            for (country, region), spans in calendars.items()
        ]
    return report


def _leg(arrival: Arrival, language: str) -> dict[str, Json]:
    leg, verdict = arrival.stop.leg, arrival.stop.verdict
    return {
        "country": leg.destination,
        "region": leg.region,
        "at": rfc3339(leg.at),
        "outcome": verdict.outcome.value,
        "code": verdict.code.value if verdict.code else None,
        "test_key": verdict.test_key,
        "good_until": rfc3339(arrival.good_until) if arrival.good_until else None,
        "messages": list(why(arrival, language)),
        "rules": verdict.to_dict(language).get("rules", []),
    }


def _span(span: Span) -> dict[str, Json]:
    verdict = span.verdict
    return {
        "start": rfc3339(span.start),
        "end": rfc3339(span.end),
        "outcome": verdict.outcome.value,
        "code": verdict.code.value if verdict.code else None,
        "certain": span.certain,
    }
