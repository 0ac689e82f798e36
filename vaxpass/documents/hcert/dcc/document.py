"""An EU DCC in the shape that all families share (`vaxpass.documents.document`)."""

from __future__ import annotations

from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.family import Claims
from vaxpass.documents.hcert.dcc.model import Certificate, Entry, Recovery, Vaccination


def document_of(certificate: Certificate, claims: Claims) -> Document:
    """What a certificate says; it need not be verified. Codes have the names of their fields."""
    person = certificate.person
    holder = Holder(
        family_name=person.family_name,
        given_name=person.given_name,
        family_name_icao=person.family_name_icao,
        given_name_icao=person.given_name_icao,
        birth_date=certificate.date_of_birth,
    )
    first = certificate.entries[0] if certificate.entries else None
    return Document(
        family="hcert",
        kind=certificate.kind,
        holder=holder,
        events=tuple(map(_event, certificate.entries)),
        issuer=Issuer(
            name=first.issuer if first else None,
            country=claims.iss or (first.country if first else None),
            identifier=claims.iss,
        ),
        issued_at=claims.issued_at,
        valid_from=claims.valid_from,
        valid_until=claims.expires_at,
        version=certificate.version,
        identifier=first.uvci if first else None,
    )


def _event(entry: Entry) -> Event:
    disease = _term(entry.disease, "tg")
    if isinstance(entry, Vaccination):
        return Event(
            EventType.VACCINATION,
            entry.date,
            disease,
            vaccine=_term(entry.prophylaxis, "vp"),
            product=_term(entry.product, "mp"),
            manufacturer=_term(entry.manufacturer, "v.ma"),
            dose=entry.dose,
            doses=entry.doses,
            country=entry.country,
            issuer=entry.issuer,
            identifier=entry.uvci,
        )
    if isinstance(entry, Recovery):
        return Event(
            EventType.RECOVERY,
            entry.first_positive,
            disease,
            country=entry.country,
            issuer=entry.issuer,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            identifier=entry.uvci,
        )
    return Event(
        EventType.TEST,
        entry.sampled_at,
        disease,
        product=_term(entry.device, "t.ma"),
        test_type=_term(entry.type, "tt"),
        result=_term(entry.result, "tr"),
        centre=entry.centre,
        country=entry.country,
        issuer=entry.issuer,
        identifier=entry.uvci,
    )


def _term(code: str | None, field: str) -> Term | None:
    return Term(code, None, field) if code else None
