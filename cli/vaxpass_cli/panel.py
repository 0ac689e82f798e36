"""Verdict -> a panel that a person understands at a glance: colour, word and symbol, then why."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vaxpass import (
    Certificate,
    Code,
    Outcome,
    Recovery,
    Test,
    Unverified,
    Vaccination,
    Verdict,
    printable,
)
from vaxpass.valuesets import display
from vaxpass_cli.report import INPUT_PROBLEMS, rfc3339
from vaxpass_cli.sources import Source
from vaxpass_cli.words import word

_COLOURS: Final = {
    Outcome.ACCEPTED: "green",
    Outcome.REJECTED: "red",
    Outcome.UNDECIDED: "yellow",
    Outcome.UNREADABLE: "magenta",
}
_SYMBOLS: Final = {
    Outcome.ACCEPTED: "✔",
    Outcome.REJECTED: "✘",
    Outcome.UNDECIDED: "?",
    Outcome.UNREADABLE: "∅",
}


def of(
    source: Source, verdict: Verdict | None, at: datetime, language: str, *, details: bool
) -> RenderableType:
    """The panel of an input; it has no verdict where it holds no text."""
    if verdict is None:
        return _of_problem(source.name, source.problem or "", language)
    parts: list[RenderableType] = [_bold(verdict.reason(language))]
    if verdict.code is Code.TRUST_TEST_KEY:
        parts.append(Text(word("test_keys", language)))
    if verdict.code:
        parts.append(Text(verdict.code.value, style="dim"))
    if verdict.unverified:
        if verdict.signer is None:
            parts += ["", Text(word("unverified", language), style="bold yellow")]
        parts += ["", _facts(source.name, verdict, verdict.unverified, at, language)]
    else:
        parts += ["", _only_source(source.name, language)]
    parts += _remarks(verdict, language, details=details)
    if details:
        parts += ["", _checks(verdict, language)]
    return _frame(verdict.outcome, Group(*parts), language, test=verdict.test_key)


def _of_problem(source: str, problem: str, language: str) -> RenderableType:
    reason = _bold(INPUT_PROBLEMS[problem][language])
    body = Group(reason, Text(problem, style="dim"), "", _only_source(source, language))
    return _frame(Outcome.UNREADABLE, body, language, test=False)


def holder(certificate: Certificate) -> str:
    """The name in its own letters, family name first, else in machine-readable letters."""
    person = certificate.person
    names = [name for name in (person.family_name, person.given_name) if name]
    if not names:
        icao = (person.family_name_icao, person.given_name_icao)
        names = [name.replace("<", " ") for name in icao if name]
    return printable(" ".join(names))


def _frame(outcome: Outcome, body: RenderableType, language: str, *, test: bool) -> Panel:
    colour = _COLOURS[outcome]
    title = Text(f" {_SYMBOLS[outcome]} {word(outcome.value, language)} ", style=f"bold {colour}")
    mark = Text(f" {word('test', language)} ", style="bold reverse") if test else None
    if mark:
        title += mark
    return Panel(
        body, title=title, title_align="left", subtitle=mark, border_style=colour, padding=(1, 2)
    )


def _bold(text: str) -> Text:
    return Text(text, style="bold")


def _table() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _only_source(source: str, language: str) -> Table:
    table = _table()
    table.add_row(word("source", language), Text(printable(source)))
    return table


def _facts(source: str, verdict: Verdict, unverified: Unverified, at: datetime, language: str) -> Table:
    certificate = unverified.without_verification().certificate
    claims = unverified.claims
    unstated = word("not_stated", language)
    table = _table()
    table.add_row(word("holder", language), _bold(holder(certificate) or unstated))
    person = certificate.person
    machine = "<<".join(n for n in (person.family_name_icao, person.given_name_icao) if n)
    table.add_row("", Text(printable(machine)))
    table.add_row(word("born", language), Text(printable(certificate.date_of_birth or unstated)))
    for entry in certificate.entries:
        table.add_row(word("certificate", language), Text(_entry(entry, language)))
        issuer = f"{entry.issuer or unstated} ({entry.country or unstated})"
        table.add_row(word("issuer", language), Text(printable(issuer)))
    if verdict.signer:
        signer = verdict.signer
        kid = base64.b64encode(signer.kid).decode()
        key = f"{signer.country or unstated}, {kid}, {signer.certificate.key_name}, {signer.source}"
        table.add_row(word("signer", language), Text(printable(key)))
    else:
        names = unverified.message.kid
        named = base64.b64encode(names).decode() if names else unstated
        claimed = f"{named} ({claims.iss or unstated})"
        table.add_row(word("named_key", language), Text(printable(claimed)))
    span = word(
        "from_until",
        language,
        start=claims.issued_at.date().isoformat(),
        end=claims.expires_at.date().isoformat(),
    )
    table.add_row(word("validity", language), Text(span))
    table.add_row(word("checked", language), Text(rfc3339(at.replace(microsecond=0))))
    table.add_row(word("source", language), Text(printable(source)))
    return table


def _entry(entry: Vaccination | Test | Recovery, language: str) -> str:
    """What a certificate says, on a line."""
    if isinstance(entry, Vaccination):
        parts = [
            word("vaccination", language),
            word("dose", language, dose=entry.dose, doses=entry.doses),
            _named("mp", entry.product),
            _named("ma", entry.holder),
            entry.date,
        ]
    elif isinstance(entry, Test):
        parts = [
            word("test_of", language),
            _named("tt", entry.type),
            (_named("tr", entry.result) or "").upper(),
            entry.sampled_at,
            entry.centre,
        ]
    else:
        parts = [
            word("recovery", language),
            word("first_positive", language, date=entry.first_positive),
            word("from_until", language, start=entry.valid_from, end=entry.valid_until),
        ]
    disease = _named("tg", entry.disease)
    return printable(", ".join(part for part in (parts[0], disease, *parts[1:]) if part), 400)


def _named(field: str, code: str | None) -> str | None:
    return display(field, code) if code else None


def _remarks(verdict: Verdict, language: str, *, details: bool) -> list[RenderableType]:
    shown = [w for w in verdict.warnings if details or not w.code.formal]
    lines: list[RenderableType] = [
        Text(f"! {w.message(language)}", style="" if w.code.formal else "bold yellow") for w in shown
    ]
    hidden = len(verdict.warnings) - len(shown)
    if hidden:
        lines.append(Text(word("formal", language, count=hidden), style="dim"))
    return ["", *lines] if lines else []


def _checks(verdict: Verdict, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for check in verdict.checks:
        table.add_row(check.stage.value, check.status.value, Text(check.message(language)))
    return table
