"""A bundle of real lists is carried by file to where there is no network, installed, and used there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.world import World
from vaxpass import decode
from vaxpass.trust.formats import native

# An empty network: a namespace of its own, in which not even the loopback interface is up.
_ALONE = ("unshare", "--map-root-user", "--net")


def alone_works() -> bool:
    try:
        return subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def test_a_bundle_of_real_lists_works_without_any_network(
    run: Run, shared: Path, world: World, tmp_path: Path
) -> None:
    if not alone_works():
        pytest.skip("this system does not let a program take away its network")
    who, german = shared / "trust_lists" / "gdhcn-prod", shared / "trust_lists" / "eu-national"
    (tmp_path / "own.json").write_bytes(native.write(world.trust, source="own", test=False))
    ran = run(
        *("trust", "import", who / "v2-trustlist-did.json", "--pin", who / "WHO-signing-DID.json"),
        *("--out", tmp_path / "who.json", "--at", "2026-08-23"),
    )
    assert (ran.code, "501 keys" in ran.out) == (0, True), ran.err
    ran = run(
        *("trust", "import", german / "DE-signed-covpass-prod-2023-12-01.txt"),
        *("--pin", german / "DE-dsc-list-signing-key.pem", "--out", tmp_path / "de.json"),
    )
    assert (ran.code, "829 keys" in ran.out) == (0, True), ran.err
    revoked = tmp_path / "revoked.store"
    text = world.issue()
    (tmp_path / "revoked.txt").write_text("uvci:" + _uvci(text), encoding="utf-8")
    ran = run("revocation", "import", tmp_path / "revoked.txt", "--out", revoked)
    assert ran.code == 0, ran.err
    assert run("keys", "bundle", "--out", tmp_path / "maker").code == 0
    lists = [("-t", tmp_path / name) for name in ("who.json", "de.json", "own.json")]
    bundle = tmp_path / "stick" / "today.bundle"
    ran = run(
        *("trust", "bundle", "--key", tmp_path / "maker" / "bundle.key.pem", "--maker", "Ministry"),
        *("--out", bundle, "--revocation", revoked, "--at", "2026-08-23", "--days", 14),
        *(part for pair in lists for part in pair),
    )
    assert ran.code == 0, ran.err

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "desk"), "LANG": "C.UTF-8"}
    (tmp_path / "desk").mkdir()

    def alone(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [*_ALONE, sys.executable, "-m", "vaxpass_cli", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, check=False, text=True, env=environment, cwd=tmp_path
        )

    pin = tmp_path / "maker" / "bundle.pub.pem"
    installed = alone("trust", "install", bundle, "--pin", pin, "--at", "2026-08-23")
    assert installed.returncode == 0, installed.stderr
    judged = alone("verify", text, "--test-keys", "--json", "--at", "2026-08-24")
    found = json.loads(judged.stdout)
    assert (found["outcome"], found["code"]) == ("rejected", "revocation.listed")
    other = alone("verify", world.issue(key=world.ps256), "--test-keys", "--json", "--at", "2026-08-24")
    assert json.loads(other.stdout)["code"] == "revocation.listed", "by its number, whoever signed"
    real = shared / "vectors" / "who" / "gdhcn-validator" / "EUQR1Contents.txt"
    judged = alone("verify", real, "--json", "--at", "2026-08-24")
    assert json.loads(judged.stdout)["signer"]["country"] == "DE", "a real signer was found"


def _uvci(text: str) -> str:
    identifier = decode(text).without_verification().document.identifier
    assert identifier is not None
    return identifier


def test_the_who_list_is_imported_by_its_certificates_alone(
    run: Run, shared: Path, tmp_path: Path
) -> None:
    who = shared / "trust_lists" / "gdhcn-prod"
    chain = who / "TNG_TA.chain.pem"
    ran = run(
        *("trust", "import", who / "v2-trustlist-did.json", chain, who / "TNG_TA-signed-SCA"),
        *("--pin", chain, "--out", tmp_path / "who.json", "--at", "2026-08-23"),
    )
    assert ran.code == 0, ran.err
    keys = json.loads((tmp_path / "who.json").read_bytes())["keys"]
    signers = [key for key in keys if "usage" not in key]
    assert len(signers) > 300
    assert all("TNG" in key["trusted_by"] for key in keys)
