"""Which public keys a facility signs with: a file that whoever issues keeps.

{"type": "vaxpass.facility-keys", "version": 1, "facilities": {"79001": ["-----BEGIN PUBLIC KEY..."]}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from vaxpass.crypto.certificate import PublicKey, key_name
from vaxpass.crypto.keys import load_public_key, public_pem
from vaxpass.errors import IssuingError

FacilityKeys: TypeAlias = Mapping[str, Sequence[PublicKey]]
"""Facility -> the public keys that it signs with."""

_TYPE: Final = "vaxpass.facility-keys"
_VERSION: Final = 1
_LARGEST: Final = 64 * 1024 * 1024
_MOST_KEYS: Final = 20


def read_facility_keys(data: bytes) -> FacilityKeys:
    """Read such a file; a key may also be given by its certificate (PEM).

    Raises `IssuingError`.
    """
    if len(data) > _LARGEST:
        raise IssuingError("the list of facilities is larger than any")
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
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
    file = {"type": _TYPE, "version": _VERSION, "facilities": facilities}
    return json.dumps(file, ensure_ascii=False, indent=1).encode() + b"\n"


def _keys(facility: str, pems: object) -> Sequence[PublicKey]:
    if not isinstance(pems, list) or not 0 < len(pems) <= _MOST_KEYS:
        raise IssuingError(f"the facility {facility} must have 1 to {_MOST_KEYS} keys")
    found = []
    for pem in pems:
        try:
            key = load_public_key(pem.encode())
            key_name(key)
        except (ValueError, AttributeError):
            raise IssuingError(f"a key of the facility {facility} can't be read") from None
        found.append(key)
    return tuple(found)
