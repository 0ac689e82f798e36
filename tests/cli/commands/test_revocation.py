"""The commands `vaxpass revocation ...`, as a shell runs them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from vaxpass_cli.io import stores

from tests.support.command import Run
from tests.support.revocation_lists import eu_lists, german_lists, some
from tests.support.world import UVCI, World
from vaxpass import decode
from vaxpass.crypto.certificate import to_pem
from vaxpass.revocation import identifiers, identifiers_of

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
    assert (ran.code, ran.err) == (0, "")
    assert "21 hashes" in ran.out
    shown = rows(run, out)
    assert {row["kind"] for row in shown} == {"hashes", "Bloom filter"}
    assert {row["kid"] for row in shown} == {KID.hex(), None}
    text = run("revocation", "show", out).out
    assert "every signer: hashes (uci), 1 entries" in text
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
    ran = run("revocation", "add", out, "--uvci", "URN:UVCI:01:VN:2", "--country", "VN")
    assert (ran.code, ran.err) == (0, "")
    ran = run("revocation", "add", out, "--certificate", text)
    assert (ran.code, ran.err) == (0, "")
    assert "5 hashes" in ran.out
    assert stores.load(out).find(unverified.message.kid, identifiers_of(unverified)) is not None
    # The same once more changes nothing.
    assert "5 hashes" in run("revocation", "add", out, "--certificate", text).out
    ran = run("revocation", "remove", out, "--certificate", text)
    assert ran.code == 0
    assert "Removed 3 hashes" in ran.out
    assert stores.load(out).find(unverified.message.kid, identifiers_of(unverified)) is None
    assert sum(int(str(row["entries"])) for row in rows(run, out)) == 2


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
