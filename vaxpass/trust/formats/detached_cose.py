"""A signature in a file of its own, as Austria publishes it beside its lists; a companion here.

A COSE_Sign1 whose payload is a map of 2 (SHA-256 of the list), 4 (until when the list may be used) and
5 (when it was made).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from vaxpass.crypto import cose
from vaxpass.crypto.certificate import PublicKey, SignerKey, key_name
from vaxpass.crypto.chain import valid_at
from vaxpass.crypto.keys import fingerprint
from vaxpass.crypto.signature import key_fits, verifies, well_formed
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.findings import Note, StageError
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.trust.reading import Reading, moment, not_expired

_DEPTH: Final = 8
_HASH, _EXPIRES, _CREATED = 2, 4, 5  # labels in the payload of the signature
_CLOCKS: Final = timedelta(minutes=5)
"""How much the clocks of the list's maker and of its reader may differ."""


class Vouched(NamedTuple):
    """In words how a pinned key vouches for a list, and when that was made, where this is said."""

    trusted_by: str
    made_at: datetime | None


def vouched(data: bytes, reading: Reading) -> Vouched:
    """How a pinned key vouches for the list, by one of the companions, and since when.

    Raises `reading.failure` where none does, where the signature is that of something else, and where
    the list must not be used at `reading.at`.
    """
    if not reading.pins:
        why = "this list is signed; name the key that it is signed with (--pin)."
        return Vouched(reading.accept_unsigned(why), None)
    if not reading.sidecars:
        raise reading.refuse("its signature is a file of its own; give that, too.")
    reasons = []
    for sidecar in reading.sidecars:
        try:
            content, trusted_by = _signed_content(sidecar, reading)
        except ValueError as error:
            reasons.append(str(error))
            continue
        # The signature holds: what it says decides.
        if content.get(_HASH) != hashlib.sha256(data).digest():
            raise reading.refuse("the signature is that of another list, or the list was changed.")
        return Vouched(trusted_by, _made_at(content, reading))
    raise reading.refuse(f"{reasons[0]}.")


def _signed_content(sidecar: bytes, reading: Reading) -> tuple[Mapping[Any, Any], str]:
    """The content of a signature file that a pinned key made; `ValueError` where none did."""
    notes: list[Note] = []  # only about the form
    try:
        message = cose.parse(sidecar, DEFAULT_LIMITS, notes)
    except StageError:
        raise ValueError("the signature file is not a COSE_Sign1 message") from None
    for pin in reading.pins:
        certificate = pin if isinstance(pin, SignerKey) else None
        key = pin.public_key if isinstance(pin, SignerKey) else pin
        if not _made_with(key, message):
            continue
        if certificate is not None and not valid_at(certificate, reading.at):
            raise ValueError("the pinned certificate is not valid at this time")
        try:
            content, _ = cbor.loads(message.payload, _DEPTH)
        except Refused:
            content = None
        if not isinstance(content, Mapping):
            raise ValueError(f"the signature file is not that of a {reading.what}")  # noqa: TRY004 - of data
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
