"""Work, counted: how many functions are called is the same on every machine and under any load."""

from __future__ import annotations

import cProfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most_calls(limit: int) -> Iterator[None]:
    """What is done calls no more functions than this, those of C included."""
    profile = cProfile.Profile(subcalls=False)
    with profile:
        yield
    calls = sum(entry.callcount for entry in profile.getstats())
    assert calls <= limit, f"{calls} calls; at most {limit} were expected"
