"""What a stick holds is found, said in plain words, and bounded. Nothing is trusted by looking."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.setup import looking
from vaxpass_cli.scan.setup.found import Found, Vouched
from vaxpass_cli.scan.setup.looking import look

from tests.support import german_lists, sticks
from tests.support.sticks import stick
from tests.support.world import NOW, World
from vaxpass.crypto import load_public_key
from vaxpass.messages import LANGUAGES


def said(found: Found, language: str = "en") -> str:
    return "\n".join(found.said(language))


def test_everything_that_a_desk_needs_is_found_on_a_stick(tmp_path: Path) -> None:
    found = look(stick(tmp_path), NOW)
    (listed,) = found.lists
    assert (listed.path.name, listed.keys, listed.vouched) == ("list.txt", 2, Vouched.SIGNED)
    assert listed.key is not None
    assert (listed.key.path.name, listed.key.key) == ("list.pem", load_public_key(sticks.PEM))
    assert listed.usable
    (rules,) = found.rules
    assert (rules.rules, rules.countries, rules.vouched) == (1, ("XA",), Vouched.UNSIGNED)
    (store,) = found.stores
    assert store.hashes == 1
    assert (found.others, found.unseen, found.unused) == (1, (), ())
    assert said(found).splitlines() == [
        "2 keys, list.txt, age not known. Signed with the key in list.pem.",
        "1 entry rule, for XA. Not signed: use it only if it came by a safe way.",
        "revoked.store: revocation data with 1 entry.",
        "1 other file is nothing that a desk needs.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_all_of_it(tmp_path: Path, world: World, language: str) -> None:
    sticks.bundle(stick(tmp_path), world)
    lines = look(tmp_path, NOW).said(language)
    assert len(lines) == 5
    assert not any("?" in line or "{" in line for line in lines)


def test_a_list_that_another_key_signed_is_said_to_miss_its_key(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(german_lists.LIST)
    (tmp_path / "other.pem").write_bytes(sticks.OTHER_PEM)
    found = look(tmp_path, NOW)
    (listed,) = found.lists
    assert (listed.vouched, listed.key, listed.usable) == (Vouched.KEY_MISSING, None, False)
    assert "the key to check it with was not found here" in said(found)
    assert "other.pem: a key, fingerprint " in said(found)


def test_a_list_that_was_changed_is_not_usable(tmp_path: Path) -> None:
    stick(tmp_path)
    (tmp_path / "list.txt").write_bytes(german_lists.LIST.replace(b"XB", b"XC"))
    (listed,) = look(tmp_path, NOW).lists
    assert not listed.usable


def test_of_a_named_list_the_key_beside_it_is_found(tmp_path: Path) -> None:
    found = look(stick(tmp_path) / "list.txt", NOW)
    assert [each.vouched for each in found.lists] == [Vouched.SIGNED]
    assert (found.rules, found.stores, found.others) == ((), (), 0)


def test_age_and_test_keys_are_said_and_the_best_list_comes_first(tmp_path: Path, world: World) -> None:
    for days, name in ((98, "old"), (3, "new"), (0, "today")):
        made = NOW - timedelta(days=days)
        (tmp_path / f"{name}.json").write_bytes(sticks.own_list(world, made))
    (tmp_path / "test.json").write_bytes(sticks.own_list(world, NOW, test=True))
    found = look(tmp_path, NOW)
    assert [each.path.stem for each in found.lists] == ["today", "new", "test", "old"]
    lines = found.said("en")
    assert lines[0].startswith("2 keys, own, made today.")
    assert lines[1].startswith("2 keys, own, 3 days old.")
    assert "All its keys are test keys" in lines[2]
    assert "98 days old. It is too old to decide (at most 14 days): a newer one is needed." in lines[3]
    assert [each.too_old for each in found.lists] == [False, False, False, True]


def test_a_bundle_is_told_with_its_maker_and_what_is_in_it(tmp_path: Path, world: World) -> None:
    sticks.bundle(tmp_path, world)
    found = look(tmp_path, NOW + timedelta(days=2))
    (listed,) = found.lists
    assert (listed.name, listed.keys, listed.rules, listed.days) == ("Ministry of Health", 2, 1, 2)
    assert listed.is_bundle
    assert listed.key is not None
    assert listed.key.path.name == "maker.pem"
    late = look(tmp_path, NOW + timedelta(days=15))
    assert late.lists == ()
    assert "1.bundle: not usable. The reason: " in said(late)


def test_a_bundle_without_its_key_can_not_be_chosen(tmp_path: Path, world: World) -> None:
    sticks.bundle(tmp_path, world)
    (tmp_path / "maker.pem").unlink()
    (listed,) = look(tmp_path, NOW).lists
    assert (listed.vouched, listed.usable, listed.keys) == (Vouched.KEY_MISSING, False, 0)


def test_a_private_key_is_no_key_to_pin(tmp_path: Path, world: World) -> None:
    sticks.bundle(tmp_path, world)
    assert [key.path.name for key in look(tmp_path, NOW).keys] == ["maker.pem"]


def test_a_folder_without_anything_says_so(tmp_path: Path) -> None:
    assert said(look(tmp_path, NOW)) == "Nothing was found here that a desk needs."
    with pytest.raises(UsageError):
        look(tmp_path / "none", NOW)


def test_an_archive_is_to_be_unpacked_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lists.zip", "w") as archive:
        archive.writestr("list.txt", german_lists.LIST)
    assert "lists.zip: not usable. It is a packed folder: unpack it first." in said(look(tmp_path, NOW))


def test_what_was_not_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick(tmp_path / "a" / "b" / "c" / "d" / "e")
    found = look(tmp_path, NOW)
    assert found.lists == ()
    assert "Folders more than 4 deep were not looked at." in said(found)
    stick(tmp_path)
    monkeypatch.setattr(looking, "_MOST", 2)
    assert "More than 2 files: the others were not looked at." in said(look(tmp_path, NOW))
    monkeypatch.setattr(looking, "_BYTES", 100)
    assert "too large to look at all of them" in said(look(tmp_path, NOW))
    ticks = count(0, 15)
    assert "It took too long" in said(look(tmp_path, NOW, clock=lambda: float(next(ticks))))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert "pipe.json" in said(look(tmp_path / "pipe.json", NOW))
    assert "pipe.json" not in said(look(tmp_path, NOW))


def test_a_folder_that_lets_nobody_see_its_files_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed.json").write_text("{}")
    stick(tmp_path)

    def is_file(path: Path, before: Callable[[Path], bool] = Path.is_file) -> bool:
        if path.name == "closed.json":
            raise PermissionError(13, "Permission denied")
        return before(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert look(tmp_path, NOW).lists


def test_hidden_and_system_folders_and_what_links_lead_to_are_left(tmp_path: Path) -> None:
    for name in (".Trash-1000", "System Volume Information"):
        stick(tmp_path / "stick" / name)
    elsewhere = stick(tmp_path / "elsewhere")
    (tmp_path / "stick" / "link").symlink_to(elsewhere, target_is_directory=True)
    assert said(look(tmp_path / "stick", NOW)) == "Nothing was found here that a desk needs."


@pytest.mark.parametrize("begin", [b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"....ftypmp42", b"\x89PNG\r\n"])
def test_pictures_and_films_are_not_read_whole(
    tmp_path: Path, begin: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "film").write_bytes(begin + bytes(1000))
    monkeypatch.setattr(looking, "read_bounded", lambda *_: pytest.fail("it was read"))
    assert look(tmp_path, NOW).others == 1


def test_a_name_on_a_stick_can_not_write_into_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "list\x1b[2J.txt").write_bytes(german_lists.LIST)
    assert "\x1b" not in said(look(tmp_path, NOW))


def test_the_list_of_who_is_found_with_its_key(shared: Path) -> None:
    found = look(shared / "trust_lists" / "gdhcn-prod" / "v2-trustlist-did.json", NOW)
    (listed,) = found.lists
    assert (listed.name, listed.keys, listed.vouched) == ("WHO", 501, Vouched.SIGNED)
    assert listed.key is not None
    assert listed.key.path.name == "WHO-signing-DID.json"
