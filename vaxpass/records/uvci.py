"""Make the identifier of a certificate (UVCI) and the pseudonyms of a person, with a secret key.

An identifier has form 3 of annex 2 of the EU's interoperability guidelines: an opaque unique part, here
of 32 hexadecimal digits, and a checksum by Luhn's rule modulo 38 over everything before it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from vaxpass.documents.hcert.dcc.uvci import ALPHABET, PLACES, TWICE, checksum, luhn_sum
from vaxpass.errors import ArgumentError
from vaxpass.records.match import digits_key, possible_numbers
from vaxpass.records.record import canonical_text

# What two hexadecimal digits add to the sum; the second one counts twice, as it does at the end.
_HEX_WEIGHTS: Final = bytes(
    PLACES[ord(f"{byte:02X}"[0])] + TWICE[ord(f"{byte:02X}"[1])] for byte in range(256)
)
_FOR_IDENTIFIERS: Final = b"uvci 1"
_FOR_KEY_ID: Final = b"uvci key"
_FOR_PERSONS: Final = b"person 1"
_FOR_NUMBERS: Final = b"number 1"
_OPAQUE_BYTES: Final = 16
_HEX_DIGITS: Final = 2 * _OPAQUE_BYTES
_BLAKE2S_KEY_BYTES: Final = 32
MIN_KEY_BYTES: Final = 32
"""The smallest length of the secret key of a `UvciMaker`, in bytes."""


class UvciMaker:
    """Makes the identifiers of a country (ISO 3166-1 alpha-2) with a secret key, by keyed BLAKE2s.

    The same record and version always get the same identifier, so a repeated run makes nothing new.
    The same person always gets the same pseudonym, so it is known who has a passport of a dose already.
    Without the key neither can be traced back. Raises `ArgumentError` where the key has fewer than 32
    bytes.

    >>> maker = UvciMaker("VN", bytes(32))
    >>> maker.make("record 1")
    'URN:UVCI:01:VN:BBC453FCF8E1B248CF8E48055EE02409#W'
    >>> maker.make("record 1") == maker.make("record 1"), maker.make("record 1", version=2)[:20]
    (True, 'URN:UVCI:01:VN:4BC4C')
    """

    __slots__ = ("_key", "_prefix", "_total")

    def __init__(self, country: str, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ArgumentError(f"the key for identifiers needs {MIN_KEY_BYTES} bytes")
        self._prefix = f"URN:UVCI:01:{country}:"
        checksum(self._prefix)
        self._total = luhn_sum(self._prefix.encode("ascii") + bytes(_HEX_DIGITS))
        self._key = key if len(key) <= _BLAKE2S_KEY_BYTES else hashlib.blake2s(key).digest()

    def make(self, record_id: str, *, version: int = 1) -> str:
        """The identifier for the passport of a record, with its checksum.

        It is the same for all spellings of `record_id` that are equal by `canonical_text`.
        `version` is 1, and one more for each correction.
        """
        opaque = hashlib.blake2s(
            version.to_bytes(4, "big") + canonical_text(record_id).encode(),
            digest_size=_OPAQUE_BYTES,
            key=self._key,
            person=_FOR_IDENTIFIERS,
        ).digest()
        sum_ = ALPHABET[-(self._total + sum(opaque.translate(_HEX_WEIGHTS))) % len(ALPHABET)]
        return f"{self._prefix}{opaque.hex().upper()}#{sum_}"

    def person(self, person_id: str) -> str:
        """The pseudonym of a registered person: 32 hexadecimal digits; empty where there is none.

        >>> maker = UvciMaker("VN", bytes(32))
        >>> len(maker.person("P1")), maker.person("P1") == maker.number("P1"), maker.person("")
        (32, False, '')
        """
        return self._pseudonym(canonical_text(person_id), _FOR_PERSONS)

    def number(self, id_number: str) -> str:
        """The pseudonym of whoever has an identity number: 32 hexadecimal digits; empty for none.

        It is the same however the number is written, and where it has lost the zeros in front.

        >>> maker = UvciMaker("VN", bytes(32))
        >>> maker.number("001 090 000 001") == maker.number("1090000001.0")
        True
        """
        found = digits_key(id_number)
        whole = possible_numbers(found)[-1:] or (found or canonical_text(id_number),)
        return self._pseudonym(whole[0], _FOR_NUMBERS)

    def _pseudonym(self, text: str, purpose: bytes) -> str:
        if not text:
            return ""
        return hashlib.blake2s(
            text.encode(), digest_size=_OPAQUE_BYTES, key=self._key, person=purpose
        ).hexdigest()

    @property
    def key_id(self) -> str:
        """16 hexadecimal digits that identify the key and do not reveal it."""
        return hashlib.blake2s(b"", digest_size=8, key=self._key, person=_FOR_KEY_ID).hexdigest()
