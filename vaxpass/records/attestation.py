"""Attestations: a facility signs that it has checked its records, and what they say.

An attestation is a COSE_Sign1 message (RFC 9052) over a CBOR map (RFC 8949) with text keys: `type` and
`version`, the `facility`, the time `at` (seconds since 1970, UTC) and `records`: for each record the 16
bytes of its `id_hash` and the 32 of its `digest` (`vaxpass.records.record`), sorted, one after the
other.

The issuer of passports keeps the public keys of the facilities in a JSON file:

    {"type": "vaxpass.facility-keys", "version": 1, "facilities": {"79001": ["-----BEGIN PUBLIC..."]}}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from vaxpass.crypto.certificate import load_public_key
from vaxpass.crypto.keys import PublicKey, public_pem
from vaxpass.crypto.signer import Signer
from vaxpass.encoding import cbor, strict_json
from vaxpass.errors import IssuingError
from vaxpass.records import signed_list
from vaxpass.records.policy import Attested
from vaxpass.records.record import DIGEST_BYTES, ID_HASH_BYTES, Record, canonical_text

FacilityKeys: TypeAlias = Mapping[str, Sequence[PublicKey]]
"""The public keys that each facility signs with, by the name of the facility."""

MAX_ATTESTATION_BYTES: Final = 512 * 1024 * 1024
"""The largest attestation that is read, in bytes: room for eleven million records."""
_KEYS_TYPE: Final = "vaxpass.facility-keys"
_KEYS_VERSION: Final = 1
_MAX_KEYS_BYTES: Final = 64 * 1024 * 1024
_MAX_VALUES: Final = 1_000_000
_MAX_KEYS: Final = 20
_TYPE: Final = "vaxpass.attestation"
_VERSION: Final = 2
_ENTRY_BYTES: Final = ID_HASH_BYTES + DIGEST_BYTES


def read_facility_keys(data: bytes) -> FacilityKeys:
    """Read the JSON file of the facilities' keys. A key is PEM, or a certificate (PEM) that has it.

    Raises `IssuingError` where the data do not have this form. A facility has 1 to 20 keys.

    >>> read_facility_keys(b'{"type": "vaxpass.facility-keys", "version": 1, "facilities": {}}')
    {}
    """
    if len(data) > _MAX_KEYS_BYTES:
        raise IssuingError("failure.issuing.facilities_too_large")
    try:
        parsed = strict_json.read(data, most=_MAX_VALUES)
    except ValueError:
        raise IssuingError("failure.issuing.facilities_not_json") from None
    match parsed:
        case {"type": "vaxpass.facility-keys", "version": 1, "facilities": dict() as facilities}:
            return {canonical_text(name): _keys(name, pems) for name, pems in facilities.items()}
    raise IssuingError("failure.issuing.not_facilities")


def write_facility_keys(keys: FacilityKeys) -> bytes:
    """The JSON file of the facilities' keys (UTF-8), which `read_facility_keys` reads.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> ca = Authority.create("VN", valid_from=datetime(2026, 1, 1, tzinfo=UTC), days=9)
    >>> data = write_facility_keys({"79001": [ca.issued.certificate.public_key]})
    >>> list(read_facility_keys(data))
    ['79001']
    """
    facilities = {
        facility: [public_pem(key).decode() for key in found] for facility, found in keys.items()
    }
    file = {"type": _KEYS_TYPE, "version": _KEYS_VERSION, "facilities": facilities}
    return json.dumps(file, ensure_ascii=False, indent=1).encode() + b"\n"


def _keys(facility: str, pems: object) -> Sequence[PublicKey]:
    if not isinstance(pems, list) or not 0 < len(pems) <= _MAX_KEYS:
        raise IssuingError("failure.issuing.facility_keys", facility=facility, most=_MAX_KEYS)
    found = []
    for pem in pems:
        try:
            key = load_public_key(pem.encode())
        except (ValueError, AttributeError):
            raise IssuingError("failure.issuing.facility_key_unreadable", facility=facility) from None
        found.append(key)
    return tuple(found)


@dataclass(frozen=True)
class Attestation:
    """The content of an attestation whose signature was verified.

    >>> from datetime import UTC, datetime
    >>> len(Attestation("79001", datetime(2026, 1, 1, tzinfo=UTC), bytes(96)))
    2
    """

    facility: str
    at: datetime
    """When it was signed; aware, in UTC and whole seconds"""
    entries: bytes
    """`id_hash` and `digest` of each record, 48 bytes together, one record after the other"""

    def __len__(self) -> int:
        """The number of records that it covers."""
        return len(self.entries) // _ENTRY_BYTES

    def without_entries(self) -> Attestation:
        """A copy with facility and time only, which takes little memory."""
        return Attestation(self.facility, self.at, b"")

    @cached_property
    def digests(self) -> Mapping[bytes, bytes]:
        """The digest of each record by its `id_hash`."""
        return {entry[:ID_HASH_BYTES]: entry[ID_HASH_BYTES:] for entry in _split(self.entries)}


class DuplicateRecords(IssuingError):
    """Raised where different records of one list have the same `record_id`.

    `identifiers` are these identifiers.

    >>> DuplicateRecords(["1", "7"]).identifiers
    ('1', '7')
    """

    def __init__(self, identifiers: Sequence[str]) -> None:
        super().__init__(f"records with an identifier that others have too: {len(identifiers)}")
        self.args = (identifiers,)
        self.identifiers = tuple(identifiers)


def attest(records: Iterable[Record], facility: str, signer: Signer, at: datetime) -> bytes:
    """Sign that a facility has checked these records; gives a COSE_Sign1 message (RFC 9052).

    All records must be of this facility. Records with the same identifier and digest are one record.
    `at` is the time of signing; it must be aware.

    Raises `DuplicateRecords`, and `IssuingError` where there is no record or one of another facility.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.testing import Authority
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> key = Authority.create("VN", valid_from=now, days=9).issue_signer(days=9)
    >>> signed = attest([Record("1", facility="F")], "F", key.signer(), now)
    >>> len(read_attestation(signed, {"F": [key.certificate.public_key]}))
    1
    """
    facility = canonical_text(facility)
    digests: dict[bytes, bytes] = {}
    duplicate: dict[str, None] = {}
    for record in records:
        if canonical_text(record.facility) != facility:
            raise IssuingError("failure.issuing.facility_other", facility=facility)
        digest = record.digest
        if digests.setdefault(record.id_hash, digest) != digest:
            duplicate[record.record_id] = None
    if duplicate:
        raise DuplicateRecords(tuple(duplicate))
    if not digests:
        raise IssuingError("failure.issuing.facility_no_record", facility=facility)
    payload: dict[str, cbor.Value] = {
        "type": _TYPE,
        "version": _VERSION,
        "facility": facility,
        "at": signed_list.seconds(at),
        "records": b"".join(id_hash + digests[id_hash] for id_hash in sorted(digests)),
    }
    return signed_list.sign(payload, signer)


def read_attestation(data: bytes, keys: FacilityKeys) -> Attestation:
    """Read an attestation and verify its signature with the pinned keys of its facility.

    Raises `IssuingError` where it can't be read, the facility has no key, or none of its keys verifies
    the signature.

    >>> from vaxpass.errors import IssuingError
    >>> try:
    ...     read_attestation(b"", {})
    ... except IssuingError as error:
    ...     print(error)
    this is not an attestation
    """
    if len(data) > MAX_ATTESTATION_BYTES:
        raise IssuingError("failure.issuing.attestation_too_large")
    signed = signed_list.read(data)
    if signed is None:
        raise IssuingError("failure.issuing.not_attestation")
    found = _read(signed.payload)
    pinned = keys.get(found.facility)
    if not pinned:
        raise IssuingError("failure.issuing.facility_no_key", facility=found.facility)
    if not signed.signed_by(pinned):
        raise IssuingError("failure.issuing.facility_signature", facility=found.facility)
    return found


def _read(payload: cbor.Value) -> Attestation:
    match payload:
        case {
            "type": "vaxpass.attestation",
            "version": 2,
            "facility": str() as facility,
            "at": int() as seconds,
            "records": bytes() as entries,
        } if (at := signed_list.read_time(seconds)) and entries and len(entries) % _ENTRY_BYTES == 0:
            pass
        case _:
            raise IssuingError("failure.issuing.attestation_version")
    id_hashes = [entry[:ID_HASH_BYTES] for entry in _split(entries)]
    if any(one >= other for one, other in pairwise(id_hashes)):
        raise IssuingError("failure.issuing.attestation_twice")
    return Attestation(facility, at, entries)


def _split(entries: bytes) -> Iterator[bytes]:
    return (entries[at : at + _ENTRY_BYTES] for at in range(0, len(entries), _ENTRY_BYTES))


class Attestations:
    """A collection of attestations, to look records up in.

    For a record, the latest attestation of its facility that contains it decides.

    >>> from datetime import UTC, datetime
    >>> attestations = Attestations([Attestation("F", datetime(2026, 1, 1, tzinfo=UTC), bytes(48))])
    >>> [len(each) for each in attestations]
    [1]
    """

    __slots__ = ("_by_facility",)

    def __init__(self, attestations: Iterable[Attestation]) -> None:
        self._by_facility: dict[str, list[Attestation]] = {}
        for each in sorted(attestations, key=lambda one: one.at, reverse=True):
            self._by_facility.setdefault(each.facility, []).append(each)

    def __iter__(self) -> Iterator[Attestation]:
        for found in self._by_facility.values():
            yield from found

    def find(self, record: Record, digest: bytes | None = None) -> tuple[Attested, Attestation | None]:
        """Whether a record is attested, and by which attestation; None where none contains it.

        `digest` is that of the record, where the caller has computed it.

        >>> Attestations([]).find(Record("1"))
        (<Attested.NO: 'no'>, None)
        """
        of_facility = self._by_facility.get(canonical_text(record.facility))
        if of_facility:
            id_hash, own = record.id_hash, digest or record.digest
            latest: Attestation | None = None
            for each in of_facility:
                # Of two attestations of the same second it is unknown which is later: both count.
                if latest is not None and each.at != latest.at:
                    break
                attested = each.digests.get(id_hash)
                if attested == own:
                    return Attested.YES, each
                if attested is not None and latest is None:
                    latest = each
            if latest is not None:
                return Attested.ALTERED, latest
        return Attested.NO, None


class AlteredRecord(NamedTuple):
    """A record that was changed after it was attested.

    >>> AlteredRecord("1", attestation=0).record_id
    '1'
    """

    record_id: str
    attestation: int
    """The place of the attestation in the list, from 0 on"""


class DuplicateRecord(NamedTuple):
    """A `record_id` that different records of a list have.

    >>> DuplicateRecord("1", times=2).times
    2
    """

    record_id: str
    times: int
    """How many different records have it"""


@dataclass(frozen=True)
class AttestationCheck:
    """A list of records compared with a list of attestations.

    An attestation is named by its place in the list, from 0 on.

    >>> check_attestations([], []).flawless
    True
    """

    covered: Mapping[int, int]
    """For each attestation the number of records that it covers unaltered"""
    altered: Sequence[AlteredRecord]
    """The records that were changed after they were attested"""
    duplicate: Sequence[DuplicateRecord]
    """The identifiers that different records have"""
    uncovered: Sequence[str]
    """The `record_id`s that no attestation of their facility contains"""
    missing: Mapping[int, int]
    """For each attestation the number of its records that are not in the list, even where a later
    attestation replaces it"""

    @property
    def flawless(self) -> bool:
        """Whether each record is attested unaltered and has its own identifier, and none is missing."""
        return not (self.altered or self.duplicate or self.uncovered or self.missing)


def check_attestations(
    records: Iterable[Record], attestations: Sequence[Attestation]
) -> AttestationCheck:
    """Compare a list of records with all attestations about it. Never raises.

    Records with the same identifier and digest are one record.

    >>> found = check_attestations([Record("1"), Record("1", dose="2"), Record("2"), Record(" 2")], [])
    >>> found.duplicate, found.uncovered
    ([DuplicateRecord(record_id='1', times=2)], ['1', '2'])
    """
    known = Attestations(attestations)
    places = {id(each): place for place, each in enumerate(attestations)}
    covered: Counter[int] = Counter()
    altered: dict[AlteredRecord, None] = {}
    uncovered: dict[str, None] = {}
    counts: Counter[str] = Counter()
    id_hashes: set[bytes] = set()
    seen: set[bytes] = set()
    for record in records:
        id_hash, digest = record.id_hash, record.digest
        if id_hash + digest in seen:
            continue
        id_hashes.add(id_hash)
        seen.add(id_hash + digest)
        counts[canonical_text(record.record_id)] += 1
        attested, by = known.find(record, digest)
        if by is None:
            uncovered[record.record_id] = None
        elif attested is Attested.YES:
            covered[places[id(by)]] += 1
        else:
            altered[AlteredRecord(record.record_id, places[id(by)])] = None
    missing = {
        place: absent
        for place, each in enumerate(attestations)
        if (absent := sum(id_hash not in id_hashes for id_hash in each.digests))
    }
    return AttestationCheck(
        covered=dict(sorted(covered.items())),
        altered=list(altered),
        duplicate=[DuplicateRecord(*each) for each in counts.items() if each[1] > 1],
        uncovered=list(uncovered),
        missing=missing,
    )
