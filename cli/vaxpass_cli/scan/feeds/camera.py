"""The feed of a camera or a video: frames become events of the desk.

One thread grabs frames, another reads the codes in them. A `Watchdog` sees by the frames whether the
camera has stopped, is frozen or black; the feed then opens it again.
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
    Trouble,
)

_EVERY: Final = 16
"""Rows apart: a sixteenth of a frame is enough to see noise, and costs 0.1 ms."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a camera may be odd, and how it is tried again; all in seconds.

    `still`: without a new frame, with the same frame over and over, or black. `starting`: until the
    first frame after it was opened, as cameras warm up. `retry` and `retry_longest`: the pause before
    it is opened again, which doubles with every try.
    """

    still: float = 1.0
    starting: float = 5.0
    retry: float = 0.5
    retry_longest: float = 5.0


class Watchdog:
    """Watches one camera. Times are seconds on any clock that doesn't go back."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._changed = 0.0
        self._seen = 0.0
        self._lit = 0.0
        self._started = False
        self._last = b""

    def start(self, now: float) -> None:
        """The camera is being opened.

        The last picture is remembered: one that shows it again is as frozen as before.
        """
        self._changed = self._seen = self._lit = now
        self._started = False

    def see(self, now: float, picture: Picture) -> bool:
        """Take a frame that came at `now`; whether it shows that the camera works."""
        rows = picture[::_EVERY]
        mean = float(rows.mean())
        black = mean < 8 and float(rows.std()) < 3
        bytes_ = rows.tobytes()
        # The noise of a sensor makes every frame differ, but where all is black or blinding white.
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
        """What is wrong at `now`; None where nothing is, or it is too early to say."""
        limit = self._patience.still if self._started else self._patience.starting
        if now - self._changed >= limit:
            return Trouble.FROZEN
        if self._seen - self._lit >= limit:
            return Trouble.BLACK
        return None


_TICK: Final = 0.1
_KEPT: Final = 8
"""Frames with texts that wait to be polled; pictures are large."""
_OPENING: Final = 30.0
"""Seconds after which opening hangs: some drivers take 20, and a second opener would find it busy."""
_JOIN: Final = 2.0


class SourceTrouble(Exception):
    """A source can't be opened or read; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Frames(Protocol):
    """A source that was opened. It is used and closed by one thread."""

    @property
    def seconds(self) -> float:
        """The time stamp of the last frame of a video; of no meaning for a camera."""

    def read(self) -> Picture | None:
        """The next frame, when it comes; None at the end of a file. Raises `SourceTrouble`."""

    def close(self) -> None:
        """Free the device."""


class FrameSource(Protocol):
    """A camera or a video file."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def live(self) -> bool:
        """Whether it is a camera: it goes on for ever, and comes back after a trouble."""

    def open(self) -> Frames:
        """Open it, or open it again while an earlier one hangs. Raises `SourceTrouble`."""


class CameraFeed:
    """The feed of a camera, or of a video as if it were one: it plays at its own pace.

    `read` tells what a frame holds. Whatever else but `SourceTrouble` is raised by the source or by
    `read` is raised by `poll`.
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
        self._trouble: Trouble | None = None
        self._grabbers: list[_Grabber] = []
        self._pause = self._patience.retry
        self._worker = Thread(target=self._work, name="vaxpass reader", daemon=True)
        self._worker.start()

    def poll(self, wait: float) -> events.Event | None:
        """The next event; None where there is none within `wait` seconds."""
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
        """Stop the threads and free the device. A thread that hangs in a driver is left to itself."""
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
        except BaseException as error:  # whoever polls must know
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
        # Before the device can be opened again, it has to be closed.
        grabber.thread.join(self._patience.retry)
        if trouble is None:
            if not self._stopping.is_set():
                self._publish(Ended())
            self._stopping.set()
            return
        # A device that an earlier thread of this feed hangs in is busy with that.
        if trouble is not Trouble.BUSY or len(self._alive()) == 0:
            self._tell(trouble)
        self._stopping.wait(self._pause)
        self._pause = min(self._pause * 2, self._patience.retry_longest)
        # One that hangs may be left behind; a second one is waited for, else they would pile up.
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
                        self._tell(Trouble.FROZEN)
                    continue
                trouble = self._watchdog.trouble(frame[1] if frame else self._clock())
                if trouble is Trouble.FROZEN:
                    return trouble
                if trouble:
                    # Behind a lens cap the camera works: it is not opened again.
                    self._tell(trouble)
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

    def _tell(self, trouble: Trouble) -> None:
        # Where it was unplugged, that it is absent is no news.
        if trouble is self._trouble or (trouble, self._trouble) == (Trouble.ABSENT, Trouble.LOST):
            return
        self._trouble = trouble
        self._publish(InTrouble(trouble))

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
    """One opening of a source, in a thread of its own, with a slot for the newest frame."""

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
        """The newest frame, and when it came; None where there is none within `wait` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._slot or self.over, wait)
            frame, self._slot = self._slot, None
            return frame

    def stop(self) -> None:
        """End the thread as soon as the source lets it."""
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
