"""What clerks do in the demonstration `clerks_loop.py`: they look at papers, and fill in lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final
from unicodedata import normalize

from national_world import planned, read
from vaxpass_cli.records import cleaning_list
from vaxpass_cli.records.cleaning_list import ListLine

from vaxpass.records import Record
from vaxpass.testing.synthetic import Kind, Person, Size, make_world

_OF_PERSON: Final = ("full_name", "date_of_birth", "sex", "id_number", "phone")
_NEVER: Final = 0.25
"""The share of people whom nobody reaches"""
_LATER: Final = 0.3
"""The share of people who come to the counter only in the second round"""
_SLIPS: Final = 0.04
"""The share of values that are entered wrong in the first round"""
_WITHDRAW: Final = "rút"


class Papers:
    """People with their cards, and what facilities have written about them."""

    def __init__(self, size: Size, seed: int) -> None:
        self.random = Random(f"papers {seed}")  # noqa: S311 - the same for each run
        self.world = make_world(size, seed)
        self.declared: dict[str, Record] = {}
        self.kinds: dict[str, Kind] = {}
        self.persons: dict[str, str] = {}
        """The registered person of each record; empty for people who are not in the register"""
        self._first: dict[tuple[str, ...], str] = {}
        self.repeated: set[str] = set()
        """Records of a dose of which another record says the same"""
        for record, truth in self.world.records():
            name = record.record_id
            self.declared[name] = planned(record)
            self.kinds[name], self.persons[name] = truth.kind, truth.person_id
            dose = (truth.person_id, record.dose)
            if truth.kind is Kind.DOSE_TWICE and dose in self._first:
                self.repeated.add(name)
            self._first.setdefault(dose, name)
        self.cards: dict[str, Person] = {
            person.person_id: person for person, registered in self.world.everybody() if registered
        }
        drawn = {person: self.random.random() for person in sorted(set(self.persons.values()))}
        self._reached = {name: drawn[person] for name, person in self.persons.items()}

    def is_reached(self, record_id: str, round_number: int) -> bool:
        """Whether the person has shown the card by this round, to whichever facility."""
        drawn = self._reached[record_id]
        return drawn >= _NEVER + (_LATER if round_number == 1 else 0.0)

    def right(self, line: ListLine) -> str:
        """The value of the papers; empty where it is written so already, or there is none."""
        if line.field == "record_id":
            return _WITHDRAW if line.record_id in self.repeated else ""
        person = self.persons[line.record_id]
        if line.field not in _OF_PERSON or not person:
            return ""
        value = str(getattr(self.cards[person], line.field))
        empty = Record("")
        same = {empty._replace(**{line.field: text}).canonical for text in (value, line.written)}
        return value if len(same) > 1 else ""


class Filled(Counter[str]):
    """How many lines were filled in, by what is right or wrong with the value."""

    @property
    def lines(self) -> int:
        """All lines that have a value now."""
        return sum(self.values())


def fill_in(papers: Papers, lists: Path, out: Path, round_number: int) -> Filled:
    """Every facility fills in its list and sends it back."""
    filled = Filled()
    for path in sorted(lists.rglob(f"*{cleaning_list.SUFFIX}")):
        if path.stem == "index":
            continue
        place = out / path.relative_to(lists)
        place.parent.mkdir(parents=True, exist_ok=True)
        lines = (each.line for each in cleaning_list.read(path))
        cleaning_list.write(place, _answered(papers, lines, round_number, filled), "vi")
    return filled


def _answered(
    papers: Papers, lines: Iterator[ListLine], round_number: int, filled: Filled
) -> Iterator[ListLine]:
    for line in lines:
        value = papers.right(line)
        if not value or not papers.is_reached(line.record_id, round_number):
            yield line
            continue
        how = "right"
        if round_number == 1 and papers.random.random() < _SLIPS:
            value, how = _slipped(line.field, value)
        filled[how] += 1
        yield line._replace(correction=value)


def _slipped(field: str, value: str) -> tuple[str, str]:
    """A value as it is entered in a hurry, and whether that can be seen in it."""
    if field == "id_number":
        return value[:-1], "unreadable"
    if field == "date_of_birth" and len(value) == 10:
        return f"31/02/{value[:4]}", "unreadable"
    if field == "full_name":
        return f"{value}h", "wrong"
    return value, "right"


# Files that are saved again


def save_again(rows: list[Record], path: Path) -> None:
    """Save records as another program might: UTF-16, other letters, other forms of days."""
    lines = ["\t".join(Record._fields), *("\t".join(_spelled_otherwise(row)) for row in rows)]
    path.touch(0o600)
    path.write_bytes("\r\n".join(lines).encode("utf-16"))


def _spelled_otherwise(row: Record) -> Record:
    return row._replace(
        record_id=f" {row.record_id}",
        full_name=normalize("NFD", row.full_name),
        facility=normalize("NFD", row.facility),
        date_of_birth=_other_day(row.date_of_birth),
        vaccinated_on=_other_day(row.vaccinated_on),
        sex={"Nam": "M", "Nữ": "F"}.get(row.sex, row.sex),
        vaccine=row.vaccine.upper(),
    )


def _other_day(day: str) -> str:
    year, *rest = day.split("-")
    return "/".join((*reversed(rest), year)) if len(rest) == 2 else day


def records_in(path: Path) -> list[Record]:
    """The records of a file that `vaxpass correct` has written."""
    return [Record(**row) for row in read(path)]
