"""`vaxpass vaccines`: the table, what a name means, and the names of a list."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import Run
from tests.support.issuing_data import GOOD, write_records
from vaxpass.records import BUILT_IN


def test_without_a_name_every_product_is_shown_in_eighty_columns(run: Run) -> None:
    shown = run("vaccines")
    assert shown.code == 0
    assert max(map(len, shown.out.splitlines()[:-1])) <= 80
    listed = run("vaccines", "--json")
    rows = [json.loads(line) for line in listed.out.splitlines()]
    assert [row["product"] for row in rows] == [each.product for each in BUILT_IN.vaccines]
    assert all(row["product"] in shown.out for row in rows)


def test_a_name_is_said_to_be_its_product_or_why_it_is_none(run: Run) -> None:
    said = run("vaccines", "Vắc xin Pfizer", "Phizer", "Pfizer/AZ", "Stamaril", "sốt vàng", "")
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[0].startswith("Vắc xin Pfizer: Comirnaty (EU/1/20/1528) of BioNTech")
    assert lines[1].startswith("Phizer: ")
    assert lines[1].endswith("Perhaps Pfizer is meant.")
    assert "Several vaccines" in lines[2]
    assert "yellow card of WHO" in lines[3]
    assert "Several vaccines" in lines[4]
    assert lines[5].startswith("(empty): ")
    assert run("vaccines", "AZ", "Abdala").code == 0


def test_every_name_is_a_line_of_json(run: Run) -> None:
    said = run("vaccines", "--json", "AZ", "Stamaril", "Modena")
    one, two, three = map(json.loads, said.out.splitlines())
    assert (one["document"], one["product"], one["series"]) == ("eu_dcc", "EU/1/21/1529", 2)
    assert (two["document"], two["holder"]) == ("icvp", "Sanofi Pasteur")
    assert (three["code"], three["nearest"], three["product"]) == ("vaccine.unknown", "Moderna", None)


def test_the_names_of_a_list_are_counted(run: Run, tmp_path: Path) -> None:
    names = ("Pfizer", "Pfizer", "Modena", " ")
    records = [GOOD._replace(record_id=str(i), vaccine=name) for i, name in enumerate(names)]
    said = run("vaccines", "--file", write_records(tmp_path / "records.csv", records), "--lang", "vi")
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[0].startswith("2 × Pfizer: Comirnaty")
    assert {line.split(":")[0] for line in lines[1:]} == {"1 × Modena", "1 × (trống)"}


def test_the_table_of_the_issuer_is_the_one_that_counts(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    row = {"product": "X", "holder": "Y", "prophylaxis": "1", "series": 1, "names": ["Ex"]}
    table.write_text(json.dumps([row]), encoding="utf-8")
    assert run("vaccines", "Ex", "--vaccines", table).code == 0
    assert run("vaccines", "Pfizer", "--vaccines", table).code == 1
    table.write_text("[]", encoding="utf-8")
    refused = run("vaccines", "--vaccines", table)
    assert (refused.code, refused.out) == (2, "")
    assert str(table) in refused.err
