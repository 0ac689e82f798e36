"""From the first readable frame to the verdict on the screen: python benchmarks/scanning.py

Plays passports to the scanner as a camera would, with all of its threads and its window, and measures
from the moment a frame with a new code is delivered until its verdict is drawn. Several runs, for other
programs disturb it: `--runs N`. Needs a display; without a screen:

    xvfb-run python benchmarks/scanning.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from frames import frames
from vaxpass_cli.scan.desk.desk import Desk, Surroundings
from vaxpass_cli.scan.desk.machine import Timing
from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.camera import CameraFeed, Frames
from vaxpass_cli.scan.feeds.events import FrameRead, Input, KeyPressed, Picture
from vaxpass_cli.scan.reading import Reader
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window.view import WindowView

from vaxpass import Policy, Verifier, read_trust_list

ROOT: Final = Path(__file__).parent.parent
PASSPORTS: Final = 60
NOW: Final = datetime(2026, 11, 24, tzinfo=UTC)


class Camera:
    """Thirty frames a second: each passport for a while, then an empty desk."""

    name = "benchmark"
    live = True
    seconds = 0.0

    def __init__(self) -> None:
        self._pictures = [frame.picture for frame in frames(PASSPORTS, 5, ["mild"])]
        self._noise = np.random.default_rng(1)
        self.shown_at: list[float] = []
        self.done = threading.Event()
        self._showing = False
        self._script = iter(self._frames())

    def open(self) -> Frames:
        """The camera itself."""
        return self

    def _frames(self) -> list[Picture | None]:
        script: list[Picture | None] = []
        for picture in self._pictures:
            script += [picture] * 8 + [None] * 12
        return script

    def read(self) -> Picture | None:
        """The next frame, a thirtieth of a second after the last."""
        time.sleep(1 / 30)
        try:
            step = next(self._script)
        except StopIteration:
            self._script = iter([None] * 100)
            self.done.set()
            step = None
        empty = self._noise.integers(90, 110, (720, 1280, 1), np.uint8)
        if step is None:
            self._showing = False
            return np.repeat(empty, 3, axis=2)
        if not self._showing:
            self.shown_at.append(time.monotonic())
        self._showing = True
        changed = step.copy()
        changed[:8] = empty[:8]
        return changed

    def tried(self) -> None:
        """It is never tried again."""

    def close(self) -> None:
        """There is nothing to close."""


class Timed:
    """A window that notes when a verdict was first drawn."""

    def __init__(self, camera: Camera) -> None:
        self._window = WindowView(Settings())
        self._camera = camera
        self._before: object = None
        self.drawn_at: list[float] = []

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw, then look at the clock."""
        self._window.show(screen, frame)
        if screen.finding and self._before is None:
            self.drawn_at.append(time.monotonic())
        self._before = screen.finding

    def inputs(self, now: float) -> Sequence[Input]:
        """What the window gives, and once the camera has shown all, the key that ends."""
        given = self._window.inputs(now)
        if not self._camera.done.is_set():
            return given
        self._camera.done.clear()
        return (KeyPressed("q"),)

    def refuse(self, sentence: str, settings: Settings) -> None:
        """Nothing is changed here."""

    def beep(self) -> None:
        """Make no sound."""

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def measured() -> tuple[list[float], int]:
    """Milliseconds from frame to drawn verdict, of each passport that was read when first shown.

    Also the number of all that were shown.
    """
    trust = read_trust_list((ROOT / "trust_lists" / "demo.json").read_bytes(), source="demo")
    verifier = Verifier(trust, Policy(test_keys=True))
    camera = Camera()
    judged: list[Judged] = []
    around = Surroundings(
        judge=lambda text, at: verifier.verify(text, at=at),
        clock=lambda: NOW,
        badges=lambda _at, _language: ("benchmark",),
        secret=os.urandom(32),
    )
    timing = Timing(accepted=0.3, other=0.3, forget=0.2, clear=0.05)
    feed = CameraFeed(camera, Reader().read)
    view = Timed(camera)
    try:
        run(Desk(around, on_verdict=judged.append, timing=timing), feed, view)
    finally:
        feed.close()
        view.close()
    times = []
    for begin in camera.shown_at:
        later = [at - begin for at in view.drawn_at if 0 <= at - begin < 0.6]
        if later:
            times.append(later[0] * 1e3)
    return times, len(camera.shown_at)


def main() -> None:
    """Measure, and print a line for each run and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    runs = [measured() for _ in range(parser.parse_args().runs)]
    together = [each for times, _ in runs for each in times], sum(shown for _, shown in runs)
    for name, (times, shown) in [
        *((f"run {n}", found) for n, found in enumerate(runs, 1)),
        ("all", together),
    ]:
        late = statistics.quantiles(times, n=20)[-1]
        print(
            f"{name}: {len(times)} of {shown} passports were judged when first shown; frame delivered "
            f"to verdict drawn: median {statistics.median(times):.0f} ms, p95 {late:.0f} ms"
        )


if __name__ == "__main__":
    main()
