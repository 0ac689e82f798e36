"""Arrivals and their verdicts -> the table that a desk reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vaxpass import Outcome, Stop, Unverified, ValueSets, Verdict, messages, printable
from vaxpass.rules.wording import Until, country_name, in_words
from vaxpass_cli import facts
from vaxpass_cli.panel import COLOURS
from vaxpass_cli.sources import Source
from vaxpass_cli.words import word

_NOON: Final = "12:00"


class Arrival(NamedTuple):
    """A stop, and until when the country goes on to admit, where it does and that is known."""

    stop: Stop
    good_until: datetime | None


def of(
    source: Source,
    unverified: Unverified,
    departure: str | None,
    arrivals: Sequence[Arrival],
    language: str,
    names: ValueSets,
) -> RenderableType:
    """Whose certificate it is, and a row for every arrival. `names` name its codes."""
    first = arrivals[0].stop
    rows = facts.rows(source.name, first.verdict, unverified, first.leg.at, language, names)
    heading = _heading(unverified, first.verdict, rows, departure, language)
    return Group(heading, _table(arrivals, language))


def place_name(country: str, region: str, language: str) -> str:
    """A country by its name and code, with the region where one was named."""
    name = f"{country_name(country, language)} ({country})"
    return f"{name}, {printable(region)}" if region else name


def day(at: datetime, language: str) -> str:
    """The day of an arrival, with the time of day where it is not the noon that stands for a day."""
    clock = f"{at:%H:%M}"
    shown = messages.day(at.date(), language)
    return shown if clock == _NOON else messages.time(at.date(), clock, language)


def _heading(
    unverified: Unverified,
    verdict: Verdict,
    rows: Sequence[facts.Row],
    departure: str | None,
    language: str,
) -> Table:
    certificate = unverified.without_verification().certificate
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    name = Text(facts.holder(certificate) or word("not_stated", language), style="bold")
    table.add_row(word("holder", language), name)
    if verdict.test_key:
        table.add_row("", Text(f" {word('test', language)} ", style="bold reverse"))
    judged = word("checked", language)
    for label, text in rows:
        if label != judged:
            table.add_row(label, Text(text))
    if departure is not None:
        table.add_row(word("departure", language), place_name(departure, "", language))
    if verdict.signer is None:
        table.add_row("", Text(word("unverified", language), style="bold yellow"))
    return table


def _table(arrivals: Sequence[Arrival], language: str) -> Table:
    table = Table(show_lines=True, expand=True)
    for name, ratio in (("arrival", 3), ("on", 3), ("answer", 3), ("why", 8)):
        table.add_column(word(name, language), ratio=ratio, overflow="fold")
    for arrival in arrivals:
        leg, verdict = arrival.stop.leg, arrival.stop.verdict
        answer = Text(
            word(f"leg_{verdict.outcome}", language), style=f"bold {COLOURS[verdict.outcome]}"
        )
        table.add_row(
            Text(place_name(leg.country, leg.region, language)),
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
    country = country_name(leg.country, language)
    if arrival.good_until is None:
        return (word("good", language, country=country),)
    until = in_words(Until(arrival.good_until.timestamp() * 1000), language)
    return (word("good_until", language, country=country, until=until),)
