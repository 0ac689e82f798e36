"""SMART Health Cards from the list of their issuers to the verdict, as a user does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA512

from tests.support.command import Run
from tests.support.health_cards import AT, ISSUER, Issuer, payload
from vaxpass.crypto.keys import public_pem

KEY = ec.generate_private_key(ec.SECP521R1())
NOW = ("--at", f"{AT:%Y-%m-%dT%H:%M:%SZ}")


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.create()


@pytest.fixture
def directory(issuer: Issuer, tmp_path: Path) -> Path:
    """A folder as the directory publishes it."""
    folder = tmp_path / "directory"
    folder.mkdir()
    crl = {"kid": issuer.jwk["kid"], "method": "rid", "ctr": 1, "rids": ["gone"]}
    made = {"directory": "https://example.org/issuers.json", "time": "2026-06-30T00:00:00Z"}
    data = json.dumps({**made, **issuer.snapshot(crls=[crl])}).encode()
    metadata = [{"canonical_iss": ISSUER, "issuer_type": "organizational.pharmacy"}]
    files = {
        "snapshot.json": data,
        "snapshot.sig": KEY.sign(data, ec.ECDSA(SHA512())),
        "snapshot.pem": public_pem(KEY.public_key()),
        "metadata.json": json.dumps(metadata).encode(),
        "issuers.json": json.dumps({"participating_issuers": [{"iss": ISSUER}]}).encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def trust(run: Run, directory: Path, tmp_path: Path) -> Path:
    out = tmp_path / "trust.json"
    ran = run("trust", "import", directory, "--pin", directory / "snapshot.pem", "--out", out, *NOW)
    assert ran.code == 0, ran.err
    return out


def test_a_signed_snapshot_names_the_key_to_pin(run: Run, directory: Path, tmp_path: Path) -> None:
    out = tmp_path / "trust.json"
    ran = run("trust", "import", directory, "--out", out, *NOW)
    assert ran.code != 0
    assert "snapshot.pem vouches for snapshot.json" in ran.err
    assert not out.exists()


def test_a_snapshot_that_was_changed_is_refused(run: Run, directory: Path, tmp_path: Path) -> None:
    path = directory / "snapshot.json"
    path.write_bytes(path.read_bytes().replace(b"Example Hospital", b"Example Ministry"))
    out = tmp_path / "trust.json"
    ran = run("trust", "import", directory, "--pin", directory / "snapshot.pem", "--out", out, *NOW)
    assert ran.code != 0
    assert not out.exists()


def test_a_card_is_verified_with_the_imported_list(
    run: Run, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    for name, rid in (("good", None), ("gone", "gone")):
        (tmp_path / f"{name}.txt").write_text(issuer.text(payload(rid=rid)), encoding="utf-8")
    good = run("verify", tmp_path / "good.txt", "--trust-list", trust, *NOW, "--json")
    assert good.code == 0, good.err
    found = json.loads(good.out)
    assert found["document"]["issuer"]["type"] == "pharmacy"
    assert "usage.by_pharmacy" in {each["code"] for each in found["warnings"]}
    gone = run("verify", tmp_path / "gone.txt", "--trust-list", trust, *NOW, "--json")
    assert json.loads(gone.out)["code"] == "revocation.listed"


def test_the_panel_shows_the_vaccination_and_who_issued_it(
    run: Run, issuer: Issuer, trust: Path
) -> None:
    ran = run("verify", issuer.text(), "--trust-list", trust, *NOW)
    shown = " ".join(ran.out.replace("│", " ").split())
    for said in ("Đặng Thị Ánh", "yellow fever", "YF1", "Example Hospital", "pharmacy"):
        assert said in shown


def test_parts_as_arguments_are_one_card(run: Run, issuer: Issuer, trust: Path) -> None:
    ran = run("verify", *reversed(issuer.parts(3)), "--trust-list", trust, *NOW, "--json")
    assert ran.code == 0, ran.out
    assert len(ran.out.splitlines()) == 1


def test_a_part_alone_is_undecided(run: Run, issuer: Issuer, trust: Path) -> None:
    ran = run("verify", issuer.parts(3)[0], "--trust-list", trust, *NOW, "--json")
    found = json.loads(ran.out)
    assert (found["outcome"], found["code"]) == ("undecided", "jws.part")
