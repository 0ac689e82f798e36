"""The Italian list: a map from kid to certificate, as mirrors keep it.

The original gives one certificate in Base64 an answer, its kid in a header (`x-kid`), and no signature.
"""

from __future__ import annotations

import re
from typing import Final

from vaxpass.crypto.certificate import SignerKey, pem_blocks
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, json_object, kid_bytes, kid_name

NAME: Final = "map of certificates (IT)"

# Each certificate in Base64 begins with MI, for its length takes two bytes.
_BEGINNING: Final = re.compile(rb'\s*\{\s*"[A-Za-z0-9+/_=-]{2,88}"\s*:\s*"(MI|-----BEGIN )')


def matches(data: bytes) -> bool:
    """A map from a kid to what begins like a certificate."""
    return _BEGINNING.match(data) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the certificates; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("this list is not signed.")

    def entry(item: tuple[str, object]) -> list[TrustedKey]:
        kid, value = item
        certificate = SignerKey.from_der(_der(value))
        return [
            TrustedKey.of(certificate, reading.source, kid=kid_bytes(kid), trusted_by=trusted_by),
        ]

    named = [(kid_name(kid), (kid, value)) for kid, value in json_object(data, reading).items()]
    return collect(named, entry, reading.source)


def _der(value: object) -> bytes:
    if isinstance(value, str) and "-----BEGIN" in value:
        blocks = pem_blocks(value.encode(errors="replace"))
        if len(blocks) != 1:
            raise ValueError("the entry is not one certificate")
        return blocks[0]
    return base64_bytes(value, "the certificate")
