"""The Polish list: `[{identyfikator, identyfikatorKlucza, certyfikat}]`.

Whether and how the original was signed is not known; what there is of it has no signature.
"""

from __future__ import annotations

import re
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, entry_object, json_list, kid_bytes

NAME: Final = "Polish trust list"

_BEGINNING: Final = re.compile(rb'\s*\[\s*\{[^{}\[\]]*"(identyfikatorKlucza|certyfikat)"\s*:')


def matches(data: bytes) -> bool:
    """A list whose first entry has one of the Polish names."""
    return _BEGINNING.match(data[:65536]) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the certificates; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("this list is not signed.")
    entries = json_list(data, reading)

    def entry(item: Any) -> list[TrustedKey]:
        kid = kid_bytes(entry_object(item).get("identyfikatorKlucza"))
        certificate = SignerKey.from_der(base64_bytes(item.get("certyfikat"), "certyfikat"))
        return [TrustedKey.of(certificate, reading.source, kid=kid, trusted_by=trusted_by)]

    named = [(f"certificate {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, reading.source)
