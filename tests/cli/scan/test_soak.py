"""An hour's worth of frames, as fast as they go: no more memory, no more files, no more threads."""

from __future__ import annotations

import threading
import tracemalloc
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.feeds.camera import Frames
from vaxpass_cli.scan.feeds.events import Picture, Reading
from vaxpass_cli.scan.feeds.video import VideoFeed
from vaxpass_cli.scan.run import run

from tests.support.world import NOW, World

_RATE = 10
HOUR = _RATE * 3600
_HANDLES = Path("/proc/self/fd")


class Hour:
    """An hour of frames, 10 a second; every twenty seconds another traveller."""

    name = "an hour"
    live = False

    def __init__(self, most: int) -> None:
        self.number = 0
        self._most = most
        self._picture = np.zeros((8, 8), np.uint8)

    @property
    def seconds(self) -> float:
        return self.number / _RATE

    def open(self) -> Frames:
        return self

    def tried(self) -> None:
        """Nothing: it does not fail."""

    def read(self) -> Picture | None:
        self.number += 1
        return self._picture if self.number <= self._most else None

    def close(self) -> None:
        pass


@pytest.mark.skipif(not _HANDLES.exists(), reason="open files are counted in /proc")
def test_an_hour_of_frames_leaves_nothing_behind(world: World) -> None:
    texts = [world.issue() for _ in range(5)] + ["https://example.org", "HC1:BROKEN"]
    hour = Hour(HOUR)

    def read(_: Picture) -> Reading:
        second, traveller = hour.number // _RATE, hour.number // (20 * _RATE)
        shown = second % 20 < 4
        return Reading((texts[traveller % len(texts)],) if shown else ())

    around = Surroundings(
        judge=lambda text, at: world.verify(text, at=at),
        clock=lambda: NOW + timedelta(seconds=hour.seconds),
        badges=lambda _at, _language: (),
        secret=b"secret",
    )
    given = 0
    sizes: list[int] = []
    feed = VideoFeed(hour, read)

    def count() -> None:
        if hour.number in (HOUR // 4, HOUR):
            sizes.append(tracemalloc.get_traced_memory()[0])

    def add(_: object) -> None:
        nonlocal given
        given += 1

    desk = Desk(around, on_verdict=add)
    before = len(list(_HANDLES.iterdir())), threading.active_count()
    tracemalloc.start()
    try:
        run(desk, feed, None, after=count)
    finally:
        tracemalloc.stop()
    assert given > 150
    assert desk.shift.total == given
    assert sizes[1] - sizes[0] < 100_000
    assert (len(list(_HANDLES.iterdir())), threading.active_count()) == before
