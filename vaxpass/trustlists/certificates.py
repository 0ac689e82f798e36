"""Bare certificates: PEM (one or many) or DER (one). They are trusted because the user says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vaxpass.crypto import der
from vaxpass.crypto.certificate import PublicKey, SignerCertificate, pem_blocks
from vaxpass.errors import TrustListError
from vaxpass.trust import SkippedEntry, TrustedKey, TrustList

NAME: Final = "certificates (PEM or DER)"


def matches(data: bytes) -> bool:
    """PEM by its header, DER by its outermost elements."""
    return b"-----BEGIN CERTIFICATE-----" in data or der.looks_like_certificate(data)


def read(data: bytes, source: str, _pins: Sequence[PublicKey] = ()) -> TrustList:
    """Read all certificates; one that can't be read is skipped."""
    try:
        blocks = pem_blocks(data) if b"-----BEGIN" in data else (data,)
    except ValueError:
        raise TrustListError(f"{source}: the PEM text is damaged.") from None
    keys = []
    skipped = []
    for number, block in enumerate(blocks, 1):
        try:
            certificate = SignerCertificate.from_der(block)
        except ValueError as error:
            skipped.append(SkippedEntry(source, f"certificate {number}", str(error)))
        else:
            keys.append(TrustedKey.of(certificate, source))
    if not keys:
        raise TrustListError(f"{source}: {skipped[0].reason if skipped else 'no certificate'}.")
    return TrustList(keys, skipped)
