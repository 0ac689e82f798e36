"""Reads an ICVP or DVC from its envelope (family `icvp`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaxpass.codes import Code, Kind
from vaxpass.crypto.cose import Message
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.family import Claims, Content, Family
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.icvp import checks
from vaxpass.documents.hcert.icvp.model import VaccinationCertificate
from vaxpass.documents.hcert.other import UnverifiedOther, country_of, only_map
from vaxpass.documents.valuesets import ValueSets
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError
from vaxpass.trust.model import TrustedKey, TrustList

_MARKS: Final = frozenset(("n", "v", "vx"))
_ENDS: Final = frozenset((Code.VALIDITY_EXPIRED, Code.VALIDITY_SIGNER_EXPIRED))


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedIcvp(UnverifiedOther):
    """An ICVP, decoded and not verified."""

    vaccination: VaccinationCertificate

    @property
    def kind(self) -> Kind:
        """A vaccination."""
        return Kind.ICVP

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        return Content(dict(self.payload), self.kind, document_of(self.vaccination, self.claims))

    def check_signer(self, signer: TrustedKey, trust: TrustList, at: datetime) -> Problem | None:
        """The problem where the vaccination does not count on the day of `at`."""
        del signer, trust
        return checks.check_times(self.vaccination, at.date())

    def weigh(self, problem: Problem, at: datetime) -> Problem:
        """The end of the envelope is not the end of a vaccination that counts for life.

        Nor does one that states no end itself end with the certificate of its signer.
        """
        if problem.code in _ENDS and checks.counts_for_life(self.vaccination, at.date()):
            return Problem(Code.VALIDITY_SEAL_EXPIRED, problem.path, problem.details)
        open_end = self.claims.exp is None and not self.vaccination.valid_until
        if problem.code is Code.VALIDITY_SIGNER_EXPIRED and open_end:
            return Problem(Code.VALIDITY_SEAL_OVER, problem.path, problem.details)
        return problem

    def for_rules(self) -> dict[str, Value]:
        """The payload in the form of generation E, with the disease (docs/rules.md)."""
        return self.vaccination.for_rules()

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Check the payload by the requirements of its generation."""
        return checks.check_form(self.payload, notes)

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Compare what it states with what follows from the product."""
        del value_sets
        checks.check_codes(self.vaccination, notes)

    def check_dates(self, at: datetime) -> list[Note]:
        """Compare the day of issue with the dose, and with the beginning of the rules."""
        del at
        return checks.check_issue(self.vaccination, self.claims)


def open_icvp(
    family: Family, message: Message, opened: cwt.Opened, notes: list[Note]
) -> UnverifiedIcvp:
    """The document in an opened envelope.

    Raises `StageError` with `payload.icvp` where it is no map that has anything of an ICVP, and where
    it has a list of several doses: a certificate is of one dose.
    """
    payload = only_map(opened.content)
    if payload is None or _MARKS.isdisjoint(payload) or _has_several(payload):
        raise StageError.of(Code.PAYLOAD_ICVP)
    vaccination = VaccinationCertificate.from_payload(payload)
    return UnverifiedIcvp(message, opened.claims, tuple(notes), family, payload, vaccination)


def _has_several(payload: Mapping[str, Value]) -> bool:
    doses = [payload.get(place) for place in ("v", "vx")]
    return any(isinstance(listed, list) and len(listed) != 1 for listed in doses)


def document_of(vaccination: VaccinationCertificate, claims: Claims) -> Document:
    """What it says, in the shape that all families share; it need not be verified."""
    holder = Holder(
        name=vaccination.name,
        birth_date=vaccination.birth_date,
        sex=vaccination.sex,
        nationality=vaccination.nationality,
        document_type=vaccination.document_type,
        document_number=vaccination.document_number,
        guardian=vaccination.guardian,
    )
    version = vaccination.generation.value
    return Document(
        family="icvp",
        kind=Kind.ICVP,
        holder=holder,
        events=(_event(vaccination),),
        issuer=Issuer(vaccination.issuer, country_of(claims), claims.iss),
        issued_at=claims.issued_at,
        issued_on=vaccination.issued_on,
        valid_from=claims.valid_from,
        valid_until=claims.expires_at,
        version=f"{vaccination.version} ({version})" if vaccination.version else version,
    )


def _event(vaccination: VaccinationCertificate) -> Event:
    product, disease = vaccination.product, vaccination.disease
    code = vaccination.disease_code
    begin = checks.in_force_from(vaccination)
    named = vaccination.vaccine if product is None or product.id != vaccination.vaccine else None
    vaccine = product.vaccine if product else None
    maker = product.manufacturer if product else vaccination.manufacturer
    return Event(
        EventType.VACCINATION,
        vaccination.date,
        disease=Term(disease.icd11, disease.name, "icd11") if disease else Term(code) if code else None,
        vaccine=Term(named, vaccine) if named or vaccine else None,
        product=Term(product.id, product.name or None, "icvp") if product else _term(vaccination.brand),
        manufacturer=Term(vaccination.manufacturer_id, maker) if maker else None,
        dose=_number(vaccination.dose),
        batch=vaccination.batch,
        performer=vaccination.clinician,
        issuer=vaccination.issuer,
        valid_from=begin.isoformat() if begin else vaccination.valid_from,
        valid_until=vaccination.valid_until,
        lifelong=product is not None and product.disease.lifelong,
    )


def _term(code: str | None) -> Term | None:
    return Term(code) if code else None


def _number(text: str | None) -> int | None:
    """A number of a dose that is written as such, and not in words."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 1 else None
