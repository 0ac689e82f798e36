"""The queue again and again, with all threads and the window: does the memory stay as it is?

    python benchmarks/soak.py --minutes 60
    python benchmarks/soak.py --minutes 20 --speed 3

Makes the video of `examples/make_queue_video.py` if it is not there, plays it in a circle as a camera
would give it, and prints the memory of the process (RSS), its threads and its open files each half
minute. With `--speed 3` the queue goes by three times as fast, as far as the machine can follow. Needs
a display; without a screen: xvfb-run python benchmarks/soak.py. Linux only, for it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.machine import Timing
from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.camera import CameraFeed, Frames
from vaxpass_cli.scan.feeds.events import FrameRead, Input, KeyPressed, Picture
from vaxpass_cli.scan.opencv.capture import Video
from vaxpass_cli.scan.reading import Reader
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.view import WindowView

from vaxpass import Policy, Verifier, read_trust_list

ROOT: Final = Path(__file__).parent.parent
RATE: Final = 15
"""Frames a second of the video"""
EVERY: Final = 30.0


class Circle:
    """A camera before which the queue goes by without an end."""

    name = "soak"
    live = True
    seconds = 0.0

    def __init__(self, video: Path, speed: float) -> None:
        self._video = Video(video)
        self._frames = self._video.open()
        self._pause = 1 / (RATE * speed)
        self._due = time.monotonic()
        self.rounds = 0
        self.frames = 0

    def open(self) -> Frames:
        """The camera itself."""
        return self

    def read(self) -> Picture | None:
        """The next frame of the video, when it is due; after the last the first."""
        self._due = max(self._due + self._pause, time.monotonic() - 1)
        time.sleep(max(0.0, self._due - time.monotonic()))
        picture = self._frames.read()
        if picture is None:
            self._frames.close()
            self._frames = self._video.open()
            self.rounds += 1
            picture = self._frames.read()
        self.frames += 1
        return picture

    def tried(self) -> None:
        """A video is not tried again."""

    def close(self) -> None:
        """Close the video."""
        self._frames.close()


class Until:
    """A window that ends the shift after some time."""

    def __init__(self, seconds: float) -> None:
        self._window = WindowView(Settings())
        self._end = time.monotonic() + seconds
        self.screens = 0
        self._before: Screen | None = None

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw."""
        self._window.show(screen, frame)
        self.screens += screen != self._before
        self._before = screen

    def inputs(self, now: float) -> Sequence[Input]:
        """What the window gives, and at last the key that ends."""
        given = self._window.inputs(now)
        return given if time.monotonic() < self._end else (KeyPressed("q"),)

    def refuse(self, sentence: str, settings: Settings) -> None:
        """Nothing is changed here."""

    def beep(self) -> None:
        """Make no sound."""

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def memory() -> float:
    """The memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Play, and print a line each half minute."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--video", type=Path, default=ROOT / "queue.mp4")
    given = parser.parse_args()
    if not given.video.exists():
        script = ROOT / "examples" / "make_queue_video.py"
        subprocess.run([sys.executable, script, "--out", given.video], check=True)  # noqa: S603
    trust = read_trust_list((ROOT / "trust_lists" / "demo.json").read_bytes(), source="demo")
    verifier = Verifier(trust, Policy(test_keys=True))
    given_verdicts = 0

    def count(_: Judged) -> None:
        nonlocal given_verdicts
        given_verdicts += 1

    around = Surroundings(
        judge=lambda text, at: verifier.verify(text, at=at),
        clock=lambda: datetime.now(UTC),
        badges=lambda _at, _language: ("soak",),
        secret=os.urandom(32),
    )
    slower = Timing()
    timing = Timing(
        accepted=1.5 / given.speed,
        other=1.5 / given.speed,
        takeover=0.5 / given.speed,
        forget=slower.forget / given.speed,
        hint=slower.hint / given.speed,
        clear=slower.clear / given.speed,
    )
    camera = Circle(given.video, given.speed)
    view = Until(given.minutes * 60)
    feed = CameraFeed(camera, Reader().read)
    begin = time.monotonic()
    due = begin + EVERY

    def note() -> None:
        nonlocal due
        now = time.monotonic()
        if now < due:
            return
        due += EVERY
        handles = len(list(Path("/proc/self/fd").iterdir()))
        print(
            f"{(now - begin) / 60:6.1f} min  {memory():6.1f} MB  {threading.active_count()} threads  "
            f"{handles} files  {camera.rounds} queues  {camera.frames} frames  "
            f"{given_verdicts} verdicts  {view.screens} screens",
            flush=True,
        )

    try:
        run(Desk(around, on_verdict=count, timing=timing), feed, view, after=note)
    finally:
        feed.close()
        view.close()


if __name__ == "__main__":
    main()
