"""What a verifier demands where a specification leaves a choice, and how large a text may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

__all__ = ["Limits", "Policy"]


class Limits(NamedTuple):
    """Upper bounds of every decoder. A text beyond them is unreadable.

    The largest certificate seen in the field has 1,093 characters and 870 bytes, nested 5 levels deep.
    A QR code holds at most 4,296 characters. The defaults leave room for both and stop texts that are
    made to exhaust a machine.

    >>> from vaxpass import DecodeError, Limits, decode
    >>> try:
    ...     decode("HC1:6BF", Limits(characters=5))
    ... except DecodeError as error:
    ...     print(error.problem.code)
    base45.too_long
    """

    characters: int = 8192
    """Of the text, with its prefix."""
    inflated: int = 65536
    """Bytes after decompression."""
    depth: int = 16
    """Levels of nested CBOR arrays, maps and tags."""


DEFAULT_LIMITS = Limits()
"""The limits of a policy that states none."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of a verifier. The defaults are the strict ones.

    >>> from datetime import timedelta
    >>> policy = Policy(list_stale_after=timedelta(days=7))
    >>> policy.test_keys, policy.list_stale_after.days
    (False, 7)
    """

    test_keys: bool = False
    """Accept documents that a test key signed. Only for tests and demonstrations."""
    es256_with_p384: bool = False
    """Accept ES256 with a key on curve P-384, which some issuers used against the specification."""
    short_rsa: bool = False
    """Accept RSA keys of 1024 to 2047 bits, which may be broken: RFC 8230 asks for 2048 at least."""
    covid_signers: bool = False
    """Accept other documents of the WHO network, too, from a key whose certificate restricts it to
    certificates of vaccination, test or recovery of COVID-19; without this the verdict is undecided."""
    same_country: bool = False
    """Accept a document only where the issuer and all entries name the country of its signer. The entry
    of somebody who was vaccinated abroad names another."""
    expired_signers: bool = False
    """A signer counts as long as it is on the trust list, even after its certificate expired. Without
    this its certificate must be valid at the time of the verification (shell model)."""
    seals_without_usage: bool = False
    """Accept a seal (VDS-NC) whose signer's certificate does not say that it signs seals. The authority
    that issued it also issues certificates for other purposes, which may not sign seals."""
    own_period: bool = False
    """Refuse a certificate of recovery outside of the period that it states (`df` to `du`). Without
    this the verdict has a note: rules of the destination may give recoveries another period."""
    clock_tolerance: timedelta = timedelta(minutes=5)
    """How far the clock may be behind that of the issuer: a document is valid that much before its time
    of issue. Nothing is added to the end of its validity."""
    list_warns_after: timedelta = timedelta(days=2)
    """A verdict has a note where the trust list is older. A list without a date has no age."""
    list_stale_after: timedelta = timedelta(days=14)
    """A verdict is undecided where the trust list is older."""
    limits: Limits = DEFAULT_LIMITS
    """How large a text may be."""


STRICT = Policy()
"""The policy of a verifier that is given none."""
