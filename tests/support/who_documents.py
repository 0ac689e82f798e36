"""Documents of the WHO network in the envelope of HCERTs, signed with keys of the test world."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any, Final

from tests.support.world import END, forge
from vaxpass.crypto import KeySigner

STAMARIL: Final = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
POLIO_VACCINE: Final = "PolioVaccineInactivatedIProduct087ff26057e89c006517428347dfbc3c"
DOSE: Final = {"vp": STAMARIL, "bo": "YF-1", "is": "Ministry of Health"}
HOLDER: Final = {"n": "Nguyễn Thị An", "dob": "1990-02-28", "s": "female"}
LATER: Final = {**HOLDER, "nt": "VNM", "id": "C1234567", "dt": "PPN", "v": "1"}
EARLIER: Final = {**HOLDER, "ntl": "VNM", "nid": "C1234567"}
PAYLOADS: Final[dict[str, dict[str, Any]]] = {
    "A": {
        **EARLIER,
        "v": {
            **DOSE,
            "dn": "Primary",
            "tg": "1D47",
            "vp": "XM0N24",
            "mp": STAMARIL,
            "ma": "Sanofi Pasteur",
            "dt": "2026-02-01",
            "vls": "2026-02-11",
        },
    },
    "B": {**EARLIER, "ndt": "PPN", "v": {**DOSE, "dt": "2026-02-01"}},
    "C": {**LATER, "vx": {**DOSE, "dt": "2026-02-01"}},
    "D": {**LATER, "vx": {**DOSE, "dv": "2026-02-01"}},
    "E": {**LATER, "d": "2026-02-03", "vx": {**DOSE, "dv": "2026-02-01"}},
}
"""One ICVP of each generation. All are in force from 11 February 2026 on."""
IN_FORCE: Final = datetime(2026, 2, 11, tzinfo=UTC)
ISSUED: Final = datetime(2026, 2, 3, tzinfo=UTC)
_CODED: Final = {"system": "http://snomed.info/sct", "code": "1119349007", "display": "mRNA vaccine"}
DDCC_VACCINATION: Final[dict[str, Any]] = {
    "name": "Nguyễn Thị An",
    "birthDate": "1990-02-28",
    "sex": {"code": "female", "system": "http://hl7.org/fhir/administrative-gender"},
    "identifier": "C1234567",
    "vaccine": _CODED,
    "brand": {"code": "B1"},
    "manufacturer": "Maker",
    "lot": "L1",
    "date": "2026-02-01",
    "dose": 1,
    "total_doses": 2,
    "country": {"code": "VNM", "system": "urn:iso:std:iso:3166"},
    "centre": "Clinic",
    "hw": "Nurse",
    "pha": "Ministry of Health",
    "disease": {"code": "RA01", "system": "http://id.who.int/icd11/mms"},
    "hcid": "H1",
    "valid_from": "2026-02-01",
    "valid_until": "2026-12-31",
}
DDCC_TEST: Final[dict[str, Any]] = {
    "name": "Nguyễn Thị An",
    "birthDate": "1990-02-28",
    "test": {
        "pathogen": {"code": "XN109"},
        "type": {"code": "LP6464-4", "system": "http://loinc.org"},
        "date": "2026-05-30T08:00:00Z",
        "result": {"code": "260415000", "display": "Not detected"},
        "centre": "Laboratory",
    },
    "meta": {"passportNumber": "C1234567", "reference": "R1"},
}


def changed(payload: dict[str, Any], path: str, value: object = ...) -> dict[str, Any]:
    """A copy with another value at `vx.bo` or `n`; without it where the value is `...`."""
    first, _, rest = path.partition(".")
    copy = dict(payload)
    if rest:
        copy[first] = changed(copy[first], rest, value)
    elif value is ...:
        copy.pop(first, None)
    else:
        copy[first] = value
    return copy


def sign(
    signer: KeySigner,
    content: object,
    key: int = -6,
    *,
    iss: object = "XXA",
    iat: object = int(ISSUED.timestamp()),
    exp: object = int(END.timestamp()),
    text_keys: bool = False,
) -> str:
    """The text of a document under a key of claim -260. A time that is `...` is left out.

    With `text_keys` all keys and the kid are text, as two generators write them.
    """
    stated = {1: iss, 4: exp, 6: iat}
    claims: dict[Any, object] = {name: value for name, value in stated.items() if value is not ...}
    if not text_keys:
        return forge(signer, {**claims, -260: {key: content}})
    named: dict[Any, object] = {str(name): value for name, value in claims.items()}
    kid = base64.b64encode(signer.kid).decode()
    header: dict[object, object] = {4: kid, 1: signer.algorithm.value}
    return forge(signer, {**named, "-260": {str(key): content}}, protected=header)
