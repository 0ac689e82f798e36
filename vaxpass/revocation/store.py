"""The revocation store: looks up hashes in its file, without reading it whole.

`layout` describes the file, `build` writes it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from vaxpass.errors import ArgumentError, RevocationError
from vaxpass.revocation import layout
from vaxpass.revocation.filters import Bloom, bit_index
from vaxpass.revocation.identifiers import HASH_BYTES, Identifier, Type
from vaxpass.revocation.layout import BLOCK, BLOOM, CRC, HASHES, Buffer, KidEntry, Section, piece

_ENTRY: Final = layout.TABLE_ENTRY
_KEPT: Final = 1 << 14
_TWO_ENTRIES: Final = struct.Struct(">IIII")


class Hit(NamedTuple):
    """A certificate is on a list, or seems to be.

    >>> Hit(exact=False, probability=1e-10, kind="Bloom filter", type=Type.SIGNATURE).type.label
    'signature'
    """

    exact: bool
    """True where the list has the whole hash; false for Bloom filters and shortened hashes."""
    probability: float | None
    """The highest chance of such a hit for a certificate that is not revoked; None where `exact`."""
    kind: str
    """The kind of list: `hashes`, `short hashes` or `Bloom filter`."""
    type: Type
    """What the hash is made from."""


class Listed(NamedTuple):
    """One list of a store.

    >>> from vaxpass.revocation import HashList, RevocationStore, Type, build
    >>> store = RevocationStore(b"".join(build([HashList(b"", Type.UCI, 16, 1, [bytes(16)])])))
    >>> [(listed.kind, listed.types.label) for listed in store.lists()]
    [('hashes', 'uci')]
    """

    kid: bytes
    """The kid of the signer; empty where the list is for every signer."""
    section: Section

    @property
    def kind(self) -> str:
        """The kind of list: `hashes`, `short hashes` or `Bloom filter`."""
        return _kind(self.section)

    @property
    def types(self) -> Type:
        """What the hashes may be made from."""
        return Type(self.section.types)

    @property
    def prefix(self) -> str:
        """The hexadecimal digits that every hash of the list begins with; mostly empty."""
        digits = self.section.digits
        return f"{self.section.prefix:0{digits}x}" if digits else ""


class RevocationStore:
    """A store, opened on a buffer with the content of its file: `bytes`, `memoryview` or `mmap`.

    Opening reads the first and the last bytes, whatever the size of the file; a look-up reads a few
    hundred to a few thousand bytes. Damage raises `RevocationError` (a `ValueError`), on opening or at
    the look-up that finds it. Threads may share a store where they may share its buffer.

    >>> from vaxpass.revocation import HashList, RevocationStore, build, identifiers
    >>> (revoked,) = identifiers("URN:UVCI:01:VN:1", None, None, None)
    >>> file = b"".join(build([HashList(b"", revoked.type, 16, 1, [revoked.hash])]))
    >>> RevocationStore(file).find(b"12345678", [revoked]).exact
    True
    """

    __slots__ = ("_buffer", "_directory", "_everyone", "_footer")

    def __init__(self, buffer: Buffer) -> None:
        length = len(buffer)
        if length < layout.SMALLEST or piece(buffer, 0, len(layout.MAGIC)) != layout.MAGIC:
            raise RevocationError("failure.revocation.not_store")
        footer = layout.unpack_footer(piece(buffer, length - layout.FOOTER_BYTES, layout.FOOTER_BYTES))
        kids_at = footer.sections_at + footer.sections * layout.SECTION_BYTES
        end = footer.kids_at + footer.kids * layout.KID_BYTES + layout.FOOTER_BYTES
        if footer.kids_at != kids_at or not footer.length == end == length:
            raise RevocationError("failure.revocation.store_cut_damaged")
        self._buffer = buffer
        self._footer = footer
        # A directory of the usual size is kept, a large one read in place.
        at = footer.sections_at
        kept = length - at <= _KEPT
        self._directory: tuple[Buffer, int] = (
            (piece(buffer, at, length - at), at) if kept else (buffer, 0)
        )
        # The lists for every signer, which every look-up needs; their entry is the first.
        first = self._kid_at(0) if footer.kids else None
        self._everyone = first if first and not first.kid else None

    @property
    def made_at(self) -> datetime | None:
        """When the lists were made (aware, UTC); None where it is not stated."""
        seconds = self._footer.made_at
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (OverflowError, OSError, ValueError):
            raise RevocationError("failure.revocation.store_time") from None

    def find(self, kid: bytes | None, identifiers: Iterable[Identifier]) -> Hit | None:
        """The hit of a certificate on the lists of its signer and on those for every signer, or None.

        `kid` is that of the signer; `identifiers_of` makes the identifiers. Of several hits the result
        is the surest: an exact one, else the one with the lowest probability of a false hit.

        Raises `RevocationError` where the store is damaged: it is then unknown whether the certificate
        is revoked. Raises `ArgumentError` where a hash has another length than 16 bytes.
        """
        wanted = tuple(identifiers)
        if any(len(one.hash) != HASH_BYTES for one in wanted):
            raise ArgumentError(f"a hash must have {HASH_BYTES} bytes")
        best: Hit | None = None
        try:
            for entry in (self._everyone, self._find_kid(kid) if kid else None):
                for hit in self._hits(entry, wanted) if entry else ():
                    if hit.exact:
                        return hit
                    if best is None or (hit.probability or 0) < (best.probability or 0):
                        best = hit
        except RevocationError:
            raise
        except (struct.error, ValueError, ArithmeticError, IndexError):
            # The checksums hold, but the numbers contradict each other: the file was made so.
            raise RevocationError("failure.revocation.store_damaged") from None
        return best

    def lists(self) -> Iterator[Listed]:
        """All lists of the store. Raises `RevocationError` where the directory is damaged."""
        for number in range(self._footer.kids):
            entry = self._kid_at(number)
            for place in range(entry.first, entry.first + entry.sections):
                yield Listed(entry.kid, self._section(place))

    def records(self, listed: Listed) -> Iterator[bytes]:
        """The hashes of a list that is not a Bloom filter, sorted.

        Raises `RevocationError` where the list is damaged.
        """
        section = listed.section
        for number in range(1 << section.scale):
            content = self._bucket(section, number)
            for at in range(0, len(content), section.size):
                yield content[at : at + section.size]

    def contains(self, listed: Listed, value: bytes) -> bool:
        """Whether a list has a hash; of a Bloom filter or shortened hashes, whether it seems to.

        Raises `RevocationError` where the list is damaged.
        """
        return self._holds(listed.section, value)

    def bloom(self, listed: Listed) -> Bloom:
        """The Bloom filter of a list that is one. Raises `RevocationError` where it is damaged."""
        section = listed.section
        blocks = range((section.scale // 8 + BLOCK - 1) // BLOCK)
        data = b"".join(self._block(section, number) for number in blocks)
        return Bloom(section.size, section.p, section.capacity, section.entries, data)

    def _hits(self, entry: KidEntry, wanted: tuple[Identifier, ...]) -> Iterator[Hit]:
        if entry.digits & 1:
            for section in self._sections(entry, 0, 0):
                yield from self._compare(section, wanted)
        for digits in range(1, entry.digits.bit_length()):
            if not entry.digits >> digits & 1:
                continue
            for identifier in wanted:
                prefix = int.from_bytes(identifier.hash[:2], "big") >> 16 - 4 * digits
                for section in self._sections(entry, digits, prefix):
                    yield from self._compare(section, (identifier,))

    def _compare(self, section: Section, wanted: tuple[Identifier, ...]) -> Iterator[Hit]:
        types = section.types
        for identifier in wanted:
            if types & identifier.type.value and self._holds(section, identifier.hash):
                exact = section.kind == HASHES and section.size == HASH_BYTES
                chance = None if exact else section.probability
                yield Hit(exact, chance, _kind(section), identifier.type)

    def _find_kid(self, kid: bytes) -> KidEntry | None:
        low, high = 0, self._footer.kids
        while low < high:
            middle = (low + high) // 2
            entry = self._kid_at(middle)
            if entry.kid == kid:
                return entry
            if entry.kid < kid:
                low = middle + 1
            else:
                high = middle
        return None

    def _sections(self, entry: KidEntry, digits: int, prefix: int) -> Iterator[Section]:
        """The lists of a signer for hashes with this prefix of `digits` hexadecimal digits."""
        low, end = entry.first, entry.first + entry.sections
        high = end if digits else low  # those without a prefix come first
        wanted = (digits, prefix)
        # A binary search. Prefixes are spread evenly, so its first place is estimated.
        middle = low + (prefix * (high - low) >> 4 * digits)
        while low < high:
            section = self._section(middle)
            if (section.digits, section.prefix) < wanted:
                low = middle + 1
                middle = (low + high) // 2
            else:
                guessed, high = high == end, middle
                middle = middle - 1 if guessed and middle > low else (low + high) // 2
        for number in range(low, end):
            section = self._section(number)
            if (section.digits, section.prefix) != wanted:
                break
            yield section

    def _holds(self, section: Section, value: bytes) -> bool:
        if section.kind == BLOOM:
            return all(self._bit(section, value, number) for number in range(section.size))
        bits = section.scale
        content = self._bucket(section, int.from_bytes(value[:4], "big") >> 32 - bits)
        size = section.size
        record = value[:size]
        at = content.find(record)
        # A match may also lie across two records.
        while at >= 0 and at % size:
            at = content.find(record, at + 1)
        return at >= 0

    def _bucket(self, section: Section, number: int) -> bytes:
        """The records whose first bits are `number`."""
        size, count = section.size, section.entries
        table = section.offset + count * size
        start, expected, end, _ = _TWO_ENTRIES.unpack(
            piece(self._buffer, table + number * _ENTRY.size, _TWO_ENTRIES.size)
        )
        if not start <= end <= count:
            raise RevocationError("failure.revocation.store_list")
        content = piece(self._buffer, section.offset + start * size, (end - start) * size)
        if layout.checksum(content, number) != expected:
            raise RevocationError("failure.revocation.store_list")
        return content

    def _bit(self, section: Section, value: bytes, number: int) -> int:
        index = bit_index(value, number, section.scale)
        place, within = divmod(index >> 3, BLOCK)
        return self._block(section, place)[within] & (0x80 >> (index & 7))

    def _block(self, section: Section, number: int) -> bytes:
        """A block of a Bloom filter, without its checksum."""
        length = min(BLOCK, section.scale // 8 - number * BLOCK)
        sealed = piece(self._buffer, section.offset + number * (BLOCK + CRC.size), length + CRC.size)
        content = sealed[:length]
        if CRC.pack(layout.checksum(content, number)) != sealed[length:]:
            raise RevocationError("failure.revocation.store_filter")
        return content

    def _kid_at(self, number: int) -> KidEntry:
        directory, start = self._directory
        at = self._footer.kids_at + number * layout.KID_BYTES - start
        return layout.unpack_kid(piece(directory, at, layout.KID_BYTES), number)

    def _section(self, number: int) -> Section:
        directory, start = self._directory
        at = self._footer.sections_at + number * layout.SECTION_BYTES - start
        return layout.unpack_section(piece(directory, at, layout.SECTION_BYTES), number)


def _kind(section: Section) -> str:
    if section.kind == BLOOM:
        return "Bloom filter"
    return "hashes" if section.size == HASH_BYTES else "short hashes"
