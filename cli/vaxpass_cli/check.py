"""`vaxpass check`: does a certificate admit its holder there, on that day, and why not?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from vaxpass import DecodeError, Leg, Stop, Unverified, Verifier, calendar, decode, travel
from vaxpass_cli import (
    check_report,
    check_table,
    check_timeline,
    options,
    panel,
    report,
    sources,
    trustfiles,
)
from vaxpass_cli.failure import Exit, Wrong
from vaxpass_cli.itinerary import country_of, leg_of
from vaxpass_cli.judging import policy_of, verifier_of


def check(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Certificates, as for verify.", show_default=False),
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="COUNTRY[/REGION][:DAY]",
            help="An arrival, such as AT or IT:2022-03-01; may be repeated. Without a day: now.",
        ),
    ],
    come_from: Annotated[
        str | None,
        typer.Option("--from", metavar="COUNTRY", help="Where the journey begins; shown, not judged."),
    ] = None,
    when: Annotated[
        bool, typer.Option("--when", help="Show from when until when each country admits it.")
    ] = False,
    trust_list: options.TrustLists = None,
    rules: options.Rules = None,
    pin: options.Pins = None,
    at: options.At = None,
    as_json: options.Json = False,
    test_keys: options.TestKeys = False,
    expired_signers: options.ExpiredSigners = False,
    max_age: options.MaxAge = 14,
    lang: options.Lang = options.Language.en,
) -> int:
    """Judge certificates by the entry rules of one or several countries, and say why.

    Exit code 0: admitted everywhere; 1: at least once not admitted; 2: wrong use or configuration.
    """
    now = options.moment(at)
    legs = [leg_of(text, now) for text in to]
    departure = None if come_from is None else country_of(come_from)
    trust = trustfiles.load(trust_list, pin, at=now, rules=rules)
    if trust.rules is None:
        raise Wrong(
            "There are no entry rules. Name them with --rules PATH, or install a bundle that has some."
        )
    policy = policy_of(trust, test_keys=test_keys, max_age=max_age, expired_signers=expired_signers)
    verifier = verifier_of(trust, policy)
    names = verifier.value_sets
    console = Console(highlight=False)
    worst = Exit.OK
    for source in sources.find(inputs):
        unverified = _decoded(source)
        if unverified is None:
            # There is nothing that could be judged by rules.
            verdict = None if source.text is None else verifier.verify(source.text, at=now)
            if as_json:
                typer.echo(report.line(report.of(source, verdict, lang)))
            else:
                console.print(panel.of(source, verdict, now, lang, details=False))
            worst = Exit.NOT_ACCEPTED
            continue
        arrivals = [
            check_table.Arrival(stop, _good_until(verifier, unverified, stop, now))
            for stop in travel(verifier, unverified, legs, today=now)
        ]
        spans = _calendars(verifier, unverified, legs, now) if when else {}
        if as_json:
            typer.echo(report.line(check_report.of(source, departure, arrivals, spans, lang)))
        else:
            console.print(check_table.of(source, unverified, departure, arrivals, lang, names))
            for place, found in spans.items():
                asked = [leg.at for leg in legs if (leg.country, leg.region) == place]
                console.print(check_timeline.of(place, found, asked, lang, width=console.width))
        if not all(arrival.stop.verdict for arrival in arrivals):
            worst = Exit.NOT_ACCEPTED
    return worst


def _decoded(source: sources.Source) -> Unverified | None:
    if source.text is None:
        return None
    try:
        return decode(source.text)
    except DecodeError:
        return None


def _good_until(
    verifier: Verifier, unverified: Unverified, stop: Stop, today: datetime
) -> datetime | None:
    """Until when a country that admits a certificate goes on to; None where that is not known."""
    if not stop.verdict:
        return None
    leg = stop.leg
    first = calendar(
        verifier,
        unverified,
        leg.country,
        start=leg.at,
        end=unverified.claims.expires_at,
        today=today,
        region=leg.region,
    )[0]
    return first.end if first.certain else None


def _calendars(
    verifier: Verifier, unverified: Unverified, legs: list[Leg], today: datetime
) -> dict[check_timeline.Place, check_timeline.Spans]:
    claims = unverified.claims
    start = min(claims.issued_at, *(leg.at for leg in legs))
    end = max(claims.expires_at, *(leg.at for leg in legs))
    return {
        (leg.country, leg.region): calendar(
            verifier,
            unverified,
            leg.country,
            start=start,
            end=end,
            today=today,
            region=leg.region,
        )
        for leg in legs
    }
