"""The commands `vaxpass revocation ...`, as a shell runs them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from vaxpass_cli.io import revocation_files, stores

from tests.support.command import Run
from tests.support.revocation_lists import LATER, eu_lists, german_lists, some
from tests.support.world import UVCI, VACCINATION, World
from vaxpass import Certificate, decode
from vaxpass.crypto.certificate import to_pem
from vaxpass.revocation import (
    identifiers,
    identifiers_as_typed,
    identifiers_of,
    lookups_of,
    read_uvci,
)

KID = b"12345678"


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def rows(run: Run, store: Path) -> list[dict[str, object]]:
    ran = run("revocation", "show", store, "--json")
    assert ran.code == 0
    return [json.loads(line) for line in ran.out.splitlines()]


def test_lists_of_every_sort_make_one_store(run: Run, world: World, tmp_path: Path) -> None:
    pin = tmp_path / "pin.pem"
    pin.write_bytes(to_pem(world.es256.certificate.der))
    german = put(tmp_path / "de", german_lists(world.es256, {(KID, 0x0B): some(20)}))
    with zipfile.ZipFile(tmp_path / "eu.zip", "w") as archive:
        for name, content in eu_lists(KID, some(20, 1), "VECTOR", "BLOOMFILTER").items():
            archive.writestr(name, content)
    plain = tmp_path / "plain.txt"
    plain.write_text(f"uvci:{UVCI}\n", encoding="utf-8")
    out = tmp_path / "store"
    sources = (german, tmp_path / "eu.zip", plain)
    at = ("--at", "2026-06-01T00:00:00Z")
    ran = run("revocation", "import", *sources, "--out", out, "--pin", pin, *at)
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "check character" in ran.err
    shown = rows(run, out)
    assert {row["kind"] for row in shown} == {"hashes", "Bloom filter"}
    assert {row["kid"] for row in shown} == {KID.hex(), None}
    text = run("revocation", "show", out).out
    assert "every signer: hashes (uci)" in text
    assert "Made at 2026-06-01T00:00:00Z" in text
    hit = stores.load(out).find(b"someone!", identifiers(UVCI, None, None, None))
    assert hit is not None
    assert hit.exact
    # Only hashes are written.
    assert b"UVCI" not in out.read_bytes()


def test_nothing_is_written_where_a_list_is_refused(run: Run, world: World, tmp_path: Path) -> None:
    pin = tmp_path / "pin.pem"
    pin.write_bytes(to_pem(world.ps256.certificate.der))
    german = put(tmp_path / "de", german_lists(world.es256, {(KID, 0x0B): some(20)}))
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("URN:UVCI:01:VN:SECRET", encoding="utf-8")
    out = tmp_path / "out" / "store"
    out.parent.mkdir()
    out.write_bytes(b"before")
    for arguments in ((german,), (german, "--pin", pin), (wrong,), (tmp_path / "none",)):
        ran = run("revocation", "import", *arguments, "--out", out)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
        assert "SECRET" not in ran.err
        assert out.read_bytes() == b"before"
    assert [path.name for path in out.parent.iterdir()] == ["store"]


def test_a_failing_write_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "store"
    out.write_bytes(b"before")

    def pieces() -> object:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stores.write(out, pieces())  # type: ignore[arg-type]
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_an_issuer_adds_and_removes(run: Run, world: World, tmp_path: Path) -> None:
    out = tmp_path / "store"
    text = world.issue()
    unverified = decode(text)
    ran = run("revocation", "add", out, "--uvci", "URN:UVCI:01:VN:2", "--country", "vn")
    assert (ran.code, ran.err) == (0, "")
    before = sum(int(str(row["entries"])) for row in rows(run, out))
    ran = run("revocation", "add", out, "--certificate", text)
    assert (ran.code, ran.err) == (0, "")
    assert f"{before + 3} hashes" in ran.out
    assert stores.load(out).find(unverified.message.kid, identifiers_of(unverified)) is not None
    # The same once more changes nothing.
    assert f"{before + 3} hashes" in run("revocation", "add", out, "--certificate", text).out
    ran = run("revocation", "remove", out, "--certificate", text)
    assert ran.code == 0
    assert "Removed 3 hashes" in ran.out
    assert stores.load(out).find(unverified.message.kid, identifiers_of(unverified)) is None
    assert sum(int(str(row["entries"])) for row in rows(run, out)) == before


def test_what_a_filter_holds_can_not_be_removed(run: Run, tmp_path: Path) -> None:
    uvci = "URN:UVCI:01:VN:3"
    (identifier,) = identifiers(uvci, None, None, None)
    source = put(tmp_path / "eu", eu_lists(KID, [identifier.hash], "POINT", "BLOOMFILTER"))
    out = tmp_path / "store"
    at = ("--at", "2026-06-01T00:00:00Z")
    assert run("revocation", "import", source, "--out", out, *at).code == 0
    ran = run("revocation", "remove", out, "--uvci", uvci)
    assert ran.code == 1
    assert "still in" in ran.err


def test_only_for_one_signer(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "store"
    assert run("revocation", "add", out, "--uvci", "X", "--kid", KID.hex()).code == 0
    wanted = identifiers("X", None, None, None)
    store = stores.load(out)
    assert store.find(KID, wanted) is not None
    assert store.find(b"87654321", wanted) is None
    ran = run("revocation", "remove", out, "--uvci", "X")
    assert ran.code == 1  # it is in the list of a signer, which was not named
    assert run("revocation", "remove", out, "--uvci", "X", "--kid", KID.hex()).code == 0


@pytest.mark.parametrize("content", [b"", b"VXPREV1\n", b"x" * 500])
def test_what_is_no_store_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store"
    path.write_bytes(content)
    for arguments in (("show", path), ("add", path, "--uvci", "X"), ("remove", path, "--uvci", "X")):
        ran = run("revocation", *arguments)
        assert ran.code == 2
        assert len(ran.err.splitlines()) == 1
    assert path.read_bytes() == content
    assert run("revocation", "show", tmp_path / "missing").code == 2
    assert run("revocation", "show", tmp_path).code == 2


def test_wrong_use(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "store"
    assert run("revocation", "add", out).code == 2
    assert run("revocation", "add", out, "--uvci", "X", "--kid", "xyz").code == 2
    assert run("revocation", "add", out, "--certificate", "HC1:NCF").code == 2
    assert run("revocation", "add", tmp_path / "no" / "store", "--uvci", "X").code == 2
    assert not out.exists()


TYPED = [
    " URN:UVCI:01:VN:{body}{check} ",
    "URN:UVCI:01:VN:{body}",
    "01:VN:{body}{check}",
    "01:VN:{body}",
    "urn:uvci:01:vn:{lower}{check}",
    "urn:uvci:01:vn:{lower}",
    "uvci:01:VN:{body}",
    "URN:UVCI: 01: VN: {half} {rest} {check}",
    "\u201cURN:UVCI:01:VN:{body}{check}\u201d",
    "\uff35\uff32\uff2e\uff1aUVCI\uff1a01:VN:{body}",
    "URN:UVCI:01:VN:{body}{check}.",
]
STANDS = [
    "URN:UVCI:01:VN:{body}#K",
    "urn:uvci:01:vn:{lower}#k",
    "01:VN:{body}#K",
    "URN:UVCI:01:VN:{body}#7",
]


def written(form: str, check: str = "") -> str:
    body = "ABC123DEF456"
    return form.format(body=body, lower=body.lower(), half=body[:6], rest=body[6:], check=check)


@pytest.mark.parametrize("form", TYPED)
@pytest.mark.parametrize("stands", STANDS)
def test_what_a_person_types_of_an_identifier_revokes_it(
    run: Run, world: World, tmp_path: Path, form: str, stands: str
) -> None:
    uvci = written(stands)
    text = world.issue(certificate=with_uvci(uvci))
    store = tmp_path / "store"
    ran = run("revocation", "add", store, "--uvci", written(form, f"#{uvci[-1]}"))
    assert (ran.code, "Certificates revoked: 1," in ran.out) == (0, True), ran.err
    found = stores.load(store).find(decode(text).message.kid, lookups_of(decode(text)))
    assert found is not None
    assert found.exact
    other = world.issue(certificate=with_uvci(uvci.replace("456", "457")))
    assert stores.load(store).find(None, lookups_of(decode(other))) is None
    ran = run("revocation", "remove", store, "--uvci", written(form))
    assert (ran.code, stores.hashes(stores.load(store))) == (0, 0), ran.err


def test_a_number_after_the_hash_may_be_no_check_character(run: Run, tmp_path: Path) -> None:
    # Some issuers number the certificates of a person there.
    store = tmp_path / "store"
    ran = run("revocation", "add", store, "--uvci", "URN:UVCI:01:IE:52862#1")
    assert "check character 1 does not fit" in ran.err
    found = stores.load(store)
    assert found.find(None, identifiers("URN:UVCI:01:IE:52862#1", None, None, None))
    for other in ("URN:UVCI:01:IE:52862#2", "URN:UVCI:01:IE:52862"):
        assert not found.find(None, identifiers_as_typed(read_uvci(other)))


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "URN:UVCI:", "#K", "01:VN:" + 80 * "A", "01:VN:\u0410BC", "HC1:6BFOXN*TS0BI$ZD4"],
)
def test_what_can_not_stand_in_a_certificate_is_told(run: Run, tmp_path: Path, typed: str) -> None:
    store = tmp_path / "store"
    ran = run("revocation", "add", store, "--uvci", "URN:UVCI:01:VN:1", "--uvci", typed)
    assert (ran.code, ran.out) == (2, "")
    assert "Identifier 2" in ran.err
    assert not store.exists()
    assert "6BFOXN" not in ran.err


def test_the_lists_of_switzerland_and_italy_are_read(run: Run, world: World, tmp_path: Path) -> None:
    uvci = "urn:uvci:01:CH:F0FDABC1708A81BB1A843891"
    text = world.issue(certificate=with_uvci(uvci))
    hashed = b64encode(sha256(uvci.encode()).digest()).decode()
    swiss = {"revokedCerts": [uvci], "validDuration": 172800000}
    one, two = (
        {"version": 5, "chunk": chunk, "lastChunk": 2, "revokedUcvi": found}
        for chunk, found in ((1, [hashed]), (2, []))
    )
    change = {"version": 6, "delta": {"insertions": [], "deletions": [hashed]}}
    alone = {"revokedUcvi": [hashed]}
    cases: list[tuple[list[Any], bool]]
    cases = [([swiss], True), ([alone], True), ([one, two], True), ([one, two, change], False)]
    for number, (lists, revoked) in enumerate(cases):
        paths: list[Path] = []
        for each in lists:
            paths.append(tmp_path / f"{number}-{len(paths)}.json")
            paths[-1].write_text(json.dumps(each), encoding="utf-8-sig")
        store = tmp_path / f"{number}.store"
        ran = run("revocation", "import", *paths, "--out", store)
        assert (ran.code, ran.err) == (0, "")
        found = stores.load(store).find(None, lookups_of(decode(text)))
        assert (found is not None) == revoked


@pytest.mark.parametrize(
    "content",
    [
        {"version": 5, "chunk": 1, "lastChunk": 2, "revokedUcvi": []},
        {"version": 6, "delta": {"insertions": [], "deletions": []}},
        {"revokedCerts": ["x" * 100]},
        {"revokedCerts": [7]},
        {"revokedUcvi": {"a": 1}},
        {"revokedUcvi": ["AAAA"]},
        {"chunk": "1", "revokedUcvi": []},
        {"delta": 7},
        {"chunk": 10**9, "lastChunk": 10**9, "revokedUcvi": []},
    ],
)
def test_a_national_list_that_is_not_whole_is_refused(
    run: Run, tmp_path: Path, content: object
) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    ran = run("revocation", "import", path, "--out", tmp_path / "store")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "unexpected" not in ran.err
    assert not (tmp_path / "store").exists()


def refused(run: Run, source: Path) -> None:
    ran = run("revocation", "import", source, "--out", source.parent / "store")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "unexpected" not in ran.err
    assert not (source.parent / "store").exists()


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_that_becomes_very_large_is_not_unpacked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed(tmp_path / "whole.zip", {"lists": b" " * (20 << 20)})
    parts = packed(tmp_path / "parts.zip", {f"{n}.txt": b"\n" * (1 << 20) for n in range(20)})
    many = packed(tmp_path / "many.zip", {f"{n}.txt": b"" for n in range(20)})
    with zipfile.ZipFile(tmp_path / "cut.zip", "w") as archive:
        archive.writestr("a.txt", b"1" * 5000)
    (tmp_path / "cut.zip").write_bytes((tmp_path / "cut.zip").read_bytes()[2000:])
    refused(run, tmp_path / "cut.zip")
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("it was unpacked"))
    monkeypatch.setattr(revocation_files, "_MOST_IN_ZIP", 19)
    for source in (whole, parts, many):
        refused(run, source)


def test_json_of_very_many_values_is_not_parsed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = b"[" + b"{}," * 2_000_000 + b"{}]"
    sources = [tmp_path / "lists.json", tmp_path / "swiss.json"]
    sources[0].write_bytes(bomb)
    sources[1].write_bytes(b'{"revokedCerts": ' + bomb + b"}")
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was parsed"))
    for source in sources:
        refused(run, source)


def test_slices_do_not_make_endless_work(run: Run, tmp_path: Path) -> None:
    content = bytes(4 << 20)
    name = sha256(content).hexdigest()
    kid = b64encode(KID).decode()
    about = {"kid": kid, "mode": "POINT", "hashTypes": ["UCI"], "expires": LATER}
    chunk = {f"{LATER[:-1]}{n}": {"type": "BLOOMFILTER", "hash": name} for n in range(9)}
    partition = {"kid": kid, "chunks": {"a": chunk}}
    folder = put(
        tmp_path / "eu",
        {
            "lists.json": json.dumps([about]).encode(),
            "lists/k/partitions.json": json.dumps([partition]).encode(),
            f"lists/k/slices/{name}.gz": gzip.compress(content),
        },
    )
    refused(run, folder)
    bomb = tmp_path / "bomb" / "lists" / "k" / "slices" / name
    put(tmp_path / "bomb", {path: (folder / path).read_bytes() for path in ("lists.json",)})
    put(tmp_path / "bomb", {"lists/k/partitions.json": json.dumps([partition]).encode()})
    bomb.parent.mkdir(parents=True)
    bomb.write_bytes(gzip.compress(bytes(20 << 20)))
    refused(run, tmp_path / "bomb")


def test_two_who_revoke_at_once_lose_nothing(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    numbers = [f"URN:UVCI:01:VN:{number}" for number in range(4)]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "vaxpass_cli", "revocation", "add", store, "--uvci", one]
        )
        for one in numbers
    ]
    assert [each.wait(60) for each in both] == [0] * len(both)
    found = stores.load(store)
    assert all(found.find(None, identifiers(one, None, None, None)) for one in numbers)


def with_uvci(uvci: str) -> Certificate:
    (entry,) = VACCINATION.entries
    return replace(VACCINATION, entries=(replace(entry, uvci=uvci),))
