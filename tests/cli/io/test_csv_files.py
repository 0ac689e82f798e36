"""No cell of a CSV file is a formula, and what the tool wrote comes back as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from vaxpass_cli.io.csv_files import Reader, Spreadsheet, Writer, plain, safe
from vaxpass_cli.records.engine import Engine, identifier, literal, plain_cell

FORMULAS = [
    *("=1+1", "+84912345678", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "＋84"),
    *("'=1", "''=1", "' =1", '=HYPERLINK("http://evil")', "=cmd|' /C calc'!A0"),
]
TEXTS = ["An", "", "'An", "''", "a=b", "1;=1+1", 'a "quoted" cell', "Nguyễn, Văn", "HC1:6BF+70"]


@pytest.mark.parametrize("cell", [*FORMULAS, *TEXTS])
def test_a_cell_comes_back_as_it_was(cell: str) -> None:
    assert plain(safe(cell)) == cell
    assert (safe(cell) != cell) == (cell in FORMULAS)
    assert safe(cell)[:1] not in "=+-@\t\r\n＝＋－＠" or not cell


def test_a_file_comes_back_as_it_was_and_semicolons_begin_no_cell(tmp_path: Path) -> None:
    cells = [*FORMULAS, *TEXTS]
    path = tmp_path / "a.csv"
    with Spreadsheet(path) as file:
        file.row(cells)
        file.row(cells)
        file.row([1, "x"])
    with path.open(encoding="utf-8-sig", newline="") as opened:
        reader = Reader(opened)
        assert reader.columns == cells
        assert list(reader.cells()) == [cells, ["1", "x"]]
    written = io.StringIO()
    Writer(written).row(["1;=1+1", "x"])
    assert written.getvalue() == '"1;=1+1","x"\r\n'
    (apart,) = csv.reader([written.getvalue()], delimiter=";")
    assert not any(cell.startswith("=") for cell in apart)


def test_the_engine_writes_and_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    cells = [*FORMULAS, *TEXTS]
    rows = " UNION ALL ".join(
        f"SELECT {place} AS place, {literal(cell)} AS {identifier('a cell')}"
        for place, cell in enumerate(cells)
    )
    with Engine(tmp_path / "spill", gigabytes=0.3, threads=1) as engine:
        engine.write_csv(path, rows, order_by=["place"])
        with path.open(encoding="utf-8", newline="") as opened:
            raw = list(csv.reader(opened))
        assert raw[0] == ["place", "a cell"]
        assert [cell for _, cell in raw[1:]] == list(map(safe, cells))
        with path.open(encoding="utf-8", newline="") as opened:
            assert [row["a cell"] for row in Reader(opened)] == cells
        for cell in cells:
            back = plain_cell(literal(safe(cell)))
            assert engine.number(f"SELECT CAST({back} = {literal(cell)} AS INTEGER)") == 1, cell


def test_what_is_missing_in_a_row_is_empty() -> None:
    reader = Reader(io.StringIO("a,b\r\n1\r\n\r\n1,2,3\r\n"))
    assert list(reader) == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}]
    assert Reader(io.StringIO("")).columns == []
