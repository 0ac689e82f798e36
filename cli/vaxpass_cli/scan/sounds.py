"""The sound of a verdict, played by the system without waiting for it.

The sounds are made here, as the data of WAV files. Windows plays them itself, macOS with `afplay`,
Linux with what the desktop brings. Nothing is kept on the disk: Linux has them in memory, macOS in a
temporary folder that goes with the sound.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from vaxpass import Outcome

_RATE: Final = 22_050
_LOUD: Final = 0.4
_FADE: Final = 0.008
"""Seconds in which a tone swells and fades, so that it does not click"""
_PAUSE: Final = 0.07
_LONGEST: Final = 5.0
"""Seconds after which a player that hangs is stopped"""

_NEUTRAL: Final = ((620.0, 0.13),)
_ACCEPTED: Final = ((880.0, 0.28),)
_LOOK: Final = ((587.0, 0.13), (587.0, 0.13))
_NOT_ACCEPTED: Final = ((330.0, 0.1), (330.0, 0.1), (247.0, 0.2))
_PLAYERS: Final = ("afplay",) if sys.platform == "darwin" else ("pw-play", "paplay", "aplay")


def pattern(outcome: Outcome, how: str) -> Sequence[tuple[float, float]]:
    """The tones of an outcome, each with its frequency in hertz and its length in seconds.

    `how` is `same`, one neutral tone for all, from which bystanders learn nothing, or `by_outcome`: one
    high tone for accepted, three low ones for rejected, two in between where somebody has to look. They
    differ in number, too, for those who hear no pitch.

    >>> [len(pattern(outcome, "by_outcome")) for outcome in (Outcome.ACCEPTED, Outcome.REJECTED)]
    [1, 3]
    >>> pattern(Outcome.ACCEPTED, "same") == pattern(Outcome.REJECTED, "same")
    True
    """
    if how == "same":
        return _NEUTRAL
    return {Outcome.ACCEPTED: _ACCEPTED, Outcome.REJECTED: _NOT_ACCEPTED}.get(outcome, _LOOK)


@cache
def wav(tones: Sequence[tuple[float, float]]) -> bytes:
    """The tones with pauses between them, as a WAV file of one channel."""
    samples: list[int] = []
    for frequency, seconds in tones:
        length = round(seconds * _RATE)
        fade = round(_FADE * _RATE)
        for number in range(length):
            volume = _LOUD * min(1.0, number / fade, (length - number) / fade)
            wanted = volume * math.sin(2 * math.pi * frequency * number / _RATE)
            samples.append(round(wanted * 32_767))
        samples += [0] * round(_PAUSE * _RATE)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(_RATE)
        writer.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


class Sounds:
    """Plays the sounds of a desk; `how` is as for `pattern`.

    `bell` makes the only sound that a machine without a player has. It is the same for all outcomes.
    """

    def __init__(self, how: str, bell: Callable[[], None]) -> None:
        self._how = how
        self._bell = bell
        self._player = _player()

    def play(self, outcome: Outcome) -> None:
        """Sound for a verdict; gives back at once."""
        if self._player is None:
            self._bell()
            return
        data = wav(pattern(outcome, self._how))
        threading.Thread(target=self._work, args=(self._player, data), daemon=True).start()

    def _work(self, player: Callable[[bytes], None], data: bytes) -> None:
        try:
            player(data)
        except (OSError, RuntimeError, subprocess.SubprocessError):
            # Such as a machine without loudspeakers: the bell from the next verdict on.
            self._player = None


def _player() -> Callable[[bytes], None] | None:
    """What plays a WAV file here and waits until it is over; None where nothing does."""
    if sys.platform == "win32":
        return _play_on_windows
    found = next(filter(None, map(shutil.which, _PLAYERS)), None)
    return (lambda data: _play_with(found, data)) if found else None


def _play_on_windows(data: bytes) -> None:
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - only there

        winsound.PlaySound(data, winsound.SND_MEMORY | winsound.SND_NODEFAULT)


def _play_with(program: str, data: bytes) -> None:
    with _as_file(data) as (name, handles):
        # Nothing from outside is part of the command.
        subprocess.run(  # noqa: S603
            [program, name],
            pass_fds=handles,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=True,
        )


@contextlib.contextmanager
def _as_file(data: bytes) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The name of a file with the data, and the handles that a program needs to open it."""
    if sys.platform == "linux":
        handle = os.memfd_create("vaxpass")
        try:
            os.write(handle, data)
            yield f"/proc/self/fd/{handle}", (handle,)
        finally:
            os.close(handle)
    else:
        with tempfile.TemporaryDirectory(prefix="vaxpass-") as folder:
            path = Path(folder) / "sound.wav"
            path.write_bytes(data)
            yield str(path), ()
