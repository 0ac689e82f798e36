"""Builds the file of a revocation store from lists, in one pass and with little memory."""

from __future__ import annotations

import array
import sys
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from vaxpass.errors import ArgumentError, RevocationError
from vaxpass.revocation import layout
from vaxpass.revocation.filters import Bloom, probability
from vaxpass.revocation.identifiers import HASH_BYTES, Type
from vaxpass.revocation.layout import BLOCK, BLOOM, CRC, HASHES, Footer, KidEntry, Section

_RECORDS_A_BUCKET: Final = 64
_PIECE: Final = 1 << 20
_LONGEST_PREFIX: Final = 3


class HashList(NamedTuple):
    """A list of hashes of one signer.

    >>> HashList(b"", Type.UCI, size=16, entries=1, records=[bytes(16)]).types.label
    'uci'
    """

    kid: bytes
    """The kid of the signer; empty where the list is for every signer."""
    types: Type
    """What the hashes may be made from."""
    size: int
    """Bytes of each hash, 1 to 16."""
    entries: int
    """The number of hashes in `records`."""
    records: Iterable[bytes]
    """The hashes, sorted, each once."""


class BloomFilter(NamedTuple):
    """A Bloom filter of one signer.

    >>> from vaxpass.revocation.filters import Bloom
    >>> BloomFilter(b"", Type.UCI, "", Bloom.of([bytes(16)], 1e-6)).bloom.current
    1
    """

    kid: bytes
    """The kid of the signer; empty where the filter is for every signer."""
    types: Type
    """What the hashes may be made from."""
    prefix: str
    """The hexadecimal digits that every hash begins with, at most three."""
    bloom: Bloom


Part: TypeAlias = HashList | BloomFilter
"""One list of a store."""


def build(parts: Iterable[Part], made_at: int = 0) -> Iterator[bytes]:
    """The file of a store with all parts, piece by piece.

    `made_at` is in seconds since 1970; 0 where it is not known. Besides the parts it takes 8 bytes of
    memory for about 64 records. Raises `ArgumentError` or `RevocationError` where a part
    can't be stored: hashes that are not sorted or of another size, a kid that is too long.

    >>> from vaxpass.revocation import RevocationStore, identifiers
    >>> (uci,) = identifiers("URN:UVCI:01:VN:1", None, None, None)
    >>> store = RevocationStore(b"".join(build([HashList(b"", uci.type, 16, 1, [uci.hash])])))
    >>> store.find(b"12345678", [uci]).exact
    True
    """
    yield layout.MAGIC
    at = len(layout.MAGIC)
    found: list[tuple[bytes, Section]] = []
    for part in parts:
        if len(part.kid) > layout.LONGEST_KID:
            raise RevocationError("failure.revocation.kid_length", most=layout.LONGEST_KID)
        if not part.types:
            raise ArgumentError("a list is of no type")
        if isinstance(part, HashList):
            if part.entries:
                yield from _hashes(part, at, found)
        else:
            yield from _bloom(part, at, found)
        at = found[-1][1].end if found else at
    yield from _directory(found, at, made_at)


def _hashes(part: HashList, at: int, found: list[tuple[bytes, Section]]) -> Iterator[bytes]:
    size = part.size
    if not 1 <= size <= HASH_BYTES or part.entries >= 1 << 32:
        raise ArgumentError("hashes are too short, too long, or too many")
    # Buckets of about 64 records: small enough to be read whole, few enough for a small table.
    scale = min((part.entries // _RECORDS_A_BUCKET).bit_length(), 8 * min(size, 4))
    starts, sums = array.array("I"), array.array("I")
    bucket: list[bytes] = []
    waiting: list[bytes] = []
    number = written = 0
    head, shift, last = min(size, 4), 8 * min(size, 4) - scale, b""

    def close(until: int) -> None:
        """End the current bucket and all empty ones before `until`."""
        nonlocal number, written
        while number < until:
            content = b"".join(bucket)
            starts.append(written)
            sums.append(layout.checksum(content, number))
            waiting.append(content)
            written += len(bucket)
            bucket.clear()
            number += 1

    held = 0
    for record in part.records:
        if len(record) != size or record <= last:
            raise ArgumentError("hashes are not sorted, or not of the stated length")
        last = record
        place = int.from_bytes(record[:head], "big") >> shift
        if place != number:
            held += len(bucket) * size
            close(place)
            if held > _PIECE:
                yield b"".join(waiting)
                waiting.clear()
                held = 0
        bucket.append(record)
    close(1 << scale)
    yield b"".join(waiting)
    if written != part.entries:
        raise ArgumentError("hashes are not as many as stated")
    starts.append(written)
    sums.append(layout.checksum(b"", number))
    table = array.array("I", bytes(8 * len(starts)))
    table[::2], table[1::2] = starts, sums
    if sys.byteorder == "little":
        table.byteswap()
    yield table.tobytes()
    end = at + written * size + len(table) * table.itemsize
    chance = 0.0 if size == HASH_BYTES else probability(written, size)
    section = Section(
        kind=HASHES,
        types=part.types,
        size=size,
        digits=0,
        prefix=0,
        scale=scale,
        entries=written,
        capacity=0,
        offset=at,
        end=end,
        p=0.0,
        probability=chance,
    )
    found.append((part.kid, section))


def _bloom(part: BloomFilter, at: int, found: list[tuple[bytes, Section]]) -> Iterator[bytes]:
    bloom, prefix = part.bloom, part.prefix
    if len(prefix) > _LONGEST_PREFIX:
        raise ArgumentError("the prefix of a filter is too long")
    end = at
    for number, start in enumerate(range(0, len(bloom.data), BLOCK)):
        block = bloom.data[start : start + BLOCK]
        end += len(block) + CRC.size
        yield block + CRC.pack(layout.checksum(block, number))
    section = Section(
        kind=BLOOM,
        types=part.types,
        size=bloom.k,
        digits=len(prefix),
        prefix=int(prefix or "0", 16),
        scale=bloom.bits,
        entries=bloom.current,
        capacity=bloom.capacity,
        offset=at,
        end=end,
        p=bloom.p,
        probability=bloom.probability,
    )
    found.append((part.kid, section))


def _directory(found: list[tuple[bytes, Section]], at: int, made_at: int) -> Iterator[bytes]:
    found.sort(key=lambda one: (one[0], one[1].digits, one[1].prefix, one[1].offset))
    kids: list[KidEntry] = []
    for number, (kid, section) in enumerate(found):
        yield layout.pack_section(section, number)
        if not kids or kids[-1].kid != kid:
            kids.append(KidEntry(kid, number, 0, 0))
        _, first, sections, digits = kids[-1]
        kids[-1] = KidEntry(kid, first, sections + 1, digits | 1 << section.digits)
    for number, entry in enumerate(kids):
        yield layout.pack_kid(entry, number)
    kids_at = at + len(found) * layout.SECTION_BYTES
    length = kids_at + len(kids) * layout.KID_BYTES + layout.FOOTER_BYTES
    yield layout.pack_footer(Footer(len(kids), len(found), kids_at, at, length, made_at))
