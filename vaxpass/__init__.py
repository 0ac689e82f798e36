"""Offline verification and issuing of EU DCC health passports.

    from datetime import UTC, datetime
    from vaxpass import Verifier, read_trust_list

    trust = read_trust_list(data, source="my list")
    verdict = Verifier(trust).verify("HC1:...", at=datetime.now(UTC))
    if not verdict:
        print(verdict.code, verdict.reason())

Text goes in and a verdict comes out: nothing here touches a file, the network or the clock. Modules of
this package that are not named here may change without notice, except `vaxpass.qr` (pictures, needs
the extra `vaxpass[cli]`), `vaxpass.identity` (names, dates of birth, identity numbers, travel
documents), `vaxpass.records` (records to passports), `vaxpass.codes` and `vaxpass.errors`.
"""

import importlib
from typing import TYPE_CHECKING

from vaxpass.codes import Code, NoteCode, Outcome, RuleCode, Stage, Status
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents.hcert.cwt import Kind
from vaxpass.documents.hcert.dcc.valuesets import ValueSets
from vaxpass.documents.hcert.decode import Unverified, UnverifiedContent, decode
from vaxpass.errors import (
    BundleError,
    DecodeError,
    EncodeError,
    MissingExtraError,
    NameLettersError,
    RulesError,
    SignerError,
    TrustListError,
    ValueSetError,
    VaxpassError,
)
from vaxpass.findings import Note, Problem
from vaxpass.policy import Limits, Policy
from vaxpass.trust.model import SkippedEntry, TrustedKey, TrustList
from vaxpass.verdict import Check, NotAccepted, Verdict
from vaxpass.verify import Verifier

if TYPE_CHECKING:
    from vaxpass.crypto.authority import Authority, IssuedKey
    from vaxpass.crypto.certificate import load_public_key
    from vaxpass.crypto.signer import KeySigner, Signer
    from vaxpass.display import escape_for_display
    from vaxpass.documents.hcert.dcc.model import Certificate, Person, Recovery, TestEntry, Vaccination
    from vaxpass.documents.hcert.encode import encode
    from vaxpass.identity import MrzError
    from vaxpass.journey import Leg, Span, Stop, calendar, travel
    from vaxpass.revocation import RevocationStore
    from vaxpass.rules import Rule, RuleSet, SkippedRule
    from vaxpass.rules.admission import Admission, RuleResult
    from vaxpass.rules.book import RuleBook
    from vaxpass.rules.reading import read_rules
    from vaxpass.rules.subject import Subject
    from vaxpass.trust.reader import read_trust_list

__version__ = "0.1.0"

# What a verifier at a desk does not need is imported when it is first asked for. None of these names
# may be that of a module of the package: importing that would take its place.
_LATER = {
    "Authority": "vaxpass.crypto.authority",
    "IssuedKey": "vaxpass.crypto.authority",
    "calendar": "vaxpass.journey",
    "load_public_key": "vaxpass.crypto.certificate",
    "KeySigner": "vaxpass.crypto.signer",
    "Signer": "vaxpass.crypto.signer",
    "encode": "vaxpass.documents.hcert.encode",
    "Certificate": "vaxpass.documents.hcert.dcc.model",
    "Person": "vaxpass.documents.hcert.dcc.model",
    "Recovery": "vaxpass.documents.hcert.dcc.model",
    "TestEntry": "vaxpass.documents.hcert.dcc.model",
    "Vaccination": "vaxpass.documents.hcert.dcc.model",
    "Leg": "vaxpass.journey",
    "RevocationStore": "vaxpass.revocation",
    "Admission": "vaxpass.rules.admission",
    "MrzError": "vaxpass.identity",
    "Rule": "vaxpass.rules",
    "RuleBook": "vaxpass.rules.book",
    "RuleResult": "vaxpass.rules.admission",
    "RuleSet": "vaxpass.rules",
    "SkippedRule": "vaxpass.rules",
    "Span": "vaxpass.journey",
    "Stop": "vaxpass.journey",
    "Subject": "vaxpass.rules.subject",
    "escape_for_display": "vaxpass.display",
    "read_rules": "vaxpass.rules.reading",
    "read_trust_list": "vaxpass.trust.reader",
    "travel": "vaxpass.journey",
}

__all__ = [
    "Admission",
    "Algorithm",
    "Authority",
    "BundleError",
    "Certificate",
    "Check",
    "Code",
    "DecodeError",
    "EncodeError",
    "IssuedKey",
    "KeySigner",
    "Kind",
    "Leg",
    "Limits",
    "MissingExtraError",
    "MrzError",
    "NameLettersError",
    "NotAccepted",
    "Note",
    "NoteCode",
    "Outcome",
    "Person",
    "Policy",
    "Problem",
    "Recovery",
    "RevocationStore",
    "Rule",
    "RuleBook",
    "RuleCode",
    "RuleResult",
    "RuleSet",
    "RulesError",
    "Signer",
    "SignerError",
    "SignerKey",
    "SkippedEntry",
    "SkippedRule",
    "Span",
    "Stage",
    "Status",
    "Stop",
    "Subject",
    "TestEntry",
    "TrustList",
    "TrustListError",
    "TrustedKey",
    "Unverified",
    "UnverifiedContent",
    "Vaccination",
    "ValueSetError",
    "ValueSets",
    "VaxpassError",
    "Verdict",
    "Verifier",
    "calendar",
    "decode",
    "encode",
    "escape_for_display",
    "load_public_key",
    "read_rules",
    "read_trust_list",
    "travel",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value
