"""What the staff gives while the desk works - files, folders, pasted pictures - read in a thread."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Final

from vaxpass_cli.io import sources
from vaxpass_cli.io.sources import Source
from vaxpass_cli.scan.feeds.events import FilesGiven, PictureGiven, TextRead

_PICTURE: Final = "picture"
_WAITING: Final = 32
"""Number of rows that wait to be polled; then the thread waits, too"""
_TICK: Final = 0.1
_JOIN: Final = 2.0


class Given:
    """Reads one thing after the other, with the readers and limits of `io.sources`, and all pages.

    Every row comes as an event, also that of a file in which nothing was found. Whatever is wrong with
    a file, the desk goes on.
    """

    def __init__(self) -> None:
        self._things: queue.SimpleQueue[tuple[int, FilesGiven | PictureGiven]] = queue.SimpleQueue()
        self._rows: queue.Queue[tuple[int, TextRead | None]] = queue.Queue(_WAITING)
        self._left = 0
        # What was given before somebody wanted no more of it has a lower number.
        self._turn = 0
        self._stopping = Event()
        self._worker: Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something that was given is not read yet."""
        return self._left > 0

    def take(self, thing: FilesGiven | PictureGiven) -> None:
        """Read it as soon as what came before is read."""
        self._left += 1
        self._things.put((self._turn, thing))
        if self._worker is None:
            self._worker = Thread(target=self._work, name="vaxpass given", daemon=True)
            self._worker.start()

    def poll(self) -> TextRead | None:
        """The next row; None where there is none yet. Never waits."""
        while self._left:
            try:
                turn, row = self._rows.get_nowait()
            except queue.Empty:
                return None
            if turn != self._turn:
                continue
            if row:
                return row
            self._left -= 1
        return None

    def cancel(self) -> None:
        """Give nothing more of what was given until now. A page that is being read is read on."""
        self._turn += 1
        self._left = 0

    def close(self) -> None:
        """Stop reading. A file that is being read is not waited for long. May be called again."""
        self._stopping.set()
        if self._worker:
            self._worker.join(_JOIN)

    def _work(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Empty, _NoMoreWanted):
                self._read(*self._things.get(timeout=_TICK))

    def _read(self, turn: int, thing: FilesGiven | PictureGiven) -> None:
        def between() -> None:
            if self._stopping.is_set() or turn != self._turn:
                raise _NoMoreWanted

        told: set[str] = set()
        for row in rows_of(thing, between):
            # The same code twice in one folder is judged once, as from any other source.
            self._put(turn, TextRead(row, again=row.text not in told), between)
            told.add(row.text or "")
        self._put(turn, None, between)

    def _put(self, turn: int, row: TextRead | None, between: Callable[[], None]) -> None:
        while True:
            between()
            with contextlib.suppress(queue.Full):
                self._rows.put((turn, row), timeout=_TICK)
                return


class _NoMoreWanted(Exception):
    """Raised between two pages, or two rows, where nobody waits for more."""


def rows_of(thing: FilesGiven | PictureGiven, between: Callable[[], None]) -> Iterator[Source]:
    """The rows of what was given, at least one: also files that are gone or empty have theirs.

    `between` is as in `sources.from_files`.
    """
    name = _PICTURE
    try:
        if isinstance(thing, PictureGiven):
            yield from sources.from_bytes(name, thing.data, between)
            return
        there: list[Path] = []
        for path in thing.paths:
            name = str(path)
            if path.exists():
                there += sources.files(path)
            else:
                yield Source(name, None, "file.unreadable")
        yield from sources.from_files(there, between=between)
    except _NoMoreWanted:
        raise
    except Exception:  # a shift must not end by a file that somebody brings
        yield Source(name, None, "file.unreadable")
