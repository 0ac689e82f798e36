"""The ZIP archive of a DIVOC certificate (PKWARE APPNOTE 6.3): one member, and nothing else.

Only what the issuers write is read: one member `certificate.json`, stored or deflated, in one part
without encryption. All sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import struct
from binascii import crc32
from typing import Final, NamedTuple

from vaxpass.codes import Code
from vaxpass.encoding import deflate
from vaxpass.findings import StageError

MAGIC: Final = b"PK\x03\x04"
"""What an archive with a member begins with."""
MEMBER: Final = b"certificate.json"
LARGEST: Final = 65536
"""Bytes of the archive. A QR code holds at most 2,953."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000  # of any kind, and with hidden headers
_STORED: Final = 0
_DEFLATED: Final = 8


class _Member(NamedTuple):
    """What the directory of an archive says of its member."""

    method: int
    checksum: int
    packed: int
    unpacked: int
    name: bytes


def certificate_in(data: bytes, limit: int) -> bytes:
    """The content of `certificate.json`, at most `limit` bytes.

    Raises `StageError` with a code of the stage `archive`: where the archive is damaged, divided,
    encrypted or of another kind; where it is too large; and where it holds something else.
    """
    if len(data) > LARGEST:
        raise StageError.of(Code.ARCHIVE_TOO_LARGE)
    try:
        member, directory = _directory(data)
    except (struct.error, ValueError):
        raise StageError.of(Code.ARCHIVE_STRUCTURE) from None
    if member is None or member.name != MEMBER:
        raise StageError.of(Code.ARCHIVE_NOT_DIVOC)
    if member.unpacked > limit:
        raise StageError.of(Code.ARCHIVE_TOO_LARGE)
    try:
        return _content(data[:directory], member)
    except (struct.error, ValueError):
        raise StageError.of(Code.ARCHIVE_STRUCTURE) from None


def _directory(data: bytes) -> tuple[_Member | None, int]:
    """The only member, and where the directory begins; no member where there is not just one."""
    place = data.rfind(b"PK\x05\x06")
    if place < 0:
        raise ValueError("the archive has no end")
    _, disk, first_disk, here, entries, size, start, comment = _END.unpack_from(data, place)
    if place + _END.size + comment != len(data) or start + size != place:
        raise ValueError("the parts of the archive do not lie where it says")
    if disk or first_disk or here != entries:
        raise ValueError("the archive is divided")
    if entries != 1:
        return None, start
    (signature, _, _, flags, method, _, _, checksum, packed, unpacked, name, extra, note, disk, _, _,
     offset) = _CENTRAL.unpack_from(data, start)  # fmt: skip
    if signature != b"PK\x01\x02" or _CENTRAL.size + name + extra + note != size:
        raise ValueError("the directory of the archive is damaged")
    # Sizes of 2^32 - 1 stand for larger ones elsewhere (ZIP64): they never fit.
    if flags & _ENCRYPTED or method not in (_STORED, _DEFLATED) or disk or offset:
        raise ValueError("the archive is written in a way that no issuer uses")
    begin = start + _CENTRAL.size
    return _Member(method, checksum, packed, unpacked, data[begin : begin + name]), start


def _content(data: bytes, member: _Member) -> bytes:
    """The content of the member; `data` is the archive up to its directory."""
    signature, _, flags, method, *_, name, extra = _LOCAL.unpack_from(data)
    begin = _LOCAL.size
    if signature != MAGIC or method != member.method or flags & _ENCRYPTED:
        raise ValueError("the member is another one than the directory says")
    if data[begin : begin + name] != member.name:
        raise ValueError("the member has another name than the directory says")
    begin += name + extra
    packed = data[begin : begin + member.packed]
    if len(packed) != member.packed:
        raise ValueError("the member ends too early")
    try:
        content = packed if method == _STORED else deflate.inflate_raw(packed, member.unpacked)
    except StageError:
        raise ValueError("the member does not unpack to what the directory says") from None
    if len(content) != member.unpacked or crc32(content) != member.checksum:
        raise ValueError("the member is damaged")
    return content
