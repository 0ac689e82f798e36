"""Keys as the Swiss list writes them, and its mirrors `{kid: [{use, alg, crv, x, y | n, e}]}`.

They are bare keys: the list says nothing of when they are valid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vaxpass.codes import GROUPS, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import public_key, signer_of
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import (
    Reading,
    base64_bytes,
    collect,
    entry_object,
    json_object,
    kid_bytes,
    kid_name,
)

NAME: Final = "Swiss keys (a mirror of the list)"

# A JWK set may look alike, but its list of keys has a name that is no kid.
_BEGINNING: Final = re.compile(rb'\s*\{\s*"(?!keys")[A-Za-z0-9+/_=-]{2,88}"\s*:\s*\[\s*\{\s*"use"\s*:')


def matches(data: bytes) -> bool:
    """A map from a kid to a list of keys, the first of which begins with its use."""
    return _BEGINNING.match(data) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the keys; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("nothing vouches for this copy of the Swiss list.")
    content = json_object(data, reading)

    def entry(item: tuple[str, Any]) -> list[TrustedKey]:
        return [key_of(item[0], item[1], reading.source, trusted_by)]

    named = []
    for kid, keys in content.items():
        listed = keys if isinstance(keys, list) else [keys]
        named += [(kid_name(kid), (kid, key)) for key in listed]
    return collect(named, entry, reading.source)


def key_of(kid: object, key: object, source: str, trusted_by: str) -> TrustedKey:
    """One key of the list under its kid. Raises `ValueError` where it can't be used."""
    key = entry_object(key)
    return TrustedKey.of(
        _certificate(key),
        source,
        kid=kid_bytes(kid),
        kinds=kinds_of(key.get("use")),
        trusted_by=trusted_by,
    )


def kinds_of(use: object) -> frozenset[Kind]:
    """What `use` allows: `sig` everything, else the kinds that its letters name.

    `l` is the Swiss certificate without health data, which is no EU DCC: such a key may sign none.

    >>> sorted(kinds_of("tv")), sorted(kinds_of("l"))
    ([<Kind.TEST: 'eu-dcc.test'>, <Kind.VACCINATION: 'eu-dcc.vaccination'>], [])
    """
    if use is None or use == "sig":
        return frozenset(Kind)
    if not isinstance(use, str):
        raise ValueError("use is not text")  # noqa: TRY004 - of data
    return frozenset(kind for letter, kind in GROUPS.items() if letter in use)


def _certificate(key: Mapping[str, Any]) -> SignerKey:
    spki = key.get("subjectPublicKeyInfo")
    if spki is not None:
        return SignerKey.from_public_key(base64_bytes(spki, "subjectPublicKeyInfo"))
    return signer_of(public_key({"kty": "EC" if key.get("crv") else "RSA", **key}))
