"""The project's own trust list: JSON, described in docs/trust-list.md.

{"format": "vaxpass-trust-list", "version": 1, "source": "...", "test": false,
 "keys": [{"certificate": "<Base64 of DER>", "kid": "<Base64>", "country": "VN", "test": false}]}

A key without a certificate has `public_key` (SubjectPublicKeyInfo in DER, in Base64) instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.encoding import strict_base64
from vaxpass.errors import require_aware
from vaxpass.trust.model import DSC, TrustedKey, TrustList
from vaxpass.trust.reading import (
    Reading,
    base64_bytes,
    collect,
    entry_object,
    json_content,
    time_in_utc,
)

NAME: Final = "vaxpass trust list"
FORMAT: Final = "vaxpass-trust-list"
VERSION: Final = 1


def matches(data: bytes) -> bool:
    """By the name of the format near the beginning."""
    return data.lstrip()[:1] == b"{" and FORMAT.encode() in data[:4096]


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the list; an entry that can't be read is skipped."""
    document = json_content(data, reading)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise reading.refuse("failure.list.format", name=NAME)
    trusted_by = reading.accept_own()
    version = document.get("version")
    if version != VERSION or type(version) is not int:  # true equals 1
        raise reading.refuse("failure.list.version")
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise reading.refuse("failure.list.no_keys")
    name = document.get("source")
    source = name if isinstance(name, str) else reading.source
    # Anything but an explicit false marks the whole list as a test list.
    test = document.get("test", False) is not False

    def entry(item: Any) -> list[TrustedKey]:
        # What a file says of how it came to be trusted counts where it is the user's own, as written by
        # an import. Any other may say anything.
        said = _text(entry_object(item), "trusted_by") if reading.named_by_user else None
        return [_key(item, source, said or trusted_by, test=test)]

    named = [(f"key {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, source, _created(document, reading))


def write(
    keys: Iterable[TrustedKey], *, source: str, test: bool, made_at: datetime | None = None
) -> bytes:
    """The list as JSON in ASCII, in the format of docs/trust-list.md.

    `source` names the list, and `test` marks all of its keys as test keys. `made_at` (aware) is when
    the list was made; None leaves that open. A key with another age than the list has it beside it.

    >>> from pathlib import Path
    >>> from vaxpass.trust import read_trust_list
    >>> demo = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> copy = read_trust_list(write(demo, source="demo", test=True), source="copy")
    >>> list(copy) == list(demo)
    True
    """
    if made_at is not None:
        require_aware("made_at", made_at)
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "created": made_at.isoformat() if made_at else None,
        "test": test,
        "keys": [_entry(key, source, made_at) for key in keys],
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _entry(key: TrustedKey, source: str, made_at: datetime | None) -> dict[str, Any]:
    content = "public_key" if key.certificate.is_bare_key else "certificate"
    entry: dict[str, Any] = {
        "kid": strict_base64.encode(key.kid),
        "country": key.country,
        "test": key.test,
        content: strict_base64.encode(key.certificate.der),
        "source": key.source if key.source != source else None,
        "participant": key.participant,
        "domain": key.domain,
        "usage": key.usage if key.usage != DSC else None,
        "kinds": sorted(key.listed_kinds) if key.listed_kinds != DCC_KINDS else None,
        "trusted_by": key.trusted_by or None,
        "created": key.made_at.isoformat() if key.made_at and key.made_at != made_at else None,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _created(document: dict[str, Any], reading: Reading) -> datetime | None:
    created = document.get("created")
    if created is None:
        return None
    try:
        return time_in_utc(created, "its time of creation")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None


def _key(entry: Any, source: str, trusted_by: str, *, test: bool) -> TrustedKey:
    if "public_key" in entry:
        spki = base64_bytes(entry["public_key"], "public_key")
        certificate = SignerKey.from_public_key(spki)
    else:
        der = base64_bytes(entry.get("certificate"), "certificate")
        certificate = SignerKey.from_der(der)
    created = entry.get("created")
    return TrustedKey.of(
        certificate,
        _text(entry, "source") or source,
        kid=base64_bytes(entry["kid"], "kid") if "kid" in entry else None,
        country=_text(entry, "country"),
        test=test or entry.get("test", False) is not False,
        participant=_text(entry, "participant"),
        domain=_text(entry, "domain"),
        usage=_text(entry, "usage") or DSC,
        kinds=_kinds(entry),
        trusted_by=trusted_by,
        made_at=None if created is None else time_in_utc(created, "created"),
    )


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _kinds(entry: dict[str, Any]) -> frozenset[Kind]:
    value = entry.get("kinds")
    if value is None:
        return DCC_KINDS
    if not isinstance(value, list):
        raise ValueError("kinds is not a list")  # noqa: TRY004 - of data
    return frozenset(Kind(kind) for kind in value)
