"""The Austrian list: CBOR `{c: [{i: kid, c: certificate | k: public key, is, su, nb, na}]}`.

Certificate and public key (SubjectPublicKeyInfo) are DER. The signature is a file of its own; see
`vaxpass.trust.formats.detached_cose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.trust.formats import detached_cose
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, entry_object

NAME: Final = "Austrian trust list"


def matches(data: bytes) -> bool:
    """A CBOR map of `c` to an array."""
    return detached_cose.looks_like_list(data, b"c")


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the list; an entry that can't be read is skipped."""
    entries, trusted_by, made_at = detached_cose.verified(data, "c", reading)

    def entry(item: Any) -> list[TrustedKey]:
        item = entry_object(item)
        kid = _bytes(item, "i")
        certificate = (
            SignerKey.from_public_key(_bytes(item, "k"))
            if item.get("c") is None
            else SignerKey.from_der(_bytes(item, "c"))
        )
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, trusted_by=trusted_by),
        ]

    named = [(f"certificate {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, reading.source, made_at)


def _bytes(item: Mapping[Any, Any], name: str) -> bytes:
    value = item.get(name)
    if not isinstance(value, bytes) or not value:
        raise ValueError(f"{name} is not bytes")
    return value
