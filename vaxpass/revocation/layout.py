"""The file format of a revocation store: its parts as typed values, packed and unpacked.

    magic
    the data of each section
        hashes    sorted records of one size; then a table: for every bucket (records that begin with
                  the same bits) the number of its first record and the CRC-32 of its records
        Bloom     blocks of 252 bytes of the filter, each followed by its CRC-32
    a record for each section, sorted by kid, then by the prefix of its hashes
    a record for each kid, sorted; the empty kid stands for every signer
    the footer: the places of these records

Numbers are big-endian. Every piece has a checksum that depends on its number, so that damage is an
error and never a "not revoked". The directory is at the end, so that a file can be written in one
pass.
"""

from __future__ import annotations

import binascii
import struct
from typing import Final, NamedTuple, Protocol

from vaxpass.errors import RevocationError

MAGIC: Final = b"VXPREV1\n"
"""The first bytes of the file, and the first of its footer."""
LONGEST_KID: Final = 31
"""Bytes of a kid."""
BLOCK: Final = 252
"""Bytes of a Bloom filter between two checksums."""
CRC: Final = struct.Struct(">I")
"""A checksum."""
TABLE_ENTRY: Final = struct.Struct(">II")
"""The first record of a bucket, and the checksum of its records."""

HASHES: Final = 1
"""The kind of a section with hashes."""
BLOOM: Final = 2
"""The kind of a section with a Bloom filter."""

_SECTION: Final = struct.Struct(">BBBBHQQQQQddI")
_KID: Final = struct.Struct(">B31sIIHI")
_FOOTER: Final = struct.Struct(">8sIIQQQqI")
SECTION_BYTES: Final = _SECTION.size
KID_BYTES: Final = _KID.size
FOOTER_BYTES: Final = _FOOTER.size
SMALLEST: Final = len(MAGIC) + FOOTER_BYTES
"""Bytes of an empty store."""


class Buffer(Protocol):
    """The content of a store's file: `bytes`, `memoryview`, `mmap`, or the like."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes | memoryview: ...


class Section(NamedTuple):
    """One list of hashes, or one Bloom filter."""

    kind: int
    """`HASHES` or `BLOOM`."""
    types: int
    """A `Type` as a plain number, because those of `enum` are slow."""
    size: int
    """Bytes of a record; of a filter: the number of its hash functions."""
    digits: int
    """Hexadecimal digits of `prefix`."""
    prefix: int
    """All hashes of the list begin with these digits."""
    scale: int
    """Bits by which records are put into buckets; of a filter: its size in bits."""
    entries: int
    """Number of hashes."""
    capacity: int
    """Of a filter: the number of hashes for which it was made."""
    offset: int
    """The first byte of the data in the file."""
    end: int
    """The byte after the data."""
    p: float
    """Of a filter: the probability of a false hit for which it was made."""
    probability: float
    """The highest probability of a false hit."""


class KidEntry(NamedTuple):
    """A signer, and its sections: `sections` of them from number `first` on."""

    kid: bytes
    first: int
    sections: int
    digits: int
    """Bit n is set where a section is for prefixes of n digits."""


class Footer(NamedTuple):
    """The end of the file: numbers and places of the directory's records."""

    kids: int
    sections: int
    kids_at: int
    sections_at: int
    length: int
    """Bytes of the file."""
    made_at: int
    """Seconds since 1970; 0 where it is not stated."""


def checksum(data: bytes, number: int) -> int:
    """The CRC-32 of a piece. It depends on the piece's number, so that swapped pieces are noticed."""
    return binascii.crc32(data, number & 0xFFFFFFFF)


def piece(buffer: Buffer, offset: int, length: int) -> bytes:
    """Bytes of a buffer; raises `RevocationError` where it is too short."""
    part = bytes(buffer[offset : offset + length])
    if len(part) != length:
        raise RevocationError("failure.revocation.store_cut")
    return part


def pack_section(section: Section, number: int) -> bytes:
    """The record of a section with its number."""
    return _sealed(_SECTION.pack(*section, 0), number)


def unpack_section(data: bytes, number: int) -> Section:
    """A section from its record; raises `RevocationError` where the checksum does not hold."""
    _check(data, number)
    return Section(*_SECTION.unpack(data)[:-1])


def pack_kid(entry: KidEntry, number: int) -> bytes:
    """The record of a kid."""
    kid = entry.kid
    packed = _KID.pack(len(kid), kid, entry.first, entry.sections, entry.digits, 0)
    return _sealed(packed, number)


def unpack_kid(data: bytes, number: int) -> KidEntry:
    """A kid from its record; raises `RevocationError` where the checksum does not hold."""
    _check(data, number)
    length, kid, first, sections, digits, _ = _KID.unpack(data)
    return KidEntry(kid[:length], first, sections, digits)


def pack_footer(footer: Footer) -> bytes:
    """The last bytes of the file."""
    kids, sections, kids_at, sections_at, length, made_at = footer
    packed = _FOOTER.pack(MAGIC, kids, sections, kids_at, sections_at, length, made_at, 0)
    return _sealed(packed, 0)


def unpack_footer(data: bytes) -> Footer:
    """The footer from its bytes; raises `RevocationError` where they are not one."""
    _check(data, 0)
    magic, *values, _ = _FOOTER.unpack(data)
    if magic != MAGIC:
        raise RevocationError("failure.revocation.not_store")
    return Footer(*values)


def _sealed(packed: bytes, number: int) -> bytes:
    body = packed[: -CRC.size]
    return body + CRC.pack(checksum(body, number))


def _check(data: bytes, number: int) -> None:
    if CRC.pack(checksum(data[: -CRC.size], number)) != data[-CRC.size :]:
        raise RevocationError("failure.revocation.store_directory")
