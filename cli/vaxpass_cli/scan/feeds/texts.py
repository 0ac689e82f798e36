"""Feeds of texts: files, a watched folder, standard input and hand scanners, with no camera.

Hand scanners are at a serial port or type like a keyboard. This module is the only user of pyserial.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import queue
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import IO, Final, Protocol

from vaxpass import MissingExtraError
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import sources
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds import events
from vaxpass_cli.scan.feeds.events import Ended, InTrouble, Recovered, TextRead, Trouble
from vaxpass_cli.scan.keyboard.layouts import repair, strip_symbology
from vaxpass_cli.scan.keyboard.wedge import LONGEST, Frames

_WAIT: Final = 0.05
_AT_ONCE: Final = 4096
_BUSY: Final = frozenset((errno.EBUSY, errno.EACCES, errno.EAGAIN, errno.EPERM))


class PortTrouble(Exception):
    """A port can't be opened; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Port(Protocol):
    """A port that was opened."""

    def read(self) -> bytes:
        """What came within a moment, perhaps nothing. Raises `OSError` when it is unplugged."""

    def close(self) -> None:
        """Free the device."""


class _SerialPort:
    def __init__(self, name: str, baud: int) -> None:
        import serial  # noqa: PLC0415 - most desks have no serial scanner

        self._port = serial.serial_for_url(name, baud, timeout=_WAIT, exclusive=True)

    def read(self) -> bytes:
        return self._port.read(max(1, min(self._port.in_waiting, _AT_ONCE)))

    def close(self) -> None:
        self._port.close()


def open_port(name: str, baud: int) -> Port:
    """Open a port such as `/dev/ttyACM0` or `COM3`. Raises `PortTrouble`."""
    try:
        return _SerialPort(name, baud)
    except ModuleNotFoundError:
        raise MissingExtraError("scan", "pyserial") from None
    except OSError as error:
        busy = error.errno in _BUSY or isinstance(error, PermissionError)
        raise PortTrouble(Trouble.BUSY if busy else Trouble.ABSENT) from None


_SCANNER: Final = "hand scanner"
_WAITING: Final = 32
"""Events that wait to be polled; then the worker waits, too."""
_TICK: Final = 0.1
_JOIN: Final = 2.0
_RETRY: Final = 0.5


def typed(text: str, name: str = _SCANNER) -> Source:
    """What a hand scanner typed, freed from its sign for the kind of code and from a wrong layout."""
    if len(text) > LONGEST:
        return Source(name, None, "text.too_long")
    repaired = repair(text)
    return Source(name, None if repaired.problem else repaired.text, repaired.problem)


class _Worked:
    """A feed whose events come from a worker thread. What the worker raises is raised by `poll`."""

    def __init__(self) -> None:
        self._events: queue.Queue[events.Event | BaseException] = queue.Queue(_WAITING)
        self._stopping = Event()
        self._worker = Thread(target=self._run, name="vaxpass texts", daemon=True)
        self._worker.start()

    def poll(self, wait: float) -> events.Event | None:
        """The next event; None where there is none within `wait` seconds."""
        try:
            event = self._events.get(timeout=wait) if wait > 0 else self._events.get_nowait()
        except queue.Empty:
            return None
        if isinstance(event, BaseException):
            raise event
        return event

    def now(self) -> float:
        """The time, in seconds."""
        return time.monotonic()

    def close(self) -> None:
        """Stop the worker. One that waits for standard input is left to itself."""
        self._stopping.set()
        self._worker.join(_JOIN)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            # Whoever polls must know.
            self._tell(error)

    def _work(self) -> None:
        raise NotImplementedError

    def _tell(self, event: events.Event | BaseException) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=_TICK)
                return

    def _tell_texts(self, found: Iterable[Source]) -> None:
        for source in found:
            self._tell(TextRead(source))
            if self._stopping.is_set():
                return

    def _tell_file(self, path: Path) -> None:
        try:
            self._tell_texts(sources.from_file(path))
        except FileNotFoundError:
            pass
        except (OSError, UsageError):
            self._tell(TextRead(Source(str(path), None, "file.unreadable")))


class FilesFeed(_Worked):
    """The texts of pictures, PDFs, text files and folders, then the end.

    Raises `UsageError` at once where one does not exist or a folder holds nothing to read.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        sources.must_exist(inputs)
        self._files = [path for given in inputs for path in sources.files(Path(given))]
        super().__init__()

    def _work(self) -> None:
        for path in self._files:
            self._tell_file(path)
            if self._stopping.is_set():
                return
        self._tell(Ended())


class WatchFeed(_Worked):
    """The texts of files that are put into a folder; looked at every `interval` seconds.

    A file is read when its size and time have not changed for one interval, and again when they change
    later. Files that were there before count only where `existing` is given.
    """

    def __init__(self, folder: Path, interval: float = 0.5, *, existing: bool = False) -> None:
        if not folder.is_dir():
            raise UsageError("error.no_folder", path=folder)
        self._folder = folder
        self._interval = interval
        self._read = {} if existing else self._look()
        super().__init__()

    def _work(self) -> None:
        before: dict[Path, tuple[int, int]] = {}
        lost = False
        while not self._stopping.wait(self._interval):
            try:
                there = self._look()
            except OSError:
                if not lost:
                    self._tell(InTrouble(Trouble.LOST))
                lost = True
                continue
            if lost:
                self._tell(Recovered())
                lost = False
            # Only what is in the folder is remembered, for years if need be.
            self._read = {path: state for path, state in self._read.items() if path in there}
            for path, state in sorted(there.items(), key=lambda item: item[1][1]):
                if before.get(path) == state and self._read.get(path) != state:
                    self._read[path] = state
                    self._tell_file(path)
            before = there

    def _look(self) -> dict[Path, tuple[int, int]]:
        """Size and time of every file that may hold codes."""
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                if not sources.is_readable(path) or entry.name.startswith("."):
                    continue
                try:
                    status = entry.stat()
                    is_file = entry.is_file()
                except OSError:  # it vanished meanwhile
                    continue
                if is_file and status.st_size:
                    found[path] = (status.st_size, status.st_mtime_ns)
        return found


class StandardInputFeed(_Worked):
    """A code a line from a pipe, each when it comes; then the end."""

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._stream = stream or sys.stdin.buffer
        super().__init__()

    def _work(self) -> None:
        number = 0
        # Of a longer line the rest is not kept. A character has at most four bytes.
        most = 4 * LONGEST + 2
        whole = True
        while line := self._stream.readline(most):
            begins, whole = whole, line.endswith(b"\n")
            if not begins:
                continue
            number += 1
            text = line.decode("utf-8-sig", errors="replace")
            if text.strip():
                self._tell(TextRead(typed(text.rstrip("\r\n"), f"{sources.STANDARD_INPUT}:{number}")))
            if self._stopping.is_set():
                return
        self._tell(Ended())


class SerialFeed(_Worked):
    """The texts of a hand scanner at a serial port, ended by Enter, Tab or a pause.

    An absent, busy or unplugged port is told, and opened again as soon as that works.
    """

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        *,
        open_port: Callable[[str, int], Port] = open_port,
        retry: float = _RETRY,
    ) -> None:
        self._port, self._baud, self._open = port, baud, open_port
        self._retry = retry
        self._trouble: Trouble | None = None
        super().__init__()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                port = self._open(self._port, self._baud)
            except PortTrouble as error:
                self._complain(error.trouble)
            else:
                if self._trouble:
                    self._trouble = None
                    self._tell(Recovered())
                try:
                    self._listen(port)
                except OSError:
                    self._complain(Trouble.LOST)
                finally:
                    port.close()
            self._stopping.wait(self._retry)

    def _listen(self, port: Port) -> None:
        frames = Frames()
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self._stopping.is_set():
            arrived = decoder.decode(port.read())
            for text in frames.take(arrived, self.now()):
                clean = strip_symbology(text)
                too_long = len(text) > LONGEST
                self._tell(
                    TextRead(
                        Source(_SCANNER, None, "text.too_long") if too_long else Source(_SCANNER, clean)
                    )
                )

    def _complain(self, trouble: Trouble) -> None:
        # Where it was unplugged, that it is absent is no news.
        if trouble is self._trouble or (trouble, self._trouble) == (Trouble.ABSENT, Trouble.LOST):
            return
        self._trouble = trouble
        self._tell(InTrouble(trouble))


class Waits(Protocol):
    """A keyboard that can be waited for."""

    def wait(self, seconds: float) -> None:
        """Return when something was typed, or after these seconds."""


class KeyboardFeed:
    """The feed of a desk whose only source is a hand scanner that types.

    It delivers no events: a keyboard is read in one place, and texts come with the keys. It only waits
    for them.
    """

    def __init__(self, keyboard: Waits) -> None:
        self._keyboard = keyboard

    def poll(self, wait: float) -> events.Event | None:
        """Wait until something is typed, at most `wait` seconds; gives None."""
        self._keyboard.wait(wait)
        return None

    def now(self) -> float:
        """The time, in seconds."""
        return time.monotonic()

    def close(self) -> None:
        """Nothing is to be closed."""
