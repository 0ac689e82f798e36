"""The hashes by which a certificate is revoked: of its UCI, of country and UCI, and of its signature.

Each is the first 16 bytes of a SHA-256 (EU DCC revocation, version 1). A list may have any of the three
types, so a look-up asks for all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vaxpass.codes import GROUPS
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents.hcert.dcc.uvci import ALPHABET, TypedUvci, read_uvci

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


def identifiers_as_typed(
    typed: TypedUvci, country: str | None = None, *, every_check: bool = False
) -> tuple[Identifier, ...]:
    """The hashes of an identifier that a person typed, or that a list states as a text.

    They are those of every text that a certificate may have for it, alone and with its country
    (`country`, else the one that it names), and one more by which `lookups_of` finds all other
    ways to write it. One without a check character stands for every check character.
    `every_check` names all of them, to take back what was added with one.

    >>> from vaxpass.revocation import read_uvci
    >>> typed = identifiers_as_typed(read_uvci("01:vn:1"))
    >>> identifiers("URN:UVCI:01:VN:1", "VN", None, None)[0] in typed
    True
    """
    variants = [typed]
    if every_check and not typed.check:
        variants += [TypedUvci(typed.body, check) for check in ALPHABET + ALPHABET.lower()]
    found: dict[Identifier, None] = {}
    for one in variants:
        own, every = one.plain()
        found |= dict.fromkeys(identifiers(own if one.check else every, None, None, None))
        if one.fits:
            found |= dict.fromkeys(identifiers(one.body.upper(), None, None, None))
        for text in one.written():
            found |= dict.fromkeys(identifiers(text, country or typed.country, None, None))
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
    for entry in _entries(unverified):
        for country in (unverified.claims.iss, entry.get("co")):
            named = country if isinstance(country, str) else None
            found |= dict.fromkeys(identifiers(entry["ci"], named, None, None))
    return tuple(found)


def lookups_of(unverified: Unverified) -> tuple[Identifier, ...]:
    """What to look up for a decoded certificate: `identifiers_of`, and the hashes of typed identifiers.

    The latter are the same however the identifier is written; see `identifiers_as_typed`.

    >>> from pathlib import Path
    >>> from vaxpass import decode
    >>> unverified = decode(Path("examples/passports/expired.txt").read_text())
    >>> [found.type.label for found in lookups_of(unverified)]
    ['signature', 'uci', 'country+uci', 'uci', 'uci']
    """
    found = dict.fromkeys(identifiers_of(unverified))
    for entry in _entries(unverified):
        found |= dict.fromkeys(lookups(entry["ci"], None))
    return tuple(found)


def lookups(uvci: str, country: str | None) -> tuple[Identifier, ...]:
    """What to look up for the identifier that a certificate has, where the certificate is not here.

    `country` is that of its issuer. See `lookups_of`.

    >>> [found.type.label for found in lookups("URN:UVCI:01:VN:1", "VN")]
    ['uci', 'country+uci', 'uci', 'uci']
    """
    found = dict.fromkeys(identifiers(uvci, country, None, None))
    try:
        plain = read_uvci(uvci).plain()
    except ValueError:
        return tuple(found)  # nobody can type it
    for text in plain:
        found |= dict.fromkeys(identifiers(text, None, None, None))
    return tuple(found)


def _entries(unverified: Unverified) -> Iterator[Mapping[Any, Any]]:
    """The entries of a certificate that have an identifier."""
    payload = unverified.without_verification().payload
    for group in GROUPS:
        entries = payload.get(group)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping) and isinstance(entry.get("ci"), str):
                yield entry


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:HASH_BYTES]
