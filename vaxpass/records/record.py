"""A vaccination record as a facility writes it, and its two hashes for attestations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from vaxpass.display import without_content
from vaxpass.encoding import cbor
from vaxpass.identity import parse_birth, parse_sex, read_phone
from vaxpass.identity.letters import INVISIBLE
from vaxpass.identity.numbers import digits
from vaxpass.records.vaccines import vaccine_key

_DIGEST_PREFIX: Final = b"vaxpass record 2\0"
_ID_PREFIX: Final = b"vaxpass record id 1\0"
DIGEST_BYTES: Final = 32
ID_HASH_BYTES: Final = 16


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
    def canonical(self) -> Record:
        """The record with every value in one form, however it was written; what can't be read stays.

        Texts are in the form of `canonical_text`; days of birth and of vaccination are YYYY-MM-DD,
        YYYY-MM or YYYY; the sex is M or F; of identity number and phone the digits are left, of
        vaccines the letters and digits; numbers of doses have no zeros in front. A zero that an
        identity number has lost is not put back.

        >>> Record("1", date_of_birth="1/2/1980", dose="01", vaccine="ASTRA-Zeneca").canonical[4:10]
        ('1980-02-01', '', '', '', 'astrazeneca', '1')
        """
        return Record._make(form(text) for form, text in zip(_FORMS, self, strict=True))

    @property
    def digest(self) -> bytes:
        """SHA-256 (32 bytes) of the canonical record: equal only for records that say the same.

        It is made of a CBOR array (RFC 8949) of the thirteen values in the order of `FIELDS`.

        >>> Record("1", full_name="Hòa").digest == Record("1", full_name="Ho\\u0300a ").digest
        True
        >>> one, other = Record("1", dose="1", sex="Nam"), Record("1", dose="01", sex="M")
        >>> one.digest == other.digest
        True
        >>> Record("1", phone="2").digest == Record("1", vaccine="2").digest
        False
        """
        return hashlib.sha256(_DIGEST_PREFIX + cbor.dumps(list(self.canonical))).digest()

    @property
    def id_hash(self) -> bytes:
        """The first 16 bytes of SHA-256 of `record_id`: how an attestation refers to the record.

        >>> Record("1").id_hash == Record(" 1", full_name="An").id_hash
        True
        """
        name = canonical_text(self.record_id).encode()
        return hashlib.sha256(_ID_PREFIX + name).digest()[:ID_HASH_BYTES]


FIELDS: Final = Record._fields
"""The names of a record's fields in their order; also the default names of a table's columns."""


def canonical_text(text: str) -> str:
    """A text in the composed form of Unicode (NFC), with one space between words and no invisible sign.

    Wide letters and digits become plain ones. Two spellings of one `record_id` have the same; so it
    is made once, where a file is read. Never raises.

    >>> canonical_text("\\tTie\\u0302m  1\\u200b ")
    'Tiêm 1'
    """
    if not text.isascii():
        text = normalize("NFC", text.translate(_PLAIN_SIGNS))
    return " ".join(text.split())


# Copying from a chat brings signs of direction; some keyboards write wide digits.
_DIRECTION: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_PLAIN_SIGNS: Final[dict[int, int | None]] = {
    **dict.fromkeys(map(ord, INVISIBLE + _DIRECTION)),
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
}


_WORDS: Final = {
    **{"mot": 1, "nhat": 1, "dau": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "one": 1, "two": 2, "three": 3},
}
_UNIT: Final = "mui|lieu|lan|doses?|shots?"
_COUNT: Final = re.compile(
    rf"(?P<before>(?:(?:{_UNIT}|m)(?: tiem)?(?: so| thu)?[ .:#-]*)?)"
    rf"(?P<number>[0-9]{{1,3}}(?:[.,]0+)?|{'|'.join(_WORDS)})(?: ?(?:{_UNIT}))?"
    r"(?P<booster> ?[-(]? ?(?:mui )?(?:nhac lai|nhac|bo sung|tang cuong|booster) ?\)?)?"
)
_MOST_IN_COUNT: Final = 40
_FIRST_BOOSTER: Final = 3


def read_count(text: str) -> int | None:
    """Read the number of a dose, or a number of doses; None where the text is none. Never raises.

    A booster has to have the number that it has among all doses: without one it can't be read, and
    `Mũi 1 nhắc lại` may be the first booster. From the third dose on the number is that of the dose.

    >>> [read_count(text) for text in ("02", "1.0", "Mũi 2", "mũi thứ nhất", "M3 (nhắc lại)", "2 mũi")]
    [2, 1, 2, 1, 3, 2]
    >>> read_count("mũi nhắc"), read_count("Mũi 1 nhắc lại"), read_count("1/2")
    (None, None, None)
    """
    if len(text) > _MOST_IN_COUNT:
        return None
    plain = canonical_text(text).casefold()
    if not plain.isascii():
        letters = normalize("NFD", plain).replace("đ", "d")
        plain = "".join(each for each in letters if not combining(each))
    found = _COUNT.fullmatch(plain)
    if found is None:
        return None
    written = found["number"]
    number = _WORDS.get(written) or int(re.split("[.,]", written)[0])
    if found["booster"] and (not found["before"] or number < _FIRST_BOOSTER):
        return None
    return number


def _birth(text: str) -> str:
    found = parse_birth(text)
    return str(found) if found and found.exists else text


def _sex(text: str) -> str:
    return parse_sex(text) or text


def _number(text: str) -> str:
    return digits(text) or text


def _phone(text: str) -> str:
    found = read_phone(text)
    return found.number if found else text


def _vaccine(text: str) -> str:
    return vaccine_key(text) or text


def _count(text: str) -> str:
    found = read_count(text)
    return text if found is None else str(found)


_CACHE_SIZE: Final = 1 << 14
"""Entries for each field of which long lists have few different values"""
_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "date_of_birth": _birth,
    "sex": _sex,
    "id_number": _number,
    "phone": _phone,
    "vaccine": _vaccine,
    "dose": _count,
    "doses": _count,
    "vaccinated_on": _birth,
}
_DIFFERENT: Final = ("record_id", "full_name", "id_number", "phone")
"""Fields that differ in nearly every record"""


def _form(field: str) -> Callable[[str], str]:
    read = _READ.get(field, str)

    def form(text: str) -> str:
        return read(canonical_text(text))

    return form if field in _DIFFERENT else lru_cache(_CACHE_SIZE)(form)


_FORMS: Final = tuple(map(_form, FIELDS))
