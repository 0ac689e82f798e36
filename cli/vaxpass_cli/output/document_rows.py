"""Describe a verdict and its document for people, as rows of a label and a text.

Every family is shown in the same shape: what it is, its holder, what it attests, who vouches for it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from vaxpass import ArgumentError, Kind, Unverified, Verdict, messages
from vaxpass.display import day_or_time, escape_for_display, in_zone, zone_name
from vaxpass.documents import (
    BUILT_IN,
    Document,
    Event,
    EventType,
    Holder,
    Link,
    Term,
    ValueSets,
    alpha_2,
)
from vaxpass.identity import Sex, parse_sex

Row: TypeAlias = tuple[str, str]
"""A label and a text; a row without a label goes on with the one above"""

_LONGEST: Final = 400
_LONGEST_SOURCE: Final = 48
_SEXES: Final = {Sex.MALE: "male", Sex.FEMALE: "female"}
_OTHER_SEXES: Final = {"o": "other", "x": "other", "other": "other", "u": "unknown"}
# Of ICAO's VDS-NC (the letters of ICAO Doc 9303 and ISO 18013) and of HL7 (table 0203).
_IDENTITY_DOCUMENTS: Final = {
    "P": "passport",
    "PPN": "passport",
    "PASSPORT": "passport",
    "A": "identity_card",
    "C": "identity_card",
    "I": "identity_card",
    "NI": "identity_card",
    "AC": "crew",
    "V": "visa",
    "D": "driving_licence",
    "DL": "driving_licence",
}
# ICD-11 has codes of diseases (1D47) and of what causes them (XN109); the others are SNOMED CT. Quebec
# writes its code of the antigen (840536004).
_DISEASES: Final = {
    "RA01": "covid_19",
    "RA01.0": "covid_19",
    "XN109": "covid_19",
    "840539006": "covid_19",
    "840536004": "covid_19",
    "1D47": "yellow_fever",
    "16541001": "yellow_fever",
    "1C81": "polio",
    "398102009": "polio",
    "1F03": "measles",
    "14189004": "measles",
    "1C17": "diphtheria",
    "1C13": "tetanus",
    "1C12": "pertussis",
    "1C1C": "meningococcal",
    "1A00": "cholera",
    "1A07": "typhoid",
    "1C82": "rabies",
    "1E30": "influenza",
    "1E32": "influenza",
}
_SYSTEMS_OF_DISEASES: Final = ("icd11", "snomed", "")
# In which fields of the value sets a code of these systems is looked for.
_FIELDS: Final = {"snomed": ("tg", "tr", "vp"), "loinc": ("tt",)}
_EVENTS: Final = {
    EventType.VACCINATION: "panel.vaccination",
    EventType.TEST: "panel.test_of",
    EventType.RECOVERY: "panel.recovery",
    EventType.MEDICATION: "panel.medication",
}
_MOST_GLANCED: Final = 3
_LONG_AGO: Final = timedelta(days=10)
"""An older test is not told by its age in hours: no rules count them"""


def family(document: Document, language: str) -> str:
    """What a document is, in words: `WHO digital yellow card (ICVP)`."""
    key = f"family.{document.family}"
    found = messages.find(key, language) or messages.find(key, "en")
    return found or escape_for_display(document.family)


def _end_of(source: str) -> str:
    """The end of a source's name, which tells it from others, as long as a row has room for."""
    return source if len(source) <= _LONGEST_SOURCE else f"…{source[1 - _LONGEST_SOURCE :]}"


def holder(document: Document) -> str:
    """The name as written, family name first, else in machine-readable letters."""
    return escape_for_display(document.holder.full_name or "")


def stated_holder(document: Document, language: str) -> str:
    """The name, or that it is not stated; empty for a link, which names nobody."""
    unstated = "" if _names_nobody(document) else messages.text("panel.not_stated", language)
    return holder(document) or unstated


def _names_nobody(document: Document) -> bool:
    return document.link is not None or document.kind is Kind.HEALTH_LINK


def machine_name(document: Document) -> str:
    """The name in machine-readable letters, as in a travel document: `DANG<<THI<ANH<TUYET`."""
    return escape_for_display(document.holder.machine_name or "")


def born(document: Document, language: str) -> Row:
    """The label and the date of birth; where none is stated, the age."""
    stated, age = document.holder.birth_date, document.holder.age
    if not stated:
        key = "panel.age" if age else "panel.not_stated"
        stated = messages.text(key, language, **({"age": age} if age else {}))
    return messages.text("panel.born", language), escape_for_display(stated)


def shown(verdict: Verdict, unverified: Unverified) -> Document:
    """The document of a verdict; what it says itself, where no trusted key signed it."""
    return verdict.document or unverified.without_verification().document


def glance(
    document: Document,
    at: datetime,
    language: str,
    value_sets: ValueSets = BUILT_IN,
    *,
    results: bool = True,
) -> list[str]:
    """What an officer needs of a document beside name and date of birth, a line each.

    Without `results` tests are left out: for a screen that shows `results_of` apart.
    """
    found = []
    if number := identity_document(document.holder, language):
        found.append(f"{messages.text('panel.identity_document', language)}: {number}")
    groups: dict[tuple[str, ...], list[str]] = {}
    for event in document.events:
        if results or event.type is not EventType.TEST:
            same, own = _in_short(event, at, language, value_sets)
            groups.setdefault(same, []).append(own)
    found += _limited([", ".join((*same, "; ".join(own))) for same, own in groups.items()], language)
    if document.link:
        found.append(", ".join(_link(document.link, at, language)))  # a note tells the passcode
    if document.issuer.type:
        issuer = _issuer(document, language, value_sets)
        kind = messages.text(f"issuer_type.{document.issuer.type}", language)
        found.append(f"{messages.text('panel.issuer', language)}: {issuer}, {kind}")
    return [escape_for_display(line, _LONGEST) for line in found]


def _in_short(
    event: Event, at: datetime, language: str, value_sets: ValueSets
) -> tuple[tuple[str, ...], str]:
    """What several doses of a series have in common, and what each has of its own."""
    same = [messages.text(_EVENTS[event.type], language)]
    for term in (event.disease, event.test_type, event.result):
        name = term and name_of(term, language, value_sets)
        if name:
            same.append(name.upper() if term is event.result else name)
    if event.type is not EventType.TEST:
        made = (name_of(term, language, value_sets) for term in (event.product, event.vaccine) if term)
        # A bare number says nothing at a glance, and looks like that of a dose.
        same += [name for name in made if name and not name.isdigit()][:1]
    own = [_dose(event, language), date_of(event, at, language)]
    if event.type is EventType.RECOVERY:
        own = []
    if event.status:
        own.append(messages.text("panel.status", language, status=event.status))
    own += _in_force(event, language)
    return tuple(same), ", ".join(part for part in own if part)


def results_of(
    document: Document, at: datetime, language: str, value_sets: ValueSets = BUILT_IN
) -> list[str]:
    """The tests of a document at the time `at` (aware), a line for each."""
    label = messages.text("panel.certificate", language)
    return [
        escape_for_display(f"{label}: {_event(event, document, at, language, value_sets)[0]}", _LONGEST)
        for event in document.events
        if event.type is EventType.TEST
    ]


def rows(
    source: str,
    verdict: Verdict,
    unverified: Unverified,
    at: datetime,
    language: str,
    value_sets: ValueSets = BUILT_IN,
    *,
    details: bool = True,
) -> list[Row]:
    """Everything but the name, each with its label, escaped for display. What it is comes first.

    `value_sets` has the names of codes. Without `details` identifiers and the version are left out.
    """
    document = shown(verdict, unverified)
    found = [(messages.text("panel.document", language), family(document, language))]
    found += _of_holder(document, language, value_sets)
    for event in document.events:
        lines = _event(event, document, at, language, value_sets)
        found += _row("panel.certificate", lines, language)
    if document.link:
        lines = _link(document.link, at, language)
        lines += [messages.text("link.passcode", language)] if document.link.passcode else []
        lines.append(messages.text("link.unlooked", language))
        found += _row("panel.link", lines, language)
    found += _of_issuer(document, language, value_sets, details=details)
    found += _row("panel.issued_on", (document.issued_on,), language)
    if unverified.message.algorithm is not None:  # else nobody signed it
        found.append(_signer(verdict, unverified, language))
    if span := _span(document, at, language):
        found.append((messages.text("panel.validity", language), span))
    if details:
        found += _row("panel.identifier", _identifiers(document), language)
        found += _row("panel.version", (document.version,), language)
    found.append((messages.text("panel.checked", language), _moment(at)))
    found += _row("panel.source", (_end_of(source),), language)
    return found


def _row(key: str, lines: Iterable[str | None], language: str) -> list[Row]:
    """A row with its label, and the lines that go on below it; nothing where all are empty."""
    said = [escape_for_display(line, _LONGEST) for line in lines if line]
    labels = [messages.text(key, language), *[""] * len(said)]
    return list(zip(labels, said, strict=False))


def _limited(lines: list[str], language: str) -> list[str]:
    if len(lines) <= _MOST_GLANCED:
        return lines
    shown_lines, more = lines[: _MOST_GLANCED - 1], lines[_MOST_GLANCED - 1 :]
    last = messages.text("list.more", language, items=more[0], count=len(more) - 1)
    return [*shown_lines, last]


def _of_holder(document: Document, language: str, value_sets: ValueSets) -> list[Row]:
    """What a document says of its holder beside the name."""
    person = document.holder
    found = [] if _names_nobody(document) and not person.birth_date else [born(document, language)]
    if person.sex:
        found += _row("panel.sex", (sex(person.sex, language),), language)
    nationality = _country(person.nationality, language, value_sets)
    found += _row("panel.nationality", (nationality,), language)
    number = identity_document(person, language)
    found += _row("panel.identity_document", (number,), language)
    return found + _row("panel.guardian", (person.guardian,), language)


def sex(written: str, language: str) -> str:
    """A sex in words; as it is written where it is none of those that are known."""
    read = parse_sex(written)
    name = _SEXES.get(read) if read else _OTHER_SEXES.get(written.strip().lower())
    return messages.text(f"sex.{name}", language) if name else written


def identity_document(person: Holder, language: str) -> str | None:
    """The type and number of the identity document that a certificate names."""
    written = (person.document_type or "").strip()
    name = _IDENTITY_DOCUMENTS.get(written.upper())
    # The identifier of who issued it (DIVOC) says nothing to people.
    said = "" if written.startswith("did:") else written
    kind = messages.text(f"identity_document.{name}", language) if name else said
    return " ".join(part for part in (kind, person.document_number) if part) or None


def _of_issuer(
    document: Document, language: str, value_sets: ValueSets, *, details: bool
) -> Iterator[Row]:
    issuer = document.issuer
    lines: list[str | None] = [_issuer(document, language, value_sets)]
    if issuer.type:
        lines.append(messages.text(f"issuer_type.{issuer.type}", language))
    if details and issuer.identifier not in (None, issuer.country, issuer.name, lines[0]):
        lines.append(issuer.identifier)
    yield from _row("panel.issuer", lines, language)


def _issuer(document: Document, language: str, value_sets: ValueSets) -> str:
    """The issuer with its country, as far as they are stated."""
    issuer = document.issuer
    country = _country(issuer.country, language, value_sets)
    if issuer.name and country and issuer.name != issuer.country:
        return f"{issuer.name} ({country})"
    unstated = messages.text("panel.not_stated", language)
    return country or issuer.name or issuer.identifier or unstated


def _identifiers(document: Document) -> list[str]:
    """The identifier of a document, and those of its events, each once."""
    found = [document.identifier, *(event.identifier for event in document.events)]
    return list(dict.fromkeys(each for each in found if each))


def _link(link: Link, at: datetime, language: str) -> list[str]:
    """Where a link leads to, as far as that can be told without opening it."""
    form = f"link.form.{link.form}"
    found = [messages.find(form, language) or messages.find(form, "en") or link.form, link.host]
    found += [f"“{link.label}”"] if link.label else []
    if link.expires_at:
        date = _day_or_time(link.expires_at, at)
        name = "link.expired" if link.expires_at < at else "link.expires"
        found.append(messages.text(name, language, date=date))
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
    known = alpha_2(code) or code
    name = value_sets.display("co", known, language)
    return code if name == known else f"{code}, {name}"


def _span(document: Document, at: datetime, language: str) -> str:
    """From when until when a document is valid, as far as it states that."""
    days = [
        "…" if moment is None else _day_or_time(moment, at)
        for moment in (document.valid_from or document.issued_at, document.valid_until)
    ]
    if set(days) == {"…"}:
        return ""
    return messages.text("panel.from_until", language, start=days[0], end=days[1])


def _event(
    event: Event, document: Document, at: datetime, language: str, value_sets: ValueSets
) -> list[str]:
    """An event of a document: what was done and when, how long it counts, and who did it where."""

    def named(term: Term | None) -> str | None:
        return None if term is None else name_of(term, language, value_sets)

    made = [named(event.product) or named(event.vaccine), named(event.manufacturer)]
    what: list[str | None] = [messages.text(_EVENTS[event.type], language), named(event.disease)]
    counts, who = _in_force(event, language), [event.centre]
    if event.type is EventType.TEST:
        what += [named(event.test_type), (named(event.result) or "").upper()]
        what += [date_of(event, at, language), event.centre]
        counts, who = [*made, *counts], []
    elif event.type is EventType.RECOVERY:
        date = date_of(event, at, language)
        first = messages.text("panel.first_positive", language, date=date) if date else None
        span = {"start": event.valid_from or "…", "end": event.valid_until or "…"}
        what += [first, messages.text("panel.from_until", language, **span)]
        counts = []
    else:
        what += [_dose(event, language), *made, date_of(event, at, language)]
    if event.dosage:
        counts.insert(0, event.dosage)
    if event.batch:
        counts.insert(0, messages.text("panel.batch", language, batch=event.batch))
    if event.status:
        counts.append(messages.text("panel.status", language, status=event.status))
    if event.performer:
        who.insert(0, messages.text("panel.performer", language, performer=event.performer))
    if event.country and event.country != document.issuer.country:
        who.append(_country(event.country, language, value_sets))
    if event.issuer and event.issuer != document.issuer.name:
        who.append(messages.text("panel.issued_by", language, issuer=event.issuer))
    joined = (", ".join(part for part in line if part) for line in (what, counts, who))
    return [line for line in joined if line]


def date_of(event: Event, at: datetime, language: str) -> str | None:
    """When an event was, in the zone of `at`: its day, of a test with the hour, and how long ago.

    What has no zone, and what is no time, is told as it is written.
    """
    written = event.date
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return written
    if moment.tzinfo is None:
        return written if event.type is EventType.TEST else moment.date().isoformat()
    moment = in_zone(moment, at.tzinfo)
    if event.type is not EventType.TEST:
        return moment.date().isoformat()
    said = f"{moment.date().isoformat()} {moment:%H:%M} {zone_name(moment)}"
    age = at - moment
    if not timedelta(0) <= age < _LONG_AGO:
        return said
    hours = messages.amount(age // timedelta(hours=1), "hour", language)
    return f"{said} ({messages.text('panel.ago', language, age=hours)})"


def _day_or_time(moment: datetime, at: datetime) -> str:
    """A time in the zone of `at`: the day, with the hour where that decides."""
    return day_or_time(moment.timestamp(), at.timestamp(), at.tzinfo or UTC)


def _dose(event: Event, language: str) -> str | None:
    if event.dose is None and event.doses is None:
        return None
    if event.doses is None:
        return messages.text("panel.dose_alone", language, dose=event.dose)
    dose = "?" if event.dose is None else event.dose
    return messages.text("panel.dose", language, dose=dose, doses=event.doses)


def _in_force(event: Event, language: str) -> list[str | None]:
    """From when until when an event counts, where its document says so."""
    start, end = event.valid_from, event.valid_until
    if event.lifelong:
        name = "from_for_life" if start else "for_life"
    elif start or end:
        name = "between" if start and end else "from" if start else "until"
    else:
        return []
    return [messages.text(f"panel.in_force.{name}", language, start=start, end=end)]


def name_of(term: Term, language: str, value_sets: ValueSets) -> str | None:
    """The name of a code: of a disease in `language`, else the family's own or that of the value sets.

    A code without any stands with its system.
    """
    code = (term.code or "").strip()
    if code in _DISEASES and term.system in _SYSTEMS_OF_DISEASES:
        return messages.text(f"disease.{_DISEASES[code]}", language)
    for field in _FIELDS.get(term.system, ()):
        name = value_sets.display(field, code, language)
        if name != code:
            return name
    if term.name or not code:
        return term.name
    try:
        return value_sets.display(term.system, code, language)
    except ArgumentError:
        # The address of a list of codes says nothing to people.
        return f"{code} ({term.system})" if term.system and "/" not in term.system else code
