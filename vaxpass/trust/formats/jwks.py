"""JWK sets (RFC 7517, section 5), `{"keys": [...]}`, or one JWK alone.

The keys have their certificate (`x5c`) or none. They are trusted because the user says so, as bare
certificates are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import from_jwk, to_jwk
from vaxpass.encoding import strict_base64, strict_json
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import (
    Reading,
    any_base64,
    base64_bytes,
    collect,
    entry_object,
    json_object,
)

NAME: Final = "JWK set"

_SMALL: Final = 64 * 1024
"""Bytes; a key has about 200, with its certificate 1,500."""
_BEGINNING: Final = re.compile(rb'\s*\{\s*"keys"\s*:\s*\[\s*(\{|\])')


def matches(data: bytes) -> bool:
    """An object that begins with its keys, or a small one: a set with other members, or a lone key."""
    begins = _BEGINNING.match(data)
    if begins is not None and (begins[1] == b"]" or b'"kty"' in data or b'"x5c"' in data):
        return True
    return _is_set_or_key(_small(data))


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the set; a key that can't be read is skipped."""
    content = json_object(data, reading)
    keys = content.get("keys", [content])
    if not isinstance(keys, list):
        raise reading.refuse("failure.list.no_key_list")

    trusted_by = reading.accept_own()

    def entry(jwk: Any) -> list[TrustedKey]:
        kid = _kid(entry_object(jwk).get("kid"))
        certificate = certificate_of(jwk)
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, trusted_by=trusted_by),
        ]

    named = [(f"key {number}", jwk) for number, jwk in enumerate(keys, 1)]
    found = collect(named, entry, reading.source)
    if "keys" not in content and found.skipped:
        raise reading.refuse("failure.list.detail", detail=found.skipped[0].reason)
    return found


def _small(data: bytes) -> object:
    """The JSON of a small file; None of all others."""
    if len(data) > _SMALL or data.lstrip()[:1] != b"{":
        return None
    try:
        return strict_json.read(data)
    except ValueError:
        return None


def _is_set_or_key(content: object) -> bool:
    if not isinstance(content, dict):
        return False
    keys = content.get("keys", [content])
    return (
        isinstance(keys, list)
        and bool(keys)
        and all(isinstance(key, dict) and isinstance(key.get("kty"), str) for key in keys)
    )


def certificate_of(jwk: Any) -> SignerKey:
    """The certificate of a JWK, or its bare key where it has none; `ValueError` for all else.

    Where there is a certificate the key is taken from it alone: the WHO network's lists have JWK with
    numbers that are padded wrongly, and curves that they do not name.
    """
    jwk = entry_object(jwk)
    x5c = jwk.get("x5c")
    if x5c is None or x5c == []:
        return SignerKey.from_key(from_jwk(jwk))
    leaf = x5c[0] if isinstance(x5c, list) else x5c
    return SignerKey.from_der(base64_bytes(leaf, "x5c"))


def write(keys: Iterable[TrustedKey]) -> bytes:
    """A JWK set in ASCII; kids in Base64, as health passports' lists have them.

    The key of a curve that JWK has no name for is there as its certificate only; `ValueError` where
    there is none.
    """
    return (json.dumps({"keys": [_entry(key) for key in keys]}, indent=1) + "\n").encode()


def _entry(key: TrustedKey) -> dict[str, Any]:
    entry: dict[str, Any] = {"kid": strict_base64.encode(key.kid), "use": "sig"}
    try:
        entry |= to_jwk(key.certificate.public_key)
    except ValueError:
        if key.certificate.is_bare_key:
            raise
        entry["kty"] = "EC"
    if not key.certificate.is_bare_key:
        entry["x5c"] = [strict_base64.encode(key.certificate.der)]
    return entry


def _kid(value: object) -> bytes | None:
    """A kid in Base64 as its bytes, other text as its UTF-8; none where the set gives none."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("kid is not text")  # noqa: TRY004 - of data
    try:
        return any_base64(value, "kid")
    except ValueError:
        return value.encode(errors="replace")
