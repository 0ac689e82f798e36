"""Mirrors that describe each key of a list: `{kid: {publicKeyPem, subject, notAfter ...}}`.

Two lists are known in this form, the French and the Italian. The certificates themselves are gone, and
with them the proof of all that is said about them: only the key and the country are taken.
"""

from __future__ import annotations

import re
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
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

NAME: Final = "described public keys (mirrors of FR and IT)"

_KID: Final = rb'\s*\{\s*"[A-Za-z0-9+/_=-]{2,88}"\s*:\s*\{'
_BEGINNING: Final = re.compile(_KID + rb'[^}]{0,4096}?"(publicKeyPem|publicKeyAlgorithm)"\s*:')
_COUNTRY: Final = re.compile(r"(?:^|, )C=([A-Za-z]{2,3})(?:,|$)")


def matches(data: bytes) -> bool:
    """A map from a kid to an object with a public key."""
    return _BEGINNING.match(data) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the keys; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("this list is not signed.")

    def entry(item: tuple[str, Any]) -> list[TrustedKey]:
        kid, described = item[0], entry_object(item[1])
        spki = base64_bytes(described.get("publicKeyPem"), "publicKeyPem")
        return [
            TrustedKey.of(
                SignerKey.from_public_key(spki),
                reading.source,
                kid=kid_bytes(kid),
                country=_country(described.get("subject")),
                trusted_by=trusted_by,
            )
        ]

    named = [(kid_name(kid), (kid, value)) for kid, value in json_object(data, reading).items()]
    return collect(named, entry, reading.source)


def _country(subject: object) -> str | None:
    found = _COUNTRY.search(subject) if isinstance(subject, str) else None
    return found[1].upper() if found else None
