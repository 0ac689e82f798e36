"""Lists for facilities come back as spreadsheets save them, and are read as what they say."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.cleaning_list import ListLine, read, write

from tests.support.old_encodings import tcvn3, vni, windows_1258
from vaxpass import messages

LINE = ListLine(
    "R1",
    "Trần Văn An",
    "1980-02-01",
    "Nam",
    "001080000001",
    "0912345678",
    "Pfizer",
    "1",
    "2",
    "2021-06-01",
    "",
    "date_of_birth",
    "1980-02-01",
    "dob.typo",
    "Hãy xem lại ngày sinh.",
    "1/3/1980",
)
HEADS = ("mã bản ghi", "cột cần sửa", "đang ghi", "giá trị đúng")


def save(
    path: Path, rows: Sequence[Sequence[object]], text: str = "utf-8", delimiter: str = ","
) -> Path:
    with path.open("w", encoding=text, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_list_is_read_back_as_it_was_written(tmp_path: Path, language: str) -> None:
    other = LINE._replace(record_id="=R2", field="record_id", correction="")
    assert write(tmp_path / "list.xlsx", [LINE, other], language) == 2
    found = list(read(tmp_path / "list.xlsx"))
    assert [each.line for each in found] == [LINE, other]
    assert [each.number for each in found] == [2, 3]
    assert {each.sheet for each in found} == {messages.text("list.sheet", language)}


@pytest.mark.parametrize(
    ("text", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "|")]
)
def test_a_list_saved_as_text_is_read_in_any_form(tmp_path: Path, text: str, delimiter: str) -> None:
    row = ("R1", "họ và tên", "Trần; Van, An", "Trần Văn An")
    (found,) = read(save(tmp_path / "list.csv", [HEADS, row], text, delimiter))
    assert (found.sheet, found.number) == ("", 2)
    assert (found.line.field, found.line.written, found.line.correction) == (
        "full_name",
        "Trần; Van, An",
        "Trần Văn An",
    )


@pytest.mark.parametrize("encode", [windows_1258, tcvn3, vni])
def test_a_list_saved_in_old_letters_is_read_as_what_they_mean(
    tmp_path: Path, encode: Callable[[str], bytes]
) -> None:
    row = ("R1", "họ và tên", "Tran Van Hoa", "Trần Văn Hòa")
    path = tmp_path / "list.csv"
    path.write_bytes(encode("\r\n".join(";".join(cells) for cells in (HEADS, row))))
    (found,) = read(path)
    assert (found.line.field, found.line.correction) == ("full_name", "Trần Văn Hòa")


def test_columns_may_stand_in_any_order_among_others_and_below_titles(tmp_path: Path) -> None:
    rows = (
        ("sep=,",),
        ("Danh sách cần sửa",),
        (),
        ("stt", "CORRECT VALUE", "  what is  written", "Ma\u0303 bản ghi", "column to correct", "note"),
        ("1", "M", "F", "R1", "Sex", "x"),
        ("", "", "", "", "", ""),
        ("2", "Nam", "", "R2", "màu tóc"),
    )
    found = list(read(save(tmp_path / "list.csv", rows)))
    assert [each.number for each in found] == [5, 7]
    assert [(each.line.record_id, each.line.field, each.line.correction) for each in found] == [
        ("R1", "sex", "M"),
        ("R2", "màu tóc", "Nam"),
    ]
    assert found[0].line.full_name == ""


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    path = save(tmp_path / "list.csv", [("mã bản ghi", "họ và tên"), ("R1", "An")])
    with pytest.raises(UsageError) as refused:
        list(read(path))
    for head in ("column to correct / cột cần sửa", "correct value / giá trị đúng", "đang ghi"):
        assert head in str(refused.value)
    assert "mã bản ghi" not in str(refused.value)
    assert refused.value.message("vi").startswith(f"{path}: đây không phải")


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "list.csv", [(*HEADS, "correct value")])
    with pytest.raises(UsageError, match="correct value"):
        list(read(path))


def test_no_file_passes_for_a_list(tmp_path: Path) -> None:
    for name, data in {
        "empty": b"",
        "broken.xlsx": b"PK\x03\x04 no workbook",
        "long.csv": b'"' + 200_000 * b"a",
        "utf16": codecs.BOM_UTF16_LE + b"a",
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UsageError, match=name):
            list(read(tmp_path / name))


def test_what_a_spreadsheet_made_of_cells_is_read_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("notes", "list"):
        sheet = book.add_worksheet(name)
        if name == "list":
            sheet.write_row(1, 0, HEADS)
            sheet.write_row(3, 0, (1, "số định danh", 1080000001, 1080000011.0))
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_row(4, 0, ("R2", "ngày sinh", "", ""))
            sheet.write_number(4, 3, 29252, day)
    book.close()
    number, birth = read(path)
    assert (number.sheet, number.number, birth.number) == ("list", 4, 5)
    assert number.line[:1] + number.line[-4:] == ("1", "1080000001", "", "", "1080000011")
    assert birth.line.correction == "1980-02-01"
