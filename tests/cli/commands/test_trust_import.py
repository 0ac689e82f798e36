"""`vaxpass trust import`: a folder is sorted by what its files hold, whoever published them."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.certificates import ONE, TWO, certificate, pem
from tests.support.command import Ran, Run
from tests.support.gdhcn_documents import HOST, KEY, OTHER, SIGNER, method, prove, unproved
from tests.support.german_lists import KEY as GERMAN_KEY
from tests.support.german_lists import LIST as GERMAN_LIST
from tests.support.trust_lists import ENTRY, listed, text
from tests.support.world import NOW, World, trusted
from vaxpass import TrustList, read_trust_list
from vaxpass.crypto import fingerprint, public_bytes
from vaxpass.crypto.keys import to_jwk
from vaxpass.trust import write_trust_list


def pin_document(key: ec.EllipticCurvePublicKey) -> bytes:
    methods = [{"id": SIGNER, "publicKeyJwk": to_jwk(key)}]
    return json.dumps({"id": SIGNER, "verificationMethod": methods}).encode()


def public_pem(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A folder as the WHO network publishes it."""
    folder = tmp_path / "network list"
    (folder / "signed").mkdir(parents=True)
    files = {
        "README.md": b"# Read me",
        "list.json": prove(unproved(method(ONE), method(TWO))),
        "part.json": prove(unproved(method(ONE))),
        "old.json": json.dumps(unproved(method(ONE))).encode(),
        "references.json": prove(unproved(f"{HOST}:DCC")),
        "key.json": pin_document(KEY.public_key()),
        "chain.pem": pem(ONE) + pem(TWO),
        **{
            f"signed/{n}.json": b'{"trustAnchorSignature": "MIIB", "certificateRawData": "MIIB"}'
            for n in range(12)
        },
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def imported(run: Run, out: Path, *arguments: object) -> tuple[Ran, TrustList | None]:
    ran = run("trust", "import", *arguments, "--out", out)
    return ran, read_trust_list(out.read_bytes(), source="out") if out.exists() else None


def test_the_key_is_asked_for_with_the_line_to_type(run: Run, network: Path, tmp_path: Path) -> None:
    ran, trust = imported(run, tmp_path / "out.json", network)
    assert (ran.code, trust) == (2, None)
    assert f"trust import '{network}' --pin '{network / 'key.json'}' --out NEW" in ran.err
    assert fingerprint(KEY.public_key()) in ran.err
    assert "list.json" in ran.err
    # As it is printed, it works.
    ran, trust = imported(run, tmp_path / "out.json", network, "--pin", network / "key.json")
    assert ran.code == 0, ran.err
    assert trust is not None
    assert len(trust) == 2
    assert {key.trusted_by for key in trust} == {
        f"WHO's proof over the list, key {fingerprint(KEY.public_key())[:16]}"
    }


def test_what_was_taken_and_what_was_left_is_named(run: Run, network: Path, tmp_path: Path) -> None:
    ran, _ = imported(run, tmp_path / "out.json", network, "--pin", network / "key.json")
    said = ran.out.splitlines()
    for begin, name in (
        ("List:", "list.json"),
        ("List:", "part.json"),
        ("Companion:", "chain.pem"),
        ("Companion:", "key.json"),
        ("Companions:", "signed (12 files)"),
        ("Left:", "old.json"),
        ("Left:", "references.json"),
        ("Left:", "README.md"),
    ):
        assert any(line.strip().startswith(begin) and name in line for line in said), (begin, name)


def test_a_folder_without_a_list_says_what_is_in_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "key.json").write_bytes(pin_document(KEY.public_key()))
    (folder / "list.json").write_text('{"id": "did:web:tng-cdn.who.int:v2", "verificationMetho')
    ran, _ = imported(run, tmp_path / "out.json", folder)
    assert ran.code == 2
    assert [line.rpartition("/")[2].partition(":")[0] for line in ran.err.splitlines()] == [
        "key.json",
        "list.json",
        "folder",
    ]


def test_a_changed_list_of_a_folder_is_left(run: Run, network: Path, tmp_path: Path) -> None:
    changed = (network / "list.json").read_bytes().replace(b"#VNM", b"#LAO")
    (network / "list.json").write_bytes(changed)
    ran, trust = imported(run, tmp_path / "out.json", network, "--pin", network / "key.json")
    assert trust is not None
    assert len(trust) == 1
    assert any("Left:" in line and "list.json" in line for line in ran.out.splitlines())
    assert not any("old.json" in line and "taken" in line for line in ran.out.splitlines())
    # One that was named is not passed over.
    one, pin = network / "list.json", ("--pin", network / "key.json")
    ran, trust = imported(run, tmp_path / "other.json", one, network / "part.json", *pin)
    assert (ran.code, trust) == (2, None)


@pytest.mark.parametrize("changed", [False, True])
def test_an_unsigned_list_beside_published_ones_is_nobodys_own(
    run: Run, network: Path, world: World, changed: bool
) -> None:
    own = write_trust_list(TrustList([trusted(world.es256)]), source="own", test=True)
    (network / "forged.json").write_bytes(own)
    if changed:
        (network / "list.json").write_bytes(b"{}")
    ran = run(
        "verify", world.issue(), "--trust-list", network, "--pin", network / "key.json", "--at", NOW
    )
    assert ran.code == 1
    assert "forged.json" in ran.err
    # A file that is named itself is the user's own.
    forged = network / "forged.json"
    assert run("verify", world.issue(), "--trust-list", forged, "--at", NOW, "--test-keys").code == 0


def test_another_key_vouches_for_nothing(run: Run, network: Path, tmp_path: Path) -> None:
    (network / "key.json").write_bytes(pin_document(OTHER.public_key()))
    ran, trust = imported(run, tmp_path / "out.json", network, "--pin", network / "key.json")
    assert (ran.code, trust) == (2, None)
    assert "does not match" in ran.err
    ran, trust = imported(run, tmp_path / "out.json", network)
    assert (ran.code, trust) == (2, None)
    assert "key.json" not in ran.err
    assert "--pin FILE" in ran.err
    assert "--unsigned" in ran.err


def test_without_signatures_the_folder_works_too(run: Run, network: Path, tmp_path: Path) -> None:
    ran, trust = imported(run, tmp_path / "out.json", network, "--unsigned")
    assert ran.code == 0, ran.err
    assert trust is not None
    assert {key.trusted_by for key in trust} == {"unsigned, because the user said so"}


def test_verify_names_the_command_that_helps(run: Run, network: Path) -> None:
    ran = run("verify", "HC1:6BF", "--trust-list", network)
    assert ran.code == 2
    assert f"vaxpass trust import '{network}' --pin '{network / 'key.json'}'" in ran.err
    # With the key, the folder is a list.
    ran = run("verify", "HC1:6BF", "--trust-list", network, "--pin", network / "key.json")
    assert ran.code == 1


def test_a_german_list_and_its_key(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "de"
    folder.mkdir()
    (folder / "dsc-list.json").write_bytes(GERMAN_LIST)
    for name, key in (("key", GERMAN_KEY), ("other", OTHER)):
        (folder / f"{name}.pem").write_bytes(public_pem(key.public_key()))
    ran, _ = imported(run, tmp_path / "out.json", folder)
    assert f"--pin {folder / 'key.pem'} " in ran.err
    assert "other.pem" not in ran.err
    ran, trust = imported(run, tmp_path / "out.json", folder, "--pin", folder / "key.pem")
    assert trust is not None
    assert len(trust) == 2
    assert "other.pem" in ran.out


def test_a_folder_of_certificates(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    (folder / "xb").mkdir(parents=True)
    (folder / "one.cer").write_bytes(text(ONE).encode())
    (folder / "xb" / "two.pem").write_bytes(pem(TWO).replace(b"CERT", b"X509 CERT"))
    (folder / "jwk.json").write_text(json.dumps(to_jwk(OTHER.public_key())))
    ran, _ = imported(run, tmp_path / "out.json", folder)
    assert ran.code == 2
    assert "--unsigned" in ran.err
    ran, trust = imported(run, tmp_path / "out.json", folder, "--unsigned")
    assert ran.code == 0, ran.err
    assert trust is not None
    assert {public_bytes(key.certificate.public_key) for key in trust} == {
        public_bytes(certificate(ONE).public_key),
        public_bytes(certificate(TWO).public_key),
        public_bytes(OTHER.public_key()),
    }


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_holds_no_list_is_said(run: Run, tmp_path: Path, language: str) -> None:
    for name, data in (("letter.txt", b"a letter"), ("key.pem", public_pem(OTHER.public_key()))):
        (tmp_path / name).write_bytes(data)
        ran = run("trust", "import", tmp_path / name, "--out", tmp_path / "out", "--lang", language)
        assert ran.code == 2
        assert name in ran.err
    ran = run("trust", "import", tmp_path, "--out", tmp_path / "out", "--lang", language)
    # Each file of the folder, and the folder.
    assert (ran.code, len(ran.err.splitlines())) == (2, 3)


def test_a_list_never_says_itself_how_it_came_to_be_trusted(run: Run, tmp_path: Path) -> None:
    data = listed({**ENTRY, "trusted_by": "WHO's proof over the list"}, created=None)
    (tmp_path / "evil.json").write_bytes(data)
    ran, trust = imported(run, tmp_path / "out.json", tmp_path / "evil.json", "--unsigned")
    assert "WHO" not in ran.out
    assert trust is not None
    assert [key.trusted_by for key in trust] == ["unsigned, because the user said so"]


def test_lists_of_different_age_keep_theirs(run: Run, world: World, tmp_path: Path) -> None:
    for name, key, days in (("old", world.es256, 20), ("new", world.ps256, 0)):
        made_at = NOW - timedelta(days=days)
        data = write_trust_list([trusted(key)], source=name, test=False, made_at=made_at)
        (tmp_path / f"{name}.json").write_bytes(data)
    lists = (tmp_path / "old.json", tmp_path / "new.json")
    _, trust = imported(run, tmp_path / "out.json", *lists, "--unsigned", "--at", NOW.isoformat())
    assert trust is not None
    assert [key.made_at for key in trust] == [NOW - timedelta(days=20), NOW]


@pytest.mark.parametrize(("days", "told"), [(0, False), (14, False), (15, True), (99, True)])
def test_a_list_too_old_to_decide_is_told_large_wherever_it_is_looked_at(
    run: Run, world: World, tmp_path: Path, days: int, told: bool
) -> None:
    made_at = NOW - timedelta(days=days)
    path = tmp_path / "list.json"
    path.write_bytes(write_trust_list(world.trust, source="list", test=False, made_at=made_at))
    at = ("--at", NOW.isoformat())
    for command in (
        ("import", path, "--unsigned", "--out", tmp_path / "out.json"),
        ("show", path),
        ("show", path, "--json"),
        ("lint", path),
    ):
        ran = run("trust", *command, *at)
        shown = " ".join((ran.err if "--json" in command else ran.out).replace("│", " ").split())
        assert ("TOO OLD TO DECIDE" in shown) is told
        assert (f"{days} days old" in shown) is told
        assert ("every passport will be undecided" in shown) is told
    assert run("trust", "lint", path, *at).code == 0
    assert ("QUÁ CŨ" in run("trust", "show", path, *at, "--lang", "vi").out) is told


def test_of_several_lists_the_old_one_is_named(run: Run, world: World, tmp_path: Path) -> None:
    for name, key, days in (("old", world.es256, 20), ("new", world.ps256, 0)):
        made_at = NOW - timedelta(days=days)
        keys = [replace(trusted(key), source=name)]
        data = write_trust_list(keys, source=name, test=False, made_at=made_at)
        (tmp_path / f"{name}.json").write_bytes(data)
    ran = run("trust", "show", tmp_path / "old.json", tmp_path / "new.json", "--at", NOW.isoformat())
    assert "old is 20 days old" in ran.out
    assert "every passport" not in ran.out


def test_other_files_of_a_folder_take_no_memory(run: Run, network: Path, tmp_path: Path) -> None:
    for number in range(4):
        (network / f"film{number}.bin").write_bytes(bytes(8_000_000))
    tracemalloc.start()
    try:
        ran, _ = imported(run, tmp_path / "out.json", network, "--pin", network / "key.json")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ran.code == 0
    assert most < 3 * 8_000_000
