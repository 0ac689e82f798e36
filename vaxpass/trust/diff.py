"""What changed from one trust list to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from vaxpass.trust.model import TrustedKey, TrustList

__all__ = ["FIELDS", "Changed", "Counts", "TrustDiff", "compare"]

FIELDS: Final = (
    "certificate",
    "test",
    "kinds",
    "country",
    "participant",
    "domain",
    "issuer",
    "trusted_by",
)
"""What is compared of a key that both lists name; the name of the list (`source`) is not."""

_Place: TypeAlias = tuple[bytes, str, str | None]


@dataclass(frozen=True, slots=True)
class Changed:
    """A key that both lists name, by kid, usage and issuer, and the names of the `FIELDS` that differ.

    >>> from dataclasses import replace
    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> changed = compare(TrustList([key]), TrustList([replace(key, country="LA")])).changed[0]
    >>> changed.fields, changed.before.country, changed.after.country
    (('country',), 'VN', 'LA')
    """

    before: TrustedKey
    after: TrustedKey
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many keys of a country were added, removed and changed.

    >>> Counts(added=2, removed=0, changed=1).added
    2
    """

    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True)
class TrustDiff:
    """What changed; true where anything did. All sorted by country and kid.

    `unchanged` is the number of the other keys that both lists name. `revoked_cards` and `crls` say
    whether the lists have other cards, or other lists of signers, that are revoked.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> key = TrustedKey.of(ca.issue_signer(days=365).certificate, "my list")
    >>> diff = compare(TrustList([]), TrustList([key]))
    >>> bool(diff), diff.by_country()
    (True, {'VN': Counts(added=1, removed=0, changed=0)})
    """

    added: tuple[TrustedKey, ...]
    removed: tuple[TrustedKey, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    revoked_cards: bool = False
    crls: bool = False

    def __bool__(self) -> bool:
        keys = self.added or self.removed or self.changed
        return bool(keys or self.revoked_cards or self.crls)

    def by_country(self) -> Mapping[str | None, Counts]:
        """The counts of every country in which something changed, sorted, the unknown one last.

        A change of country counts for the new one.
        """
        table: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0])
        parts: tuple[Iterable[TrustedKey], ...] = (
            self.added,
            self.removed,
            (change.after for change in self.changed),
        )
        for column, keys in enumerate(parts):
            for key in keys:
                table[key.country][column] += 1
        order = sorted(table, key=lambda country: (country is None, country or ""))
        return {country: Counts(*table[country]) for country in order}


def compare(old: TrustList, new: TrustList) -> TrustDiff:
    """What changed from `old` to `new`.

    Keys are the same where kid, usage and issuer are. When an issuer was last asked is no change. Where
    a kid has several certificates, equal ones are put together first; what is left over is paired as a
    change of certificate, then counts as added or removed.

    >>> bool(compare(TrustList([]), TrustList([])))
    False
    """
    before, after = _placed(old), _placed(new)
    added: list[TrustedKey] = []
    removed: list[TrustedKey] = []
    changed: list[Changed] = []
    for place in before.keys() | after.keys():
        was, now = dict(before.get(place, {})), dict(after.get(place, {}))
        pairs = [(was.pop(der), now.pop(der)) for der in was.keys() & now.keys()]
        left, right = sorted(was), sorted(now)
        both = min(len(left), len(right))
        pairs += [(was[one], now[other]) for one, other in zip(left, right, strict=False)]
        removed += (was[der] for der in left[both:])
        added += (now[der] for der in right[both:])
        for one, other in pairs:
            fields = tuple(name for name in FIELDS if _field(one, name) != _field(other, name))
            if fields:
                changed.append(Changed(one, other, fields))
    changed.sort(key=lambda change: _order(change.after))
    return TrustDiff(
        tuple(sorted(added, key=_order)),
        tuple(sorted(removed, key=_order)),
        tuple(changed),
        len(old) - len(removed) - len(changed),
        revoked_cards=_cards(old) != _cards(new),
        crls={crl.der for crl in old.crls} != {crl.der for crl in new.crls},
    )


def _cards(trust: TrustList) -> set[tuple[object, ...]]:
    """Each card that is revoked, whichever list says so."""
    return {
        (cards.issuer, cards.kid, rid, before)
        for cards in trust.revoked_cards
        for rid, before in cards.rids.items()
    }


def _placed(trust: TrustList) -> dict[_Place, dict[bytes, TrustedKey]]:
    places: dict[_Place, dict[bytes, TrustedKey]] = defaultdict(dict)
    for key in trust:
        issuer = key.issuer.identifier if key.issuer else None
        places[key.kid, key.usage, issuer][key.certificate.der] = key
    return places


def _field(key: TrustedKey, name: str) -> object:
    if name == "certificate":
        return key.certificate.der
    if name == "issuer":
        return key.issuer and (key.issuer.name, key.issuer.type)
    return key.listed_kinds if name == "kinds" else getattr(key, name)


def _order(key: TrustedKey) -> tuple[bool, str, bytes, str, bytes]:
    return key.country is None, key.country or "", key.kid, key.usage, key.certificate.der
