"""What a verifier demands, where the specification leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass

from vaxpass.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of a verifier; the defaults are the strict ones.

    `test_keys`: accept passports signed with a test key. Only for tests and demonstrations.
    `es256_with_p384`: accept ES256 with a key on curve P-384, which some issuers used against the
    specification. `limits`: how much a text may hold.

    >>> Policy(test_keys=True).es256_with_p384
    False
    """

    test_keys: bool = False
    es256_with_p384: bool = False
    limits: Limits = DEFAULT_LIMITS


STRICT = Policy()
