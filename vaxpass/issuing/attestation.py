"""What a facility signs: that it has checked these records, and what they said.

A COSE_Sign1 message over a CBOR map with text keys: `type` and `version`, the `facility`, the time
`at` (seconds since 1970, UTC) and `records`: for each record the 16 bytes of its name and the 32 of its
digest (`vaxpass.issuing.record`), sorted, one behind the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Final

from vaxpass import cbor, cose
from vaxpass.cborscan import Refused
from vaxpass.crypto.certificate import PublicKey, key_name
from vaxpass.crypto.signature import key_fits, verifies, well_formed
from vaxpass.crypto.signer import Signer
from vaxpass.errors import IssuingError
from vaxpass.findings import StageError
from vaxpass.issuing.facilities import FacilityKeys
from vaxpass.issuing.policy import Attested
from vaxpass.issuing.record import DIGEST_BYTES, NAME_BYTES, Record
from vaxpass.limits import DEFAULT_LIMITS

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


class DoubledRecords(IssuingError):
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

    Raises `DoubledRecords`, and `IssuingError` where there are none or one is of another facility.
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
        raise DoubledRecords(tuple(doubled))
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
    name = key_name(key)
    return (
        key_fits(message.algorithm, name)
        and well_formed(message.signature, name)
        and verifies(key, message.signature, message.signed)
    )


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
