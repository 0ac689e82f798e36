"""For tests and demonstrations: an authority that issues test keys, and made-up people.

    from vaxpass.testing import Authority

    authority = Authority.create("VN", valid_from=start, days=3650)
    issued = authority.issue_signer(days=730)
    trust = TrustList([TrustedKey.of(issued.certificate, "my tests")])

Keys that are made here are marked as test keys: a verifier trusts them only with
`Policy(test_keys=True)`. `vaxpass.testing.synthetic` makes records and a population register of people
who do not exist.
"""

from __future__ import annotations

from vaxpass.crypto.authority import Authority, IssuedKey

__all__ = ["Authority", "IssuedKey"]
