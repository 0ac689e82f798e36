"""Describe a vaccination certificate in the words of its print; `layouts` places them on paper.

There are two forms: that of Decision 5772/QD-BYT for an EU DCC, and that of the International Health
Regulations (Annex 6) for an ICVP, WHO's digital yellow card.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from unicodedata import normalize

from vaxpass import Certificate, Kind, Unverified, Vaccination, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import BUILT_IN, Document, Event, Holder, Term, ValueSets, alpha_2
from vaxpass.trust import TrustedKey
from vaxpass_cli.output import document_rows


class Mark(StrEnum):
    """The warning on a print that is not a valid passport."""

    TEST = "test"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Row:
    """A field: its label and its value, each in one or two languages."""

    labels: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed of a certificate, escaped for display, in composed letters (NFC)."""

    title: tuple[str, ...]
    fields: tuple[Row, ...]
    """The fields of the form"""
    notes: tuple[Row, ...]
    """Issuer, validity and key, beside the code"""
    hint: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    """The warnings, each in one or two languages; empty for a real passport that was verified"""
    text: str
    """The text of the QR code"""
    by_hand: tuple[tuple[str, ...], ...] = ()
    """The labels of what is signed or stamped on paper; a card has no room for it"""


def of(
    unverified: Unverified,
    signer: TrustedKey | None,
    text: str,
    languages: Sequence[str],
    *,
    marks: Sequence[Mark] = (),
    drawable: Callable[[str], bool] = lambda _: True,
    value_sets: ValueSets = BUILT_IN,
) -> Sheet | None:
    """The print of a certificate; None where it is not of a vaccination: there is no form for others.

    `drawable` says whether the font has all letters of a text. A name that the font does not have is
    printed in machine-readable letters; in other texts such letters become question marks.
    """
    content = unverified.without_verification()
    document, certificate = content.document, content.certificate
    words = _Words(tuple(languages), drawable, value_sets)
    if document.kind is Kind.ICVP and len(document.events) == 1:
        form = _yellow_card(document, words)
    elif certificate is not None and isinstance(_only(certificate), Vaccination):
        form = _vaccination(certificate, document, words)
    else:
        return None
    title, fields, notes, by_hand = form
    return Sheet(
        _label(title, languages),
        tuple(Row(_label(name, languages), values) for name, values in fields),
        (
            *(Row(_label(name, languages), values) for name, values in notes),
            _key(unverified, signer, words),
        ),
        _label("hint", languages),
        tuple(_label(mark, languages) for mark in marks),
        text,
        tuple(_label(name, languages) for name in by_hand),
    )


_Fields: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
_Form: TypeAlias = tuple[str, _Fields, _Fields, tuple[str, ...]]
"""The name of the title, the fields, what stands beside the code, and what is filled in by hand"""


def _only(certificate: Certificate) -> object:
    return certificate.entries[0] if len(certificate.entries) == 1 else None


def _vaccination(certificate: Certificate, document: Document, words: _Words) -> _Form:
    """The form of Decision 5772/QD-BYT."""
    entry = certificate.entries[0]
    assert isinstance(entry, Vaccination)  # noqa: S101 - `of` asks
    own, machine = document_rows.holder(document), document_rows.machine_name(document)
    fields = (
        ("name", _name(own, machine, words)),
        ("born", words.stated(certificate.date_of_birth)),
        # The EU DCC does not have this field.
        ("nationality", _label("not_carried", words.languages)),
        *_of_entry(entry, words),
    )
    notes = (
        ("issuer", _issuer(entry, words)),
        ("issued", words.stated(_day(document.issued_at))),
        ("until", words.stated(_day(document.valid_until))),
    )
    return "title", fields, notes, ()


def _yellow_card(document: Document, words: _Words) -> _Form:
    """The form of the International Health Regulations, Annex 6."""
    holder, (event,) = document.holder, document.events
    guardian = (("guardian", words.stated(holder.guardian)),) if holder.guardian else ()
    issuer = document.issuer
    vaccine = (*words.term(event.product), *(words.term(event.vaccine) if event.vaccine else ()))
    fields = (
        ("name", _name(document_rows.holder(document), document_rows.machine_name(document), words)),
        ("born", words.stated(holder.birth_date)),
        ("sex", words.sex(holder.sex)),
        ("nationality", words.country(holder.nationality)),
        ("identity", words.identity(holder)),
        *guardian,
        ("condition", words.term(event.disease)),
        ("prophylaxis", tuple(dict.fromkeys(vaccine))),
        ("date", words.stated(event.date)),
        ("performer", words.stated(event.performer or event.centre or event.issuer or issuer.name)),
        ("maker", words.term(event.manufacturer)),
        ("batch", words.stated(event.batch)),
        ("counts", _counts(event, words)),
    )
    notes = (
        ("issuer", (*words.stated(event.issuer or issuer.name), *words.country(issuer.country))),
        ("date_of_issue", words.stated(document.issued_on or _day(document.issued_at))),
        ("seal_until", words.stated(_day(document.valid_until))),
    )
    return "icvp.title", fields, notes, ("signature", "stamp")


def _counts(event: Event, words: _Words) -> tuple[str, ...]:
    start, end = event.valid_from or event.date, event.valid_until
    if not start:
        return words.stated(None)
    name = "for_life" if event.lifelong else "from_until" if end else "from"
    return tuple(map(words.spelled, _label(name, words.languages, start=start, end=end)))


@dataclass(frozen=True, slots=True)
class _Words:
    """Writes values in the words of the print."""

    languages: tuple[str, ...]
    drawable: Callable[[str], bool]
    value_sets: ValueSets

    def stated(self, value: str | int | None) -> tuple[str, ...]:
        """The value as it is, or words that it is not stated."""
        if value is None or value == "":
            return _label("not_stated", self.languages)
        return (self.spelled(str(value)),)

    def named(self, field: str, code: str | None) -> tuple[str, ...]:
        """The name of a code, in each language where the names differ."""
        if not code:
            return _label("not_stated", self.languages)
        names = (self.value_sets.display(field, code, each) for each in self.languages)
        return tuple(dict.fromkeys(self.spelled(name) for name in names))

    def term(self, term: Term | None) -> tuple[str, ...]:
        """The name of a code, in each language where the names differ."""
        names = [
            name
            for each in self.languages
            if term and (name := document_rows.name_of(term, each, self.value_sets))
        ]
        return tuple(dict.fromkeys(map(self.spelled, names))) or self.stated(None)

    def identity(self, holder: Holder) -> tuple[str, ...]:
        """The identity document, with its kind in each language."""
        names = [document_rows.identity_document(holder, each) for each in self.languages]
        return tuple(dict.fromkeys(self.spelled(name) for name in names if name)) or self.stated(None)

    def sex(self, stated: str | None) -> tuple[str, ...]:
        """The sex in each language, or as it is stated."""
        if not stated:
            return self.stated(None)
        names = (document_rows.sex(stated, each) for each in self.languages)
        return tuple(dict.fromkeys(map(self.spelled, names)))

    def country(self, code: str | None) -> tuple[str, ...]:
        """The name of a country in each language, or its code."""
        if not code:
            return self.stated(None)
        return self.named("co", alpha_2(code) or code)

    def spelled(self, text: str) -> str:
        """The text with question marks for letters that the font does not have."""
        shown = normalize("NFC", escape_for_display(text))
        return "".join(c if self.drawable(c) else "?" for c in shown)


def _name(own: str, machine: str, words: _Words) -> tuple[str, ...]:
    own = normalize("NFC", own)
    if not own:
        return _label("not_stated", words.languages)
    if words.drawable(own):
        # Without machine-readable letters there is only one name.
        return (own, machine) if machine and machine != own else (own,)
    if machine:
        return (machine, *_label("own_letters", words.languages))
    return (words.spelled(own), *_label("own_letters", words.languages))


def _of_entry(entry: Vaccination, words: _Words) -> _Fields:
    if entry.dose is None or entry.doses is None:
        dose = words.stated(entry.dose)
    else:
        dose = _label("dose_of", words.languages, dose=entry.dose, doses=entry.doses)
    return (
        ("disease", words.named("tg", entry.disease)),
        ("doses", words.stated(entry.dose)),
        ("date", words.stated(entry.date)),
        ("dose", dose),
        ("vaccine", words.named("vp", entry.prophylaxis)),
        ("product", words.named("mp", entry.product)),
        ("maker", words.named("v.ma", entry.manufacturer)),
        ("code", words.stated(entry.uvci)),
    )


def _issuer(entry: Vaccination, words: _Words) -> tuple[str, ...]:
    return (*words.stated(entry.issuer), *words.named("co", entry.country))


def _key(unverified: Unverified, signer: TrustedKey | None, words: _Words) -> Row:
    kid = signer.kid if signer else unverified.message.kid
    name = "key" if signer else "named_key"
    shown = base64.b64encode(kid).decode() if kid else None
    return Row(_label(name, words.languages), words.stated(shown))


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def _label(name: str, languages: Sequence[str], **values: object) -> tuple[str, ...]:
    """A label of the forms in each language."""
    return tuple(messages.text(f"print.form.{name}", each, **values) for each in languages)
