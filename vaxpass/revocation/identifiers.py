"""What a certificate is revoked by: hashes of its UCI, of country and UCI, and of its signature.

Each is the first 16 bytes of a SHA-256 (EU DCC revocation, version 1). A list may hold them under any
of the three types, so a look-up asks for all of them.
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


class Type(IntFlag):
    """What a hash is made from. Lists may leave it open and name several."""

    UCI = 1
    COUNTRY_UCI = 2
    SIGNATURE = 4

    @property
    def label(self) -> str:
        """For people: `uci`, `country+uci`, `signature`, or several of them."""
        return ", ".join(_LABELS[one] for one in Type if one in self)


ANY_TYPE: Final = Type.UCI | Type.COUNTRY_UCI | Type.SIGNATURE
_LABELS: Final = {Type.UCI: "uci", Type.COUNTRY_UCI: "country+uci", Type.SIGNATURE: "signature"}


class Identifier(NamedTuple):
    """A hash that a list may hold, and what it is made from."""

    type: Type
    hash: bytes


def identifiers(
    uvci: str | None, country: str | None, signature: bytes | None, algorithm: Algorithm | None
) -> tuple[Identifier, ...]:
    """The hashes for what is given, at most one of each type.

    Of an ES256 signature only its first half counts, the number r: the other one can be replaced by
    anybody so that the signature still holds. Other signatures count whole.

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
    """Every hash by which a decoded certificate could be revoked.

    The country is the issuer's (claim 1). Where an entry names another one, that is tried as well,
    because issuers did not all take the same.
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
