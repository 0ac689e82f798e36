"""What was chosen works without the stick, and a demonstration works without anything."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.choices import Choices, forget_copies, is_configured, set_up
from vaxpass_cli.scan.setup.demonstration import demonstration
from vaxpass_cli.scan.setup.looking import look
from vaxpass_cli.scan.start import surroundings_of

from tests.support import german_lists, sticks
from tests.support.sticks import stick
from tests.support.world import NOW, World
from vaxpass import Outcome, VaxpassError, Verdict

_PRIVATE = b"PRIVATE KEY"


def judged(changes: Mapping[str, object], text: str, at: datetime = NOW) -> Verdict:
    """What a desk with these settings says of a text."""
    desk = Settings().with_options(**changes)
    return surroundings_of(desk, lambda: at, fixed=False).judge(text, at)


def test_a_desk_works_when_the_stick_is_pulled(tmp_path: Path) -> None:
    found = look(stick(tmp_path / "stick"), NOW)
    chosen = Choices("XA", found.lists, found.rules, found.stores, others={"lang": "vi", "camera": "1"})
    changes = set_up(chosen, at=NOW, folder=tmp_path / "data")
    shutil.rmtree(tmp_path / "stick")
    assert (changes["destination"], changes["lang"], changes["camera"]) == ("XA", "vi", "1")
    assert (changes["pin"], changes["test_keys"]) == ((), False)
    judged(changes, "HC1:")
    kept = look(tmp_path / "data", NOW)
    assert [(listed.keys, listed.name) for listed in kept.lists] == [(2, "list.txt")]
    assert [rules.rules for rules in kept.rules] == [1]
    assert [store.hashes for store in kept.stores] == [1]


def test_copies_that_no_settings_name_are_removed(tmp_path: Path, world: World) -> None:
    desks = []
    for days in (3, 2, 1):
        (tmp_path / "own.json").write_bytes(sticks.own_list(world, NOW - timedelta(days=days)))
        found = look(tmp_path / "own.json", NOW)
        changes = set_up(Choices("AT", found.lists), at=NOW, folder=tmp_path / "data")
        desks.append(Settings().with_options(**changes))
    (tmp_path / "data" / "desk" / "mine.json").write_bytes(b"{}")
    forget_copies(*desks[1:], folder=tmp_path / "data")
    there = {str(path) for path in (tmp_path / "data" / "desk").iterdir()}
    wanted = {path for desk in desks[1:] for path in desk.trust_list}
    assert there == wanted | {str(tmp_path / "data" / "desk" / "mine.json")}


def test_the_age_of_a_list_is_kept(tmp_path: Path, world: World) -> None:
    (tmp_path / "own.json").write_bytes(sticks.own_list(world, NOW - timedelta(days=5)))
    found = look(tmp_path / "own.json", NOW)
    set_up(Choices("AT", found.lists), at=NOW, folder=tmp_path / "data")
    assert [listed.days for listed in look(tmp_path / "data", NOW).lists] == [5]


def test_a_bundle_is_installed_once_and_only_a_newer_one_replaces_it(
    tmp_path: Path, world: World
) -> None:
    old = look(sticks.bundle(tmp_path / "stick", world, number=1), NOW)
    new = look(sticks.bundle(tmp_path / "stick", world, number=2), NOW)
    data = tmp_path / "data"
    changes = set_up(Choices("XA", old.lists), at=NOW, folder=data)
    assert changes["trust_list"] == (str(data / "bundle.installed"),)
    assert set_up(Choices("XA", old.lists), at=NOW, folder=data) == changes
    set_up(Choices("XA", new.lists), at=NOW, folder=data)
    before = (data / "bundle.installed").read_bytes()
    with pytest.raises(VaxpassError):
        set_up(Choices("XA", old.lists), at=NOW, folder=data)
    assert (data / "bundle.installed").read_bytes() == before
    judged(changes, "HC1:")


def test_a_list_that_changed_after_it_was_looked_at_is_not_taken(tmp_path: Path) -> None:
    found = look(stick(tmp_path / "stick"), NOW)
    changed = german_lists.sign(german_lists.body(german_lists.ENTRY), german_lists.OTHER)
    (tmp_path / "stick" / "list.txt").write_bytes(changed)
    with pytest.raises(VaxpassError):
        set_up(Choices("XA", found.lists), at=NOW, folder=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_key_that_changed_after_it_was_compared_vouches_for_nothing(tmp_path: Path) -> None:
    found = look(stick(tmp_path / "stick"), NOW)
    changed = german_lists.sign(german_lists.body(german_lists.ENTRY), german_lists.OTHER)
    (tmp_path / "stick" / "list.txt").write_bytes(changed)
    (tmp_path / "stick" / "list.pem").write_bytes(sticks.OTHER_PEM)
    with pytest.raises(UsageError) as raised:
        set_up(Choices("XA", found.lists), at=NOW, folder=tmp_path / "data")
    assert raised.value.key == "error.desk.key_changed"


def test_a_list_without_its_key_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(german_lists.LIST)
    found = look(tmp_path, NOW)
    with pytest.raises(VaxpassError):
        set_up(Choices("XA", found.lists), at=NOW, folder=tmp_path / "data")


@pytest.mark.parametrize("country", ["AT", "VN", ""])
def test_the_demonstration_accepts_its_passport_and_keeps_no_private_key(
    tmp_path: Path, country: str
) -> None:
    made = demonstration(country, NOW, folder=tmp_path)
    changes = set_up(made.choices, at=NOW, folder=tmp_path)
    assert judged(changes, made.text).outcome is Outcome.ACCEPTED
    strict = {**changes, "test_keys": False}
    assert judged(strict, made.text).outcome is not Outcome.ACCEPTED
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(_PRIVATE in path.read_bytes() for path in files)


def test_a_demonstration_is_made_once_and_anew_when_it_is_over(tmp_path: Path) -> None:
    made = demonstration("AT", NOW, folder=tmp_path)
    assert demonstration("AT", NOW + timedelta(days=100), folder=tmp_path).text == made.text
    later = NOW + timedelta(days=500)
    again = demonstration("AT", later, folder=tmp_path)
    assert again.text != made.text
    changes = set_up(again.choices, at=later, folder=tmp_path)
    assert judged(changes, again.text, later).outcome is Outcome.ACCEPTED


def test_a_desk_is_configured_by_a_list_wherever_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("VAXPASS_TRUST_LIST", raising=False)
    assert not is_configured(Settings())
    assert is_configured(replace(Settings(), trust_list=("list.json",)))
    monkeypatch.setenv("VAXPASS_TRUST_LIST", "list.json")
    assert is_configured(Settings())
