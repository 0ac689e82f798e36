"""A vaccination record as a facility declares it, and the hash that an attestation names it by."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple
from unicodedata import is_normalized, normalize

from vaxpass.encoding import cbor

_RECORD: Final = b"vaxpass record 1\0"
_NAME: Final = b"vaxpass record id 1\0"
DIGEST_BYTES: Final = 32
NAME_BYTES: Final = 16
_GAP: Final = "\x1f"


class Record(NamedTuple):
    """One dose given to one person, every value as it was written; empty where there is none."""

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

    @property
    def digest(self) -> bytes:
        """SHA-256 of the record's canonical form: the same only for records that say the same.

        The canonical form is a CBOR array of the thirteen values in the order above, each a text in
        the composed form of Unicode (NFC) without white space around it.

        >>> Record("1", full_name="Hòa").digest == Record("1", full_name="Ho\\u0300a ").digest
        True
        >>> Record("1", phone="2").digest == Record("1", vaccine="2").digest
        False
        """
        return hashlib.sha256(_RECORD + cbor.dumps(_canonical(self))).digest()

    @property
    def name(self) -> bytes:
        """The first 16 bytes of SHA-256 of its identifier: how an attestation refers to it."""
        return hashlib.sha256(_NAME + _canonical((self.record_id,))[0].encode()).digest()[:NAME_BYTES]


FIELDS: Final = Record._fields
"""The fields of a record in their order; the default names of the columns of a table."""


def _canonical(values: tuple[str, ...]) -> list[str]:
    joined = _GAP.join(values)
    if joined.isascii() or is_normalized("NFC", joined):
        return [value.strip() for value in values]
    return [normalize("NFC", value).strip() for value in values]
