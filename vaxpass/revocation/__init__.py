"""Revoked certificates: reads lists of hashes, builds a store from them, and looks certificates up.

    from vaxpass.revocation import RevocationStore, identifiers_of

    store = RevocationStore(buffer)                 # bytes, memoryview or mmap of a store's file
    hit = store.find(unverified.message.kid, identifiers_of(unverified))

The readers of lists add to `Entries`: `eu` (EU reference service), `germany` (COSE), `plain` (one
hash on a line). `build` makes the file of a store from them.
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
