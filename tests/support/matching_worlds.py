"""Small worlds for `vaxpass match`, and readers of what it writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
from vaxpass_cli.io import workbooks
from vaxpass_cli.records.columns import RECORDS, REGISTRY

PERSON: Final = {
    "person_id": "P1",
    "id_number": "001090000001",
    "old_id_number": "012345678",
    "full_name": "Nguyễn Văn An",
    "date_of_birth": "1990-06-05",
    "sex": "M",
    "phone": "0701234567",
    "province": "001",
}
RECORD: Final = {
    "record_id": "R1",
    "province": "Hà Nội",
    "facility": "Trạm Y tế phường 1",
    "full_name": "Nguyễn Văn An",
    "date_of_birth": "1990-06-05",
    "sex": "Nam",
    "id_number": "001090000001",
    "phone": "0701234567",
    "vaccine": "Pfizer",
    "dose": "1",
    "doses": "2",
    "vaccinated_on": "2021-09-01",
    "batch": "B1",
}
Row = Mapping[str, str]


def record(record_id: str, **changes: str) -> Row:
    return {**RECORD, "record_id": record_id, **changes}


def person(person_id: str, **changes: str) -> Row:
    return {**PERSON, "person_id": person_id, **changes}


def write_csv(
    path: Path,
    rows: Iterable[Row],
    columns: Sequence[str],
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_inputs(folder: Path, records: Iterable[Row], people: Iterable[Row]) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return (
        write_csv(folder / "records.csv", records, RECORDS.columns),
        write_csv(folder / "registry.csv", people, REGISTRY.columns),
    )


def read_book(path: Path) -> list[dict[str, str]]:
    """The rows of the first sheet of a workbook, by the heads in its first row."""
    (sheet, *_) = workbooks.sheets(path)
    heads, *rows = (row.cells for row in sheet.rows)
    return [dict(zip(heads, cells, strict=True)) for cells in rows]


@dataclass(frozen=True)
class Results:
    folder: Path

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        with duckdb.connect() as database:
            found = database.execute(
                "SELECT * FROM read_parquet(?)", [str(self.folder / "results.parquet")]
            )
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        assert [row["record_id"] for row in rows] == sorted(row["record_id"] for row in rows)
        return {row["record_id"]: row for row in rows}

    @property
    def statuses(self) -> dict[str, str]:
        return {record_id: row["status"] for record_id, row in self.rows.items()}

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    def sheet(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def lists(self) -> dict[str, list[dict[str, str]]]:
        """All lines of the cleaning lists by province/facility."""
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.sheet("cleaning/index.csv"):
            lines = found.setdefault(f"{row['province']}/{row['facility']}", [])
            lines += read_book(self.folder / "cleaning" / row["file"])
        return found

    def all_bytes(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


STRANGER = person(
    "P2",
    id_number="079185000002",
    old_id_number="",
    full_name="Trần Thị Bình",
    date_of_birth="1985-03-02",
    sex="F",
    phone="0912345678",
)


TWINS = [
    person(name, id_number="092185000003", old_id_number="", full_name="Lê Đôi")
    for name in ("P3", "P4")
]


PEOPLE = [PERSON, STRANGER, *TWINS]


# record -> status, field, codes
WORLD: dict[str, tuple[Row, str, str | None, str]] = {
    "A1": (record("A1"), "MATCHED", None, ""),
    "A2": (
        record("A2", full_name="NGUYỄN VĂN AN", date_of_birth="05/06/1990", dose="2"),
        "MATCHED",
        None,
        "",
    ),
    "B1": (record("B1", full_name="Nguyen Van An"), "MISMATCH", "name", "name.diacritics"),
    "B2": (record("B2", date_of_birth="06/05/1990"), "MISMATCH", "dob", "dob.day_month_swapped"),
    "B3": (record("B3", id_number="012345678"), "MISMATCH", "id", "id.old_cmnd"),
    "B4": (record("B4", id_number="1090000001"), "MISMATCH", "id", "id.leading_zeros"),
    "B5": (
        record("B5", id_number="079185000002"),
        "MISMATCH",
        "name",
        "name.different dob.different id.checks_fail phone.different sex.different",
    ),
    "C1": (
        record("C1", id_number="092185000003", full_name="Lê Đôi"),
        "AMBIGUOUS",
        "id",
        "register.number_twice",
    ),
    "C2": (
        record("C2", id_number="079185000002", full_name="Trần Thị Bình", date_of_birth="2/3/1985"),
        "AMBIGUOUS",
        "dose",
        "records.dose_twice",
    ),
    "C3": (
        record("C3", id_number="079185000002", full_name="TRẦN THỊ BÌNH", date_of_birth="1985-03-02"),
        "AMBIGUOUS",
        "dose",
        "records.dose_twice",
    ),
    "D1": (
        record("D1", id_number="001090999999", full_name="Lê Ai", phone=""),
        "NOT_FOUND",
        "id",
        "register.number_unknown",
    ),
    "D2": (record("D2", id_number="001090000002"), "NOT_FOUND", "id", "register.number_unknown"),
    "E1": (record("E1", id_number="", full_name="Lê Ai", phone=""), "NO_ID", "id", "id.missing"),
    "E2": (record("E2", id_number="12", full_name="Lê Ai", phone=""), "NO_ID", "id", "id.malformed"),
    "E3": (record("E3", id_number=""), "NO_ID", "id", "id.missing"),
}
