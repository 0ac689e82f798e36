"""Reads DDCC, WHO's certificates of COVID-19 vaccination and of test results (family `ddcc`).

They were proposed for claims 3 (DDCC:VS) and 4 (DDCC:TR) and never settled: earlier ones have their
fields among the claims themselves, and others within `vaccination` and `certificate`. All of these are
read leniently (WHO DDCC 1.0.0, `DDCCCoreDataSetVS` and `DDCCCoreDataSetTR`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.crypto.cose import Message
from vaxpass.documents.document import Document, Event, EventType, Holder, Issuer, Term
from vaxpass.documents.family import Claims, Content, Family
from vaxpass.documents.hcert import cwt
from vaxpass.documents.hcert.other import UnverifiedOther, country_of, only_map, text_of
from vaxpass.documents.times import is_day, next_day
from vaxpass.documents.valueset_codes import DETECTED, NOT_DETECTED
from vaxpass.encoding.cbor import Value
from vaxpass.findings import Note, Problem, StageError
from vaxpass.trust.model import TrustedKey, TrustList

# SNOMED CT (detected, positive) and LOINC answers, of which DDCC:TR allows both.
_POSITIVE: Final = frozenset((DETECTED, "10828004", "LA11882-0", "LA6576-8"))
_NEGATIVE: Final = frozenset((NOT_DETECTED, "260385009", "LA11883-8", "LA6577-6"))
_SYSTEMS: Final = {"snomed": "snomed", "loinc": "loinc", "icd": "icd11"}
_Fields = Mapping[str, Value]


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedDdcc(UnverifiedOther):
    """A DDCC, decoded and not verified."""

    of_kind: Kind

    @property
    def kind(self) -> Kind:
        """A vaccination or a test."""
        return self.of_kind

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        said = document_of(self.payload, self.kind, self.claims)
        return Content(dict(self.payload), self.kind, said)

    def check_signer(self, signer: TrustedKey, trust: TrustList, at: datetime) -> Problem | None:
        """The problem where `at` is outside of the period that it states itself."""
        del signer, trust
        begin, end = _period(self.payload)
        today = at.date().isoformat()
        if begin and today < begin:
            return Problem(Code.VALIDITY_NOT_YET, details={"from": begin})
        if end and today > end:
            return Problem(Code.VALIDITY_EXPIRED, details={"on": end})
        return None

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """A name and the date of the event must be there; of drafts nothing is refused for its form."""
        del notes
        missing = []
        if not text_of(self.payload, "name"):
            missing.append("$.name")
        if not text_of(_event_fields(self.payload, self.kind), "date"):
            missing.append("$.test.date" if self.kind is Kind.DDCC_TEST else "$.date")
        return [Problem(Code.SCHEMA_INCOMPLETE, path) for path in missing]

    def check_dates(self, at: datetime) -> list[Note]:
        """The note where its event lies after the day of `at`, in whatever zone it was."""
        event = _day(text_of(_event_fields(self.payload, self.kind), "date"))
        if event <= next_day(at.date()).isoformat():
            return []
        path = "$.test.date" if self.kind is Kind.DDCC_TEST else "$.date"
        return [Note(NoteCode.SCHEMA_ENTRY_AHEAD, path)]

    def check_content(self) -> Problem | None:
        """The problem where a test found an infection, or its result is not known to be negative."""
        if self.kind is not Kind.DDCC_TEST:
            return None
        result = _coded(_event_fields(self.payload, self.kind), "result")
        code = (result.code or "").strip() if result else ""
        if code in _NEGATIVE:
            return None
        found = Code.CONTENT_DETECTED if code in _POSITIVE else Code.CONTENT_RESULT_UNKNOWN
        return Problem(found, "$.test.result")


def open_ddcc(
    family: Family, message: Message, opened: cwt.Opened, notes: list[Note]
) -> UnverifiedDdcc:
    """The document in an opened envelope.

    Raises `StageError` with `payload.ddcc` where neither a vaccination nor a test is in it.
    """
    payload = only_map(opened.content)
    if payload is None or not payload.keys() & {"vaccine", "vaccination", "test"}:
        raise StageError.of(Code.PAYLOAD_DDCC)
    is_test = "test" in payload and not payload.keys() & {"vaccine", "vaccination"}
    kind = Kind.DDCC_TEST if is_test else Kind.DDCC_VACCINATION
    return UnverifiedDdcc(message, opened.claims, tuple(notes), family, payload, kind)


def document_of(payload: _Fields, kind: Kind, claims: Claims) -> Document:
    """What it says, in the shape that all families share; it need not be verified."""
    fields = _event_fields(payload, kind)
    sealed, meta = _map(payload, "certificate"), _map(payload, "meta")
    begin, end = _period(payload)
    issuer = text_of(payload, "pha") or _name(sealed.get("issuer"))
    return Document(
        family="ddcc",
        kind=kind,
        holder=Holder(
            name=text_of(payload, "name"),
            birth_date=text_of(payload, "birthDate"),
            sex=_code(payload, "sex"),
            document_number=text_of(meta, "passportNumber") or _name(payload.get("identifier")),
        ),
        events=(_event(fields, kind, issuer, begin, end),),
        issuer=Issuer(issuer, country_of(claims) or _code(fields, "country"), claims.iss),
        issued_at=claims.issued_at,
        valid_from=claims.valid_from,
        valid_until=claims.expires_at,
        version=text_of(sealed, "version"),
        identifier=_name(payload.get("hcid"))
        or _name(sealed.get("hcid"))
        or text_of(meta, "reference"),
    )


def _event(fields: _Fields, kind: Kind, issuer: str | None, begin: str, end: str) -> Event:
    is_test = kind is Kind.DDCC_TEST
    return Event(
        EventType.TEST if is_test else EventType.VACCINATION,
        date=text_of(fields, "date"),
        disease=_coded(fields, "pathogen" if is_test else "disease"),
        vaccine=_coded(fields, "vaccine"),
        product=_coded(fields, "brand"),
        manufacturer=_coded(fields, "manufacturer"),
        dose=_number(fields, "dose"),
        doses=_number(fields, "total_doses") or _number(fields, "totalDoses"),
        batch=text_of(fields, "lot"),
        test_type=_coded(fields, "type"),
        result=_coded(fields, "result"),
        performer=text_of(fields, "hw") or _name(fields.get("practitioner")),
        centre=text_of(fields, "centre"),
        country=_code(fields, "country"),
        issuer=issuer,
        valid_from=text_of(fields, "vaccine_valid") or text_of(fields, "validFrom") or begin or None,
        valid_until=end or None,
    )


def _event_fields(payload: _Fields, kind: Kind) -> _Fields:
    if kind is Kind.DDCC_TEST:
        return _map(payload, "test")
    return _map(payload, "vaccination") or payload


def _period(payload: _Fields) -> tuple[str, str]:
    """The first and the last day that it states; empty where it states none that is a day."""
    period = _map(_map(payload, "certificate"), "period")
    stated = (
        text_of(payload, "valid_from") or text_of(period, "start"),
        text_of(payload, "valid_until") or text_of(period, "end"),
    )
    begin, end = (_day(text) for text in stated)
    return begin, end


def _day(text: str | None) -> str:
    day = (text or "")[: len("YYYY-MM-DD")]
    return day if is_day(day) else ""


def _map(fields: _Fields, name: str) -> _Fields:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _number(fields: _Fields, name: str) -> int | None:
    value = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 1:
        return int(value)
    return value if type(value) is int else None


def _name(value: Value) -> str | None:
    """A text, or what a map gives as its value or name."""
    if isinstance(value, Mapping):
        return text_of(value, "value") or text_of(value, "name") or _name(value.get("identifier"))
    return (value.strip() or None) if isinstance(value, str) else None


def _code(fields: _Fields, name: str) -> str | None:
    found = _coded(fields, name)
    return found.code if found else None


def _coded(fields: _Fields, name: str) -> Term | None:
    """A coded value of FHIR (`code`, `system`, `display`), or a text."""
    value = fields.get(name)
    if isinstance(value, str):
        return Term(value.strip()) if value.strip() else None
    if not isinstance(value, Mapping):
        return None
    code, display = text_of(value, "code"), text_of(value, "display")
    system = text_of(value, "system") or ""
    short = next((known for part, known in _SYSTEMS.items() if part in system.lower()), system)
    return Term(code, display, short) if code or display else None
