"""Files as offices write them are read as meant, or the reader says what is wrong and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records import inputs
from vaxpass_cli.records.columns import RECORDS

from tests.support import old_encodings
from tests.support.command import Run
from tests.support.input_files import HEADS, ROWS, read, text_of
from tests.support.matching_worlds import PERSON, Results, write_inputs
from tests.support.paths import find_shared
from vaxpass.identity import name_key

OFFICE: Final = (find_shared() or Path("absent")) / "vectors" / "office"
TEXT: Final = text_of(ROWS)


def written(tmp_path: Path, data: bytes | str, name: str = "records.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def values(path: Path, work: Path, encoding: str | None = None) -> Sequence[Sequence[str]]:
    return [tuple(record) for record in read(path, work, encoding).records]


def refused(path: Path, work: Path, encoding: str | None = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(path, work, encoding)
    assert str(path) in str(caught.value)
    assert caught.value.message("vi") != str(caught.value)
    return caught.value


# --- encodings ---------------------------------------------------------------------------------------


def within_utf8(data: bytes) -> bytes:
    return old_encodings.as_latin(data).encode()


ENCODINGS: Final[dict[str, tuple[Callable[[str], bytes], str]]] = {
    "utf-8": (str.encode, ""),
    "utf-8-sig": (lambda text: text.encode("utf-8-sig"), ""),
    "utf-16": (lambda text: text.encode("utf-16"), "utf-16"),
    "utf-16-le": (lambda text: text.encode("utf-16-le"), "utf-16-le"),
    "utf-16-be": (lambda text: text.encode("utf-16-be"), "utf-16-be"),
    "windows-1258": (old_encodings.windows_1258, "windows-1258"),
    "tcvn3": (old_encodings.tcvn3, "TCVN3"),
    "vni": (old_encodings.vni, "VNI"),
    "tcvn3 in utf-8": (lambda text: within_utf8(old_encodings.tcvn3(text)), "TCVN3"),
    "vni in utf-8": (lambda text: within_utf8(old_encodings.vni(text)), "VNI"),
    "windows-1258 in utf-8": (
        lambda text: within_utf8(old_encodings.windows_1258(text)),
        "windows-1258",
    ),
    "twice": (lambda text: within_utf8(text.encode()), "utf-8-twice"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_encoding_is_found_and_said(tmp_path: Path, name: str) -> None:
    encode, said = ENCODINGS[name]
    found = read(written(tmp_path, encode(TEXT)), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert not found.unreadable
    assert len(found.notes) == bool(said)
    assert said in "".join(found.notes)


@pytest.mark.parametrize("name", ["tcvn3", "vni", "windows-1258"])
def test_cells_in_old_letters_are_read_among_right_ones(tmp_path: Path, name: str) -> None:
    head, *rows = TEXT.splitlines()
    wrong = [within_utf8(ENCODINGS[name][0](row)).decode() for row in rows[3:]]
    found = read(written(tmp_path, "\r\n".join([head, *rows[:3], *wrong])), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert ENCODINGS[name][1] in found.notes[0]


@pytest.mark.parametrize("name", ["windows-1258", "tcvn3", "vni"])
def test_the_option_overrules_what_is_found(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, ENCODINGS[name][0](TEXT))
    assert values(path, tmp_path / "work", name) == list(ROWS)
    # UTF-8 is never read as anything else: one option is for both files.
    path = written(tmp_path, TEXT)
    found = read(path, tmp_path / "work", name)
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert "was read as utf-8" in "".join(found.notes)


def test_letters_in_an_unknown_encoding_stop_with_line_and_remedy(tmp_path: Path) -> None:
    text = text_of([(*row[:3], "Ĝirafo Ŝtono", *row[4:]) for row in ROWS], RECORDS.columns)
    error = refused(
        written(
            tmp_path,
            text.replace("Hà Nội", "X")
            .replace("Trạm Y tế", "Y")
            .replace("phường", "p")
            .replace("Nữ", "F")
            .encode("iso8859-3"),
        ),
        tmp_path / "work",
    )
    assert "line 2" in str(error)
    assert "--encoding" in str(error)


def test_one_line_in_another_encoding_is_set_aside(tmp_path: Path) -> None:
    data = TEXT.encode() + ";".join(("R9", *ROWS[0][1:])).encode().replace("Hà".encode(), b"H\xe0")
    found = read(written(tmp_path, data), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert [(line.line, line.reason) for line in found.unreadable] == [(10, "letters")]


# --- what stands around the table --------------------------------------------------------------------


def test_titles_totals_and_signatures_are_left_out_and_counted(tmp_path: Path) -> None:
    empty = ";" * (len(HEADS) - 1)
    head, *rows = TEXT.splitlines()
    around = [
        "SỞ Y TẾ HÀ NỘI" + empty,
        "DANH SÁCH TIÊM CHỦNG QUÝ III;;;",
        "",
        head,
        ";".join(f"({place})" for place in range(1, len(HEADS) + 1)),
        *rows[:4],
        empty,
        "I. Trạm Y tế phường 2" + empty,
        *rows[4:],
        "Tổng cộng" + ";" * 9 + "8;;;",
        ";;;Cộng: 8 mũi;;;;;;;;;",
        ";;;;;;;;;Ngày 12 tháng 8 năm 2021;;;",
        "Người lập biểu;;;;;;;;Trưởng trạm;;;;",
        "Nguyễn Thị Lan;;;;;;;;;;;;",
        "Ghi chú",
    ]
    found = read(written(tmp_path, "\r\n".join(around)), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert not found.unreadable
    assert found.lines == [(6 + place + 2 * (place > 3), f"R{place}") for place in range(len(ROWS))]
    assert "in line 4" in found.notes[0]
    assert "9 rows" in found.notes[1]


@pytest.mark.parametrize(
    "row",
    [
        ("R9", *[""] * 12),
        ("", "", "", "Nguyễn Văn An", "1980", *[""] * 8),
        ("", "", "", "Nguyễn Văn An", "", "", "001080000011", *[""] * 6),
        ("", "", "", "", "", "", "001080000011", *[""] * 6),
        ("Tổng cộng", "Hà Nội", "Trạm 1", "Tổng", "01/01/1980", *[""] * 8),
    ],
)
@pytest.mark.parametrize("title", ["", "Danh sách\r\n"])
def test_what_may_be_a_record_is_never_left_out(tmp_path: Path, row: Sequence[str], title: str) -> None:
    found = read(written(tmp_path, title + text_of([*ROWS, row])), tmp_path / "work")
    assert {tuple(record) for record in found.records} == {*ROWS, tuple(row)}


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_that_names_the_delimiter_is_no_header(tmp_path: Path, first: str) -> None:
    found = read(written(tmp_path, f"\ufeff{first}\r\n{TEXT}"), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert not found.notes
    assert found.lines[0] == (3, "R0")


def test_lists_that_were_put_together_have_one_header(tmp_path: Path) -> None:
    found = read(written(tmp_path, TEXT + "\ufeff" + TEXT.replace("R", "S")), tmp_path / "work")
    assert len(found.records) == 2 * len(ROWS)
    assert not found.unreadable
    assert found.lines[-1] == (2 * len(ROWS) + 2, f"S{len(ROWS) - 1}")


# --- heads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heads",
    [
        "record_id;Province;FACILITY;full name;Date of birth;sex;ID number;phone;vaccine;dose;doses"
        ";vaccination date;lot number",
        "MA BAN GHI;TINH/THANH PHO;CO SO TIEM CHUNG;HO VA TEN;NGAY THANG NAM SINH;GIOI TINH;CCCD/CMND"
        ";SDT;VACCINE;MUI SO;TONG SO MUI;NGAY TIEM CHUNG;SO LO",
        "Mã đối tượng (*);Tỉnh/Thành phố (*);Cơ sở tiêm;Họ tên (*);Ngày sinh (dd/mm/yyyy);Giới tính"
        ";Số định danh cá nhân;SĐT;Tên vắc xin;Mũi tiêm;Tổng số mũi;Ngày tiêm:;Số lô",
    ],
)
def test_heads_are_known_by_themselves(tmp_path: Path, heads: str) -> None:
    assert values(written(tmp_path, text_of(ROWS, heads.split(";"))), tmp_path / "work") == list(ROWS)


def test_a_name_in_two_columns_and_a_number_in_two_are_put_together(tmp_path: Path) -> None:
    heads = "Mã mũi tiêm;Họ và tên đệm;Tên;Năm sinh;CMND;Số CCCD".split(";")
    rows = [("R1", "Nguyễn Văn", "An", "1980", "012345678", ""), ("R2", "Lê", "Tú", "1990", "1", "2")]
    found = read(written(tmp_path, text_of(rows, heads)), tmp_path / "work").records
    assert [(record.full_name, record.date_of_birth, record.id_number) for record in found] == [
        ("Nguyễn Văn An", "1980", "012345678"),
        ("Lê Tú", "1990", "2"),
    ]


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "STT;Họ tên;Ngày tiêm\r\n1;A;2\r\n"), tmp_path / "work")
    for said in ("record_id", "date_of_birth", "id_number", "STT is a running number", "suggest"):
        assert said in str(error)


def test_two_heads_that_may_be_one_column_are_an_error_that_names_both(tmp_path: Path) -> None:
    heads = ["Mã bản ghi", "Họ tên", "Họ và tên", "Ngày sinh", "CCCD"]
    error = refused(written(tmp_path, text_of([], heads)), tmp_path / "work")
    assert "Họ tên, Họ và tên" in str(error)
    assert "--mapping" in str(error)


# --- damage ------------------------------------------------------------------------------------------


def test_lost_letters_stop_the_run(tmp_path: Path) -> None:
    lossy = "".join(letter if ord(letter) < 256 else "?" for letter in text_of(ROWS, RECORDS.columns))
    for encode in ("utf-8", "cp1252"):
        error = refused(written(tmp_path, lossy.encode(encode)), tmp_path / "work")
        assert error.key == "error.damaged.names"
        assert "the first in line 2" in str(error)


def test_a_month_before_the_day_stops_the_run(tmp_path: Path) -> None:
    rows = [(*row[:4], f"02/{place + 13}/1980", *row[5:]) for place, row in enumerate(ROWS)]
    error = refused(written(tmp_path, text_of(rows)), tmp_path / "work")
    assert (error.key, error.values["line"]) == ("error.damaged.month_first", 2)
    mixed = [*rows, ROWS[5]]
    assert len(values(written(tmp_path, text_of(mixed)), tmp_path / "work")) == len(mixed)


def test_many_unreadable_lines_stop_the_run_and_one_does_not(tmp_path: Path) -> None:
    bad = "R9;too;few\r\n"
    assert len(read(written(tmp_path, TEXT + bad), tmp_path / "work").unreadable) == 1
    error = refused(written(tmp_path, TEXT + bad * 6), tmp_path / "work")
    assert (error.key, error.values["line"]) == ("error.damaged.rows", len(ROWS) + 2)


def test_shortened_numbers_are_said_and_nothing_stops(tmp_path: Path) -> None:
    rows = [(*row[:6], "9.2E+10", *row[7:]) for row in ROWS]
    found = read(written(tmp_path, text_of(rows)), tmp_path / "work")
    assert len(found.records) == len(ROWS)
    assert "8 identity numbers" in found.notes[0]


# --- rubbish -----------------------------------------------------------------------------------------

PIECES: Final = (
    *('"', ";", ",", "\r", "\n", "\r\n", "\x00", "\ufeff", "\x85", "\u2028", " ", "?", "\ufffd"),
    *("R1", "Nguyễn Văn An", "01/02/1980", "Tổng cộng", "'=1", "sep=;", "A" * 500, '"a;b"', "123"),
)
NASTY: Final = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def ids(path: Path, work: Path) -> set[str]:
    """The identifiers that are read; empty where the file is refused with a sentence."""
    try:
        return {record.record_id for record in read(path, work).records}
    except UsageError as error:
        return set() if error.is_known() else {error.key}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NASTY, encoding=st.sampled_from(["utf-8", "utf-16", "cp1258", "latin-1"]))
def test_no_text_ends_in_a_traceback(tmp_path: Path, text: str, encoding: str) -> None:
    data = (TEXT + text).encode(encoding, "replace")
    found = ids(written(tmp_path, data), tmp_path / "work")
    assert not found or found & {row[0] for row in ROWS}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(tmp_path: Path, data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"record_id,"):
        assert not ids(written(tmp_path, start + data), tmp_path / "work")


SEEN: Final = "||Tổng cộng|Nguyễn Văn An|1980|001080000011|Người lập biểu|8".split("|")
CELLS: Final = st.one_of(
    st.sampled_from(SEEN),
    st.text("aÀ'=+\"; \n?Rđ1", max_size=6),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=13, max_size=13), max_size=8))
def test_the_engine_and_the_converter_read_the_same(
    tmp_path: Path, rows: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\n").writerows([HEADS, *ROWS, *rows])
    path = written(tmp_path, file.getvalue())
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "_converted", None)
        direct = read(path, tmp_path / "work")
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "_is_clean", lambda _: False)
        converted = read(path, tmp_path / "work")
    assert direct == converted


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('R9;"open;quote', "quotes"),
        ('R9;"misplaced"x;quote', "quotes"),
        ("R9;" + "x" * 70_000, "long"),
        ("R9;\x00" + ";" * 11, "letters"),
        ("R9" + ";x" * 20, "columns"),
    ],
)
def test_a_bad_line_costs_no_other_line(tmp_path: Path, line: str, reason: str) -> None:
    head, *rows = TEXT.splitlines()
    data = "\r\n".join([head, *rows[:4], line, *rows[4:]])
    found = read(written(tmp_path, data), tmp_path / "work")
    assert [tuple(record) for record in found.records] == list(ROWS)
    assert [(each.line, each.reason) for each in found.unreadable] == [(6, reason)]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path, end: str) -> None:
    head, *rows = TEXT.splitlines()
    broken = rows[0].replace("Trạm Y tế", f'"Trạm{end}Y tế', 1).replace("phường 1", 'phường 1"', 1)
    data = end.join(["Danh sách", "", head, broken, "", *rows[1:], "R9;few"]) + end
    found = read(written(tmp_path, data), tmp_path / "work")
    assert found.lines[:2] == [(4, "R0"), (7, "R1")]
    assert [line.line for line in found.unreadable] == [7 + len(rows) - 1]
    assert found.records[0].facility == "Trạm Y tế phường 1"


def test_a_web_page_is_told_as_such(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "<html><table>", "records.xls"), tmp_path / "work")
    assert error.key == "error.input.markup"


# --- the shared office files -------------------------------------------------------------------------


@pytest.mark.skipif(not OFFICE.is_dir(), reason="the shared office files are not there")
def test_one_list_in_four_forms_is_the_same_records(tmp_path: Path) -> None:
    found = [
        [
            (record.record_id, *map(name_key, (record.full_name, record.sex)), record.id_number)
            for record in read(OFFICE / name, tmp_path / "work").records
        ]
        for name in ("title.csv", "cp1258.csv", "tcvn3.csv", "records.xlsx")
    ]
    assert found[0]
    assert found[1:3] == found[:1] * 2
    assert [row[:3] for row in found[3]] == [row[:3] for row in found[0]]


def test_rows_that_are_set_aside_have_the_lines_of_the_file(run: Run, tmp_path: Path) -> None:
    head, *rows = TEXT.splitlines()
    data = "\r\n".join(["Danh sách", "", head, *rows, rows[2], rows[3].replace("R3", ""), "R9;few"])
    records = written(tmp_path, data)
    _, registry = write_inputs(tmp_path / "in", [], [PERSON])
    ran = run("match", records, registry, "--out", tmp_path / "out")
    assert ran.code == 0
    aside = Results(tmp_path / "out").sheet("rejected.csv")
    assert {row["line"]: row["reason"].split()[-1] for row in aside} == {
        "13": "own.",
        "14": "line.",
    }


def test_a_list_without_heads_is_told_without_what_is_in_it(tmp_path: Path) -> None:
    error = refused(written(tmp_path, TEXT.split("\r\n", 1)[1]), tmp_path / "work")
    assert error.key == "error.no_header"


def test_heads_that_lost_letters_are_damage(tmp_path: Path) -> None:
    lossy = "".join(letter if letter.isascii() else "?" for letter in TEXT)
    error = refused(written(tmp_path, lossy), tmp_path / "work")
    assert (error.key, error.values["line"]) == ("error.damaged.heads", 1)
