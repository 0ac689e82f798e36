"""A vaccination record as a facility writes it, and its two hashes for attestations."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple
from unicodedata import is_normalized, normalize

from vaxpass.display import without_content
from vaxpass.encoding import cbor

_DIGEST_PREFIX: Final = b"vaxpass record 1\0"
_ID_PREFIX: Final = b"vaxpass record id 1\0"
DIGEST_BYTES: Final = 32
ID_HASH_BYTES: Final = 16
_SEPARATOR: Final = "\x1f"


class Record(NamedTuple):
    """One dose given to one person. Every value is text as written, empty where there is none.

    >>> Record("1", full_name="Nguyễn Văn An").dose
    ''
    """

    record_id: str
    province: str = ""
    facility: str = ""
    full_name: str = ""
    date_of_birth: str = ""
    sex: str = ""
    id_number: str = ""
    phone: str = ""
    vaccine: str = ""
    dose: str = ""
    doses: str = ""
    vaccinated_on: str = ""
    batch: str = ""

    def __repr__(self) -> str:
        return without_content(self)

    @property
    def digest(self) -> bytes:
        """SHA-256 (32 bytes) of the record's canonical form: equal only for records that say the same.

        The canonical form is a CBOR array (RFC 8949) of the thirteen values in the order of `FIELDS`,
        each a text in the composed form of Unicode (NFC) without white space around it.

        >>> Record("1", full_name="Hòa").digest == Record("1", full_name="Ho\\u0300a ").digest
        True
        >>> Record("1", phone="2").digest == Record("1", vaccine="2").digest
        False
        """
        return hashlib.sha256(_DIGEST_PREFIX + cbor.dumps(_canonical(self))).digest()

    @property
    def id_hash(self) -> bytes:
        """The first 16 bytes of SHA-256 of `record_id`: how an attestation refers to the record.

        >>> Record("1").id_hash == Record(" 1", full_name="An").id_hash
        True
        """
        (record_id,) = _canonical((self.record_id,))
        return hashlib.sha256(_ID_PREFIX + record_id.encode()).digest()[:ID_HASH_BYTES]


FIELDS: Final = Record._fields
"""The names of a record's fields in their order; also the default names of a table's columns."""


def _canonical(values: tuple[str, ...]) -> list[str]:
    joined = _SEPARATOR.join(values)
    if joined.isascii() or is_normalized("NFC", joined):
        return [value.strip() for value in values]
    return [normalize("NFC", value).strip() for value in values]
