"""Claim -260 <-> the health document in it (HCERT specification 1.0.8, section 3.3.1).

The claim is a map from kind to document; 1 is the EU Digital COVID Certificate.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from vaxpass import cbor
from vaxpass.codes import Code, Remark
from vaxpass.findings import StageError, Warned

_EU_DCC: Final = 1


class Kind(StrEnum):
    """What a certificate attests."""

    VACCINATION = "eu-dcc.vaccination"
    TEST = "eu-dcc.test"
    RECOVERY = "eu-dcc.recovery"


GROUPS: Final = {"v": Kind.VACCINATION, "t": Kind.TEST, "r": Kind.RECOVERY}
"""The fields of the payload that hold the entries of each kind."""


def open_hcert(hcert: cbor.Value, warnings: list[Warned]) -> dict[str, cbor.Value]:
    """The payload of the EU DCC in a claim -260.

    Raises `StageError` with a code of the stage `payload`.
    """
    if not isinstance(hcert, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    if _EU_DCC not in hcert:
        raise StageError.of(Code.PAYLOAD_KIND_UNSUPPORTED if hcert else Code.PAYLOAD_MISSING)
    if len(hcert) > 1:
        warnings.append(Warned(Remark.PAYLOAD_OTHER_KIND))
    payload = hcert[_EU_DCC]
    if not isinstance(payload, dict):
        raise StageError.of(Code.PAYLOAD_STRUCTURE)
    return payload


def close_hcert(payload: dict[str, cbor.Value]) -> cbor.Value:
    """The claim -260 that holds `payload` as an EU DCC."""
    return {_EU_DCC: payload}


def kind_of(payload: dict[str, cbor.Value]) -> Kind | None:
    """Which of v, t and r is filled; None where it is none or several of them.

    >>> kind_of({"v": [{}], "t": None})
    <Kind.VACCINATION: 'eu-dcc.vaccination'>
    """
    found = None
    for group, kind in GROUPS.items():
        if payload.get(group):
            if found is not None:
                return None
            found = kind
    return found
