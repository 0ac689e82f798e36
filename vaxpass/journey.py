"""One document and several destinations: a verdict for each, and the calendar of one destination.

    from vaxpass.journey import Leg, calendar, travel

    for stop in travel(verifier, unverified, [Leg("AT", noon), Leg("IT", later)], today=now):
        print(stop.leg.destination, stop.verdict.outcome, stop.verdict.reason())

`calendar` says from when until when a destination accepts a document, and the reasons at other times.
It does not try every day: a verdict can change only where a validity begins or ends, and where the
clock passes a date from which a rule counts. Between two such times it stays the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from vaxpass.certlogic import breakpoints, desugar
from vaxpass.codes import DCC_KINDS
from vaxpass.display import in_zone
from vaxpass.documents.family import Unverified
from vaxpass.errors import ArgumentError, require_aware
from vaxpass.rules.book import canonical
from vaxpass.rules.subject import CLOCK, Subject
from vaxpass.verdict import Verdict
from vaxpass.verify import Verifier

__all__ = ["Leg", "Span", "Stop", "calendar", "travel"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One destination of a journey, with its time.

    `destination` is a country (ISO 3166-1 alpha-2), `at` the time of entry (aware), `region` one of the
    regions that the country's rules name; empty for the whole country.

    >>> Leg("AT", datetime(2026, 11, 23, 12, tzinfo=UTC)).destination
    'AT'
    """

    destination: str
    at: datetime
    region: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A leg and the verdict for it.

    >>> stop = Stop(Leg("AT", datetime(2026, 11, 23, 12, tzinfo=UTC)), Verdict(()))
    >>> stop.leg.destination, bool(stop.verdict)
    ('AT', False)
    """

    leg: Leg
    verdict: Verdict


def travel(
    verifier: Verifier, unverified: Unverified, legs: Sequence[Leg], *, today: datetime
) -> tuple[Stop, ...]:
    """Verify a decoded document for every leg, at the leg's own time and by its destination's rules.

    `today` is the present time (aware), from which the age of the trust list counts. A leg does not
    depend on the one before: the rules of a country do not ask where a traveller comes from.

    >>> from pathlib import Path
    >>> from vaxpass import Policy, decode, read_trust_list
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules))
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> [(stop.leg.destination, stop.verdict.outcome.value)
    ...  for stop in travel(verifier, passport, [Leg("FR", now), Leg("AT", now)], today=now)]
    [('FR', 'accepted'), ('AT', 'rejected')]
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


@dataclass(frozen=True, slots=True)
class Span:
    """A period with one outcome. `start` and `end` (aware) both belong to it.

    >>> day = datetime(2026, 11, 23, tzinfo=UTC)
    >>> Span(day, day, Verdict(())).certain
    True
    """

    start: datetime
    end: datetime
    verdict: Verdict
    """The verdict at `start`."""
    certain: bool = True
    """False where a rule uses the clock in a way that can't be analysed: the outcome may then change
    within the period."""


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
    """The verdicts of one destination from `start` to `end` (aware, both included), without gaps.

    Neighbouring spans differ in their outcome or in their code. `destination` and `region` are those of
    a `Leg`; `today` is that of `travel`. Raises `ArgumentError` where `end` lies before `start`, and
    where a time is naive.

    >>> from pathlib import Path
    >>> from vaxpass import Policy, decode, read_trust_list
    >>> from vaxpass.rules import RuleBook, read_rules
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> rules = read_rules(Path("examples/rules/demo-rules.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True), rules=RuleBook(rules))
    >>> passport = decode(Path("examples/passports/vaccination-es256.txt").read_text())
    >>> start, end = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 31, tzinfo=UTC)
    >>> for span in calendar(verifier, passport, "AT", start=start, end=end, today=start):
    ...     print(span.start.date(), span.end.date(), span.verdict.outcome)
    2026-08-01 2026-08-09 accepted
    2026-08-09 2026-08-31 rejected
    """
    require_aware("start", start)
    require_aware("end", end)
    if end < start:
        raise ArgumentError("`end` must not lie before `start`")
    points, certain = _points(verifier, unverified, Leg(destination, start, region), end)
    spans: list[Span] = []
    for at in points:
        judged = verifier.verify_decoded(
            unverified,
            at=in_zone(at, start.tzinfo),
            destination=destination,
            region=region,
            today=today,
        )
        if spans and _alike(spans[-1].verdict, judged):
            continue
        if spans:
            last = spans[-1]
            spans[-1] = Span(last.start, max(last.start, at - _TICK), last.verdict, certain)
        spans.append(Span(at, end, judged, certain))
    return tuple(spans)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(milliseconds=1)
"""The smallest difference of times that rules know."""
_LAST: Final = datetime.max.replace(tzinfo=UTC) - _TICK


def _alike(one: Verdict, other: Verdict) -> bool:
    return (one.outcome, one.code) == (other.outcome, other.code)


def _points(
    verifier: Verifier, unverified: Unverified, first: Leg, end: datetime
) -> tuple[list[datetime], bool]:
    """The times from `first.at` to `end` at which the verdict may change; whether these are all."""
    start = first.at
    found = set(_of_validity(verifier, unverified, start))
    certain = True
    book = None if unverified.for_rules() is None else verifier.rules_for(unverified)
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
    times = [seconds for seconds in (claims.iat, claims.exp, claims.nbf) if seconds is not None]
    begin = verifier.policy.clock_tolerance.total_seconds()
    times += [seconds - begin for seconds in times if seconds != claims.exp]
    signer = verifier.verify_decoded(unverified, at=start).signer
    if signer is not None:
        times += [t for t in (signer.not_before, signer.not_after) if t is not None]
    for seconds in times:
        yield from _around(seconds * 1000)
    if verifier.policy.own_period or unverified.kind not in DCC_KINDS:
        yield from _own_days(unverified, start)


def _own_days(unverified: Unverified, start: datetime) -> Iterator[datetime]:
    """The beginnings of the days on which an event begins to count, and no longer counts."""
    for event in unverified.without_verification().document.events:
        for text, days in ((event.date, 0), (event.valid_from, 0), (event.valid_until, 1)):
            with contextlib.suppress(ValueError, OverflowError):
                day = date.fromisoformat((text or "")[: len("YYYY-MM-DD")]) + timedelta(days=days)
                yield datetime.combine(day, time(0), start.tzinfo).astimezone(UTC)


def _whole(at: datetime) -> datetime:
    """`at`, rounded up to a whole millisecond.

    The rules change a microsecond after the last moment of a rule; a rule reads milliseconds.
    """
    part = timedelta(microseconds=at.microsecond % 1000)
    return at - part + _TICK if part and at < _LAST else at


def _around(ms: float) -> Iterator[datetime]:
    """A time and the next one after it: a comparison may turn at either (`before`, `not-after`)."""
    try:
        at = _EPOCH + timedelta(milliseconds=int(ms))
        yield at
        yield at + _TICK
    except OverflowError:
        return
