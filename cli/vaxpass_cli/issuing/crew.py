"""The processes of `vaxpass issue`: as many as there are processors, fed one piece at a time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from vaxpass_cli.failure import Wrong
from vaxpass_cli.issuing import worker
from vaxpass_cli.issuing.worker import Order, Tally

_PATIENCE = 5.0


def signed(order: Order, pieces: Sequence[int], processes: int) -> Iterator[tuple[int, Tally]]:
    """The pieces as they are finished, in any order.

    A process that loses its other end stops by itself: so none outlives a run that was killed.
    """
    # A fresh interpreter: a fork of DuckDB's threads or of a session with a module can't be used.
    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(pieces))
    running: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(min(processes, len(waiting))):
            ours, theirs = context.Pipe()
            process: BaseProcess = context.Process(
                target=worker.main, args=(order, theirs), daemon=True
            )
            process.start()
            theirs.close()
            running[ours] = process
            ours.send(waiting.pop())
        while running:
            for pipe in wait(list(running)):
                assert isinstance(pipe, Connection)  # noqa: S101 - `wait` gives what it was given
                yield _answer(pipe)
                if waiting:
                    pipe.send(waiting.pop())
                else:
                    pipe.close()
                    running.pop(pipe).join(_PATIENCE)
    finally:
        for pipe, process in running.items():
            pipe.close()
            process.terminate()
            process.join(_PATIENCE)


def _answer(pipe: Connection) -> tuple[int, Tally]:
    try:
        number, found = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise Wrong(
            "A process that signs ended by itself. Run the command again: it goes on."
        ) from None
    if not isinstance(found, Tally):
        raise Wrong(str(found))
    return number, found
