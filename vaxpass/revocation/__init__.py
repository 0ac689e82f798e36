"""Revoked certificates: reads lists of hashes, builds a store from them, and looks certificates up.

    from vaxpass.revocation import RevocationStore, identifiers_of

    store = RevocationStore(buffer)                 # bytes or mmap of a store's file
    hit = store.find(unverified.message.kid, lookups_of(unverified))

The readers of lists add to `Entries`: `eu` (EU reference service), `germany` (COSE), `national`
(Switzerland and Italy), `plain` (one hash on a line). `build` makes the file of a store from them.
"""

from vaxpass.documents.hcert.dcc.uvci import TypedUvci, read_uvci
from vaxpass.errors import RevocationError
from vaxpass.revocation.build import BloomFilter, HashList, Part, build
from vaxpass.revocation.entries import Entries, Remark, edited
from vaxpass.revocation.identifiers import (
    Identifier,
    Type,
    identifiers,
    identifiers_as_typed,
    identifiers_of,
    lookups,
    lookups_of,
)
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
    "Remark",
    "RevocationError",
    "RevocationStore",
    "Type",
    "TypedUvci",
    "build",
    "edited",
    "identifiers",
    "identifiers_as_typed",
    "identifiers_of",
    "lookups",
    "lookups_of",
    "read_uvci",
]
