"""The identifier of a certificate (UVCI): made from record and key, with a checksum.

Form 3 of annex 2 of the EU's interoperability guidelines: an opaque part that is unique, 32 hexadecimal
digits, and a checksum by Luhn's rule modulo 38 over all that stands before it.
"""

from __future__ import annotations

import hashlib
from typing import Final

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_SIZE: Final = len(_ALPHABET)
_PLACES: Final = bytes(
    _ALPHABET.index(chr(code)) if chr(code) in _ALPHABET else 0 for code in range(256)
)
# Every second value counts twice, as the sum of its digits to the base 38.
_DOUBLED: Final = bytes(sum(divmod(2 * place, _SIZE)) for place in _PLACES)
# What two hexadecimal digits add to the sum, the second of them doubled: an identifier ends with one.
_HEX_WEIGHTS: Final = bytes(
    _PLACES[ord(f"{byte:02X}"[0])] + _DOUBLED[ord(f"{byte:02X}"[1])] for byte in range(256)
)
_FOR_IDENTIFIERS: Final = b"uvci 1"
_FOR_NAMING: Final = b"uvci key"
_OPAQUE_BYTES: Final = 16
_HEX_DIGITS: Final = 2 * _OPAQUE_BYTES
MAX_KEY_SIZE: Final = 32
LEAST_KEY_BYTES: Final = 32


def checksum(text: str) -> str:
    """The checksum of an identifier without it: one character.

    >>> checksum("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813")
    'B'

    Raises `ValueError` for characters that an identifier has not.
    """
    if text.strip(_ALPHABET):
        raise ValueError("an identifier has capital letters, digits, / and : only")
    return _ALPHABET[-_total(text.encode("ascii")) % _SIZE]


def checks(uvci: str) -> bool:
    """Whether an identifier has a checksum that holds.

    >>> checks("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B")
    True
    >>> checks("URN:UVCI:01:VN:FFFE3D31FABD035899134A9D3BAE9BCF")
    False
    """
    text, mark, sum_ = uvci.rpartition("#")
    return bool(mark) and not text.strip(_ALPHABET) and checksum(text) == sum_


class UvciMaker:
    """Makes identifiers for a country with a secret key of 32 bytes or more, by keyed BLAKE2s.

    The same record and version always get the same one, so that a run that is repeated makes nothing
    new; without the key nobody can tell which record an identifier belongs to.

    >>> maker = UvciMaker("VN", bytes(32))
    >>> maker.make("record 1")
    'URN:UVCI:01:VN:BBC453FCF8E1B248CF8E48055EE02409#W'
    >>> maker.make("record 1") == maker.make("record 1"), maker.make("record 1", version=2)[:20]
    (True, 'URN:UVCI:01:VN:4BC4C')

    Raises `ValueError` where the key is shorter.
    """

    __slots__ = ("_key", "_prefix", "_total")

    def __init__(self, country: str, key: bytes) -> None:
        if len(key) < LEAST_KEY_BYTES:
            raise ValueError(f"the key for identifiers needs {LEAST_KEY_BYTES} bytes")
        self._prefix = f"URN:UVCI:01:{country}:"
        checksum(self._prefix)
        self._total = _total(self._prefix.encode("ascii") + bytes(_HEX_DIGITS))
        self._key = key if len(key) <= MAX_KEY_SIZE else hashlib.blake2s(key).digest()

    def make(self, record_id: str, *, version: int = 1) -> str:
        """The identifier for the passport of a record; each correction is a version, from 1 on."""
        opaque = hashlib.blake2s(
            version.to_bytes(4, "big") + record_id.encode(),
            digest_size=_OPAQUE_BYTES,
            key=self._key,
            person=_FOR_IDENTIFIERS,
        ).digest()
        sum_ = _ALPHABET[-(self._total + sum(opaque.translate(_HEX_WEIGHTS))) % _SIZE]
        return f"{self._prefix}{opaque.hex().upper()}#{sum_}"

    @property
    def key_name(self) -> str:
        """What tells keys apart without giving them away: 16 hexadecimal digits."""
        return hashlib.blake2s(b"", digest_size=8, key=self._key, person=_FOR_NAMING).hexdigest()


def _total(text: bytes) -> int:
    return sum(text[::-2].translate(_DOUBLED)) + sum(text[-2::-2].translate(_PLACES))
