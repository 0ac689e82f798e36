"""Documents of every family, of invented people, and verdicts about them: what people are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from tests.support.world import END, START, World
from vaxpass import Code, Kind, Note, Policy, Problem, Stage, TrustList, Verdict
from vaxpass.codes import IssuerType
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents import (
    FAMILIES,
    Claims,
    Document,
    Event,
    EventType,
    Holder,
    Issuer,
    Link,
    Term,
    Unverified,
    ValueSets,
)
from vaxpass.documents.family import Content, Message
from vaxpass.trust import ListedIssuer, TrustedKey
from vaxpass.verdict import all_passed, checks_of

_COVID: Final = Term("RA01", None, "icd11")
_YELLOW_FEVER: Final = Term("1D47", "Yellow fever", "icd11")


def _dose(number: int, date: str, lot: str) -> Event:
    return Event(
        EventType.VACCINATION,
        date,
        Term("840539006", None, "snomed"),
        product=Term("207", "COVID-19, mRNA, LNP-S, PF, 100 mcg/0.5mL dose", "cvx"),
        dose=number,
        batch=lot,
        performer="Example Clinic",
    )


DOCUMENTS: Final[dict[str, Document]] = {
    "icvp": Document(
        "icvp",
        Kind.ICVP,
        Holder(
            name="Aroha Te Whānau Example",
            birth_date="1988-03-14",
            sex="F",
            nationality="NZL",
            document_type="PPN",
            document_number="X9900112",
            guardian="Hēmi Example",
        ),
        (
            Event(
                EventType.VACCINATION,
                "2026-09-01",
                _YELLOW_FEVER,
                product=Term("YellowFeverProduct00", "STAMARIL, 10 doses", "icvp"),
                manufacturer=Term(None, "Sanofi Pasteur"),
                batch="YF-2031",
                performer="Dr. A. Example",
                centre="Travel Clinic, Wellington",
                valid_from="2026-09-11",
                lifelong=True,
            ),
        ),
        Issuer(name="Ministry of Health", country="NZ", identifier="NZ"),
        issued_at=START,
        valid_until=END,
        version="E",
        identifier="ICVP-0001",
    ),
    "smart-health-card": Document(
        "smart-health-card",
        Kind.HEALTH_CARD,
        Holder(family_name="Anyperson", given_name="John B.", birth_date="1951-01-20"),
        (
            _dose(1, "2025-11-01", "0000001"),
            _dose(2, "2025-11-29", "0000007"),
            _dose(3, "2026-05-02", "0000012"),
        ),
        Issuer(identifier="https://clinic.example.org/issuer"),
        issued_at=START,
    ),
    "vds-nc": Document(
        "vds-nc",
        Kind.VDS_VACCINATION,
        Holder(
            name="EXAMPLE  HANAKO",
            birth_date="1990-01-15",
            sex="F",
            document_type="P",
            document_number="TZ1234567",
        ),
        (
            Event(
                EventType.VACCINATION,
                "2026-02-03",
                _COVID,
                vaccine=Term("XM68M6", None, "icd11"),
                product=Term(None, "Comirnaty"),
                dose=2,
                batch="FA7766",
                centre="Example City",
                country="JPN",
            ),
        ),
        Issuer(name="Government of Japan", country="JPN"),
        version="1",
        identifier="U32870",
    ),
    "vds-nc-test": Document(
        "vds-nc",
        Kind.VDS_TEST,
        Holder(name="COOK  GERALD", birth_date="1990-01-29", sex="M", document_number="NA8888XX"),
        (
            Event(
                EventType.TEST,
                "2026-05-30T09:30:00+10:00",
                test_type=Term(None, "molecular(PCR)"),
                result=Term(None, "negative"),
                performer="Example Pathology",
                country="AUS",
            ),
        ),
        Issuer(country="AUS"),
    ),
    "divoc": Document(
        "divoc",
        Kind.DIVOC,
        Holder(name="Asha Example", sex="Female", nationality="Indian", birth_date="1985"),
        (
            Event(
                EventType.VACCINATION,
                "2026-03-01T04:30:00Z",
                Term(None, "COVID-19"),
                product=Term(None, "COVAXIN"),
                manufacturer=Term(None, "Bharat Biotech"),
                dose=2,
                doses=2,
                batch="BB-11",
                performer="Nurse Example",
                centre="District Hospital",
                country="IN",
                valid_from="2026-03-02",
                valid_until="2027-03-01",
            ),
        ),
        Issuer(name="Ministry of Health", country="IN", identifier="did:india"),
        identifier="12345678901",
    ),
    "health-link": Document(
        "health-link",
        Kind.HEALTH_LINK,
        Holder(),
        issuer=Issuer(country="CL"),
        link=Link(
            "vhl",
            "link.example.org",
            label="Vaccinations",
            passcode=True,
            expires_at=datetime(2026, 12, 31, tzinfo=UTC),
        ),
    ),
    "medication": Document(
        "medication",
        Kind.MEDICATION,
        Holder(name="Luis Example", birth_date="1970-02-02"),
        (Event(EventType.MEDICATION, "2026-04-01", product=Term("N02BE01", None, "atc")),),
        Issuer(country="PA"),
    ),
    "ddcc": Document(
        "ddcc",
        Kind.DDCC_TEST,
        Holder(name="Mei Example", birth_date="1999-09-09"),
        (
            Event(
                EventType.RECOVERY,
                "2026-01-02",
                _COVID,
                valid_from="2026-01-13",
                valid_until="2026-07-01",
            ),
        ),
        Issuer(country="SGP"),
    ),
}
TYPES: Final = {
    "icvp": None,
    "smart-health-card": ListedIssuer("https://x", "Example Pharmacy", IssuerType.PHARMACY),
    "divoc": ListedIssuer("did:india", "Ministry of Health", IssuerType.GOVERNMENT),
}


_DETAILS: Final = {"signer": "CL", "country": "CL", "on": "2026-05-01"}


@dataclass(frozen=True, slots=True)
class Shown(Unverified):
    """A document that nothing is known of but what it says."""

    document: Document

    @property
    def kind(self) -> Kind | None:
        return self.document.kind

    def without_verification(self) -> Content:
        return Content({}, self.document.kind, self.document)

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        return ()

    def check_usage(self, signer: TrustedKey, policy: Policy) -> None:
        return None

    def check_form(self, notes: list[Note]) -> list[Problem]:
        return []

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        pass

    def check_content(self) -> None:
        return None


def unverified_of(document: Document) -> Shown:
    """The document before its verification."""
    message = Message(Algorithm.ES256, b"\x01\x02\x03\x04", bytes(64))
    claims = Claims(document.issuer.country, None, None, None)
    return Shown(message, claims, (), FAMILIES[0], document)


def verdict_of(name: str, world: World, code: Code | None = None) -> Verdict:
    """The verdict about one of `DOCUMENTS`: accepted, or with the code; its signer is known."""
    document = DOCUMENTS[name]
    signer = replace(next(iter(world.trust)), country=document.issuer.country, issuer=TYPES.get(name))
    passed = all_passed((Stage.PREFIX,), revocation=False, rules=False)
    checks = checks_of([Problem(code, details=_DETAILS)], (), passed) if code else passed
    return Verdict(checks, (), unverified_of(document), signer)
