"""A certificate and a way through several countries -> a verdict for each arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vaxpass.decoder import Unverified
from vaxpass.verdict import Verdict
from vaxpass.verify import Verifier


@dataclass(frozen=True, slots=True)
class Leg:
    """An arrival: a country (ISO 3166-1 alpha-2), the aware time, and a region that its rules name."""

    country: str
    at: datetime
    region: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """An arrival and its verdict."""

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
            verifier.judge(unverified, at=leg.at, arrival=leg.country, region=leg.region, today=today),
        )
        for leg in legs
    )
