"""Is a hash on the lists? Look-up in a store, read in place (see `vaxpass.revocation.layout`)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from vaxpass.errors import RevocationError
from vaxpass.revocation import layout
from vaxpass.revocation.filters import Bloom, bit_index
from vaxpass.revocation.identifiers import HASH_BYTES, Identifier, Type
from vaxpass.revocation.layout import BLOCK, BLOOM, CRC, HASHES, Buffer, KidEntry, Section, piece

_ENTRY: Final = layout.TABLE_ENTRY
_KEPT: Final = 1 << 14
_TWO_ENTRIES: Final = struct.Struct(">IIII")


class Hit(NamedTuple):
    """A certificate is on a list.

    `exact` says that this is certain. Otherwise `probability` is the chance, at most, that a
    certificate which is not revoked would be hit as well: the list is a Bloom filter or holds
    shortened hashes. `kind` names the sort of list (`hashes`, `short hashes`, `Bloom filter`), `type`
    which of the certificate's hashes it holds.
    """

    exact: bool
    probability: float | None
    kind: str
    type: Type


class Listed(NamedTuple):
    """A list in a store, for showing and rewriting; `kid` is empty where it is for every signer."""

    kid: bytes
    section: Section

    @property
    def kind(self) -> str:
        """As in `Hit`."""
        return _kind(self.section)

    @property
    def types(self) -> Type:
        """What the hashes may be made from."""
        return Type(self.section.types)

    @property
    def prefix(self) -> str:
        """The hexadecimal digits that every hash of the list begins with."""
        digits = self.section.digits
        return f"{self.section.prefix:0{digits}x}" if digits else ""


class RevocationStore:
    """A store, opened through a buffer that holds its file: bytes, a `memoryview`, an `mmap`.

    Opening reads the first and the last bytes, whatever the size; a look-up reads a few hundred to a
    few thousand bytes. What is damaged raises `RevocationError` (also a `ValueError`), at opening or
    at the look-up that meets it. Holds no state; one may be shared by threads if the buffer may.
    """

    __slots__ = ("_buffer", "_directory", "_everyone", "_footer")

    def __init__(self, buffer: Buffer) -> None:
        length = len(buffer)
        if length < layout.SMALLEST or piece(buffer, 0, len(layout.MAGIC)) != layout.MAGIC:
            raise RevocationError("this is not a revocation store")
        footer = layout.unpack_footer(piece(buffer, length - layout.FOOTER_BYTES, layout.FOOTER_BYTES))
        kids_at = footer.sections_at + footer.sections * layout.SECTION_BYTES
        end = footer.kids_at + footer.kids * layout.KID_BYTES + layout.FOOTER_BYTES
        if footer.kids_at != kids_at or not footer.length == end == length:
            raise RevocationError("the store is cut off or damaged")
        self._buffer = buffer
        self._footer = footer
        # A directory of the usual size is kept, a large one read in place.
        at = footer.sections_at
        kept = length - at <= _KEPT
        self._directory: tuple[Buffer, int] = (
            (piece(buffer, at, length - at), at) if kept else (buffer, 0)
        )
        # What is revoked whoever signed it: asked for in every look-up, and the first by its order.
        first = self._kid_at(0) if footer.kids else None
        self._everyone = first if first and not first.kid else None

    @property
    def made_at(self) -> datetime | None:
        """When the lists were put together (aware, UTC); None where nobody said."""
        seconds = self._footer.made_at
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (OverflowError, OSError, ValueError):
            raise RevocationError("the store was made at an impossible time") from None

    def find(self, kid: bytes | None, identifiers: Iterable[Identifier]) -> Hit | None:
        """Is one of a certificate's hashes on a list of its signer, or on one for every signer?

        A certain hit goes before a probable one, and that before a less probable one. Raises
        `RevocationError` where the store is damaged: then nothing is known about the certificate.
        """
        wanted = tuple(identifiers)
        if any(len(one.hash) != HASH_BYTES for one in wanted):
            raise ValueError(f"a hash must have {HASH_BYTES} bytes")
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
            # Checksums hold, but the numbers do not fit together: made so, not damaged.
            raise RevocationError("the store is damaged") from None
        return best

    def lists(self) -> Iterator[Listed]:
        """Every list of the store. Raises `RevocationError` where the directory is damaged."""
        for number in range(self._footer.kids):
            entry = self._kid_at(number)
            for place in range(entry.first, entry.first + entry.sections):
                yield Listed(entry.kid, self._section(place))

    def records(self, listed: Listed) -> Iterator[bytes]:
        """The hashes of a list that is no Bloom filter, sorted. Raises `RevocationError`."""
        section = listed.section
        for number in range(1 << section.scale):
            content = self._bucket(section, number)
            for at in range(0, len(content), section.size):
                yield content[at : at + section.size]

    def contains(self, listed: Listed, value: bytes) -> bool:
        """Whether this one list holds a hash, or seems to. Raises `RevocationError`."""
        return self._holds(listed.section, value)

    def bloom(self, listed: Listed) -> Bloom:
        """A list that is a Bloom filter, as it came. Raises `RevocationError`."""
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
        """Those of a signer's lists that are for hashes with this prefix."""
        low, end = entry.first, entry.first + entry.sections
        high = end if digits else low  # those without a prefix come first
        wanted = (digits, prefix)
        # Prefixes are spread evenly, so the place is guessed first; then the one before it is tried.
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
        # What is found may also lie across two records.
        while at >= 0 and at % size:
            at = content.find(record, at + 1)
        return at >= 0

    def _bucket(self, section: Section, number: int) -> bytes:
        """The records that begin with the bits `number`."""
        size, count = section.size, section.entries
        table = section.offset + count * size
        start, expected, end, _ = _TWO_ENTRIES.unpack(
            piece(self._buffer, table + number * _ENTRY.size, _TWO_ENTRIES.size)
        )
        if not start <= end <= count:
            raise RevocationError("a list in the store is damaged")
        content = piece(self._buffer, section.offset + start * size, (end - start) * size)
        if layout.checksum(content, number) != expected:
            raise RevocationError("a list in the store is damaged")
        return content

    def _bit(self, section: Section, value: bytes, number: int) -> int:
        index = bit_index(value, number, section.scale)
        place, within = divmod(index >> 3, BLOCK)
        return self._block(section, place)[within] & (0x80 >> (index & 7))

    def _block(self, section: Section, number: int) -> bytes:
        """So many bytes of a Bloom filter, without their checksum."""
        length = min(BLOCK, section.scale // 8 - number * BLOCK)
        sealed = piece(self._buffer, section.offset + number * (BLOCK + CRC.size), length + CRC.size)
        content = sealed[:length]
        if CRC.pack(layout.checksum(content, number)) != sealed[length:]:
            raise RevocationError("a filter in the store is damaged")
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
