"""Lists of shortened hashes of the EU reference service (`VARHASHLIST`).

A file, big-endian: int16 version, float32 p, int32 hashes, int8 size, then the hashes, each cut to
its first `size` bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from vaxpass.revocation.failure import RevocationError
from vaxpass.revocation.identifiers import HASH_BYTES

_HEAD: Final = struct.Struct(">hfib")
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class VarHashList:
    """Shortened hashes, one after the other in `data`; `p` is the producer's aim for false hits.

    >>> made = VarHashList.of([bytes(16), bytes(range(16))], 1e-12)
    >>> made.size, len(list(made)), VarHashList.read(made.write()) == made
    (6, 2, True)
    """

    p: float
    size: int
    data: bytes

    def __iter__(self) -> Iterator[bytes]:
        step = self.size
        return (self.data[at : at + step] for at in range(0, len(self.data), step))

    @classmethod
    def of(cls, hashes: Collection[bytes], p: float, least: int = 1) -> VarHashList:
        """As short as `p` allows, and at least `least` bytes each."""
        bits = math.log2(max(1, len(hashes)) / p)
        size = min(HASH_BYTES, max(least, math.ceil(bits / 8)))
        (rounded,) = struct.unpack(">f", struct.pack(">f", p))
        return cls(rounded, size, b"".join(sorted({one[:size] for one in hashes})))

    @classmethod
    def read(cls, file: bytes) -> VarHashList:
        """Take a file apart. Raises `RevocationError`."""
        try:
            version, p, count, size = _HEAD.unpack_from(file)
        except struct.error:
            raise RevocationError("a list of hashes is cut off") from None
        if version != _VERSION:
            raise RevocationError("a list of hashes is of a version that is not known here")
        if not 1 <= size <= HASH_BYTES or not 0 <= p <= 1:
            raise RevocationError("a list of hashes has impossible parameters")
        data = file[_HEAD.size :]
        if count < 0 or len(data) != count * size:
            raise RevocationError("a list of hashes has not the length that it states")
        return cls(p, size, data)

    def write(self) -> bytes:
        """The file of this list."""
        return _HEAD.pack(_VERSION, self.p, len(self.data) // self.size, self.size) + self.data


def probability(hashes: int, size: int) -> float:
    """The chance that some other hash begins like one of so many that are cut to `size` bytes."""
    return min(1.0, hashes / 2.0 ** (8 * size))
