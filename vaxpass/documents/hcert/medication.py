"""Reads the statement about a medicine that PH4H puts into claim -7 (family `medication`).

It is a line of a treatment (WHO smart-ph4h 0.9.9, `MedicationTreatmentLineMin`), or a patient with such
lines (`MedicationOverviewMin`). Both are drafts, and read leniently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaxpass.codes import Code, Kind
from vaxpass.crypto.cose import Message
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.family import Claims, Content, Family
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.other import UnverifiedOther, country_of, only_map, text_of
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError

_Fields = Mapping[str, Value]


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedMedication(UnverifiedOther):
    """A statement about medicines, decoded and not verified."""

    @property
    def kind(self) -> Kind:
        """A medication."""
        return Kind.MEDICATION

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        return Content(dict(self.payload), self.kind, document_of(self.payload, self.claims))

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Each line names a medicine."""
        del notes
        lines = _lines(self.payload)
        if lines and all(text_of(line, "m") for line in lines):
            return []
        return [Problem(Code.SCHEMA_INCOMPLETE, "$.m")]


def open_medication(
    family: Family, message: Message, opened: cwt.Opened, notes: list[Note]
) -> UnverifiedMedication:
    """The document in an opened envelope.

    Raises `StageError` with `payload.medication` where no medicine is in it.
    """
    payload = only_map(opened.content)
    if payload is None or "m" not in payload:
        raise StageError.of(Code.PAYLOAD_MEDICATION)
    return UnverifiedMedication(message, opened.claims, tuple(notes), family, payload)


def document_of(payload: _Fields, claims: Claims) -> Document:
    """What it says, in the shape that all families share; it need not be verified."""
    holder = Holder(
        name=text_of(payload, "n"),
        birth_date=text_of(payload, "dob"),
        sex=text_of(payload, "s"),
        nationality=text_of(payload, "nt"),
        document_type=text_of(payload, "dt"),
        document_number=text_of(payload, "id"),
    )
    return Document(
        family="medication",
        kind=Kind.MEDICATION,
        holder=holder,
        events=tuple(map(_event, _lines(payload))),
        issuer=Issuer(None, country_of(claims), claims.iss),
        issued_at=claims.issued_at,
        valid_from=claims.valid_from,
        valid_until=claims.expires_at,
    )


def _event(line: _Fields) -> Event:
    begin = text_of(line, "es")
    reason, medicine = text_of(line, "r"), text_of(line, "m")
    return Event(
        EventType.MEDICATION,
        date=begin or text_of(line, "da"),
        disease=Term(None, reason) if reason else None,
        product=Term(medicine) if medicine else None,
        dosage=text_of(line, "d"),
        valid_from=begin,
        valid_until=text_of(line, "ee"),
        status=text_of(line, "a"),
    )


def _lines(payload: _Fields) -> list[_Fields]:
    """The lines of a patient, or the one that the payload is."""
    inside = payload.get("m")
    if isinstance(inside, list):
        return [line for line in inside if isinstance(line, Mapping)]
    return [payload]
