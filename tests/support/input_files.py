"""Files of records as offices write them, and what is read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxpass_cli.records.columns import RECORDS
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.inputs import Input, UnreadableLine, find_lines, open_input

from vaxpass.records import FIELDS, Record

HEADS: Final = (
    "Mã mũi tiêm;Tỉnh;Cơ sở;Họ và tên;Ngày sinh;Giới tính;Số CCCD;Số điện thoại;Vắc xin;Mũi;Tổng số mũi"
    ";Ngày tiêm;Số lô"
).split(";")
NAMES: Final = (
    "Nguyễn Văn An",
    "Trần Thị Bích Ngọc",
    "Lê Hoàng Đức",
    "Phạm Thị Hòa",
    "Đỗ Quỳnh Anh",
    "Võ Minh Trí",
    "Huỳnh Thị Mỹ Duyên",
    "Bùi Thế Lữ",
)
ROWS: Final = tuple(
    (
        f"R{place}", "Hà Nội", "Trạm Y tế phường 1", name, f"{place + 10}/02/1980", "Nữ",
        f"00108000{place:04}", "0912345678", "Pfizer", "1", "2", f"1{place}/06/2021", "AB01",
    )
    for place, name in enumerate(NAMES)
)  # fmt: skip


def text_of(rows: Sequence[Sequence[str]], heads: Sequence[str] = HEADS, delimiter: str = ";") -> str:
    """Rows as the text of a file; cells must need no quotation marks."""
    return "".join(delimiter.join(row) + "\r\n" for row in (heads, *rows))


@dataclass(frozen=True)
class Read:
    """What was read."""

    records: Sequence[Record]
    unreadable: Sequence[UnreadableLine]
    notes: Sequence[str]
    lines: Sequence[tuple[int, str]]
    """The line of each record, by a second pass"""


def read(path: Path, work: Path, encoding: str | None = None) -> Read:
    """Read a file of records; `work` is a folder for what is converted."""
    with Engine(work / "spill", gigabytes=0.5, threads=1) as engine:
        source = open_input(path, RECORDS, {}, encoding, engine, work)
        records, unreadable = taken(engine, source)
        found = find_lines(source, {record.record_id for record in records})
        return Read(
            records,
            unreadable,
            [note.text("en") for note in source.notes],
            [(each.line, each.key) for each in found],
        )


def taken(engine: Engine, source: Input) -> tuple[Sequence[Record], Sequence[UnreadableLine]]:
    """The rows of an input and its lines that are none, as a command takes them."""
    source.read_anew(engine)
    columns = ", ".join(FIELDS)
    engine.run(f"CREATE OR REPLACE TABLE taken AS SELECT {columns} FROM ({source.relation})")
    engine.run(f"CREATE OR REPLACE TABLE unread AS {source.unreadable}")
    records = sorted(engine.rows(Record, "FROM taken"))
    return records, sorted(engine.rows(UnreadableLine, "FROM unread"))
