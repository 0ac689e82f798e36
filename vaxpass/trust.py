"""Which signers are trusted: kid -> certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vaxpass.crypto.certificate import SignerCertificate


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A signer on a trust list.

    `kid` is the one that the list gives; it is a hint for finding the certificate, not proof of
    anything. `country` is the list's own statement where it makes one, else the certificate's.
    `source` names the list. `test` marks keys that sign specimens only.
    """

    kid: bytes
    certificate: SignerCertificate
    country: str | None
    source: str
    test: bool = False

    @classmethod
    def of(
        cls,
        certificate: SignerCertificate,
        source: str,
        *,
        kid: bytes | None = None,
        country: str | None = None,
        test: bool = False,
    ) -> TrustedKey:
        """An entry of a list; what the list does not state is taken from the certificate."""
        return cls(
            certificate.kid if kid is None else kid,
            certificate,
            country or certificate.country,
            source,
            test or certificate.made_for_tests,
        )


class SkippedEntry(NamedTuple):
    """An entry of a list that could not be used, and why; the rest of the list is not affected."""

    source: str
    entry: str
    reason: str


class TrustList:
    """An immutable set of trusted keys, found by kid.

    Several certificates may share a kid, and one key may stand in several certificates: all are
    kept, once each.

    >>> len(TrustList([])), TrustList([]).find(b"12345678")
    (0, ())
    """

    __slots__ = ("_by_kid", "_keys", "skipped")

    def __init__(self, keys: Iterable[TrustedKey], skipped: Iterable[SkippedEntry] = ()) -> None:
        unique: dict[tuple[bytes, bytes], TrustedKey] = {}
        for key in keys:
            known = unique.setdefault((key.kid, key.certificate.der), key)
            # A key that one list calls a test key stays one, whatever another says.
            if key.test and not known.test:
                unique[key.kid, key.certificate.der] = key
        self._keys = tuple(unique.values())
        by_kid: dict[bytes, tuple[TrustedKey, ...]] = {}
        for key in self._keys:
            by_kid[key.kid] = (*by_kid.get(key.kid, ()), key)
        self._by_kid = by_kid
        self.skipped = tuple(skipped)

    def find(self, kid: bytes) -> tuple[TrustedKey, ...]:
        """Every key with this kid."""
        return self._by_kid.get(kid, ())

    def __iter__(self) -> Iterator[TrustedKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __or__(self, other: TrustList) -> TrustList:
        return TrustList((*self, *other), (*self.skipped, *other.skipped))

    def __repr__(self) -> str:
        return f"TrustList({len(self)} keys, {len(self.skipped)} skipped)"
