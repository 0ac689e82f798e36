"""Read the review queue that `vaxpass match` leaves in its folder.

It holds data of the register, and is for the office that keeps it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vaxpass.records import MECHANICAL_CAUSES, ConfirmedRecord, MatchStatus, Record
from vaxpass_cli.errors import UsageError
from vaxpass_cli.records.engine import Engine, literal, parquet

QUEUE: Final = "review.parquet"
_RESULTS: Final = "results.parquet"


class QueueRow(NamedTuple):
    """A record that may be confirmed; its columns are an interface (`docs/matching.md`)."""

    record_id: str
    province: str
    facility: str
    person_id: str
    causes: list[str]
    """In the order of `MECHANICAL_CAUSES`"""
    record_digest: str
    """In hexadecimal"""
    full_name: str
    """As the record has it, like `date_of_birth` and `id_number`"""
    date_of_birth: str
    id_number: str
    registered_name: str
    registered_date_of_birth: str
    registered_number: str
    registered_old_number: str

    @property
    def confirmed(self) -> ConfirmedRecord:
        """What an office signs about it."""
        return ConfirmedRecord(
            id_hash=Record(self.record_id).id_hash,
            digest=bytes.fromhex(self.record_digest),
            person_id=self.person_id,
            full_name=self.registered_name,
            date_of_birth=self.registered_date_of_birth,
            id_number=self.registered_number,
            causes=tuple(cause for cause in MECHANICAL_CAUSES if cause in self.causes),
        )


class Group(NamedTuple):
    """The records of the queue that differ by the same causes."""

    causes: list[str]
    records: int


@dataclass(frozen=True)
class Places:
    """The records that are asked for: of these provinces and facilities; all where none is named."""

    provinces: Collection[str]
    facilities: Collection[str]

    @property
    def where(self) -> str:
        """As a condition of SQL."""
        named = (("province", self.provinces), ("facility", self.facilities))
        parts = (
            f"{column} IN ({', '.join(map(literal, sorted(names)))})" if names else "true"
            for column, names in named
        )
        return " AND ".join(parts)


class Queue:
    """The queue of a folder of results. Raises `UsageError` where it has none."""

    def __init__(self, engine: Engine, folder: Path, places: Places) -> None:
        queue, results = folder / QUEUE, folder / _RESULTS
        if not queue.is_file() or not results.is_file():
            raise UsageError("error.review.no_queue", path=folder)
        if not set(QueueRow._fields) <= set(engine.columns(queue)):
            raise UsageError("error.review.no_queue", path=folder)
        self._engine, self._results, self._places = engine, results, places
        self._rows = f"FROM {parquet(queue)} WHERE {places.where}"

    def groups(self) -> Sequence[Group]:
        """The groups of records with the same causes, the largest first."""
        counted = f"SELECT causes, count(*) AS records {self._rows} GROUP BY causes"
        return list(self._engine.rows(Group, f"FROM ({counted}) ORDER BY records DESC, causes"))

    def unmatched(self) -> int:
        """The number of records of these places that are not matched, in the queue or not."""
        return self._engine.number(
            f"SELECT count(*) FROM {parquet(self._results)}"
            f" WHERE status <> '{MatchStatus.MATCHED}' AND {self._places.where}"
        )

    def rows(self, causes: Collection[str] = (), *, exactly: bool = False) -> Iterator[QueueRow]:
        """The records all of whose causes are among these; with `exactly`, that have all of them."""
        listed = f"[{', '.join(map(literal, causes))}]::VARCHAR[]"
        where = f"list_has_all({listed}, causes)" if causes else "true"
        if exactly:
            where += f" AND len(causes) = {len(causes)}"
        order = "ORDER BY province, facility, record_id"
        return self._engine.rows(QueueRow, f"{self._rows} AND {where} {order}")
