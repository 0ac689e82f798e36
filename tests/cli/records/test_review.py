"""`vaxpass review`, as a shell runs it: only what an office has seen and means is confirmed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from vaxpass_cli.io import workbooks
from vaxpass_cli.records.review.books import BookRow

from tests.support.command import Ran, Run
from tests.support.matching_worlds import PERSON, Row, person, record, write_inputs
from tests.support.world import World
from vaxpass.records import Confirmation, Confirmations, Record, read_confirmation

OFFICE = "Công an Thành phố"
PEOPLE = (
    PERSON,
    person("P2", id_number="079190000001", old_id_number="", full_name="Đặng Thị Hòa", sex="F"),
    person("P3", id_number="079090000002", old_id_number="012345678", full_name="Lê Văn Đức"),
)
RECORDS = (
    record("A1"),
    record("B1", full_name="NGUYEN VAN AN", dose="2"),
    record("B2", full_name="DANG THI HOA", id_number="079190000001", sex="Nữ", province="79"),
    record("C1", full_name="An Nguyễn Văn", date_of_birth="06/05/1990", dose="3"),
    record("C2", full_name="An Nguyen Van", id_number="1090000001", dose="4"),
    record("D1", full_name="Nguyễn Văn Ân", dose="5"),
    record("D2", full_name="Nguyen Van An", date_of_birth="07/06/1990", dose="6"),
    record("E1", id_number="012345678"),  # the old number of two persons
    record("F1", id_number="079099999999"),
)
"""A1 matches; of B and C every difference is mechanical, of the others not."""
QUEUE = {
    "B1": ["name.diacritics"],
    "B2": ["name.diacritics"],
    "C1": ["name.order", "dob.day_month_swapped"],
    "C2": ["name.diacritics", "name.order", "id.leading_zeros"],
}


class Desk:
    """A folder with results and the key of an office."""

    def __init__(self, run: Run, folder: Path, world: World) -> None:
        self.run, self.folder, self.world = run, folder, world
        (folder / "office.pem").write_bytes(world.es256.key_pem())

    def match(self, records: Sequence[Row], people: Sequence[Row] = PEOPLE) -> None:
        inputs = write_inputs(self.folder / "in", records, people)
        ran = self.run("match", *inputs, "--out", self.folder / "m")
        assert (ran.code, ran.err) == (0, "")

    def show(self, *more: object) -> Ran:
        return self.run("review", "show", self.folder / "m", *more)

    def books(self) -> Path:
        ran = self.show("--out", self.folder / "books")
        assert (ran.code, ran.err) == (0, "")
        return self.folder / "books"

    def confirm(self, *more: object) -> Ran:
        out = self.folder / "signed.confirmation"
        key = self.folder / "office.pem"
        results = self.folder / "m"
        return self.run(
            "review", "confirm", results, "--office", OFFICE, "--key", key, "--out", out, *more
        )

    @property
    def signed(self) -> Confirmation:
        data = (self.folder / "signed.confirmation").read_bytes()
        return read_confirmation(data, {OFFICE: [self.world.es256.certificate.public_key]})

    def confirmed(self) -> set[str]:
        """The identifiers of the records that are confirmed as they were declared."""
        known = Confirmations([self.signed])
        found = {row["record_id"] for row in RECORDS if known.find(Record(**row))}
        assert len(found) == len(known)
        return found


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves the results of `RECORDS` for the others."""
    return tmp_path_factory.mktemp("matched")


@pytest.fixture
def desk(run: Run, tmp_path: Path, world: World, matched: Path) -> Desk:
    made = Desk(run, tmp_path, world)
    if not any(matched.iterdir()):
        made.match(RECORDS)
        shutil.copytree(tmp_path / "m", matched / "m")
    else:
        shutil.copytree(matched / "m", tmp_path / "m")
    return made


def rows(book: Path) -> list[list[str]]:
    (sheet,) = workbooks.sheets(book)
    return [row.cells for row in sheet.rows]


def write_book(path: Path, cells: Sequence[Sequence[str]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(cells):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
    return path


def decide(book: Path, *decisions: str) -> Path:
    """The workbook as it comes back, with a decision for each of its rows."""
    head, *found = rows(book)
    return write_book(
        book, [head, *([*row[:-1], said] for row, said in zip(found, decisions, strict=True))]
    )


def test_every_group_is_counted_and_all_shares_are_of_the_unmatched(desk: Desk) -> None:
    found = json.loads(desk.show("--json").out)
    groups = {tuple(group["causes"]): group["records"] for group in found["groups"]}
    assert groups == {
        ("name.diacritics",): 2,
        ("name.diacritics", "name.order", "id.leading_zeros"): 1,
        ("name.order", "dob.day_month_swapped"): 1,
    }
    assert (found["queue"], found["unmatched"]) == (4, 8)
    shown = desk.show().out
    assert "(50.0 %)" in shown
    assert shown.count("25.0") == 1
    assert shown.count("12.5") == 2
    vietnamese = desk.show("--lang", "vi").out
    assert "Họ tên được viết không dấu." in vietnamese
    only = json.loads(desk.show("--json", "--province", "79").out)
    assert (only["queue"], only["unmatched"]) == (1, 1)


def test_nothing_personal_is_in_the_terminal(desk: Desk) -> None:
    book = decide(desk.books() / "name.diacritics.xlsx", "perhaps", "yes")
    said = [desk.show(), desk.confirm("--list", book), desk.confirm("--cause", "name.diacritics")]
    for ran in said:
        for personal in ("HOA", "Hòa", "079190000001", "P1", "P2", "1990"):
            assert personal not in ran.out + ran.err


def test_the_workbooks_hold_both_sides_and_are_for_their_owner_alone(desk: Desk) -> None:
    books = desk.books()
    assert books.stat().st_mode & 0o077 == 0
    assert all(book.stat().st_mode & 0o077 == 0 for book in books.iterdir())
    found = [row for book in books.iterdir() for row in rows(book)[1:]]
    assert {row[0] for row in found} == set(QUEUE)
    (one,) = [row for row in found if row[0] == "B2"]
    assert BookRow(*one) == BookRow(
        *("B2", "79", "Trạm Y tế phường 1", "P2", "DANG THI HOA", "Đặng Thị Hòa"),
        *("1990-06-05", "1990-06-05", "079190000001", "079190000001", "", ""),
    )


def test_workbooks_are_neither_written_over_nor_given_to_facilities(desk: Desk) -> None:
    books = desk.books()
    for folder in (books, desk.folder / "m" / "cleaning" / "office", desk.folder / "m" / "cleaning"):
        ran = desk.show("--out", folder)
        assert (ran.code, ran.out) == (2, "")
    lists = "".join(path.name for path in (desk.folder / "m" / "cleaning").rglob("*"))
    assert "review" not in lists


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        (["name.diacritics"], {"B1", "B2"}),
        (["name.order", "dob.day_month_swapped"], {"C1"}),
        (["name.diacritics", "name.order"], {"B1", "B2"}),
        (["name.diacritics", "name.order", "id.leading_zeros", "dob.day_month_swapped"], set(QUEUE)),
    ],
)
def test_in_bulk_only_records_without_another_cause_are_confirmed(
    desk: Desk, causes: list[str], expected: set[str]
) -> None:
    ran = desk.confirm(*(word for cause in causes for word in ("--cause", cause)))
    assert (ran.code, ran.err) == (0, "")
    assert f": {len(expected)}." in ran.out
    assert desk.confirmed() == expected
    assert (desk.folder / "signed.confirmation").stat().st_mode & 0o077 == 0


def test_what_is_signed_is_what_the_register_says(desk: Desk) -> None:
    desk.confirm("--cause", "name.diacritics", "--province", "79")
    (one,) = desk.signed.records
    assert one[2:] == ("P2", "Đặng Thị Hòa", "1990-06-05", "079190000001", ("name.diacritics",), OFFICE)


def test_of_a_workbook_the_rows_with_yes_are_confirmed(desk: Desk) -> None:
    book = decide(desk.books() / "name.diacritics.xlsx", "CÓ ", "không")
    first, second = (row[0] for row in rows(book)[1:])
    ran = desk.confirm("--list", book)
    assert (ran.code, ran.err) == (0, "")
    assert desk.confirmed() == {first}
    # Causes and workbook together: both must hold.
    assert desk.confirm("--list", book, "--cause", "name.order").code == 2
    decide(book, "", "yes")
    desk.confirm("--list", book, "--cause", "name.diacritics")
    assert desk.confirmed() == {second}


def test_a_decision_that_is_neither_yes_nor_no_confirms_nothing(desk: Desk) -> None:
    book = decide(desk.books() / "name.diacritics.xlsx", "yes?", "yes")
    ran = desk.confirm("--list", book)
    assert ran.code == 1
    assert "name.diacritics.xlsx, row 2" in ran.err
    assert desk.confirmed() == {rows(book)[2][0]}


def test_a_row_that_the_queue_no_longer_has_is_said_and_left_out(desk: Desk) -> None:
    book = decide(desk.books() / "name.diacritics.xlsx", "yes", "yes")
    places = {row[0]: line for line, row in enumerate(rows(book), 1)}
    # One record was corrected, and of the other the register now says something else.
    corrected = [row for row in RECORDS if row["record_id"] != "B1"]
    desk.match([*corrected, record("B1", dose="2")])
    ran = desk.confirm("--list", book, "--lang", "vi")
    assert (ran.code, desk.confirmed()) == (1, {"B2"})
    assert f"name.diacritics.xlsx, dòng {places['B1']}" in ran.err
    desk.match(RECORDS, [PERSON, person("P2", id_number="079190000001", full_name="Đặng Thị Hoá")])
    ran = desk.confirm("--list", book)
    assert ran.code == 1
    assert f"row {places['B2']}" in ran.err
    assert f"row {places['B1']}" not in ran.err


def test_a_workbook_that_somebody_changed_confirms_nothing(desk: Desk) -> None:
    book = desk.books() / "name.diacritics.xlsx"
    head, *found = rows(book)
    # Each row with the identifier of the other.
    swapped = [[one[0], *other[1:-1], "yes"] for one, other in zip(found, found[::-1], strict=True)]
    ran = desk.confirm("--list", write_book(book, [head, *swapped]))
    assert ran.code == 2
    assert not (desk.folder / "signed.confirmation").exists()


def test_rows_that_contradict_each_other_confirm_nothing(desk: Desk) -> None:
    book = desk.books() / "name.diacritics.xlsx"
    other = desk.folder / "other.xlsx"
    other.write_bytes(book.read_bytes())
    decide(book, "yes", "yes")
    decide(other, "no", "yes")
    ran = desk.confirm("--list", book, "--list", other)
    assert (ran.code, ran.err.count("decides otherwise")) == (1, 2)
    assert desk.confirmed() == {rows(book)[2][0]}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--cause", "name.different"],
        ["--cause", "dob.day_month_swapped"],
        ["--list", "nowhere.xlsx"],
        ["--cause", "name.diacritics", "--at", "yesterday"],
        ["--cause", "name.diacritics", "--key", "nowhere.pem"],
        ["--cause", "name.diacritics", "--office", " "],
    ],
)
def test_wrong_use_is_said_and_nothing_signed(desk: Desk, words: list[str]) -> None:
    ran = desk.confirm(*words)
    assert (ran.code, ran.out) == (2, "")
    assert not (desk.folder / "signed.confirmation").exists()


def test_other_workbooks_and_other_folders_are_named(desk: Desk) -> None:
    book = write_book(desk.folder / "x.xlsx", [["a", "b"]])
    ran = desk.confirm("--list", book)
    assert (ran.code, "x.xlsx" in ran.err) == (2, True)
    text = desk.folder / "y.xlsx"
    text.write_text("rubbish")
    assert desk.confirm("--list", text).code == 2
    assert desk.run("review", "show", desk.folder).code == 2


def test_columns_may_be_in_any_order_and_language(desk: Desk) -> None:
    desk.show("--out", desk.folder / "books", "--lang", "vi")
    book = desk.folder / "books" / "name.diacritics.xlsx"
    decide(book, "x", "")
    turned = [row[::-1] for row in rows(book)]
    assert desk.confirm("--list", write_book(book, turned)).code == 0
    assert len(desk.confirmed()) == 1
