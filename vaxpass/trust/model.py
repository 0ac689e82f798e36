"""Which signers are trusted: the entries of trust lists, found by kid.

A key is the same key wherever it is listed: under another kid, in another certificate, or without one.
What one entry says of it holds for all, and is put together once, when a list is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from vaxpass.codes import DCC_KINDS, IssuerType, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import public_bytes
from vaxpass.errors import ArgumentError, require, require_aware

DSC: Final = "DSC"
"""The usage of signers of HCERTs. Keys of other usages (SCA, DECA ...) are kept and verify nothing."""
CSCA: Final = "CSCA"
"""The usage of country signing authorities of ICAO: they sign the signers of VDS-NC (ICAO 9303-12)."""
BSC: Final = "BSC"
"""The usage of signers of VDS-NC (bar code signers) that are listed themselves."""
SHC: Final = "SHC"
"""The usage of keys of issuers of SMART Health Cards. They are found by issuer and kid."""
DIVOC: Final = "DIVOC"
"""The usage of keys of issuers of DIVOC certificates. They are found by the verification method."""


@dataclass(frozen=True, slots=True)
class ListedIssuer:
    """What a trust list says of the issuer that a key belongs to.

    >>> ListedIssuer("https://example.org/issuer", "Example Hospital").type is None
    True
    """

    identifier: str
    """A URL (SMART Health Cards) or a DID (DIVOC)"""
    name: str | None = None
    type: IssuerType | None = None
    retrieved_at: datetime | None = None
    """When its keys were last fetched (aware)"""


class RevokedCards(NamedTuple):
    """A list of revoked SMART Health Cards of one key (HL7 SHC STU 1, revocation).

    >>> RevokedCards("https://example.org/issuer", b"kid", {"abc": None}, 1, "my list").rids
    {'abc': None}
    """

    issuer: str | None
    """The claim `iss` of the issuer; None where the list does not say it"""
    kid: bytes
    rids: Mapping[str, float | None]
    """The identifiers. With a time (seconds since 1970), only cards issued before it are revoked."""
    counter: int
    source: str


class SignerCrl(NamedTuple):
    """A list of revoked signer certificates (X.509 CRL, RFC 5280, section 5), as DER, not verified.

    >>> crl = SignerCrl(b"DER", "my list")
    >>> crl.source, crl.period()
    ('my list', (None, None))
    """

    der: bytes
    source: str

    def period(self) -> tuple[datetime | None, datetime | None]:
        """When it was made, and when a newer one must be there (aware, UTC); None where not known."""
        from vaxpass.crypto.passports import RevocationList  # noqa: PLC0415 - of one family only

        try:
            listed = RevocationList(self.der)
        except ValueError:
            return None, None
        return listed.made_at, listed.next_at


class _Known(NamedTuple):
    """What all entries of one key know of it together."""

    kids: frozenset[bytes]
    listed: frozenset[Kind]
    """What the lists that restrict it allow; all kinds where none does."""
    certified: frozenset[Kind]
    """What its certificates allow."""
    not_before: int | None
    not_after: int | None


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
    `source` names the list. `test` marks keys that sign specimens only. `participant` and `domain` are
    those of the WHO network (GDHCN). `usage` says what the key is for: `DSC`, `CSCA`, `BSC`, `SHC`,
    `DIVOC`; the network has others, too. `listed_kinds` is what the list allows it to sign.
    `trusted_by` says in words how the key came to be trusted. `made_at` (aware) is when its list was
    made, None where nothing says so. `issuer` is there where keys belong to issuers that are no
    countries.

    `known` is what other entries of the same key add; `TrustList` fills it in.
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
    made_at: datetime | None = field(default=None, compare=False)
    issuer: ListedIssuer | None = None
    known: _Known | None = field(default=None, repr=False, compare=False)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What the key may sign: what both its certificate and the lists allow.

        Where its own list restricts nothing, what other lists allow counts; a bare key has the
        certificates that are known of the same key.
        """
        listed, certified, known = self.listed_kinds, self.certificate.kinds, self.known
        if known is not None:
            if not _restricts(listed):
                listed = known.listed
            if self.certificate.is_bare_key:
                certified = known.certified
        return listed & certified

    @property
    def kids(self) -> frozenset[bytes]:
        """Every kid under which the key is known: those of the lists, and those of its certificates."""
        if self.known is not None:
            return self.known.kids
        return frozenset((self.kid, self.certificate.kid))

    @property
    def not_before(self) -> int | None:
        """The first second of its validity (since 1970, UTC): of its certificate.

        Of a bare key it is the earliest of all certificates of the same key; None where there is none.
        """
        own, known = self.certificate, self.known
        return own.not_before if known is None or not own.is_bare_key else known.not_before

    @property
    def not_after(self) -> int | None:
        """The last second of its validity; of a bare key the latest: a certificate may be renewed."""
        own, known = self.certificate, self.known
        return own.not_after if known is None or not own.is_bare_key else known.not_after

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
        made_at: datetime | None = None,
        issuer: ListedIssuer | None = None,
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
            made_at=made_at,
            issuer=issuer,
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


class ListPart(NamedTuple):
    """A list that went into a `TrustList`: its name, when it was made (aware), how many keys it gave.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> TrustList([key], made_at=datetime(2026, 6, 1, tzinfo=UTC)).parts[0].source
    'my list'
    """

    source: str
    made_at: datetime | None
    keys: int


class TrustList:
    """An immutable set of trusted keys: signers (DSC) are found by kid, all keys by their usage.

    - `keys`: the keys, of one list or of several.
    - `skipped`: the entries that could not be used.
    - `made_at`: when the list was made (aware); None where nothing says so. It counts for every key
      that has no time of its own: a key is as old as the list that it came from, wherever it goes.
    - `revoked_cards`, `crls`: the lists of revoked cards and of revoked signers that came with it.

    Several certificates may share a kid, and one key may stand in several certificates: all are kept,
    once each. What is known of a key is the same for all of its entries: whether it is a test key, its
    kids, what it may sign, and, of a bare key, until when it is valid.

    The attribute `made_at` is the oldest of all these times, in UTC. Raises `ArgumentError` where a
    time is naive, or is none in UTC.

    >>> len(TrustList([])), TrustList([]).find(b"12345678")
    (0, ())
    """

    __slots__ = ("_by_kid", "_by_usage", "_keys", "crls", "made_at", "revoked_cards", "skipped")

    def __init__(
        self,
        keys: Iterable[TrustedKey],
        skipped: Iterable[SkippedEntry] = (),
        made_at: datetime | None = None,
        *,
        revoked_cards: Iterable[RevokedCards] = (),
        crls: Iterable[SignerCrl] = (),
    ) -> None:
        made_at = _in_utc(made_at)
        keys = tuple(keys)
        for key in keys:
            require("keys", key, TrustedKey)
        listed = [
            key if made_at is None or key.made_at is not None else replace(key, made_at=made_at)
            for key in keys
        ]
        self._keys = tuple(_combined(listed))
        by_kid: dict[bytes, list[TrustedKey]] = defaultdict(list)
        by_usage: dict[str, list[TrustedKey]] = defaultdict(list)
        for key in self._keys:
            by_usage[key.usage].append(key)
            if key.usage == DSC:
                by_kid[key.kid].append(key)
        self._by_kid = {kid: tuple(keys) for kid, keys in by_kid.items()}
        self._by_usage = {usage: tuple(keys) for usage, keys in by_usage.items()}
        self.skipped = tuple(skipped)
        self.revoked_cards = tuple(_once(revoked_cards))
        self.crls = tuple(dict.fromkeys(crls))
        times = {key.made_at for key in self._keys}
        self.made_at = _oldest([made_at, *map(_in_utc, times)])

    @classmethod
    def merge(cls, *lists: TrustList) -> TrustList:
        """All lists in one. Each key keeps the age and the name of the list that it came from.

        A key that several lists have is as old as the newest of them, for that one still vouches for
        it; a list without a date makes nothing newer. The attribute `made_at` of the result is that of
        the oldest list.

        >>> from datetime import UTC, datetime
        >>> old = TrustList([], made_at=datetime(2026, 1, 1, tzinfo=UTC))
        >>> new = TrustList([], made_at=datetime(2026, 6, 1, tzinfo=UTC))
        >>> TrustList.merge(new, old).made_at.isoformat()
        '2026-01-01T00:00:00+00:00'
        """
        for each in lists:
            require("lists", each, TrustList)
        if len(lists) == 1:
            return lists[0]
        merged = cls(
            (key for each in lists for key in each),
            (entry for each in lists for entry in each.skipped),
            revoked_cards=(cards for each in lists for cards in each.revoked_cards),
            crls=(crl for each in lists for crl in each.crls),
        )
        merged.made_at = _oldest([each.made_at for each in lists])
        return merged

    def vouched_at(self, made_at: datetime) -> TrustList:
        """The same keys, each as old as `made_at` (aware).

        For whoever signs a list anew and answers for it, such as the maker of a bundle. Raises
        `ArgumentError` as the constructor does.

        >>> from datetime import UTC, datetime
        >>> old = TrustList([], made_at=datetime(2026, 1, 1, tzinfo=UTC))
        >>> old.vouched_at(datetime(2026, 6, 1, tzinfo=UTC)).made_at.month
        6
        """
        return TrustList(
            (replace(key, made_at=None) for key in self),
            self.skipped,
            made_at,
            revoked_cards=self.revoked_cards,
            crls=self.crls,
        )

    @property
    def parts(self) -> tuple[ListPart, ...]:
        """The lists that the keys came from, in their order."""
        counts: dict[tuple[str, datetime | None], int] = defaultdict(int)
        for key in self._keys:
            counts[key.source, key.made_at] += 1
        return tuple(ListPart(*part, count) for part, count in counts.items())

    def find(self, kid: bytes) -> tuple[TrustedKey, ...]:
        """Every signer (DSC) with this kid."""
        return self._by_kid.get(kid, ())

    def with_usage(self, usage: str) -> tuple[TrustedKey, ...]:
        """Every key of a usage, such as `CSCA`, in the order of the lists.

        >>> TrustList([]).with_usage(CSCA)
        ()
        """
        return self._by_usage.get(usage, ())

    def __iter__(self) -> Iterator[TrustedKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __or__(self, other: TrustList) -> TrustList:
        """Both lists in one, as `merge` makes it."""
        return TrustList.merge(self, other)

    def __repr__(self) -> str:
        return f"TrustList({len(self)} keys, {len(self.skipped)} skipped)"


def _once(revoked: Iterable[RevokedCards]) -> list[RevokedCards]:
    """Each list once, and of those of one key that name the same cards the one counted highest."""
    found: dict[tuple[object, ...], RevokedCards] = {}
    for cards in revoked:
        place = (cards.issuer, cards.kid, cards.source, frozenset(cards.rids.items()))
        known = found.setdefault(place, cards)
        if cards.counter > known.counter:
            found[place] = cards
    return list(found.values())


def _in_utc(moment: datetime | None) -> datetime | None:
    """A time in UTC, so that it can be compared and shown without another error later."""
    if moment is None:
        return None
    require_aware("made_at", moment)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ArgumentError("the time at which a list was made is none in UTC") from None


def _oldest(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


def _combined(listed: Sequence[TrustedKey]) -> Iterable[TrustedKey]:
    """The entries, once each; those of one key all know what any of them does."""
    unique: dict[tuple[bytes, bytes, str, str | None], TrustedKey] = {}
    of_certificate: dict[bytes, bytes] = {}
    groups: dict[bytes, list[TrustedKey]] = defaultdict(list)
    for key in listed:
        der = key.certificate.der
        # Several issuers may sign with one key: brands of one health system do.
        place = (key.kid, der, key.usage, key.issuer.identifier if key.issuer else None)
        known = unique.setdefault(place, key)
        if known is not key:
            kept = key if _is_newer(key, known) else known
            # What either entry restricts is restricted in the one that stays, wherever that goes.
            unique[place] = replace(kept, listed_kinds=_listed_by((known, key)))
        identity = of_certificate.get(der)
        if identity is None:
            # One key has several encodings in DER, of which this is the canonical one.
            identity = of_certificate[der] = public_bytes(key.certificate.public_key)
        groups[identity].append(key)
    if len(groups) == len(listed):
        return listed
    shared = {identity: _known(group) for identity, group in groups.items() if len(group) > 1}
    return [_told(key, shared.get(of_certificate[key.certificate.der])) for key in unique.values()]


def _listed_by(entries: Iterable[TrustedKey]) -> frozenset[Kind]:
    """What the entries that restrict a key allow together; all kinds where none does."""
    said = [key.listed_kinds for key in entries if _restricts(key.listed_kinds)]
    return frozenset().union(*said) if said else DCC_KINDS


def _is_newer(key: TrustedKey, other: TrustedKey) -> bool:
    return key.made_at is not None and (other.made_at is None or key.made_at > other.made_at)


class _Shared(NamedTuple):
    known: _Known
    test: bool
    country: str | None


def _known(group: Sequence[TrustedKey]) -> _Shared:
    certified = [key for key in group if not key.certificate.is_bare_key]
    said = [key.listed_kinds for key in group] + [key.known.listed for key in group if key.known]
    said = [kinds for kinds in said if _restricts(kinds)]
    # A bare key may bring along what it has been told before, when its certificate was in the list.
    starts = [key.not_before for key in group if key.not_before is not None]
    ends = [key.not_after for key in group if key.not_after is not None]
    told = [key.known.certified for key in group if key.known is not None]
    kinds = [key.certificate.kinds for key in certified] or told
    # What a certificate says of its country is its authority's word; a list's is the list's.
    countries = {key.certificate.country for key in certified} - {None} or {
        key.country for key in group
    } - {None}
    known = _Known(
        kids=frozenset().union(*(key.kids for key in group)),
        listed=frozenset().union(*said) if said else DCC_KINDS,
        certified=frozenset().union(*kinds) if kinds else DCC_KINDS,
        not_before=min(starts, default=None),
        not_after=max(ends, default=None),
    )
    country = countries.pop() if len(countries) == 1 else None
    return _Shared(known, any(key.test for key in group), country)


def _told(key: TrustedKey, shared: _Shared | None) -> TrustedKey:
    if shared is None:
        return key
    country = key.country or shared.country
    return replace(key, test=shared.test, country=country, known=shared.known)


def _restricts(kinds: frozenset[Kind]) -> bool:
    return not kinds >= DCC_KINDS
