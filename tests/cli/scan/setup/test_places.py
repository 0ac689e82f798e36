"""Where sticks and the folders of the user are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from vaxpass_cli.scan.setup.places import Place, places

_MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /media/officer/MY\040STICK vfat rw 0 0
/dev/sdc1 /run/media/officer/CARD exfat rw 0 0
/dev/sdd1 /mnt ext4 rw 0 0
/dev/sde1 /mnt/stick ext4 rw 0 0
/dev/sdf1 /mnt/deep/inside ext4 rw 0 0
tmpfs /mediathek tmpfs rw 0 0
"""


def named(found: tuple[Place, ...]) -> list[str]:
    return [place.path.as_posix() for place in found]


def test_sticks_are_where_linux_mounts_them(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(_MOUNTS, encoding="utf-8")
    found = places(system="linux", home=tmp_path, mounts=mounts)
    sticks = ["/media/officer/MY STICK", "/mnt", "/mnt/stick", "/run/media/officer/CARD"]
    assert named(found) == sticks
    assert (found[0].name, found[0].removable) == ("MY STICK", True)


def test_downloads_and_desktop_come_after_them_by_the_names_of_the_user(tmp_path: Path) -> None:
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "user-dirs.dirs").write_text(
        '# made by the system\nXDG_DOWNLOAD_DIR="$HOME/Saved files"\n', encoding="utf-8"
    )
    for name in ("Saved files", "Desktop"):
        (tmp_path / name).mkdir()
    found = places(system="linux", home=tmp_path, mounts=tmp_path / "none")
    assert found == (
        Place(tmp_path / "Saved files", "Saved files", removable=False),
        Place(tmp_path / "Desktop", "Desktop", removable=False),
    )


def test_a_mac_has_its_disks_among_the_volumes_and_its_own_is_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "STICK").mkdir()
    (tmp_path / "Macintosh HD").symlink_to("/")
    monkeypatch.setattr("vaxpass_cli.scan.setup.places._VOLUMES", tmp_path)
    found = places(system="darwin", home=tmp_path / "nobody")
    assert named(found) == [(tmp_path / "STICK").as_posix()]
