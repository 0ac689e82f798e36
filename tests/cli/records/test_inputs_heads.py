"""The table within a file of an office is found, whatever its heads are like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
import xlsxwriter
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.columns import RECORDS
from vaxpass_cli.records.headers import known

from tests.support.input_files import HEADS, ROWS, Read, read, text_of

SAME: Final = list(ROWS)


def from_text(tmp_path: Path, text: str | bytes) -> Read:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, tmp_path / "work")


def said(tmp_path: Path, text: str | bytes) -> UsageError:
    with pytest.raises(UsageError) as caught:
        from_text(tmp_path, text)
    assert "list.csv" in str(caught.value)
    assert caught.value.message("vi") != str(caught.value)
    return caught.value


def tuples(found: Read) -> list[tuple[str, ...]]:
    return [tuple(record) for record in found.records]


@pytest.mark.parametrize(
    "heads",
    [
        "Mã mũi;Tỉnh;CSTC;HVT;NS;GT;CCCD/CMND;ĐT;Loại vắc xin;Mũi;TS mũi;Ngày tiêm;Lô",
        "Record ID;Province;Health facility;Patient Name;DOB;Sex (M/F);Citizen ID number;Phone No."
        ";Vaccine type;Dose No.;No. of doses;Date of vaccination;Lot No.",
        "1. Mã mũi tiêm;2. Tỉnh;(3) Cơ sở;4. Họ và tên;5. Ngày sinh: dd/mm/yyyy;6. Giới tính"
        ";7. Số CCCD (12 số);8. SĐT;9. Vắc xin;10. Mũi;11. Tổng số mũi;12. Ngày tiêm dd/mm/yyyy"
        ";13. Số lô VX",
    ],
)
def test_short_english_and_numbered_heads_are_known(heads: str) -> None:
    assert set(known(heads.split(";"), "records")) == set(RECORDS.columns)


def test_heads_in_groups_are_read_from_two_rows(tmp_path: Path) -> None:
    groups = [*HEADS[:8], "Thông tin mũi tiêm", "", "", "", ""]
    below = ["", "", "", "", "", "", "(12 số)", "", *HEADS[8:]]
    found = from_text(tmp_path, text_of([["DANH SÁCH"], groups, below, *ROWS], ["SỞ Y TẾ"]))
    assert tuples(found) == SAME
    assert found.lines[0] == (5, "R0")
    assert not found.unreadable
    # Both rows once more, on the next page, are no records.
    found = from_text(tmp_path, text_of([below, *ROWS[:3], groups, below, *ROWS[3:]], groups))
    assert tuples(found) == SAME


def test_the_first_record_is_never_a_head(tmp_path: Path) -> None:
    heads = [*HEADS[:2], "Nơi làm việc", *HEADS[3:]]
    rows = [(*row[:2], "Trạm Y tế", *row[3:]) for row in ROWS]
    assert len(from_text(tmp_path, text_of(rows, heads)).records) == len(ROWS)


def test_years_of_birth_of_men_and_women_in_two_columns_are_all_read(tmp_path: Path) -> None:
    groups = ["Mã mũi tiêm", "Họ và tên", "Năm sinh", "", "Số CCCD"]
    rows = [
        (f"R{place}", "An Bình", *((str(1980 + place), "")[:: 1 - 2 * (place % 2)]), "")
        for place in range(8)
    ]
    text = text_of([["", "", "Nam", "Nữ", ""], *rows], groups)
    found = from_text(tmp_path, text).records
    assert [record.date_of_birth for record in found] == [str(1980 + place) for place in range(8)]


def test_a_header_in_other_words_within_the_list_is_no_record(tmp_path: Path) -> None:
    other = [*HEADS[:3], "Họ tên", "NTNS", *HEADS[5:]]
    found = from_text(tmp_path, text_of([*ROWS[:4], other, *ROWS[4:]]))
    assert tuples(found) == SAME


@pytest.mark.parametrize("first", ["", "SỞ Y TẾ;\r\n"])
def test_columns_that_change_places_within_the_list_stop_with_the_line(
    tmp_path: Path, first: str
) -> None:
    moved = [*HEADS[:3], HEADS[4], HEADS[3], *HEADS[5:]]
    rows = [(*row[:3], row[4], row[3], *row[5:]) for row in ROWS[4:]]
    error = said(tmp_path, first + text_of([*ROWS[:4], moved, *rows]))
    assert error.key == "error.header.moved"
    assert f"line {6 + bool(first)}" in str(error)


def test_the_numbers_of_parts_of_a_list_are_no_records(tmp_path: Path) -> None:
    rows = [["I", "Tổ dân phố 1"], *ROWS[:4], ["II", "Tổ dân phố 2"], *ROWS[4:]]
    assert tuples(from_text(tmp_path, text_of(rows))) == SAME


def test_a_column_that_nobody_knows_is_said_where_one_is_missing(tmp_path: Path) -> None:
    heads = [*HEADS[:10], "Số mũi", *HEADS[11:]]
    (note,) = from_text(tmp_path, text_of(ROWS, ["STT", *heads][1:])).notes
    assert "doses" in note
    assert "Số mũi" in note
    assert "--mapping" in note
    # Nothing is said where all heads are known, or all columns are there.
    assert not from_text(tmp_path, text_of([row[:-1] for row in ROWS], HEADS[:-1])).notes
    assert not from_text(tmp_path, text_of([(*row, "x") for row in ROWS], [*HEADS, "Ghi chú"])).notes


@pytest.mark.parametrize("value", ["", "0"])
@pytest.mark.parametrize("place", [3, 4])
def test_a_column_without_any_name_or_date_stops(tmp_path: Path, place: int, value: str) -> None:
    rows = [(*row[:place], value, *row[place + 1 :]) for row in ROWS]
    error = said(tmp_path, text_of(rows))
    assert error.key == "error.damaged.empty"
    assert RECORDS.columns[place] in str(error)


def test_a_list_without_any_identity_number_is_read_and_said(tmp_path: Path) -> None:
    rows = [(*row[:6], "", *row[7:]) for row in ROWS]
    found = from_text(tmp_path, text_of(rows))
    assert len(found.records) == len(ROWS)
    assert "id_number is empty in all 8 rows" in found.notes[0]


def test_a_row_with_a_line_break_and_too_few_cells_is_set_aside(tmp_path: Path) -> None:
    found = from_text(tmp_path, text_of([*ROWS, ("R9", '"Trạm\n1"', "An Bình", "1980", "Nam")]))
    assert tuples(found) == SAME
    assert [(line.line, line.reason) for line in found.unreadable] == [(10, "columns")]


def test_numbers_that_a_formula_keeps_as_text_are_numbers(tmp_path: Path) -> None:
    rows = [(*row[:6], f'="{row[6]}"', *row[7:]) for row in ROWS]
    assert tuples(from_text(tmp_path, text_of(rows))) == SAME
    quoted = [(*row[:6], f'"=""{row[6]}"""', *row[7:]) for row in ROWS]
    assert tuples(from_text(tmp_path, text_of(quoted))) == SAME
    # In a workbook, and found again for the lists of rows that were set aside.
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    put(made.add_worksheet(), [HEADS, *((f'="{row[0]}"', *row[1:]) for row in ROWS)])
    made.close()
    found = read(tmp_path / "a.xlsx", tmp_path / "work")
    assert (tuples(found), len(found.lines)) == (SAME, len(ROWS))


def test_lines_that_are_one_cell_each_are_said_with_what_helps(tmp_path: Path) -> None:
    lines = "".join(f'"{";".join(row)}"\r\n' for row in (HEADS, *ROWS))
    assert said(tmp_path, lines).key == "error.columns.quoted"


def test_another_encoding_than_that_of_the_option_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text_of(ROWS), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read(path, tmp_path / "work", "shift_jis")
    assert caught.value.key == "error.not_in_encoding"
    assert "shift_jis" in str(caught.value)


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"{\\rtf1", b"\x1f\x8b\x08"]
)
def test_documents_pictures_and_packed_files_are_told(tmp_path: Path, start: bytes) -> None:
    error = said(tmp_path, start + bytes(range(256)))
    assert error.key == "error.not_text"
    assert ".xlsx" in str(error)


# --- workbooks ---------------------------------------------------------------------------------------


def put(sheet: xlsxwriter.worksheet.Worksheet, rows: Sequence[Sequence[str]], first: int = 0) -> None:
    for line, row in enumerate(rows, first):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(line, place, cell)


def test_merged_heads_and_cells_of_a_workbook_are_read(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = made.add_worksheet()
    sheet.merge_range(0, 0, 0, 12, "DANH SÁCH TIÊM CHỦNG")
    for place, head in enumerate(HEADS[:8]):
        sheet.merge_range(1, place, 2, place, head)
    sheet.merge_range(1, 8, 1, 12, "Thông tin mũi tiêm")
    put(sheet, [[""] * 8 + HEADS[8:]], 2)
    # The province and the facility stand once, beside all of their rows.
    put(sheet, [[row[0], "", "", *row[3:]] for row in ROWS], 3)
    for place in (1, 2):
        sheet.merge_range(3, place, 2 + len(ROWS), place, ROWS[0][place])
    made.close()
    found = read(tmp_path / "a.xlsx", tmp_path / "work")
    assert tuples(found) == SAME
    assert found.lines[0] == (4, "R0")


def test_the_sheet_with_the_columns_that_are_needed_is_read(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    put(
        made.add_worksheet("Tổng hợp"),
        [["Tỉnh", "Cơ sở", "Vắc xin", "Tổng mũi"], ["HN", "T", "AZ", "8"]],
    )
    put(made.add_worksheet("DS"), [HEADS, *ROWS])
    put(made.add_worksheet("DS 2"), [HEADS, *ROWS])
    made.close()
    found = read(tmp_path / "a.xlsx", tmp_path / "work")
    assert tuples(found) == SAME
    assert "only the sheet DS was read" in found.notes[0]
    assert "DS 2" in found.notes[0]
    assert "Tổng hợp" not in found.notes[0]
