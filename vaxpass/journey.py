"""One document and several destinations: a verdict for each, and the calendar of a country's acceptance.

    from vaxpass.journey import Leg, calendar, travel

    for stop in travel(verifier, unverified, [Leg("AT", noon), Leg("IT", later)], today=now):
        print(stop.leg.destination, stop.verdict.outcome, stop.verdict.reason())

The calendar says from when until when a country accepts a document, and why not. Nothing is tried day by day. An answer can change only where a validity begins or ends or where the
clock passes one of the dates that a rule counts from; between two such points it is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from vaxpass.certlogic import breakpoints, desugar
from vaxpass.documents.family import Unverified
from vaxpass.rules.book import canonical
from vaxpass.rules.subject import CLOCK, Subject
from vaxpass.verdict import Verdict
from vaxpass.verify import Verifier

__all__ = ["Leg", "Span", "Stop", "calendar", "travel"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A destination with its time.

    `destination` is a country (ISO 3166-1 alpha-2), `at` the aware time of entry, `region` one of the
    regions that the country's rules name, empty for the country as a whole.
    """

    destination: str
    at: datetime
    region: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A leg and the verdict on it."""

    leg: Leg
    verdict: Verdict


def travel(
    verifier: Verifier, unverified: Unverified, legs: Sequence[Leg], *, today: datetime
) -> tuple[Stop, ...]:
    """Judge a certificate for every leg, at the leg's own time and by the rules of its country.

    `today` is the aware time at which it is asked: the age of the trust list counts from it, while
    signature, validity and rules are judged as of each leg. The rules of a country know nothing of
    where a traveller comes from, so a leg does not depend on the one before.
    """
    return tuple(
        Stop(
            leg,
            verifier.verify_decoded(
                unverified, at=leg.at, destination=leg.destination, region=leg.region, today=today
            ),
        )
        for leg in legs
    )


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(milliseconds=1)
"""The finest difference that rules know."""
_LAST: Final = datetime.max.replace(tzinfo=UTC) - _TICK


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which the answer is the same, both ends included; `verdict` is that at its start.

    `certain` is false where a rule looks at the clock in a way whose turning points can't be told: then
    the answer may change within the span.
    """

    start: datetime
    end: datetime
    verdict: Verdict
    certain: bool = True


def calendar(  # noqa: PLR0913 - what a calendar is of
    verifier: Verifier,
    unverified: Unverified,
    destination: str,
    *,
    start: datetime,
    end: datetime,
    today: datetime,
    region: str = "",
) -> tuple[Span, ...]:
    """The answers from `start` to `end` (aware, both included), without gaps, in order.

    Neighbouring spans differ in the outcome or in its code. `today` is as in `travel`. Raises
    `ValueError` where the end lies before the start.
    """
    if end < start:
        raise ValueError("`end` must not lie before `start`")
    points, certain = _points(verifier, unverified, Leg(destination, start, region), end)
    spans: list[Span] = []
    for at in points:
        judged = verifier.verify_decoded(
            unverified, at=at, destination=destination, region=region, today=today
        )
        if spans and _alike(spans[-1].verdict, judged):
            continue
        if spans:
            last = spans[-1]
            spans[-1] = Span(last.start, max(last.start, at - _TICK), last.verdict, certain)
        spans.append(Span(at, end, judged, certain))
    return tuple(spans)


def _alike(one: Verdict, other: Verdict) -> bool:
    return (one.outcome, one.code) == (other.outcome, other.code)


def _points(
    verifier: Verifier, unverified: Unverified, first: Leg, end: datetime
) -> tuple[list[datetime], bool]:
    """The times from an arrival on at which the answer may be another than just before, and whether
    these are all.
    """
    start = first.at
    found = set(_of_validity(verifier, unverified, start))
    certain = True
    book = verifier.rules
    if book is not None:
        subject = Subject.of(unverified)
        place = canonical(first.destination)
        edges = [start, *(_whole(edge) for edge in book.boundaries() if start < edge <= end)]
        found.update(edges)
        seen: set[int] = set()
        for edge in edges:
            selection = book.selection(subject, place, at=edge, region=first.region)
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            context = book.context(subject, place, at=edge, region=first.region)
            for rule in selection.rules:
                points = breakpoints(desugar(rule.logic), context, CLOCK)
                certain = certain and points is not None
                for point in points or ():
                    found.update(_around(point))
    return sorted(at for at in {*found, start} if start <= at <= end), certain


def _of_validity(verifier: Verifier, unverified: Unverified, start: datetime) -> Iterator[datetime]:
    claims = unverified.claims
    times = [claims.iat, claims.exp, *([] if claims.nbf is None else [claims.nbf])]
    signer = verifier.verify_decoded(unverified, at=start).signer
    if signer is not None:
        certificate = signer.certificate
        times += [t for t in (certificate.not_before, certificate.not_after) if t is not None]
    for seconds in times:
        yield from _around(seconds * 1000)


def _whole(at: datetime) -> datetime:
    """The first time from `at` on that rules can tell from others.

    A rule that is valid to noon is so at noon, and ends a microsecond later.
    """
    part = timedelta(microseconds=at.microsecond % 1000)
    return at - part + _TICK if part and at < _LAST else at


def _around(ms: float) -> Iterator[datetime]:
    """A point and the next time after it: whether the point itself belongs to what was or what comes
    depends on the comparison.
    """
    try:
        at = _EPOCH + timedelta(milliseconds=int(ms))
        yield at
        yield at + _TICK
    except OverflowError:
        return
