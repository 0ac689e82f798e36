"""Verifies and issues health passports offline, and gives the reason for every verdict.

    from datetime import UTC, datetime
    from vaxpass import Verifier, read_trust_list

    trust = read_trust_list(data, source="my list")
    verdict = Verifier(trust).verify("HC1:...", at=datetime.now(UTC))
    if not verdict:
        print(verdict.code, verdict.reason())

Nothing here touches a file, the network or the clock: data and times are arguments. The names of this
module are what most programs need. The rest is in namespaces:

- `vaxpass.documents`: families of documents, value sets
- `vaxpass.trust`: trust lists, pins, bundles; what is weak on a list, and what differs between two
- `vaxpass.crypto`: keys, certificates, signers
- `vaxpass.revocation`: lists of revoked documents, and the store in which they are looked up
- `vaxpass.rules`: business rules of countries; `vaxpass.journey`: several destinations
- `vaxpass.identity`: names, dates of birth, identity numbers, travel documents
- `vaxpass.records`: vaccination records, their match with a register, issuing
- `vaxpass.messages`: sentences for people, by language; `vaxpass.display`: text that is safe to show
- `vaxpass.qr`: pictures of QR codes (extra `vaxpass[cli]`)
- `vaxpass.testing`: an authority that issues test keys

What a module lists in `__all__` is public, and nothing else is.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaxpass.codes import Code, Kind, NoteCode, Outcome, Stage, Status
    from vaxpass.documents.family import Unverified, UnverifiedContent
    from vaxpass.documents.hcert.dcc.model import (
        Certificate,
        Person,
        Recovery,
        TestEntry,
        Vaccination,
    )
    from vaxpass.documents.hcert.encode import encode
    from vaxpass.documents.hcert.icvp.model import VaccinationCertificate
    from vaxpass.documents.recognise import decode
    from vaxpass.errors import (
        ArgumentError,
        DecodeError,
        EncodeError,
        MissingExtraError,
        TrustListError,
        VaxpassError,
    )
    from vaxpass.findings import Note, Problem
    from vaxpass.policy import Limits, Policy
    from vaxpass.trust.model import TrustList
    from vaxpass.trust.reader import read_trust_list
    from vaxpass.verdict import Check, NotAccepted, Verdict
    from vaxpass.verify import Verifier

__version__ = "0.2.0"

# Each name is imported at its first use, so that `import vaxpass` costs nothing and a program pays
# only for what it uses. None of these names may be the name of a module of this package: importing
# that module would replace the attribute.
_LATER = {
    "Certificate": "vaxpass.documents.hcert.dcc.model",
    "Check": "vaxpass.verdict",
    "Code": "vaxpass.codes",
    "ArgumentError": "vaxpass.errors",
    "DecodeError": "vaxpass.errors",
    "EncodeError": "vaxpass.errors",
    "Kind": "vaxpass.codes",
    "Limits": "vaxpass.policy",
    "MissingExtraError": "vaxpass.errors",
    "NotAccepted": "vaxpass.verdict",
    "Note": "vaxpass.findings",
    "NoteCode": "vaxpass.codes",
    "Outcome": "vaxpass.codes",
    "Person": "vaxpass.documents.hcert.dcc.model",
    "Policy": "vaxpass.policy",
    "Problem": "vaxpass.findings",
    "Recovery": "vaxpass.documents.hcert.dcc.model",
    "Stage": "vaxpass.codes",
    "Status": "vaxpass.codes",
    "TestEntry": "vaxpass.documents.hcert.dcc.model",
    "TrustList": "vaxpass.trust.model",
    "TrustListError": "vaxpass.errors",
    "Unverified": "vaxpass.documents.family",
    "UnverifiedContent": "vaxpass.documents.family",
    "Vaccination": "vaxpass.documents.hcert.dcc.model",
    "VaccinationCertificate": "vaxpass.documents.hcert.icvp.model",
    "VaxpassError": "vaxpass.errors",
    "Verdict": "vaxpass.verdict",
    "Verifier": "vaxpass.verify",
    "decode": "vaxpass.documents.recognise",
    "encode": "vaxpass.documents.hcert.encode",
    "read_trust_list": "vaxpass.trust.reader",
}

__all__ = [
    "ArgumentError",
    "Certificate",
    "Check",
    "Code",
    "DecodeError",
    "EncodeError",
    "Kind",
    "Limits",
    "MissingExtraError",
    "NotAccepted",
    "Note",
    "NoteCode",
    "Outcome",
    "Person",
    "Policy",
    "Problem",
    "Recovery",
    "Stage",
    "Status",
    "TestEntry",
    "TrustList",
    "TrustListError",
    "Unverified",
    "UnverifiedContent",
    "Vaccination",
    "VaccinationCertificate",
    "VaxpassError",
    "Verdict",
    "Verifier",
    "decode",
    "encode",
    "read_trust_list",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value
