"""Reads the keyboard of the terminal key by key, without echo and without waiting."""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Final, Self

from vaxpass_cli.scan.keyboard.wedge import Wedge

_AT_ONCE: Final = 65536
SLOWEST: Final = 0.1
"""Seconds between two keys of a hand scanner: 40 ms, and what the desk does before it looks again"""

if sys.platform == "win32":
    import msvcrt

    class _Terminal:
        """The console of Windows, which gives single keys without a special mode."""

        def open(self) -> None:
            """Do nothing."""

        def close(self) -> None:
            """Do nothing."""

        def read(self) -> str:
            """The characters that were typed since the last call."""
            typed = ""
            while msvcrt.kbhit():
                key = msvcrt.getwch()
                if key in "\x00\xe0":
                    typed += "\x1bOP" if (key, msvcrt.getwch()) == ("\x00", ";") else ""
                else:
                    typed += key
            return typed

        def wait(self, seconds: float) -> None:
            """Wait these seconds; the console can't be waited for."""
            time.sleep(seconds)

else:
    import select
    import termios
    import tty

    class _Terminal:
        """A terminal in cbreak mode: without a limit of 4095 characters a line, and without echo."""

        def __init__(self) -> None:
            self._file = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._file)
            self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

        def open(self) -> None:
            """Set the mode."""
            tty.setcbreak(self._file)

        def close(self) -> None:
            """Restore the mode. Characters that were not read are dropped: no shell must get them."""
            with contextlib.suppress(termios.error):  # a terminal that was closed needs nothing
                termios.tcsetattr(self._file, termios.TCSAFLUSH, self._before)

        def read(self) -> str:
            """The characters that were typed since the last call."""
            typed = ""
            while select.select([self._file], [], [], 0)[0]:
                data = os.read(self._file, _AT_ONCE)
                if not data:
                    break
                typed += self._decoder.decode(data)
            return typed

        def wait(self, seconds: float) -> None:
            """Wait for a key, at most these seconds."""
            select.select([self._file], [], [], seconds)


class Keyboard:
    """The keyboard, for a `with` block; its end restores the terminal, also after an error or a signal.

    Where standard input is not a terminal, there are no keys.
    """

    def __init__(self) -> None:
        self._wedge = Wedge(slowest=SLOWEST)
        self._terminal: _Terminal | None = None
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> Self:
        if sys.stdin is not None and sys.stdin.isatty():
            self._terminal = _Terminal()
            self._catch_signals()
            self._terminal.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal:
            self._terminal.close()
            self._terminal = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._handlers.clear()

    def poll(self, now: float) -> tuple[list[str], list[str]]:
        """The names of keys that were pressed, and the texts of a hand scanner; `now` is in seconds."""
        return self._wedge.take(self._terminal.read() if self._terminal else "", now)

    def wait(self, seconds: float) -> None:
        """Return when something was typed, or after these seconds."""
        if self._terminal:
            self._terminal.wait(seconds)
        else:
            time.sleep(seconds)

    def _catch_signals(self) -> None:
        """Restore the terminal also where a signal ends or stops the program."""
        if threading.current_thread() is not threading.main_thread():
            return
        wanted = {"SIGTERM": _leave, "SIGHUP": _leave, "SIGTSTP": self._stop, "SIGCONT": self._go_on}
        for name, handler in wanted.items():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                self._handlers[number] = signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._terminal:
            self._terminal.close()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        if self._terminal:
            self._terminal.open()
        stop = getattr(signal, "SIGTSTP", None)
        if stop is not None and stop in self._handlers:
            signal.signal(stop, self._stop)


def _leave(number: int, frame: FrameType | None) -> None:
    """End by an exception, so that everything is closed."""
    raise SystemExit(128 + number)
