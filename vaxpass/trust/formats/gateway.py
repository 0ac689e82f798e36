"""Items of the EU gateway (DGCG): certificates, each signed by its country's uploader.

`[{"kid", "rawData", "country", "certificateType", "signature"}]`, where `rawData` is Base64 of a
certificate and `signature` Base64 of a detached CMS message (RFC 5652) over it. There is no signature
over the whole: that an item is missing goes unnoticed. Mirrors publish the same without signatures, as
`{"certificates": [...]}`.
"""

from __future__ import annotations

from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cms import verify_detached
from vaxpass.errors import TrustListError
from vaxpass.trust.model import DSC, TrustedKey, TrustList
from vaxpass.trust.pins import pinned_uploader
from vaxpass.trust.reading import Reading, base64_bytes, collect, json_content

NAME: Final = "EU gateway list of certificates"


def matches(data: bytes) -> bool:
    """By the name of the member that holds the certificate; an array, or an object around one."""
    start = data[:4096].lstrip()
    in_object = start[:1] == b"{" and b'"certificates"' in start
    return (start[:1] == b"[" or in_object) and b'"rawData"' in data


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify item by item; one that no pin vouches for, or that can't be read, is skipped."""
    items = json_content(data, reading, "the file is not a list of certificates: ")
    if isinstance(items, dict):
        items = items.get("certificates")
    if not isinstance(items, list):
        raise reading.refuse("failure.list.not_certificates")
    unsigned = "" if reading.pins else reading.accept_unsigned(_why_unsigned(data))

    def entry(item: Any) -> list[TrustedKey]:
        if not isinstance(item, dict):
            raise ValueError("the entry is not an object")  # noqa: TRY004 - of data
        if item.get("certificateType", DSC) != DSC:
            return []
        raw = base64_bytes(item.get("rawData"), "rawData")
        certificate = SignerKey.from_der(raw)
        country = item.get("country", certificate.country)
        if country is not None and not isinstance(country, str):
            raise ValueError("the country is not text")
        trusted_by = unsigned or _verify(item, raw, country, reading)
        kid = base64_bytes(item["kid"], "kid") if "kid" in item else None
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, country=country, trusted_by=trusted_by)
        ]

    named = [(f"certificate {number}", item) for number, item in enumerate(items, 1)]
    found = collect(named, entry, reading.source)
    if not len(found) and found.skipped:
        raise reading.refuse("failure.list.no_item", detail=found.skipped[0].reason)
    return found


def _why_unsigned(data: bytes) -> str:
    if b'"signature"' in data:
        return "failure.unsigned.items"
    return "failure.unsigned.no_signatures"


def _verify(item: dict[str, Any], raw: bytes, country: str | None, reading: Reading) -> str:
    if item.get("signature") is None:
        try:
            return reading.accept_unsigned("failure.unsigned.no_signatures")
        except TrustListError:
            raise ValueError("it is not signed") from None
    signer = verify_detached(
        base64_bytes(item["signature"], "signature"), raw, reading.pinned_certificates
    )
    return f"CMS signature over the certificate by {pinned_uploader(signer, country, reading)}"
