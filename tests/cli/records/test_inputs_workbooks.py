"""Workbooks are read as the same lists in text are, and hostile ones are refused."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import workbooks

from tests.support.input_files import HEADS, ROWS, read, text_of


def book(path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, hidden: str = "") -> Path:
    """A workbook of sheets; a cell that is a `date` has the form of one."""
    made = xlsxwriter.Workbook(str(path))
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        if name == hidden:
            sheet.hide()
        elif hidden:
            sheet.activate()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(line, place, dt.datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif cell != "":
                    sheet.write(line, place, cell)
    made.close()
    return path


def test_a_workbook_says_what_the_text_says(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text(text_of(ROWS), encoding="utf-8")
    from_text = read(text, tmp_path / "work")
    titled = [["DANH SÁCH"], [], HEADS, *ROWS, ["", "Tổng cộng", 8], [], ["Người lập biểu"]]
    # The content decides, not the name.
    found = read(book(tmp_path / "list.csv", {"Sheet1": titled}), tmp_path / "work")
    assert found.records == from_text.records
    assert found.lines == [(4 + place, f"R{place}") for place in range(len(ROWS))]
    assert "in line 3" in found.notes[0]
    assert "3 rows" in found.notes[1]


def test_numbers_and_days_are_texts(tmp_path: Path) -> None:
    row = [
        1.0,
        "",
        "",
        "An Bình",
        dt.date(1980, 2, 1),
        True,
        1080000011,
        912345678,
        "AZ",
        1,
        2,
        44512,
        1.5,
    ]
    found = read(book(tmp_path / "a.xlsx", {"A": [HEADS, row]}), tmp_path / "work").records
    assert tuple(found[0]) == (
        *("1", "", "", "An Bình", "1980-02-01", "1", "1080000011", "912345678", "AZ", "1", "2"),
        *("44512", "1.5"),
    )


def test_the_first_visible_sheet_with_the_header_is_read_and_others_are_said(tmp_path: Path) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "hidden": [HEADS, *ROWS[:1]],
        "guide": [["Hướng dẫn"], ["Nhập đủ các cột"]],
        "May": [HEADS, *ROWS],
        "June": [HEADS, *ROWS[:2]],
    }
    found = read(book(tmp_path / "a.xlsx", sheets, hidden="hidden"), tmp_path / "work")
    assert len(found.records) == len(ROWS)
    assert "only the sheet May was read" in found.notes[0]
    assert "June" in found.notes[0]


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        [list(sheet.rows) for sheet in workbooks.sheets(path)]
    assert str(path) in str(caught.value)
    return caught.value.key


def test_a_workbook_of_two_far_cells_is_refused(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = made.add_worksheet()
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_383, "y")
    made.close()
    assert (tmp_path / "a.xlsx").stat().st_size < 10_000
    assert refused(tmp_path / "a.xlsx") == "error.workbook.large"


def repacked(path: Path, out: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, data if info.filename == name else old.read(info))
    return out


def test_a_bomb_is_refused_and_one_that_lies_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_MAX_UNPACKED", 1_000_000)
    small = book(tmp_path / "a.xlsx", {"A": [HEADS, *ROWS]})
    bomb = repacked(small, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", b" " * 2_000_000)
    assert refused(bomb) == "error.workbook.large"
    data = bomb.read_bytes()
    assert data.count((2_000_000).to_bytes(4, "little")) == 2
    bomb.write_bytes(data.replace((2_000_000).to_bytes(4, "little"), (2_000).to_bytes(4, "little")))
    assert refused(bomb) == "error.workbook.unreadable"


def test_an_ods_with_a_cell_that_repeats_is_refused_and_empty_ends_are_not() -> None:
    row = b'<table:table-row table:number-rows-repeated="%d"><table:table-cell%s/></table:table-row>'
    many = b' table:number-columns-repeated="16384"'
    filled = b' office:value-type="float" office:value="1"'
    full = workbooks._open_document_extent(row % (1_000_000, many + filled))
    assert full == (1_000_000, 16_384)
    ends = workbooks._open_document_extent(row % (2, filled) + row % (1_000_000, many))
    assert ends == (2, 1)


def test_a_password_is_said(tmp_path: Path) -> None:
    protected = tmp_path / "a.xlsx"
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    protected.write_bytes(container + "EncryptedPackage".encode("utf-16-le"))
    assert refused(protected) == "error.workbook.password"


def test_no_damage_ends_in_a_traceback(tmp_path: Path) -> None:
    good = book(tmp_path / "a.xlsx", {"A": [HEADS, *ROWS]}).read_bytes()
    draw = random.Random(5)
    path = tmp_path / "b.xlsx"
    for _ in range(40):
        data = bytearray(good)
        for _ in range(draw.randint(1, 6)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(data[: draw.randint(100, len(data))] if draw.random() < 0.3 else data)
        try:
            found = len(read(path, tmp_path / "work").records)
        except UsageError as error:
            found = 0 if error.is_known() else -1
        assert found >= 0
