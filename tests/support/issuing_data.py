"""Records, a facility and its keys, for the tests of issuing."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from tests.support.world import World
from vaxpass.crypto.certificate import to_pem
from vaxpass.crypto.keys import public_pem
from vaxpass.records import FIELDS, Conditions, Passports, Record, Terms, UvciMaker
from vaxpass.revocation import Identifier, identifiers
from vaxpass.testing import IssuedKey

AT: Final = datetime(2026, 6, 1, tzinfo=UTC)
SECRET: Final = bytes(range(32))
GOOD: Final = Record(
    *("R1", "79", "79001", "Nguyễn Thị Bảo Duyên", "06/05/1990", "2", "079190000001", "0901234567"),
    *("AstraZeneca", "2", "2", "2021-09-06", "AB123"),
)
_NAMES: Final = ("Trần Văn An", "Đặng Thị Ánh Tuyết", "Lê Hòa", "Y Moan", "Ngô Kiến Huy", "Phạm Đức")
_DOSES: Final = (
    *(("Pfizer", "1", "2"), ("Vero Cell", "2", "2"), ("Abdala", "3", "3"), ("Janssen", "1", "1")),
    *(("Moderna", "3", "3"), ("Hayat-Vax", "2", "2"), ("Sputnik V", "1", "2")),
)


def passports(key: IssuedKey, at: datetime = AT) -> Passports:
    terms = Terms.of(key.certificate, at, Conditions("Bộ Y tế"))
    return Passports(key.signer(), UvciMaker("VN", SECRET), terms)


def many(count: int, facilities: Sequence[str] = ("79001", "79002", "01003")) -> list[Record]:
    """Good records, each of another person."""
    found: list[Record] = []
    rows = itertools.product(range(count), _NAMES)
    for number, name in itertools.islice(rows, count):
        pick = number * 7 + len(found)
        vaccine, dose, doses = _DOSES[pick % len(_DOSES)]
        born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=pick * 37 % 25000)
        given = datetime(2021, 9, 1, tzinfo=UTC) + timedelta(days=pick % 90)
        place = facilities[len(found) % len(facilities)]
        found.append(
            Record(
                *(f"R{len(found):06}", place[:2], place, name, f"{born:%d/%m/%Y}", "1"),
                *(f"{10**11 + len(found)}", f"09{len(found):08}", vaccine, dose, doses),
                *(f"{given:%Y-%m-%d}", f"L{pick % 50}"),
            )
        )
    return found


def write_records(path: Path, records: Sequence[Record]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, *records])
    return path


def write_matches(
    folder: Path, records: Sequence[Record], other: Mapping[str, str] | None = None
) -> Path:
    """Results of matching: all matched, but for those in `other`; a person for each identity number."""
    folder.mkdir(exist_ok=True)
    rows = folder / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(("record_id", "status", "person_id"))
        for record in records:
            status = (other or {}).get(record.record_id, "MATCHED")
            written.writerow((record.record_id, status, f"P{record.id_number}"))
    duckdb.connect().execute(
        f"COPY (SELECT *, []::VARCHAR[] AS codes FROM read_csv('{rows}', all_varchar = true))"
        f" TO '{folder / 'results.parquet'}'"
    )
    rows.unlink()
    return folder


def texts(folder: Path) -> list[dict[str, object]]:
    """All passports in a folder of `vaxpass issue`."""
    if not list((folder / "texts").glob("*.parquet")):
        return []
    found = duckdb.connect().execute(
        f"SELECT * FROM read_parquet('{folder / 'texts' / '*.parquet'}') ORDER BY record_id, version"
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def write_keys(folder: Path, world: World, facilities: Mapping[str, IssuedKey]) -> None:
    """The files that the commands take: signer, its certificate, the secret, facilities' keys."""
    (folder / "dsc.key.pem").write_bytes(world.es256.key_pem())
    (folder / "dsc.pem").write_bytes(to_pem(world.es256.certificate.der))
    (folder / "uvci.key").write_bytes(SECRET.hex().encode())
    for facility, key in facilities.items():
        (folder / f"{facility}.key.pem").write_bytes(key.key_pem())
        (folder / f"{facility}.pub.pem").write_bytes(public_pem(key.certificate.public_key))


def hashes(uvci: object) -> tuple[Identifier, ...]:
    return identifiers(str(uvci), "VN", None, None)
