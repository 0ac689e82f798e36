"""`match --suggest-mapping` writes a mapping that an office only has to complete."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.support.command import Run
from tests.support.input_files import HEADS, ROWS, text_of
from tests.support.matching_worlds import PERSON, write_inputs


def test_known_columns_are_filled_in_and_the_others_are_comments(run: Run, tmp_path: Path) -> None:
    _, registry = write_inputs(tmp_path / "in", [], [PERSON])
    records = tmp_path / "list.csv"
    heads = [
        f"Cột {place}" if name in ("Số CCCD", "Số lô") else name for place, name in enumerate(HEADS)
    ]
    records.write_text("Danh sách\r\n" + text_of(ROWS, heads), encoding="utf-8")
    ran = run("match", records, registry, "--suggest-mapping")
    assert (ran.code, ran.err) == (0, "")
    tables = tomllib.loads(ran.out)
    assert tables["records"]["full_name"] == "Họ và tên"
    # What only one column can be by its content is filled in, too.
    assert tables["records"]["id_number"] == "Cột 6"
    assert "batch" not in tables["records"]
    assert '"Cột 12"' in ran.out
    assert set(tables["registry"]) >= {"person_id", "id_number", "full_name", "date_of_birth"}
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(ran.out, encoding="utf-8")
    done = run("match", records, registry, "--mapping", mapping, "--out", tmp_path / "out")
    assert done.code == 0


def test_without_a_folder_for_results_nothing_else_runs(run: Run, tmp_path: Path) -> None:
    records, registry = write_inputs(tmp_path / "in", [], [PERSON])
    ran = run("match", records, registry)
    assert (ran.code, "--out" in ran.err) == (2, True)
