"""Messages made by hand where `world.forge` is too well-behaved: raw CBOR, other signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cbor2

from tests.support.world import VACCINATION, World, claims, pack
from vaxpass import Certificate
from vaxpass.crypto import KeySigner
from vaxpass.documents.hcert import cwt
from vaxpass.encoding import base45, deflate

_SIGN1: Final = 18
_ROOM: Final = 1 << 20


def head(major: int, argument: int, following: int | None = None) -> bytes:
    """The head of a CBOR item; `following` bytes for the argument, by default as few as it needs."""
    if following is None:
        if argument < 24:
            return bytes([major << 5 | argument])
        following = next(n for n in (1, 2, 4, 8) if argument < 1 << 8 * n)
    short = {1: 24, 2: 25, 4: 26, 8: 27}[following]
    return bytes([major << 5 | short]) + argument.to_bytes(following, "big")


def raw_map(*pairs: tuple[object, object]) -> bytes:
    """A CBOR map with exactly these keys, repeated ones too; bytes in `Raw` are put in as they are."""
    return head(5, len(pairs)) + b"".join(_encoded(item) for pair in pairs for item in pair)


@dataclass(frozen=True)
class Raw:
    """CBOR that is already encoded."""

    data: bytes


def _encoded(item: object) -> bytes:
    return item.data if isinstance(item, Raw) else cbor2.dumps(item)


def indefinite(value: object) -> bytes:
    """A value with every string, array and map in its form of indefinite length."""
    if isinstance(value, Mapping):
        pairs = (indefinite(key) + indefinite(item) for key, item in value.items())
        return b"\xbf" + b"".join(pairs) + b"\xff"
    if isinstance(value, list | tuple):
        return b"\x9f" + b"".join(map(indefinite, value)) + b"\xff"
    if isinstance(value, bytes):
        return b"\x5f" + b"".join(cbor2.dumps(value[i : i + 1]) for i in range(len(value))) + b"\xff"
    if isinstance(value, str):
        return b"\x7f" + b"".join(map(cbor2.dumps, value)) + b"\xff"
    return cbor2.dumps(value)


@dataclass(frozen=True)
class Parts:
    """The four parts of a COSE_Sign1 message; `unprotected` is encoded CBOR."""

    protected: bytes
    unprotected: bytes
    payload: bytes
    signature: bytes

    @classmethod
    def signed(
        cls, signer: KeySigner, protected: bytes, payload: bytes, unprotected: bytes = b"\xa0"
    ) -> Parts:
        return cls(protected, unprotected, payload, signer.sign(signed_bytes(protected, payload)))

    @classmethod
    def of(cls, text: str) -> Parts:
        protected, unprotected, payload, signature = cbor2.loads(unpack(text)).value
        return cls(protected, cbor2.dumps(dict(unprotected)), payload, signature)

    def cose(self, tags: bytes = b"\xd2") -> bytes:
        items = map(cbor2.dumps, (self.protected, self.payload, self.signature))
        protected, payload, signature = items
        return tags + b"\x84" + protected + self.unprotected + payload + signature

    def text(self, tags: bytes = b"\xd2") -> str:
        return pack(self.cose(tags))

    def with_signature(self, signature: bytes) -> str:
        return replace(self, signature=signature).text()


def signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """What the signature is over (RFC 9052, section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def unpack(text: str) -> bytes:
    """Text -> COSE bytes."""
    return deflate.inflate(base45.decode(text.removeprefix("HC1:")), _ROOM)


def header(signer: KeySigner) -> dict[object, object]:
    return {1: signer.algorithm.value, 4: signer.kid}


def good(world: World) -> Parts:
    """A message with which nothing is wrong yet."""
    signer = world.es256.signer()
    return Parts.signed(signer, cbor2.dumps(header(signer)), cbor2.dumps(claims()))


def payload_with(entry: Mapping[str, object] | None = None, **top: object) -> dict[int, object]:
    """A claim -260 with a vaccination, `entry` and `top` replacing or (with `...`) removing fields."""
    document: dict[str, object] = dict(VACCINATION.to_payload())
    document["v"] = [without_dots({**entry_of(VACCINATION), **(entry or {})})]
    return hcert_claim(without_dots(document | top))


def entry_of(certificate: Certificate) -> dict[str, object]:
    """The one entry of a certificate as it is encoded."""
    payload = certificate.to_payload()
    ((entry,),) = [items for items in map(payload.get, "vtr") if isinstance(items, list)]
    assert isinstance(entry, dict)
    return entry


def without_dots(fields: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not ...}


def hcert_claim(document: dict[str, object]) -> dict[int, object]:
    claim = cwt.close_hcert(document)
    assert isinstance(claim, dict)
    return claim


def with_hcert(encoded: bytes) -> bytes:
    return raw_map(*claims(hcert=...).items(), (-260, Raw(encoded)))
