"""The Swiss list: two JWS, one with the keys (`certs`) and one with the kids in use (`activeKeyIds`).

A key is trusted only while its kid is among the active ones, so neither is of use without the other:
one of them is read, and the other comes along as a sidecar. The list of keys came in parts; all of them
may come along. The keys are bare: the list says nothing of when they are valid.
"""

from __future__ import annotations

from typing import Any, Final

from vaxpass.codes import DCC_KINDS, GROUPS, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import from_jwk
from vaxpass.trust.formats import signed_json
from vaxpass.trust.formats.signed_json import Signed
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, entry_object, kid_bytes

NAME: Final = "Swiss trust list"

_KEYS, _ACTIVE = "certs", "activeKeyIds"
_LEAF: Final = "CH01-AppContentCertificate"
"""Whoever signs for the app. The root certifies the whole administration: not all may sign this."""


def matches(data: bytes) -> bool:
    """A JWS with either part in its content."""
    return signed_json.mentions(data, _KEYS) or signed_json.mentions(data, _ACTIVE)


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify both parts, then read the active keys; one that can't be read is skipped."""
    keys: list[Signed] = []
    active: list[Signed] = []
    for part in (data, *filter(matches, reading.sidecars)):
        signed = signed_json.verified(part, reading, leaf_name=_LEAF)
        if isinstance(signed.content.get(_KEYS), list):
            keys.append(signed)
        elif isinstance(signed.content.get(_ACTIVE), list):
            active.append(signed)
        else:
            raise reading.refuse("failure.list.signed_other")
    if not keys or len(active) != 1:
        raise reading.refuse("failure.list.two_files")
    made = [signed_json.made_at(signed.content, reading) for signed in (*keys, *active)]
    kids = frozenset(_readable(active[0].content[_ACTIVE]))

    def entry(item: tuple[Any, str]) -> list[TrustedKey]:
        key, trusted_by = item
        kid = kid_bytes(entry_object(key).get("keyId"))
        if kid not in kids:
            return []
        return [
            TrustedKey.of(
                signer_of(key),
                reading.source,
                kid=kid,
                kinds=kinds_of(key.get("use")),
                trusted_by=trusted_by,
            )
        ]

    listed = [(key, signed.trusted_by) for signed in keys for key in signed.content[_KEYS]]
    named = [(f"key {number}", item) for number, item in enumerate(listed, 1)]
    return collect(
        named, entry, reading.source, min((time for time in made if time is not None), default=None)
    )


def signer_of(key: object) -> SignerKey:
    """The signer in an entry, which is a bare key: a JWK without `kty`, or a SubjectPublicKeyInfo.

    Raises `ValueError` where it can't be used.
    """
    key = entry_object(key)
    spki = key.get("subjectPublicKeyInfo")
    if spki is not None:
        return SignerKey.from_public_key(base64_bytes(spki, "subjectPublicKeyInfo"))
    return SignerKey.from_key(from_jwk({"kty": "EC" if key.get("crv") else "RSA", **key}))


def kinds_of(use: object) -> frozenset[Kind]:
    """What `use` allows: `sig` everything, else the kinds that its letters name.

    `l` is the Swiss certificate without health data, which is no EU DCC: such a key may sign none.

    >>> sorted(kinds_of("tv")), sorted(kinds_of("l"))
    ([<Kind.TEST: 'eu-dcc.test'>, <Kind.VACCINATION: 'eu-dcc.vaccination'>], [])
    """
    if use is None or use == "sig":
        return DCC_KINDS
    if not isinstance(use, str):
        raise ValueError("use is not text")  # noqa: TRY004 - of data
    return frozenset(kind for letter, kind in GROUPS.items() if letter in use)


def _readable(kids: list[Any]) -> list[bytes]:
    """A kid that can't be read makes no key active."""
    found = []
    for kid in kids:
        try:
            found.append(kid_bytes(kid))
        except ValueError:
            continue
    return found
