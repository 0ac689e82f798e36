"""The Austrian list: CBOR `{c: [{i: kid, c: certificate | k: public key, is, su, nb, na}]}`.

Its signature is a file of its own, a companion here: a COSE_Sign1 whose payload is a map of 2 (SHA-256
of the list), 4 (until when the list may be used) and 5 (when it was made).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vaxpass import cbor, cose
from vaxpass.cborscan import Refused
from vaxpass.crypto.certificate import PublicKey, SignerCertificate, key_name
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import fingerprint
from vaxpass.crypto.signature import key_fits, verifies, well_formed
from vaxpass.findings import StageError, Warned
from vaxpass.limits import DEFAULT_LIMITS
from vaxpass.trust import TrustedKey, TrustList
from vaxpass.trustlists.reading import Reading, collect
from vaxpass.trustlists.values import entry_object, moment, not_expired

NAME: Final = "Austrian trust list"

_DEPTH: Final = 8
_HASH, _EXPIRES, _CREATED = 2, 4, 5  # labels in the payload of the signature
_CLOCKS: Final = timedelta(minutes=5)
"""How much the clocks of the list's maker and of its reader may differ."""
_ARRAY: Final = 4  # CBOR's major type
_HEADS: Final = (b"\xa1\x61c", b"\xbf\x61c")  # a map, of definite length or not, that begins with c


class _Vouched(NamedTuple):
    trusted_by: str
    made_at: datetime | None


def matches(data: bytes) -> bool:
    """A CBOR map of `c` to an array."""
    return data[:3] in _HEADS and len(data) > 3 and data[3] >> 5 == _ARRAY


def read(data: bytes, reading: Reading) -> TrustList:
    """Verify the signature, then read the list; an entry that can't be read is skipped."""
    vouched = _vouched(data, reading)
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
            SignerCertificate.from_public_key(_bytes(item, "k"))
            if item.get("c") is None
            else SignerCertificate.from_der(_bytes(item, "c"))
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


def _vouched(data: bytes, reading: Reading) -> _Vouched:
    if not reading.pins:
        why = "this list is signed; name the key that it is signed with (--pin)."
        return _Vouched(reading.accept_unsigned(why), None)
    if not reading.companions:
        raise reading.refuse("its signature is a file of its own; give that, too.")
    reasons = []
    for companion in reading.companions:
        try:
            content, trusted_by = _signed_content(companion, reading)
        except ValueError as error:
            reasons.append(str(error))
            continue
        # The signature holds: what it says decides.
        if content.get(_HASH) != hashlib.sha256(data).digest():
            raise reading.refuse("the signature is that of another list, or the list was changed.")
        return _Vouched(trusted_by, _made_at(content, reading))
    raise reading.refuse(f"{reasons[0]}.")


def _signed_content(companion: bytes, reading: Reading) -> tuple[Mapping[Any, Any], str]:
    """The content of a signature file that a pinned key made; `ValueError` where none did."""
    warnings: list[Warned] = []  # only about the form
    try:
        message = cose.parse(companion, DEFAULT_LIMITS, warnings)
    except StageError:
        raise ValueError("the signature file is not a COSE_Sign1 message") from None
    for pin in reading.pins:
        certificate = pin if isinstance(pin, SignerCertificate) else None
        key = pin.public_key if isinstance(pin, SignerCertificate) else pin
        if not _made_with(key, message):
            continue
        if certificate is not None and not valid_at(certificate, reading.at):
            raise ValueError("the pinned certificate is not valid at this time")
        try:
            content, _ = cbor.loads(message.payload, _DEPTH)
        except Refused:
            content = None
        if not isinstance(content, Mapping):
            raise ValueError("the signature file is not that of a trust list")  # noqa: TRY004 - of data
        algorithm = message.algorithm.name
        return content, f"{algorithm} signature over the list by the pinned key {fingerprint(key)[:16]}"
    raise ValueError(
        "the signature of the list does not match: it was changed, or the pinned key is another one"
    )


def _made_with(key: PublicKey, message: cose.Message) -> bool:
    name = key_name(key)
    return (
        key_fits(message.algorithm, name)
        and well_formed(message.signature, name)
        and verifies(key, message.signature, message.signed)
    )


def _made_at(content: Mapping[Any, Any], reading: Reading) -> datetime | None:
    try:
        expires = moment(content.get(_EXPIRES), "its end")
        created = moment(content.get(_CREATED), "its time of creation")
    except ValueError as error:
        raise reading.refuse(f"{error}.") from None
    not_expired(expires, reading)
    if created is not None and reading.at is not None and created > reading.at + _CLOCKS:
        raise reading.refuse("the list was made after this time.")
    return created
