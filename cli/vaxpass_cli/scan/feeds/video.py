"""A video as a feed, frame by frame as fast as it is read: for tests, and where no person watches."""

from __future__ import annotations

from collections.abc import Callable

from vaxpass_cli.scan.feeds import events
from vaxpass_cli.scan.feeds.camera import Frames, FrameSource
from vaxpass_cli.scan.feeds.events import Ended, FrameRead, Picture, Reading


class VideoFeed:
    """Gives the frames of a video as fast as they are read, always in the same way.

    There is no thread and no clock: the time is that of the last frame. After the end, each `poll` lets
    the time pass that it would wait.
    """

    def __init__(self, source: FrameSource, read: Callable[[Picture], Reading]) -> None:
        self._frames: Frames | None = source.open()
        self._read = read
        self._now = 0.0

    def poll(self, wait: float) -> events.Event | None:
        """The next frame, then `Ended`, then None. It never waits."""
        if self._frames is None:
            self._now += wait
            return None
        picture = self._frames.read()
        if picture is None:
            self.close()
            return Ended()
        self._now = max(self._now, self._frames.seconds)
        return FrameRead(picture, self._read(picture), self._now)

    def now(self) -> float:
        """The time in the video, in seconds from its start."""
        return self._now

    def close(self) -> None:
        """Close the file."""
        if self._frames:
            self._frames.close()
            self._frames = None
