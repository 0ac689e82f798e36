"""What a user says of a way -> the arrivals that are judged: `AT`, `IT:2022-03-01`, `DE/BY`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Final

from vaxpass import Leg
from vaxpass_cli.failure import Wrong
from vaxpass_cli.options import in_utc

_LEG: Final = re.compile(r"([A-Za-z]{2})(?:/([A-Za-z0-9-]{1,20}))?(?::(.+))?")
_COUNTRY: Final = re.compile("[A-Za-z]{2}")
_NOON: Final = time(12, tzinfo=UTC)


def leg_of(text: str, now: datetime) -> Leg:
    """The arrival that a value of `--to` means; without a time it is `now`, with a day alone its noon.

    Times without a zone are in UTC. Raises `Wrong`.
    """
    found = _LEG.fullmatch(text.strip())
    if not found:
        raise Wrong(
            f"{text!r} is not an arrival. Write a country, and the day unless it is today: AT,"
            " IT:2022-03-01."
        )
    country, region, when = found.groups()
    return Leg(country.upper(), now if when is None else _moment(when, text), region or "")


def country_of(text: str) -> str:
    """The country that a value of `--from` means. Raises `Wrong`."""
    if not _COUNTRY.fullmatch(text.strip()):
        raise Wrong(f"{text!r} is not a country. Write its two letters, such as VN.")
    return text.strip().upper()


def _moment(text: str, whole: str) -> datetime:
    try:
        parsed = in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise Wrong(f"{whole!r}: {text!r} is not a day. Write it like 2022-03-01.") from None
    return datetime.combine(parsed.date(), _NOON) if len(text) <= len("2022-03-01") else parsed
