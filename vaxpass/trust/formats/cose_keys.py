"""COSE key sets (RFC 9052, section 7; RFC 9053, section 7; RFC 8230): a CBOR array of public keys.

They are trusted because the user says so, as bare certificates are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.keys import CURVES, EcNumbers, PublicKey, curve_of, ec_key, numbers_of, rsa_key
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.trust.reading import MOST_VALUES, Reading, collect, entry_object

NAME: Final = "COSE key set"

_DEPTH: Final = 8
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes; a set of a thousand keys has about 100,000. Anything may begin like an array of CBOR."""
_KTY, _KID = 1, 2  # labels of every key
_EC2, _RSA = 2, 3  # kinds of key
_CURVE, _X, _Y, _EC_PRIVATE = -1, -2, -3, -4  # labels of EC keys
_N, _E, _RSA_PRIVATE = -1, -2, -3  # labels of RSA keys
_NUMBERS: Final = {curve.name: curve.cose_number for curve in CURVES}


def matches(data: bytes) -> bool:
    """A CBOR array of maps that all have a kind of key."""
    if not 0 < len(data) <= _LARGEST or not 0x81 <= data[0] <= 0x9F:
        return False
    try:
        content, _ = cbor.loads(data, _DEPTH, MOST_VALUES)
    except Refused:
        return False
    return isinstance(content, list) and any(
        isinstance(item, Mapping) and item.get(_KTY) in (_EC2, _RSA) for item in content
    )


def read(data: bytes, reading: Reading) -> TrustList:
    """Read the set; a key that can't be read is skipped."""
    try:
        content, _ = cbor.loads(data, _DEPTH, MOST_VALUES)
    except Refused:
        raise reading.refuse("failure.list.not_cbor") from None
    if not isinstance(content, list):
        raise reading.refuse("failure.list.not_cose")

    trusted_by = reading.accept_own()

    def entry(item: Any) -> list[TrustedKey]:
        item = entry_object(item)
        kid = item.get(_KID)
        if kid is not None and not isinstance(kid, bytes):
            raise ValueError("kid is not bytes")
        signer = SignerKey.from_key(_key(item))
        return [TrustedKey.of(signer, reading.source, kid=kid, trusted_by=trusted_by)]

    named = [(f"key {number}", item) for number, item in enumerate(content, 1)]
    return collect(named, entry, reading.source)


def write(keys: Iterable[TrustedKey]) -> bytes:
    """A COSE key set: kid and key of each. Raises `ValueError` for a curve that COSE has not."""
    return cbor.dumps([_entry(key) for key in keys])


def _entry(key: TrustedKey) -> dict[int, object]:
    numbers = numbers_of(key.certificate.public_key)
    if isinstance(numbers, EcNumbers):
        curve = _NUMBERS[numbers.curve]
        return {_KTY: _EC2, _KID: key.kid, _CURVE: curve, _X: numbers.x, _Y: numbers.y}
    return {_KTY: _RSA, _KID: key.kid, _N: numbers.n, _E: numbers.e}


def _key(item: Mapping[Any, Any]) -> PublicKey:
    kty = item.get(_KTY)
    if kty == _EC2:
        _must_be_public(item, _EC_PRIVATE)
        curve = curve_of(item.get(_CURVE))
        y = item.get(_Y)
        return ec_key(curve.name, _bytes(item, _X), y if isinstance(y, bool) else _bytes(item, _Y))
    if kty == _RSA:
        _must_be_public(item, _RSA_PRIVATE)
        return rsa_key(_bytes(item, _N), _bytes(item, _E))
    raise ValueError("the key is neither EC nor RSA")


def _must_be_public(item: Mapping[Any, Any], label: int) -> None:
    if label in item:
        raise ValueError("the entry holds a private key, which has no place here")


def _bytes(item: Mapping[Any, Any], label: int) -> bytes:
    value = item.get(label)
    if not isinstance(value, bytes):
        raise ValueError("a number of the key is missing")  # noqa: TRY004 - of data
    return value
