"""Confirmations: the office that keeps the register signs whom records mean that do not match.

A confirmation is a COSE_Sign1 message (RFC 9052) over a CBOR map (RFC 8949) with text keys: `type` and
`version`, the `office`, the time `at` (seconds since 1970, UTC) and `records`, a byte string. It is
again CBOR: an array with an array of seven items for each record, sorted by the first.

1. the 16 bytes of the record's `id_hash` (`vaxpass.records.record`)
2. the 32 bytes of its `digest`: the confirmation is of the record as it was declared then
3. `person_id`, the identifier of the registered person
4. the full name of this person, as the register has it
5. the date of birth, likewise
6. the identity number, likewise
7. an array of the causes (`vaxpass.records.mechanical`), at least one

The public keys of offices are in a JSON file of the same form as those of facilities
(`vaxpass.records.attestation`). A key of a facility is none of an office: the files are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from vaxpass.crypto.signer import Signer
from vaxpass.display import without_content
from vaxpass.encoding import cbor
from vaxpass.encoding.cbor import Refused
from vaxpass.errors import IssuingError
from vaxpass.identity import IdentityCode
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.records import signed_list
from vaxpass.records.attestation import DuplicateRecords, FacilityKeys
from vaxpass.records.mechanical import MECHANICAL_CAUSES
from vaxpass.records.record import DIGEST_BYTES, ID_HASH_BYTES, Record, canonical_text

MAX_CONFIRMATION_BYTES: Final = 64 * 1024 * 1024
"""The largest confirmation that is made or read, in bytes: room for some 400 000 records."""
_MAX_CHARACTERS: Final = 400
"""Of one value: what a row of the register may have"""
_TYPE: Final = "vaxpass.confirmation"
_VERSION: Final = 1
_BY_VALUE: Final = {code.value: code for code in MECHANICAL_CAUSES}


class ConfirmedRecord(NamedTuple):
    """A record, and the person whom it means.

    >>> entry = ConfirmedRecord(bytes(16), bytes(32), "P1", "Lê Hoà", "1990-06-05", "001090000001",
    ...     (IdentityCode.NAME_DIACRITICS,))
    >>> entry.as_issued(Record("1", full_name="LE HOA")).full_name
    'Lê Hoà'
    """

    id_hash: bytes
    digest: bytes
    person_id: str
    full_name: str
    """As the register has it, like `date_of_birth` and `id_number`"""
    date_of_birth: str
    id_number: str
    causes: tuple[IdentityCode, ...]
    """What differed"""
    office: str = ""
    """Who confirmed it; empty before it is signed"""

    def __repr__(self) -> str:
        return without_content(self)

    def as_issued(self, record: Record) -> Record:
        """The record with the name, date of birth and identity number of the confirmed person."""
        return record._replace(
            full_name=self.full_name, date_of_birth=self.date_of_birth, id_number=self.id_number
        )


@dataclass(frozen=True)
class Confirmation:
    """The content of a confirmation whose signature was verified.

    >>> from datetime import UTC, datetime
    >>> Confirmation("Công an Quận 3", datetime(2026, 1, 1, tzinfo=UTC), ()).office
    'Công an Quận 3'
    """

    office: str
    at: datetime
    """When it was signed; aware, in UTC and whole seconds"""
    records: Sequence[ConfirmedRecord]
    """Sorted by `id_hash`"""


def confirm(entries: Iterable[ConfirmedRecord], office: str, signer: Signer, at: datetime) -> bytes:
    """Sign whom these records mean; gives a COSE_Sign1 message (RFC 9052).

    `at` is the time of signing; it must be aware.

    Raises `DuplicateRecords` where an `id_hash` occurs more than once (its `identifiers` are these
    hashes in hexadecimal), and `IssuingError` where there is no record, one can't be read again, or
    there are too many.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> key = Authority.create("VN", valid_from=now, days=9).issue_signer(days=9)
    >>> entry = ConfirmedRecord(bytes(16), bytes(32), "P1", "Lê Hoà", "1990-06-05", "001090000001",
    ...     (IdentityCode.NAME_DIACRITICS,))
    >>> signed = confirm([entry], "Office", key.signer(), now)
    >>> len(read_confirmation(signed, {"Office": [key.certificate.public_key]}).records)
    1
    """
    listed = sorted(entries)
    twice = {one.id_hash.hex(): None for one, other in pairwise(listed) if one.id_hash == other.id_hash}
    if twice:
        raise DuplicateRecords(tuple(twice))
    rows: cbor.Value = [[*entry[:6], [str(cause) for cause in entry.causes]] for entry in listed]
    office = canonical_text(office)
    if _read_rows(rows, office) is None or not office:
        raise IssuingError("failure.issuing.confirmation_records")
    records = cbor.dumps(rows)
    payload: dict[str, cbor.Value] = {
        "type": _TYPE,
        "version": _VERSION,
        "office": office,
        "at": signed_list.seconds(at),
        "records": records,
    }
    data = signed_list.sign(payload, signer)
    if len(data) > MAX_CONFIRMATION_BYTES:
        raise IssuingError("failure.issuing.confirmation_too_large")
    return data


def read_confirmation(data: bytes, keys: FacilityKeys) -> Confirmation:
    """Read a confirmation and verify its signature with the pinned keys of its office.

    Raises `IssuingError` where it can't be read, the office has no key, or none of its keys verifies
    the signature.

    >>> from vaxpass.errors import IssuingError
    >>> try:
    ...     read_confirmation(b"", {})
    ... except IssuingError as error:
    ...     print(error)
    this is not a confirmation
    """
    if len(data) > MAX_CONFIRMATION_BYTES:
        raise IssuingError("failure.issuing.confirmation_too_large")
    signed = signed_list.read(data)
    if signed is None:
        raise IssuingError("failure.issuing.not_confirmation")
    match signed.payload:
        case {
            "type": "vaxpass.confirmation",
            "version": 1,
            "office": str() as office,
            "at": seconds,
            "records": bytes() as records,
        } if at := signed_list.read_time(seconds):
            pass
        case _:
            raise IssuingError("failure.issuing.confirmation_version")
    pinned = keys.get(office)
    if not pinned:
        raise IssuingError("failure.issuing.office_no_key", office=office)
    if not signed.signed_by(pinned):
        raise IssuingError("failure.issuing.office_signature", office=office)
    try:
        rows, _ = cbor.loads(records, DEFAULT_LIMITS.depth)
    except Refused:
        rows = None
    found = _read_rows(rows, office)
    if found is None:
        raise IssuingError("failure.issuing.confirmation_version")
    return Confirmation(office, at, found)


def _read_rows(rows: cbor.Value, office: str) -> Sequence[ConfirmedRecord] | None:
    """The entries of a confirmation; None where there is none, or one that can't be trusted."""
    if not isinstance(rows, list) or not rows:
        return None
    found = [_read_row(row, office) for row in rows]
    entries = [entry for entry in found if entry is not None]
    if len(entries) < len(found) or any(one.id_hash >= two.id_hash for one, two in pairwise(entries)):
        return None
    return tuple(entries)


def _read_row(row: cbor.Value, office: str) -> ConfirmedRecord | None:
    match row:
        case [
            bytes() as id_hash,
            bytes() as digest,
            str() as person_id,
            str() as name,
            str() as birth,
            str() as number,
            list() as causes,
        ] if len(id_hash) == ID_HASH_BYTES and len(digest) == DIGEST_BYTES:
            texts = (person_id, name, birth, number)
            if not all(0 < len(text) <= _MAX_CHARACTERS for text in texts):
                return None
            # A cause that this version does not know may be none: nothing is issued for it.
            known = tuple(
                _BY_VALUE[each] for each in causes if isinstance(each, str) and each in _BY_VALUE
            )
            if not known or len(known) < len(causes):
                return None
            return ConfirmedRecord(id_hash, digest, *texts, known, office)
    return None


class Unconfirmed(StrEnum):
    """Why confirmations that name a record do not count.

    >>> Unconfirmed("altered")
    <Unconfirmed.ALTERED: 'altered'>
    """

    ALTERED = "altered"
    """The record was changed since it was confirmed."""
    CONTRADICTED = "contradicted"
    """Confirmations name different persons, or the latest two of one second say different things."""


class Confirmations:
    """A collection of confirmations, to look records up in.

    A confirmation counts for the record as it was then: not where the digest differs. Where
    confirmations name different persons none counts, whoever signed them. Else the latest counts.

    >>> list(Confirmations([]))
    []
    """

    __slots__ = ("_by_record",)

    def __init__(self, confirmations: Iterable[Confirmation]) -> None:
        # The entries of a record, the latest first.
        self._by_record: dict[bytes, tuple[tuple[datetime, ConfirmedRecord], ...]] = {}
        for each in sorted(confirmations, key=lambda one: one.at, reverse=True):
            for entry in each.records:
                known = self._by_record.get(entry.id_hash, ())
                self._by_record[entry.id_hash] = (*known, (each.at, entry))

    def __iter__(self) -> Iterator[bytes]:
        """The `id_hash` of each record that any confirmation names."""
        return iter(self._by_record)

    def __len__(self) -> int:
        """The number of records that any confirmation names."""
        return len(self._by_record)

    def find(self, record: Record, digest: bytes | None = None) -> ConfirmedRecord | None:
        """What was confirmed about a record; None where nothing was that counts.

        `digest` is that of the record, where the caller has computed it.

        >>> Confirmations([]).find(Record("1")) is None
        True
        """
        found = self._look_up(record, digest)
        return found if isinstance(found, ConfirmedRecord) else None

    def why_not(self, record: Record, digest: bytes | None = None) -> Unconfirmed | None:
        """Why `find` gives nothing for a record that confirmations name; None where they don't.

        >>> Confirmations([]).why_not(Record("1")) is None
        True
        """
        found = self._look_up(record, digest)
        return found if isinstance(found, Unconfirmed) else None

    def _look_up(self, record: Record, digest: bytes | None) -> ConfirmedRecord | Unconfirmed | None:
        named = self._by_record.get(record.id_hash, ())
        if not named:
            return None
        own = digest or record.digest
        counting = [(at, entry) for at, entry in named if entry.digest == own]
        if not counting:
            return Unconfirmed.ALTERED
        latest_at, latest = counting[0]
        if len({entry.person_id for _, entry in counting}) > 1:
            return Unconfirmed.CONTRADICTED
        said = {entry[2:6] for at, entry in counting if at == latest_at}
        return latest if len(said) == 1 else Unconfirmed.CONTRADICTED
