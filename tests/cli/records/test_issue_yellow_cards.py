"""`vaxpass match` and `vaxpass issue` with records of COVID-19, yellow fever and polio in one list."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from vaxpass_cli.io import stores

from tests.support.command import Ran, Run
from tests.support.issuing_data import GOOD, texts, write_keys, write_records
from tests.support.world import NOW, World
from tests.support.yellow_cards import IPV
from vaxpass import Kind, Outcome, Policy, Verifier, decode
from vaxpass.records import Record

PERSON = GOOD._replace(facility="79001", sex="Nữ", batch="B-1")
COVID = [
    PERSON._replace(record_id="C1", dose="1", vaccinated_on="2021-06-06"),
    PERSON._replace(record_id="C2", dose="2"),
]
YELLOW = PERSON._replace(
    record_id="Y1", vaccine="Stamaril", dose="1", doses="1", vaccinated_on="2026-03-01"
)
POLIO = YELLOW._replace(record_id="P1", vaccine=IPV, dose="2", doses="3")
MIXED = [*COVID, YELLOW, POLIO]
COLUMNS = ("person_id", "full_name", "date_of_birth", "sex", "id_number", "phone", "old_id_number")
AT = "2026-06-01T00:00:00Z"


class Desk:
    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder = run, folder

    def match(self, records: list[Record]) -> dict[str, str]:
        path = write_records(self.folder / "records.csv", records)
        registry = self.folder / "registry.csv"
        with registry.open("w", encoding="utf-8", newline="") as file:
            written = csv.writer(file)
            written.writerow(COLUMNS)
            written.writerow(("P", *(getattr(PERSON, name) for name in COLUMNS[1:-1]), ""))
        ran = self.run("match", path, registry, "--out", self.folder / "matches")
        assert ran.code in (0, 1), ran.err
        rows = (
            duckdb.connect()
            .execute(f"SELECT record_id, status FROM '{self.folder / 'matches' / 'results.parquet'}'")
            .fetchall()
        )
        return dict(rows)

    def issue(self, *more: object) -> Ran:
        f = self.folder
        return self.run(
            *("issue", f / "records.csv", "--matches", f / "matches", "--out", f / "out", "--at", AT),
            *("--key", f / "dsc.key.pem", "--cert", f / "dsc.pem", "--uvci-key", f / "uvci.key"),
            *("--issuer", "Bộ Y tế", "--processes", 1, "--allow-unattested", *more),
        )

    def refused(self) -> dict[str, str]:
        with (self.folder / "out" / "refused.csv").open(encoding="utf-8", newline="") as file:
            return {row["record_id"]: row["codes"] for row in csv.DictReader(file)}


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path) -> Desk:
    write_keys(tmp_path, world, {})
    return Desk(run, tmp_path)


def test_a_mixed_list_gives_each_record_its_kind(desk: Desk, world: World) -> None:
    assert set(desk.match(MIXED).values()) == {"MATCHED"}
    ran = desk.issue("--nationality", "vnm")
    assert (ran.code, ran.err) == (0, "")
    issued = {str(row["record_id"]): str(row["text"]) for row in texts(desk.folder / "out")}
    assert {record: decode(text).kind for record, text in issued.items()} == {
        "C1": Kind.VACCINATION,
        "C2": Kind.VACCINATION,
        "Y1": Kind.ICVP,
        "P1": Kind.ICVP,
    }
    for text in issued.values():
        verdict = world.verify(text, NOW)
        assert verdict, verdict.reason()
    verdict = world.verify(issued["Y1"], NOW)
    assert verdict.document is not None
    assert verdict.document.holder.name == PERSON.full_name
    assert verdict.document.events[0].lifelong


def test_without_a_nationality_only_yellow_cards_are_refused(desk: Desk) -> None:
    desk.match(MIXED)
    assert desk.issue().code == 1
    assert desk.refused() == {"Y1": "nationality.missing", "P1": "nationality.missing"}
    assert {row["record_id"] for row in texts(desk.folder / "out")} == {"C1", "C2"}


def test_the_same_dose_twice_is_still_found(desk: Desk) -> None:
    again = YELLOW._replace(record_id="Y2")
    found = desk.match([*MIXED, again])
    assert found == {
        "C1": "MATCHED",
        "C2": "MATCHED",
        "Y1": "AMBIGUOUS",
        "Y2": "AMBIGUOUS",
        "P1": "MATCHED",
    }


def test_the_same_dose_twice_gives_no_card(desk: Desk) -> None:
    same = YELLOW._replace(record_id="Y2", vaccinated_on="1/3/2026", dose="2")
    earlier = YELLOW._replace(record_id="Y3", vaccinated_on="2016-03-01")
    desk.match([*MIXED, same, earlier])
    assert desk.issue("--nationality", "VNM", "--allow-unmatched").code == 1
    assert desk.refused() == {"Y1": "dose.repeated", "Y2": "dose.repeated"}
    assert {row["record_id"] for row in texts(desk.folder / "out")} == {"C1", "C2", "P1", "Y3"}


def test_a_corrected_card_is_revoked_by_its_signature(desk: Desk, world: World) -> None:
    desk.match(MIXED)
    assert desk.issue("--nationality", "VNM").code == 0
    before = {row["record_id"]: str(row["text"]) for row in texts(desk.folder / "out")}
    corrected = [*COVID, YELLOW._replace(batch="B-2"), POLIO]
    shutil.rmtree(desk.folder / "matches")
    desk.match(corrected)
    store = desk.folder / "revoked.store"
    ran = desk.issue("--nationality", "VNM", "--correct", "--revocation", store)
    assert (ran.code, ran.err) == (0, "")
    after = {str(row["text"]) for row in texts(desk.folder / "out") if row["record_id"] == "Y1"} - set(
        before.values()
    )
    verifier = Verifier(world.trust, Policy(), revocations=stores.load(store))
    assert verifier.verify(before["Y1"], at=NOW).outcome is Outcome.REJECTED
    (new,) = after
    for text in (new, before["P1"], before["C1"]):
        assert verifier.verify(text, at=NOW)


def test_a_summary_names_each_reason(desk: Desk) -> None:
    desk.match([YELLOW._replace(batch="", sex="")])
    assert desk.issue("--nationality", "VNM").code == 1
    summary = json.loads((desk.folder / "out" / "summary.json").read_bytes())
    assert summary["refused_by_every_reason"] == {"batch.missing": 1, "sex.missing": 1}
    assert desk.issue("--nationality", "Viet Nam").code == 2
