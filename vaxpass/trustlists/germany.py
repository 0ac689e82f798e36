"""The German list: a line with an ES256 signature in Base64, then JSON, over which it is.

The key is not in the list; whoever reads it must have it from elsewhere and pin it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from vaxpass.crypto.certificate import PublicKey, SignerCertificate
from vaxpass.crypto.signature import es256_verifies
from vaxpass.errors import TrustListError
from vaxpass.trust import SkippedEntry, TrustedKey, TrustList

NAME: Final = "German trust list"

_SIGNATURE_LINE: Final = re.compile(rb"[A-Za-z0-9+/]{86}==\r?\n(?=\s*\{)")


def matches(data: bytes) -> bool:
    """By its first line: 64 bytes in Base64, followed by JSON."""
    return _SIGNATURE_LINE.match(data) is not None


def read(data: bytes, source: str, pins: Sequence[PublicKey]) -> TrustList:
    """Verify the signature, then read the list; an entry that can't be read is skipped."""
    line, _, body = data.partition(b"\n")
    if not pins:
        raise TrustListError(
            f"{source}: this list is signed; name the key that it is signed with (--pin)."
        )
    try:
        signature = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        raise TrustListError(f"{source}: the signature is damaged.") from None
    if not any(es256_verifies(pin, signature, body) for pin in pins):
        raise TrustListError(
            f"{source}: the signature of the list does not match: it was changed, or the pinned key"
            " is another one. Nothing of it is used."
        )
    try:
        entries = json.loads(body)["certificates"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise TrustListError(f"{source}: the signed content is not a trust list.") from None
    if not isinstance(entries, list):
        raise TrustListError(f"{source}: the signed content is not a trust list.")
    keys = []
    skipped = []
    for number, entry in enumerate(entries, 1):
        try:
            key = _key(entry, source)
        except ValueError as error:
            skipped.append(SkippedEntry(source, f"certificate {number}", str(error)))
        else:
            if key is not None:
                keys.append(key)
    return TrustList(keys, skipped)


def _key(entry: Any, source: str) -> TrustedKey | None:
    if not isinstance(entry, dict):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    if entry.get("certificateType") != "DSC":
        return None
    raw, kid, country = entry.get("rawData"), entry.get("kid"), entry.get("country")
    if not (isinstance(raw, str) and isinstance(kid, str) and isinstance(country, str)):
        raise ValueError("a field is missing")  # noqa: TRY004 - of data
    certificate = SignerCertificate.from_der(base64.b64decode(raw, validate=True))
    key_id = base64.b64decode(kid, validate=True)
    return TrustedKey.of(certificate, source, kid=key_id, country=country)
