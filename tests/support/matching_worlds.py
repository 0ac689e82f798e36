"""Small worlds for `vaxpass match`, and readers of what it writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
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


def write_csv(path: Path, rows: Iterable[Row], columns: Sequence[str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_inputs(folder: Path, records: Iterable[Row], people: Iterable[Row]) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return (
        write_csv(folder / "records.csv", records, RECORDS.columns),
        write_csv(folder / "registry.csv", people, REGISTRY.columns),
    )


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
        """All cleaning lists by province/facility."""
        return {
            f"{row['province']}/{row['facility']}": self.sheet(f"cleaning/{row['file']}")
            for row in self.sheet("cleaning/index.csv")
        }

    def all_bytes(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
