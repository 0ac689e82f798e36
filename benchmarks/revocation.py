"""How fast is a look-up in a large revocation store? python benchmarks/revocation.py [--entries N].

Builds a store of N generated hashes (100 million unless told; some 16 bytes each) in a temporary
file, and prints:

- how long building took, and the size;
- opening time and the memory that opening takes, for this store and for one of a thousandth;
- the median time of a look-up with its quartiles, for hits and for misses, each with the three hashes
  of a certificate. Look-ups are timed one by one and at random places, through the mapped file as
  the command uses it;
- how much resident memory the look-ups added, read from /proc/self/smaps_rollup before and after
  and at its highest in between: all of it (Rss), and the part that is not the mapped file
  (Anonymous). The file's own pages in the system's cache are not the program's.

A second run of look-ups follows after the system was told to forget the file, so that it is read from
the disk.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vaxpass_cli.io import stores

from vaxpass.revocation import HashList, Identifier, RevocationStore, Type, build

KID: Final = b"12345678"
LOOKUPS: Final = 20_000
BUCKETS: Final = 1 << 16
ALL: Final = Type.UCI | Type.COUNTRY_UCI | Type.SIGNATURE


def bucket(number: int, entries: int) -> list[bytes]:
    """The generated hashes that begin with the two bytes `number`, sorted; always the same ones."""
    count = (number + 1) * entries // BUCKETS - number * entries // BUCKETS
    head = number.to_bytes(2, "big")
    stream = hashlib.shake_128(head).digest(14 * count)
    return sorted({head + stream[at : at + 14] for at in range(0, len(stream), 14)})


def hashes(entries: int) -> Iterator[bytes]:
    """All of them, sorted."""
    for number in range(BUCKETS):
        yield from bucket(number, entries)


def memory() -> dict[str, int]:
    """Resident memory of this process in KiB: `Rss`, and of that `Anonymous`."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    named = (line.split() for line in lines)
    return {words[0].rstrip(":"): int(words[1]) for words in named if len(words) == 3}


def make(path: Path, entries: int) -> None:
    """Build a store and say how long it took."""
    begin = time.perf_counter()
    size = stores.write(path, build([HashList(KID, ALL, 16, entries, hashes(entries))]))
    took = time.perf_counter() - begin
    print(
        f"built {entries:,} entries in {took:.1f} s: {size / 1e6:,.1f} MB, {size / entries:.2f} B each"
    )


def opening(path: Path) -> None:
    """Time and memory of opening."""
    before = memory()["Rss"]
    store = stores.load(path)
    grown = memory()["Rss"] - before
    times = []
    for _ in range(51):
        begin = time.perf_counter()
        stores.load(path)
        times.append((time.perf_counter() - begin) * 1e6)
    size = path.stat().st_size
    print(f"opening {size / 1e6:,.1f} MB: median {statistics.median(times):.1f} us, Rss +{grown} KiB")
    del store


def lookups(store: RevocationStore, entries: int, hit: bool, rounds: int) -> tuple[list[float], int]:
    """Microseconds of each look-up, and the highest Rss seen in between (KiB)."""
    rng = random.Random(1)  # noqa: S311 - which ones are looked up is no secret
    times, highest = [], 0
    for number in range(rounds):
        found = [rng.randbytes(16) for _ in Type]
        if hit:
            listed = bucket(rng.randrange(BUCKETS), entries)
            found[-1] = rng.choice(listed)
        wanted = [Identifier(one, value) for one, value in zip(Type, found, strict=True)]
        begin = time.perf_counter()
        result = store.find(KID, wanted)
        times.append((time.perf_counter() - begin) * 1e6)
        if (result is not None) != hit:
            raise SystemExit("a look-up gave a wrong answer")
        if not number % 100:
            highest = max(highest, memory()["Rss"])
    return times, highest


def measure(path: Path, entries: int, name: str, rounds: int) -> None:
    """Look-ups of hits and misses, with their memory."""
    store = stores.load(path)
    for hit in (False, True):
        before = memory()
        times, highest = lookups(store, entries, hit, rounds)
        after = memory()
        low, middle, high = statistics.quantiles(times, n=4)
        print(
            f"{name}, {'hits' if hit else 'misses'}: median {middle:.1f} us"
            f" (quartiles {low:.1f} to {high:.1f},"
            f" 99 % under {statistics.quantiles(times, n=100)[98]:.1f}),"
            f" {1e6 / statistics.mean(times):,.0f} a second; Rss at most"
            f" {(highest - before['Rss']) / 1024:+.1f} MiB, after"
            f" {(after['Rss'] - before['Rss']) / 1024:+.1f} MiB,"
            f" of that not the file {(after['Anonymous'] - before['Anonymous']) / 1024:+.1f} MiB"
        )


def main() -> None:
    """Build, measure, clean up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the temporary file goes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        large, small = Path(folder) / "large", Path(folder) / "small"
        make(small, max(1, given.entries // 1000))
        make(large, given.entries)
        opening(small)
        opening(large)
        measure(large, given.entries, "cached", LOOKUPS)
        with large.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        measure(large, given.entries, "from disk", 1000)


if __name__ == "__main__":
    main()
