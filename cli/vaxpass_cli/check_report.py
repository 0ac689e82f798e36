"""Arrivals and calendars -> JSON for machines, described in docs/json.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaxpass import Span
from vaxpass_cli.check_table import Arrival, why
from vaxpass_cli.check_timeline import Place, Spans
from vaxpass_cli.report import Json, rfc3339, rules
from vaxpass_cli.sources import Source


def of(
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
        "country": leg.country,
        "region": leg.region,
        "at": rfc3339(leg.at),
        "outcome": verdict.outcome.value,
        "code": verdict.code.value if verdict.code else None,
        "test_key": verdict.test_key,
        "good_until": rfc3339(arrival.good_until) if arrival.good_until else None,
        "messages": list(why(arrival, language)),
        "rules": rules(verdict, language),
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
