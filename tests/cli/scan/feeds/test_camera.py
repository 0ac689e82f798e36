"""The feed of a camera: the newest frames, trouble told, and over by itself. No camera is needed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from vaxpass_cli.scan.feeds.camera import CameraFeed, Frames, Patience, SourceTrouble
from vaxpass_cli.scan.feeds.events import (
    Ended,
    Event,
    FrameRead,
    InTrouble,
    Picture,
    Reading,
    Recovered,
    Tried,
    Trouble,
)

from tests.support.feed_events import PATIENCE

QUICK = Patience(still=0.6, starting=0.8, retry=0.01, retry_longest=0.02)


def picture(number: int) -> Picture:
    return np.full((16, 16), number % 200 + 20, np.uint8)


@dataclass
class Clock:
    """A clock that goes with the frames, however slow the machine: a hundredth of a second for each."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Injected:
    """A camera made of a script: each opening gives the next list of frames and troubles."""

    openings: Iterator[list[Picture | Trouble]]
    clock: Clock = field(default_factory=Clock)
    live: bool = True
    name: str = "injected"
    opened: int = 0
    closed: int = 0
    pace: float = 0.001
    others: tuple[str, ...] = ()
    asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> Frames:
        with self._lock:
            self.opened += 1
        script = next(self.openings, None)
        if script is None:
            raise SourceTrouble(Trouble.ABSENT)
        return Opened(self, iter(script))

    def tried(self) -> Tried:
        self.asked += 1
        return Tried(self.name, self.others)


@dataclass
class Opened:
    """One opening of it."""

    of: Injected
    script: Iterator[Picture | Trouble]
    seconds: float = 0.0

    def read(self) -> Picture | None:
        time.sleep(self.of.pace)
        self.of.clock.now += 0.01
        self.seconds += self.of.pace
        step = next(self.script, None)
        if isinstance(step, Trouble):
            raise SourceTrouble(step)
        if step is None and self.of.live:
            raise SourceTrouble(Trouble.LOST)
        return step

    def close(self) -> None:
        self.of.closed += 1


def read(shown: Picture) -> Reading:
    """A reader for tests: the text of a picture is its brightness, every tenth has one."""
    level = int(shown[0, 0])
    return Reading((str(level),) if level % 10 == 0 else ())


def gather(feed: CameraFeed, until: type, *, most: float = PATIENCE) -> list[Event]:
    events: list[Event] = []
    end = time.monotonic() + most
    while time.monotonic() < end:
        event = feed.poll(0.05)
        if event is not None:
            events.append(event)
        if isinstance(event, until):
            return events
    pytest.fail(f"{until.__name__} did not come: {events[-5:]}")


def test_frames_come_with_what_they_hold_and_none_with_a_text_is_lost_at_the_end() -> None:
    source = Injected(iter([[picture(n) for n in range(50)]]), live=False)
    feed = CameraFeed(source, read)
    events = gather(feed, Ended)
    feed.close()
    frames = [event for event in events if isinstance(event, FrameRead)]
    assert frames
    assert {frame.reading.texts for frame in frames} <= {(), *((str(n),) for n in range(20, 80))}
    assert source.closed == source.opened == 1


def test_an_unplugged_camera_is_told_and_comes_back() -> None:
    source = Injected(iter([[picture(1), picture(2)], [picture(n) for n in range(3, 400)]]))
    feed = CameraFeed(source, read, patience=QUICK)
    events = gather(feed, Recovered)
    feed.close()
    troubles = [event.trouble for event in events if isinstance(event, InTrouble)]
    assert troubles[0] is Trouble.LOST
    assert source.opened >= 2


def test_an_absent_or_busy_camera_is_told_as_such() -> None:
    for trouble in (Trouble.ABSENT, Trouble.BUSY):

        class Never(Injected):
            def open(self, trouble: Trouble = trouble) -> Frames:
                raise SourceTrouble(trouble)

        feed = CameraFeed(Never(iter([])), read, patience=QUICK)
        event = gather(feed, InTrouble)[-1]
        feed.close()
        assert event == InTrouble(trouble, Tried("injected"))


def test_a_frozen_picture_is_told_and_the_camera_opened_again() -> None:
    source = Injected(iter([[picture(1)] * 3000, [picture(n) for n in range(3000)]]))
    feed = CameraFeed(source, read, patience=QUICK, clock=source.clock)
    events = gather(feed, Recovered)
    feed.close()
    assert InTrouble(Trouble.FROZEN, Tried("injected")) in events
    assert source.opened >= 2


def test_another_camera_that_is_plugged_in_is_told_while_the_chosen_one_is_absent() -> None:
    source = Injected(iter([[picture(1)]]))
    feed = CameraFeed(source, read, patience=QUICK)
    first = gather(feed, InTrouble)[-1]
    source.others = ("Lid",)
    second = gather(feed, InTrouble)[-1]
    feed.close()
    assert first == InTrouble(Trouble.LOST, Tried("injected"))
    assert second == InTrouble(Trouble.LOST, Tried("injected", ("Lid",)))


def test_a_driver_that_hangs_is_noticed_too() -> None:
    hangs = threading.Event()

    class Hangs(Opened):
        def read(self) -> Picture | None:
            hangs.wait(PATIENCE)
            return picture(1)

    class Source(Injected):
        def open(self) -> Frames:
            self.opened += 1
            return Hangs(self, iter([]))

    feed = CameraFeed(Source(iter([])), read, patience=QUICK)
    assert gather(feed, InTrouble)[-1] == InTrouble(Trouble.FROZEN, Tried("injected"))
    hangs.set()
    feed.close()


def test_a_black_picture_is_told_without_opening_the_camera_again() -> None:
    black = np.zeros((16, 16), np.uint8)
    script: list[Picture | Trouble] = [*[black] * 1500, *(picture(n) for n in range(1500))]
    source = Injected(iter([script]))
    feed = CameraFeed(source, read, patience=Patience(0.6, 0.8), clock=source.clock)
    events = gather(feed, Recovered)
    feed.close()
    assert InTrouble(Trouble.BLACK, Tried("injected")) in events
    assert source.opened == 1
    assert source.asked < 20, "other cameras are not looked for at each frame"


def test_what_the_reader_raises_is_raised_by_poll() -> None:
    def broken(_: Picture) -> Reading:
        raise RuntimeError("broken")

    feed = CameraFeed(Injected(iter([[picture(n) for n in range(100)]])), broken)
    with pytest.raises(RuntimeError, match="broken"):
        gather(feed, Ended)
    feed.close()


def test_a_thousand_times_unplugged_and_plugged_in_again_leaves_nothing_behind() -> None:
    times = 1000
    script: Iterator[list[Picture | Trouble]] = (
        [picture(n), picture(n + 1)] for n in itertools.count()
    )
    source = Injected(script, pace=0)
    patience = Patience(still=5, starting=5, retry=0.0001, retry_longest=0.0001)
    threads = threading.active_count()
    feed = CameraFeed(source, read, patience=patience)
    lost = back = 0
    end = time.monotonic() + PATIENCE
    while (lost < times or back < times) and time.monotonic() < end:
        event = feed.poll(0.05)
        lost += isinstance(event, InTrouble)
        back += isinstance(event, Recovered)
        assert threading.active_count() <= threads + 3
    feed.close()
    assert lost >= times
    assert back >= times
    assert source.opened - source.closed <= 1
    assert threading.active_count() <= threads + 1
