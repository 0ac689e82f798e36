"""The people, lists and records of the demonstration `national_pipeline.py`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vaxpass.records import BUILT_IN, Record, UvciMaker
from vaxpass.testing.synthetic import Kind, Size, make_world

_LATE: Final = 50
"""One record of so many arrives after its facility has attested"""


class Lists:
    """What facilities have on their lists, and what has arrived of that.

    `altered` was changed on its way, `late` are not attested yet, and neither is anything of the
    facility `silent`.
    """

    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        self.world = make_world(size, seed)
        self.listed: dict[str, Record] = {}
        self.kinds: dict[str, Kind] = {}
        self.persons: dict[str, str] = {}
        for record, truth in self.world.records():
            self.listed[record.record_id] = planned(record)
            self.kinds[record.record_id] = truth.kind
            self.persons[record.record_id] = truth.person_id
        self.repeated = repeated(self.listed.values())
        self.facilities = sorted({(each.province, each.facility) for each in self.listed.values()})
        self.silent = self.facilities[-1][1]
        self.late = {each for place, each in enumerate(self.listed) if place % _LATE == _LATE - 1}
        self.altered = next(name for name in self.listed if self._checked(name, Kind.EXACT))
        self.arrived = dict(self.listed)
        self.arrived[self.altered] = _given_before(self.listed[self.altered], days=9)

    def checked(self) -> dict[str, Record]:
        """The records that their facilities have attested, as they stood on their lists."""
        return {name: record for name, record in self.listed.items() if self._checked(name)}

    def attested(self) -> set[str]:
        """The records that have arrived as their facilities have attested them."""
        return {name for name, record in self.checked().items() if record == self.arrived[name]}

    def correct_dates(self, names: Iterable[str]) -> None:
        """Facilities find that these doses were given a day before."""
        for name in names:
            self.listed[name] = _given_before(self.listed[name], days=1)

    def correct_names(self, statuses: Mapping[str, str], most: int) -> list[str]:
        """Facilities write some names as on the identity cards; which records that concerns."""
        cards = {person.person_id: person for person in self.world.registry()}
        names = [
            name
            for name in self.listed
            if statuses[name] == "MISMATCH"
            and self._checked(name, Kind.DIACRITICS)
            and name not in self.repeated
        ][:most]
        for name in names:
            card = cards[self.persons[name]]
            self.listed[name] = self.listed[name]._replace(full_name=card.full_name)
        return names

    def send_again(self) -> None:
        """All lists arrive anew, as they stand."""
        self.arrived = dict(self.listed)

    def _checked(self, name: str, kind: Kind | None = None) -> bool:
        here = self.listed[name].facility != self.silent and name not in self.late
        return here and kind in (None, self.kinds[name])


def repeated(records: Iterable[Record]) -> set[str]:
    """Records of a dose that another record with the same number states too, for whomever it is.

    One of them has the number of another person, and a passport waits until that is corrected.
    """
    numbers = UvciMaker("VN", bytes(32))
    doses: dict[tuple[str, str], set[str]] = {}
    for record in records:
        if number := numbers.number(record.id_number):
            doses.setdefault((number, record.dose), set()).add(record.record_id)
    return {name for names in doses.values() if len(names) > 1 for name in names}


def planned(record: Record) -> Record:
    """Facilities of several provinces have the same name, and everybody two doses; not so here."""
    vaccine = BUILT_IN.find(record.vaccine)
    series = max(vaccine.series if vaccine else 2, int(record.dose))
    return record._replace(facility=f"{record.facility} ({record.province})", doses=str(series))


def _given_before(record: Record, days: int) -> Record:
    day = datetime.fromisoformat(record.vaccinated_on) - timedelta(days=days)
    return record._replace(vaccinated_on=f"{day:%Y-%m-%d}")


def write(path: Path, fields: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table that only its owner can read."""
    path.touch(0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows(rows)


def read(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
