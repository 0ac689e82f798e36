"""The French list: `certificatesDCC {kid: Base64 of the Base64 of a certificate}`, unsigned."""

from __future__ import annotations

from typing import Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, base64_bytes, collect, json_object, kid_bytes, kid_name

NAME: Final = "French trust list"

_LIST: Final = "certificatesDCC"


def matches(data: bytes) -> bool:
    """An object that has the list's name somewhere: other lists may stand before it."""
    return data[:64].lstrip()[:1] == b"{" and f'"{_LIST}"'.encode() in data


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the certificates; one that can't be read is skipped."""
    trusted_by = reading.accept_unsigned("this list is not signed.")
    entries = json_object(data, reading).get(_LIST)
    if not isinstance(entries, dict):
        raise reading.refuse("the content is not a trust list.")

    def entry(item: tuple[str, object]) -> list[TrustedKey]:
        kid, value = item
        certificate = SignerKey.from_der(_der(value))
        return [
            TrustedKey.of(certificate, reading.source, kid=kid_bytes(kid), trusted_by=trusted_by),
        ]

    named = [(kid_name(kid), (kid, value)) for kid, value in entries.items()]
    return collect(named, entry, reading.source)


def _der(value: object) -> bytes:
    """The list has Base64 in Base64; a copy that undid one of them is read as well."""
    inner = base64_bytes(value, "the certificate")
    if inner[:1] == b"\x30":  # DER of a certificate, which is no Base64
        return inner
    return base64_bytes(inner.decode("ascii", "replace"), "the certificate")
