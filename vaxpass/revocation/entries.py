"""Collects the hashes and filters of lists until a store is built from them, and edits a store."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from vaxpass import messages
from vaxpass.documents.hcert.dcc.uvci import TypedUvci
from vaxpass.errors import ArgumentError
from vaxpass.revocation.build import BloomFilter, HashList, Part
from vaxpass.revocation.identifiers import HASH_BYTES, Identifier, Type, identifiers_as_typed
from vaxpass.revocation.layout import HASHES
from vaxpass.revocation.store import Listed, RevocationStore


class Remark(NamedTuple):
    """What was left out of lists that were read, or is unusual in them.

    >>> Remark("imported.expired", {"count": 2}).message()
    'Slices that have expired were left out: 2.'
    """

    key: str
    """Of its sentence in the catalogue"""
    values: Mapping[str, str | int]

    def message(self, language: str = "en") -> str:
        """The remark as a whole sentence in a language."""
        return messages.text(self.key, language, **self.values)


class Entries:
    """The hashes and filters of any number of lists.

    A hash takes no more memory than its own bytes. `filters` are the Bloom filters; `remarks` say what
    was left out.

    >>> from vaxpass.revocation import RevocationStore, build
    >>> entries = Entries()
    >>> entries.add(b"", Type.UCI, bytes(16))
    >>> store = RevocationStore(b"".join(build(entries.parts())))
    >>> len(entries), store.find(b"12345678", [Identifier(Type.UCI, bytes(16))]).exact
    (1, True)
    """

    __slots__ = ("_lists", "filters", "remarks")

    def __init__(self) -> None:
        self._lists: dict[tuple[bytes, Type, int], dict[int, bytearray]] = {}
        self.filters: list[BloomFilter] = []
        self.remarks: list[Remark] = []

    def add(self, kid: bytes, types: Type, record: bytes) -> None:
        """Add a hash, or the first bytes of one, for a signer (`kid`; empty for every signer).

        Raises `ArgumentError` where it has no bytes or more than 16.
        """
        buckets = self._lists.get((kid, types, len(record)))
        if buckets is None:
            if not 1 <= len(record) <= HASH_BYTES:
                raise ArgumentError(f"a hash must have 1 to {HASH_BYTES} bytes")
            buckets = self._lists[kid, types, len(record)] = {}
        # By what hashes begin with, so that sorting them takes little memory at a time.
        place = int.from_bytes(record[:2].ljust(2, b"\0"), "big") >> 4
        buckets.setdefault(place, bytearray()).extend(record)

    def add_typed(self, kid: bytes, typed: TypedUvci) -> None:
        """Add all hashes of an identifier that a person typed, or that a list states as a text."""
        for identifier in identifiers_as_typed(typed):
            self.add(kid, *identifier)

    def parts(self) -> Iterator[Part]:
        """All lists as `build` takes them: the hashes sorted, each once; then the filters."""
        for (kid, types, size), buckets in sorted(self._lists.items(), key=lambda item: item[0]):
            count = 0
            for place, bucket in sorted(buckets.items()):
                cut = (bytes(bucket[at : at + size]) for at in range(0, len(bucket), size))
                buckets[place] = bytearray(b"".join(sorted(set(cut))))
                count += len(buckets[place]) // size
            yield HashList(kid, types, size, count, _records(buckets, size))
        yield from self.filters

    def __len__(self) -> int:
        """The number of hashes that were added, repeated ones included, without those in filters."""
        return sum(
            len(bucket) // size
            for (_, _, size), buckets in self._lists.items()
            for bucket in buckets.values()
        )


def edited(
    store: RevocationStore, kid: bytes, added: Collection[Identifier], removed: Collection[Identifier]
) -> Iterator[Part]:
    """The lists of a store with some hashes added and removed, for `build`.

    Hashes are added to the lists of their type for `kid` (empty: for every signer). They are removed
    from the lists of whole hashes of that kid; filters and shortened hashes stay as they are. The lists
    are read from the store while the new one is written.

    >>> from vaxpass.revocation import RevocationStore, build
    >>> hashes = [Identifier(Type.UCI, bytes(15) + bytes([last])) for last in (1, 2)]
    >>> store = RevocationStore(b"".join(build([])))
    >>> store = RevocationStore(b"".join(build(edited(store, b"", hashes, []))))
    >>> [listed.section.entries for listed in store.lists()]
    [2]
    """
    new: dict[Type, set[bytes]] = {}
    for identifier in added:
        new.setdefault(identifier.type, set()).add(identifier.hash)
    for listed in store.lists():
        section = listed.section
        if section.kind != HASHES:
            yield BloomFilter(listed.kid, listed.types, listed.prefix, store.bloom(listed))
        elif section.size != HASH_BYTES or listed.kid != kid:
            yield _hash_list(listed, section.entries, store.records(listed))
        else:
            more = new.pop(listed.types, set())
            less = {one.hash for one in removed if one.type & listed.types}
            yield _changed(store, listed, more, less)
    for types, hashes in new.items():
        yield HashList(kid, types, HASH_BYTES, len(hashes), sorted(hashes))


def _changed(store: RevocationStore, listed: Listed, more: set[bytes], less: set[bytes]) -> HashList:
    known = {one for one in more | less if store.contains(listed, one)}
    fresh, gone = more - known, less & known
    kept = (one for one in store.records(listed) if one not in gone)
    count = listed.section.entries + len(fresh) - len(gone)
    return _hash_list(listed, count, heapq.merge(kept, sorted(fresh)))


def _hash_list(listed: Listed, count: int, records: Iterator[bytes]) -> HashList:
    return HashList(listed.kid, listed.types, listed.section.size, count, records)


def _records(buckets: dict[int, bytearray], size: int) -> Iterator[bytes]:
    for _, bucket in sorted(buckets.items()):
        for at in range(0, len(bucket), size):
            yield bytes(bucket[at : at + size])
