"""The processes of `vaxpass issue`: as many as there are processors, fed one piece at a time.

TODO-MERGED: One process of `vaxpass issue`: takes pieces of the plan, signs, and leaves files in `work`."""

from __future__ import annotations

import contextlib
import csv
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, TextIO

from vaxpass.errors import VaxpassError
from vaxpass.records import (
    Attestations,
    Conditions,
    FacilityKeys,
    IssueCode,
    Issued,
    IssuePolicy,
    Passports,
    Record,
    Terms,
    UvciMaker,
    course,
    read_attestation,
    read_facility_keys,
)
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.keys import KeySource
from vaxpass_cli.output.jsonl import rfc3339
from vaxpass_cli.records.engine import Engine, quoted
from vaxpass_cli.records.issue import plan

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
            process: BaseProcess = context.Process(target=main, args=(order, theirs), daemon=True)
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
        raise UsageError("error.issue.process_ended") from None
    if isinstance(found, UsageError):
        raise found
    if not isinstance(found, Tally):
        raise UsageError("error.said", reason=found)
    return number, found


_FIELDS: Final = len(Record._fields)
_FEW: Final = 8
TEXT_COLUMNS: Final = {
    "record_id": "VARCHAR",
    "uvci": "VARCHAR",
    "kid": "VARCHAR",
    "issued_at": "VARCHAR",
    "expires_at": "VARCHAR",
    "text": "VARCHAR",
    "version": "INTEGER",
    "digest": "VARCHAR",
}
"""Of the table of passports"""
REFUSED_COLUMNS: Final = ("record_id", "province", "facility", "codes", "sentences")


@dataclass(frozen=True)
class Order:
    """What a process needs to know; keys are opened by itself."""

    work: Path
    key: KeySource
    uvci_key: bytes = field(repr=False)
    conditions: Conditions
    at: datetime
    policy: IssuePolicy
    facility_keys: Path | None
    attestations: Mapping[str, Sequence[Path]]
    """Facility -> the files of its attestations"""
    correct: bool
    renew: timedelta | None
    language: str
    gigabytes: float


@dataclass
class Tally:
    """What became of the records of a piece."""

    issued: int = 0
    corrected: int = 0
    renewed: int = 0
    before: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By the first reason"""
    reasons: Counter[str] = field(default_factory=Counter)
    """By every reason"""

    def add(self, other: Tally) -> None:
        """Count those of another piece too."""
        self.issued += other.issued
        self.corrected += other.corrected
        self.renewed += other.renewed
        self.before += other.before
        self.refused += other.refused
        self.reasons += other.reasons


class Worker:
    """Signs pieces."""

    def __init__(self, order: Order) -> None:
        self._order = order
        signer = order.key.open()
        self._terms = Terms.of(signer.certificate, order.at, order.conditions)
        self._passports = Passports(signer, UvciMaker(self._terms.country, order.uvci_key), self._terms)
        self._engine = Engine(order.work / f"spill-{os.getpid()}", gigabytes=order.gigabytes, threads=1)
        self._constant = (
            signer.kid.hex(),
            rfc3339(self._terms.issued_at),
            rfc3339(self._terms.expires_at),
        )
        self._attested_by = lru_cache(_FEW)(self._read_attestations)

    def sign(self, number: int) -> Tally:
        """Sign a piece; leaves `texts-N.parquet`, if there are any, and `refused-N.csv`."""
        tally = Tally()
        work = self._order.work
        texts, refused = work / f"texts-{number}.csv", work / f"refused-{number}.csv"
        with (
            texts.open("w", encoding="utf-8", newline="") as good,
            refused.open("w", encoding="utf-8", newline="") as bad,
        ):
            self._write(plan_rows(self._engine, work, number), tally, good, bad)
        if tally.issued:
            self._to_parquet(texts, work / f"texts-{number}.parquet")
        texts.unlink()
        return tally

    def _write(self, rows: Iterator[Sequence[object]], tally: Tally, good: TextIO, bad: TextIO) -> None:
        issue, refuse = csv.writer(good).writerow, csv.writer(bad).writerow
        for row in rows:
            record = Record(*row[:_FIELDS])  # type: ignore[arg-type]
            digest = record.digest
            found = self._decide(record, digest, row[_FIELDS:], tally)
            if isinstance(found, Issued):
                issue(
                    (
                        found.record_id,
                        found.uvci,
                        *self._constant,
                        found.text,
                        found.version,
                        digest.hex(),
                    )
                )
            elif found:
                tally.refused[found[0]] += 1
                tally.reasons.update(found)
                sentences = " ".join(code.message(self._order.language) for code in found)
                refuse((record.record_id, record.province, record.facility, " ".join(found), sentences))

    def _decide(
        self, record: Record, digest: bytes, known: Sequence[object], tally: Tally
    ) -> Issued | tuple[IssueCode, ...]:
        """The passport, or why there is none; nothing where there is one from before."""
        copies, status, results, matched_digest, others, last, last_digest, expires = known
        if copies != 1:
            return (IssueCode.RECORD_DOUBLED,)
        version = 1
        renewed = False
        if isinstance(last, int):
            renewed = self._runs_out(str(expires))
            if last_digest == digest.hex() and not renewed:
                tally.before += 1
                return ()
            if last_digest != digest.hex() and not self._order.correct:
                return (IssueCode.RECORD_CHANGED,)
            version = last + 1
        attested, _ = self._attested_by(record.facility.strip()).judge(record, digest)
        codes = self._order.policy.refusals(str(status) if status is not None else None, attested)
        if isinstance(results, int) and results > 1:
            codes += (IssueCode.MATCH_DOUBLED,)
        if matched_digest is not None and matched_digest != digest.hex():
            codes += (IssueCode.MATCH_STALE,)
        if isinstance(others, list):
            doses = (str(one).split("\x1f") for one in others)
            codes += course(
                (record.dose, record.vaccinated_on),
                [(dose[1], dose[2]) for dose in doses if dose[0] != record.record_id],
            )
        if codes:
            certificate = self._passports.certificate(record, version)
            return codes + getattr(certificate, "codes", ())
        found = self._passports.issue(record, version)
        if not isinstance(found, Issued):
            return found.codes
        tally.issued += 1
        if version > 1:
            tally.renewed += last_digest == digest.hex()
            tally.corrected += last_digest != digest.hex()
        return found

    def _runs_out(self, expires: str) -> bool:
        renew = self._order.renew
        return renew is not None and datetime.fromisoformat(expires) <= self._order.at + renew

    def _read_attestations(self, facility: str) -> Attestations:
        paths = self._order.attestations.get(facility, ())
        return Attestations(read_attestation(path.read_bytes(), self._keys()) for path in paths)

    def _keys(self) -> FacilityKeys:
        path = self._order.facility_keys
        return read_facility_keys(path.read_bytes()) if path else {}

    def _to_parquet(self, texts: Path, out: Path) -> None:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TEXT_COLUMNS.items())
        read = (
            f"read_csv({quoted(texts)}, auto_detect = false, header = false, delim = ','"
            f""", quote = '"', escape = '"', columns = {{{columns}}}"""
            ", max_line_size = 1000000, parallel = false)"
        )
        self._engine.run(f"COPY (SELECT * FROM {read}) TO {quoted(out)} (FORMAT parquet)")
        with out.open("rb") as file:
            os.fsync(file.fileno())


def plan_rows(engine: Engine, work: Path, number: int) -> Iterator[Sequence[object]]:
    """The rows of a piece: the values of the record, then what is known of it (`plan.COLUMNS`)."""
    return engine.rows(plan.piece(work, number))


def main(order: Order, pipe: Connection) -> None:
    """Sign the pieces that come through `pipe` until it ends; answers with a `Tally` or a text.

    Nothing is final that this process does: only who ordered it moves its files to where they count.
    """
    # The terminal's interrupt reaches all processes; the first one tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    try:
        worker = Worker(order)
        while True:
            number = pipe.recv()
            pipe.send((number, worker.sign(number)))
    except EOFError:
        return
    except BrokenPipeError:
        return
    except (VaxpassError, UsageError, OSError) as error:
        # Nobody listens any more where the run was killed and its files were taken away.
        with contextlib.suppress(BrokenPipeError):
            pipe.send((None, error if isinstance(error, UsageError) else str(error)))
