"""How a store lies in its file.

    magic
    the data of each section
        hashes    sorted records of one size; then a table: for every bucket (records that begin with
                  the same bits) the number of its first record and the CRC-32 of its records
        Bloom     blocks of 252 bytes of the filter, each followed by its CRC-32
    a record for each section, sorted by kid, then by the prefix of the hashes that it is for
    a record for each kid, sorted; the kid of no bytes stands for every signer
    the footer: where all this is

Numbers are big-endian. A look-up reads the footer's place of a kid, a bucket or a few blocks; every
piece carries a checksum with its number in it, so that damage is an error and never a "not revoked".
The directory stands at the end, so that a file can be written in one go.
"""

from __future__ import annotations

import binascii
import struct
from typing import Final, NamedTuple, Protocol

from vaxpass.errors import RevocationError

MAGIC: Final = b"VXPREV1\n"
LONGEST_KID: Final = 31
BLOCK: Final = 252
"""Bytes of a Bloom filter between two checksums."""
CRC: Final = struct.Struct(">I")
TABLE_ENTRY: Final = struct.Struct(">II")
"""The first record of a bucket, and the checksum of its records."""

HASHES: Final = 1
BLOOM: Final = 2

_SECTION: Final = struct.Struct(">BBBBHQQQQQddI")
_KID: Final = struct.Struct(">B31sIIHI")
_FOOTER: Final = struct.Struct(">8sIIQQQqI")
SECTION_BYTES: Final = _SECTION.size
KID_BYTES: Final = _KID.size
FOOTER_BYTES: Final = _FOOTER.size
SMALLEST: Final = len(MAGIC) + FOOTER_BYTES


class Buffer(Protocol):
    """What a store is read through: `bytes`, a `memoryview`, an `mmap`, or anything alike."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes | memoryview: ...


class Section(NamedTuple):
    """One list of hashes, or one Bloom filter.

    `types` is a `Type` as a plain number, because those are slow to handle. The list holds only hashes
    that begin with the `digits` hexadecimal digits of `prefix`. `size` is the length of a record, or
    the number of the filter's hashes; `scale` the number of bits that make a bucket, or of the filter.
    `capacity` and `p` are those of the filter as it came.
    """

    kind: int
    types: int
    size: int
    digits: int
    prefix: int
    scale: int
    entries: int
    capacity: int
    offset: int
    end: int
    p: float
    probability: float


class KidEntry(NamedTuple):
    """A signer, and which sections are its own; bit n of `digits` is set for prefixes of n digits."""

    kid: bytes
    first: int
    sections: int
    digits: int


class Footer(NamedTuple):
    """Where the directory is, and when the store was made (seconds since 1970)."""

    kids: int
    sections: int
    kids_at: int
    sections_at: int
    length: int
    made_at: int


def checksum(data: bytes, number: int) -> int:
    """CRC-32 of a piece, which also depends on its number: pieces that change places are noticed."""
    return binascii.crc32(data, number & 0xFFFFFFFF)


def piece(buffer: Buffer, offset: int, length: int) -> bytes:
    """Bytes of a buffer; raises `RevocationError` where it does not hold them."""
    part = bytes(buffer[offset : offset + length])
    if len(part) != length:
        raise RevocationError("the store is cut off")
    return part


def pack_section(section: Section, number: int) -> bytes:
    """The record of a section."""
    return _sealed(_SECTION.pack(*section, 0), number)


def unpack_section(data: bytes, number: int) -> Section:
    """A section from its record; raises `RevocationError`."""
    _check(data, number)
    return Section(*_SECTION.unpack(data)[:-1])


def pack_kid(entry: KidEntry, number: int) -> bytes:
    """The record of a kid."""
    kid = entry.kid
    packed = _KID.pack(len(kid), kid, entry.first, entry.sections, entry.digits, 0)
    return _sealed(packed, number)


def unpack_kid(data: bytes, number: int) -> KidEntry:
    """A kid from its record; raises `RevocationError`."""
    _check(data, number)
    length, kid, first, sections, digits, _ = _KID.unpack(data)
    return KidEntry(kid[:length], first, sections, digits)


def pack_footer(footer: Footer) -> bytes:
    """The end of the file."""
    kids, sections, kids_at, sections_at, length, made_at = footer
    packed = _FOOTER.pack(MAGIC, kids, sections, kids_at, sections_at, length, made_at, 0)
    return _sealed(packed, 0)


def unpack_footer(data: bytes) -> Footer:
    """The footer from its bytes; raises `RevocationError`."""
    _check(data, 0)
    magic, *values, _ = _FOOTER.unpack(data)
    if magic != MAGIC:
        raise RevocationError("this is not a revocation store")
    return Footer(*values)


def _sealed(packed: bytes, number: int) -> bytes:
    body = packed[: -CRC.size]
    return body + CRC.pack(checksum(body, number))


def _check(data: bytes, number: int) -> None:
    if CRC.pack(checksum(data[: -CRC.size], number)) != data[-CRC.size :]:
        raise RevocationError("the directory of the store is damaged")
