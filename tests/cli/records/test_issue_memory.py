"""`vaxpass issue` remembers persons and doses: no file, however written, gives a second passport."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.io.workbooks import Workbook
from vaxpass_cli.records.issue import plan
from vaxpass_cli.records.issue.run import IssueRun
from vaxpass_cli.records.issue.worker import Tally

from tests.support.command import Ran, Run
from tests.support.issuing_data import SECRET, many, texts, write_keys, write_matches, write_records
from tests.support.world import World
from vaxpass.records import FIELDS, Record, UvciMaker

AT = "2026-06-01T00:00:00Z"
FIRST, OTHER, THIRD = many(3)
AGAIN = FIRST._replace(record_id="AGAIN", facility="01003", vaccine="AZ", dose=FIRST.dose)
"""The same person and dose in the file of another facility"""


@dataclass(frozen=True)
class Desk:
    """A folder with keys, and the command as it is given in it."""

    run: Run
    folder: Path

    def command(self, records: Sequence[Record] | Path, *more: object, at: str = AT) -> Ran:
        f = self.folder
        if not isinstance(records, Path):
            write_matches(f / "matches", [*{each.id_hash: each for each in records[::-1]}.values()])
            records = write_records(f / "records.csv", records)
        return self.run(
            *("issue", records, "--matches", f / "matches", "--out", f / "out", "--at", at),
            *("--key", f / "dsc.key.pem", "--cert", f / "dsc.pem", "--uvci-key", f / "uvci.key"),
            *("--issuer", "Bộ Y tế", "--processes", 1, "--allow-unattested", *more),
        )

    def issue(self, records: Sequence[Record] | Path, *more: object, at: str = AT) -> Ran:
        """The same; it must end well, with or without refusals."""
        ran = self.command(records, *more, at=at)
        assert (ran.code, ran.err) in ((0, ""), (1, "")), ran.err
        return ran

    def unmatched(self, records: Sequence[Record], status: dict[str, str], *more: object) -> Ran:
        """Issue with other results of matching."""
        write_matches(self.folder / "matches", records, status)
        return self.issue(write_records(self.folder / "records.csv", records), *more)

    def summary(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.folder / "out" / "summary.json").read_bytes())
        assert found["records"] == found["issued"] + found["issued_before"] + found["refused"]
        for name, count in (
            ("refused", found["refused"]),
            ("doubled", found["doubled"]),
            ("unmatched", found["unmatched"] + found["gone"]),
        ):
            assert len(self.table(name)) == count
        return found

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(Reader(file))

    def refused(self) -> dict[str, str]:
        return {row["record_id"]: row["codes"] for row in self.table("refused")}

    def issued(self) -> list[tuple[str, int]]:
        return [(str(row["record_id"]), int(str(row["version"]))) for row in texts(self.folder / "out")]


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path) -> Desk:
    write_keys(tmp_path, world, {})
    return Desk(run, tmp_path)


def test_a_second_file_gives_no_second_passport_for_a_person_and_dose(desk: Desk) -> None:
    assert desk.issue([FIRST, OTHER]).code == 0
    ran = desk.issue([AGAIN])
    assert ran.code == 1
    assert desk.refused() == {"AGAIN": "dose.issued"}
    assert desk.table("refused")[0]["other"] == FIRST.record_id
    assert (desk.summary()["doubled"], desk.summary()["gone"]) == (0, 2)
    # Both in one file: the one that has its passport keeps it.
    assert desk.issue([FIRST, AGAIN, OTHER]).code == 1
    assert desk.refused() == {"AGAIN": "dose.issued dose.repeated"}
    assert desk.summary()["issued_before"] == 2
    assert desk.issued() == [(FIRST.record_id, 1), (OTHER.record_id, 1)]


def test_another_dose_or_another_person_is_no_repetition(desk: Desk) -> None:
    assert desk.issue([FIRST]).code == 0
    next_dose = FIRST._replace(record_id="NEXT", dose="2", vaccinated_on="2022-01-05")
    assert desk.issue([next_dose, OTHER._replace(dose=FIRST.dose)]).code in (0, 1)
    assert "dose.issued" not in " ".join(desk.refused().values())
    assert ("NEXT", 1) in desk.issued()


def test_a_person_is_known_by_the_number_where_one_of_the_records_did_not_match(desk: Desk) -> None:
    waived = ("--allow-unmatched",)
    assert desk.unmatched([FIRST], {FIRST.record_id: "MISMATCH"}, *waived).code == 0
    spelled = AGAIN._replace(id_number=f" {FIRST.id_number[:3]} {FIRST.id_number[3:]}.0")
    assert desk.unmatched([spelled], {}, *waived).code == 1
    assert desk.refused() == {"AGAIN": "dose.issued"}
    # And the other way round.
    assert desk.unmatched([OTHER], {}, *waived).code == 0
    later = OTHER._replace(record_id="LATER")
    assert desk.unmatched([later], {"LATER": "AMBIGUOUS"}, *waived).code == 1
    assert desk.refused() == {"LATER": "dose.issued"}
    # In one file too.
    pair = [THIRD, THIRD._replace(record_id="PAIR")]
    assert desk.unmatched(pair, {"PAIR": "MISMATCH"}, *waived).code == 1
    assert desk.refused() == {THIRD.record_id: "dose.repeated", "PAIR": "dose.repeated"}


def test_a_record_with_the_number_of_somebody_else_takes_no_passport_away(desk: Desk) -> None:
    stranger = THIRD._replace(record_id="STRANGER", full_name="Lê Thị Hòa")
    assert desk.unmatched([THIRD, stranger], {"STRANGER": "MISMATCH"}).code == 1
    assert desk.issued() == [(THIRD.record_id, 1)]
    assert desk.refused() == {"STRANGER": "match.mismatch"}
    # Should it match one day, the passport is there already.
    assert desk.unmatched([THIRD, stranger], {}).code == 1
    assert desk.refused() == {"STRANGER": "dose.issued dose.repeated"}
    assert desk.unmatched([stranger], {}, "--allow-unmatched").code == 1
    assert desk.issued() == [(THIRD.record_id, 1)]


def test_the_memory_names_nobody(desk: Desk) -> None:
    desk.issue([FIRST])
    (row,) = texts(desk.folder / "out")
    maker = UvciMaker("VN", SECRET)
    assert row["person"] == maker.person(f"P{FIRST.id_number}")
    assert row["number"] == maker.number(FIRST.id_number)
    assert (row["dose_key"], row["confirmed"]) == (FIRST.dose, "")
    assert row["content"] not in ("", row["digest"])
    for path in (desk.folder / "out").rglob("*.*"):
        assert FIRST.id_number.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        *({"phone": "0909999999"}, {"batch": "ANOTHER"}, {"province": "01"}, {"sex": "2"}),
        *({"vaccine": FIRST.vaccine.upper()}, {"id_number": f" {FIRST.id_number} "}),
    ],
)
def test_what_the_passport_does_not_say_replaces_nothing(desk: Desk, change: dict[str, str]) -> None:
    desk.issue([FIRST, OTHER])
    store = desk.folder / "store"
    for correct in ((), ("--correct", "--revocation", store)):
        assert desk.issue([FIRST._replace(**change), OTHER], *correct).code == 0
        assert desk.summary()["issued_before"] == 2
    assert not store.exists()
    assert desk.issued() == [(FIRST.record_id, 1), (OTHER.record_id, 1)]


def test_what_the_passport_says_is_replaced_only_by_a_correction(desk: Desk) -> None:
    desk.issue([FIRST, OTHER])
    corrected = [FIRST._replace(full_name="Lê Thị Hòa"), OTHER._replace(phone="0909999999")]
    assert desk.issue(corrected).code == 1
    assert desk.refused() == {FIRST.record_id: "record.changed"}
    store = desk.folder / "store"
    for revoked in (1, 1):
        assert desk.issue(corrected, "--correct", "--revocation", store).code == 0
        assert desk.summary()["revoked"] == revoked
    assert desk.issued() == [(FIRST.record_id, 1), (FIRST.record_id, 2), (OTHER.record_id, 1)]
    # The new one has its own memory.
    assert desk.issue([AGAIN]).code == 1
    assert desk.refused() == {"AGAIN": "dose.issued"}


def test_a_correction_takes_no_dose_that_another_record_has_a_passport_for(desk: Desk) -> None:
    second = FIRST._replace(record_id="SECOND", dose="2", vaccinated_on="2022-01-05")
    desk.issue([FIRST, second])
    taken = second._replace(dose=FIRST.dose)
    desk.issue([taken], "--correct", "--revocation", desk.folder / "store")
    assert desk.refused() == {"SECOND": "dose.issued"}


def test_renewing_asks_whether_the_content_is_the_same(desk: Desk) -> None:
    desk.issue([FIRST, OTHER], "--months", 1)
    desk.issue([FIRST._replace(phone="0909999999"), OTHER], "--renew", 40)
    assert (desk.summary()["of_them_renewed"], desk.summary()["of_them_corrected"]) == (2, 0)
    assert desk.issued() == [(each.record_id, version) for each in (FIRST, OTHER) for version in (1, 2)]
    # What was renewed expires by itself; only what says something else is revoked.
    corrected = [FIRST, OTHER._replace(full_name="Lê Thị Hòa")]
    desk.issue(corrected, "--correct", "--revocation", desk.folder / "store")
    assert desk.summary()["revoked"] == 2
    assert (
        "says something else: 2"
        in desk.issue(corrected, "--correct", "--revocation", desk.folder / "store").out
    )


def test_a_passport_that_expired_or_was_revoked_stands_in_nobodys_way(desk: Desk) -> None:
    desk.issue([FIRST, OTHER], "--months", 1)
    assert desk.issue([AGAIN], at="2026-07-02T00:00:00Z").code == 0
    assert desk.issue([FIRST], "--renew", 40, at="2026-07-02T00:00:00Z").code == 1
    assert desk.refused() == {FIRST.record_id: "dose.issued"}
    store = desk.folder / "store"
    uvci = UvciMaker("VN", SECRET).make(OTHER.record_id)
    assert desk.run("revocation", "add", store, "--uvci", uvci, "--country", "VN").code == 0
    instead = OTHER._replace(record_id="INSTEAD")
    assert desk.issue([instead]).code == 1
    assert desk.issue([instead], "--revocation", store).code == 0


def test_what_is_double_already_is_reported_until_one_is_revoked(desk: Desk) -> None:
    # By their numbers they were two people; the register knows better.
    unknown = {FIRST.record_id: "NOT_FOUND", "AGAIN": "NOT_FOUND"}
    typo = AGAIN._replace(id_number="099999999999")
    assert desk.unmatched([FIRST, typo, OTHER], unknown, "--allow-unmatched").code == 0
    assert desk.summary()["doubled"] == 0
    corrected = [FIRST, typo._replace(id_number=FIRST.id_number), OTHER]
    ran = desk.issue(corrected)
    assert "2, listed in" in ran.out
    assert "revoke the others" in ran.out
    summary = desk.summary()
    assert (summary["doubled"], summary["doubled_doses"], summary["issued_before"]) == (2, 1, 3)
    rows = desk.table("doubled")
    assert [(row["dose"], row["record_id"]) for row in rows] == [("1", "AGAIN"), ("1", FIRST.record_id)]
    text = desk.folder / "passport.txt"
    text.write_text(rows[0]["text"], encoding="utf-8")
    store = desk.folder / "store"
    assert desk.run("revocation", "add", store, "--certificate", text).code == 0
    ran = desk.issue(corrected, "--revocation", store)
    assert "listed in" not in ran.out
    assert desk.summary()["doubled"] == 0


def test_a_passport_whose_record_matches_no_longer_is_listed_and_stays(desk: Desk) -> None:
    desk.issue([FIRST, OTHER, THIRD])
    write_matches(desk.folder / "matches", [FIRST, OTHER], {OTHER.record_id: "MISMATCH"})
    ran = desk.issue(write_records(desk.folder / "records.csv", [FIRST, OTHER]))
    assert (ran.code, desk.summary()["issued_before"]) == (0, 2)
    assert (desk.summary()["unmatched"], desk.summary()["gone"]) == (1, 1)
    rows = {row["record_id"]: row["status"] for row in desk.table("unmatched")}
    assert rows == {OTHER.record_id: "MISMATCH", THIRD.record_id: ""}
    assert "does not match any more: 1" in ran.out
    assert len(desk.issued()) == 3


def test_rows_that_say_the_same_are_one_record(desk: Desk) -> None:
    spelled = FIRST._replace(
        record_id=f"{FIRST.record_id}\t", dose=f"0{FIRST.dose}", phone=" 0900000000 "
    )
    ran = desk.issue([FIRST, FIRST, spelled, OTHER])
    assert ran.code == 0
    assert "were counted with it: 2" in ran.out
    assert (desk.summary()["records"], desk.summary()["copies"]) == (2, 2)
    different = FIRST._replace(full_name="Lê Thị Hòa")
    desk.issue([THIRD, THIRD._replace(phone="1"), FIRST, different])
    assert set(desk.refused().values()) == {"record.doubled"}
    assert len(desk.table("refused")) == 4


def test_a_run_that_dies_between_two_pieces_leaves_one_passport_for_each_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PIECE", 2)
    people = many(6)
    others = [each._replace(record_id=f"O{each.record_id}") for each in people]
    kept: list[int] = []

    def keep_one(issuing: IssueRun, piece: int, tally: Tally) -> None:
        if kept:
            raise UsageError("error.read_or_write")
        kept.append(piece)
        keep(issuing, piece, tally)

    keep = IssueRun.keep
    with monkeypatch.context() as dying:
        dying.setattr(IssueRun, "keep", keep_one)
        assert desk.command(people).code == 2
    first = {record_id for record_id, _ in desk.issued()}
    assert len(first) == 2
    assert desk.issue(others).code == 1
    assert desk.refused() == dict.fromkeys((f"O{each}" for each in first), "dose.issued")
    assert desk.issue(people).code == 1
    assert len(desk.issued()) == len(people)


def test_two_records_of_a_dose_in_two_processes_are_both_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PIECE", 1)
    assert desk.issue([FIRST, AGAIN, OTHER], "--processes", 2).code == 1
    assert desk.refused() == {FIRST.record_id: "dose.repeated", "AGAIN": "dose.repeated"}
    assert desk.issued() == [(OTHER.record_id, 1)]


def test_a_folder_of_an_earlier_version_is_refused_with_what_to_do(desk: Desk) -> None:
    desk.issue([FIRST])
    settings_file = desk.folder / "out" / "issue.json"
    old = json.loads(settings_file.read_bytes()) | {"format": "1"}
    settings_file.write_text(json.dumps(old), encoding="utf-8")
    ran = desk.command([FIRST])
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "same --uvci-key" in ran.err


_SIGNS = st.sampled_from(["", "\t", " ", "\u200b", "\ufeff", "  "])


@st.composite
def spellings(draw: st.DrawFn, records: Sequence[Record]) -> list[list[str]]:
    """A table that says the same of the same records; its first row names the columns."""

    def text(value: str) -> str:
        value = normalize(draw(st.sampled_from(["NFC", "NFD"])), value)
        return f"{draw(_SIGNS)}{value}{draw(_SIGNS)}"

    def day(value: str) -> str:
        year, month, on = value.split("-")
        short = f"{int(on)}-{int(month)}-{year}"
        forms = (value, f"{on}/{month}/{year}", short, f"{on}.{month}.{year}")
        return draw(st.sampled_from(forms))

    def number(value: str) -> str:
        return draw(st.sampled_from([value, f"{value[:3]} {value[3:]}", f"{value[:6]}.{value[6:]}"]))

    columns = draw(st.permutations(FIELDS))
    table = [[*columns]]
    for record in draw(
        st.permutations([*records, *draw(st.lists(st.sampled_from(records), max_size=2))])
    ):
        values = record._asdict() | {
            "record_id": text(record.record_id),
            "facility": text(record.facility),
            "full_name": text(record.full_name),
            "vaccinated_on": day(record.vaccinated_on),
            "id_number": number(record.id_number),
            "vaccine": draw(st.sampled_from([record.vaccine, record.vaccine.upper()])),
            "dose": draw(st.sampled_from([record.dose, f"0{record.dose}", f"{record.dose}.0"])),
        }
        table.append([values[column] for column in columns])
    return table


@st.composite
def files(draw: st.DrawFn, records: Sequence[Record]) -> Callable[[Path], Path]:
    """A way to write such a table into a folder; gives its file."""
    table = draw(spellings(records))
    form = draw(st.sampled_from(["xlsx", "utf-8", "utf-8-sig", "utf-16"]))
    quotes, delimiter = draw(st.booleans()), draw(st.sampled_from(",;\t"))
    end = draw(st.sampled_from(["\n", "\r\n"]))

    def write(folder: Path) -> Path:
        if form == "xlsx":
            path = folder / "spelled.xlsx"
            path.unlink(missing_ok=True)
            with Workbook(path, "1", table[0], {}) as book:
                for row in table[1:]:
                    book.row(row)
            return path
        path = folder / "spelled.csv"
        with path.open("w", encoding=form, newline="") as file:
            rows_as = csv.unix_dialect if quotes else csv.excel
            csv.writer(file, rows_as, delimiter=delimiter, lineterminator=end).writerows(table)
        return path

    return write


ACCENTED = [
    FIRST._replace(record_id="Mũi số 1", facility="Trạm y tế Hòa Bình", full_name="Trần Thị Hoà"),
    OTHER._replace(record_id="Mũi số 2", facility="Trạm y tế Hòa Bình", full_name="Lê Đức Ấn"),
    THIRD._replace(record_id="3"),
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_spelling_of_a_file_issues_twice(desk: Desk, data: st.DataObject) -> None:
    if not desk.issued():
        assert desk.issue(ACCENTED).code == 0
    path = data.draw(files(ACCENTED))(desk.folder)
    correct = data.draw(st.sampled_from([(), ("--correct", "--revocation", desk.folder / "store")]))
    ran = desk.command(path, *correct)
    assert ran.code == 0, ran.err or desk.refused()
    summary = desk.summary()
    assert (summary["records"], summary["issued_before"]) == (3, 3)
    assert not (desk.folder / "store").exists()
    assert desk.issued() == [(each.record_id, 1) for each in sorted(ACCENTED)]
