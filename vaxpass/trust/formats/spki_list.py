"""The lists of the United Kingdom and of Norway: `[{kid, publicKey}]`, bare public keys, unsigned."""

from __future__ import annotations

import re
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, entry_object, json_list, kid_bytes

NAME: Final = "list of public keys (GB, NO)"

_BEGINNING: Final = re.compile(rb'\s*\[\s*\{[^{}\[\]]*"publicKey"\s*:')


def matches(data: bytes) -> bool:
    """A list whose first entry has a public key."""
    return _BEGINNING.match(data[:65536]) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the keys; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("this list is not signed.")
    entries = json_list(data, reading)

    def entry(item: Any) -> list[TrustedKey]:
        kid = kid_bytes(entry_object(item).get("kid"))
        spki = base64_bytes(item.get("publicKey"), "publicKey")
        certificate = SignerKey.from_public_key(spki)
        return [TrustedKey.of(certificate, reading.source, kid=kid, trusted_by=trusted_by)]

    named = [(f"key {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, reading.source)
