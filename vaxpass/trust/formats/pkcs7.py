"""A PKCS#7 (CMS, RFC 5652) bundle of certificates. They are trusted because the user says so."""

from __future__ import annotations

from typing import Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cms import certificates_in, looks_like_message
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, usages_of

NAME: Final = "PKCS#7 bundle of certificates"


def matches(data: bytes) -> bool:
    """PEM by its header, DER by its outermost elements."""
    return looks_like_message(data)


def read(data: bytes, reading: Reading) -> TrustList:
    """Read all certificates; one whose key can't be used is skipped."""
    try:
        bundle = certificates_in(data)
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None

    trusted_by = reading.accept_own()

    def entry(der: bytes) -> list[TrustedKey]:
        certificate = SignerKey.from_der(der)
        usages = usages_of(certificate)
        return [
            TrustedKey.of(certificate, reading.source, usage=usage, trusted_by=trusted_by)
            for usage in usages
        ]

    named = [(f"certificate {number}", der) for number, der in enumerate(bundle, 1)]
    return collect(named, entry, reading.source)
