"""Just enough DER (X.690) to find extensions in a certificate (RFC 5280, section 4.1).

pyca/cryptography parses all extensions or none, and refuses whole certificates of real issuers over one
of them (an explicit default, an empty list). What is needed here is a list of object identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from vaxpass.errors import ArgumentError

Element: TypeAlias = tuple[int, bytes]
"""The tag of an element and its content"""
_SEQUENCE, _OBJECT_IDENTIFIER, _EXTENSIONS = 0x30, 0x06, 0xA3
_EXTENDED_KEY_USAGE: Final = bytes.fromhex("551d25")  # 2.5.29.37


def extended_key_usages(certificate: bytes) -> frozenset[bytes]:
    """The object identifiers of a certificate's extended key usage (RFC 5280, section 4.2.1.12).

    Each is the content of its DER, without tag and length. Empty where there is no such extension.
    Raises `ArgumentError` where the bytes are not a certificate.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority, Kind
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=9)
    >>> dsc = ca.issue_signer(days=9, kinds=[Kind.TEST]).certificate
    >>> [oid.hex() for oid in extended_key_usages(dsc.der)]
    ['2b060104018e378f650101']
    """
    _, body, _ = _element(certificate, 0)
    _, to_be_signed, _ = _element(body, 0)
    for tag, content in _elements(to_be_signed):
        if tag == _EXTENSIONS:
            return _usages(content)
    return frozenset()


def looks_like_certificate(data: bytes) -> bool:
    """Whether the bytes begin like one certificate: not like a key, a PKCS#12 file or a message."""
    try:
        tag, body, end = _element(data, 0)
        inner, to_be_signed, _ = _element(body, 0)
    except ValueError:
        return False
    version_or_serial = to_be_signed[:1] in (b"\xa0", b"\x02")
    return (tag, inner, end) == (_SEQUENCE, _SEQUENCE, len(data)) and version_or_serial


def first_inside(data: bytes) -> bytes:
    """The first element inside the one that the bytes are, with its tag and length.

    Raises `ArgumentError` where there is none, or the bytes are more than one element.
    """
    _, body, end = _element(data, 0)
    if end != len(data):
        raise ArgumentError("DER: there is more after the end")
    return body[: _element(body, 0)[2]]


def extensions(certificate: bytes) -> dict[bytes, bytes]:
    """The extensions of a certificate by their object identifiers (RFC 5280, section 4.1.2.9).

    Identifiers are the content of their DER. Raises `ArgumentError` where the bytes are no certificate,
    and where an extension occurs twice.
    """
    _, to_be_signed, _ = _element(first_inside(certificate), 0)
    found: dict[bytes, bytes] = {}
    for tag, content in _elements(to_be_signed):
        if tag != _EXTENSIONS:
            continue
        _, listed, _ = _element(content, 0)
        for _, extension in _elements(listed):
            fields = list(_elements(extension))
            if len(fields) < 2 or fields[0][0] != _OBJECT_IDENTIFIER or fields[0][1] in found:
                raise ArgumentError("DER: an extension is malformed or occurs twice")
            found[fields[0][1]] = fields[-1][1]
    return found


def elements(content: bytes) -> list[Element]:
    """Tag and content of each element in some bytes.

    Raises `ArgumentError` where they are malformed.
    """
    return list(_elements(content))


def encode(tag: int, content: bytes) -> bytes:
    """An element in DER.

    >>> encode(0x04, b"hi").hex()
    '04026869'
    """
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 + len(length))) + length + content


def end_of_element(data: bytes) -> int:
    """Where the first element ends; the length of the bytes where that can't be told."""
    try:
        return _element(data, 0)[2]
    except ValueError:
        return len(data)


def _usages(extensions: bytes) -> frozenset[bytes]:
    _, listed, _ = _element(extensions, 0)
    for _, extension in _elements(listed):
        fields = list(_elements(extension))
        if fields and fields[0] == (_OBJECT_IDENTIFIER, _EXTENDED_KEY_USAGE):
            _, usages, _ = _element(fields[-1][1], 0)
            return frozenset(oid for tag, oid in _elements(usages) if tag == _OBJECT_IDENTIFIER)
    return frozenset()


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(content):
        tag, value, position = _element(content, position)
        yield tag, value


def _element(data: bytes, position: int) -> tuple[int, bytes, int]:
    """Tag, content and end of the element at `position`."""
    if position + 2 > len(data):
        raise ArgumentError("DER: an element is cut short")
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ArgumentError("DER: a length is not definite")
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    end = start + length
    if end > len(data):
        raise ArgumentError("DER: an element is cut short")
    return tag, data[start:end], end
