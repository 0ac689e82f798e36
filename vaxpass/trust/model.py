"""Which signers are trusted: the entries of trust lists, found by kid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto.certificate import SignerKey

DSC: Final = "DSC"
"""The usage of keys that sign certificates; others (SCA, DECA ...) are kept and never verify one."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A signer on a trust list.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> key.country, key.test, key in TrustList([key])
    ('VN', True, True)

    `kid` is the one that the list gives; it is a hint for finding the certificate, not proof of
    anything. `country` is the list's own statement where it makes one, else the certificate's.
    `source` names the list. `test` marks keys that sign specimens only. `participant`, `domain` and
    `usage` are those of the WHO network (GDHCN); other lists hold only signers (DSC). `listed_kinds`
    is what the list allows it to sign. `trusted_by` says in words how the key came to be trusted.
    """

    kid: bytes
    certificate: SignerKey
    country: str | None
    source: str
    test: bool = False
    participant: str | None = None
    domain: str | None = None
    usage: str = DSC
    listed_kinds: frozenset[Kind] = DCC_KINDS
    trusted_by: str = field(default="", compare=False)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What the key may sign: what both its certificate and the list allow."""
        return self.listed_kinds & self.certificate.kinds

    @classmethod
    def of(  # noqa: PLR0913 - a field of the list each
        cls,
        certificate: SignerKey,
        source: str,
        *,
        kid: bytes | None = None,
        country: str | None = None,
        test: bool = False,
        participant: str | None = None,
        domain: str | None = None,
        usage: str = DSC,
        kinds: frozenset[Kind] = DCC_KINDS,
        trusted_by: str = "",
    ) -> TrustedKey:
        """An entry of a list; what the list does not state is taken from the certificate."""
        return cls(
            kid=certificate.kid if kid is None else kid,
            certificate=certificate,
            country=country or certificate.country,
            source=source,
            test=test or certificate.made_for_tests,
            participant=participant,
            domain=domain,
            usage=usage,
            listed_kinds=kinds,
            trusted_by=trusted_by,
        )


class SkippedEntry(NamedTuple):
    """An entry of a list that could not be used, and why; the rest of the list is not affected.

    `source` names the list and `entry` its entry. `reason` is a part of a sentence, in English.

    >>> from vaxpass.trust import read_trust_list
    >>> data = b'{"format": "vaxpass-trust-list", "version": 1, "keys": [{}]}'
    >>> read_trust_list(data, source="my list").skipped
    (SkippedEntry(source='my list', entry='key 1', reason='certificate is not text'),)
    """

    source: str
    entry: str
    reason: str


class TrustList:
    """An immutable set of trusted keys, found by kid.

    Several certificates may share a kid, and one key may stand in several certificates: all are
    kept, once each. `made_at` (aware) is when the list was made, None where nothing says so. `skipped`
    are the entries that could not be used.

    >>> len(TrustList([])), TrustList([]).find(b"12345678")
    (0, ())
    """

    __slots__ = ("_by_kid", "_keys", "made_at", "skipped")

    def __init__(
        self,
        keys: Iterable[TrustedKey],
        skipped: Iterable[SkippedEntry] = (),
        made_at: datetime | None = None,
    ) -> None:
        unique: dict[tuple[bytes, bytes, str], TrustedKey] = {}
        for key in keys:
            place = (key.kid, key.certificate.der, key.usage)
            known = unique.setdefault(place, key)
            # A key that one list calls a test key stays one, whatever another says.
            if key.test and not known.test:
                unique[place] = key
        self._keys = tuple(unique.values())
        by_kid: dict[bytes, tuple[TrustedKey, ...]] = {}
        for key in self._keys:
            if key.usage == DSC:
                by_kid[key.kid] = (*by_kid.get(key.kid, ()), key)
        self._by_kid = by_kid
        self.skipped = tuple(skipped)
        self.made_at = made_at

    def find(self, kid: bytes) -> tuple[TrustedKey, ...]:
        """Every signer (DSC) with this kid."""
        return self._by_kid.get(kid, ())

    def __iter__(self) -> Iterator[TrustedKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __or__(self, other: TrustList) -> TrustList:
        """Both lists in one, which is as old as the older of them."""
        times = [moment for moment in (self.made_at, other.made_at) if moment is not None]
        made_at = min(times, default=None)
        return TrustList((*self, *other), (*self.skipped, *other.skipped), made_at)

    def __repr__(self) -> str:
        return f"TrustList({len(self)} keys, {len(self.skipped)} skipped)"
