"""The two kinds of slices of the EU reference service: Bloom filters and lists of shortened hashes.

Both are files in big-endian byte order, version 1.

- Bloom filter (`dgc-bloomfilter`): int16 version, uint8 k, uint8 hash (0 = SHA-256), float32 p, int32
  elements that it was made for, int32 elements in it, int32 words, then the words of 32 bits.
- `VARHASHLIST`: int16 version, float32 p, int32 hashes, int8 size, then the hashes, each cut to its
  first `size` bytes.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from vaxpass.errors import ArgumentError, RevocationError
from vaxpass.revocation.identifiers import HASH_BYTES

_BLOOM_HEAD: Final = struct.Struct(">hBBfiii")
_BLOOM_VERSION: Final = 1
_SHA256: Final = 0
_WORD_BYTES: Final = 4
_HASHES_HEAD: Final = struct.Struct(">hfib")
_HASHES_VERSION: Final = 1


def bit_index(element: bytes, number: int, bits: int) -> int:
    """The bit of a filter with `bits` bits to which the hash function `number` maps an element."""
    digest = hashlib.sha256(element + bytes((number,))).digest()
    return int.from_bytes(digest, "big", signed=True) % bits


@dataclass(frozen=True, slots=True)
class Bloom:
    """A Bloom filter: certain about elements that are not in it, probable about those that are.

    >>> made = Bloom.of([b"a", b"b"], 1e-6)
    >>> b"a" in made, b"c" in made, Bloom.read(made.write()) == made
    (True, False, True)
    """

    k: int
    """The number of hash functions."""
    p: float
    """The probability of a false hit for which it was made."""
    capacity: int
    """The number of elements for which it was made."""
    current: int
    """The number of elements in it."""
    data: bytes
    """The bits; the first is the most significant one."""

    @property
    def bits(self) -> int:
        """The size in bits."""
        return len(self.data) * 8

    @property
    def probability(self) -> float:
        """The highest probability that an element which is not in the filter seems to be.

        It is the larger of `p` and the probability that follows from the number of bits that are set.
        """
        filled = sum(byte.bit_count() for byte in self.data) / self.bits
        return max(self.p, filled**self.k)

    def __contains__(self, element: bytes) -> bool:
        for number in range(self.k):
            index = bit_index(element, number, self.bits)
            # Bits are counted from the most significant one.
            if not self.data[index >> 3] & (0x80 >> (index & 7)):
                return False
        return True

    @classmethod
    def of(cls, elements: Collection[bytes], p: float) -> Bloom:
        """A filter of these elements, sized as the reference service does it.

        Raises `ArgumentError` where there are no elements, or no filter can have the probability `p`.
        """
        if not elements or not 0 < p < 1:
            raise ArgumentError("a filter needs elements, and a probability between 0 and 1")
        ideal = math.ceil(len(elements) * math.log(p) / math.log(1 / 2 ** math.log(2)))
        size = ideal // 8 + 1
        bits = (size // _WORD_BYTES + size % _WORD_BYTES) * 32
        k = max(1, round(bits / len(elements) * math.log(2)))
        if k > 255:
            raise ArgumentError("the probability is too small for a filter")
        data = bytearray(bits // 8)
        for element in elements:
            for number in range(k):
                index = bit_index(element, number, bits)
                data[index >> 3] |= 0x80 >> (index & 7)
        (rounded,) = struct.unpack(">f", struct.pack(">f", p))
        return cls(k, rounded, len(elements), len(elements), bytes(data))

    @classmethod
    def read(cls, file: bytes) -> Bloom:
        """The filter of a file; raises `RevocationError` where the file is damaged."""
        try:
            version, k, used_hash, p, capacity, current, words = _BLOOM_HEAD.unpack_from(file)
        except struct.error:
            raise RevocationError("failure.revocation.bloom_cut") from None
        if version != _BLOOM_VERSION or used_hash != _SHA256:
            raise RevocationError("failure.revocation.bloom_version")
        # Without hashes, or without bits, everything would seem to be in it.
        if k < 1 or words < 1 or not 0 <= p <= 1 or capacity < 0 or current < 0:
            raise RevocationError("failure.revocation.bloom_parameters")
        data = file[_BLOOM_HEAD.size :]
        if len(data) != words * _WORD_BYTES:
            raise RevocationError("failure.revocation.bloom_length")
        return cls(k, p, capacity, current, data)

    def write(self) -> bytes:
        """The file of this filter."""
        words = len(self.data) // _WORD_BYTES
        head = (_BLOOM_VERSION, self.k, _SHA256, self.p, self.capacity, self.current, words)
        return _BLOOM_HEAD.pack(*head) + self.data


@dataclass(frozen=True, slots=True)
class VarHashList:
    """A list of shortened hashes; iterating gives each of them.

    >>> made = VarHashList.of([bytes(16), bytes(range(16))], 1e-12)
    >>> made.size, len(list(made)), VarHashList.read(made.write()) == made
    (6, 2, True)
    """

    p: float
    """The probability of a false hit for which it was made."""
    size: int
    """Bytes of each hash."""
    data: bytes
    """All hashes, one after the other."""

    def __iter__(self) -> Iterator[bytes]:
        step = self.size
        return (self.data[at : at + step] for at in range(0, len(self.data), step))

    @classmethod
    def of(cls, hashes: Collection[bytes], p: float, least: int = 1) -> VarHashList:
        """A list of these hashes, as short as `p` allows, and at least `least` bytes each."""
        bits = math.log2(max(1, len(hashes)) / p)
        size = min(HASH_BYTES, max(least, math.ceil(bits / 8)))
        (rounded,) = struct.unpack(">f", struct.pack(">f", p))
        return cls(rounded, size, b"".join(sorted({one[:size] for one in hashes})))

    @classmethod
    def read(cls, file: bytes) -> VarHashList:
        """The list of a file; raises `RevocationError` where the file is damaged."""
        try:
            version, p, count, size = _HASHES_HEAD.unpack_from(file)
        except struct.error:
            raise RevocationError("failure.revocation.hashes_cut") from None
        if version != _HASHES_VERSION:
            raise RevocationError("failure.revocation.hashes_version")
        if not 1 <= size <= HASH_BYTES or not 0 <= p <= 1:
            raise RevocationError("failure.revocation.hashes_parameters")
        data = file[_HASHES_HEAD.size :]
        if count < 0 or len(data) != count * size:
            raise RevocationError("failure.revocation.hashes_length")
        return cls(p, size, data)

    def write(self) -> bytes:
        """The file of this list."""
        return (
            _HASHES_HEAD.pack(_HASHES_VERSION, self.p, len(self.data) // self.size, self.size)
            + self.data
        )


def probability(hashes: int, size: int) -> float:
    """The probability that a hash which is not listed begins like one of `hashes` with `size` bytes."""
    return min(1.0, hashes / 2.0 ** (8 * size))
