"""Feeds of texts: files, a watched folder, standard input, hand scanners. The only user of pyserial."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import queue
import re
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Final, NamedTuple, Protocol, cast

from vaxpass.documents import unframed
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import containers, kinds, sources
from vaxpass_cli.io.encodings import Decoder
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds import events
from vaxpass_cli.scan.feeds.events import Ended, InTrouble, Recovered, TextRead, Trouble
from vaxpass_cli.scan.keyboard.layouts import repair
from vaxpass_cli.scan.keyboard.wedge import ENDS, LONGEST, Frames

_WAIT: Final = 0.05
_AT_ONCE: Final = 4096
_EMPTY_LOOKS: Final = 10
_FILES: Final = (kinds.Kind.PICTURE, kinds.Kind.PDF, kinds.Kind.ZIP, kinds.Kind.PARQUET)
_MUCH: Final = 1024
"""Bytes at once that are no text: so many come from a file, fewer may come from a hand scanner"""
_BUSY: Final = frozenset((errno.EBUSY, errno.EACCES, errno.EAGAIN, errno.EPERM))
_SCANNER: Final = "hand scanner"
_WAITING: Final = 32
"""Number of events that wait to be polled; then the worker waits, too"""
_TICK: Final = 0.1
_JOIN: Final = 2.0
_RETRY: Final = 0.5


_ARCHIVE: Final = re.compile(rb"[\x02\r\n\t]*(?:\][A-Za-z][0-9A-Za-z])?(?=PK\x03\x04)")
"""What a scanner may send before an archive: the sign of a beginning, and what kind of code it is"""
_MAY_BE_ARCHIVE: Final = re.compile(
    rb"[\x02\r\n\t]*(?:\](?:[A-Za-z](?:[0-9A-Za-z](?:P(?:K\x03?)?)?)?)?|P(?:K\x03?)?)?"
)
_ARCHIVE_END: Final = struct.Struct("<4s4H2LH")
_LARGEST_ARCHIVE: Final = 4096
"""Bytes; a QR code holds 2,953"""


class PortTrouble(Exception):
    """Raised where a port can't be opened; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Port(Protocol):
    """An open port."""

    def read(self) -> bytes:
        """The bytes that came in a short time, perhaps none. Raises `OSError` when it is unplugged."""

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
    except OSError as error:
        busy = error.errno in _BUSY or isinstance(error, PermissionError)
        raise PortTrouble(Trouble.BUSY if busy else Trouble.ABSENT) from None


def typed(text: str, name: str = _SCANNER) -> Source:
    """The text that a hand scanner read: without framing, and its layout repaired."""
    if len(text) > LONGEST:
        return Source(name, None, "text.too_long")
    repaired = repair(text)
    if repaired.problem:
        return Source(name, None, repaired.problem)
    return sources.row(name, repaired.text)


class _Worked:
    """A feed whose events come from a worker thread. What the worker raises is raised by `poll`."""

    def __init__(self) -> None:
        self._events: queue.Queue[events.Event | BaseException] = queue.Queue(_WAITING)
        self._stopping = Event()
        self._worker = Thread(target=self._run, name="vaxpass texts", daemon=True)
        self._worker.start()

    def poll(self, wait: float) -> events.Event | None:
        """The next event; None where none comes within `wait` seconds."""
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
        """Stop the worker. A worker that waits for standard input is not waited for."""
        self._stopping.set()
        self._worker.join(_JOIN)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            # `poll` raises it.
            self._report(error)

    def _work(self) -> None:
        raise NotImplementedError

    def _report(self, event: events.Event | BaseException) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=_TICK)
                return

    def _tell_texts(self, found: Iterable[Source]) -> None:
        for source in found:
            self._report(TextRead(source))
            if self._stopping.is_set():
                return


class FilesFeed(_Worked):
    """The rows of files and folders, then the end.

    Raises `UsageError` at once where one does not exist.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        sources.must_exist(inputs)
        self._named = frozenset(map(Path, inputs))
        self._files = [path for given in inputs for path in sources.files(Path(given))]
        super().__init__()

    def _work(self) -> None:
        self._tell_texts(sources.from_files(self._files, self._named))
        self._report(Ended())


class WatchFeed(_Worked):
    """The texts of files that are put into a folder, which is looked at every `interval` seconds.

    A file is read when its size and time stay the same for one interval, and again after later changes;
    an empty one, which may be about to be written, when it stays empty for ten. A folder in it gets a
    row and is not looked into. Files that were there before are read only with `existing`.
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
        same: Counter[Path] = Counter()
        lost = False
        while not self._stopping.wait(self._interval):
            try:
                there = self._look()
            except OSError:
                if not lost:
                    self._report(InTrouble(Trouble.LOST))
                lost = True
                continue
            if lost:
                self._report(Recovered())
                lost = False
            # Files that are gone are forgotten: the desk may run for years.
            self._read = {path: state for path, state in self._read.items() if path in there}
            for path, state in sorted(there.items(), key=lambda item: item[1][1]):
                if before.get(path) != state:
                    same[path] = 0
                elif self._read.get(path) != state:
                    same[path] += 1
                    if state[0] or same[path] >= _EMPTY_LOOKS:
                        self._read[path] = state
                        self._report_new(path)
            before = there
            same = Counter({path: count for path, count in same.items() if path in there})

    def _report_new(self, path: Path) -> None:
        if path.is_dir():
            self._report(TextRead(Source(str(path), None, "folder.not_searched")))
        else:
            self._tell_texts(sources.from_files([path]))

    def _look(self) -> dict[Path, tuple[int, int]]:
        """Size and time of everything in the folder; a folder in it does not change."""
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if containers.is_file_of_system(Path(entry.path)):
                    continue
                try:
                    status = entry.stat()
                    state = (1, 0) if entry.is_dir() else (status.st_size, status.st_mtime_ns)
                except OSError:  # it vanished meanwhile
                    continue
                found[Path(entry.path)] = state
        return found


class _Lines:
    """Texts in a stream of characters, each with the number of its line, from 1."""

    def __init__(self) -> None:
        self._rest = ""
        self._number = 1
        self._returned = False

    def take(self, characters: str) -> Iterator[tuple[int, str]]:
        """The texts that ended. Of a longer one than `LONGEST`, only its beginning is kept."""
        parts = re.split(f"([{ENDS}])", self._rest + characters)
        for text, end in zip(parts[::2], parts[1::2], strict=False):
            if unframed(text).strip():
                yield self._number, text
            # CR and LF are one end of a line.
            self._number += end == "\r" or (end == "\n" and not (self._returned and not text))
            self._returned = end == "\r"
        self._rest = parts[-1][: LONGEST + 1]


class StandardInputFeed(_Worked):
    """Texts from standard input, each when its end comes (`ENDS`); then the end."""

    def __init__(self, stream: io.BufferedIOBase | None = None) -> None:
        self._stream = stream or cast("io.BufferedIOBase", sys.stdin.buffer)
        super().__init__()

    def _work(self) -> None:
        lines, decoder = _Lines(), Decoder()
        first = data = self._stream.read1(_AT_ONCE)
        kind = kinds.of(first)
        if kind in _FILES or (kind is kinds.Kind.OTHER and len(first) >= _MUCH):
            # Not texts one after the other, but one file.
            whole = first + self._stream.read(sources.LARGEST + 1 - len(first))
            self._tell_texts(sources.from_bytes(sources.STANDARD_INPUT, whole))
            self._report(Ended())
            return
        told = False
        while data:
            told |= self._tell(lines.take(decoder.decode(data)))
            if self._stopping.is_set():
                return
            data = self._stream.read1(_AT_ONCE)
        told |= self._tell(lines.take(decoder.rest() + "\n"))
        if not told:
            self._tell_texts([Source(sources.STANDARD_INPUT, None, "text.none")])
        self._report(Ended())

    def _tell(self, texts: Iterator[tuple[int, str]]) -> bool:
        """Report these texts; gives whether there were any."""
        found = [typed(text, f"{sources.STANDARD_INPUT}:{number}") for number, text in texts]
        self._tell_texts(found)
        return bool(found)


class Arrived(NamedTuple):
    """Bytes of a serial scanner: a whole archive, or a part of texts."""

    is_archive: bool
    content: bytes


class Archives:
    """Takes archives out of the bytes of a serial scanner.

    A text ends with a control character. An archive may have any of them in it: its own end says where
    it ends (PKWARE APPNOTE 6.3, section 4.3.16), or a pause of `pause` seconds where that is missing.

    >>> Archives().take(b"HC1:A\\r", now=1.0)
    [Arrived(is_archive=False, content=b'HC1:A\\r')]
    """

    def __init__(self, pause: float = 0.2) -> None:
        self._pause = pause
        self._held = b""
        self._begins = True
        self._last = 0.0

    def take(self, arrived: bytes, now: float) -> list[Arrived]:
        """Take the bytes that came, perhaps none, at a time in seconds.

        Gives the archives that have ended, and all other bytes, in their order.
        """
        found = []
        if now - self._last >= self._pause:
            if self._held:
                found.append(self._ended(self._held))
            self._held, self._begins = b"", True
        if arrived:
            self._last = now
        left, self._held = self._held + arrived, b""
        while left:
            size = len(left)
            if not self._begins:
                ends = (n for n, byte in enumerate(left, 1) if chr(byte) in ENDS)
                size = next(ends, 0)
                self._begins = size > 0
                found.append(Arrived(False, left[: size or None]))
                size = size or len(left)
            elif _ARCHIVE.match(left):
                size = _end_of_archive(left) or (size if size >= _LARGEST_ARCHIVE else 0)
                if not size:
                    self._held = left
                    break
                found.append(self._ended(left[:size]))
            elif _MAY_BE_ARCHIVE.fullmatch(left):
                self._held = left
                break
            else:
                self._begins = False
                continue
            left = left[size:]
        return found

    @staticmethod
    def _ended(data: bytes) -> Arrived:
        before = _ARCHIVE.match(data)
        return Arrived(True, data[before.end() :]) if before else Arrived(False, data)


def _end_of_archive(data: bytes) -> int:
    """Where an archive ends in these bytes; 0 where its end is not there yet."""
    start = data.index(b"PK")
    place = data.find(b"PK\x05\x06")
    while place >= 0 and place + _ARCHIVE_END.size <= len(data):
        *_, size, offset, comment = _ARCHIVE_END.unpack_from(data, place)
        # The same bytes may be in what is compressed.
        if start + offset + size == place and place + _ARCHIVE_END.size + comment <= len(data):
            return place + _ARCHIVE_END.size + int(comment)
        place = data.find(b"PK\x05\x06", place + 1)
    return 0


class SerialFeed(_Worked):
    """The texts of a hand scanner at a serial port, ended by one of `ENDS` or a pause, and archives.

    An absent, busy or unplugged port is reported, and opened again as soon as possible.
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
                    self._report(Recovered())
                try:
                    self._listen(port)
                except OSError:
                    self._complain(Trouble.LOST)
                finally:
                    port.close()
            self._stopping.wait(self._retry)

    def _listen(self, port: Port) -> None:
        archives, frames = Archives(), Frames()
        decoder = Decoder()
        while not self._stopping.is_set():
            arrived = archives.take(port.read(), self.now()) or [Arrived(False, b"")]
            for is_archive, content in arrived:
                if is_archive:
                    self._report(TextRead(sources.of_binary(_SCANNER, content)))
                    continue
                for text in frames.take(decoder.decode(content), self.now()):
                    if len(text) > LONGEST:
                        self._report(TextRead(Source(_SCANNER, None, "text.too_long")))
                    elif unframed(text).strip():
                        self._report(TextRead(sources.row(_SCANNER, text)))

    def _complain(self, trouble: Trouble) -> None:
        # A port that was unplugged is also absent: that is not reported again.
        if trouble is self._trouble or (trouble, self._trouble) == (Trouble.ABSENT, Trouble.LOST):
            return
        self._trouble = trouble
        self._report(InTrouble(trouble))


class Waits(Protocol):
    """A keyboard that can be waited for."""

    def wait(self, seconds: float) -> None:
        """Return when something was typed, or after these seconds."""


class KeyboardFeed:
    """The feed of a desk whose only source is a hand scanner that types.

    It gives no events: the loop reads the keyboard, and gets texts with the keys. The feed only waits.
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
        """Do nothing: there is nothing to free."""
