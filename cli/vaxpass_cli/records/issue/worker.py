"""The processes of `vaxpass issue`: each signs one piece of the plan after the other.

`signed` starts the processes and hands them pieces; where one is enough, it is this one. Signing leaves
two files for a piece in the run's scratch folder; only who ordered it moves them to where they count.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass import VaxpassError
from vaxpass.records import (
    Conditions,
    IssueCode,
    Issued,
    IssuePolicy,
    Passports,
    Record,
    Refused,
    StatedDose,
    Terms,
    UvciMaker,
    check_course,
)
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.csv_files import Writer
from vaxpass_cli.io.keys import KeySource
from vaxpass_cli.output.jsonl import rfc3339
from vaxpass_cli.records.attestation_files import FacilityFiles, read_keys
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.issue import plan
from vaxpass_cli.records.issue.plan import PassportRow, PlannedRecord

_PATIENCE_SECONDS: Final = 5.0
_CACHED_FACILITIES: Final = 8


class RefusedRow(NamedTuple):
    """A line of `refused.csv`; codes and sentences are separated by spaces.

    `other` is the record that has the passport, where the code is `dose.issued`.
    """

    record_id: str
    province: str
    facility: str
    codes: str
    sentences: str
    other: str


@dataclass(frozen=True)
class Order:
    """What a process needs; it opens the signer's key by itself."""

    plan: Path
    """The file of the plan"""
    scratch: Path
    """The folder for results"""
    key: KeySource
    uvci_key: bytes = field(repr=False)
    conditions: Conditions
    at: datetime
    policy: IssuePolicy
    attestations: Mapping[str, Sequence[Path]]
    """The files of attestations of each facility"""
    facility_keys: Path | None
    correct: bool
    """Whether a record whose passport would say something else gets a new one"""
    renew: timedelta | None
    """Passports that expire within this time get a successor"""
    language: str
    gigabytes: float


@dataclass
class Tally:
    """Counts of the records of a piece."""

    issued: int = 0
    corrected: int = 0
    renewed: int = 0
    confirmed: int = 0
    """Of the issued ones, those whose identity the register office has confirmed"""
    before: int = 0
    """Records with a passport of an earlier run"""
    refused: Counter[str] = field(default_factory=Counter)
    """By the first reason"""
    reasons: Counter[str] = field(default_factory=Counter)
    """By every reason"""

    def add(self, other: Tally) -> None:
        """Add the counts of another piece."""
        self.issued += other.issued
        self.corrected += other.corrected
        self.renewed += other.renewed
        self.confirmed += other.confirmed
        self.before += other.before
        self.refused += other.refused
        self.reasons += other.reasons


def texts_file(scratch: Path, piece: int) -> Path:
    """The path of the passports of a piece (`PassportRow`, Parquet)."""
    return scratch / f"texts-{piece}.parquet"


def refused_file(scratch: Path, piece: int) -> Path:
    """The path of the refused records of a piece (`RefusedRow`, CSV without a header)."""
    return scratch / f"refused-{piece}.csv"


def signed(order: Order, pieces: Sequence[int], processes: int) -> Iterator[tuple[int, Tally]]:
    """Sign pieces in so many processes; gives each piece when it is finished, in any order.

    For one piece no process is started: that takes longer than to sign some thousand passports. A
    process stops when the connection to this one ends: none continues after a run that was killed.
    Raises `UsageError` where a process failed.
    """
    if min(processes, len(pieces)) == 1:
        with contextlib.closing(_Worker(order)) as worker:
            for piece in pieces:
                yield piece, worker.sign(piece)
        return
    # A new interpreter: DuckDB's threads and a session with a hardware module do not survive a fork.
    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(pieces))
    running: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(min(processes, len(waiting))):
            ours, theirs = context.Pipe()
            process: BaseProcess = context.Process(target=_work, args=(order, theirs), daemon=True)
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
                    running.pop(pipe).join(_PATIENCE_SECONDS)
    finally:
        for pipe, process in running.items():
            pipe.close()
            process.terminate()
            process.join(_PATIENCE_SECONDS)


def _answer(pipe: Connection) -> tuple[int, Tally]:
    try:
        number, found = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise UsageError("error.issue.process_ended") from None
    if isinstance(found, Exception):
        raise found
    return number, found


class _Worker:
    """Signs pieces."""

    def __init__(self, order: Order) -> None:
        self._order = order
        signer = order.key.open()
        self._terms = Terms.of(signer.certificate, order.at, order.conditions)
        self._passports = Passports(signer, UvciMaker(self._terms.country, order.uvci_key), self._terms)
        spill = order.scratch / f"spill-{os.getpid()}"
        self._engine = Engine(spill, gigabytes=order.gigabytes, threads=1)
        self._kid = signer.kid.hex()
        self._issued_at = rfc3339(self._terms.issued_at)
        self._expires_at = rfc3339(self._terms.expires_at)
        keys = read_keys(order.facility_keys) if order.facility_keys else {}
        files = FacilityFiles(order.attestations, keys)
        self._attestations = lru_cache(_CACHED_FACILITIES)(files.read)

    def close(self) -> None:
        """Free the memory of its tables."""
        self._engine.close()

    def sign(self, piece: int) -> Tally:
        """Sign a piece and write its files."""
        tally = Tally()
        scratch = self._order.scratch
        with refused_file(scratch, piece).open("w", encoding="utf-8", newline="") as file:
            rows = plan.read(self._engine, self._order.plan, piece)
            passports = self._sign(rows, tally, Writer(file).row)
            self._engine.write_rows(texts_file(scratch, piece), PassportRow, passports)
        return tally

    def _sign(
        self,
        rows: Iterator[PlannedRecord],
        tally: Tally,
        refuse: Callable[[RefusedRow], object],
    ) -> Iterator[PassportRow]:
        """Give the passports, write the refused records, and count both."""
        for row in rows:
            record = row.record
            content = self._content(record)
            found = self._decide(row, record, content)
            if found is None:
                tally.before += 1
            elif isinstance(found, Issued):
                tally.issued += 1
                tally.confirmed += row.confirmed is not None
                if found.version > 1:
                    renewed = _says_the_same(row, content)
                    tally.renewed += renewed
                    tally.corrected += not renewed
                yield PassportRow(
                    found.record_id,
                    found.uvci,
                    self._kid,
                    self._issued_at,
                    self._expires_at,
                    found.text,
                    found.version,
                    row.digest,
                    content,
                    row.person,
                    row.number,
                    row.dose_key,
                    row.confirmed or "",
                )
            else:
                tally.refused[found[0]] += 1
                tally.reasons.update(found)
                sentences = " ".join(code.message(self._order.language) for code in found)
                other = (row.other or "") if IssueCode.DOSE_ISSUED in found else ""
                refuse(
                    RefusedRow(
                        *(row.record_id, row.province, row.facility, " ".join(found), sentences, other)
                    )
                )

    def _content(self, record: Record) -> str:
        found = self._terms.content(record)
        return found.hex() if found else ""

    def _decide(
        self, row: PlannedRecord, record: Record, content: str
    ) -> Issued | tuple[IssueCode, ...] | None:
        """The passport, or why there is none; None where the record has one from an earlier run."""
        if row.versions != 1 and row.record_id:
            return (IssueCode.RECORD_DOUBLED,)
        version = 1
        if row.version is not None:
            unchanged = _says_the_same(row, content)
            if unchanged and not self._expires_soon(row.expires_at or ""):
                return None
            if not unchanged and not self._order.correct:
                return (IssueCode.RECORD_CHANGED,)
            version = row.version + 1
        attested, _ = self._attestations(record.facility).find(record, bytes.fromhex(row.digest))
        codes = self._order.policy.refusals(row.status, attested, confirmed=row.confirmed is not None)
        if (row.results or 0) > 1:
            codes += (IssueCode.MATCH_DOUBLED,)
        if row.matched_digest is not None and row.matched_digest != row.digest:
            codes += (IssueCode.MATCH_STALE,)
        if row.other is not None:
            codes += (IssueCode.DOSE_ISSUED,)
        codes += self._check_course(row, record)
        if codes:
            certificate = self._passports.certificate(record, version)
            return codes + certificate.codes if isinstance(certificate, Refused) else codes
        found = self._passports.issue(record, version)
        return found.codes if isinstance(found, Refused) else found

    def _check_course(self, row: PlannedRecord, record: Record) -> tuple[IssueCode, ...]:
        """What is wrong with the record among the others of its person in the list."""
        found = {IssueCode.DOSE_REPEATED} if row.repeated else set()
        # A yellow card is of one dose by itself: it has no place in an order.
        if row.course and not self._terms.is_yellow_card(row.vaccine):
            others = row.other_doses(lambda vaccine: not self._terms.is_yellow_card(vaccine))
            found.update(check_course(StatedDose(record.dose, record.vaccinated_on), others))
        return tuple(sorted(found))

    def _expires_soon(self, expires_at: str) -> bool:
        renew = self._order.renew
        return renew is not None and datetime.fromisoformat(expires_at) <= self._order.at + renew


def _says_the_same(row: PlannedRecord, content: str) -> bool:
    """Whether the latest passport of a record says what a new one would say."""
    # What an office confirms changes what a passport says, though the record is the same.
    same = row.issued_digest == row.digest and row.confirmed is None
    return same or (content != "" and row.issued_content == content)


def _work(order: Order, pipe: Connection) -> None:
    """Sign the pieces that come through `pipe` until it ends; answers with a `Tally` or an error."""
    # Ctrl-C reaches all processes; the main process stops the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    try:
        worker = _Worker(order)
        while True:
            piece = pipe.recv()
            pipe.send((piece, worker.sign(piece)))
    except (EOFError, BrokenPipeError):
        return
    except (VaxpassError, UsageError, OSError) as error:
        # Where the run was killed, its files may be gone and the pipe closed.
        with contextlib.suppress(BrokenPipeError):
            pipe.send((None, error))
