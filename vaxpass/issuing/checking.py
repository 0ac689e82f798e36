"""Attestations against a list of records: what is covered, altered, doubled, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vaxpass.issuing.attestation import Attestation, Attestations
from vaxpass.issuing.policy import Attested
from vaxpass.issuing.record import Record


@dataclass(frozen=True)
class Check:
    """What a list of records has to do with attestations, which are named by their place, from 0 on."""

    covered: Mapping[int, int]
    """Attestation -> how many records it covers, unaltered"""
    altered: Sequence[tuple[str, int]]
    """Record, and the attestation about it"""
    doubled: Sequence[tuple[str, int]]
    """Record, and how often it stands in the list"""
    uncovered: Sequence[str]
    """Records that no attestation of their facility names"""
    missing: Mapping[int, int]
    """Attestation -> how many of its records are not in the list; those that have a successor in
    another attestation included"""

    @property
    def flawless(self) -> bool:
        """Whether every record is attested once, as it stands, and none is missing."""
        return not (self.altered or self.doubled or self.uncovered or self.missing)


def check(records: Iterable[Record], attestations: Sequence[Attestation]) -> Check:
    """Compare a list of records with all attestations about it.

    >>> found = check([Record("1"), Record("1"), Record("2")], [])
    >>> found.doubled, found.uncovered
    ([('1', 2)], ['1', '2'])
    """
    known = Attestations(attestations)
    places = {id(one): place for place, one in enumerate(attestations)}
    covered: Counter[int] = Counter()
    altered: dict[tuple[str, int], None] = {}
    uncovered: dict[str, None] = {}
    times: Counter[str] = Counter()
    names: set[bytes] = set()
    for record in records:
        times[record.record_id] += 1
        names.add(record.name)
        judged, by = known.judge(record)
        if by is None:
            uncovered[record.record_id] = None
        elif judged is Attested.YES:
            covered[places[id(by)]] += 1
        else:
            altered[record.record_id, places[id(by)]] = None
    missing = {
        place: gone
        for place, one in enumerate(attestations)
        if (gone := sum(name not in names for name in one.digests))
    }
    doubled = [(record, count) for record, count in times.items() if count > 1]
    return Check(dict(sorted(covered.items())), list(altered), doubled, list(uncovered), missing)
