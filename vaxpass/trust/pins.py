"""Pins: files that name keys and certificates to be trusted, and what such a pin vouches for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple

from vaxpass.crypto.certificate import SignerKey, certificate_blocks, has_pem, load_public_key
from vaxpass.crypto.chain import issued_by, may_issue, valid_at
from vaxpass.crypto.keys import PublicKey, fingerprint, from_jwk
from vaxpass.encoding import strict_json
from vaxpass.encoding.marks import unmarked
from vaxpass.errors import ArgumentError, PinError, require
from vaxpass.trust.reading import Reading, base64_bytes

__all__ = ["LARGEST", "load_pins"]

LARGEST: Final = 1024 * 1024
"""Bytes of a file of pins."""
_MOST: Final = 100
_PEM_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)


def load_pins(data: bytes) -> tuple[PublicKey | SignerKey, ...]:
    """The keys and certificates of a file to pin, in its order.

    Read are PEM (public keys and certificates, one or many), DER of either and its Base64, a DID
    document with keys and no certificates (as WHO's signing key is published), a JWK and a JWK set.
    Raises `PinError` where it is none of these, and for private keys, which don't belong here;
    `ArgumentError` where `data` is not bytes.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
    >>> from vaxpass.crypto.certificate import to_pem
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=730)
    >>> load_pins(to_pem(ca.issued.certificate.der)) == (ca.issued.certificate,)
    True
    """
    require("data", data, bytes, bytearray)
    if len(data) > LARGEST:
        raise PinError("failure.pin.too_large")
    data = unmarked(data)
    try:
        if data.lstrip()[:1] == b"{":
            pins = _from_json(data)
        elif b"-----BEGIN" in data:
            pins = [pin for match in _PEM_BLOCK.finditer(data) for pin in _from_pem(match[1], match[0])]
        else:
            pins = [_from_der(data)]
    except ValueError as error:
        raise PinError("failure.pin.detail", detail=error) from None
    if not 0 < len(pins) <= _MOST:
        raise PinError("failure.pin.none")
    return tuple(pins)


class Vouched(NamedTuple):
    """In words how a pin vouches for who signed, and the certificate that says who that is."""

    words: str
    certificate: SignerKey


def pinned_signer(signer: SignerKey, reading: Reading) -> Vouched:
    """How a pin vouches for who signed a message: the signer is pinned, or its authority is.

    Raises `ValueError` where no pin does, and where the signer or the authority is not valid at
    `reading.at`.
    """
    words = None
    if fingerprint(signer.public_key) in reading.pinned_by_fingerprint:
        words = "the pinned key"
        signer = _as_pinned(signer, reading)
    else:
        for pin in reading.pinned_certificates:
            if may_issue(pin) and issued_by(signer, pin):
                if not valid_at(pin, reading.at):
                    raise ValueError("the pinned certificate is not valid at the time asked")
                words = f"a signer of the pinned authority {fingerprint(pin.public_key)[:16]}, key"
    if words is None:
        raise ValueError("its signer is neither pinned nor issued by a pinned certificate")
    if not valid_at(signer, reading.at):
        raise ValueError("its signer's certificate is not valid at the time asked")
    return Vouched(f"{words} {fingerprint(signer.public_key)[:16]}", signer)


def _as_pinned(signer: SignerKey, reading: Reading) -> SignerKey:
    """The pinned certificate of this key; only where the bare key is pinned, the one that came along.

    Whoever holds a key can make another certificate for it, with any country and any time.
    """
    same = reading.pinned_by_fingerprint[fingerprint(signer.public_key)]
    if not same or signer in same:
        return signer
    return next((pin for pin in same if valid_at(pin, reading.at)), same[0])


def pinned_uploader(signer: SignerKey, country: str | None, reading: Reading) -> str:
    """How a pin vouches for an uploader of the EU gateway, in words.

    An uploader speaks for its own country only. Raises `ValueError` where `country`, under which an
    item is listed, is another one, and where `pinned_signer` does.
    """
    words, uploader = pinned_signer(signer, reading)
    own = uploader.country
    if own is not None and country is not None and _one_code(own) != _one_code(country):
        raise ValueError(f"it is listed under {country}, but signed by an uploader of {own}")
    return words


def _one_code(country: str) -> str:
    """Greece writes EL in what it uploads, and GR in its certificates."""
    return "GR" if country == "EL" else country


def _from_pem(label: bytes, block: bytes) -> Iterable[PublicKey | SignerKey]:
    if b"PRIVATE" in label:
        raise ArgumentError("failure.pin.private")
    if has_pem(block):
        return SignerKey.from_pem(block)
    if label == b"EC PARAMETERS":  # OpenSSL writes them before a key
        return ()
    return (load_public_key(block),)


def _from_der(data: bytes) -> PublicKey | SignerKey:
    for block in certificate_blocks(data):
        with suppress(ValueError):
            return SignerKey.from_der(block)
    try:
        return load_public_key(data)
    except ValueError:
        raise ArgumentError("failure.pin.other") from None


def _from_json(data: bytes) -> list[PublicKey | SignerKey]:
    try:
        document = strict_json.read(data)
    except ValueError as error:
        raise ValueError(f"the file can't be read: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("the JSON is not a key")  # noqa: TRY004 - of data
    for member in ("verificationMethod", "keys"):
        listed = document.get(member)
        if isinstance(listed, list):
            # A method may be the name of one that stands elsewhere.
            methods = [item for item in listed if member == "keys" or not isinstance(item, str)]
            if len(methods) > _MOST:
                return []
            return [_from_method(item, member) for item in methods]
    return [_from_jwk(document)]


def _from_method(item: Any, member: str) -> PublicKey | SignerKey:
    key = item.get("publicKeyJwk") if isinstance(item, dict) and member != "keys" else item
    if not isinstance(key, dict):
        raise ValueError("the document holds something else than keys")  # noqa: TRY004 - of data
    if member != "keys" and "x5c" in key:
        # Who pins a whole trust list would take each of its signers for the signer of lists.
        raise ValueError("this document is a trust list, not a key to pin")
    return _from_jwk(key)


def _from_jwk(key: dict[str, Any]) -> PublicKey | SignerKey:
    numbers = from_jwk(key)
    x5c = key.get("x5c")
    if not isinstance(x5c, list) or not x5c:
        return numbers
    certificate = SignerKey.from_der(base64_bytes(x5c[0], "x5c"))
    if fingerprint(certificate.public_key) != fingerprint(numbers):
        raise ValueError("the JWK's certificate is for another key")
    return certificate
