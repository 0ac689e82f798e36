"""The sounds of verdicts: the same for all unless the desk wants otherwise; nothing waits for them."""

from __future__ import annotations

import io
import itertools
import os
import sys
import threading
import wave
from pathlib import Path

import pytest
from vaxpass_cli.scan.sounds import Sounds, pattern, wav

from vaxpass import Outcome

PLAYERS = ("pw-play", "paplay", "aplay", "afplay")
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds itself")


def player(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that programs are looked for in, before those that players may need themselves."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("cat", "cp", "mv", "sh", "sleep"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def finish() -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(10)


def test_by_default_no_bystander_can_tell_outcomes_apart() -> None:
    assert len({tuple(pattern(outcome, "same")) for outcome in Outcome}) == 1


def test_by_outcome_three_sounds_differ_in_the_number_of_tones() -> None:
    counts = {outcome: len(pattern(outcome, "by_outcome")) for outcome in Outcome}
    assert counts == {
        Outcome.ACCEPTED: 1,
        Outcome.GENUINE: 2,
        Outcome.REJECTED: 3,
        Outcome.UNDECIDED: 2,
        Outcome.OTHER: 2,
        Outcome.UNREADABLE: 2,
    }


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.GENUINE, Outcome.REJECTED])
def test_a_sound_is_a_short_wav_file_that_neither_clicks_nor_is_cut_off(outcome: Outcome) -> None:
    with wave.open(io.BytesIO(wav(pattern(outcome, "by_outcome")))) as file:
        frames = file.readframes(file.getnframes())
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert 0.1 < file.getnframes() / file.getframerate() < 0.8
    samples = memoryview(frames).cast("h")
    assert 0.3 < max(samples) / 32_767 < 0.5
    jumps = [abs(after - before) for before, after in itertools.pairwise(samples)]
    assert max(jumps) < 4_000
    assert samples[0] == samples[-1] == 0


@on_posix
def test_the_first_player_that_exists_gets_the_whole_file(bin_folder: Path, tmp_path: Path) -> None:
    for name in PLAYERS:
        player(bin_folder, name, f'cat "$1" > "{tmp_path}/{name}.part" && exit 0')
    heard: list[str] = []
    Sounds("by_outcome", lambda: heard.append("bell")).play(Outcome.REJECTED)
    finish()
    expected = "afplay" if sys.platform == "darwin" else "pw-play"
    (played,) = tmp_path.glob("*.part")
    assert played.name == f"{expected}.part"
    assert played.read_bytes() == wav(pattern(Outcome.REJECTED, "by_outcome"))
    assert heard == []


@on_posix
def test_a_slow_player_holds_nothing_up_and_leaves_no_zombie(bin_folder: Path) -> None:
    for name in PLAYERS:
        player(bin_folder, name, 'echo $$ > "$0.id"; read line < "$0.go"')
        os.mkfifo(bin_folder / f"{name}.go")
    name = "afplay" if sys.platform == "darwin" else "pw-play"
    sounds = Sounds("same", lambda: None)
    sounds.play(Outcome.ACCEPTED)  # comes back although nobody lets the player go on
    (bin_folder / f"{name}.go").write_text("on\n")
    finish()
    with pytest.raises(ChildProcessError):
        os.waitpid(int((bin_folder / f"{name}.id").read_text()), os.WNOHANG)


@on_posix
def test_without_a_player_or_with_one_that_fails_the_bell_rings(bin_folder: Path) -> None:
    heard: list[str] = []
    Sounds("by_outcome", lambda: heard.append("bell")).play(Outcome.ACCEPTED)
    assert heard == ["bell"]
    for name in PLAYERS:
        player(bin_folder, name, "exit 1")
    sounds = Sounds("by_outcome", lambda: heard.append("later"))
    sounds.play(Outcome.ACCEPTED)
    finish()
    sounds.play(Outcome.ACCEPTED)
    assert heard == ["bell", "later"]
