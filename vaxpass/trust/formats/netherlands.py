"""The Dutch list: `{payload, signature}` in Base64, where the signature is a detached CMS message.

The payload holds bare keys and what each may sign: `eu_keys {kid: [{subjectPk, keyUsage [t, v, r]}]}`.
Mirrors publish the payload alone. Keys of the other schemes (`cl_keys`, `nl_keys`) are not read.
"""

from __future__ import annotations

from typing import Any, Final

from vaxpass.codes import DCC_KINDS, Kind
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cms import verify_detached
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.pins import pinned_signer
from vaxpass.trust.reading import Reading, base64_bytes, collect, json_content

NAME: Final = "Dutch trust list"

_KINDS: Final = {"t": Kind.TEST, "v": Kind.VACCINATION, "r": Kind.RECOVERY}


def matches(data: bytes) -> bool:
    """By the names of its members."""
    if data.lstrip()[:1] != b"{":
        return False
    if b'"eu_keys"' in data:
        return True
    # With "protected" it would be a JWS in JSON.
    return b'"payload"' in data and b'"signature"' in data and b'"protected"' not in data


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the keys; an entry that can't be read is skipped."""
    document = _object(data, reading)
    if "eu_keys" in document:
        trusted_by = reading.accept_unsigned("failure.unsigned.dutch")
    else:
        try:
            payload = base64_bytes(document.get("payload"), "payload")
            signature = base64_bytes(document.get("signature"), "signature")
        except ValueError as error:
            raise reading.refuse("failure.list.detail", detail=error) from None
        trusted_by = _verify(signature, payload, reading)
        document = _object(payload, reading)
    listed = document.get("eu_keys")
    if not isinstance(listed, dict):
        raise reading.refuse("failure.list.no_eu_keys")
    named = [
        (f"key {kid[:40]}", (kid, item))
        for kid, items in listed.items()
        for item in (items if isinstance(items, list) else [items])
    ]

    def entry(pair: tuple[str, Any]) -> list[TrustedKey]:
        return [_key(*pair, trusted_by, reading.source)]

    return collect(named, entry, reading.source)


def _object(data: bytes, reading: Reading) -> dict[str, Any]:
    document = json_content(data, reading, "the file is not a Dutch trust list: ")
    if not isinstance(document, dict):
        raise reading.refuse("failure.list.not_dutch")
    return document


def _verify(signature: bytes, payload: bytes, reading: Reading) -> str:
    if not reading.pins:
        return reading.accept_unsigned("failure.unsigned.signed")
    try:
        signer = verify_detached(signature, payload, reading.pinned_certificates)
        return f"CMS signature over the list by {pinned_signer(signer, reading).words}"
    except ValueError as error:
        raise reading.refuse("failure.list.signature_reason", detail=error) from None


def _key(kid: str, item: Any, trusted_by: str, source: str) -> TrustedKey:
    if not isinstance(item, dict):
        raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
    usages = item.get("keyUsage", [])
    if not isinstance(usages, list):
        raise ValueError("keyUsage is not a list")  # noqa: TRY004 - of data
    # As in certificates: no known usage means that it may sign all.
    kinds = frozenset(_KINDS[u] for u in usages if isinstance(u, str) and u in _KINDS)
    country = item.get("ian")
    known_country = isinstance(country, str) and len(country) == 2 and country.isalpha()
    return TrustedKey.of(
        SignerKey.from_public_key(base64_bytes(item.get("subjectPk"), "subjectPk")),
        source,
        kid=base64_bytes(kid, "the kid"),
        country=country.upper() if known_country and isinstance(country, str) else None,
        kinds=kinds or DCC_KINDS,
        trusted_by=trusted_by,
    )
