"""What the desk says of itself before a code is shown: badges, and alerts in large letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from vaxpass import Policy, TrustList, messages
from vaxpass.display import escape_for_display
from vaxpass_cli.io import trust_files
from vaxpass_cli.scan.desk.screen import Alert
from vaxpass_cli.scan.feeds.events import Tried

_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(days=3)
"""How long before its end a list is to be renewed"""
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time than this can't be right: there was no such program"""


class Destination(NamedTuple):
    """The country by whose rules the desk decides, with its region; both empty where none is set."""

    country: str
    region: str
    with_rules: bool


def badges(
    trust: TrustList, policy: Policy, place: Destination, at: datetime, language: str, *, fixed: bool
) -> tuple[str, ...]:
    """The badges: where, by which rules and with how old a list the desk decides at the time `at`.

    `fixed`: the time was chosen with `--at`, which one more badge says.
    """
    found = []
    if place.country:
        name = f"{place.country}/{place.region}" if place.region else place.country
        by_rules = "arrival" if place.with_rules else "arrival_no_rules"
        found.append(messages.text(f"scan.{by_rules}", language, place=name))
    lenient = policy.es256_with_p384 or policy.short_rsa or policy.expired_signers
    lenient |= policy.covid_signers or policy.seals_without_usage
    found.append(messages.text(f"scan.policy_{'lenient' if lenient else 'strict'}", language))
    if trust.made_at is None:
        found.append(messages.text("scan.list_no_age", language))
    elif at - trust.made_at < _DAY:
        found.append(messages.text("scan.list_today", language))
    else:
        found.append(messages.text("scan.list_age", language, days=(at - trust.made_at) // _DAY))
    found.append(messages.text("scan.offline", language))
    if fixed:
        found.append(messages.text("scan.as_of", language, date=at.date().isoformat()))
    return tuple(found)


def alerts_of(
    trust: TrustList, policy: Policy, *, fixed: bool = False
) -> Callable[[datetime, str], tuple[Alert, ...]]:
    """Gives what must be known before a code is shown, at a time in a language: the worst first.

    `fixed`: the time was chosen, and is not that of a clock.
    """
    # The screen is made many times a second: what does not change is found once.
    parts = trust.parts
    signers = [key for key in trust if key.usage in trust_files.VERIFYING]
    ends = [_ends_at(part.made_at, policy) for part in parts if part.made_at]
    is_test = bool(signers) and not policy.test_keys and all(key.test for key in signers)

    def alerts(at: datetime, language: str) -> tuple[Alert, ...]:
        def say(name: str, *, blocks: bool, **values: object) -> None:
            found.append(Alert(messages.text(f"scan.alert.{name}", language, **values), blocks))

        found: list[Alert] = []
        old = [part for part in parts if _is_stale(part.made_at, policy, at)]
        if not signers:
            say("no_keys", blocks=True)
        elif len(old) == len(parts):
            days = max((at - part.made_at) // _DAY for part in old if part.made_at)
            say("list_stale", blocks=True, days=days, limit=policy.list_stale_after // _DAY)
        elif old:
            names = [escape_for_display(part.source) for part in old]
            say("part_stale", blocks=False, names=messages.items(names, language))
        if is_test:
            say("only_test_keys", blocks=True)
        if trust.made_at is not None and at < trust.made_at:
            say("clock", blocks=False)
        elif at < _WRITTEN and not fixed:
            say("clock_old", blocks=False, date=at.date().isoformat())
        elif not old and ends and min(ends) - at <= _SOON:
            day = min(ends).astimezone(at.tzinfo).date().isoformat()
            say("list_soon", blocks=False, date=day)
        if policy.test_keys:
            say("test_mode", blocks=False)
        return tuple(found)

    return alerts


def _is_stale(made_at: datetime | None, policy: Policy, at: datetime) -> bool:
    return made_at is not None and at > _ends_at(made_at, policy)


def _ends_at(made_at: datetime, policy: Policy) -> datetime:
    """Until when a list is young enough to decide by."""
    return made_at + policy.list_stale_after


def tried(what: Tried, language: str) -> tuple[str, ...]:
    """Which camera a desk in trouble has tried, which others there are, and what works without one."""
    camera = escape_for_display(what.camera)
    others = messages.items([escape_for_display(name) for name in what.others], language)
    found = messages.text("scan.tried.others", language, names=others)
    return (
        messages.text("scan.tried.camera", language, camera=camera),
        found if what.others else messages.text("scan.tried.no_others", language),
        messages.text("scan.tried.instead", language),
    )
