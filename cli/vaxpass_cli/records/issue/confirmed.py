"""Which confirmations of the register office count for this run's results.

A confirmation counts where the review queue beside the results still has the record with the person and
the values that the office has signed: after a change in the register it counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import (
    Confirmation,
    Confirmations,
    ConfirmedRecord,
    IssuingError,
    Record,
    read_confirmation,
)
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io.named_files import read_bounded
from vaxpass_cli.records.attestation_files import read_keys
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.review.queue import Places, Queue

TABLE: Final = "confirmations"
"""The table of the records whose confirmation counts (`ConfirmedRow`)"""
_LARGEST: Final = 128 * 1024 * 1024
"""Bytes that are read of a file; the library says what is too large."""
_EVERYWHERE: Final = Places(frozenset(), frozenset())


class ConfirmedRow(NamedTuple):
    """A record, and the person whom the office says that it means."""

    record_id: str
    confirmed_digest: str
    """Of the record as it was declared; in hexadecimal"""
    confirmed_person: str
    confirmed_name: str
    confirmed_birth: str
    confirmed_number: str
    confirmed: str
    """The office and the causes, as in the table of passports"""


@dataclass(frozen=True)
class ConfirmationFile:
    """A confirmation whose signature was verified, and its file."""

    path: Path
    confirmation: Confirmation


@dataclass
class ConfirmationFiles:
    """The confirmations of a run."""

    files: Sequence[ConfirmationFile] = ()
    unused: Counter[str] = field(default_factory=Counter)
    """The number of records that are confirmed and for which no confirmation counts, by reason"""

    @classmethod
    def read(cls, paths: Sequence[Path], office_keys: Path) -> ConfirmationFiles:
        """Read confirmations, and verify them with the keys of offices. Raises `UsageError`."""
        keys = read_keys(office_keys)
        found = []
        for path in paths:
            try:
                read = read_confirmation(read_bounded(path, _LARGEST), keys)
            except IssuingError as error:
                raise UsageError("error.in_file", path=path, reason=error) from None
            found.append(ConfirmationFile(path, read))
        return cls(found)

    def load(self, engine: Engine, results: Path) -> None:
        """Make the table `TABLE` for a file of results. Raises `UsageError` where it has no queue."""
        engine.make_table(TABLE, ConfirmedRow, self._counting(engine, results) if self.files else ())

    def _counting(self, engine: Engine, results: Path) -> Iterator[ConfirmedRow]:
        known = Confirmations(each.confirmation for each in self.files)
        queued = 0
        for row in Queue(engine, results.parent, _EVERYWHERE).rows():
            record, shown = Record(row.record_id), row.confirmed
            found = known.find(record, shown.digest)
            if found is None:
                if reason := known.why_not(record, shown.digest):
                    queued += 1
                    self.unused[str(reason)] += 1
                continue
            queued += 1
            if found[2:6] != shown[2:6]:
                self.unused["register_changed"] += 1
                continue
            yield _row(row.record_id, found)
        if absent := len(known) - queued:
            self.unused["not_queued"] += absent


def _row(record_id: str, found: ConfirmedRecord) -> ConfirmedRow:
    return ConfirmedRow(
        record_id,
        found.digest.hex(),
        found.person_id,
        found.full_name,
        found.date_of_birth,
        found.id_number,
        f"{found.office}: {' '.join(found.causes)}",
    )
