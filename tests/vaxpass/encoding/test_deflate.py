"""Decompression: exactly one zlib stream, and never more than the cap comes out."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.codes import Code
from vaxpass.encoding import deflate
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS

LIMIT = DEFAULT_LIMITS.inflated


def refusal(data: bytes, limit: int = LIMIT) -> Code:
    with pytest.raises(StageError) as caught:
        deflate.inflate(data, limit)
    return caught.value.problem.code


def bomb(size: int) -> bytes:
    """`size` zeros compressed, made piece by piece."""
    compressor = zlib.compressobj(9)
    piece = bytes(1 << 20)
    pieces = [compressor.compress(piece) for _ in range(size >> 20)]
    return b"".join(pieces) + compressor.compress(bytes(size % (1 << 20))) + compressor.flush()


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.binary(max_size=2000))
def test_what_is_compressed_comes_back(data: bytes) -> None:
    assert deflate.inflate(deflate.deflate(data), LIMIT) == data


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_every_level_of_compression_is_read(level: int) -> None:
    assert deflate.inflate(zlib.compress(b"passport" * 50, level), LIMIT) == b"passport" * 50


def test_the_header_is_the_one_that_issuers_write() -> None:
    assert deflate.deflate(b"passport")[:2] == b"\x78\xda"


@pytest.mark.parametrize("size", [2_900_000, 256 << 20])
def test_a_bomb_is_refused_at_the_cap_with_little_memory(size: int) -> None:
    data = bomb(size)
    tracemalloc.start()
    try:
        assert refusal(data) is Code.DEFLATE_TOO_LARGE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The input is kept by zlib as what is left of it, once.
    assert peak < len(data) + 10 * LIMIT


def test_the_cap_is_told_in_the_problem() -> None:
    with pytest.raises(StageError) as caught:
        deflate.inflate(deflate.deflate(bytes(101)), 100)
    assert caught.value.problem.details == {"limit": "100"}


@pytest.mark.parametrize("limit", [1, 2, 100, 258, 4096, LIMIT])
def test_exactly_the_cap_is_allowed_and_one_byte_more_is_not(limit: int) -> None:
    assert deflate.inflate(deflate.deflate(bytes(limit)), limit) == bytes(limit)
    assert refusal(deflate.deflate(bytes(limit + 1)), limit) is Code.DEFLATE_TOO_LARGE


def test_exactly_the_cap_is_still_checked_to_its_end() -> None:
    data = deflate.deflate(bytes(100))
    assert refusal(data[:-1], 100) is Code.DEFLATE_TRUNCATED
    assert refusal(data + b"\0", 100) is Code.DEFLATE_TRAILING
    assert refusal(data[:-1] + bytes([data[-1] ^ 1]), 100) is Code.DEFLATE_CORRUPT


def test_every_truncation_is_refused() -> None:
    data = deflate.deflate(b"a health passport, for example " * 3)
    codes = {refusal(data[:length]) for length in range(2, len(data))}
    assert codes == {Code.DEFLATE_TRUNCATED}


@pytest.mark.parametrize("rest", [b"\0", b"\n", b"HC1:", deflate.deflate(b"second stream")])
def test_nothing_may_follow_the_stream(rest: bytes) -> None:
    assert refusal(deflate.deflate(b"passport") + rest) is Code.DEFLATE_TRAILING


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x78",
        b"\xd2\x84\x43\xa1\x01\x26",  # COSE without compression
        b"\x78\xdb",  # the header's own check bits are wrong
        b"\x79\xda",
        b"\0" * 20,
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\0" * 10,  # gzip
        b"PK\x03\x04",
        zlib.compress(b"passport")[2:-4],  # bare deflate
    ],
)
def test_what_is_no_zlib_stream_is_called_so(data: bytes) -> None:
    assert refusal(data) is Code.DEFLATE_NOT_COMPRESSED


def test_damage_inside_is_corrupt() -> None:
    data = deflate.deflate(b"passport")
    assert refusal(b"\x78\xda\x07" + data[3:]) is Code.DEFLATE_CORRUPT, "a reserved block type"
    assert refusal(data[:-4] + b"\0\0\0\0") is Code.DEFLATE_CORRUPT, "a wrong Adler-32"


def test_a_window_larger_than_zlib_knows_is_corrupt() -> None:
    assert 0x881C % 31 == 0, "the check bits hold, so that the window is what is judged"
    assert refusal(b"\x88\x1c" + deflate.deflate(b"passport")[2:]) is Code.DEFLATE_CORRUPT


def test_a_preset_dictionary_is_refused() -> None:
    compressor = zlib.compressobj(9, zdict=b"passport")
    data = compressor.compress(b"passport" * 5) + compressor.flush()
    assert data[1] & 0x20, "the stream asks for its dictionary"
    assert refusal(data) is Code.DEFLATE_CORRUPT


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_read_as_zlib_reads_them_or_refused(data: bytes, with_head: bool) -> None:
    if with_head:
        data = b"\x78\xda" + data
    try:
        expected: bytes | None = zlib.decompress(data)
    except zlib.error:
        expected = None
    try:
        found: bytes | None = deflate.inflate(data, 1000)
    except StageError:
        found = None
    assert found == expected
