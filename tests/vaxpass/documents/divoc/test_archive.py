"""The archive of a certificate: one member, and nothing that is made to harm."""

from __future__ import annotations

import contextlib
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import divoc_documents as divoc
from vaxpass.codes import Code
from vaxpass.documents.divoc.decode import certificate_in
from vaxpass.findings import StageError

GOOD = divoc.archive(b'{"a": 1}' * 9)


def refused(data: bytes, limit: int = 65536) -> Code:
    with pytest.raises(StageError) as raised:
        certificate_in(data, limit)
    return raised.value.problem.code


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_certificate_is_unpacked(method: int) -> None:
    assert certificate_in(divoc.archive(b"{}" * 40, method=method), 80) == b"{}" * 40


def test_what_comes_out_is_limited_before_it_is_unpacked() -> None:
    assert refused(GOOD, 71) is Code.ARCHIVE_TOO_LARGE
    assert certificate_in(GOOD, 72)
    bomb = divoc.archive(bytes(30_000_000))
    assert len(bomb) < 32_000
    assert refused(bomb) is Code.ARCHIVE_TOO_LARGE
    # The size that the archive states is not believed.
    lying = bomb.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 100))
    assert lying != bomb
    assert refused(lying) is Code.ARCHIVE_STRUCTURE
    assert refused(GOOD + bytes(70_000)) is Code.ARCHIVE_TOO_LARGE


@pytest.mark.parametrize(
    "name", ["other.json", "../certificate.json", "/certificate.json", "CERTIFICATE.JSON", "x"]
)
def test_another_member_is_no_certificate(name: str) -> None:
    assert refused(divoc.archive(b"{}", name)) is Code.ARCHIVE_NOT_DIVOC


def test_only_one_member_is_read() -> None:
    assert refused(divoc.archive(b"{}", more={"x": b""})) is Code.ARCHIVE_NOT_DIVOC
    assert refused(divoc.archive(b"{}", method=zipfile.ZIP_BZIP2)) is Code.ARCHIVE_STRUCTURE


def changed(place: int, value: int, data: bytes = GOOD) -> bytes:
    """The archive with a 16-bit number changed, counted from its directory."""
    start = data.index(b"PK\x01\x02") + place
    return data[:start] + struct.pack("<H", value) + data[start + 2 :]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (8, 1),  # encrypted
        (8, 0x40),
        (10, 9),  # deflate64
        (10, 0),  # stored, and it is not
        (16, 7),  # checksum
        (20, 0xFFFF),
        (34, 1),  # on another disk
        (42, 5),  # elsewhere
        (46 + 16 + 4, 1),  # disks
        (46 + 16 + 6, 1),
        (46 + 16 + 8, 2),
        (46 + 16 + 12, 9),
        (46 + 16 + 16, 0xFFFF),
        (46 + 16 + 20, 1),
    ],
)
def test_an_archive_that_contradicts_itself_is_refused(place: int, value: int) -> None:
    assert refused(changed(place, value)) is Code.ARCHIVE_STRUCTURE


def test_the_name_in_front_of_the_content_must_be_the_same() -> None:
    assert refused(GOOD.replace(b"certificate", b"CERTIFICATE", 1)) is Code.ARCHIVE_STRUCTURE


def test_a_part_of_an_archive_is_damaged() -> None:
    for end in range(len(GOOD)):
        assert refused(GOOD[:end]) in (Code.ARCHIVE_STRUCTURE, Code.ARCHIVE_NOT_DIVOC)
    assert refused(GOOD + b"\0") is Code.ARCHIVE_STRUCTURE


def test_the_end_of_a_line_after_it_is_not_a_part_of_it() -> None:
    assert certificate_in(GOOD + b"\r\n", 100) == certificate_in(GOOD, 100)


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_no_bytes_do_harm(noise: bytes, place: int) -> None:
    for data in (noise, GOOD[:place] + noise, GOOD[:place] + noise + GOOD[place:]):
        with contextlib.suppress(StageError):
            assert certificate_in(data, 65536) == b'{"a": 1}' * 9
