"""A set-up is carried to another desk whole, or not at all."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import carry
from vaxpass_cli.scan.setup.choices import Choices, set_up
from vaxpass_cli.scan.setup.demonstration import demonstration
from vaxpass_cli.scan.setup.looking import look
from vaxpass_cli.scan.setup.pin import kept
from vaxpass_cli.scan.start import surroundings_of

from tests.support import sticks
from tests.support.sticks import stick
from tests.support.world import NOW, World
from vaxpass import Outcome, VaxpassError

_MANIFEST = "vaxpass-desk.json"


def desk_of(changes: Any) -> Settings:
    return Settings().with_options(**changes)


@pytest.fixture
def first(tmp_path: Path) -> Settings:
    """A desk with lists that are named where they are: a folder with its key, rules, a store."""
    folder = stick(tmp_path / "first")
    return desk_of(
        {
            "trust_list": (str(folder / "list.txt"),),
            "pin": (str(folder / "list.pem"),),
            "rules": (str(folder / "rules.json"),),
            "revocation": (str(folder / "revoked.store"),),
            "destination": "XA",
            "kiosk": True,
            "kiosk_pin": kept("2468"),
            "camera": "7",
            "max_age": 3,
        }
    )


@pytest.fixture
def file(tmp_path: Path, first: Settings) -> Path:
    return carry.export(first, tmp_path / "set-up.desk", at=NOW).path


def changed(file: Path, change: Callable[[dict[str, bytes]], None], **how: Any) -> Path:
    """The same file with other members."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w", **how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def edited(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[_MANIFEST] = json.dumps(json.loads(members[_MANIFEST]) | changes).encode()

    return change


def renamed(new: str) -> Callable[[dict[str, bytes]], None]:
    """The list under another name, in the manifest, too."""

    def change(members: dict[str, bytes]) -> None:
        old = "trust_list/1/list.txt"
        members[new] = members.pop(old)
        text = members[_MANIFEST].decode()
        members[_MANIFEST] = text.replace(json.dumps(old), json.dumps(new)).encode()

    return change


def test_the_next_desk_decides_as_the_first(tmp_path: Path) -> None:
    made = demonstration("AT", NOW, folder=tmp_path / "first")
    settings = desk_of(set_up(made.choices, at=NOW, folder=tmp_path / "first"))
    exported = carry.export(settings, tmp_path / "x.desk", at=NOW)
    carried = carry.read(exported.path, at=NOW)
    assert carried.file.spelled() == exported.spelled()
    changes = carry.install(carried, at=NOW, folder=tmp_path / "second")
    exported.path.unlink()
    next_desk = surroundings_of(desk_of(changes), lambda: NOW, fixed=False)
    assert next_desk.judge(made.text, NOW).outcome is Outcome.ACCEPTED


def test_what_belongs_to_a_machine_stays_there(tmp_path: Path, first: Settings, file: Path) -> None:
    data = file.read_bytes()
    assert first.kiosk_pin.encode() not in data
    assert str(tmp_path).encode() not in data
    changes = carry.install(carry.read(file, at=NOW), at=NOW, folder=tmp_path / "second")
    assert not {"camera", "source", "kiosk_pin", "report"} & changes.keys()
    assert (changes["kiosk"], changes["max_age"], changes["destination"]) == (True, 3, "XA")
    named = [path for name in ("trust_list", "pin", "rules", "revocation") for path in changes[name]]  # type: ignore[attr-defined]
    assert len(named) == 4
    assert all(Path(path).is_relative_to(tmp_path / "second") for path in named)


def test_it_says_what_it_brings_before_anything_is_installed(file: Path) -> None:
    found = carry.read(file, at=NOW).found
    assert [listed.keys for listed in found.lists] == [2]
    assert (len(found.rules), len(found.stores)) == (1, 1)
    (setup,) = look(file, NOW).setups
    assert setup.spelled() == carry.read(file, at=NOW).file.spelled()


def test_the_same_set_up_makes_the_same_file(tmp_path: Path, first: Settings, file: Path) -> None:
    assert (
        carry.export(first, tmp_path / "again.desk", at=NOW).sha256 == look(file, NOW).setups[0].sha256
    )


def test_a_folder_is_carried_with_every_file_under_names_that_each_system_takes(
    tmp_path: Path,
) -> None:
    folder = stick(tmp_path / "lists")
    for name in ("con.txt", "a:b?.txt", "LIST.TXT", ".hidden"):
        (folder / name).write_text("a letter", encoding="utf-8")
    settings = desk_of({"trust_list": (str(folder),), "pin": (str(folder / "list.pem"),)})
    exported = carry.export(settings, tmp_path / "x.desk", at=NOW)
    with zipfile.ZipFile(exported.path) as archive:
        names = [name for name in archive.namelist() if name.startswith("trust_list/")]
    assert len(names) == len(list(folder.iterdir())) - 1
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(":" in name or "con" in name or "?" in name for name in names)
    carry.install(carry.read(exported.path, at=NOW), at=NOW, folder=tmp_path / "second")


def test_an_installed_bundle_is_installed_there_and_the_next_one_replaces_it(
    tmp_path: Path, world: World
) -> None:
    found = look(sticks.bundle(tmp_path / "stick", world), NOW)
    settings = desk_of(set_up(Choices("XA", found.lists), at=NOW, folder=tmp_path / "first"))
    exported = carry.export(settings, tmp_path / "x.desk", at=NOW)
    second = tmp_path / "second"
    changes = carry.install(carry.read(exported.path, at=NOW), at=NOW, folder=second)
    assert changes["trust_list"] == (str(second / "bundle.installed"),)
    newer = look(sticks.bundle(tmp_path / "stick", world, number=2), NOW)
    set_up(Choices("XA", newer.lists), at=NOW, folder=second)
    before = (second / "bundle.installed").read_bytes()
    with pytest.raises(VaxpassError):
        carry.install(carry.read(exported.path, at=NOW), at=NOW, folder=second)
    assert (second / "bundle.installed").read_bytes() == before


def test_a_set_up_that_does_not_work_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        carry.export(desk_of({"trust_list": ("none.json",)}), tmp_path / "x.desk", at=NOW)
    assert not (tmp_path / "x.desk").exists()


def test_a_file_with_any_byte_changed_is_refused(tmp_path: Path, file: Path) -> None:
    data = file.read_bytes()
    carried = carry.read(file, at=NOW)
    for place in range(0, len(data), max(1, len(data) // 40)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        with pytest.raises(UsageError) as raised:
            # A byte of the zip may say nothing, such as a time: the fingerprint is another one then.
            carry.install(carried, at=NOW, folder=tmp_path / "second")
        assert raised.value.key in ("error.desk.damaged", "error.desk.no_setup", "error.desk.changed")
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "trust_list/1/../../../evil.json",
            "../evil.json",
            "/evil.json",
            "trust_list/1/..",
            "trust_list/1",
        ),
        *("C:/evil.json", "trust_list/1/C:evil.json", "trust_list/1/a\\..\\b", "trust_list/1/nul.txt"),
        *(
            "trust_list/1/.hidden",
            "trust_list/x/list.txt",
            "other/1/list.txt",
            "trust_list/1/list.txt.",
        ),
        *("trust_list/1/" + "n" * 101, "trust_list/1//list.txt", "trust_list/1/list.txt/"),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, file: Path, name: str) -> None:
    changed(file, renamed(name))
    with pytest.raises(UsageError) as raised:
        carry.read(file, at=NOW)
    assert raised.value.key == "error.desk.damaged"
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    "change",
    [
        edited(version=2),
        edited(settings={"kiosk_pin": ""}),
        edited(settings={"camera": "0"}),
        edited(settings={"trust_list": ["/etc/passwd"]}),
        edited(settings={"unknown": 1}),
        edited(settings={"max_age": -1}),
        edited(settings=[]),
        edited(files={}),
        edited(files=[]),
        edited(keys={"trust_list/1/list.txt": []}),
        edited(keys={"none": ["AAAA"]}),
        edited(paths={"trust_list": ["/etc"], "pin": [], "rules": [], "revocation": []}),
        edited(paths={}),
        lambda members: members.update({"more.txt": b""}),
        lambda members: members.update({"trust_list/1/LIST.txt": b""}),
        lambda members: members.update({_MANIFEST: b"{"}),
        lambda members: members.pop("pin/1/list.pem"),
    ],
)
def test_a_manifest_that_is_not_of_its_form_is_refused(
    file: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    changed(file, change)
    with pytest.raises(UsageError) as raised:
        carry.read(file, at=NOW)
    assert raised.value.key == "error.desk.damaged"


def test_nothing_in_it_is_compressed_so_nothing_can_grow(file: Path) -> None:
    changed(file, lambda _: None, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(UsageError) as raised:
        carry.read(file, at=NOW)
    assert raised.value.key == "error.desk.damaged"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a letter", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.desk").write_bytes(data)
    with pytest.raises(UsageError):
        carry.read(tmp_path / "x.desk", at=NOW)
