"""Seals of ICAO (VDS-NC) at the command line: in a file, in a picture, with authorities in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.certificates import pem
from tests.support.command import Run
from tests.support.seals import DATA, TEST_DATA, Csca, Signer
from tests.support.world import NOW
from vaxpass import qr

CSCA = Csca.create()
SIGNER = CSCA.issue(serial=5)


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust"
    path.mkdir()
    (path / "authority.pem").write_bytes(pem(CSCA.der))
    return path


def verify(run: Run, trust: Path, *paths: Path) -> tuple[int, list[str]]:
    ran = run("verify", *paths, "--trust-list", trust, "--at", NOW.isoformat(), "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    return ran.code, [row.get("code") or row["outcome"] for row in rows]


def test_a_seal_in_a_file_or_a_picture_is_accepted(run: Run, trust: Path, tmp_path: Path) -> None:
    plain, wallet, picture = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.png"
    plain.write_text(SIGNER.seal(), encoding="utf-8")
    wallet.write_text(json.dumps([json.loads(SIGNER.seal())], indent=4), encoding="utf-8")
    picture.write_bytes(qr.png(SIGNER.seal(), error_correction="L"))
    assert verify(run, trust, plain, wallet, picture) == (0, ["accepted"] * 3)
    ran = run("verify", plain, "--trust-list", trust, "--at", NOW.isoformat())
    for shown in ("NGUYEN", "BAO DUY", "yellow fever", "Stamaril"):
        assert shown in " ".join(ran.out.replace("│", " ").split())


def test_several_seals_in_one_file_are_each_judged(run: Run, trust: Path, tmp_path: Path) -> None:
    array, rows = tmp_path / "a.json", tmp_path / "b.txt"
    seals = [SIGNER.seal(), Csca.create().issue().seal(TEST_DATA), SIGNER.seal(TEST_DATA)]
    array.write_text(f"[{','.join(seals)}]", encoding="utf-8")
    rows.write_text("\n".join(seals) + "\n", encoding="utf-8")
    each = ["accepted", "trust.key_unknown", "accepted"]
    assert verify(run, trust, array, rows) == (1, each * 2)


def test_a_list_of_revoked_signers_beside_the_authority_counts(
    run: Run, trust: Path, tmp_path: Path
) -> None:
    seal, other = tmp_path / "a.json", tmp_path / "b.json"
    seal.write_text(SIGNER.seal(), encoding="utf-8")
    other.write_text(CSCA.issue().seal(DATA), encoding="utf-8")
    (trust / "revoked.crl").write_bytes(CSCA.revoke(5))
    assert verify(run, trust, seal, other) == (1, ["validity.signer_revoked", "accepted"])


def test_a_self_made_signer_is_unknown(run: Run, trust: Path, tmp_path: Path) -> None:
    seal = tmp_path / "a.json"
    forged: Signer = Csca.create().issue()
    seal.write_text(forged.seal(), encoding="utf-8")
    code, codes = verify(run, trust, seal)
    assert code != 0
    assert codes == ["trust.key_unknown"]


def test_a_seal_of_a_signer_that_names_no_usage_is_a_choice(
    run: Run, trust: Path, tmp_path: Path
) -> None:
    seal = tmp_path / "a.json"
    seal.write_text(CSCA.issue(usages=()).seal(), encoding="utf-8")
    assert verify(run, trust, seal) == (1, ["usage.not_for_seals"])
    asked = ("verify", seal, "--trust-list", trust, "--at", NOW.isoformat(), "--seals-without-usage")
    ran = run(*asked, "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["outcome"]) == (0, "accepted")
    assert "usage.not_stated" in {note["code"] for note in found["warnings"]}


def test_what_is_imported_stays_what_it_is(run: Run, trust: Path, tmp_path: Path) -> None:
    seal, made = tmp_path / "a.json", tmp_path / "list.json"
    seal.write_text(SIGNER.seal(), encoding="utf-8")
    assert run("trust", "import", trust, "--unsigned", "--out", made).code == 0
    assert verify(run, made, seal) == (0, ["accepted"])
