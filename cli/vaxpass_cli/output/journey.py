"""Show the verdicts of a journey: a table, a calendar of acceptance as a plot in text, and JSON.

For `vaxpass check`. The JSON is described in docs/json.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple, TypeAlias

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome, Unverified, Verdict, messages
from vaxpass.display import escape_for_display, in_zone, zone_name
from vaxpass.documents import ValueSets
from vaxpass.journey import Leg, Span, Stop, Together
from vaxpass.rules import Day, Until, country_name, in_words
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows
from vaxpass_cli.output.jsonl import Json, rfc3339
from vaxpass_cli.output.plates import COLOURS

_NOON: Final = "12:00"


class Answer(NamedTuple):
    """The answer of one destination."""

    stop: Stop
    """The leg and its verdict"""
    good_until: datetime | None
    """Until when the country admits the certificate; None where it does not, or that is not known"""


def table_of(
    source: Source,
    unverified: Unverified,
    departure: str | None,
    answers: Sequence[Answer],
    language: str,
    names: ValueSets,
) -> RenderableType:
    """The holder of a certificate, a row for each leg, and the notes that do not concern the form only.

    `names` has the names of codes.
    """
    first = answers[0].stop
    rows = document_rows.rows(
        source.name, first.verdict, unverified, first.leg.at, language, names, details=False
    )
    heading = _heading(unverified, first.verdict, rows, departure, language)
    return Group(heading, _table(answers, language), *_remarks(answers, language))


def table_together(
    sources: Sequence[Source], answers: Sequence[tuple[Leg, Together]], language: str
) -> RenderableType:
    """The answers about several documents of one holder: their sources, and a row for each leg."""
    names = messages.items([escape_for_display(source.name) for source in sources], language)
    table = _empty_table(language)
    for leg, together in answers:
        _add(table, leg, together.outcome, [together.reason(language)], language)
    return Group(Text(messages.text("journey.together", language, sources=names), style="bold"), table)


def report_together(
    sources: Sequence[Source], answers: Sequence[tuple[Leg, Together]], language: str
) -> dict[str, Json]:
    """The same as JSON."""
    return {
        "together": [source.name for source in sources],
        "admitted": all(together for _, together in answers),
        "legs": [
            {
                "country": leg.destination,
                "region": leg.region,
                "at": rfc3339(leg.at),
                **together.to_dict(language),
            }
            for leg, together in answers
        ],
    }


def place_name(country: str, region: str, language: str) -> str:
    """The name of a country with its code, and its region where there is one."""
    name = f"{country_name(country, language)} ({country})"
    return f"{name}, {escape_for_display(region)}" if region else name


def day(at: datetime, language: str) -> str:
    """The day of a leg, with the time of day unless it is noon, which is used for a day without one."""
    clock = f"{at:%H:%M}"
    shown = messages.day(at.date(), language)
    return shown if clock == _NOON else messages.time(at.date(), clock, language, zone_name(at))


def _heading(
    unverified: Unverified,
    verdict: Verdict,
    rows: Sequence[document_rows.Row],
    departure: str | None,
    language: str,
) -> Table:
    document = document_rows.shown(verdict, unverified)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    family, *others = rows
    table.add_row(*family)
    if name := document_rows.stated_holder(document, language):
        table.add_row(messages.text("panel.holder", language), Text(name, style="bold"))
    if verdict.test_key:
        table.add_row("", Text(f" {messages.text('panel.test', language)} ", style="bold reverse"))
    judged = messages.text("panel.checked", language)
    for label, text in others:
        if label != judged:
            table.add_row(label, Text(text))
    if departure is not None:
        table.add_row(messages.text("journey.departure", language), place_name(departure, "", language))
    if verdict.signer is None:
        table.add_row("", Text(messages.text("panel.unverified", language), style="bold yellow"))
    return table


def _table(answers: Sequence[Answer], language: str) -> Table:
    table = _empty_table(language)
    for answer in answers:
        leg, verdict = answer.stop.leg, answer.stop.verdict
        _add(table, leg, verdict.outcome, why(answer, language), language)
    return table


def _empty_table(language: str) -> Table:
    table = Table(show_lines=True, expand=True)
    for name, ratio in (("arrival", 3), ("on", 3), ("answer", 3), ("why", 8)):
        table.add_column(messages.text(f"journey.{name}", language), ratio=ratio, overflow="fold")
    return table


def _add(table: Table, leg: Leg, outcome: Outcome, said: Iterable[str], language: str) -> None:
    answer = messages.text(f"journey.{outcome}", language)
    table.add_row(
        Text(place_name(leg.destination, leg.region, language)),
        Text(day(leg.at, language)),
        Text(answer, style=f"bold {COLOURS[outcome]}"),
        Text("\n".join(said)),
    )


def _remarks(answers: Sequence[Answer], language: str) -> Iterator[Text]:
    """The notes of the verdicts, each once; with the places where it does not hold for all."""
    said: dict[str, dict[str, None]] = {}
    places = [place_name(a.stop.leg.destination, a.stop.leg.region, language) for a in answers]
    for place, answer in zip(places, answers, strict=True):
        for note in answer.stop.verdict.notes:
            if not note.code.formal:
                said.setdefault(note.message(language), {})[place] = None
    for message, where in said.items():
        only = "" if where.keys() == set(places) else f"{', '.join(where)}: "
        yield Text(f"! {only}{message}", style="bold yellow")


def why(answer: Answer, language: str) -> tuple[str, ...]:
    """Why a destination does not admit the certificate, or until when it does; whole sentences."""
    leg, verdict = answer.stop.leg, answer.stop.verdict
    if verdict.outcome is not Outcome.ACCEPTED:
        return verdict.explain(language)
    country = whose = country_name(leg.destination, language)
    only_world = verdict.admission is not None and verdict.admission.only_worldwide
    if only_world:
        whose = messages.label("WHO", language)
    if answer.good_until is None:
        said = messages.text("journey.good", language, country=whose)
    else:
        until = _told(Until, answer.good_until, leg.at.tzinfo, language, near=leg.at)
        said = messages.text("journey.good_until", language, country=whose, until=until)
    sentences = [said]
    if only_world:
        sentences.append(messages.text("journey.only_world", language, country=country))
    document = verdict.document
    if document is not None and any(event.lifelong for event in document.events):
        sentences.append(messages.text("journey.for_life", language))
    return tuple(sentences)


Place: TypeAlias = tuple[str, str]
Spans: TypeAlias = Sequence[Span]

_MARKS: Final = {Outcome.ACCEPTED: "█", Outcome.GENUINE: "◉", Outcome.UNDECIDED: "?"}
_OTHER: Final = "·"
_SHORTEST: Final = timedelta(days=3)
_NARROWEST, _WIDEST, _MARGIN = 20, 76, 2


def timeline_of(
    place: Place, spans: Spans, asked: Sequence[datetime], language: str, *, width: int
) -> RenderableType:
    """The plot of a place and a list of its spans.

    `asked` are times within the spans to mark; the zone of the first is that in which all are told.
    """
    zone = asked[0].tzinfo
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
        Text(_ends(in_zone(start, zone), in_zone(end, zone), columns, language)),
        Text(messages.text("journey.calendar_legend", language), style="dim"),
        _list(spans, zone, language),
    ]
    if not all(span.certain for span in spans):
        parts.append(Text(messages.text("journey.calendar_uncertain", language), style="bold yellow"))
    return Group(*parts)


def _shown_until(spans: Spans, asked: Sequence[datetime]) -> datetime:
    """The end of the plot: some time after the last change, not years later with the validity."""
    start, end = spans[0].start, spans[-1].end
    last = max(spans[-1].start, *asked)
    return last + min(end - last, max((last - start) / 4, _SHORTEST))


def _bar(spans: Spans, start: datetime, end: datetime, columns: int) -> Text:
    bar = Text(" " * _MARGIN)
    size = (end - start) / columns
    for column in range(columns):
        begin, until = start + column * size, start + (column + 1) * size
        outcomes = [s.verdict.outcome for s in spans if s.start <= until and s.end >= begin]
        # A time in which the certificate is accepted must be visible, however short it is.
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
    first, last = (messages.day(at.date(), language) for at in (start, end))
    gap = max(1, columns - len(first) - len(last))
    return " " * _MARGIN + first + " " * gap + last


def _told(
    kind: type[Day | Until],
    at: datetime,
    zone: tzinfo | None,
    language: str,
    *,
    near: datetime | None = None,
) -> str:
    """A beginning or an end in words; with the hour where `near` is less than a day away."""
    now = -math.inf if near is None else near.timestamp() * 1000
    return in_words(kind(at.timestamp() * 1000, now), language, zone=zone or UTC)


def _list(spans: Spans, zone: tzinfo | None, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_MARGIN - 1)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for span in spans:
        outcome = span.verdict.outcome
        first = _told(Day, span.start, zone, language)
        last = _told(Until, span.end, zone, language)
        answer = Text(messages.text(f"journey.{outcome}", language), style=COLOURS[outcome])
        table.add_row("", messages.text("panel.from_until", language, start=first, end=last), answer)
    return table


def report_of(
    source: Source,
    departure: str | None,
    answers: Sequence[Answer],
    calendars: Mapping[Place, Spans],
    language: str,
) -> dict[str, Json]:
    """The report of a certificate as JSON."""
    report: dict[str, Json] = {
        "source": source.name,
        "admitted": all(answer.stop.verdict for answer in answers),
        "from": departure,
        "legs": [_leg(answer, language) for answer in answers],
    }
    if calendars:
        report["calendars"] = [
            {"country": country, "region": region, "spans": [_span(span) for span in spans]}
            for (country, region), spans in calendars.items()
        ]
    return report


def _leg(answer: Answer, language: str) -> dict[str, Json]:
    leg, verdict = answer.stop.leg, answer.stop.verdict
    found = verdict.to_dict(language)
    return {
        "country": leg.destination,
        "region": leg.region,
        "at": rfc3339(leg.at),
        "outcome": found["outcome"],
        "code": found["code"],
        "test_key": found["test_key"],
        "good_until": rfc3339(answer.good_until) if answer.good_until else None,
        "messages": list(why(answer, language)),
        "rules": found.get("rules", []),
        "warnings": found["warnings"],
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
