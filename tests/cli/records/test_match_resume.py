"""A run that is stopped, wherever and however, goes on and ends with the same results."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from vaxpass_cli import options
from vaxpass_cli.records.match import stages
from vaxpass_cli.records.run_folder import RunFolder, open_run_folder

from tests.support.command import Run
from tests.support.matching_worlds import PEOPLE, Results, record, write_inputs
from vaxpass.testing.synthetic import Size, make_world, write_world

# Many small parts, so that there is something to stop.
_PEOPLE, _RECORDS = 600, 150
_PARTS = stages.OUTPUTS.parts
_CHILD = f"""
import sys
from vaxpass_cli import options
from vaxpass_cli.records.match import stages
stages._PEOPLE, stages._RECORDS = {_PEOPLE}, {_RECORDS}
from vaxpass_cli.main import main
main()
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    records, registry, _ = write_world(
        make_world(Size(records=450, people=1_800), seed=5), tmp_path_factory.mktemp("world")
    )
    return records, registry


@pytest.fixture(scope="module")
def unstopped(inputs: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Results:
    out = tmp_path_factory.mktemp("whole") / "out"
    process = child(inputs, out)
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    return Results(out)


@pytest.fixture(scope="module")
def whole(unstopped: Results) -> dict[str, bytes]:
    """What a run writes that nobody stops."""
    return unstopped.all_bytes()


@pytest.fixture(scope="module")
def whole_rows(unstopped: Results) -> dict[str, dict[str, object]]:
    return unstopped.rows


def child(inputs: tuple[Path, Path], out: Path) -> subprocess.Popen[str]:
    # It steps back behind these tests, which must see what it does while it does it.
    command = [
        "nice",
        sys.executable,
        "-c",
        _CHILD,
        "match",
        *map(str, inputs),
        "--out",
        str(out),
        "--csv",
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )


@pytest.fixture
def finished(
    run: Run, inputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], str]:
    """Run to the end, here and with the same parts; what was said on the way."""

    def finish(out: Path) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(stages, "_PEOPLE", _PEOPLE)
            patched.setattr(stages, "_RECORDS", _RECORDS)
            ran = run("match", *inputs, "--out", out, "--csv")
        assert ran.code == 0, ran.err
        return ran.err

    return finish


def until(process: subprocess.Popen[str], out: Path, part: str) -> bool:
    """Wait until something of a part is there; False where the run has ended before.

    However slow the machine is: the limit only guards against hanging, and then ends the run.
    """
    ends = time.monotonic() + 600
    while time.monotonic() < ends:
        if any((out / _PARTS).glob(part)):
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.002)
    process.kill()
    process.communicate()
    raise AssertionError("the run does not get on")


@pytest.mark.parametrize(
    "part", ["records", "keys/*.parquet", "pairs/[0-9]*", "standing/*", "results/*", "final/cleaning"]
)
def test_after_a_kill_the_same_command_goes_on(
    inputs: tuple[Path, Path],
    whole: dict[str, bytes],
    finished: Callable[[Path], str],
    tmp_path: Path,
    part: str,
) -> None:
    out = tmp_path / "out"
    first = child(inputs, out)
    stopped = until(first, out, part)
    first.kill()
    first.communicate()
    done = sorted(path for path in (out / _PARTS).rglob("*.parquet") if path.is_file())
    assert finished(out) == "vaxpass: Going on with the run that was stopped.\n"
    assert stopped
    assert done
    assert Results(out).all_bytes() == whole


def test_ctrl_c_says_that_nothing_is_lost(
    inputs: tuple[Path, Path],
    whole: dict[str, bytes],
    finished: Callable[[Path], str],
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    first = child(inputs, out)
    assert until(first, out, "pairs/[0-9]*")
    first.send_signal(signal.SIGINT)
    _, err = first.communicate()
    assert (first.returncode, err) == (
        1,
        "vaxpass: Stopped; nothing is lost. The same command goes on from here.\n",
    )
    assert not (out / "results.parquet").exists()
    assert finished(out)
    assert Results(out).all_bytes() == whole


def test_stopped_at_every_single_part(
    run: Run,
    inputs: tuple[Path, Path],
    whole: dict[str, bytes],
    whole_rows: dict[str, dict[str, object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stages, "_PEOPLE", 900)
    monkeypatch.setattr(stages, "_RECORDS", 450)
    make = RunFolder.make
    made: list[str] = []

    def make_one_more(self: RunFolder, name: str, write: object) -> None:
        if self.has(name):
            return
        make(self, name, write)  # type: ignore[arg-type]
        made.append(name)
        raise KeyboardInterrupt

    monkeypatch.setattr(RunFolder, "make", make_one_more)
    out = tmp_path / "out"
    codes = []
    for _ in range(200):
        before = len(made)
        ran = run("match", *inputs, "--out", out, "--csv")
        codes.append(ran.code)
        if made[before:] and made[-1].startswith("final/"):
            break
    # The last files are written again by each run, for they depend on the language that it speaks.
    monkeypatch.setattr(RunFolder, "make", make)
    assert run("match", *inputs, "--out", out, "--csv").code == 0
    assert set(codes) == {1}
    assert len(codes) > 10
    assert len(made) == len(set(made)), "no part was made twice"
    # Other parts than those of the whole run: the form of a Parquet file may differ, not its rows.
    again = Results(out).all_bytes()
    assert Results(out).rows == whole_rows
    assert {name: again[name] == data for name, data in whole.items() if "parquet" not in name} == (
        dict.fromkeys((name for name in whole if "parquet" not in name), True)
    )


def test_other_inputs_begin_anew(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    decide = stages._decide

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages, "_decide", stop)
    assert run("match", *inputs, "--out", out).code == 1
    monkeypatch.setattr(stages, "_decide", decide)
    records = tmp_path / "records.csv"
    lines = inputs[0].read_bytes().splitlines(keepends=True)
    records.write_bytes(b"".join(lines[:11]))
    ran = run("match", records, inputs[1], "--out", out)
    assert (ran.code, ran.err) == (0, "")
    assert Results(out).summary["records"] == 10


def stopped(run: Run, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    """A run that is stopped when it begins to decide."""
    with monkeypatch.context() as patched:
        patched.setattr(stages, "_decide", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert run("match", *arguments).code == 1


def test_wrong_use_is_told_before_a_run_goes_on(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, registry = inputs
    out = tmp_path / "out"
    stopped(run, monkeypatch, records, registry, "--out", out)
    other = tmp_path / "other.csv"
    other.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in (out / _PARTS).rglob("*")}
    for wrong in (
        (records, tmp_path / "none.csv"),
        (other, registry),
        (records, other),
        (records, registry, "--encoding", "klingon"),
        (records, registry, "--mapping", other),
        (records, registry, "--at", "yesterday"),
    ):
        ran = run("match", *wrong, "--out", out)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), (wrong, ran.err)
        assert "Going on" not in ran.err
        assert {path: path.stat().st_mtime_ns for path in (out / _PARTS).rglob("*")} == before
    ran = run("match", records, registry, "--out", out)
    assert (ran.code, ran.err) == (0, "vaxpass: Going on with the run that was stopped.\n")
    # Nor is a new folder left.
    assert run("match", records, other, "--out", tmp_path / "new").code == 2
    assert not (tmp_path / "new").exists()


def test_a_run_that_goes_on_after_midnight_is_one_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write_inputs(tmp_path / "in", [record("1", vaccinated_on="2021-09-02")], PEOPLE)
    arguments = (*inputs, "--out", tmp_path / "out")

    def clock(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T12:00:00+07:00")
        monkeypatch.setattr(options, "moment", lambda *_: moment)

    clock("2021-09-01")
    stopped(run, monkeypatch, *arguments)
    clock("2021-09-02")
    ran = run("match", *arguments)
    assert "Going on" in ran.err
    assert Results(tmp_path / "out").rows["1"]["content"] == ["date.future"]
    # The next run is one of its own day.
    assert run("match", *arguments).err == ""
    assert Results(tmp_path / "out").rows["1"]["content"] == []


def test_what_was_finished_before_stays_until_the_next_run_is_finished(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert run("match", *inputs, "--out", out).code == 0
    before = Results(out).all_bytes()
    monkeypatch.setattr(stages, "_decide", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert run("match", *inputs, "--out", out, "--encoding", "utf-8").code == 1
    assert {
        name: data for name, data in Results(out).all_bytes().items() if _PARTS not in name
    } == before


def test_two_runs_in_one_folder_do_not_meet(
    run: Run, inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with open_run_folder(out, stages.OUTPUTS, {}):
        ran = run("match", *inputs, "--out", out)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "another run is at work" in ran.err
