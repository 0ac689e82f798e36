"""Describe a verdict and its document for people, as rows of a label and a text."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TypeAlias

from vaxpass import ArgumentError, Unverified, Verdict, messages
from vaxpass.display import escape_for_display, in_zone
from vaxpass.documents import BUILT_IN, Document, Event, EventType, Term, ValueSets

Row: TypeAlias = tuple[str, str]


def holder(document: Document) -> str:
    """The name as written, family name first, else in machine-readable letters."""
    return escape_for_display(document.holder.full_name or "")


def machine_name(document: Document) -> str:
    """The name in machine-readable letters, as in a travel document: `DANG<<THI<ANH<TUYET`."""
    return escape_for_display(document.holder.machine_name or "")


def shown(verdict: Verdict, unverified: Unverified) -> Document:
    """The document of a verdict; what it says itself, where no trusted key signed it."""
    return verdict.document or unverified.without_verification().document


def rows(
    source: str,
    verdict: Verdict,
    unverified: Unverified,
    at: datetime,
    language: str,
    value_sets: ValueSets = BUILT_IN,
) -> list[Row]:
    """Everything but the name, each with its label, escaped for display.

    `value_sets` has the names of codes.
    """
    document = shown(verdict, unverified)
    unstated = messages.text("panel.not_stated", language)
    found: list[Row] = [
        (
            messages.text("panel.born", language),
            escape_for_display(document.holder.birth_date or unstated),
        )
    ]
    for event in document.events:
        found.append(
            (messages.text("panel.certificate", language), _event(event, language, value_sets))
        )
        country = _country(event.country or document.issuer.country, language, value_sets) or unstated
        issuer = f"{event.issuer or document.issuer.name or unstated} ({country})"
        found.append((messages.text("panel.issuer", language), escape_for_display(issuer)))
    found.append(_signer(verdict, unverified, language))
    if span := _span(document, at, language):
        found.append((messages.text("panel.validity", language), span))
    found.append((messages.text("panel.checked", language), _moment(at)))
    found.append((messages.text("panel.source", language), escape_for_display(source)))
    return found


def _moment(at: datetime) -> str:
    """A time in its own zone: `Z` for UTC, else with the offset."""
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _signer(verdict: Verdict, unverified: Unverified, language: str) -> Row:
    unstated = messages.text("panel.not_stated", language)
    signer = verdict.signer
    if signer:
        kid = base64.b64encode(signer.kid).decode()
        key = f"{signer.country or unstated}, {kid}, {signer.certificate.key_name}, {signer.source}"
        return messages.text("panel.signer", language), escape_for_display(key)
    names = unverified.message.kid
    named = base64.b64encode(names).decode() if names else unstated
    return messages.text("panel.named_key", language), escape_for_display(
        f"{named} ({unverified.claims.iss or unstated})"
    )


def _country(code: str | None, language: str, value_sets: ValueSets) -> str | None:
    """A country with its code and its name: few people know that `CH` is Switzerland."""
    if not code:
        return None
    name = value_sets.display("co", code, language)
    return code if name == code else f"{code}, {name}"


def _span(document: Document, at: datetime, language: str) -> str:
    """From when until when a document is valid, as far as it states that."""
    days = [
        "…" if moment is None else in_zone(moment, at.tzinfo).date().isoformat()
        for moment in (document.valid_from or document.issued_at, document.valid_until)
    ]
    if set(days) == {"…"}:
        return ""
    return messages.text("panel.from_until", language, start=days[0], end=days[1])


def _event(event: Event, language: str, value_sets: ValueSets) -> str:
    """An event of a document on one line."""

    def named(term: Term | None) -> str | None:
        return None if term is None else name_of(term, language, value_sets)

    if event.type is EventType.VACCINATION:
        doses = event.dose is not None or event.doses is not None
        parts = [
            messages.text("panel.vaccination", language),
            messages.text("panel.dose", language, dose=event.dose, doses=event.doses)
            if doses
            else None,
            named(event.product),
            named(event.manufacturer),
            event.date,
        ]
    elif event.type is EventType.TEST:
        parts = [
            messages.text("panel.test_of", language),
            named(event.test_type),
            (named(event.result) or "").upper(),
            event.date,
            event.centre,
        ]
    else:
        parts = [
            messages.text("panel.recovery", language),
            messages.text("panel.first_positive", language, date=event.date),
            messages.text("panel.from_until", language, start=event.valid_from, end=event.valid_until),
        ]
    disease = named(event.disease)
    return escape_for_display(", ".join(part for part in (parts[0], disease, *parts[1:]) if part), 400)


def name_of(term: Term, language: str, value_sets: ValueSets) -> str | None:
    """The name of a code: the family's own, else that of the value sets, else the code."""
    if term.name or not term.code:
        return term.name
    try:
        return value_sets.display(term.system, term.code, language)
    except ArgumentError:
        return term.code
