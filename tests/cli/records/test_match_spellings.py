"""However a file is written, the results are the same."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Final
from unicodedata import normalize

import pytest

from tests.support.command import Run
from tests.support.matching_worlds import (
    PEOPLE,
    WORLD,
    Results,
    Row,
    record,
    write_csv,
    write_inputs,
)
from vaxpass.records import FIELDS

ROWS: Final = [
    *(row for row, *_ in WORLD.values()),
    record("F1", dose="x", facility="Trạm Y tế Hoà Bình"),
    record("F2", vaccinated_on="2021-13-01", dose="2"),
    record("Mũi số 3", vaccine="Vero Cell", date_of_birth="1990", id_number="001090999999"),
    record("G1", full_name=""),
]
_DATE: Final = re.compile(r"([0-9]{4})-(0[0-9]|1[0-2])-([0-9]{2})")
_NO_NUMBER: Final = ("id_number", "phone", "dose", "doses")


def otherwise(row: Row, chance: Random) -> Row:
    """The record in another spelling."""

    def cell(column: str, value: str) -> str:
        ways = [value]
        if column not in _NO_NUMBER:
            ways += [normalize("NFD", value), f"\t{value} ", value.replace(" ", "  ")]
        if column in ("date_of_birth", "vaccinated_on") and (found := _DATE.fullmatch(value)):
            year, month, day = found.groups()
            ways += [f"{day}/{month}/{year}", f"{int(day)}.{int(month)}.{year}", f"{value} 00:00:00"]
        if column in ("id_number", "phone") and value:
            ways += [f"{value[:4]} {value[4:]}", f" {value}"]
        if column == "vaccine":
            ways += [value.upper(), value.lower()]
        if column == "sex":
            ways += ["M", "nam"]
        return chance.choice(ways)

    return {column: cell(column, value) for column, value in row.items()}


def told(results: Results) -> list[list[str]]:
    """What the lists say, without what was declared."""
    said = ("record", "column to correct", "code", "what to do")
    return [[line[name] for name in said] for lines in results.lists.values() for line in lines]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-16")])
def test_no_spelling_changes_a_result(
    run: Run, tmp_path: Path, seed: int, delimiter: str, encoding: str
) -> None:
    inputs = write_inputs(tmp_path, ROWS, PEOPLE)
    assert run("match", *inputs, "--out", tmp_path / "as it is").code == 0
    expected = Results(tmp_path / "as it is")
    chance = Random(seed)
    rows = [otherwise(row, chance) for row in ROWS]
    # Copies in yet another spelling are no further records.
    copies = [otherwise(row, chance) for row in chance.sample(ROWS, 3)]
    chance.shuffle(rows)
    path = write_csv(tmp_path / "r.csv", [*rows, *copies], FIELDS, encoding, delimiter)
    ran = run("match", path, inputs[1], "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    results = Results(tmp_path / "out")
    assert results.rows == expected.rows
    assert told(results) == told(expected)
    counted = results.summary
    assert counted.pop("copies") == 3
    assert counted == {name: value for name, value in expected.summary.items() if name != "copies"}
