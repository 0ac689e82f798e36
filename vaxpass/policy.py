"""How much a text may hold before it is refused unread.

TODO-MERGED: What a verifier demands, where the specification leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

__all__ = ["Limits", "Policy"]


class Limits(NamedTuple):
    """Upper bounds that every decoder keeps.

    The largest certificate seen in the field has 1,093 characters and 870 bytes, nested 5 deep; a QR
    code holds at most 4,296 characters. The defaults leave room for both and stop what is made to
    exhaust a machine.
    """

    characters: int = 8192
    """Of the text, prefix included."""
    inflated: int = 65536
    """Bytes after decompression."""
    depth: int = 16
    """Nested CBOR arrays, maps and tags."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of a verifier; the defaults are the strict ones.

    `test_keys`: accept passports signed with a test key. Only for tests and demonstrations.
    `es256_with_p384`: accept ES256 with a key on curve P-384, which some issuers used against the
    specification. `expired_signers`: a signer counts as long as it is on the list, even after its
    certificate expired (presence on the list; without it, the shell model). `list_warns_after` and
    `list_stale_after`: from which age of the trust list on a verdict warns, and is undecided; a list
    that does not say when it was made has no age. `limits`: how much a text may hold.

    >>> Policy(test_keys=True).es256_with_p384
    False
    """

    test_keys: bool = False
    es256_with_p384: bool = False
    expired_signers: bool = False
    list_warns_after: timedelta = timedelta(days=2)
    list_stale_after: timedelta = timedelta(days=14)
    limits: Limits = DEFAULT_LIMITS


STRICT = Policy()
