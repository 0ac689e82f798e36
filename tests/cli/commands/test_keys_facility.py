"""`vaxpass keys facility-new`: a facility's own key, from its making to an attestation that counts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.issuing_data import GOOD, write_records
from vaxpass.crypto import fingerprint, load_public_key

FACILITY = "Trạm y tế 'Xã An' & bạn"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_records(tmp_path / "records.csv", [GOOD._replace(facility=FACILITY)])


def attested(run: Run, folder: Path, records: Path, *options: object) -> int:
    key, signed = folder / "keys" / "facility.key.pem", folder / "signed"
    made = run("attest", records, "--facility", FACILITY, "--key", key, "--out", signed, *options)
    if made.code:
        return made.code
    public, pinned = folder / "keys" / "facility.pub.pem", folder / "keys.json"
    assert run("keys", "facility", pinned, "--facility", FACILITY, "--key", public).code == 0
    return run("attest", records, "--verify", signed, "--facility-keys", pinned).code


def test_the_new_key_signs_an_attestation_that_its_public_key_verifies(
    run: Run, tmp_path: Path, records: Path
) -> None:
    made = run("keys", "facility-new", "--facility", FACILITY, "--out", tmp_path / "keys")
    assert made.code == 0
    assert attested(run, tmp_path, records) == 0


def test_a_key_with_a_password_needs_it(run: Run, tmp_path: Path, records: Path) -> None:
    password = tmp_path / "password"
    password.write_text("mật khẩu dài\n", encoding="utf-8")
    option = ("--password-file", password)
    made = run("keys", "facility-new", "--facility", FACILITY, "--out", tmp_path / "keys", *option)
    assert made.code == 0
    assert b"ENCRYPTED" in (tmp_path / "keys" / "facility.key.pem").read_bytes()
    assert "mật khẩu dài" not in made.out
    assert attested(run, tmp_path, records) == 2
    assert attested(run, tmp_path, records, *option) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_private_key(run: Run, tmp_path: Path) -> None:
    assert run("keys", "facility-new", "--facility", "79001", "--out", tmp_path / "keys").code == 0
    mode = (tmp_path / "keys" / "facility.key.pem").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_no_key_is_ever_overwritten(run: Run, tmp_path: Path) -> None:
    command = ("keys", "facility-new", "--facility", "79001", "--out", tmp_path / "keys")
    assert run(*command).code == 0
    key = (tmp_path / "keys" / "facility.key.pem").read_bytes()
    again = run(*command)
    assert (again.code, again.out) == (2, "")
    assert (tmp_path / "keys" / "facility.key.pem").read_bytes() == key


@pytest.mark.parametrize("language", ["en", "vi"])
def test_it_says_what_to_do_next(run: Run, tmp_path: Path, language: str) -> None:
    out = tmp_path / "keys"
    made = run("keys", "facility-new", "--facility", " 79001 ", "--out", out, "--lang", language)
    public = load_public_key((out / "facility.pub.pem").read_bytes())
    assert fingerprint(public) in made.out
    for command in ("vaxpass keys facility keys.json --facility 79001 ", "vaxpass attest "):
        assert command in made.out
    assert len(made.out.splitlines()) == 5


def test_a_facility_without_a_name_is_refused(run: Run, tmp_path: Path) -> None:
    refused = run("keys", "facility-new", "--facility", " ", "--out", tmp_path / "keys")
    assert refused.code == 2
    assert "--facility" in refused.err
    assert not (tmp_path / "keys").exists()
