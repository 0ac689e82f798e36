"""A population register with vaccination records, in memory or as files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vaxpass.testing.synthetic.people import Person, people
from vaxpass.testing.synthetic.records import Record, Truth, records


@dataclass(frozen=True)
class Size:
    """How large a world is.

    >>> Size(records=4, people=10).provinces
    63
    """

    records: int
    """Number of records"""
    people: int
    """Number of people in the register"""
    provinces: int = 63
    """Number of provinces that they live in"""
    absent: float = 0.02
    """Share of vaccinated people who are not in the register, from 0 to 1"""


@dataclass(frozen=True)
class World:
    """A register and records. Each iteration makes the same people again; nothing is kept in memory."""

    size: Size
    seed: int

    def everybody(self) -> Iterator[tuple[Person, bool]]:
        """All people, and whether the register has them."""
        total = self._total()
        every = round(1 / self.size.absent) if self.size.absent else total + 1
        registered = 0
        for place, person in enumerate(people(total, self.seed, self.size.provinces)):
            # Places that do not depend on who is vaccinated: absent people have records like others.
            absent = (place * 7 + 3) % every == 0 and total - place > self.size.people - registered
            registered += not absent
            if registered > self.size.people:
                return
            yield person, not absent

    def registry(self) -> Iterator[Person]:
        """The register."""
        return (person for person, registered in self.everybody() if registered)

    def records(self) -> Iterator[tuple[Record, Truth]]:
        """The records, each with its truth."""
        return records(self.everybody(), self._total(), self.size.records, self.seed)

    def _total(self) -> int:
        return round(self.size.people * (1 + self.size.absent))


def make_world(size: Size, seed: int = 0) -> World:
    """Make a world; the same size and seed always give the same one.

    >>> world = make_world(Size(records=4, people=10), seed=1)
    >>> len(list(world.registry())), len(list(world.records()))
    (10, 4)
    """
    return World(size, seed)


def write_world(world: World, folder: Path) -> tuple[Path, Path, Path]:
    """Write records.csv, registry.csv and truth.csv (UTF-8) into a folder, and return their paths.

    The folder is made if need be. Raises `OSError` where it can't be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     paths = write_world(make_world(Size(records=4, people=10)), Path(folder))
    >>> [path.name for path in paths]
    ['records.csv', 'registry.csv', 'truth.csv']
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
