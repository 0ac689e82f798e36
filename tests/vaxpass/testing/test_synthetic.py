"""The people who do not exist: always the same, well formed, and with the errors that they claim."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from vaxpass.identity import (
    Declared,
    Registered,
    check_number,
    compare,
    parse_birth,
    parse_sex,
    read_number,
    read_phone,
)
from vaxpass.testing.synthetic import Kind, Person, Record, Size, Truth, make_world, write_world

_WORLD = make_world(Size(records=3_000, people=9_000, provinces=3, absent=0.03), seed=2)
# kind -> the code that a record of it has, whatever else
_CODES = {
    Kind.DIACRITICS: "name.diacritics",
    Kind.TONE: "name.diacritics",
    Kind.INCOMPLETE: "name.incomplete",
    Kind.SWAPPED: "dob.day_month_swapped",
    Kind.YEAR_ONLY: "dob.year_only",
    Kind.DOB_TYPO: "dob.typo",
    Kind.OLD_NUMBER: "id.old_cmnd",
    Kind.LOST_ZEROS: "id.leading_zeros",
    Kind.ID_TYPO: "id.typo",
    Kind.NO_NUMBER: "id.missing",
    Kind.TWO: "dob.day_month_swapped",
}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_world() -> None:
    again = make_world(_WORLD.size, seed=2)
    assert list(again.registry()) == list(_WORLD.registry())
    assert list(again.records()) == list(_WORLD.records())
    other = make_world(_WORLD.size, seed=3)
    assert list(other.registry()) != list(_WORLD.registry())


def test_people_have_numbers_of_their_own_that_fit_them() -> None:
    people = list(_WORLD.registry())
    assert len(people) == 9_000
    for column in ("person_id", "id_number"):
        assert len({getattr(person, column) for person in people}) == 9_000
    old = [person.old_id_number for person in people if person.old_id_number]
    assert len(set(old)) == len(old) > 4_000
    for person in people:
        number = read_number(person.id_number)
        born = parse_birth(person.date_of_birth)
        assert number is not None
        assert born is not None
        assert born.exists
        assert check_number(number, born, parse_sex(person.sex)) == ()
        assert not person.phone or read_phone(person.phone)
    assert len({person.province for person in people}) == 3
    families = Counter(person.full_name.split()[0] for person in people)
    assert families.most_common(1)[0][0] == "Nguyễn"
    assert 0.3 < families["Nguyễn"] / 9_000 < 0.45


def test_records_have_the_errors_that_they_claim() -> None:
    people = {person.person_id: person for person in _WORLD.registry()}
    seen = Counter[Kind]()
    for record, truth in _WORLD.records():
        seen[truth.kind] += 1
        if truth.kind is Kind.ABSENT:
            assert truth.person_id == ""
            continue
        person = people[truth.person_id]
        found = compare(
            Declared(
                record.full_name, record.date_of_birth, record.id_number, record.phone, record.sex
            ),
            Registered(
                person.full_name,
                person.date_of_birth,
                person.id_number,
                person.old_id_number,
                person.phone,
                person.sex,
            ),
        )
        if code := _CODES.get(truth.kind):
            assert code in found.codes or truth.kind in (Kind.DIACRITICS, Kind.TONE), truth
        if truth.kind in (Kind.EXACT, Kind.FORMAT, Kind.OLD_PHONE, Kind.SHARED_PHONE, Kind.DOSE_TWICE):
            assert found.equal, truth
    assert seen.total() == 3_000
    assert set(seen) == set(Kind)
    assert 0.01 < seen[Kind.ABSENT] / 3_000 < 0.06


@pytest.mark.slow
def test_files_hold_what_was_made(tmp_path: Path) -> None:
    def read(path: Path) -> list[tuple[str, ...]]:
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row) for row in csv.reader(file)]

    records, registry, truths = write_world(_WORLD, tmp_path)
    pairs = list(_WORLD.records())
    assert read(records) == [Record._fields, *(record for record, _ in pairs)]
    assert read(registry) == [Person._fields, *_WORLD.registry()]
    assert read(truths) == [Truth._fields, *(truth for _, truth in pairs)]
