"""The PIN of the kiosk: kept as a hash that is slow to guess (scrypt, RFC 7914), never in clear."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from typing import Final

from vaxpass_cli.errors import UsageError

SHORTEST: Final = 4
"""Digits of a PIN."""
_LONGEST: Final = 64
_COST, _BLOCK, _LANES = 2**15, 8, 1  # 32 MiB and about 0.1 s
_MEMORY: Final = 64 * 1024 * 1024
_SIZE: Final = 32
_NAME: Final = "scrypt"


def kept(pin: str) -> str:
    """What is written into the settings for a PIN: `scrypt$salt$hash`, with a new salt each time.

    Raises `UsageError` where the PIN is not of 4 to 64 digits.
    """
    if not (SHORTEST <= len(pin) <= _LONGEST and pin.isascii() and pin.isdigit()):
        raise UsageError("error.desk.pin_short", count=SHORTEST)
    salt = os.urandom(16)
    parts = (base64.b64encode(part).decode() for part in (salt, _hash(pin, salt)))
    return "$".join((_NAME, *parts))


def is_right(pin: str, kept: str) -> bool:
    """Whether a PIN is that of the settings; in constant time. False where `kept` is damaged."""
    found = _parts(kept)
    return found is not None and hmac.compare_digest(_hash(pin, found[0]), found[1])


def is_kept(kept: str) -> bool:
    """Whether a text has the form that `kept` gives."""
    return _parts(kept) is not None


def _parts(kept: str) -> tuple[bytes, bytes] | None:
    name, *parts = kept.split("$")
    if name != _NAME or len(parts) != 2:
        return None
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in parts)
    except (binascii.Error, ValueError):
        return None
    return (salt, digest) if salt and len(digest) == _SIZE else None


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=_SIZE
    )
