"""Let the system end a shift as the staff would: what was counted is then written."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl-C, the end of the session, that of the terminal, and Windows' own; not every system has all"""


class Asked:
    """Whether the system asked this program to end."""

    to_end = False


@contextlib.contextmanager
def asked_to_end() -> Iterator[Asked]:
    """Note a signal to end in a `with` block instead of ending; to be looked at in a loop.

    An exception would be lost where a toolkit calls Python. What a view does at a signal is done, too.
    Works on the main thread only.
    """
    asked = Asked()

    def note(number: int, frame: FrameType | None) -> None:
        asked.to_end = True
        handler = before[number]
        if callable(handler) and handler is not signal.default_int_handler:
            handler(number, frame)

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # What is ignored stays so: `nohup` asks for that.
    before = {number: signal.getsignal(number) for number in numbers}
    wanted = {number: old for number, old in before.items() if old is not signal.SIG_IGN}
    for number in wanted:
        signal.signal(number, note)
    try:
        yield asked
    finally:
        for number, old in wanted.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)
