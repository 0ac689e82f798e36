"""`vaxpass match --update`: files that come one after the other; nothing of earlier ones is lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from vaxpass_cli.records.match import results as written
from vaxpass_cli.records.run_folder import RunFolder

from tests.support.command import Run
from tests.support.matching_worlds import PEOPLE, STRANGER, Results, Row, record, write_inputs


def ask(run: Run, folder: Path, rows: list[Row], *options: str) -> Results:
    ran = run("match", *write_inputs(folder / "in", rows, PEOPLE), "--out", folder / "out", *options)
    assert (ran.code, ran.err) == (0, "")
    return Results(folder / "out")


def kept(results: Results) -> dict[str, str]:
    with duckdb.connect() as database:
        path = str(results.folder / "records.parquet")
        return dict(database.sql(f"SELECT record_id, full_name FROM '{path}'").fetchall())


FIRST = [record("1", dose="1"), record("2", dose="2", full_name="Nguyen Van An")]
SECOND = [
    record("2", dose="2"),
    record("3", full_name=STRANGER["full_name"], id_number=STRANGER["id_number"]),
]


def test_records_of_a_new_file_are_added_or_replace_others(run: Run, tmp_path: Path) -> None:
    assert ask(run, tmp_path, FIRST).summary["update"] is None
    results = ask(run, tmp_path, SECOND, "--update")
    assert results.statuses == {"1": "MATCHED", "2": "MATCHED", "3": "MISMATCH"}
    assert results.summary["update"] == {"added": 1, "replaced": 1, "unchanged": 0, "kept": 1}
    assert kept(results) == {"1": "Nguyễn Văn An", "2": "Nguyễn Văn An", "3": "Trần Thị Bình"}
    # Once more, or in one file: the same results.
    before = results.all_bytes()
    again = ask(run, tmp_path, SECOND, "--update")
    assert again.summary["update"] == {"added": 0, "replaced": 0, "unchanged": 2, "kept": 1}
    after = again.all_bytes()
    del before["summary.json"], after["summary.json"]
    assert after == before
    whole = ask(run, tmp_path / "whole", [FIRST[0], *SECOND])
    assert whole.rows == again.rows


def test_an_update_of_nothing_is_a_first_run(run: Run, tmp_path: Path) -> None:
    files = write_inputs(tmp_path, FIRST, PEOPLE)
    ran = run("match", *files, "--out", tmp_path / "out", "--update")
    assert "no results before: --update began with this file" in ran.out
    added = {"added": 2, "replaced": 0, "unchanged": 0, "kept": 0}
    assert Results(tmp_path / "out").summary["update"] == added
    ran = run("match", *files, "--out", tmp_path / "out", "--update")
    assert "Records of this file: 0 added, 0 replaced, 2 unchanged. 0 other records" in ran.out
    assert "before" not in ran.out


def test_the_same_dose_under_another_identifier_is_in_the_lists_of_both(
    run: Run, tmp_path: Path
) -> None:
    ask(run, tmp_path, [record("1", facility="A")])
    results = ask(run, tmp_path, [record("9", facility="B", vaccinated_on="1/9/2021")], "--update")
    assert results.statuses == {"1": "AMBIGUOUS", "9": "AMBIGUOUS"}
    lists = {place: [line["record"] for line in lines] for place, lines in results.lists.items()}
    assert lists == {"Hà Nội/A": ["1"], "Hà Nội/B": ["9"]}


def test_different_rows_with_one_identifier_replace_nothing(run: Run, tmp_path: Path) -> None:
    ask(run, tmp_path, FIRST)
    results = ask(run, tmp_path, [record("1", dose="3"), record("1", dose="4")], "--update")
    assert results.summary["update"] == {"added": 0, "replaced": 0, "unchanged": 0, "kept": 2}
    assert results.summary["rejected"] == 2
    assert results.statuses == {"1": "MATCHED", "2": "MISMATCH"}


def test_without_update_results_of_other_records_are_not_replaced(run: Run, tmp_path: Path) -> None:
    before = ask(run, tmp_path, FIRST).all_bytes()
    other = write_inputs(tmp_path / "other", SECOND, PEOPLE)
    for _ in range(2):
        ran = run("match", *other, "--out", tmp_path / "out")
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
        assert "has results of records that" in ran.err
        assert "--update" in ran.err
        assert Results(tmp_path / "out").all_bytes() == before
    # A file with all of them, corrected or not, takes their place.
    results = ask(run, tmp_path, [*FIRST, SECOND[1]])
    assert [*results.statuses] == ["1", "2", "3"]


def test_results_of_an_earlier_version_have_nothing_to_add_to(run: Run, tmp_path: Path) -> None:
    ask(run, tmp_path, FIRST)
    (tmp_path / "out" / "records.parquet").unlink()
    inputs = (tmp_path / "in" / "records.csv", tmp_path / "in" / "registry.csv")
    ran = run("match", *inputs, "--out", tmp_path / "out", "--update")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "without records.parquet" in ran.err
    assert run("match", *inputs, "--out", tmp_path / "out").code == 0


@pytest.mark.parametrize("step", ["_make", "finish", "complete"])
def test_records_of_earlier_files_survive_a_power_cut(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    ask(run, tmp_path, FIRST)
    second = write_inputs(tmp_path / "second", SECOND, PEOPLE)
    complete = RunFolder.complete

    def complete_earlier(folder: RunFolder) -> None:
        if folder.has("finished.json"):
            stop()
        complete(folder)

    with monkeypatch.context() as patched:
        if step == "complete":
            patched.setattr(RunFolder, step, complete_earlier)
        else:
            patched.setattr(written if step == "_make" else RunFolder, step, stop)
        assert run("match", *second, "--out", tmp_path / "out", "--update").code == 1
    # The next run is one of another file.
    results = ask(run, tmp_path, [record("4", id_number="")], "--update")
    there = {"1", "2", "4"} | ({"3"} if step == "complete" else set())
    assert kept(results).keys() == results.statuses.keys() == there
    finished = results.statuses["2"]
    assert finished == ("MATCHED" if step == "complete" else "MISMATCH")
