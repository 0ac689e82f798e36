"""The Austrian list: CBOR `{c: [{i: kid, c: certificate | k: public key, is, su, nb, na}]}`.

Its signature is a file of its own; see `vaxpass.trust.formats.detached_cose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.trust.formats import detached_cose
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import Reading, collect, entry_object

NAME: Final = "Austrian trust list"

_DEPTH: Final = 8
_ARRAY: Final = 4  # CBOR's major type
_HEADS: Final = (b"\xa1\x61c", b"\xbf\x61c")  # a map, of definite length or not, that begins with c


def matches(data: bytes) -> bool:
    """A CBOR map of `c` to an array."""
    return data[:3] in _HEADS and len(data) > 3 and data[3] >> 5 == _ARRAY


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the list; an entry that can't be read is skipped."""
    vouched = detached_cose.vouched(data, reading)
    try:
        content, _ = cbor.loads(data, _DEPTH)
    except Refused:
        raise reading.refuse("the list is not valid CBOR.") from None
    entries = content.get("c") if isinstance(content, Mapping) else None
    if not isinstance(entries, list | tuple):
        raise reading.refuse("the content is not a trust list.")

    def entry(item: Any) -> list[TrustedKey]:
        item = entry_object(item)
        kid = _bytes(item, "i")
        certificate = (
            SignerKey.from_public_key(_bytes(item, "k"))
            if item.get("c") is None
            else SignerKey.from_der(_bytes(item, "c"))
        )
        return [
            TrustedKey.of(certificate, reading.source, kid=kid, trusted_by=vouched.trusted_by),
        ]

    named = [(f"certificate {number}", item) for number, item in enumerate(entries, 1)]
    return collect(named, entry, reading.source, vouched.made_at)


def _bytes(item: Mapping[Any, Any], name: str) -> bytes:
    value = item.get(name)
    if not isinstance(value, bytes) or not value:
        raise ValueError(f"{name} is not bytes")
    return value
