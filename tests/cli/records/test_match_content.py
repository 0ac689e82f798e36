"""What is wrong with a record by itself is told by the match, in its results and lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Final

import pytest
from vaxpass_cli.records.cleaning_list import read as read_list

from tests.support.command import Run
from tests.support.matching_worlds import PEOPLE, Results, Row, record, write_inputs
from vaxpass.records import Record, check_content

AT: Final = "2022-03-01T20:00:00Z"
TODAY: Final = date(2022, 3, 2)
"""In Viet Nam, where it is after midnight"""
VALUES: Final = {
    "full_name": (
        *("Nguyễn Văn An", "NGUYEN VAN AN", "An", "", " ", "Ng?yễn", "Nguyễn 1", "陈伟", "H'Hen Niê"),
        *("Y", "Nguyeãn Vaên A", "NguyÔn V¨n A", "A" * 81, "Nguyễn  Văn\tAn", "Lê-Thị, B."),
    ),
    "date_of_birth": (
        *("1990-06-05", "1990", "5/6/1990", "31/02/1990", "", "32905", "05/06/90", "2021-09-02"),
        *("2022", "2021-09", "x", "1990-06-31", "2030-01-01"),
    ),
    "sex": ("M", "", "x"),
    "vaccine": ("Pfizer", "Vero Cell", "Janssen", "Abdala", "", "?", "Stamaril", "bOPV", "BIOPOLIO"),
    "dose": ("1", "2", "3", "01", "2.0", "", "x", "0", "12"),
    "doses": ("1", "2", "3", "", "x"),
    "vaccinated_on": (
        *("2021-09-01", "1/9/2021", "2022-03-02", "2022-03-03", "2019-01-01", "", "9/2021", "44440"),
        *("1.9.21", "31/9/2021", "2021-09-02 00:00:00"),
    ),
    "batch": ("B1", "", "b" * 90),
    "facility": ("Trạm 1", ""),
}


def some(count: int) -> list[Row]:
    """Records in which everything is right, one thing is wrong, or anything."""
    chance = Random(8)
    rows = [record("good")]
    for column, values in VALUES.items():
        rows += [record(f"{column} {place}", **{column: value}) for place, value in enumerate(values)]
    for number in range(count):
        anything = {column: chance.choice(values) for column, values in VALUES.items()}
        rows.append(record(f"any {number}", **anything))
    return rows


def test_the_codes_are_those_of_the_library_for_every_record(run: Run, tmp_path: Path) -> None:
    rows = some(2_000)
    inputs = write_inputs(tmp_path / "in", rows, PEOPLE)
    ran = run("match", *inputs, "--out", tmp_path / "out", "--at", AT)
    assert (ran.code, ran.err) == (0, ""), ran.err
    results = Results(tmp_path / "out")
    found = results.rows
    assert len(found) == len(rows)
    for row in rows:
        expected = check_content(Record(**row), TODAY)
        assert found[row["record_id"]]["content"] == [*map(str, expected)], row
    every = {code for row in found.values() for code in row["content"]}
    assert len(every) > 15
    counted = results.summary["content"]
    assert counted == {code: sum(code in row["content"] for row in found.values()) for code in counted}
    assert counted.keys() == every


def test_a_matched_record_may_have_something_to_correct(run: Run, tmp_path: Path) -> None:
    rows = [
        record("1", dose="1"),
        record("2", dose="2", vaccine="Pfiser", vaccinated_on="2021-13-01"),
        record("3", dose="3", doses="3", full_name="", vaccine=""),
    ]
    inputs = write_inputs(tmp_path / "in", rows, PEOPLE)
    ran = run("match", *inputs, "--out", tmp_path / "out", "--at", AT)
    results = Results(tmp_path / "out")
    assert results.statuses == {"1": "MATCHED", "2": "MATCHED", "3": "MISMATCH"}
    summary = results.summary
    assert (summary["ready"], summary["to_correct"]) == (1, 1)
    said = [line.split() for line in ran.out.splitlines()]
    assert "Ready for a passport. 1 33.3".split() in said
    assert any(line[:2] == ["Matched,", "but"] and line[-2:] == ["1", "33.3"] for line in said)
    ((_, lines),) = results.lists.items()
    found = [(line["record"], line["column to correct"], line["code"]) for line in lines]
    assert found == [
        ("2", "vaccine", "vaccine.unknown"),
        ("2", "vaccinated on", "date.invalid"),
        ("3", "full name", "name.missing"),
        ("3", "vaccine", "vaccine.missing"),
    ]
    assert [line["what is written"] for line in lines] == ["Pfiser", "2021-13-01", "", ""]
    (row,) = results.sheet("cleaning/index.csv")
    assert row["cases"] == "2"


def test_what_the_match_says_is_not_said_again(run: Run, tmp_path: Path) -> None:
    rows = [
        record("1", full_name="Nguyễn Văn An (con)"),
        record("2", date_of_birth="02/13/1990", dose="2"),
    ]
    run("match", *write_inputs(tmp_path, rows, PEOPLE), "--out", tmp_path / "out")
    (book,) = (tmp_path / "out" / "cleaning").glob("*/*.xlsx")
    codes = {line.line.record_id: line.line.codes for line in read_list(book)}
    assert codes == {"1": "name.surplus", "2": "dob.malformed"}
    # The results keep both: the second is what an issuer would say.
    assert Results(tmp_path / "out").rows["1"]["content"] == ["name.letters"]


@pytest.mark.parametrize(("at", "codes"), [("2021-08-31T16:59Z", ["date.future"]), (AT, [])])
def test_today_is_that_of_the_issuer(run: Run, tmp_path: Path, at: str, codes: list[str]) -> None:
    inputs = write_inputs(tmp_path / "in", [record("1")], PEOPLE)
    assert run("match", *inputs, "--out", tmp_path / "out", "--at", at).code == 0
    assert Results(tmp_path / "out").rows["1"]["content"] == codes
