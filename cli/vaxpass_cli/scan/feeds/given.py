"""What the staff gives while the desk works - files, folders, pasted pictures - read in a thread."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator
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
        self._things: queue.SimpleQueue[FilesGiven | PictureGiven] = queue.SimpleQueue()
        self._rows: queue.Queue[TextRead | None] = queue.Queue(_WAITING)
        self._left = 0
        self._stopping = Event()
        self._worker: Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something that was given is not read yet."""
        return self._left > 0

    def take(self, thing: FilesGiven | PictureGiven) -> None:
        """Read it as soon as what came before is read."""
        self._left += 1
        self._things.put(thing)
        if self._worker is None:
            self._worker = Thread(target=self._work, name="vaxpass given", daemon=True)
            self._worker.start()

    def poll(self) -> TextRead | None:
        """The next row; None where there is none yet. Never waits."""
        while self._left:
            try:
                row = self._rows.get_nowait()
            except queue.Empty:
                return None
            if row:
                return row
            self._left -= 1
        return None

    def close(self) -> None:
        """Stop reading. A file that is being read is not waited for long. May be called again."""
        self._stopping.set()
        if self._worker:
            self._worker.join(_JOIN)

    def _work(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Empty):
                self._read(self._things.get(timeout=_TICK))

    def _read(self, thing: FilesGiven | PictureGiven) -> None:
        told: set[str] = set()
        for row in rows_of(thing):
            # The same code twice in one folder is judged once, as from any other source.
            self._put(TextRead(row, again=row.text not in told))
            told.add(row.text or "")
            if self._stopping.is_set():
                return
        self._put(None)

    def _put(self, row: TextRead | None) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Full):
                self._rows.put(row, timeout=_TICK)
                return


def rows_of(thing: FilesGiven | PictureGiven) -> Iterator[Source]:
    """The rows of what was given, at least one: also files that are gone or empty have theirs."""
    name = _PICTURE
    try:
        if isinstance(thing, PictureGiven):
            yield from sources.from_bytes(name, thing.data)
            return
        there: list[Path] = []
        for path in thing.paths:
            name = str(path)
            if path.exists():
                there += sources.files(path)
            else:
                yield Source(name, None, "file.unreadable")
        yield from sources.from_files(there)
    except Exception:  # a shift must not end by a file that somebody brings
        yield Source(name, None, "file.unreadable")
