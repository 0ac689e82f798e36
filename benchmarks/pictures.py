"""How many still pictures are read? python -m benchmarks.pictures [--seed N] [--count N]

Prints for each kind of fault, for `qr.read` and `qr.search`, the share of pictures that are read, wrong
texts, and the time for a picture on one core. They are drawn by `tests/support/hard_codes.py`.
The last row is a photograph of 12 million pixels without a code.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Final

from PIL import Image

from tests.support.hard_codes import KINDS, draw, scene
from vaxpass import qr
from vaxpass.qr import ReadCode

WAYS: Final[dict[str, Callable[[bytes, int, int], tuple[ReadCode, ...]]]] = {
    "read": qr.read,
    "search": qr.search,
}


def measure(kind: str, pictures: list[tuple[str, Image.Image]]) -> None:
    """Read the pictures in both ways, and print a row for each."""
    for name, way in WAYS.items():
        times, read, wrong = [], 0, 0
        for text, picture in pictures:
            begin = time.thread_time()
            found = [code.text for code in way(picture.tobytes(), *picture.size)]
            times.append((time.thread_time() - begin) * 1e3)
            read += text in found
            wrong += any(other != text for other in found)
        share, middle, most = read / len(pictures), statistics.median(times), max(times)
        print(f"{kind:<24}{name:<8}{share:>7.1%}{wrong:>7}{middle:>9.0f} ms{most:>9.0f} ms")


def main() -> None:
    """Draw, read, and print the table."""
    parser = argparse.ArgumentParser(description="How many still pictures are read?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    given = parser.parse_args()
    print(f"{'pictures':<24}{'by':<8}{'read':>7}{'wrong':>7}{'median':>12}{'most':>12}")
    for kind in KINDS:
        numbers = range(given.seed * 1000, given.seed * 1000 + given.count)
        measure(kind, [draw(kind, number) for number in numbers])
    measure("no code", [("", scene(random.Random(given.seed)))])  # noqa: S311


if __name__ == "__main__":
    main()
