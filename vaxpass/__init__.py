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

from vaxpass.codes import Code, Kind, NoteCode, Outcome, Stage, Status
from vaxpass.documents.family import Unverified, UnverifiedContent
from vaxpass.documents.recognise import decode
from vaxpass.errors import (
    DecodeError,
    EncodeError,
    MissingExtraError,
    TrustListError,
    VaxpassError,
)
from vaxpass.findings import Note, Problem
from vaxpass.policy import Limits, Policy
from vaxpass.trust.model import TrustList
from vaxpass.verdict import Check, NotAccepted, Verdict
from vaxpass.verify import Verifier

if TYPE_CHECKING:
    from vaxpass.documents.hcert.dcc.model import (
        Certificate,
        Person,
        Recovery,
        TestEntry,
        Vaccination,
    )
    from vaxpass.documents.hcert.encode import encode
    from vaxpass.trust.reader import read_trust_list

__version__ = "0.2.0"

# Imported at first use, because a verifier does not need them. None of these names may be the name of a
# module of this package: importing that module would replace the attribute.
_LATER = {
    "Certificate": "vaxpass.documents.hcert.dcc.model",
    "Person": "vaxpass.documents.hcert.dcc.model",
    "Recovery": "vaxpass.documents.hcert.dcc.model",
    "TestEntry": "vaxpass.documents.hcert.dcc.model",
    "Vaccination": "vaxpass.documents.hcert.dcc.model",
    "encode": "vaxpass.documents.hcert.encode",
    "read_trust_list": "vaxpass.trust.reader",
}

__all__ = [
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
