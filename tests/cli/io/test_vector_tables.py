"""Tables that say in words what a file must give: what words mean, and what counts as agreement."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import vector_tables
from vaxpass_cli.io.vector_tables import Meaning, meanings

from tests.support import divoc_documents
from tests.support.command import Run
from tests.support.health_cards import AT, Issuer, payload
from tests.support.paths import find_shared
from tests.support.world import NOW, World
from vaxpass.crypto import to_pem
from vaxpass.crypto.keys import public_pem
from vaxpass.trust import write_trust_list

V, S, B, E, N = (
    Meaning.VALID,
    Meaning.SIGNED,
    Meaning.BAD_SIGNATURE,
    Meaning.EXPIRED,
    Meaning.NOT_YET,
)
R, U, P, D, X = (
    Meaning.REVOKED,
    Meaning.UNKNOWN,
    Meaning.PART,
    Meaning.UNDECIDED,
    Meaning.REFUSED,
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("VALID", {V}),
        ("VALID (rid=abc)", {V}),
        ("VALID + VALID", {V}),
        ("valid; with a name", {V}),
        ("BAD-SIGNATURE(64 bytes)", {B}),
        ("signature invalid", {B}),
        ("the signature does not fit", {B}),
        ("UNKNOWN_ISSUER (trailing slash)", {U}),
        ("unknown signer", {U}),
        ("refuse: issuer not https / not listed", {X, U}),
        ("one part of several", {P}),
        ("part of one card (in any order)", {P}),
        ("exp 2026-11-01: expired", {E}),
        ("signer expired 2026-06-01: refuse by default", {E, X}),
        ("not yet valid", {N}),
        ("not valid yet", {N}),
        ("card older than the stamp: revoked", {R}),
        ("undecided", {D}),
        ("refused: not base64url", {X}),
        ("not valid", {X}),
        ("signature valid; for life", {S}),
        ("signature STILL fits", {S}),
        ("signature valid; bo missing: incomplete", {S, X}),
        ("signature valid, signer expired", {S, E}),
        ("signature valid; valid from 2026-09-11, for life", {S}),
        ("chain ok but no key usage: refuse", {X}),
        ("at 2026-11-29: day 10, in force", {V}),
        ("at 2026-11-28: not yet in force", {N}),
        # Nothing is known, or it contradicts itself.
        ("", set()),
        ("say that the link is stale", set()),
        ("in force, but the link is not", set()),
        ("same", set()),
        ("same: unsigned additions", set()),
        ("valid, or revoked", set()),
        ("valid signature, bad signature", set()),
        ("an unknown address", set()),
        ("invalidated", set()),
    ],
)
def test_words_have_one_meaning(said: str, found: set[Meaning]) -> None:
    assert meanings(said) == found
    assert meanings(said.upper()) == found


@given(st.text())
def test_any_words_have_a_meaning_or_none(said: str) -> None:
    assert isinstance(meanings(said), frozenset)


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Path:
    """Documents with what they must give, and the certificate of their signer beside them."""
    inside = tmp_path / "vectors" / "minted"
    inside.mkdir(parents=True)
    good = world.issue()
    changed = good[:-6] + ("A" if good[-6] != "A" else "B") + good[-5:]
    files = {"good.txt": good, "changed.txt": changed, "word.txt": "nothing at all"}
    for name, text in files.items():
        (inside / name).write_text(text)
    (inside / "TEST-dsc.pem").write_bytes(to_pem(world.es256.certificate.der))
    return inside


def table(folder: Path, *lines: str, head: str = f"expected (clock {NOW:%Y-%m-%dT%H:%MZ})") -> Path:
    path = folder / "EXPECTED.tsv"
    path.write_text("\n".join((f"file\tchars\t{head}", *lines)))
    return path


def test_a_table_is_compared_with_what_is_found(run: Run, folder: Path) -> None:
    table(folder, "good.txt\t1\tvalid", "word.txt\t2\trefuse", "good.txt\t3\tsignature valid")
    ran = run("vectors", folder.parent)
    assert ran.code == 0, ran.out
    assert "TEST-dsc.pem" in ran.out
    assert "Tables: 1; lines: 3; agree: 3; disagree: 0; not judged: 0." in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


@pytest.mark.parametrize(
    "line",
    [
        "good.txt\tbad signature",
        "good.txt\texpired",
        "good.txt\trefused",
        "good.txt\tsignature valid; refused",
        "word.txt\tvalid",
        "word.txt\tunknown signer",
        "word.txt\tsignature valid",
        "changed.txt\tvalid",
    ],
)
def test_a_disagreement_ends_with_one(run: Run, folder: Path, line: str) -> None:
    table(folder, line)
    ran = run("vectors", folder.parent, "--json")
    assert (ran.code, json.loads(ran.out)["agrees"]) == (1, False)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("good.txt\tsomething else", "words"),
        ("good.txt\tsame", "words"),
        ("good.txt\t", "words"),
        ("good.txt", "words"),
        ("gone.txt\tvalid", "not there"),
        ("../../good.txt\tvalid", "not there"),
        ("/etc/passwd\trefused", "not there"),
        ("card.txt\trefused", "named"),
    ],
)
def test_what_is_not_judged_is_told_and_is_no_agreement(
    run: Run, folder: Path, line: str, why: str
) -> None:
    (folder / "card.txt").write_text("NZCP:/1/2KCEVIQEIVVWK6JNGEASNICZAEP2KALYDZSGSZB2O5SWEOTOPJRXALT")
    table(folder, line)
    ran = run("vectors", folder.parent, "--json")
    row = json.loads(ran.out)
    assert (ran.code, row["agrees"]) == (0, None)
    assert why in row["reason"]
    shown = run("vectors", folder.parent)
    assert "agree: 0; disagree: 0; not judged: 1" in shown.out


def test_the_clock_is_that_of_the_table_else_of_the_line_or_the_option(run: Run, folder: Path) -> None:
    table(folder, "good.txt\texpired", head="expected at 2030-01-01")
    assert run("vectors", folder).code == 0
    line = f"good.txt\tat {NOW:%Y-%m-%d}: valid; at 2030-01-01: expired; at 2020-01-01: not yet"
    table(folder, line, head="expected at 2024-01-01")
    ran = run("vectors", folder, "--json")
    assert [json.loads(row)["agrees"] for row in ran.out.splitlines()] == [True, True, True]
    table(folder, "good.txt\texpired", head="expected")
    assert run("vectors", folder, "--at", "2030-01-01T00:00:00Z").code == 0
    assert run("vectors", folder, "--at", f"{NOW:%Y-%m-%dT%H:%M:%SZ}").code == 1


def test_a_list_that_is_named_takes_the_place_of_what_lies_there(
    run: Run, folder: Path, tmp_path: Path, world: World
) -> None:
    table(folder, "good.txt\tunknown signer")
    other = tmp_path / "other.pem"
    other.write_bytes(to_pem(world.ps256.certificate.der))
    assert run("vectors", folder).code == 1
    assert run("vectors", folder, "--trust-list", other).code == 0


def test_keys_beside_cards_are_their_issuers(run: Run, tmp_path: Path) -> None:
    folder, other = tmp_path / "cards", Issuer.create()
    folder.mkdir()
    issuer = Issuer.create()
    (folder / "good.txt").write_text(issuer.text())
    (folder / "forged.txt").write_text(other.text())
    (folder / "elsewhere.txt").write_text(issuer.text(payload(iss="https://other.example.org")))
    (folder / "jwks.json").write_text(json.dumps({"keys": [issuer.jwk]}))
    head = f"expected (clock {AT:%Y-%m-%dT%H:%MZ})"
    lines = ("good.txt\tvalid", "forged.txt\tunknown key")
    table(folder, *lines, head=head)
    assert run("vectors", folder).code == 0
    # Where a list of issuers lies there, a set of keys has nothing to say of others.
    (folder / "issuers.json").write_text(json.dumps(issuer.snapshot()))
    table(folder, *lines, "elsewhere.txt\tunknown issuer", head=head)
    assert run("vectors", folder).code == 0


def test_a_table_without_trust_takes_that_of_the_whole_path(run: Run, tmp_path: Path) -> None:
    documents, keys = tmp_path / "minted", tmp_path / "divoc" / "keys"
    documents.mkdir()
    keys.mkdir(parents=True)
    signed = divoc_documents.signed(divoc_documents.document())
    (documents / "good.txt").write_text(divoc_documents.text(signed))
    key = divoc_documents.keys()["did:india"].public_key()
    (keys / "did-india.pem").write_bytes(public_pem(key))
    table(documents, "good.txt\tvalid")
    assert run("vectors", tmp_path).code == 0
    assert run("vectors", documents).code == 1


def test_an_old_list_decides_here(run: Run, folder: Path, tmp_path: Path, world: World) -> None:
    old = write_trust_list(world.trust, source="x", test=False, made_at=NOW - timedelta(days=2000))
    (tmp_path / "old.json").write_bytes(old)
    table(folder, "good.txt\tvalid")
    assert run("vectors", folder, "--trust-list", tmp_path / "old.json").code == 0


def test_what_is_no_table_is_refused(run: Run, folder: Path) -> None:
    for content in (b"", b"name\texpected\n", b"file\n", b"\xff\xfe\xff"):
        (folder / "EXPECTED.tsv").write_bytes(content)
        assert run("vectors", folder).code == 2
        with pytest.raises(UsageError):
            vector_tables.read(folder / "EXPECTED.tsv")
    (folder / "EXPECTED.tsv").unlink()
    (folder / "vectors.jsonl").write_text("{}")
    assert run("vectors", folder, "--at", "2030-01-01T00:00:00Z").code == 2


def test_every_public_table_can_be_read() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("the public vectors are not there")
    found = vector_tables.find(shared / "vectors" / "formats")
    assert found
    for path in found:
        rows = vector_tables.read(path).rows
        assert rows
        assert any(row.meanings for row in rows)
