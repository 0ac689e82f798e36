"""Bare certificates: PEM (one or many), DER or its Base64 (one).

They are trusted because the user says so.
"""

from __future__ import annotations

from typing import Final

from vaxpass.crypto.certificate import SignerKey, certificate_blocks, looks_like_certificates
from vaxpass.errors import TrustListError
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, usages_of

NAME: Final = "certificates (PEM or DER)"


def matches(data: bytes) -> bool:
    """PEM by its header, DER (in Base64, too) by its outermost elements."""
    return looks_like_certificates(data)


def read(data: bytes, reading: Reading) -> TrustList:
    """Read all certificates; one that can't be read is skipped."""
    try:
        blocks = certificate_blocks(data)
    except ValueError:
        raise TrustListError("failure.list.pem", source=reading.source) from None

    trusted_by = reading.accept_own()

    def entry(block: bytes) -> list[TrustedKey]:
        certificate = SignerKey.from_der(block)
        usages = usages_of(certificate)
        return [
            TrustedKey.of(certificate, reading.source, usage=usage, trusted_by=trusted_by)
            for usage in usages
        ]

    named = [(f"certificate {number}", block) for number, block in enumerate(blocks, 1)]
    found = collect(named, entry, reading.source)
    if not len(found):
        reason = found.skipped[0].reason if found.skipped else "no certificate"
        raise TrustListError("failure.list.nothing", source=reading.source, detail=reason)
    return found
