"""Trust on a stick: make a bundle, install it, use it; and everything that can go wrong on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from vaxpass_cli.io import installed, stores
from vaxpass_cli.io.spelling import spelled, to_read_out

from tests.support.command import Ran, Run
from tests.support.world import VACCINATION, World
from vaxpass import Code, Verifier, decode, encode
from vaxpass.crypto import load_public_key
from vaxpass.revocation import BloomFilter, HashList, Type, build
from vaxpass.revocation.filters import Bloom
from vaxpass.trust import bundle as bundles
from vaxpass.trust.formats import native

TODAY = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


class Desk(NamedTuple):
    """A maker's keys and list, and the place where a desk installs bundles."""

    run: Run
    folder: Path
    text: str

    def bundle(self, name: str, *options: object, key: str = "maker") -> Path:
        ran = self.pack(name, *options, key=key)
        assert (ran.code, ran.err) == (0, "")
        return self.folder / name

    def pack(self, name: str, *options: object, key: str = "maker") -> Ran:
        given = ("-t", self.folder / "list.json", "--out", self.folder / name, "--maker", "Ministry")
        key_file = self.folder / key / "bundle.key.pem"
        return self.run("trust", "bundle", *given, "--key", key_file, *options)

    def install(self, file: Path, *options: object) -> Ran:
        return self.run("trust", "install", file, *options)

    def pin(self, key: str = "maker") -> tuple[object, ...]:
        return ("--pin", self.folder / key / "bundle.pub.pem")

    def verify(self, *options: object) -> dict[str, object]:
        ran = self.run("verify", self.text, "--test-keys", "--json", *options)
        found: dict[str, object] = json.loads(ran.out)
        return found

    @property
    def installed(self) -> Path:
        return self.folder / "home" / ".config" / "vaxpass" / "bundle.installed"


@pytest.fixture
def desk(run: Run, world: World, tmp_path: Path) -> Desk:
    for key in ("maker", "next", "stranger"):
        assert run("keys", "bundle", "--out", tmp_path / key).code == 0
    data = native.write(world.trust, source="the test world", test=False)
    (tmp_path / "list.json").write_bytes(data)
    issued_at = TODAY - DAY
    text = encode(
        VACCINATION,
        world.es256.signer(),
        issuer="VN",
        issued_at=issued_at,
        expires_at=issued_at + 365 * DAY,
    )
    return Desk(run, tmp_path, text)


def test_a_bundle_is_made_installed_and_used(desk: Desk) -> None:
    ran = desk.install(desk.bundle("one"), *desk.pin())
    assert (ran.code, ran.err) == (0, "")
    assert "Installed bundle" in ran.out
    assert desk.verify()["outcome"] == "accepted"
    assert desk.verify("-t", desk.folder / "one", *desk.pin())["outcome"] == "accepted"
    assert desk.run("trust", "show", "--json").out.count("\n") == 2


def test_who_signed_a_bundle_is_spelled_as_its_maker_reads_it_out(desk: Desk) -> None:
    words = words_of(desk.folder / "maker")
    one = desk.bundle("one", "--next-key", desk.folder / "next" / "bundle.pub.pem")
    assert words in desk.pack("again").out
    ran = desk.install(one, *desk.pin())
    assert words in ran.out
    assert words_of(desk.folder / "next") in ran.out
    assert words in desk.run("trust", "show").out
    assert desk.run("trust", "show", one, *desk.pin()).out.count(words) == 1
    assert words not in desk.run("trust", "show", "--summary").out


def words_of(maker: Path) -> str:
    key = load_public_key((maker / "bundle.pub.pem").read_bytes())
    return to_read_out(spelled(key))


def test_the_first_bundle_needs_the_key_of_its_maker(desk: Desk) -> None:
    one = desk.bundle("one")
    assert "--pin" in desk.install(one).err
    ran = desk.install(one, *desk.pin("stranger"))
    assert ran.code == 2
    assert "not signed by a key that is trusted" in ran.err
    assert not desk.installed.exists()


def test_an_older_or_equal_number_is_refused(desk: Desk) -> None:
    assert desk.install(desk.bundle("five", "--number", 5), *desk.pin()).code == 0
    before = desk.installed.read_bytes()
    for number in (4, 5):
        ran = desk.install(desk.bundle("again", "--number", number))
        assert ran.code == 2
        assert "an older one is refused" in ran.err
        assert desk.installed.read_bytes() == before
    assert desk.install(desk.bundle("six", "--number", 6)).code == 0


def test_a_changed_expired_or_cut_bundle_leaves_the_old_in_use(desk: Desk) -> None:
    assert desk.install(desk.bundle("one", "--number", 1), *desk.pin()).code == 0
    before = desk.installed.read_bytes()
    good = desk.bundle("two", "--number", 2).read_bytes()
    late = desk.bundle("late", "--number", 3, "--at", (TODAY - 30 * DAY).isoformat())
    bad = desk.folder / "bad"
    for data in (good[:-1], good[:500], b"", bytes([*good[:-9], good[-9] ^ 1, *good[-8:]])):
        bad.write_bytes(data)
        ran = desk.install(bad)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "to be used before" in desk.install(late).err
    assert desk.installed.read_bytes() == before
    assert desk.verify()["outcome"] == "accepted"


def test_the_announced_key_takes_over_without_a_network(desk: Desk) -> None:
    public = desk.folder / "next" / "bundle.pub.pem"
    assert desk.install(desk.bundle("one", "--number", 1, "--next-key", public), *desk.pin()).code == 0
    stranger = desk.bundle("strange", "--number", 2, key="stranger")
    assert desk.install(stranger).code == 2
    assert desk.install(desk.bundle("two", "--number", 2, key="next")).code == 0
    ran = desk.install(desk.bundle("three", "--number", 3, key="maker"))
    assert ran.code == 2, "the old key ends with the first bundle of the new one"
    assert desk.install(desk.bundle("four", "--number", 4, key="next")).code == 0


def test_one_that_does_not_fit_on_the_disk_leaves_the_old(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.install(desk.bundle("one", "--number", 1), *desk.pin()).code == 0
    before = desk.installed.read_bytes()
    two = desk.bundle("two", "--number", 2)
    usage = shutil.disk_usage(desk.folder)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    assert "not enough room" in desk.install(two).err
    monkeypatch.undo()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("HOME", str(desk.folder / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "home" / ".config"))
    monkeypatch.setattr("os.fsync", full)
    ran = desk.install(two)
    assert ran.code == 2
    assert "no room left" in ran.err
    assert desk.installed.read_bytes() == before
    assert os.listdir(desk.installed.parent) == [desk.installed.name]  # noqa: PTH208 - hidden files too


def test_killed_at_any_moment_the_old_or_the_new_is_there_whole(desk: Desk) -> None:
    assert desk.install(desk.bundle("one", "--number", 1), *desk.pin()).code == 0
    padding = desk.folder / "padding"
    size = 24 << 20
    noise = Bloom(k=40, p=1e-12, capacity=1, current=1, data=os.urandom(size))
    padding.write_bytes(b"".join(build([BloomFilter(b"", Type.UCI, "", noise)])))
    sizes = set()
    number = 1
    for delay in [0.05 * step for step in range(1, 13)]:
        number += 1
        file = desk.bundle(f"b{number}", "--number", number, "--revocation", padding)
        command = [sys.executable, "-m", "vaxpass_cli", "trust", "install", str(file)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        file.unlink()
        sizes.add(desk.installed.stat().st_size > 1 << 20)
        found = desk.run("trust", "show", "--json")
        assert (found.code, found.out.count("\n")) == (0, 2), "a whole bundle is in use"
    last = desk.bundle("last", "--number", number + 1)
    assert desk.install(last).code == 0
    assert [p.name for p in desk.installed.parent.iterdir()] == ["bundle.installed"]


def test_the_age_of_the_bundle_is_part_of_the_verdict(desk: Desk) -> None:
    assert desk.install(desk.bundle("one", "--days", 5), *desk.pin()).code == 0
    for days, outcome, code in ((0, "accepted", None), (6, "undecided", "trust.list_stale")):
        found = desk.verify("--at", (TODAY + days * DAY).isoformat())
        assert (found["outcome"], found["code"]) == (outcome, code)
    found = desk.verify("--at", (TODAY + 3 * DAY).isoformat())
    notes = found["warnings"]
    assert isinstance(notes, list)
    assert [w["code"] for w in notes] == ["trust.list_aging"]
    found = desk.verify("--at", (TODAY - DAY / 2).isoformat())
    notes = found["warnings"]
    assert isinstance(notes, list)
    assert [w["code"] for w in notes] == ["trust.clock_behind"]


def test_the_age_counts_from_the_making_of_the_bundle(desk: Desk, world: World) -> None:
    old = native.write(world.trust, source="old", test=False, made_at=TODAY - 60 * DAY)
    (desk.folder / "list.json").write_bytes(old)
    assert desk.verify("-t", desk.folder / "list.json")["code"] == "trust.list_stale"
    ran = desk.run(
        *("trust", "bundle", "-t", desk.folder / "list.json", "--out", desk.folder / "b"),
        *("--maker", "Ministry", "--key", desk.folder / "maker" / "bundle.key.pem"),
    )
    assert "made 60 days ago; you vouch" in ran.out
    assert desk.install(desk.folder / "b", *desk.pin()).code == 0
    assert desk.verify()["outcome"] == "accepted"


def test_the_revocations_of_all_bundles_and_stores_count(desk: Desk) -> None:
    uvci = decode(desk.text).without_verification().document.identifier
    made = {"mine": uvci, "other": "URN:UVCI:01:VN:SOMEBODY-ELSE"}
    for name, revoked in made.items():
        store = desk.folder / f"{name}.store"
        assert desk.run("revocation", "add", store, "--uvci", revoked).code == 0
    mine, other = (
        desk.bundle(name, "--revocation", desk.folder / f"{name}.store", "--number", 1) for name in made
    )
    assert desk.verify("-t", other, *desk.pin())["outcome"] == "accepted"
    for lists in (("-t", other, "-t", mine), ("-t", mine, "-t", other)):
        assert desk.verify(*lists, *desk.pin())["code"] == "revocation.listed"
    named = ("--revocation", desk.folder / "mine.store")
    assert desk.verify("-t", other, *named, *desk.pin())["code"] == "revocation.listed"


def test_a_store_is_used_without_any_bundle(desk: Desk, world: World) -> None:
    trust = desk.folder / "list.json"
    trust.write_bytes(native.write(world.trust, source="own", test=False))
    store = desk.folder / "revoked.store"
    assert desk.run("revocation", "add", store, "--certificate", desk.text).code == 0
    assert desk.verify("-t", trust)["outcome"] == "accepted"
    assert desk.verify("-t", trust, "--revocation", store)["code"] == "revocation.listed"
    settings = desk.folder / "desk.toml"
    settings.write_text(f"[scan]\nrevocation = {json.dumps(str(store))}\n", encoding="utf-8")
    (desk.folder / "text.txt").write_text(desk.text, encoding="ascii")
    for given in (("--revocation", store), ("--config", settings)):
        ran = desk.run(
            *("scan", "--source", desk.folder / "text.txt", "-t", trust, *given),
            *("--json", "--view", "none", "--test-keys", "--at", TODAY.isoformat()),
        )
        assert json.loads(ran.out)["code"] == "revocation.listed", ran.err
    ran = desk.run("verify", desk.text, "-t", trust, "--revocation", desk.folder / "none.store")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def test_only_a_revocation_store_is_packed_as_one(desk: Desk) -> None:
    (desk.folder / "junk").write_bytes(bytes(1000))
    ran = desk.pack("one", "--revocation", desk.folder / "junk")
    assert (ran.code, "not a revocation store" in ran.err) == (2, True)


def test_of_two_who_install_at_once_the_newer_bundle_stays(desk: Desk) -> None:
    assert desk.install(desk.bundle("one", "--number", 1), *desk.pin()).code == 0
    for number in (3, 5):
        newer = [desk.bundle(f"b{each}", "--number", each) for each in (number, number + 1)]
        command = [sys.executable, "-m", "vaxpass_cli", "trust", "install"]
        both = [
            subprocess.Popen([*command, file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for file in newer
        ]
        assert both[1].wait(60) == 0
        both[0].wait(60)
        assert installed.load(desk.installed).bundle.manifest.number == number + 1


def test_what_was_written_is_what_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.install(desk.bundle("five", "--number", 5), *desk.pin()).code == 0
    before = desk.installed.read_bytes()
    six = desk.bundle("six", "--number", 6)
    four = desk.bundle("four", "--number", 4).read_bytes()
    six_bytes = six.read_bytes()
    real = bundles.pieces

    for replacement in (four, six_bytes[:-4000], b""):
        six.write_bytes(six_bytes)

        def overwritten(*arguments: Any, data: bytes = replacement) -> Iterator[bytes]:
            six.write_bytes(data)
            return real(*arguments)

        monkeypatch.setattr(bundles, "pieces", overwritten)
        ran = desk.install(six)
        monkeypatch.undo()
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
        assert "unexpected" not in ran.err
        assert desk.installed.read_bytes() == before


def test_a_store_that_is_cut_short_while_it_is_used_leaves_the_passport_undecided(
    desk: Desk, world: World
) -> None:
    store = desk.folder / "revoked.store"
    hashes = [HashList(b"", Type.UCI, 16, 20_000, sorted(os.urandom(16) for _ in range(20_000)))]
    store.write_bytes(b"".join(build(hashes)))
    verifier = Verifier(world.trust, revocations=stores.load(store))
    assert verifier.verify(desk.text, at=TODAY)
    os.truncate(store, 4096)
    assert verifier.verify(desk.text, at=TODAY).code is Code.REVOCATION_UNREADABLE


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut in its head": lambda data: data[:10],
    "cut in the bundle": lambda data: data[:5000],
    "cut at its end": lambda data: data[:-100],
    "another magic": lambda data: b"XXXXXXXX" + data[8:],
    "no keys": lambda data: data[:12] + b"x" * 40 + data[52:],
    "zeros": lambda data: bytes(len(data)),
    "its manifest": lambda data: data[:4140] + b"\0\0\0\0" + data[4144:],
    "its list": lambda data: data[:-50] + b"\0" * 50,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_installed_bundle_is_told_and_can_be_installed_again(desk: Desk, name: str) -> None:
    bundle = desk.bundle("a.bundle", "--number", 5)
    assert desk.install(bundle, *desk.pin()).code == 0
    whole = desk.installed.read_bytes()
    desk.installed.write_bytes(DAMAGE[name](whole))
    ran = desk.run("verify", desk.text, "--test-keys")
    assert ran.code == 2
    if name != "its list":
        assert "install it again" in ran.err
        assert "--pin" in ran.err
    # Nobody else's bundle takes its place.
    stranger = desk.bundle("stranger.bundle", "--number", 9, key="stranger")
    assert desk.install(stranger, *desk.pin()).code == 2
    assert desk.install(bundle, *desk.pin()).code == 0
    assert desk.installed.read_bytes() == whole
    assert desk.verify()["outcome"] == "accepted"


@pytest.mark.parametrize("name", ["cut in its head", "no keys", "its list", "another magic"])
def test_damage_does_not_bring_back_an_older_bundle(desk: Desk, name: str) -> None:
    old, new = (desk.bundle(f"{number}.bundle", "--number", number) for number in (5, 6))
    assert desk.install(new, *desk.pin()).code == 0
    data = desk.installed.read_bytes()
    damaged = data[:12] + b"x" * 40 + data[52:] if name == "cut in its head" else DAMAGE[name](data)
    desk.installed.write_bytes(damaged)
    ran = desk.install(old, *desk.pin())
    assert ran.code == 2
    assert "an older one is refused" in ran.err
    assert desk.installed.read_bytes() == damaged
