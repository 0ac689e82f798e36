"""What the badges say: where, by which rules, with how old a list the desk judges."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from vaxpass import Policy, TrustList
from vaxpass_cli.scan.phrases import phrase

_DAY: Final = timedelta(days=1)


class Arrival(NamedTuple):
    """Where the desk stands, empty where nobody said; and whether it has rules to judge by."""

    country: str
    region: str
    with_rules: bool


def badges(
    trust: TrustList, policy: Policy, arrival: Arrival, at: datetime, language: str, *, fixed: bool
) -> tuple[str, ...]:
    """The texts of the badges at a time; `fixed` where that time was chosen and is not the clock's."""
    found = []
    if arrival.country:
        place = f"{arrival.country}/{arrival.region}" if arrival.region else arrival.country
        by_rules = "arrival" if arrival.with_rules else "arrival_no_rules"
        found.append(phrase(by_rules, language, place=place))
    lenient = policy.es256_with_p384 or policy.expired_signers
    found.append(phrase("policy_lenient" if lenient else "policy_strict", language))
    if trust.made_at is None:
        found.append(phrase("list_no_age", language))
    elif at - trust.made_at < _DAY:
        found.append(phrase("list_today", language))
    else:
        found.append(phrase("list_age", language, days=(at - trust.made_at) // _DAY))
    found.append(phrase("offline", language))
    if fixed:
        found.append(phrase("as_of", language, date=at.date().isoformat()))
    return tuple(found)
