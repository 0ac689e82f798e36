"""How many camera frames are read? python benchmarks/reading.py [DIR] [--seed N] [--count N]

Prints, for plain zxing-cpp, the scanner's reader and OpenCV's own detectors, the share of frames that
are read, the share that is read within the time of a frame, and the time for a frame on one core. The
frames are made here (`frames.py`) from passports of invented people; or they are those of DIR: pictures
with a `meta.json` that lists `codes` (each with its `text`) and `frames` (each with `file`, `code`,
`quad`, and size and faults in `p`). Of those only the ones count that hold their code whole.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import zxingcpp
from frames import Frame, frames
from vaxpass_cli.scan.feeds.events import Picture
from vaxpass_cli.scan.reading import Reader

_FRAME: Final = 33.0  # milliseconds from frame to frame
_FAULTS: Final = (
    ("blurred", "blur", 1.5), ("moved", "motion", 4), ("glare", "glare", 0), ("hidden", "occl", 0),
    ("noisy", "noise", 10), ("moire", "moire", 0), ("inverted", "inverted", 0),
)  # fmt: skip
_QRS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class Way(NamedTuple):
    """A way to read frames."""

    name: str
    read: Callable[[Picture], tuple[str, ...]]


def plain(picture: Picture) -> tuple[str, ...]:
    """zxing-cpp by itself, on grey pixels, as fast as it can be asked."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return tuple(code.text for code in zxingcpp.read_barcodes(grey, formats=_QRS, try_rotate=False))


def by_opencv(detector: Any) -> Callable[[Picture], tuple[str, ...]]:
    """One of OpenCV's detectors."""
    return lambda picture: (str(detector.detectAndDecode(picture)[0]),)


def ways() -> list[Way]:
    """All ways that this OpenCV offers."""
    found = [Way("zxing-cpp", plain), Way("vaxpass", lambda p: reader.read(p).texts)]
    reader = Reader(clock=time.thread_time)
    for name in ("QRCodeDetector", "QRCodeDetectorAruco"):
        detector = getattr(cv2, name, None)
        if detector:
            found.append(Way(name, by_opencv(detector())))
    return found


def of_folder(folder: Path) -> Iterator[tuple[Frame, tuple[str, ...]]]:
    """The frames of a folder that hold their code whole, and their faults."""
    meta = json.loads((folder / "meta.json").read_text())
    for frame in meta["frames"]:
        width, height = frame["p"]["w"], frame["p"]["h"]
        if "code" in frame and all(0 <= x < width and 0 <= y < height for x, y in frame["quad"]):
            picture = np.asarray(cv2.imread(str(folder / frame["file"])), np.uint8)
            faults = tuple(name for name, key, least in _FAULTS if frame["p"][key] > least)
            whole = Frame(picture, meta["codes"][frame["code"]]["text"], f"{frame['set']} {height}p")
            yield whole, faults


def main() -> None:
    """Read all frames in all ways and print the table."""
    parser = argparse.ArgumentParser(description="How many camera frames are read?")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    made = ((frame, ()) for frame in frames(given.count, given.seed))
    source = of_folder(given.folder) if given.folder else made
    found: dict[tuple[str, str], list[tuple[bool, bool, float]]] = {}
    all_ways = ways()
    for frame, faults in source:
        for way in all_ways:
            begin = time.thread_time()
            texts = [text for text in way.read(frame.picture) if text]
            spent = (time.thread_time() - begin) * 1e3
            wrong = any(text != frame.text for text in texts)
            result = frame.text in texts, wrong, spent
            for kind in ("all", frame.kind, *faults):
                found.setdefault((kind, way.name), []).append(result)
    title = (
        f"{'frames':<22}{'reader':<22}{'read':>8}{'in time':>9}{'wrong':>7}{'median':>10}{'p95':>10}"
    )
    print(title)
    for (kind, name), results in sorted(found.items()):
        share = sum(read for read, _, _ in results) / len(results)
        times = [spent for _, _, spent in results]
        late = statistics.quantiles(times, n=20)[-1]
        errors = sum(wrong for _, wrong, _ in results)
        what = f"{kind} ({len(results)})"
        middle, high = f"{statistics.median(times):.1f} ms", f"{late:.1f} ms"
        soon = sum(read and spent < _FRAME for read, _, spent in results) / len(results)
        print(f"{what:<22}{name:<22}{share:>8.1%}{soon:>9.1%}{errors:>7}{middle:>10}{high:>10}")


if __name__ == "__main__":
    main()
