"""`vaxpass match`, as a shell runs it, on small worlds whose truth is known."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from vaxpass_cli.records import cleaning_list
from vaxpass_cli.records.columns import RECORDS, REGISTRY

from tests.support.command import Run
from tests.support.matching_worlds import (
    PEOPLE,
    PERSON,
    WORLD,
    Results,
    Row,
    person,
    read_book,
    record,
    write_csv,
    write_inputs,
)


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    return write_inputs(tmp_path / "in", (row for row, *_ in WORLD.values()), PEOPLE)


def match(run: Run, inputs: tuple[Path, Path], out: Path, *options: object) -> Results:
    ran = run("match", *inputs, "--out", out, *options)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return Results(out)


def test_every_status_and_its_codes(run: Run, inputs: tuple[Path, Path], tmp_path: Path) -> None:
    rows = match(run, inputs, tmp_path / "out").rows
    phone = "phone.shared"
    for record_id, (_, status, field, codes) in WORLD.items():
        row = rows.pop(record_id)
        found = [code for code in row["codes"] if code != phone]
        assert (row["status"], row["field"], " ".join(found)) == (status, field, codes), record_id
    assert not rows


def test_only_a_matched_record_names_its_person(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = match(run, inputs, tmp_path / "out").rows
    named = {record_id: row["person_id"] for record_id, row in rows.items() if row["person_id"]}
    assert named == {"A1": "P1", "A2": "P1"}


def test_a_suggestion_is_only_a_suggestion(run: Run, inputs: tuple[Path, Path], tmp_path: Path) -> None:
    rows = match(run, inputs, tmp_path / "out").rows
    suggested = {key: row["suggestion"] for key, row in rows.items() if row["suggested"]}
    assert suggested == {
        "D2": ["id.typo", "phone.shared"],
        "E3": ["id.missing", "phone.shared"],
    }
    assert rows["D2"]["person_id"] is None


def test_the_columns_of_the_results_are_an_interface(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    out = match(run, inputs, tmp_path / "out").folder / "results.parquet"
    with duckdb.connect() as database:
        described = database.read_parquet(str(out))
        types = dict(zip(described.columns, map(str, described.types), strict=True))
    assert types == {
        "record_id": "VARCHAR",
        "province": "VARCHAR",
        "facility": "VARCHAR",
        "status": "VARCHAR",
        "person_id": "VARCHAR",
        "codes": "VARCHAR[]",
        "field": "VARCHAR",
        "told": "VARCHAR[]",
        "suggestion": "VARCHAR[]",
        "suggested": "INTEGER",
        "shared_by": "INTEGER",
        "record_digest": "VARCHAR",
        "content": "VARCHAR[]",
    }


def test_counts_add_up(run: Run, tmp_path: Path) -> None:
    rows = [row for row, *_ in WORLD.values()]
    records, registry = write_inputs(
        tmp_path / "in",
        [
            *rows,
            rows[0],
            record("", full_name="x"),
            record("B1", full_name="y"),
            record("F", batch="\ufffd"),
        ],
        [*PEOPLE, PERSON, person("P2"), person("")],
    )
    with records.open("a", encoding="utf-8") as file:
        file.write("G,too,few\n")
    results = match(run, (records, registry), tmp_path / "out")
    summary = results.summary
    aside, people_aside = results.sheet("rejected.csv"), results.sheet("rejected_registry.csv")
    assert (
        summary["records"] == len(rows) + 4 == sum(summary["statuses"].values()) + summary["rejected"]
    )
    assert summary["rejected"] == len(aside) == 5
    # A copy is no further record.
    assert (summary["copies"], summary["people_copies"]) == (1, 1)
    assert len(results.rows) == summary["records"] - summary["rejected"]
    of_provinces = [sum(one.values()) for one in summary["provinces"].values()]
    assert sum(of_provinces) == len(results.rows)
    assert sum(summary["fields"].values()) == len(results.rows) - summary["statuses"]["MATCHED"]
    assert (summary["people"], summary["people_rejected"]) == (6, len(people_aside))
    reasons = sorted(row["reason"].split()[0] + row["record_id"] for row in aside)
    assert reasons == ["DifferentB1", "DifferentB1", "SomeF", "The", "The"]
    (unread,) = [row for row in aside if row["text"]]
    assert (unread["text"], unread["line"]) == ("G,too,few", str(len(rows) + 6))
    # One copy of a row that is repeated is used, of rows that contradict each other none.
    assert results.statuses["A1"] == "MATCHED"
    assert "B1" not in results.statuses
    # P2 is two people, and so nobody.
    assert results.statuses["C2"] == "NOT_FOUND"


def test_the_table_says_what_the_summary_says(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    english = run("match", *inputs, "--out", tmp_path / "en")
    vietnamese = run("match", *inputs, "--out", tmp_path / "vi", "--lang", "vi")
    machine = run("match", *inputs, "--out", tmp_path / "json", "--json")
    summary = json.loads(machine.out)
    assert summary == Results(tmp_path / "json").summary
    assert [english.code, vietnamese.code, machine.code] == [0, 0, 0]
    for status, count in summary["statuses"].items():
        assert any(
            line.startswith(status) and f" {count} " in line for line in english.out.splitlines()
        ), status
    assert "Several persons of the register" in english.out
    assert "Tất cả hồ sơ." in vietnamese.out
    lines = (*english.out.splitlines()[:-1], *vietnamese.out.splitlines()[:-1])
    assert max(map(len, lines)) <= 80


def test_lists_are_split_and_say_what_to_do(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    lists = match(run, inputs, tmp_path / "out").lists
    (cases,) = lists.values()
    listed = dict.fromkeys(case["record"] for case in cases)
    assert [*listed] == [key for key in sorted(WORLD) if key[0] != "A"]
    case, shared = (case for case in cases if case["record"] == "B2")
    assert case["column to correct"] == "date of birth"
    assert case["date of birth"] == case["what is written"] == "06/05/1990"
    assert (case["code"], case["correct value"]) == ("dob.day_month_swapped", "")
    assert case["what to do"].startswith("Day and month of the date of birth are swapped")
    assert (shared["column to correct"], shared["what is written"]) == ("phone", "0701234567")
    vietnamese = match(run, inputs, tmp_path / "vi", "--lang", "vi")
    (row,) = vietnamese.sheet("cleaning/index.csv")
    book = read_book(vietnamese.folder / "cleaning" / row["tệp"])
    case = next(case for case in book if case["mã bản ghi"] == "B2")
    assert case["việc cần làm"].startswith("Ngày và tháng sinh bị đảo chỗ")


def test_provinces_and_facilities_have_their_own_lists(run: Run, tmp_path: Path) -> None:
    hostile = "../../etc/passwd"
    rows = [
        record("1", id_number="", province="Cà Mau", facility="Trạm 1"),
        record("2", id_number="", province="Cà Mau", facility="trạm 1"),
        record("3", id_number="", province=hostile, facility=hostile),
        record("4", id_number="", province="", facility=""),
        record("5", province="Huế", facility="Không có lỗi"),
    ]
    results = match(run, write_inputs(tmp_path / "in", rows, PEOPLE), tmp_path / "out")
    lists = results.lists
    assert {place: [case["record"] for case in cases] for place, cases in lists.items()} == {
        "Cà Mau/Trạm 1": ["1"],
        "Cà Mau/trạm 1": ["2"],
        f"{hostile}/{hostile}": ["3"],
        "/": ["4"],
    }
    files = [path for path in (tmp_path / "out" / "cleaning").rglob("*") if path.is_file()]
    assert len(files) == 5
    assert not (tmp_path / "etc").exists()


def test_no_list_holds_anything_of_a_registered_person(run: Run, tmp_path: Path) -> None:
    registered = person(
        "SECRET1",
        id_number="001090000001",
        old_id_number="012345678",
        full_name="Nguyễn Bí Mật",
        phone="0709999999",
    )
    rows = [
        record("1", full_name="Nguyễn Bí"),
        record("2", full_name="Nguyen Bi Mat", id_number="001090000002"),
        record(
            "3", full_name="NGUYEN BI MAT", id_number="", phone="0709999999", date_of_birth="1990-06-05"
        ),
        record("4", full_name="Trần Khác"),
        record("5", full_name="Nguyễn Bí Mật", date_of_birth="1990"),
    ]
    rows = [{**row, "facility": f"Trạm {row['record_id']}"} for row in rows]
    results = match(run, write_inputs(tmp_path / "in", rows, [registered]), tmp_path / "out")
    assert set(results.statuses.values()) == {"MISMATCH", "NOT_FOUND", "NO_ID"}
    declared = {row["facility"]: {*row.values()} for row in rows}
    secrets = {value for value in registered.values() if value not in ("M", "001")}
    lists = results.sheet("cleaning/index.csv")
    assert len(lists) == len(rows)
    for one in lists:
        text = whole_text(results.folder / "cleaning" / one["file"])
        assert one["facility"][5:] in text
        for secret in secrets - declared[one["facility"]]:
            assert secret not in text, (one, secret)
    index = (results.folder / "cleaning" / "index.csv").read_text(encoding="utf-8-sig")
    assert not any(secret in index for secret in secrets)
    for name in ("results.parquet", "records.parquet", "summary.json", "rejected.csv"):
        assert b"SECRET1" not in (results.folder / name).read_bytes()


def whole_text(path: Path) -> str:
    """Every part of a workbook, also those that a spreadsheet does not show."""
    with ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def test_a_facility_with_more_lines_than_a_sheet_has_several_lists(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning_list, "MOST_LINES", 2)
    rows = [record(str(number), id_number="", phone="") for number in range(5)]
    results = match(run, write_inputs(tmp_path / "in", rows, PEOPLE), tmp_path / "out")
    index = results.sheet("cleaning/index.csv")
    assert [row["cases"] for row in index] == ["2", "2", "1"]
    first = index[0]["file"].removesuffix(".xlsx")
    assert [row["file"] for row in index[1:]] == [f"{first}-2.xlsx", f"{first}-3.xlsx"]
    ((_, lines),) = results.lists.items()
    assert [line["record"] for line in lines] == ["0", "1", "2", "3", "4"]


def test_a_cell_is_never_a_formula(run: Run, tmp_path: Path) -> None:
    rows = [record("=1+1", full_name="@SUM(A1)", phone="+84701234567", id_number="-2")]
    results = match(run, write_inputs(tmp_path / "in", rows, PEOPLE), tmp_path / "out")
    (cases,) = results.lists.values()
    for case in cases:
        cells = [case[name] for name in ("record", "full name", "phone", "identity number")]
        assert cells == ["=1+1", "@SUM(A1)", "+84701234567", "-2"]
    (book,) = (tmp_path / "out" / "cleaning").rglob("*.xlsx")
    with ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    # A formula would be an element of its own, a number a cell without a type.
    assert "<f>" not in sheet
    assert "<v>" not in sheet


def test_results_are_readable_for_their_owner_alone(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    out = match(run, inputs, tmp_path / "out", "--csv").folder
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (out / ".vaxpass-match").exists()


def test_two_runs_write_the_same_bytes(run: Run, inputs: tuple[Path, Path], tmp_path: Path) -> None:
    once = match(run, inputs, tmp_path / "1", "--csv", "--processes", 1)
    again = match(run, inputs, tmp_path / "2", "--csv", "--processes", 2, "--memory", 1)
    assert once.all_bytes() == again.all_bytes()
    # A run into the same folder replaces what is there, also what it does not write.
    match(run, inputs, tmp_path / "1")
    assert not (tmp_path / "1" / "results.csv").exists()
    assert {name: data for name, data in again.all_bytes().items() if name != "results.csv"} == (
        once.all_bytes()
    )


def test_the_order_of_the_rows_makes_no_difference(run: Run, tmp_path: Path) -> None:
    rows = [row for row, *_ in WORLD.values()]
    once = match(run, write_inputs(tmp_path / "1", rows, PEOPLE), tmp_path / "out1")
    again = match(run, write_inputs(tmp_path / "2", rows[::-1], PEOPLE[::-1]), tmp_path / "out2")
    assert once.all_bytes() == again.all_bytes()


def test_a_mapping_gives_the_names_of_columns(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[records]\nrecord_id = "Mã tiêm"\nfull_name = "HoTen"\n[registry]\nid_number = "CCCD"\n',
        encoding="utf-8",
    )
    text = inputs[0].read_text(encoding="utf-8")
    inputs[0].write_text(
        text.replace("record_id", " mã TIÊM ", 1).replace("full_name", "hoten", 1), encoding="utf-8"
    )
    text = inputs[1].read_text(encoding="utf-8")
    inputs[1].write_text(text.replace(",id_number", ",CCCD", 1), encoding="utf-8")
    statuses = match(run, inputs, tmp_path / "out", "--mapping", mapping).statuses
    assert statuses == {key: status for key, (_, status, *_) in WORLD.items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("records = 1", "under [records] there are lines"),
        ("[records]\nname = 'x'", "[records] has no column name"),
        ("[people]\nfull_name = 'x'", "people is unknown"),
        ("[records", "this is not a mapping file in TOML"),
        ("[records]\nfull_name = 'HoTen'", "there is no column HoTen"),
        ("#" * 70_000, "at most 65536 bytes"),
    ],
)
def test_a_wrong_mapping_is_told_in_one_line(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path, text: str, said: str
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text, encoding="utf-8")
    ran = run("match", *inputs, "--out", tmp_path / "out", "--mapping", mapping)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert said in ran.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_texts_in_other_encodings(run: Run, tmp_path: Path, encoding: str) -> None:
    # Windows-1258 has most vowels with a tone as two characters.
    def written(row: Row) -> Row:
        if encoding != "cp1258":
            return row
        return {key: windows(value) for key, value in row.items()}

    folder = tmp_path / "in"
    folder.mkdir()
    rows = (written(row) for row, *_ in WORLD.values())
    inputs = (
        write_csv(folder / "records.csv", rows, RECORDS.columns, encoding),
        write_csv(folder / "registry.csv", map(written, PEOPLE), REGISTRY.columns, encoding),
    )
    name = {"cp1258": "windows-1258", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    statuses = match(run, inputs, tmp_path / "out", "--encoding", name).statuses
    assert statuses == {key: status for key, (_, status, *_) in WORLD.items()}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_the_first_bytes_say_the_encoding_and_a_wrong_one_is_told(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    inputs = (
        write_csv(
            folder / "records.csv", (row for row, *_ in WORLD.values()), RECORDS.columns, encoding
        ),
        write_csv(folder / "registry.csv", PEOPLE, REGISTRY.columns, "utf-8"),
    )
    ran = run("match", *inputs, "--out", tmp_path / "out")
    assert (ran.code, ran.err.count("\n"), "was read as utf-16" in ran.err) == (0, 1, True)
    statuses = Results(tmp_path / "out").statuses
    assert statuses == {key: status for key, (_, status, *_) in WORLD.items()}
    ran = run("match", *inputs, "--out", tmp_path / "other", "--encoding", "utf-16")
    assert ran.code == 2
    assert ran.err.startswith(f"vaxpass: {inputs[1]}: this is not text in utf-16.")


def windows(text: str) -> str:
    """Letters as Windows-1258 has them: the vowel with its mark, then the tone."""
    from unicodedata import normalize  # noqa: PLC0415

    written = ""
    for letter in normalize("NFC", text):
        try:
            letter.encode("cp1258")
            written += letter
        except UnicodeEncodeError:
            apart = normalize("NFD", letter)
            tones = [mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323"]
            rest = [mark for mark in apart if mark not in tones]
            written += normalize("NFC", "".join(rest)) + "".join(tones)
    return written


def test_a_wrong_encoding_loses_nothing_and_matches_nothing_by_chance(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [
        record("1", full_name="Lê An", province="X", facility="Y"),
        record("2", full_name="Nguyen", province="X", facility="Y"),
    ]
    inputs = (
        write_csv(folder / "r.csv", rows, RECORDS.columns, "cp1252"),
        write_csv(folder / "p.csv", PEOPLE, REGISTRY.columns),
    )
    results = match(run, inputs, tmp_path / "out", "--encoding", "utf-8")
    (aside,) = results.sheet("rejected.csv")
    assert "check the encoding" in aside["reason"]
    assert results.summary["records"] == 2
    assert results.statuses == {"2": "MISMATCH"}


def test_parquet_with_types_of_its_own(run: Run, tmp_path: Path) -> None:
    records, registry = tmp_path / "r.parquet", tmp_path / "p.parquet"

    def write(path: Path, rows: str, names: str) -> None:
        with duckdb.connect() as database:
            database.sql(f"SELECT * FROM (VALUES {rows}) AS t({names})").write_parquet(str(path))

    born = "DATE '1990-06-05'"
    write(
        records,
        f"(1, 'Nguyễn Văn An', {born}, '001090000001', 1), (2, 'Nguyễn Văn An', {born}, NULL, 1)",
        "record_id, full_name, date_of_birth, id_number, dose",
    )
    names = "person_id, full_name, date_of_birth, id_number"
    born = "TIMESTAMP '1990-06-05 00:00:00'"
    # A register that lost its zeros matches nothing: it must be put right first.
    write(registry, f"('P1', 'Nguyễn Văn An', {born}, 1090000001)", names)
    statuses = match(run, (records, registry), tmp_path / "out").statuses
    assert statuses == {"1": "NOT_FOUND", "2": "NO_ID"}
    write(registry, f"('P1', 'Nguyễn Văn An', {born}, '001090000001')", names)
    statuses = match(run, (records, registry), tmp_path / "out").statuses
    assert statuses == {"1": "MATCHED", "2": "NO_ID"}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_seen(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path, delimiter: str
) -> None:
    for path in inputs:
        path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding="utf-8")
    statuses = match(run, inputs, tmp_path / "out").statuses
    assert statuses == {key: status for key, (_, status, *_) in WORLD.items()}


def test_bad_rows_are_kept_aside_with_their_reasons(run: Run, tmp_path: Path) -> None:
    records, registry = write_inputs(tmp_path / "in", [record("1")], [PERSON])
    with records.open("ab") as file:
        good = records.read_bytes().splitlines()[1]
        file.write(good.replace(b"R1", b"x").replace(b"1,", b"2,", 1) + b",more\n")
        file.write(b"3,H\xe0 N\xf4i" + good[good.index(b",", 3) :] + b"\n")
        file.write(good.replace(b"1,", b"4,", 1).replace(b"B1", b"B" * 500) + b"\n")
        file.write(good.replace(b"1,", b"5,", 1).replace(b"B1", b"B" * 70_000) + b"\n")
        file.write(good.replace(b"1,", b"6,", 1).replace(b"2021", b"2022") + b"\n")
        file.write(b'7,"open\n')
    results = match(run, (records, registry), tmp_path / "out")
    aside = results.sheet("rejected.csv")
    summary = results.summary
    assert summary["records"] == len(results.rows) + len(aside)
    said = {row["reason"] for row in aside}
    assert {reason.split()[0] for reason in said} == {"The", "Some", "A"}
    assert {"1", "6"} <= results.rows.keys()
    everything = "".join("".join(row.values()) for row in aside)
    for mark in ("more", "B" * 500, '7,"open'):
        assert mark in everything, mark


def test_empty_tables(run: Run, tmp_path: Path) -> None:
    nothing = match(run, write_inputs(tmp_path / "1", [], []), tmp_path / "out1")
    assert (nothing.rows, nothing.summary["records"]) == ({}, 0)
    nobody = match(run, write_inputs(tmp_path / "2", [record("1")], []), tmp_path / "out2")
    assert nobody.statuses == {"1": "NOT_FOUND"}
    idle = match(run, write_inputs(tmp_path / "3", [], PEOPLE), tmp_path / "out3")
    assert (idle.summary["records"], idle.summary["people"]) == (0, len(PEOPLE))


def test_wrong_use_is_one_line(run: Run, inputs: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "photo.png").touch()
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x89PNG\x00\x00\n\xff")
    empty = tmp_path / "empty.csv"
    empty.touch()
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    twice = tmp_path / "twice.csv"
    twice.write_text("record_id,full_name,full_name,date_of_birth,id_number\n", encoding="utf-8")
    records, registry = inputs
    out = tmp_path / "out"
    for arguments, said in (
        ((tmp_path / "none", registry, "--out", out), "no such file"),
        ((tmp_path, registry, "--out", out), "no such file"),
        ((registry, records, "--out", out), "there is no column record_id"),
        ((binary, registry, "--out", out), "neither a workbook nor text"),
        ((empty, registry, "--out", out), "no line with the names"),
        ((broken, registry, "--out", out), "broken.parquet: it is not Parquet, or it is damaged."),
        ((twice, registry, "--out", out), "full_name occurs 2 times"),
        ((records, registry, "--out", other), "something else in it (photo.png)"),
        ((records, registry, "--out", records), "this is a file"),
        ((records, registry, "--out", out, "--memory", "0.1"), "at least 0.25"),
        ((records, registry, "--out", out, "--memory", "nan"), "at least 0.25"),
        ((records, registry, "--out", out, "--processes", "-1"), "between 0 and"),
        ((records, registry, "--out", out, "--encoding", "klingon"), "is not an encoding"),
        ((records, registry, "--out", out, "--encoding", "hex"), "is not an encoding"),
    ):
        ran = run("match", *arguments)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), (arguments, ran.err)
        assert said in ran.err
    assert [path.name for path in other.iterdir()] == ["photo.png"]


@pytest.mark.parametrize("package", ["duckdb", "numpy"])
def test_a_missing_package_is_told_in_one_line(
    inputs: tuple[Path, Path], tmp_path: Path, package: str
) -> None:
    arguments = ["vaxpass", "match", *map(str, inputs), "--out", str(tmp_path / "out")]
    program = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv = {arguments!r};"
        " from vaxpass_cli.main import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert "[issue]'" in ran.stderr
    assert not (tmp_path / "out").exists()
