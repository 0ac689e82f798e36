"""1,000 records, each compared with every person by the identity core: SQL finds the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from vaxpass_cli.records.match import stages

from tests.support.command import Run
from tests.support.matching_worlds import Results
from vaxpass.identity import (
    BirthDate,
    BirthMatch,
    Declared,
    NumberMatch,
    Registered,
    compare,
    compare_births,
    compare_numbers,
    parse_birth,
)
from vaxpass.records import DOSE_TWICE, MatchStatus, decide
from vaxpass.testing.synthetic import Kind, Person, Record, Size, make_world, write_world

_WORLD = make_world(Size(records=1_000, people=700, provinces=3, absent=0.05), seed=11)
_NO_BIRTH = (BirthMatch.DIFFERENT, BirthMatch.UNKNOWN)
_SAME = (NumberMatch.EQUAL, NumberMatch.LEADING_ZEROS, NumberMatch.OLD)


def registered(person: Person) -> Registered:
    return Registered(
        person.full_name,
        person.date_of_birth,
        person.id_number,
        person.old_id_number,
        person.phone,
        person.sex,
    )


def declared(record: Record, shared_by: int) -> Declared:
    return Declared(
        record.full_name,
        record.date_of_birth,
        record.id_number,
        record.phone,
        record.sex,
        shared_by,
    )


def test_sql_finds_what_comparing_everybody_finds(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_PEOPLE", 70)
    monkeypatch.setattr(stages, "_RECORDS", 150)
    records, registry, _ = write_world(_WORLD, tmp_path / "in")
    out = tmp_path / "out"
    assert run("match", records, registry, "--out", out).code == 0
    rows = Results(out).rows
    assert len(rows) == 1_000
    people = [
        (person.person_id, registered(person), parse_birth(person.date_of_birth) or BirthDate())
        for person in _WORLD.registry()
    ]
    expected = {}
    matched: dict[str, tuple[str, str]] = {}
    for record, truth in _WORLD.records():
        statement = declared(record, rows[record.record_id]["shared_by"])
        holders, others = [], []
        born = parse_birth(statement.date_of_birth) or BirthDate()
        for person_id, person, birth in people:
            if compare_numbers(statement.number, person.number, person.old_number) in _SAME:
                holders.append((person_id, person))
            # With another date nobody is plausible; asking first spares most of the time.
            elif compare_births(born, birth) not in _NO_BIRTH and compare(statement, person).plausible:
                others.append(person)
        made = decide(statement, [person for _, person in holders], others)
        if made.status is MatchStatus.MATCHED:
            matched[record.record_id] = (holders[0][0], record.dose)
            # Only what is equal is matched, and so never the wrong person.
            assert holders[0][0] == truth.person_id
        expected[record.record_id] = made
    doses = Counter(matched.values())
    for record_id, made in expected.items():
        dose = matched.get(record_id)
        twice = dose is not None and doses[dose] > 1
        settled = DOSE_TWICE if twice else made
        row = rows.pop(record_id)
        assert row["status"] == settled.status
        assert row["codes"] == [*map(str, settled.codes)]
        assert row["told"] == [*map(str, settled.facility_codes)]
        assert row["field"] == settled.field
        assert (row["suggestion"], row["suggested"]) == (
            [*map(str, settled.suggestion)],
            settled.candidate_count,
        )
        assert row["person_id"] == (dose[0] if dose and not twice else None)
    assert not rows


def test_the_world_has_every_status_and_every_kind_of_error() -> None:
    kinds = Counter(truth.kind for _, truth in _WORLD.records())
    assert set(kinds) == set(Kind)
