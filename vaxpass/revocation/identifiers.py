"""The hashes by which a certificate is revoked: of its UCI, of country and UCI, and of its signature.

Each is the first 16 bytes of a SHA-256 (EU DCC revocation, version 1). A list may have any of the three
types, so a look-up asks for all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import IntFlag
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.codes import GROUPS
from vaxpass.crypto.cose import Algorithm

if TYPE_CHECKING:
    from vaxpass.documents.family import Unverified

HASH_BYTES: Final = 16
"""Bytes of a whole hash."""


class Type(IntFlag):
    """What a hash is made from. A list may name several types and leave open which it is.

    >>> (Type.UCI | Type.SIGNATURE).label
    'uci, signature'
    """

    UCI = 1
    COUNTRY_UCI = 2
    SIGNATURE = 4

    @property
    def label(self) -> str:
        """The name for people: `uci`, `country+uci`, `signature`, or several of them."""
        return ", ".join(_LABELS[one] for one in Type if one in self)


ANY_TYPE: Final = Type.UCI | Type.COUNTRY_UCI | Type.SIGNATURE
"""All types: for lists that name none."""
_LABELS: Final = {Type.UCI: "uci", Type.COUNTRY_UCI: "country+uci", Type.SIGNATURE: "signature"}


class Identifier(NamedTuple):
    """A hash of a certificate, 16 bytes, and what it is made from.

    >>> Identifier(Type.UCI, bytes(16)).type.label
    'uci'
    """

    type: Type
    hash: bytes


def identifiers(
    uvci: str | None, country: str | None, signature: bytes | None, algorithm: Algorithm | None
) -> tuple[Identifier, ...]:
    """The hashes of what is given, at most one of each type (EU DCC revocation, version 1).

    Of an ES256 signature only the first half counts, the number r: the other half can be changed
    without the key so that the signature still holds. Other signatures count whole.

    >>> for found in identifiers("URN:UVCI:01:VN:1", "VN", None, None):
    ...     print(found.type.label, found.hash.hex())
    uci f1642c66cf0fdd71954281a8cbb2ae23
    country+uci fd511bf70a5641098e3f3c97518e7cc6
    """
    found = []
    if uvci is not None:
        found.append(Identifier(Type.UCI, _hash(uvci.encode())))
        if country is not None:
            found.append(Identifier(Type.COUNTRY_UCI, _hash((country + uvci).encode())))
    if signature is not None:
        counted = signature[: len(signature) // 2] if algorithm is Algorithm.ES256 else signature
        found.append(Identifier(Type.SIGNATURE, _hash(counted)))
    return tuple(found)


def identifiers_of(unverified: Unverified) -> tuple[Identifier, ...]:
    """All hashes by which a decoded certificate may be revoked.

    The country is the issuer's (claim 1). Where an entry has another country, its hash is in the result
    as well, because some issuers used that one.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> unverified = decode(Path("examples/passports/expired.txt").read_text())
    >>> [found.type.label for found in identifiers_of(unverified)]
    ['signature', 'uci', 'country+uci']
    """
    message = unverified.message
    found = dict.fromkeys(identifiers(None, None, message.signature, message.algorithm))
    payload = unverified.without_verification().payload
    for group in GROUPS:
        entries = payload.get(group)
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, Mapping) or not isinstance(entry.get("ci"), str):
                continue
            for country in (unverified.claims.iss, entry.get("co")):
                named = country if isinstance(country, str) else None
                found |= dict.fromkeys(identifiers(entry["ci"], named, None, None))
    return tuple(found)


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:HASH_BYTES]
