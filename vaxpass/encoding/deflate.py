"""Compressed bytes <-> bytes: zlib (RFC 1950, RFC 1951), with a limit on what comes out.

HCERT specification 1.0.8, section 4: the COSE message of a certificate is compressed before it becomes
Base45.
"""

from __future__ import annotations

import zlib
from typing import Final

from vaxpass.codes import Code
from vaxpass.findings import StageError

__all__ = ["deflate", "inflate", "inflate_bare", "inflate_raw"]

_METHOD_DEFLATE: Final = 8
_STORED_HEAD: Final = b"\x78\xda\x01"  # what zlib at its highest level writes before a stored block
_LONGEST_BLOCK: Final = 65535


def inflate(data: bytes, limit: int) -> bytes:
    """Decompress at most `limit` bytes; never allocates more than that, whatever the input claims.

    >>> inflate(deflate(b"abc"), 10)
    b'abc'

    Raises `StageError` with a code of the stage `deflate`.
    """
    if len(data) < 2 or data[0] & 15 != _METHOD_DEFLATE or (data[0] << 8 | data[1]) % 31:
        raise StageError.of(Code.DEFLATE_NOT_COMPRESSED)
    message, rest = _inflated(data, limit, zlib.MAX_WBITS)
    if rest:
        raise StageError.of(Code.DEFLATE_TRAILING)
    return message


def inflate_raw(data: bytes, limit: int) -> bytes:
    """The same for bytes without the head and the checksum of zlib (RFC 1951): JOSE and archives.

    >>> inflate_raw(deflate(b"abc")[2:-4], 10)
    b'abc'

    Raises `StageError` with a code of the stage `deflate`.
    """
    message, rest = _inflated(data, limit, -zlib.MAX_WBITS)
    if rest:
        raise StageError.of(Code.DEFLATE_TRAILING)
    return message


def inflate_bare(data: bytes, limit: int) -> tuple[bytes, bool]:
    """As `inflate_raw`; but the trailer of gzip may follow, its checksum and length right.

    The second value says whether it does (RFC 1952, section 2.3.1).

    >>> inflate_bare(deflate(b"abc")[2:-4], 10)
    (b'abc', False)

    Raises `StageError` with a code of the stage `deflate`.
    """
    message, rest = _inflated(data, limit, -zlib.MAX_WBITS)
    trailer = zlib.crc32(message).to_bytes(4, "little") + len(message).to_bytes(4, "little")
    if rest not in (b"", trailer):
        raise StageError.of(Code.DEFLATE_TRAILING)
    return message, bool(rest)


def _inflated(data: bytes, limit: int, form: int) -> tuple[bytes, bytes]:
    """The message, and what follows it."""
    decompressor = zlib.decompressobj(form)
    try:
        message = decompressor.decompress(data, limit + 1)
    except zlib.error:
        raise StageError.of(Code.DEFLATE_CORRUPT) from None
    if len(message) > limit:
        raise StageError.of(Code.DEFLATE_TOO_LARGE, limit=str(limit))
    if not decompressor.eof:
        raise StageError.of(Code.DEFLATE_TRUNCATED)
    return message, decompressor.unused_data


def may_begin(data: bytes, limit: int) -> bool:
    """Whether data that `inflate_bare` takes may begin with these bytes.

    >>> may_begin(deflate(bytes(90))[2:6], 99), may_begin(b"\\xff\\xff", 99)
    (True, False)
    """
    try:
        zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit)
    except zlib.error:
        return False
    return True


def deflate(data: bytes) -> bytes:
    """Compress at the highest level, as every issuer does.

    >>> inflate(deflate(bytes(9)), 9) == bytes(9)
    True
    """
    return zlib.compress(data, 9)


def store(data: bytes) -> bytes:
    """The same form without compressing: what `deflate` gives where nothing can be gained.

    A signature and an identifier are as good as random, and the rest of a certificate is short: over
    many certificates compression gains half a percent, and takes longer than the signature.

    >>> inflate(store(b"abc"), 10)
    b'abc'
    """
    size = len(data)
    if size > _LONGEST_BLOCK:
        return deflate(data)
    lengths = (size | (size ^ _LONGEST_BLOCK) << 16).to_bytes(4, "little")
    return b"".join((_STORED_HEAD, lengths, data, zlib.adler32(data).to_bytes(4, "big")))
