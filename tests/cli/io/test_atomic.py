"""Files that are there whole or not at all, and folders that one program has to itself."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic
from vaxpass_cli.io.atomic import LOCK, changing, exclusive_lock, write

BUSY = UsageError("error.busy", path="a folder")


@pytest.fixture(params=[True, False], ids=["folder", "file"])
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems where a folder can be locked, and those where a file stands for it."""
    monkeypatch.setattr(atomic, "FOLDERS_LOCK", request.param)


@pytest.mark.usefixtures("_both_ways")
def test_a_second_one_is_refused_at_once_with_a_sentence(tmp_path: Path) -> None:
    second = exclusive_lock(tmp_path, BUSY)
    with exclusive_lock(tmp_path, BUSY), pytest.raises(UsageError, match=str(BUSY)), second:
        raise AssertionError("two at once")
    with exclusive_lock(tmp_path, BUSY):
        pass


@pytest.mark.usefixtures("_both_ways")
def test_a_second_one_waits_where_there_is_no_sentence(tmp_path: Path) -> None:
    order = []

    def second() -> None:
        with exclusive_lock(tmp_path):
            order.append("second")

    thread = Thread(target=second)
    with exclusive_lock(tmp_path):
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_the_lock_of_a_program_that_is_killed_is_free(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, time\n"
        "from vaxpass_cli.io.atomic import exclusive_lock\n"
        "with exclusive_lock(pathlib.Path(sys.argv[1])):\n"
        "    print('locked', flush=True)\n"
        "    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"locked\n"
            with pytest.raises(UsageError, match=str(BUSY)), exclusive_lock(tmp_path, BUSY):
                raise AssertionError("two at once")
        finally:
            child.kill()
            child.wait()
        with exclusive_lock(tmp_path, BUSY):
            pass


@pytest.mark.usefixtures("_both_ways")
def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write(path, [b"one"])
    write(path, [b"t", b"wo"])
    assert path.read_bytes() == b"two"
    assert {each.name for each in path.parent.iterdir()} - {LOCK} == {"file"}

    def check(_: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), changing(path) as change:
        change.write([b"three"], check=check)
    assert path.read_bytes() == b"two"
    assert {each.name for each in path.parent.iterdir()} - {LOCK} == {"file"}


def test_a_system_without_modes_writes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fchmod", raising=False)
    write(tmp_path / "file", [b"one"], mode=atomic.OWNER_ONLY)
    assert (tmp_path / "file").read_bytes() == b"one"


@pytest.mark.skipif(os.name == "nt", reason="no such modes here")
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o777])
def test_a_folder_for_data_of_people_is_for_its_owner(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "out"
    atomic.private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(mode)
    atomic.private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "an empty one is made so"
    (folder / "file").touch()
    atomic.private_folder(folder)
    folder.chmod(mode)
    with pytest.raises(UsageError, match="chmod 700"):
        atomic.private_folder(folder)
