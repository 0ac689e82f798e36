"""A population register and vaccination records of people who do not exist, with known errors.

For benchmarks, tests and demonstrations. Names are roughly as frequent as in Viet Nam. Numbers have the
form of real ones and are random. The same seed gives the same people.

    world = make_world(Size(records=20_000, people=100_000), seed=1)
    write_world(world, Path("demo"))   # records.csv, registry.csv, truth.csv
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vaxpass.records import Record
from vaxpass.testing.synthetic.people import Person, people
from vaxpass.testing.synthetic.records import Kind, Truth, records

__all__ = ["Kind", "Person", "Record", "Size", "Truth", "World", "make_world", "write_world"]


@dataclass(frozen=True)
class Size:
    """The size of a world.

    >>> Size(records=20_000, people=100_000).provinces
    63
    """

    records: int
    people: int
    """In the register"""
    provinces: int = 63
    absent: float = 0.02
    """The share of people who were vaccinated and are not in the register"""


@dataclass(frozen=True)
class World:
    """A register and records. Each iteration makes the same people and records anew.

    >>> world = World(Size(records=4, people=10), seed=1)
    >>> next(world.registry()) == next(world.registry())
    True
    """

    size: Size
    seed: int

    def everybody(self) -> Iterator[tuple[Person, bool]]:
        """All people, and whether the register has them."""
        total = self._total()
        every = round(1 / self.size.absent) if self.size.absent else total + 1
        registered = 0
        for place, person in enumerate(people(total, self.seed, self.size.provinces)):
            # At places that no other rule knows, so that absent people have records as others have.
            absent = (place * 7 + 3) % every == 0 and total - place > self.size.people - registered
            registered += not absent
            if registered > self.size.people:
                return
            yield person, not absent

    def registry(self) -> Iterator[Person]:
        """The register."""
        return (person for person, registered in self.everybody() if registered)

    def records(self) -> Iterator[tuple[Record, Truth]]:
        """The records, and the truth about each."""
        return records(self.everybody(), self._total(), self.size.records, self.seed)

    def _total(self) -> int:
        return round(self.size.people * (1 + self.size.absent))


def make_world(size: Size, seed: int = 0) -> World:
    """The world of a size and a seed.

    >>> world = make_world(Size(records=4, people=10), seed=1)
    >>> len(list(world.registry())), len(list(world.records()))
    (10, 4)
    """
    return World(size, seed)


def write_world(world: World, folder: Path) -> tuple[Path, Path, Path]:
    """Write `records.csv`, `registry.csv` and `truth.csv` into a folder, and return these paths.

    The files are CSV in UTF-8; the first row names the columns. The folder is made where it is missing,
    and files of these names are replaced. Raises `OSError` where they can't be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     paths = write_world(make_world(Size(records=4, people=10)), Path(folder))
    ...     rows = paths[0].read_text(encoding="utf-8").splitlines()
    >>> [path.name for path in paths], len(rows)
    (['records.csv', 'registry.csv', 'truth.csv'], 5)
    """
    folder.mkdir(parents=True, exist_ok=True)
    places = folder / "records.csv", folder / "registry.csv", folder / "truth.csv"
    _write(places[1], Person._fields, world.registry())
    with places[0].open("w", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(Record._fields)
        _write(places[2], Truth._fields, _beside(world.records(), writer.writerow))
    return places


def _beside(
    pairs: Iterable[tuple[Record, Truth]], write: Callable[[Record], object]
) -> Iterator[Truth]:
    for record, truth in pairs:
        write(record)
        yield truth


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
