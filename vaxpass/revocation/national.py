"""Reads the lists of Switzerland and Italy: JSON with the identifiers of certificates, or their hashes.

    {"revokedCerts": ["urn:uvci:01:CH:..."], "validDuration": 172800000}           Switzerland
    {"chunk": 1, "lastChunk": 2, "version": 5, "revokedUcvi": ["..."]}              Italy, a part of all
    {"version": 6, "delta": {"insertions": ["..."], "deletions": ["..."]}}          Italy, what changed

A Swiss list may be signed (JWS). Italy's hashes are the SHA-256 of the identifier, in Base64. Both
services have ended; this was tested with lists made after their published sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from vaxpass.crypto import jws
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import PublicKey
from vaxpass.documents.hcert.dcc.uvci import read_uvci
from vaxpass.encoding import strict_json
from vaxpass.errors import RevocationError, require_aware
from vaxpass.revocation import plain
from vaxpass.revocation.entries import Entries
from vaxpass.revocation.identifiers import Type

__all__ = ["LARGEST", "matches", "read"]

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a list; larger ones are refused unread."""
_MOST_VALUES: Final = 4_000_000
"""Values in a list; an identifier counts as five, as it has colons"""
_SWISS: Final = "revokedCerts"
_ITALIAN: Final = "revokedUcvi"
_CHANGES: Final = "delta"
_LEAF: Final = "CH01-AppContentCertificate"
"""Whoever signs for the app; the root certifies the whole administration"""


class _Part(NamedTuple):
    """A file of the Italian list."""

    version: int
    chunk: int
    last: int
    revoked: list[bytes]
    gone: list[bytes]
    whole: bool


def matches(data: bytes) -> bool:
    """Whether the bytes look like one of these lists; nothing is verified.

    >>> matches(b'{"revokedCerts": []}'), matches(b"uvci:URN:UVCI:01:VN:1")
    (True, False)
    """
    content = data[:LARGEST]
    if jws.looks_like_jws(content):
        try:
            content = jws.parse(content).payload
        except ValueError:
            return False
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{":
        return False
    return any(b'"%b"' % name.encode() in content for name in (_SWISS, _ITALIAN, _CHANGES))


def read(
    lists: Sequence[bytes],
    entries: Entries,
    *,
    pins: Sequence[PublicKey | SignerKey] = (),
    at: datetime | None = None,
) -> None:
    """Add what the files revoke to `entries`; all parts of the Italian list are given at once.

    A signed list must be signed with a key of `pins`, by a certificate that is valid at `at` (aware).
    Raises `RevocationError` where a file can't be read, or a part is missing: discard `entries` then.

    >>> entries = Entries()
    >>> read([b'{"revokedUcvi": ["+QgC+QEUKyNcPPqqMurXtgwRX0j31mF7dlVI8pNKDMg="]}'], entries)
    >>> len(entries)
    1
    """
    if at is not None:
        require_aware("at", at)
    parts = []
    for data in lists:
        content = _content(data, pins, at)
        if _SWISS in content:
            _read_swiss(_texts(content[_SWISS]), entries)
        else:
            parts.append(_part(content))
    for record in _revoked(sorted(parts)):
        entries.add(b"", Type.UCI, record)


def _content(data: bytes, pins: Sequence[PublicKey | SignerKey], at: datetime | None) -> dict[str, Any]:
    if jws.looks_like_jws(data) and not pins:
        raise RevocationError("failure.revocation.national_pin")
    try:
        if jws.looks_like_jws(data):
            message = jws.parse(data)
            jws.verify(message, pins, at, leaf_name=_LEAF)
            data = message.payload
        content = strict_json.read(data, largest=LARGEST, most=_MOST_VALUES)
    except ValueError as error:
        raise RevocationError("failure.revocation.detail", detail=error) from None
    if not isinstance(content, dict):
        raise RevocationError("failure.revocation.not_object")
    return content


def _read_swiss(identifiers: Sequence[str], entries: Entries) -> None:
    for identifier in identifiers:
        try:
            entries.add_typed(b"", read_uvci(identifier))
        except ValueError:
            # It is not quoted: what it says is not known.
            raise RevocationError("failure.revocation.not_identifier") from None


def _part(content: dict[str, Any]) -> _Part:
    version, chunk, last = (_number(content.get(name)) for name in ("version", "chunk", "lastChunk"))
    changes = content.get(_CHANGES)
    if isinstance(changes, dict):
        revoked, gone = (_hashes(changes.get(name) or []) for name in ("insertions", "deletions"))
        return _Part(version, chunk, last, revoked, gone, whole=False)
    return _Part(version, chunk, last, _hashes(content.get(_ITALIAN)), [], whole=True)


def _revoked(parts: Sequence[_Part]) -> set[bytes]:
    """What is revoked after all parts, in the order of their versions."""
    found: set[bytes] = set()
    whole = [part for part in parts if part.whole]
    if parts and not whole:
        raise RevocationError("failure.revocation.changes_alone")
    if len({part.version for part in whole}) > 1:
        raise RevocationError("failure.revocation.versions")
    for version in {part.version for part in parts}:
        chunks = [part for part in parts if part.version == version]
        last = max(part.last for part in chunks)
        if last > len(chunks) or not set(range(1, last + 1)) <= {part.chunk for part in chunks}:
            raise RevocationError("failure.revocation.part_missing")
    for part in parts:
        if part.whole or part.version > whole[0].version:
            found.update(part.revoked)
            found.difference_update(part.gone)
    return found


def _hashes(value: object) -> list[bytes]:
    return [plain.read_hash(text) for text in _texts(value)]


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RevocationError("failure.revocation.not_texts")
    return value


def _number(value: object) -> int:
    if value is None:
        return 0
    if type(value) is not int:
        raise RevocationError("failure.revocation.not_number")
    return value
