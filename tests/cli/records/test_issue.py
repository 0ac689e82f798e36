"""`vaxpass attest` and `vaxpass issue`, as a shell runs them: counts add up, nothing comes twice."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import duckdb
import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import stores
from vaxpass_cli.io.csv_files import Reader
from vaxpass_cli.records.issue import plan
from vaxpass_cli.records.run_folder import open_run_folder

from tests.support.command import Ran, Run
from tests.support.issuing_data import (
    SECRET,
    hashes,
    many,
    texts,
    write_keys,
    write_matches,
    write_records,
)
from tests.support.paths import ROOT
from tests.support.world import NOW, World
from vaxpass.crypto import Algorithm
from vaxpass.identity import to_icao
from vaxpass.records import Record, UvciMaker, read_facility_keys
from vaxpass.trust.formats import native

AT = "2026-06-01T00:00:00Z"
FACILITIES = ("79001", "79002", "01003")


class Desk:
    """A folder with keys, and the commands as they are given in it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder = run, folder

    def attest(self, records: Path, facilities: Sequence[str] = FACILITIES) -> None:
        for facility in facilities:
            key = self.folder / f"{facility}.key.pem"
            out = self.folder / "signed" / f"{facility}-{time.monotonic_ns()}.attestation"
            ran = self.run("attest", records, "--facility", facility, "--key", key, "--out", out)
            assert (ran.code, ran.err) == (0, "")

    def arguments(self, records: Path) -> list[object]:
        f = self.folder
        return [
            *("issue", records, "--matches", f / "matches", "--out", f / "out", "--at", AT),
            *("--attestations", f / "signed", "--facility-keys", f / "facilities.json"),
            *("--key", f / "dsc.key.pem", "--cert", f / "dsc.pem", "--uvci-key", f / "uvci.key"),
            *("--issuer", "Bộ Y tế", "--processes", 1),
        ]

    def issue(self, records: Path, *more: object) -> Ran:
        return self.run(*self.arguments(records), *more)

    def summary(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "out" / "summary.json").read_bytes())
        refused = found["refused_by_first_reason"]
        assert isinstance(refused, dict)
        assert found["refused"] == sum(refused.values())
        parts = (found["issued"], found["issued_before"], found["refused"])
        assert found["records"] == sum(int(str(part)) for part in parts)
        return found

    def refused(self) -> dict[str, str]:
        with (self.folder / "out" / "refused.csv").open(encoding="utf-8", newline="") as file:
            return {row["record_id"]: row["codes"] for row in csv.DictReader(file)}


Prepare: TypeAlias = Callable[[Sequence[Record]], Path]


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    write_keys(folder, world, {each: world.authority.issue_signer(days=99) for each in FACILITIES})
    for facility in FACILITIES:
        key = folder / f"{facility}.pub.pem"
        added = run(
            *("keys", "facility", folder / "facilities.json", "--facility", facility, "--key", key)
        )
        assert added.code == 0
    return Desk(run, folder)


@pytest.fixture
def prepared(desk: Desk) -> Prepare:
    def prepare(records: Sequence[Record]) -> Path:
        path = write_records(desk.folder / "records.csv", records)
        write_matches(desk.folder / "matches", records)
        desk.attest(path)
        return path

    return prepare


def test_keys_that_are_added_at_once_are_all_there(desk: Desk) -> None:
    keys = desk.folder / "at-once.json"
    command = [sys.executable, "-m", "vaxpass_cli", "keys", "facility", str(keys)]
    running = [
        subprocess.Popen(
            [*command, "--facility", f"F{number}", "--key", desk.folder / f"{FACILITIES[0]}.pub.pem"],
            stdout=subprocess.DEVNULL,
        )
        for number in range(4)
    ]
    assert [each.wait(60) for each in running] == [0] * 4
    assert set(read_facility_keys(keys.read_bytes())) == {"F0", "F1", "F2", "F3"}


def test_no_cell_is_a_formula_and_every_record_is_found_again(
    desk: Desk, world: World, prepared: Prepare, tmp_path: Path
) -> None:
    hostile = "=HYPERLINK(1);=2"
    records = many(6)
    bad = records[0]._replace(record_id=hostile, vaccine="?")
    good = records[1]._replace(record_id=f"+{hostile}")
    desk.issue(prepared([bad, good, *records[2:]]), "--also", "csv")
    out = desk.folder / "out"
    for name in ("refused.csv", "texts.csv"):
        with (out / name).open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert any(hostile in cell for cell in cells)
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    with (out / "refused.csv").open(encoding="utf-8", newline="") as file:
        assert [row["record_id"] for row in Reader(file)] == [hostile]
    trust = tmp_path / "list.json"
    trust.write_bytes(native.write(world.trust, source="own", test=False))
    ran = desk.run(
        *("print", out / "texts.csv", "--record", good.record_id, "-t", trust, "--at", AT),
        *("--format", "svg", "--out", tmp_path / "prints", "--test-keys"),
    )
    assert (ran.code, len(list((tmp_path / "prints").iterdir()))) == (0, 1), ran.err


def test_from_records_to_passports(desk: Desk, world: World, prepared: Prepare) -> None:
    records = many(30)
    ran = desk.issue(prepared(records), "--also", "csv", "--also", "jsonl")
    assert (ran.code, ran.err) == (0, "")
    assert "issued: 30 (corrected: 0, renewed: 0); issued before: 0; refused: 0." in ran.out
    issued = texts(desk.folder / "out")
    maker = UvciMaker("VN", SECRET)
    assert [row["uvci"] for row in issued] == [maker.make(each.record_id) for each in records]
    for row, record in zip(issued, records, strict=True):
        verdict = world.verify(str(row["text"]), NOW)
        assert verdict
        assert verdict.certificate is not None
        person = verdict.certificate.person
        parts = (person.family_name_icao, person.given_name_icao)
        assert "<".join(filter(None, parts)) == to_icao(record.full_name)
        assert row["kid"] == world.es256.certificate.kid.hex()
        assert row["digest"] == record.digest.hex()
        assert (row["issued_at"], row["expires_at"]) == (AT, "2027-06-01T00:00:00Z")
    lines = (desk.folder / "out" / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == [row["text"] for row in issued]
    with (desk.folder / "out" / "texts.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [row["text"] for row in issued]
    # What is about persons is for its owner only.
    for path in (desk.folder / "out").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    summary = desk.summary()
    assert (summary["records"], summary["issued"], summary["unreadable_lines"]) == (30, 30, 0)
    # Once more: nothing is signed again.
    assert desk.issue(desk.folder / "records.csv").code == 0
    assert desk.summary()["issued_before"] == 30
    assert texts(desk.folder / "out") == issued


def test_what_may_not_be_issued_is_set_aside_with_its_reason(desk: Desk, prepared: Prepare) -> None:
    records = many(12)
    path = prepared(records)
    write_matches(
        desk.folder / "matches",
        records[:11],
        {records[0].record_id: "AMBIGUOUS", records[1].record_id: "NO_ID"},
    )
    other = records[5]
    listed = [
        *records[:2],
        records[2]._replace(full_name="Lê Hoài"),  # altered after the attestation
        records[3]._replace(facility="01003"),  # no facility speaks for another
        records[4]._replace(  # another person's slip under this number
            full_name=other.full_name, date_of_birth=other.date_of_birth, id_number=other.id_number
        ),
        *(records[5], records[6], records[6]._replace(dose="9")),  # a doubled number
        *(records[7], records[8]._replace(record_id="")),
        *records[9:],
    ]
    write_records(path, listed)
    ran = desk.issue(path)
    assert ran.code == 1
    assert desk.refused() == {
        records[0].record_id: "match.ambiguous",
        records[1].record_id: "match.no_id",
        records[2].record_id: "attestation.altered",
        records[3].record_id: "attestation.missing",
        records[4].record_id: "attestation.altered",
        records[6].record_id: "record.doubled",
        "": "match.missing attestation.missing record.no_id",
        records[11].record_id: "match.missing",
    }
    assert [row["record_id"] for row in texts(desk.folder / "out")] == [
        records[place].record_id for place in (5, 7, 9, 10)
    ]
    summary = desk.summary()
    assert (summary["records"], summary["refused"], summary["issued"]) == (13, 9, 4)


def test_two_records_of_one_dose_of_a_person_are_both_refused(desk: Desk, prepared: Prepare) -> None:
    records = many(4)
    same = records[1]._replace(record_id="again")
    early = records[2]._replace(record_id="early", dose="1", vaccinated_on="2022-02-02")
    late = records[2]._replace(dose="2", vaccinated_on="2022-01-01", vaccine="Pfizer", doses="2")
    early = late._replace(record_id="early", dose="1", vaccinated_on="2022-02-02")
    path = prepared([records[0], records[1], same, late, early])
    assert desk.issue(path).code == 1
    assert desk.refused() == {
        records[1].record_id: "dose.repeated",
        "again": "dose.repeated",
        late.record_id: "dose.order",
        "early": "dose.order",
    }


def test_a_loosened_policy_is_written_down(desk: Desk, prepared: Prepare) -> None:
    records = many(5)
    path = prepared(records[:4])
    write_matches(desk.folder / "matches", records, {records[0].record_id: "NOT_FOUND"})
    write_records(path, [*records[:3], records[3]._replace(batch="x"), records[4]])
    assert desk.issue(path).code == 1
    assert desk.summary()["issued"] == 2
    ran = desk.issue(path, "--allow-unmatched", "--allow-unattested")
    assert ran.code == 1
    assert "These requirements were waived: allow_unmatched, allow_unattested." in ran.out
    summary = desk.summary()
    assert (summary["issued"], summary["issued_before"]) == (2, 2)
    policy = {"allow_unmatched": True, "allow_unattested": True}
    assert summary["policy"] == policy | {"allow_confirmed": False, "loosened": list(policy)}
    # What was changed after it was attested is never issued.
    assert desk.refused() == {records[3].record_id: "attestation.altered"}


def test_a_correction_is_issued_anew_and_the_old_passport_revoked(
    desk: Desk, world: World, prepared: Prepare
) -> None:
    records = many(6)
    path = prepared(records)
    assert desk.issue(path).code == 0
    before = texts(desk.folder / "out")
    corrected = [records[0]._replace(full_name="Lê Thị Hòa"), *records[1:]]
    write_records(path, corrected)
    assert desk.issue(path).code == 1
    assert desk.refused() == {records[0].record_id: "record.changed"}
    store = desk.folder / "revoked.store"
    # The facility has to attest the correction too.
    assert desk.issue(path, "--correct", "--revocation", store).code == 1
    assert desk.refused() == {records[0].record_id: "attestation.altered"}
    assert not store.exists()
    desk.attest(path)
    for again in (False, True):
        ran = desk.issue(path, "--correct", "--revocation", store)
        assert (ran.code, ran.err) == (0, "")
        summary = desk.summary()
        assert (summary["of_them_corrected"], summary["revoked"]) == (0 if again else 1, 1)
    after = texts(desk.folder / "out")
    assert after[0] == before[0]
    assert after[2:] == before[1:]
    new = after[1]
    assert (new["version"], new["record_id"]) == (2, records[0].record_id)
    assert new["uvci"] == UvciMaker("VN", SECRET).make(records[0].record_id, version=2)
    kid = world.es256.certificate.kid
    loaded = stores.load(store)
    assert loaded.find(kid, hashes(before[0]["uvci"])) is not None
    assert all(loaded.find(kid, hashes(row["uvci"])) is None for row in after[1:])


def test_a_change_that_no_passport_shows_needs_no_attestation_until_it_is_renewed(
    desk: Desk, prepared: Prepare
) -> None:
    records = many(3)
    path = prepared(records)
    assert desk.issue(path, "--months", 1).code == 0
    write_records(path, [records[0]._replace(phone="0909999999"), *records[1:]])
    store = desk.folder / "revoked.store"
    for more in ((), ("--correct", "--revocation", store)):
        assert desk.issue(path, *more).code == 0
        assert desk.summary()["issued_before"] == 3
    assert not store.exists()
    assert desk.issue(path, "--renew", 40).code == 1
    assert desk.refused() == {records[0].record_id: "attestation.altered"}
    desk.attest(path)
    assert desk.issue(path, "--renew", 40).code == 0
    assert desk.summary()["of_them_renewed"] == 1


def _die(*_: object) -> None:
    raise UsageError("error.read_or_write")


def test_a_run_that_died_before_it_could_revoke_is_made_good(
    desk: Desk, prepared: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = many(3)
    path = prepared(records)
    assert desk.issue(path).code == 0
    write_records(path, [records[0]._replace(full_name="Lê Thị Hòa"), *records[1:]])
    desk.attest(path)
    store = desk.folder / "revoked.store"
    with monkeypatch.context() as dying:
        dying.setattr(stores, "change", _die)
        assert desk.issue(path, "--correct", "--revocation", store).code == 2
    assert len(texts(desk.folder / "out")) == 4
    assert not store.exists()
    store_of_others = desk.run("revocation", "add", store, "--uvci", "URN:UVCI:01:VN:OTHER")
    assert store_of_others.code == 0
    assert desk.issue(path, "--correct", "--revocation", store).code == 0
    assert len(texts(desk.folder / "out")) == 4
    loaded = stores.load(store)
    assert loaded.find(b"any kid!", hashes(texts(desk.folder / "out")[0]["uvci"])) is not None
    assert loaded.find(b"any kid!", hashes("URN:UVCI:01:VN:OTHER")) is not None


def test_what_runs_out_is_renewed_once(desk: Desk, prepared: Prepare) -> None:
    path = prepared(many(3))
    assert desk.issue(path, "--months", 1).code == 0
    for renewed in (3, 0):
        assert desk.issue(path, "--renew", 40).code == 0
        assert desk.summary()["of_them_renewed"] == renewed
    assert [row["version"] for row in texts(desk.folder / "out")] == [1, 2] * 3


def test_another_secret_or_country_is_refused(desk: Desk, prepared: Prepare) -> None:
    path = prepared(many(3))
    assert desk.issue(path).code == 0
    (desk.folder / "uvci.key").write_bytes(b"f" * 64)
    ran = desk.issue(path)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "another uvci key" in ran.err
    assert len(texts(desk.folder / "out")) == 3


def test_wrong_use_is_one_line(desk: Desk, prepared: Prepare, tmp_path: Path) -> None:
    path = prepared(many(3))
    good = desk.arguments(path)

    def changed(name: str, value: object) -> list[object]:
        place = good.index(name) + 1
        return [*good[:place], value, *good[place + 1 :]]

    def without(name: str) -> list[object]:
        place = good.index(name)
        return [*good[:place], *good[place + 2 :]]

    other_results = tmp_path / "results.parquet"
    duckdb.connect().execute(f"COPY (SELECT 1 AS record_id) TO '{other_results}'")
    headless = write_records(tmp_path / "headless.csv", [])
    headless.write_text("record_id,full_name\n1,A\n", encoding="utf-8")
    short = tmp_path / "short"
    short.write_bytes(b"secret")
    rubbish = tmp_path / "rubbish.attestation"
    rubbish.write_bytes(b"rubbish")
    full = tmp_path / "full"
    (full / "texts.old").mkdir(parents=True)
    for arguments in (
        changed("--matches", tmp_path),
        changed("--matches", path),
        changed("--matches", other_results),
        changed("--uvci-key", short),
        changed("--attestations", rubbish),
        changed("--attestations", tmp_path / "nothing"),
        changed("--facility-keys", rubbish),
        changed("--out", full),
        changed("--out", path),
        changed("--issuer", ""),
        changed("--at", "2050-01-01"),
        changed("--key", tmp_path),
        changed("--cert", rubbish),
        [*good, "--correct"],
        [*good, "--vaccines", rubbish],
        ["issue", tmp_path / "nothing.csv", *good[2:]],
        ["issue", headless, *good[2:]],
        [*good, "--revocation", tmp_path],
        [*good, "--revocation", rubbish],
        [*good, "--correct", "--revocation", tmp_path / "nowhere" / "store"],
        [*good, "--mapping", rubbish],
        [*good, "--encoding", "klingon"],
        [*good, "--at", "yesterday"],
        [*without("--facility-keys")],
    ):
        ran = desk.run(*arguments)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert len(ran.err.splitlines()) == 1, ran.err
        assert "unexpected" not in ran.err, arguments
        assert not (desk.folder / "out").exists(), arguments
    # And nothing changes where there are passports already.
    assert desk.issue(path).code == 0
    before = {each: each.read_bytes() for each in (desk.folder / "out").rglob("*.*")}
    for arguments in (
        [*good, "--mapping", rubbish],
        ["issue", headless, *good[2:]],
        [*good, "--correct"],
    ):
        assert desk.run(*arguments).code == 2
    assert {each: each.read_bytes() for each in (desk.folder / "out").rglob("*.*")} == before


def test_rows_that_are_none_are_counted_aside(desk: Desk, prepared: Prepare) -> None:
    path = prepared(many(3))
    with path.open("a", encoding="utf-8") as file:
        file.write("only,three,columns\n")
    ran = desk.issue(path)
    assert ran.code == 0
    assert "could not be read" in ran.out
    summary = desk.summary()
    assert (summary["records"], summary["unreadable_lines"]) == (3, 1)


def test_killed_at_any_time_nothing_is_lost_or_issued_twice(
    desk: Desk, world: World, prepared: Prepare
) -> None:
    records = many(3 * plan.PIECE // 2)
    path = prepared(records)
    command = [sys.executable, "-m", "vaxpass_cli", *map(str, desk.arguments(path))]
    command[-1] = "2"  # processes
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'cli'}"}
    rng = random.Random(1)
    killed = 0
    for _ in range(5):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            process.wait(rng.uniform(0.3, 2.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    assert killed, "else nothing was tried"
    assert desk.issue(path).code == 0
    issued = texts(desk.folder / "out")
    maker = UvciMaker("VN", SECRET)
    assert [(row["record_id"], row["uvci"]) for row in issued] == [
        (each.record_id, maker.make(each.record_id)) for each in records
    ]
    assert all(world.verify(str(row["text"]), NOW) for row in issued[::997])
    assert {each.name for each in (desk.folder / "out").iterdir()} == {
        *("issue.json", "refused.csv", "doubled.csv", "unmatched.csv", "summary.json", "texts")
    }


def test_two_runs_do_not_meet(desk: Desk, prepared: Prepare) -> None:
    path = prepared(many(3))
    with open_run_folder(desk.folder / "out", plan.FOLDER, {}):
        ran = desk.issue(path)
    assert ran.code == 2
    assert "another run" in ran.err


def test_the_check_of_an_attestation(desk: Desk, prepared: Prepare) -> None:
    records = many(9)
    path = prepared(records)
    check = ("--verify", desk.folder / "signed", "--facility-keys", desk.folder / "facilities.json")
    ran = desk.run("attest", path, *check)
    assert (ran.code, ran.err) == (0, "")
    assert "3 records as attested by 79001" in ran.out
    twice = (records[1], records[1]._replace(phone="1"), records[1])
    write_records(path, [records[0]._replace(dose="9"), *twice, *records[3:]])
    ran = desk.run("attest", path, *check)
    assert ran.code == 1
    assert "R000000 was changed" in ran.out
    assert "2 different records have the number R000001" in ran.out
    assert "1 record that 01003 attested is not in the list" in ran.out
    row = json.loads(desk.run("attest", path, *check, "--json").out)
    assert (row["altered"], row["doubled"]) == (["R000000", "R000001"], ["R000001"])
    for wrong in (
        ("--verify", path, "--facility-keys", desk.folder / "facilities.json"),
        ("--verify", desk.folder / "signed"),
        ("--facility", "79001"),
        (*check, "--facility", "79001"),
    ):
        ran = desk.run("attest", path, *wrong)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def test_different_records_with_one_number_are_not_attested(desk: Desk) -> None:
    records = many(4)
    path = write_records(desk.folder / "records.csv", [*records, records[0]._replace(phone="1")])
    out = desk.folder / "x.attestation"
    key = desk.folder / "79001.key.pem"
    ran = desk.run("attest", path, "--facility", "79001", "--key", key, "--out", out)
    assert (ran.code, out.exists()) == (2, False)
    assert "R000000" in ran.err


def test_passwords_come_from_a_file_or_the_environment(
    desk: Desk, world: World, prepared: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = prepared(many(3))
    rsa = world.ps256
    bundle = desk.folder / "signer.p12"
    bundle.write_bytes(rsa.to_pkcs12("mật khẩu".encode()))
    (desk.folder / "password").write_text("mật khẩu\n", encoding="utf-8")
    arguments = desk.arguments(path)
    arguments[arguments.index("--key") + 1] = bundle
    del arguments[arguments.index("--cert") : arguments.index("--cert") + 2]
    assert desk.run(*arguments).code == 2
    monkeypatch.setenv("VAXPASS_KEY_PASSWORD", "wrong")
    assert desk.run(*arguments).code == 2
    assert desk.run(*arguments, "--password-file", desk.folder / "password").code == 0
    assert desk.summary()["algorithm"] == Algorithm.PS256.name
    assert all(world.verify(str(row["text"]), NOW) for row in texts(desk.folder / "out"))
    assert "mật khẩu" not in (desk.folder / "out" / "summary.json").read_text(encoding="utf-8")


def test_no_run_writes_where_one_that_was_killed_may_still_write(tmp_path: Path) -> None:
    places = []

    def die() -> None:
        with open_run_folder(tmp_path / "out", plan.FOLDER, {}) as folder:
            places.append(folder.scratch)
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            die()
    assert places[0] != places[1]
    assert not places[0].exists()


def test_a_record_that_was_changed_since_it_was_matched_is_not_issued(desk: Desk) -> None:
    records = many(3)
    people = [
        f"P{each.id_number},{each.id_number},{each.full_name},{each.date_of_birth}" for each in records
    ]
    register = desk.folder / "register.csv"
    head = "person_id,id_number,full_name,date_of_birth"
    register.write_text("\n".join([head, *people]) + "\n", encoding="utf-8")
    path = write_records(desk.folder / "records.csv", records)
    assert desk.run("match", path, register, "--out", desk.folder / "matches").code == 0
    # Another person, whom the facility attests: but nobody has looked for them in the register.
    write_records(path, [records[0]._replace(full_name="Lê Thị Lạ"), *records[1:]])
    desk.attest(path)
    assert desk.issue(path).code == 1
    assert desk.refused() == {records[0].record_id: "match.stale"}
    assert desk.summary()["issued"] == 2
