"""What a feed delivers, gathered until there is enough."""

from __future__ import annotations

import time
from collections.abc import Callable

from vaxpass_cli.scan.feeds.events import Event, Feed

PATIENCE = 120.0
"""Seconds after which something hangs; it never takes so long."""


def events(feed: Feed, enough: Callable[[list[Event]], bool]) -> list[Event]:
    """Poll until there is enough; fails where that takes far too long."""
    found: list[Event] = []
    ends = time.monotonic() + PATIENCE
    while not enough(found):
        assert time.monotonic() < ends, found
        event = feed.poll(0.05)
        if event:
            found.append(event)
    return found
