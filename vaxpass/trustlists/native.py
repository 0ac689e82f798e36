"""The project's own trust list: JSON, described in docs/trust-list.md.

{"format": "vaxpass-trust-list", "version": 1, "source": "...", "test": false,
 "keys": [{"certificate": "<Base64 DER>", "kid": "<Base64>", "country": "VN", "test": false}]}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from vaxpass.crypto.certificate import PublicKey, SignerCertificate
from vaxpass.errors import TrustListError
from vaxpass.trust import SkippedEntry, TrustedKey, TrustList

NAME: Final = "vaxpass trust list"
FORMAT: Final = "vaxpass-trust-list"
VERSION: Final = 1


def matches(data: bytes) -> bool:
    """By the name of the format near the beginning."""
    return data.lstrip()[:1] == b"{" and FORMAT.encode() in data[:4096]


def read(data: bytes, source: str, _pins: Sequence[PublicKey] = ()) -> TrustList:
    """Read the list; an entry that can't be read is skipped. `source` is used where it has none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise TrustListError(f"{source}: the file is not valid JSON.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise TrustListError(f"{source}: the file does not say that it is a {NAME}.")
    version = document.get("version")
    if version != VERSION or type(version) is not int:  # true equals 1
        raise TrustListError(f"{source}: this version of the format is not known here.")
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise TrustListError(f"{source}: the list has no keys.")
    name = document.get("source")
    list_source = name if isinstance(name, str) else source
    # Anything but an explicit false marks the whole list as a test list.
    test = document.get("test", False) is not False
    keys = []
    skipped = []
    for number, entry in enumerate(entries, 1):
        try:
            keys.append(_key(entry, list_source, test=test))
        except ValueError as error:
            skipped.append(SkippedEntry(list_source, f"key {number}", str(error)))
    return TrustList(keys, skipped)


def write(keys: Iterable[TrustedKey], *, source: str, test: bool) -> bytes:
    """The list as JSON in ASCII."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "test": test,
        "keys": [
            {
                "kid": base64.b64encode(key.kid).decode(),
                "country": key.country,
                "test": key.test,
                "certificate": base64.b64encode(key.certificate.der).decode(),
            }
            for key in keys
        ],
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _key(entry: Any, source: str, *, test: bool) -> TrustedKey:
    if not isinstance(entry, dict):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    certificate = SignerCertificate.from_der(_bytes(entry, "certificate"))
    kid = _bytes(entry, "kid") if "kid" in entry else None
    country = entry.get("country")
    test = test or entry.get("test", False) is not False
    if country is not None and not isinstance(country, str):
        raise ValueError("the country is not text")
    return TrustedKey.of(certificate, source, kid=kid, country=country, test=test)


def _bytes(entry: dict[str, Any], name: str) -> bytes:
    value = entry.get(name)
    if not isinstance(value, str):
        raise ValueError(f"the field {name} is not text")  # noqa: TRY004 - of data
    return base64.b64decode(value, validate=True)
