"""Trust on a stick: make a bundle, install it, use it; and everything that can go wrong on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.command import Ran, Run
from tests.support.world import VACCINATION, World
from vaxpass import encode
from vaxpass.trust.formats import native

TODAY = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


class Desk(NamedTuple):
    """A maker's keys and list, and the place where a desk installs bundles."""

    run: Run
    folder: Path
    text: str

    def bundle(self, name: str, *options: object, key: str = "maker") -> Path:
        out = self.folder / name
        ran = self.run(
            *("trust", "bundle", "-t", self.folder / "list.json", "--out", out, "--maker", "Ministry"),
            *("--key", self.folder / key / "bundle.key.pem", *options),
        )
        assert (ran.code, ran.err) == (0, "")
        return out

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
    padding.write_bytes(os.urandom(24 << 20))
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


def test_revocation_data_of_two_bundles_is_refused_rather_than_half_used(desk: Desk) -> None:
    (desk.folder / "revoked.txt").write_text("uvci:URN:UVCI:01:VN:X", encoding="ascii")
    store = desk.folder / "revoked.store"
    assert desk.run("revocation", "import", desk.folder / "revoked.txt", "--out", store).code == 0
    both = [desk.bundle(name, "--revocation", store) for name in ("one", "two")]
    ran = desk.run("verify", desk.text, "-t", both[0], "-t", both[1], *desk.pin())
    assert ran.code == 2
    assert "only one can be used" in ran.err
    assert desk.verify("-t", both[0], *desk.pin())["outcome"] == "accepted"
