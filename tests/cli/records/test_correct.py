"""`vaxpass correct`, as a shell runs it: lists that came back -> records to match again."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from vaxpass_cli.io import workbooks
from vaxpass_cli.records.cleaning_list import ListLine, read, write

from tests.support.command import Ran, Run
from vaxpass import messages
from vaxpass.records import FIELDS

AT = "2026-03-01T08:00:00+07:00"
HEAD = ("record_id", "facility", "full_name", "date_of_birth", "sex", "id_number", "note")
ROWS = (
    ("R3", "Trạm A", "NGUYEN VAN AN", "1/2/1980", "Nam", "1080000011", "x"),
    (" R1", "Trạm A", "=Trần", "1990", "Nữ", "", "y"),
    ("R2", "Trạm B", "Lê Hoa", "3/4/1991", "", "012345678", "z"),
)
LINES = (
    ("R3", "full_name", "NGUYEN VAN AN", "Nguyễn Văn Ân"),
    ("R3", "id_number", "1080000011", "001080000011"),
    ("R2", "date_of_birth", "1991-04-03", "4/3/1991"),
    ("R2", "sex", "", ""),
)


class Desk:
    """A folder with records and lists, and the command."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.folder = folder
        self.run = run
        self.records = save(folder / "records.csv", [HEAD, *ROWS])

    def returned(self, name: str, *lines: tuple[str, str, str, str], language: str = "en") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        empty = ListLine(*[""] * len(ListLine._fields))
        made = (
            empty._replace(record_id=record, field=field, written=written, correction=value)
            for record, field, written, value in lines
        )
        write(path, made, language)
        return path

    def correct(self, *lists: Path, out: str = "out.csv", records: Path | None = None) -> Ran:
        return self.run(
            *("correct", records or self.records, *lists, "--by", "Lan", "--at", AT, "--json"),
            *("--out", self.folder / out, "--audit", self.folder / "audit.csv"),
        )

    def audit(self) -> list[dict[str, str]]:
        return table(self.folder / "audit.csv")

    def refused(self, name: str = "out-refused.xlsx") -> list[tuple[str, ...]]:
        (sheet,) = workbooks.sheets(self.folder / name)
        _, *rows = sheet.rows
        # list, sheet, line, record, column, written, correction, codes, reason
        return [(row.cells[0], row.cells[2], row.cells[3], row.cells[7]) for row in rows]


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Desk:
    return Desk(run, tmp_path)


def save(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_lists_are_applied_and_the_rest_stays_in_its_order_as_written(desk: Desk) -> None:
    ran = desk.correct(desk.returned("list.xlsx", *LINES, language="vi"))
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "records": 3,
        "lists": 1,
        "lines": 3,
        "applied": 3,
        "unchanged": 0,
        "refused": 0,
        "reasons": {},
        "changes": 3,
        "corrected": 2,
        "withdrawn": 0,
        "noted": 3,
    }
    out = desk.folder / "out.csv"
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = table(out)
    assert tuple(rows[0]) == FIELDS
    assert [[row[column] for column in HEAD[:-1]] for row in rows] == [
        ["R3", "Trạm A", "Nguyễn Văn Ân", "1/2/1980", "Nam", "001080000011"],
        ["R1", "Trạm A", "'=Trần", "1990", "Nữ", ""],
        ["R2", "Trạm B", "Lê Hoa", "4/3/1991", "", "012345678"],
    ]
    assert not (desk.folder / "out-refused.xlsx").exists()


def test_every_change_is_noted_with_its_list(desk: Desk) -> None:
    path = desk.returned("cleaning/ha-noi/list.xlsx", *LINES)
    assert desk.correct(desk.folder / "cleaning").code == 0
    first, *others = desk.audit()
    digest = first.pop("list_sha256")
    assert first == {
        "at": "2026-03-01T01:00:00Z",
        "by": "Lan",
        "list": "ha-noi/list.xlsx",
        "record_id": "R2",
        "column": "date_of_birth",
        "before": "3/4/1991",
        "after": "4/3/1991",
    }
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(row["record_id"], row["column"]) for row in others] == [
        ("R3", "full_name"),
        ("R3", "id_number"),
    ]
    assert stat.S_IMODE((desk.folder / "audit.csv").stat().st_mode) == 0o600


def test_the_same_lists_change_nothing_a_second_time(desk: Desk) -> None:
    path = desk.returned("list.xlsx", *LINES, ("R1", "record_id", "R1", "rút"))
    desk.correct(path)
    trail = (desk.folder / "audit.csv").read_bytes()
    first = (desk.folder / "out.csv").read_bytes()
    again = desk.run(
        *("correct", desk.folder / "out.csv", path, "--by", "Mai"),
        *("--out", desk.folder / "again.csv", "--audit", desk.folder / "audit.csv"),
    )
    assert (again.code, again.err) == (0, "")
    assert "Nothing was changed." in again.out
    assert (desk.folder / "again.csv").read_bytes() == first
    # The same run once more, as after a power cut: the trail has it already.
    repeated = json.loads(desk.correct(path).out)
    assert (repeated["changes"], repeated["withdrawn"], repeated["noted"]) == (3, 1, 0)
    assert (desk.folder / "audit.csv").read_bytes() == trail


def test_a_later_run_adds_to_the_trail_and_alters_nothing_in_it(desk: Desk) -> None:
    desk.correct(desk.returned("one.xlsx", LINES[0]))
    before = (desk.folder / "audit.csv").read_bytes()
    back = desk.returned("two.xlsx", ("R3", "full_name", "Nguyễn Văn Ân", "NGUYEN VAN AN"))
    desk.correct(back, records=desk.folder / "out.csv", out="two.csv")
    after = (desk.folder / "audit.csv").read_bytes()
    assert after.startswith(before)
    # What was changed back and is changed again is a change.
    desk.correct(desk.folder / "one.xlsx", records=desk.folder / "two.csv", out="three.csv")
    assert [row["after"] for row in desk.audit()] == [
        "Nguyễn Văn Ân",
        "NGUYEN VAN AN",
        "Nguyễn Văn Ân",
    ]


def test_what_is_not_applied_stands_in_a_workbook_with_its_reason(desk: Desk) -> None:
    save(desk.records, [HEAD, *ROWS, ("R5", "a"), ("R4", *ROWS[0][1:]), ("R4", *ROWS[1][1:])])
    one = desk.returned(
        "lists/one.xlsx",
        ("R3", "date_of_birth", "1/2/1980", "31/2/1980"),
        ("R3", "full_name", "Trần", "Nguyễn"),
        ("R2", "full_name", "Lê Hoa", "Lê Hoà"),
        ("R9", "full_name", "A", "Lê"),
        ("R4", "sex", "Nam", "Nữ"),
        ("R1", "full_name", "=Trần", "Trần Nữ"),
    )
    desk.returned("lists/two.xlsx", ("R2", "full_name", "Lê Hoa", "Lê Hoá"))
    (desk.folder / "lists" / "letter.pdf").write_bytes(b"%PDF")
    (desk.folder / "lists" / "index.csv").write_text("file,cases\n")
    (desk.folder / "lists" / "~$one.xlsx").write_bytes(b"open")
    ran = desk.correct(one.parent)
    assert (ran.code, ran.err) == (1, "")
    counts = json.loads(ran.out)
    assert (counts["lines"], counts["applied"], counts["refused"]) == (7, 1, 6)
    assert sorted(desk.refused()) == [
        ("letter.pdf", "", "", "list.unreadable"),
        ("one.xlsx", "2", "R3", "dob.invalid"),
        ("one.xlsx", "3", "R3", "value.changed"),
        ("one.xlsx", "4", "R2", "value.conflict"),
        ("one.xlsx", "5", "R9", "record.unknown"),
        ("one.xlsx", "6", "R4", "record.several"),
        ("records.csv", "5", "", "record.unreadable"),
        ("two.xlsx", "2", "R2", "value.conflict"),
    ]
    assert sum(counts["reasons"].values()) == 8
    assert [row["record_id"] for row in table(desk.folder / "out.csv")] == [
        "R3",
        "R1",
        "R2",
        "R4",
        "R4",
    ]
    assert table(desk.folder / "out.csv")[2]["full_name"] == "Lê Hoa"


def test_the_workbook_of_what_was_not_applied_is_a_list(desk: Desk) -> None:
    wrong = desk.returned("list.xlsx", ("R3", "full_name", "NGUYEN VAN AN", "123"))
    assert desk.correct(wrong).code == 1
    refused = desk.folder / "out-refused.xlsx"
    (found,) = read(refused)
    right = found.line._replace(correction="Nguyễn Văn Ân")
    write(refused, [right], "en")
    assert desk.correct(refused, out="right.csv").code == 0
    assert table(desk.folder / "right.csv")[0]["full_name"] == "Nguyễn Văn Ân"


def test_records_are_written_as_a_workbook_where_the_name_says_so(desk: Desk) -> None:
    assert desk.correct(desk.returned("list.xlsx", *LINES), out="out.xlsx").code == 0
    (sheet,) = workbooks.sheets(desk.folder / "out.xlsx")
    head, first, *others = (row.cells for row in sheet.rows)
    assert (tuple(head), len(others)) == (FIELDS, 2)
    assert first[FIELDS.index("id_number")] == "001080000011"


def test_rows_that_say_the_same_are_corrected_together(desk: Desk) -> None:
    other = ("\tR3", "Trạm  A", "NGUYEN VAN AN", "1980-02-01", "M", "1080000011", "")
    save(desk.records, [HEAD, *ROWS, other])
    ran = desk.correct(desk.returned("list.xlsx", LINES[1]))
    assert json.loads(ran.out)["changes"] == 1
    rows = table(desk.folder / "out.csv")
    assert [row["id_number"] for row in rows if row["record_id"] == "R3"] == ["001080000011"] * 2
    assert rows[-1]["date_of_birth"] == "1980-02-01"


def test_many_records_keep_their_order(desk: Desk) -> None:
    names = [f"R{place * 7919 % 60_000}" for place in range(60_000)]
    save(desk.records, [HEAD, *((name, *ROWS[0][1:]) for name in names)])
    assert desk.correct(desk.returned("list.xlsx", ("R9", *LINES[0][1:]))).code == 0
    rows = table(desk.folder / "out.csv")
    assert [row["record_id"] for row in rows] == names
    assert [row["record_id"] for row in rows if row["full_name"] == "Nguyễn Văn Ân"] == ["R9"]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_terminal_tells_counts_and_nothing_personal(desk: Desk, language: str) -> None:
    lines = (*LINES, ("R1", "full_name", "=Trần", "9876"), ("R1", "record_id", "R1", "Trần"))
    ran = desk.run(
        *(
            "correct",
            desk.records,
            desk.returned("list.xlsx", *lines),
            "--by",
            "Lan",
            "--lang",
            language,
        ),
        *("--out", desk.folder / "out.csv", "--audit", desk.folder / "audit.csv"),
    )
    assert (ran.code, ran.err) == (1, "")
    assert messages.text("correcting.corrected", language) in ran.out
    assert "name.letters" in ran.out
    for personal in ("Trần", "Nguyễn", "R1", "R3", "9876", "1080000011"):
        assert personal not in ran.out
    assert all(len(line) <= 80 or str(desk.folder) in line for line in ran.out.splitlines())


def test_wrong_use_is_told_before_anything_is_written(desk: Desk) -> None:
    path = desk.returned("list.xlsx", *LINES)
    no_list = save(desk.folder / "other.csv", [("a", "b")])
    before = {each: each.read_bytes() for each in desk.folder.iterdir()}
    options = ("--by", "Lan", "--out", desk.folder / "out.csv", "--audit", desk.folder / "audit.csv")
    for given, said in (
        ((desk.records, path, *options[:2], "--out", desk.records, *options[4:]), "read and written"),
        ((desk.records, path, *options[:4], "--audit", path), "read and written"),
        ((desk.records, path, *options[:4], "--audit", desk.folder / "out.csv"), "written twice"),
        ((desk.records, path, *options[:4], "--audit", no_list), "no audit trail"),
        ((desk.records, path, "--by", " ", *options[2:]), "--by"),
        ((desk.records, path, *options, "--out", desk.folder / "out.txt"), ".csv, .xlsx"),
        ((desk.records, no_list, *options), "no list"),
        ((desk.records, desk.folder / "missing.xlsx", *options), "no such file"),
        ((desk.folder / "missing.csv", path, *options), "no such file"),
    ):
        ran = desk.run("correct", *given)
        assert (ran.code, ran.out) == (2, ""), said
        assert said in ran.err
    assert {each: each.read_bytes() for each in desk.folder.iterdir()} == before


def test_the_corrected_file_is_matched_without_an_option(desk: Desk) -> None:
    register = save(
        desk.folder / "registry.csv",
        [
            ("person_id", "id_number", "full_name", "date_of_birth"),
            ("P1", "001080000011", "Nguyễn Văn Ân", "1980-02-01"),
        ],
    )
    desk.correct(desk.returned("list.xlsx", *LINES))
    matched = desk.run(
        *("match", desk.folder / "out.csv", register, "--out", desk.folder / "results", "--csv")
    )
    assert (matched.code, matched.err) == (0, "")
    statuses = {
        row["record_id"]: row["status"] for row in table(desk.folder / "results" / "results.csv")
    }
    assert statuses["R3"] == "MATCHED"
