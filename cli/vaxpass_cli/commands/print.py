"""`vaxpass print`: verifies issued texts and prints them, as certificates or as QR codes."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from vaxpass import Outcome, TrustList, Verdict, Verifier, messages, qr
from vaxpass.display import escape_for_display
from vaxpass.documents import ValueSets
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import edge, sources, trust_files
from vaxpass_cli.io.trust_files import Trust, policy_of, verifier_of
from vaxpass_cli.print import issued, symbol
from vaxpass_cli.print.fields import Mark
from vaxpass_cli.print.files import Outputs
from vaxpass_cli.print.issued import Asked

if TYPE_CHECKING:
    from vaxpass_cli.print.files import Passport, PdfBuilder

_TOGETHER: Final = "passports"
_MOST_TOGETHER: Final = 2000
_PIXELS_A_MODULE: Final = 8
_NAMES: Final = {Mark.TEST: "-TEST", Mark.NOT_VERIFIED: "-NOT-VERIFIED"}
"""A picture of a code has no room for words: its name bears the mark."""


class Kind(StrEnum):
    """What is written: a certificate (PDF), or just the QR code as pixels or shapes."""

    pdf = "pdf"
    png = "png"
    svg = "svg"


class PaperSize(StrEnum):
    """A page, or a card of two sides (85.6 x 54 mm)."""

    a4 = "a4"
    card = "card"


def print_passports(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    kind: Annotated[Kind, typer.Option("--format")] = Kind.pdf,
    paper: Annotated[PaperSize, typer.Option("--paper")] = PaperSize.a4,
    lang: options.Both = options.Languages.both,
    together: Annotated[bool, typer.Option("--together")] = False,
    record: Annotated[list[str] | None, typer.Option("--record", metavar="ID")] = None,
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    at: options.At = None,
    test_keys: options.TestKeys = False,
    unverified: Annotated[bool, typer.Option("--unverified")] = False,
    max_age: options.MaxAge = 14,
) -> int:
    """Print passports, or write their QR codes. Each is verified before."""
    if together and kind is not Kind.pdf:
        raise UsageError("error.print.together")
    language = options.language()
    moment = options.moment(at)
    trust = _trust(trust_list, pin, moment, unverified=unverified)
    verifier = verifier_of(trust, policy_of(trust, test_keys=test_keys, max_age=max_age))
    wanted = frozenset(record or ())
    languages = options.BOTH if lang is options.Languages.both else (lang.value,)
    sources.must_exist(inputs)
    outputs = Outputs(out)
    refused = 0
    with closing(_Prints(kind, paper, languages, moment, verifier.value_sets)) as prints:
        for each in issued.find(inputs, wanted):
            wanted -= {each.name}
            passport = _judged(each, verifier, moment, language, unverified=unverified)
            reason = passport if isinstance(passport, str) else prints.make(passport, language)
            if reason is not None:
                refused += 1
                edge.complain(f"{each.source.name}: {reason}")
            elif not together:
                outputs.write(*prints.take(each.name))
        if wanted:
            _no_such_record(sorted(wanted))
        if together and prints.count:
            outputs.write(*prints.take(_TOGETHER))
    typer.echo(
        messages.text("print.counts", language, printed=prints.count, refused=refused, place=out)
    )
    return Exit.NOT_ACCEPTED if refused else Exit.OK


def _trust(
    trust_list: list[Path] | None, pin: list[Path] | None, at: datetime, *, unverified: bool
) -> Trust:
    if unverified and not trust_list and not trust_files.is_configured():
        return Trust(TrustList([]))
    # A print does not depend on the entry rules of any country.
    return dataclasses.replace(trust_files.load(trust_list, pin, at=at), rules=None)


def _judged(
    asked: Asked, verifier: Verifier, at: datetime, language: str, *, unverified: bool
) -> Passport | str:
    """What may be printed, or a sentence that says why it may not."""
    text = asked.source.text
    if text is None:
        return asked.source.reason(language)
    verdict = verifier.verify(text, at=at)
    return _allowed(text, verdict, language, unverified=unverified)


def _allowed(text: str, verdict: Verdict, language: str, *, unverified: bool) -> Passport | str:
    from vaxpass_cli.print.files import Passport  # noqa: PLC0415 - it needs an extra

    marks = (Mark.TEST,) if verdict.test_key else ()
    # A detected infection is no reason not to print: whoever looks at the print decides.
    if verdict.outcome in (Outcome.ACCEPTED, Outcome.GENUINE) and verdict.unverified:
        return Passport(text, verdict.unverified, verdict.signer, marks)
    if unverified and verdict.outcome is Outcome.UNDECIDED and verdict.unverified:
        return Passport(text, verdict.unverified, verdict.signer, (Mark.NOT_VERIFIED, *marks))
    hint = f" {messages.text('panel.test_keys', language)}" if verdict.code == "trust.test_key" else ""
    if verdict.outcome is Outcome.UNDECIDED:
        hint = f" {messages.text('print.unverified', language)}"
    return f"{verdict.reason(language)}{hint} ({verdict.code})"


class _Prints:
    """What was made and not yet taken: a PDF with one or many certificates, or a picture."""

    def __init__(
        self,
        kind: Kind,
        paper: PaperSize,
        languages: tuple[str, ...],
        at: datetime,
        value_sets: ValueSets,
    ) -> None:
        self.count = 0
        self._kind = kind
        self._paper = paper
        self._languages = languages
        self._at = at
        self._value_sets = value_sets
        self._pdf: PdfBuilder | None = None
        self._picture = b""
        self._mark = ""

    def make(self, passport: Passport, language: str) -> str | None:
        """Print it; the reason, as a sentence, where that can't be done."""
        try:
            made = self._add(passport) if self._kind is Kind.pdf else self._draw(passport)
        except symbol.TooLong:
            return messages.text("print.too_long", language)
        if not made:
            return messages.text("print.no_form", language)
        self.count += 1
        return None

    def take(self, name: str) -> tuple[str, str, bytes]:
        """Name, ending and bytes of the file."""
        data = self._picture
        if self._pdf:
            data, self._pdf = self._pdf.finish(), None
        return name, f"{self._mark}.{self._kind.value}", data

    def close(self) -> None:
        """Give up what was begun."""
        if self._pdf:
            self._pdf.close()

    def _add(self, passport: Passport) -> bool:
        from vaxpass_cli.print.files import PdfBuilder  # noqa: PLC0415
        from vaxpass_cli.print.layouts import Format  # noqa: PLC0415 - they need an extra

        if self._pdf and self.count >= _MOST_TOGETHER:
            raise UsageError("error.print.full", most=_MOST_TOGETHER)
        if self._pdf is None:
            self._pdf = PdfBuilder(
                Format(self._paper.value), self._languages, self._at, self._value_sets
            )
        return self._pdf.add(passport)

    def _draw(self, passport: Passport) -> bool:
        correction = symbol.best(passport.text).correction
        self._mark = "".join(_NAMES[mark] for mark in passport.marks)
        if self._kind is Kind.svg:
            self._picture = qr.svg(passport.text, error_correction=correction).encode()
        else:
            self._picture = qr.png(passport.text, error_correction=correction, scale=_PIXELS_A_MODULE)
        return True


def _no_such_record(records: list[str]) -> NoReturn:
    shown = ", ".join(escape_for_display(record, 40) for record in records[:5])
    raise UsageError("error.print.no_such_record", records=shown)
