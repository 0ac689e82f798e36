"""Which public keys a facility signs with: a file that whoever issues keeps.

{"type": "vaxpass.facility-keys", "version": 1, "facilities": {"79001": ["-----BEGIN PUBLIC KEY..."]}}


TODO-MERGED: What a facility signs: that it has checked these records, and what they said.

A COSE_Sign1 message over a CBOR map with text keys: `type` and `version`, the `facility`, the time
`at` (seconds since 1970, UTC) and `records`: for each record the 16 bytes of its name and the 32 of its
digest (`vaxpass.records.record`), sorted, one behind the other.


TODO-MERGED: Attestations against a list of records: what is covered, altered, doubled, missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

from vaxpass.crypto import cose
from vaxpass.crypto.certificate import load_public_key
from vaxpass.crypto.keys import PublicKey, public_pem
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.crypto.signer import Signer
from vaxpass.encoding import cbor, strict_json
from vaxpass.encoding.cbor import Refused
from vaxpass.errors import IssuingError
from vaxpass.findings import StageError
from vaxpass.policy import DEFAULT_LIMITS
from vaxpass.records.policy import Attested
from vaxpass.records.record import DIGEST_BYTES, NAME_BYTES, Record

FacilityKeys: TypeAlias = Mapping[str, Sequence[PublicKey]]
"""Facility -> the public keys that it signs with."""

_KEYS_TYPE: Final = "vaxpass.facility-keys"
_KEYS_VERSION: Final = 1
_LARGEST: Final = 64 * 1024 * 1024
_MOST_KEYS: Final = 20


def read_facility_keys(data: bytes) -> FacilityKeys:
    """Read such a file; a key may also be given by its certificate (PEM).

    Raises `IssuingError`.
    """
    if len(data) > _LARGEST:
        raise IssuingError("the list of facilities is larger than any")
    try:
        parsed = strict_json.read(data)
    except ValueError:
        raise IssuingError("the list of facilities is not valid JSON") from None
    match parsed:
        case {"type": "vaxpass.facility-keys", "version": 1, "facilities": dict() as facilities}:
            return {facility: _keys(facility, pems) for facility, pems in facilities.items()}
    raise IssuingError("this is not a list of facilities and their keys")


def write_facility_keys(keys: FacilityKeys) -> bytes:
    """Write such a file.

    >>> from datetime import UTC, datetime
    >>> from vaxpass.crypto.authority import Authority
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
    if not isinstance(pems, list) or not 0 < len(pems) <= _MOST_KEYS:
        raise IssuingError(f"the facility {facility} must have 1 to {_MOST_KEYS} keys")
    found = []
    for pem in pems:
        try:
            key = load_public_key(pem.encode())
        except (ValueError, AttributeError):
            raise IssuingError(f"a key of the facility {facility} can't be read") from None
        found.append(key)
    return tuple(found)


_TYPE: Final = "vaxpass.attestation"
_VERSION: Final = 1
_ENTRY: Final = NAME_BYTES + DIGEST_BYTES
LARGEST: Final = 512 * 1024 * 1024
"""Bytes of one attestation; that is room for eleven million records."""
_LONGEST_FACILITY: Final = 200
_LATEST: Final = 1 << 40


@dataclass(frozen=True)
class Attestation:
    """A facility's word for its records, whose signature held. `at` is aware, in whole seconds."""

    facility: str
    at: datetime
    entries: bytes

    def __len__(self) -> int:
        """How many records it covers."""
        return len(self.entries) // _ENTRY

    def without_entries(self) -> Attestation:
        """Who and when, without the memory that the records take."""
        return Attestation(self.facility, self.at, b"")

    @cached_property
    def digests(self) -> Mapping[bytes, bytes]:
        """Name of a record -> digest of what it said."""
        data, end = self.entries, NAME_BYTES
        return {data[at : at + end]: data[at + end : at + _ENTRY] for at in range(0, len(data), _ENTRY)}


class DuplicateRecords(IssuingError):
    """Several records of one list have the same identifier; `identifiers` names them."""

    def __init__(self, identifiers: Sequence[str]) -> None:
        super().__init__(f"records with an identifier that others have too: {len(identifiers)}")
        self.identifiers = tuple(identifiers)


def attest(records: Iterable[Record], facility: str, signer: Signer, at: datetime) -> bytes:
    """Sign that `facility` has checked these records, all of them its own.

    >>> from vaxpass.crypto.authority import Authority
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> key = Authority.create("VN", valid_from=now, days=9).issue_signer(days=9)
    >>> signed = attest([Record("1", facility="F")], "F", key.signer(), now)
    >>> len(read_attestation(signed, {"F": [key.certificate.public_key]}))
    1

    Raises `DuplicateRecords`, and `IssuingError` where there are none or one is of another facility.
    """
    digests: dict[bytes, bytes] = {}
    doubled: dict[str, None] = {}
    for record in records:
        if record.facility.strip() != facility:
            raise IssuingError(f"a record is not of the facility {facility}")
        if record.name in digests:
            doubled[record.record_id] = None
        digests[record.name] = record.digest
    if doubled:
        raise DuplicateRecords(tuple(doubled))
    if not digests:
        raise IssuingError(f"there is no record of the facility {facility}")
    payload = {
        "type": _TYPE,
        "version": _VERSION,
        "facility": facility,
        "at": int(at.timestamp()),
        "records": b"".join(name + digests[name] for name in sorted(digests)),
    }
    return cose.build(cbor.dumps(payload), signer.algorithm, signer.kid, signer.sign)


def read_attestation(data: bytes, keys: FacilityKeys) -> Attestation:
    """An attestation that a pinned key of its facility has signed.

    Raises `IssuingError` where it can't be read, the facility has no key, or none of its keys fits.
    """
    if len(data) > LARGEST:
        raise IssuingError("the attestation is larger than any")
    try:
        message = cose.parse(data, DEFAULT_LIMITS, [])
        payload, _ = cbor.loads(message.payload, DEFAULT_LIMITS.depth)
    except (StageError, Refused):
        raise IssuingError("this is not an attestation") from None
    found = _read(payload)
    pinned = keys.get(found.facility)
    if not pinned:
        raise IssuingError(f"no key is known for the facility {found.facility}")
    if not any(_signed_by(key, message) for key in pinned):
        raise IssuingError(f"the signature is not that of the facility {found.facility}")
    return found


class Attestations:
    """All attestations at hand. Of those of a record's facility the latest that names it decides."""

    __slots__ = ("_of",)

    def __init__(self, attestations: Iterable[Attestation]) -> None:
        self._of: dict[str, list[Attestation]] = {}
        for each in sorted(attestations, key=lambda one: one.at, reverse=True):
            self._of.setdefault(each.facility, []).append(each)

    def __iter__(self) -> Iterator[Attestation]:
        for found in self._of.values():
            yield from found

    def judge(self, record: Record, digest: bytes | None = None) -> tuple[Attested, Attestation | None]:
        """What is attested of a record, and by which attestation; `digest` is its own, if at hand.

        >>> Attestations([]).judge(Record("1"))
        (<Attested.NO: 'no'>, None)
        """
        of_facility = self._of.get(record.facility.strip())
        if of_facility:
            name, own = record.name, digest or record.digest
            latest: Attestation | None = None
            for each in of_facility:
                # Of two made in the same second nobody knows which was the later one.
                if latest is not None and each.at != latest.at:
                    break
                attested = each.digests.get(name)
                if attested == own:
                    return Attested.YES, each
                if attested is not None and latest is None:
                    latest = each
            if latest is not None:
                return Attested.ALTERED, latest
        return Attested.NO, None


def _signed_by(key: PublicKey, message: cose.Message) -> bool:
    return bool(verify_signature(message.algorithm, key, message.signature, message.signed))


def _read(payload: cbor.Value) -> Attestation:
    match payload:
        case {
            "type": "vaxpass.attestation",
            "version": 1,
            "facility": str() as facility,
            "at": int() as at,
            "records": bytes() as entries,
        } if 0 <= at < _LATEST and entries and len(entries) % _ENTRY == 0:
            pass
        case _:
            raise IssuingError("this is not an attestation that this version can read")
    names = [entries[place : place + NAME_BYTES] for place in range(0, len(entries), _ENTRY)]
    if any(one >= other for one, other in pairwise(names)):
        raise IssuingError("the attestation names a record more than once")
    return Attestation(facility, datetime.fromtimestamp(at, UTC), entries)


@dataclass(frozen=True)
class Check:
    """What a list of records has to do with attestations, which are named by their place, from 0 on."""

    covered: Mapping[int, int]
    """Attestation -> how many records it covers, unaltered"""
    altered: Sequence[tuple[str, int]]
    """Record, and the attestation about it"""
    doubled: Sequence[tuple[str, int]]
    """Record, and how often it stands in the list"""
    uncovered: Sequence[str]
    """Records that no attestation of their facility names"""
    missing: Mapping[int, int]
    """Attestation -> how many of its records are not in the list; those that have a successor in
    another attestation included"""

    @property
    def flawless(self) -> bool:
        """Whether every record is attested once, as it stands, and none is missing."""
        return not (self.altered or self.doubled or self.uncovered or self.missing)


def check(records: Iterable[Record], attestations: Sequence[Attestation]) -> Check:
    """Compare a list of records with all attestations about it.

    >>> found = check([Record("1"), Record("1"), Record("2")], [])
    >>> found.doubled, found.uncovered
    ([('1', 2)], ['1', '2'])
    """
    known = Attestations(attestations)
    places = {id(one): place for place, one in enumerate(attestations)}
    covered: Counter[int] = Counter()
    altered: dict[tuple[str, int], None] = {}
    uncovered: dict[str, None] = {}
    times: Counter[str] = Counter()
    names: set[bytes] = set()
    for record in records:
        times[record.record_id] += 1
        names.add(record.name)
        judged, by = known.judge(record)
        if by is None:
            uncovered[record.record_id] = None
        elif judged is Attested.YES:
            covered[places[id(by)]] += 1
        else:
            altered[record.record_id, places[id(by)]] = None
    missing = {
        place: gone
        for place, one in enumerate(attestations)
        if (gone := sum(name not in names for name in one.digests))
    }
    doubled = [(record, count) for record, count in times.items() if count > 1]
    return Check(dict(sorted(covered.items())), list(altered), doubled, list(uncovered), missing)
