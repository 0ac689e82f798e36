"""Encrypted bytes in the compact form of JWE (RFC 7516, section 3.1), as health links lead to.

Only a key that both sides have (`dir`) with `A256GCM` is accepted, which is what SMART Health Links
demand (HL7 SMART Health Cards & Links, STU 1): header..iv.ciphertext.tag. It may be compressed (`DEF`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vaxpass.display import without_content
from vaxpass.encoding import deflate, strict_base64, strict_json
from vaxpass.findings import StageError

_SEGMENTS: Final = 5
_LARGEST_HEADER: Final = 4096
_MOST_MEMBERS: Final = 64
_KEY_BYTES: Final = 32
_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16


class Refusal(StrEnum):
    """Why bytes are not decrypted.

    >>> Refusal.KEY.value
    'key'
    """

    FORM = "form"
    """They are no JWE in its compact form."""
    ALGORITHM = "algorithm"
    """The header names another way than `dir` with `A256GCM`, or demands what is not known here."""
    SIZE = "size"
    """They are too large."""
    KEY = "key"
    """The key is another one, or the bytes were altered: the two can't be told apart."""
    DAMAGED = "damaged"
    """The key is right, and what is compressed inside is not whole, or too large."""


class NotDecrypted(ValueError):
    """Raised where bytes are not decrypted; `refusal` says why. It has nothing of them."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class Decrypted(NamedTuple):
    """What was encrypted, and what kind of content the header says that it is (`cty`)."""

    content: bytes
    content_type: str | None

    def __repr__(self) -> str:
        return without_content(self)


def decrypt(data: bytes, key: bytes, largest: int) -> Decrypted:
    """Decrypt a message; white space around it is dropped.

    What comes out has at most `largest` bytes, and so has what is encrypted. Raises `NotDecrypted`.

    >>> decrypt(b"eyJhbGciOiJkaXIifQ....", bytes(32), 100)
    Traceback (most recent call last):
        ...
    vaxpass.crypto.jwe.NotDecrypted: algorithm
    """
    if len(data) > 2 * largest + _LARGEST_HEADER:  # Base64 makes four characters of three bytes
        raise NotDecrypted(Refusal.SIZE)
    segments = data.strip().split(b".")
    if len(segments) != _SEGMENTS or len(segments[0]) > _LARGEST_HEADER:
        raise NotDecrypted(Refusal.FORM)
    try:
        header = strict_json.read(strict_base64.decode_url(segments[0]).decode(), most=_MOST_MEMBERS)
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise NotDecrypted(Refusal.FORM)
    zipped = header.get("zip")
    usual = header.get("alg") == "dir" and header.get("enc") == "A256GCM"
    if not usual or "crit" in header or zipped not in (None, "DEF"):
        raise NotDecrypted(Refusal.ALGORITHM)
    encrypted_key, iv, ciphertext, tag = (_decoded(segment) for segment in segments[1:])
    if encrypted_key or len(iv) != _IV_BYTES or len(tag) != _TAG_BYTES:
        raise NotDecrypted(Refusal.FORM)
    if len(ciphertext) > largest:
        raise NotDecrypted(Refusal.SIZE)
    if len(key) != _KEY_BYTES:
        raise NotDecrypted(Refusal.KEY)
    try:
        content = AESGCM(key).decrypt(iv, ciphertext + tag, segments[0])
    except InvalidTag:
        raise NotDecrypted(Refusal.KEY) from None
    if zipped is not None:
        try:
            content = deflate.inflate_raw(content, largest)
        except StageError:
            raise NotDecrypted(Refusal.DAMAGED) from None
    stated = header.get("cty")
    return Decrypted(content, stated if isinstance(stated, str) else None)


def _decoded(segment: bytes) -> bytes:
    try:
        return strict_base64.decode_url(segment)
    except ValueError:
        raise NotDecrypted(Refusal.FORM) from None
