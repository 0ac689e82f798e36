"""Revoked certificates: lists of hashes, the store that holds them, and the look-up.

    from vaxpass.revocation import RevocationStore, identifiers_of

    store = RevocationStore(buffer)                 # bytes, memoryview or mmap of a store's file
    hit = store.find(unverified.message.kid, identifiers_of(unverified))

A store is written by `build` from what the readers of lists gave: `eu` (reference service), `germany`
(COSE), `plain` (a hash a line).
"""

from vaxpass.errors import RevocationError
from vaxpass.revocation.build import BloomFilter, HashList, Part, build
from vaxpass.revocation.entries import Entries, edited
from vaxpass.revocation.identifiers import Identifier, Type, identifiers, identifiers_of
from vaxpass.revocation.layout import HASHES
from vaxpass.revocation.store import Hit, Listed, RevocationStore

__all__ = [
    "HASHES",
    "BloomFilter",
    "Entries",
    "HashList",
    "Hit",
    "Identifier",
    "Listed",
    "Part",
    "RevocationError",
    "RevocationStore",
    "Type",
    "build",
    "edited",
    "identifiers",
    "identifiers_of",
]
