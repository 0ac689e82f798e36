"""`vaxpass issue --confirmations`: what the register office has confirmed is issued, no more."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from vaxpass_cli.io.csv_files import Reader

from tests.support.command import Ran, Run
from tests.support.issuing_data import texts, write_keys, write_records
from tests.support.world import World
from vaxpass.records import Record, attest, write_facility_keys

AT = "2026-06-01T00:00:00Z"
OFFICE = "Công an Thành phố"
PEOPLE = (
    ("P1", "001080000011", "", "Nguyễn Văn Ân", "1980-02-01", "M"),
    ("P2", "001190000022", "012345678", "Trần Thị Bích", "1990-05-06", "F"),
    ("P3", "001075000033", "", "Lê Hoàng Đức", "1975-12-31", "M"),
)
MATCHED = Record(
    *("R0", "Hà Nội", "01001", "Lê Hoàng Đức", "1975-12-31", "M", "001075000033", ""),
    *("AstraZeneca", "1", "2", "2021-08-12", "A"),
)
BARE = MATCHED._replace(
    record_id="R1", full_name="NGUYEN VAN AN", date_of_birth="1980-02-01", id_number="001080000011"
)
OLD = MATCHED._replace(
    record_id="R2",
    full_name="Trần Thị Bích",
    date_of_birth="06/05/1990",
    id_number="012345678",
    sex="F",
)
WRONG = BARE._replace(record_id="R3", full_name="Phạm Văn Khác", dose="2", vaccinated_on="2021-10-12")
RECORDS = (MATCHED, BARE, OLD, WRONG)


@dataclass(frozen=True)
class Desk:
    """A folder with records, a register, keys, and the commands as they are given in it."""

    run: Run
    folder: Path
    world: World

    def match(
        self, records: Sequence[Record] = RECORDS, people: Sequence[Sequence[str]] = PEOPLE
    ) -> None:
        f = self.folder
        write_records(f / "records.csv", records)
        with (f / "registry.csv").open("w", encoding="utf-8", newline="") as file:
            heads = "person_id id_number old_id_number full_name date_of_birth sex".split()
            csv.writer(file).writerows([heads, *people])
        ran = self.run(
            "match", f / "records.csv", f / "registry.csv", "--out", f / "matches", "--at", AT
        )
        assert ran.code == 0, ran.err

    def confirm(self, name: str = "a", *causes: str, office: str = OFFICE, at: str = AT) -> Path:
        made = self.folder / f"{name}.confirmation"
        options = [part for cause in causes or ("name.diacritics",) for part in ("--cause", cause)]
        ran = self.run(
            *("review", "confirm", self.folder / "matches", *options, "--office", office),
            *("--key", self.folder / "dsc.key.pem", "--cert", self.folder / "dsc.pem"),
            *("--out", made, "--at", at),
        )
        assert ran.code == 0, ran.err
        return made

    def attested(self, records: Sequence[Record] = RECORDS) -> tuple[object, ...]:
        f, signer = self.folder, self.world.es256
        (f / "a.attestation").write_bytes(
            attest(records, "01001", signer.signer(), datetime.fromisoformat(AT))
        )
        keys = write_facility_keys({"01001": [signer.certificate.public_key]})
        (f / "facilities.json").write_bytes(keys)
        return ("--attestations", f / "a.attestation", "--facility-keys", f / "facilities.json")

    def issue(self, *more: object) -> Ran:
        f = self.folder
        return self.run(
            *("issue", f / "records.csv", "--matches", f / "matches", "--out", f / "out", "--at", AT),
            *("--key", f / "dsc.key.pem", "--cert", f / "dsc.pem", "--uvci-key", f / "uvci.key"),
            *("--issuer", "Bộ Y tế", "--processes", 1, *more),
        )

    def by(self, *files: Path) -> tuple[object, ...]:
        options = [part for file in files for part in ("--confirmations", file)]
        return (*options, "--office-keys", self.folder / "offices.json")

    def refused(self) -> dict[str, str]:
        with (self.folder / "out" / "refused.csv").open(encoding="utf-8", newline="") as file:
            return {row["record_id"]: row["codes"] for row in Reader(file)}

    def summary(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "out" / "summary.json").read_bytes())
        return found

    def issued(self) -> dict[str, str]:
        return {str(row["record_id"]): str(row["confirmed"]) for row in texts(self.folder / "out")}


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path) -> Desk:
    write_keys(tmp_path, world, {})
    keys = {OFFICE: [world.es256.certificate.public_key], "B": [world.es256.certificate.public_key]}
    (tmp_path / "offices.json").write_bytes(write_facility_keys(keys))
    return Desk(run, tmp_path, world)


def test_a_confirmed_record_is_issued_with_the_registered_name(desk: Desk) -> None:
    desk.match()
    made = desk.confirm("a", "name.diacritics", "id.old_cmnd")
    ran = desk.issue(*desk.attested(), *desk.by(made))
    assert ran.code == 1
    assert desk.issued() == {
        "R0": "",
        "R1": f"{OFFICE}: name.diacritics",
        "R2": f"{OFFICE}: id.old_cmnd",
    }
    assert desk.refused() == {"R3": "match.mismatch"}
    for row in texts(desk.folder / "out"):
        verdict = desk.world.verify(str(row["text"]), datetime.fromisoformat(AT))
        assert verdict
        if row["record_id"] == "R1":
            assert verdict.document is not None
            assert verdict.document.holder.given_name == "Văn Ân"
    found = desk.summary()
    assert (found["issued"], found["of_them_confirmed"], found["confirmations_unused"]) == (3, 2, {})
    assert found["policy"] == {
        "allow_unmatched": False,
        "allow_unattested": False,
        "allow_confirmed": True,
        "loosened": ["allow_confirmed"],
    }
    assert OFFICE not in ran.out
    assert "Ân" not in ran.out
    # The same again gives nothing, with and without the confirmation; nothing is listed as unmatched.
    for more in (desk.by(made), ()):
        desk.issue(*desk.attested(), *more)
        assert (desk.summary()["issued"], desk.summary()["issued_before"]) == (0, 3)
        assert desk.summary()["unmatched"] == 0


def test_without_the_option_nothing_that_is_confirmed_is_issued(desk: Desk) -> None:
    desk.match()
    made = desk.confirm()
    desk.issue(*desk.attested())
    assert desk.refused()["R1"] == "match.mismatch"
    assert desk.summary()["of_them_confirmed"] == 0
    for half in (("--confirmations", made), ("--office-keys", desk.folder / "offices.json")):
        ran = desk.issue(*half)
        assert ran.code == 2
        assert "--office-keys" in ran.err


def test_a_confirmation_is_verified_with_the_key_of_its_office(desk: Desk) -> None:
    desk.match()
    made = desk.confirm(office="Nobody")
    ran = desk.issue("--allow-unattested", *desk.by(made))
    assert ran.code == 2
    assert not (desk.folder / "out").exists()
    made.write_bytes(made.read_bytes()[:-3])
    assert desk.issue("--allow-unattested", *desk.by(made)).code == 2


def test_a_record_that_was_changed_later_is_not_confirmed(desk: Desk) -> None:
    desk.match()
    made = desk.confirm()
    desk.match([MATCHED, BARE._replace(phone="0912345678"), OLD, WRONG])
    desk.issue("--allow-unattested", *desk.by(made))
    assert desk.refused()["R1"] == "match.mismatch"
    assert desk.summary()["confirmations_unused"] == {"altered": 1}


def test_a_list_that_was_changed_after_matching_is_not_confirmed(desk: Desk) -> None:
    desk.match()
    made = desk.confirm()
    write_records(desk.folder / "records.csv", [MATCHED, BARE._replace(batch="other"), OLD, WRONG])
    desk.issue("--allow-unattested", *desk.by(made))
    assert desk.refused()["R1"] == "match.mismatch match.stale"


def test_nothing_is_issued_for_what_the_register_no_longer_says(desk: Desk) -> None:
    desk.match()
    made = desk.confirm()
    first = list(PEOPLE[0])
    first[3] = "Nguyễn Vân An"
    desk.match(people=[first, *PEOPLE[1:]])
    desk.issue("--allow-unattested", *desk.by(made))
    assert desk.refused()["R1"] == "match.mismatch"
    assert desk.summary()["confirmations_unused"] == {"register_changed": 1}


def test_a_record_that_matches_by_now_needs_no_confirmation(desk: Desk) -> None:
    desk.match()
    made = desk.confirm()
    desk.issue("--allow-unattested", *desk.by(made))
    corrected = BARE._replace(full_name="Nguyễn Văn Ân")
    desk.match([MATCHED, corrected, OLD, WRONG])
    desk.issue("--allow-unattested", *desk.by(made))
    # What its passport says is what the register says: it stays.
    assert desk.summary()["issued_before"] == 2
    assert desk.summary()["confirmations_unused"] == {"not_queued": 1}


def test_a_confirmed_person_gets_one_passport_for_a_dose(desk: Desk) -> None:
    registered = BARE._replace(record_id="R9", full_name="Nguyễn Văn Ân")
    desk.match([BARE, registered])
    made = desk.confirm()
    desk.issue("--allow-unattested", *desk.by(made))
    assert set(desk.refused().values()) == {"dose.repeated"}
    write_records(desk.folder / "records.csv", [registered])
    desk.issue("--allow-unattested")
    write_records(desk.folder / "records.csv", [BARE])
    desk.issue("--allow-unattested", *desk.by(made))
    assert desk.refused() == {"R1": "dose.issued"}
    assert list(desk.issued()) == ["R9"]


def test_what_is_wrong_with_a_dose_is_not_confirmed(desk: Desk) -> None:
    records = [BARE._replace(vaccine="aspirin")]
    desk.match(records)
    desk.issue("--allow-unattested", *desk.by(desk.confirm()))
    assert desk.refused() == {"R1": "vaccine.unknown"}


def test_a_confirmed_passport_whose_record_is_gone_or_changed_is_listed(desk: Desk) -> None:
    desk.match()
    desk.issue("--allow-unattested", *desk.by(desk.confirm()))
    assert desk.summary()["unmatched"] == 0
    desk.match([MATCHED, BARE._replace(date_of_birth="1981-02-01"), OLD, WRONG])
    desk.issue("--allow-unattested")
    assert (desk.summary()["unmatched"], desk.summary()["gone"]) == (1, 0)


def test_an_unattested_record_is_not_issued_because_it_is_confirmed(desk: Desk) -> None:
    desk.match()
    desk.issue(*desk.attested([MATCHED]), *desk.by(desk.confirm()))
    assert desk.refused()["R1"] == "attestation.missing"


def test_offices_that_name_different_persons_confirm_nobody(desk: Desk) -> None:
    desk.match()
    one = desk.confirm()
    people = [list(each) for each in PEOPLE]
    people[0][0] = "P7"
    desk.match(people=people)
    other = desk.confirm("b", office="B")
    desk.issue("--allow-unattested", *desk.by(one, other))
    assert desk.refused()["R1"] == "match.mismatch"
    assert desk.summary()["confirmations_unused"] == {"contradicted": 1}
