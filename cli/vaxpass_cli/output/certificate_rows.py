"""Describe a verdict and its certificate for people, as rows of a label and a text."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TypeAlias

from vaxpass import Certificate, Recovery, TestEntry, Unverified, Vaccination, Verdict, messages
from vaxpass.display import escape_for_display, in_zone
from vaxpass.documents import BUILT_IN, ValueSets

Row: TypeAlias = tuple[str, str]


def holder(certificate: Certificate) -> str:
    """The name as written, family name first, else in machine-readable letters."""
    person = certificate.person
    names = [name for name in (person.family_name, person.given_name) if name]
    if not names:
        icao = (person.family_name_icao, person.given_name_icao)
        names = [name.replace("<", " ") for name in icao if name]
    return escape_for_display(" ".join(names))


def machine_name(certificate: Certificate) -> str:
    """The name in machine-readable letters, as in a travel document: `DANG<<THI<ANH<TUYET`."""
    person = certificate.person
    return escape_for_display(
        "<<".join(n for n in (person.family_name_icao, person.given_name_icao) if n)
    )


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
    certificate = unverified.without_verification().certificate
    unstated = messages.text("panel.not_stated", language)
    found: list[Row] = [
        (
            messages.text("panel.born", language),
            escape_for_display(certificate.date_of_birth or unstated),
        )
    ]
    for entry in certificate.entries:
        found.append(
            (messages.text("panel.certificate", language), _entry(entry, language, value_sets))
        )
        country = _country(entry.country, language, value_sets) or unstated
        issuer = f"{entry.issuer or unstated} ({country})"
        found.append((messages.text("panel.issuer", language), escape_for_display(issuer)))
    found.append(_signer(verdict, unverified, language))
    claims = unverified.claims
    span = messages.text(
        "panel.from_until",
        language,
        start=in_zone(claims.issued_at, at.tzinfo).date().isoformat(),
        end=in_zone(claims.expires_at, at.tzinfo).date().isoformat(),
    )
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


def _entry(entry: Vaccination | TestEntry | Recovery, language: str, value_sets: ValueSets) -> str:
    """An entry of a certificate on one line."""

    def named(field: str, code: str | None) -> str | None:
        return value_sets.display(field, code, language) if code else None

    if isinstance(entry, Vaccination):
        parts = [
            messages.text("panel.vaccination", language),
            messages.text("panel.dose", language, dose=entry.dose, doses=entry.doses),
            named("mp", entry.product),
            named("v.ma", entry.manufacturer),
            entry.date,
        ]
    elif isinstance(entry, TestEntry):
        parts = [
            messages.text("panel.test_of", language),
            named("tt", entry.type),
            (named("tr", entry.result) or "").upper(),
            entry.sampled_at,
            entry.centre,
        ]
    else:
        parts = [
            messages.text("panel.recovery", language),
            messages.text("panel.first_positive", language, date=entry.first_positive),
            messages.text("panel.from_until", language, start=entry.valid_from, end=entry.valid_until),
        ]
    disease = named("tg", entry.disease)
    return escape_for_display(", ".join(part for part in (parts[0], disease, *parts[1:]) if part), 400)
