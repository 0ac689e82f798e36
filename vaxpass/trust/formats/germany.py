"""The German list: a line with a signature in Base64, then JSON.

The signature is raw ES256 (r||s, 64 bytes) over the bytes of the JSON as they stand. The key is not in
the list: whoever reads it must have it from elsewhere and pin it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.keys import fingerprint
from vaxpass.crypto.signature import verify
from vaxpass.encoding import strict_base64
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, json_content

NAME: Final = "German trust list"

_SIGNATURE_LINE: Final = re.compile(rb"[A-Za-z0-9+/]{86}==\r?\n(?=\s*\{)")


def matches(data: bytes) -> bool:
    """By its first line: 64 bytes in Base64, followed by JSON."""
    return _SIGNATURE_LINE.match(data) is not None


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the list; an entry that can't be read is skipped."""
    line, _, body = data.partition(b"\n")
    trusted_by = _verify(line.strip(), body, reading)
    content = json_content(body, reading, "the signed content is not a trust list: ")
    entries = content.get("certificates") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise reading.refuse("failure.list.signed_other")

    def entry(item: Any) -> list[TrustedKey]:
        if not isinstance(item, dict):
            raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
        if item.get("certificateType") != "DSC":
            return []
        country = item.get("country")
        if not isinstance(country, str):
            raise ValueError("the country is missing")  # noqa: TRY004 - of data
        certificate = SignerKey.from_der(base64_bytes(item.get("rawData"), "rawData"))
        kid = base64_bytes(item.get("kid"), "kid")
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, country=country, trusted_by=trusted_by)
        ]

    named = [(f"certificate {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, reading.source)


def _verify(line: bytes, body: bytes, reading: Reading) -> str:
    if not reading.pins:
        return reading.accept_unsigned("failure.unsigned.signed")
    try:
        signature = strict_base64.decode(line)
    except ValueError:
        raise reading.refuse("failure.list.signature_damaged") from None
    for pin in reading.pinned_keys:
        if verify(Algorithm.ES256, pin, signature, body):
            return f"ES256 signature over the list by the pinned key {fingerprint(pin)[:16]}"
    raise reading.refuse("failure.list.signature")
