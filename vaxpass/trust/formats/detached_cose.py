"""Austrian lists: CBOR (RFC 8949), with their signature in a file of its own beside them.

A list is a map of one letter to an array: `c` for certificates, `r` for rules. The signature is a
COSE_Sign1 message (RFC 9052, section 4.2) whose payload is a map of 2 (SHA-256 of the list), 4 (until
when the list may be used) and 5 (when it was made), both in seconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vaxpass.crypto import cose
from vaxpass.crypto.certificate import SignerKey, key_of
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import fingerprint
from vaxpass.crypto.signature import verify
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import Note, StageError
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.trust.reading import MOST_VALUES, Reading, moment, not_expired

_DEPTH: Final = 8
_LARGEST_SIGNATURE: Final = 64 * 1024
_ARRAY: Final = 4  # CBOR's major type
_HASH, _EXPIRES, _CREATED = 2, 4, 5  # labels in the payload of the signature
_CLOCKS: Final = timedelta(minutes=5)
"""How much the clocks of the list's maker and of its reader may differ."""


class Verified(NamedTuple):
    """The entries of a list, in words how a pinned key vouches for it, and when it was made.

    `made_at` is aware; None where nothing says so.
    """

    entries: Sequence[Any]
    trusted_by: str
    made_at: datetime | None


def looks_like_list(data: bytes, letter: bytes) -> bool:
    """Whether the bytes are a CBOR map, of definite length or not, of this letter to an array."""
    heads = (b"\xa1\x61" + letter, b"\xbf\x61" + letter)
    return data[:3] in heads and len(data) > 3 and data[3] >> 5 == _ARRAY


def is_signature(data: bytes) -> bool:
    """Whether the bytes are a COSE_Sign1 message, as such a signature file is."""
    if data[:1] not in (b"\xd2", b"\x84") or len(data) > _LARGEST_SIGNATURE:
        return False
    try:
        cose.parse(data, DEFAULT_LIMITS, [])
    except StageError:
        return False
    return True


def verified(data: bytes, letter: str, reading: Reading, *, most: int | None = None) -> Verified:
    """The entries of a list that a pinned key vouches for, by the signature in one of the sidecars.

    Raises `reading.failure` where no pin does, where the signature is that of something else, where the
    list must not be used at `reading.at`, has more than `most` entries, or is none.
    """
    trusted_by, made_at = _vouched(data, reading)
    try:
        content, _ = cbor.loads(data, _DEPTH, MOST_VALUES)
    except Refused:
        raise reading.refuse("failure.list.list_not_cbor") from None
    entries = content.get(letter) if isinstance(content, Mapping) else None
    if not isinstance(entries, list | tuple) or (most is not None and len(entries) > most):
        raise reading.refuse(f"failure.list.not_{reading.what}")
    return Verified(entries, trusted_by, made_at)


def _vouched(data: bytes, reading: Reading) -> tuple[str, datetime | None]:
    if not reading.pins:
        return reading.accept_unsigned("failure.unsigned.signed"), None
    if not reading.sidecars:
        raise reading.refuse("failure.list.sidecar")
    reasons = []
    for sidecar in reading.sidecars:
        try:
            content, trusted_by = _signed_content(sidecar, reading)
        except ValueError as error:
            reasons.append(str(error))
            continue
        # The signature holds: what it says decides.
        if content.get(_HASH) != hashlib.sha256(data).digest():
            raise reading.refuse("failure.list.other_signature")
        return trusted_by, _made_at(content, reading)
    raise reading.refuse("failure.list.detail", detail=reasons[0])


def _signed_content(sidecar: bytes, reading: Reading) -> tuple[Mapping[Any, Any], str]:
    """The content of a signature file that a pinned key made; `ValueError` where none did."""
    notes: list[Note] = []  # only about the form
    try:
        message = cose.parse(sidecar, DEFAULT_LIMITS, notes)
    except StageError:
        raise ValueError("the signature file is not a COSE_Sign1 message") from None
    for pin in reading.pins:
        key = key_of(pin)
        if not verify(message.algorithm, key, message.signature, message.signed):
            continue
        if isinstance(pin, SignerKey) and not valid_at(pin, reading.at):
            raise ValueError("the pinned certificate is not valid at this time")
        try:
            content, _ = cbor.loads(message.payload, _DEPTH)
        except Refused:
            content = None
        if not isinstance(content, Mapping):
            raise ValueError(f"the signature file is not that of a {reading.what.replace('_', ' ')}")  # noqa: TRY004 - of data
        algorithm = message.algorithm.name
        return content, f"{algorithm} signature over the list by the pinned key {fingerprint(key)[:16]}"
    raise ValueError(
        "the signature of the list does not match: it was changed, or the pinned key is another one"
    )


def _made_at(content: Mapping[Any, Any], reading: Reading) -> datetime | None:
    try:
        expires = moment(content.get(_EXPIRES), "its end")
        created = moment(content.get(_CREATED), "its time of creation")
    except ValueError as error:
        raise reading.refuse("failure.list.detail", detail=error) from None
    not_expired(expires, reading)
    if created is not None and reading.at is not None and created > reading.at + _CLOCKS:
        raise reading.refuse("failure.list.future")
    return created
