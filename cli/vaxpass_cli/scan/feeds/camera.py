"""Cameras and videos as feeds: frames are taken in one thread, read and watched in another.

A watchdog notices a camera that is frozen or black.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Event, Thread
from typing import Final, Protocol

from vaxpass_cli.scan.feeds import events
from vaxpass_cli.scan.feeds.events import (
    Ended,
    FrameRead,
    InTrouble,
    Picture,
    Reading,
    Recovered,
    Tried,
    Trouble,
)

_EVERY: Final = 16
"""Only each 16th row of a frame is looked at: enough to see noise, in 0.1 ms"""
_TICK: Final = 0.1
_KEPT: Final = 8
"""Number of frames with texts that wait to be polled; pictures are large"""
_OPENING: Final = 30.0
"""Seconds that opening may take: some drivers need 20, and a second try would find them busy"""
_JOIN: Final = 2.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a camera may deliver nothing, and how often it is tried again; all in seconds."""

    still: float = 1.0
    """Without a new frame, with the same frame again and again, or black"""
    starting: float = 5.0
    """Until the first frame after opening, because cameras warm up"""
    retry: float = 0.5
    """Pause before it is opened again; doubled after each try"""
    retry_longest: float = 5.0
    """The longest such pause"""


class Watchdog:
    """Watches a camera. Times are seconds on any clock that doesn't go back."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._changed = 0.0
        self._seen = 0.0
        self._lit = 0.0
        self._started = False
        self._last = b""

    def start(self, now: float) -> None:
        """Note that the camera is being opened.

        The last picture is kept: a camera that shows it again is still frozen.
        """
        self._changed = self._seen = self._lit = now
        self._started = False

    def see(self, now: float, picture: Picture) -> bool:
        """Take a frame that came at `now`; gives whether it shows that the camera works."""
        rows = picture[::_EVERY]
        mean = float(rows.mean())
        black = mean < 8 and float(rows.std()) < 3
        bytes_ = rows.tobytes()
        # The noise of a sensor makes all frames different, except black and white ones.
        changed = black or mean > 250 or bytes_ != self._last
        self._last = bytes_
        self._seen = now
        self._started = True
        if changed:
            self._changed = now
        if not black:
            self._lit = now
        return changed and not black

    def trouble(self, now: float) -> Trouble | None:
        """What is wrong at `now`; None where nothing is wrong, or it is too early to know."""
        limit = self._patience.still if self._started else self._patience.starting
        if now - self._changed >= limit:
            return Trouble.FROZEN
        if self._seen - self._lit >= limit:
            return Trouble.BLACK
        return None


class SourceTrouble(Exception):
    """Raised where a source can't be opened or read; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Frames(Protocol):
    """An open source. One thread uses and closes it."""

    @property
    def seconds(self) -> float:
        """The time stamp of the last frame of a video; without a meaning for a camera."""

    def read(self) -> Picture | None:
        """The next frame, when it comes; None at the end of a video. Raises `SourceTrouble`."""

    def close(self) -> None:
        """Free the device."""


class FrameSource(Protocol):
    """A camera or a video file."""

    @property
    def name(self) -> str:
        """The name that people know."""

    @property
    def live(self) -> bool:
        """Whether it is a camera: without an end, and back after a trouble."""

    def open(self) -> Frames:
        """Open it, perhaps while an earlier opening hangs. Raises `SourceTrouble`."""

    def tried(self) -> Tried | None:
        """Which camera is meant and what others there are; asked where something is wrong."""


class NoCameraFeed:
    """The feed of a desk that can't use cameras, because a library for them is missing: it says so."""

    def __init__(self, camera: str) -> None:
        self._told: InTrouble | None = InTrouble(Trouble.UNUSABLE, Tried(camera))

    def poll(self, wait: float) -> events.Event | None:
        """The trouble, once; then None after `wait` seconds."""
        told, self._told = self._told, None
        if told is None:
            time.sleep(wait)
        return told

    def now(self) -> float:
        """The time, in seconds."""
        return time.monotonic()

    def close(self) -> None:
        """Do nothing: there is nothing to free."""


class CameraFeed:
    """The feed of a camera, or of a video that is played at its own pace.

    `read` gives the codes of a frame. What the source or `read` raises is raised by `poll`, except
    `SourceTrouble`.
    """

    def __init__(
        self,
        source: FrameSource,
        read: Callable[[Picture], Reading],
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
    ) -> None:
        self._source = source
        self._read = read
        self._clock = clock
        self._patience = patience or Patience()
        self._watchdog = Watchdog(self._patience)
        self._stopping = Event()
        self._published = Condition()
        self._events: deque[events.Event] = deque()
        self._failure: BaseException | None = None
        self._trouble: InTrouble | None = None
        self._told = 0.0
        self._grabbers: list[_Grabber] = []
        self._pause = self._patience.retry
        self._worker = Thread(target=self._work, name="vaxpass reader", daemon=True)
        self._worker.start()

    def poll(self, wait: float) -> events.Event | None:
        """The next event; None where none comes within `wait` seconds."""
        with self._published:
            self._published.wait_for(lambda: self._events or self._failure, wait)
            if self._events:
                return self._events.popleft()
            failure, self._failure = self._failure, None
        if failure:
            raise failure
        return None

    def now(self) -> float:
        """The time on the clock, in seconds."""
        return self._clock()

    def close(self) -> None:
        """Stop the threads and free the device. A thread that hangs in a driver is not waited for."""
        self._stopping.set()
        for grabber in list(self._grabbers):
            grabber.stop()
        self._worker.join(_JOIN)
        with self._published:
            self._events.clear()

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                self._follow()
        except BaseException as error:  # raised by `poll`
            with self._published:
                self._failure = error
                self._published.notify()
        finally:
            for grabber in self._grabbers:
                grabber.stop()
                grabber.thread.join(_JOIN)

    def _follow(self) -> None:
        """Open the source and read frames until it ends or is in trouble; then wait a little."""
        self._watchdog.start(self._clock())
        grabber = _Grabber(self._source, self._clock)
        self._grabbers.append(grabber)
        trouble = self._read_all(grabber)
        grabber.stop()
        # The device must be closed before it can be opened again.
        grabber.thread.join(self._patience.retry)
        if trouble is None:
            if not self._stopping.is_set():
                self._publish(Ended())
            self._stopping.set()
            return
        # A device may be busy because an earlier thread of this feed hangs in it.
        if trouble is not Trouble.BUSY or len(self._alive()) == 0:
            self._report(trouble)
        self._stopping.wait(self._pause)
        self._pause = min(self._pause * 2, self._patience.retry_longest)
        # One thread may hang; a second one is waited for, so that there are never many.
        while len(self._alive()) > 1 and not self._stopping.wait(_TICK):
            pass

    def _read_all(self, grabber: _Grabber) -> Trouble | None:
        live = self._source.live
        while not self._stopping.is_set():
            frame = grabber.take(_TICK)
            if frame is None and grabber.over:
                if grabber.failure:
                    raise grabber.failure
                return grabber.trouble
            well = True
            if live:
                if frame:
                    well = self._watchdog.see(frame[1], frame[0])
                elif grabber.opening and self._clock() - grabber.began < _OPENING:
                    if self._clock() - grabber.began > self._patience.starting:
                        self._report(Trouble.FROZEN)
                    continue
                trouble = self._watchdog.trouble(frame[1] if frame else self._clock())
                if trouble is Trouble.FROZEN:
                    return trouble
                if trouble:
                    # A camera behind a lens cap works: it is not opened again.
                    self._report(trouble)
            if frame:
                self._take(frame, well)
        return None

    def _take(self, frame: tuple[Picture, float], well: bool) -> None:
        if self._trouble:
            if not well:
                return
            self._trouble = None
            self._pause = self._patience.retry
            self._publish(Recovered())
        picture, at = frame
        self._publish(FrameRead(picture, self._read(picture), at))

    def _report(self, trouble: Trouble) -> None:
        before = self._trouble
        # A camera that was unplugged is also absent.
        if before and (trouble, before.trouble) == (Trouble.ABSENT, Trouble.LOST):
            trouble = Trouble.LOST
        now = self._clock()
        if before and before.trouble is trouble and now - self._told < self._patience.retry_longest:
            return
        self._told = now
        told = InTrouble(trouble, self._source.tried())
        if told != before:
            self._trouble = told
            self._publish(told)

    def _publish(self, event: events.Event) -> None:
        with self._published:
            last = self._events[-1] if self._events else None
            if (
                isinstance(event, FrameRead)
                and isinstance(last, FrameRead)
                and last.reading.texts in ((), event.reading.texts)
            ):
                self._events.pop()
            self._events.append(event)
            waiting = [one for one in self._events if isinstance(one, FrameRead)]
            if len(waiting) > _KEPT:
                self._events.remove(waiting[0])
            self._published.notify()

    def _alive(self) -> list[_Grabber]:
        self._grabbers = [grabber for grabber in self._grabbers if grabber.thread.is_alive()]
        return self._grabbers


class _Grabber:
    """One opening of a source, in its own thread; keeps the newest frame."""

    def __init__(self, source: FrameSource, clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._stopping = Event()
        self._news = Condition()
        self._slot: tuple[Picture, float] | None = None
        self.began = clock()
        self.opening = True
        self.over = False
        self.trouble: Trouble | None = None
        self.failure: BaseException | None = None
        self.thread = Thread(target=self._work, name="vaxpass grabber", daemon=True)
        self.thread.start()

    def take(self, wait: float) -> tuple[Picture, float] | None:
        """The newest frame and when it came; None where none comes within `wait` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._slot or self.over, wait)
            frame, self._slot = self._slot, None
            return frame

    def stop(self) -> None:
        """End the thread as soon as the source allows it."""
        self._stopping.set()

    def _work(self) -> None:
        try:
            frames = self._source.open()
            self.opening = False
            try:
                self._grab(frames)
            finally:
                frames.close()
        except SourceTrouble as error:
            self.trouble = error.trouble
        except BaseException as error:  # it is raised where frames are taken
            self.failure = error
        with self._news:
            self.over = True
            self._news.notify()

    def _grab(self, frames: Frames) -> None:
        start: float | None = None
        while not self._stopping.is_set():
            picture = frames.read()
            if picture is None:
                return
            if not self._source.live:
                start = self._clock() - frames.seconds if start is None else start
                self._stopping.wait(start + frames.seconds - self._clock())
            with self._news:
                self._slot = (picture, self._clock())
                self._news.notify()
