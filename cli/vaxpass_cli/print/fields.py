"""Describe a vaccination certificate in the words of its print; `layouts` places them on paper."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from vaxpass import Unverified, Vaccination, messages
from vaxpass.display import escape_for_display
from vaxpass.documents import BUILT_IN, ValueSets
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
    """The 11 fields of the form"""
    notes: tuple[Row, ...]
    """Issuer, validity and key, beside the code"""
    hint: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    """The warnings, each in one or two languages; empty for a real passport that was verified"""
    text: str
    """The text of the QR code"""


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
    certificate = content.certificate
    if certificate is None:
        return None
    if len(certificate.entries) != 1 or not isinstance(certificate.entries[0], Vaccination):
        return None
    entry = certificate.entries[0]
    words = _Words(tuple(languages), drawable, value_sets)
    claims = unverified.claims
    return Sheet(
        _label("title", languages),
        tuple(
            Row(_label(name, languages), values)
            for name, values in (
                (
                    "name",
                    _name(
                        document_rows.holder(content.document),
                        document_rows.machine_name(content.document),
                        words,
                    ),
                ),
                ("born", words.stated(certificate.date_of_birth)),
                # The EU DCC does not have this field.
                ("nationality", _label("not_carried", languages)),
                *_of_entry(entry, words),
            )
        ),
        (
            Row(_label("issuer", languages), _issuer(entry, words)),
            Row(_label("issued", languages), words.stated(_day(claims.issued_at))),
            Row(_label("until", languages), words.stated(_day(claims.expires_at))),
            _key(unverified, signer, words),
        ),
        _label("hint", languages),
        tuple(_label(mark, languages) for mark in marks),
        text,
    )


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


def _of_entry(entry: Vaccination, words: _Words) -> tuple[tuple[str, tuple[str, ...]], ...]:
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
    """A label of the form (Decision 5772/QD-BYT) in each language."""
    return tuple(messages.text(f"print.form.{name}", each, **values) for each in languages)
