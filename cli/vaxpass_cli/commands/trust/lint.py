"""`vaxpass trust lint`: finds weak or unusual keys on a trust list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from vaxpass.display import escape_for_display
from vaxpass.trust import lint as rules
from vaxpass.trust.lint import Finding, Severity
from vaxpass_cli import options
from vaxpass_cli.commands.trust import rows
from vaxpass_cli.commands.trust.rows import kid, say
from vaxpass_cli.errors import Exit
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console

_FEW = 5
_SEVERE = (Severity.ERROR, Severity.HIGH)


def lint(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    lang: options.Lang = options.Language.en,
    as_json: options.Json = False,
) -> int:
    """Tell what is weak or odd on a trust list, the most severe first."""
    moment = options.moment(at)
    found = rows.read(paths, pin, at=moment, unsigned=unsigned)
    trust = found.keys
    findings = rules.check(trust, moment, rows.policy_of(found))
    if as_json:
        for finding in findings:
            typer.echo(jsonl.line(_row(finding, lang)))
    else:
        for line in _lines(findings, lang, None if every else _FEW):
            typer.echo(line)
        typer.echo(_total(findings, len(trust), moment))
        for panel in rows.too_old(found, moment):
            Console().print(panel)
    severe = any(finding.severity in _SEVERE for finding in findings)
    return Exit.NOT_ACCEPTED if severe else Exit.OK


def _row(finding: Finding, language: str) -> dict[str, jsonl.Json]:
    key = finding.key
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "message": finding.message(language),
        "detail": finding.detail or None,
        "kid": kid(key) if key else None,
        "country": key.country if key else None,
        "usage": key.usage if key else None,
        "subject": key.certificate.subject if key else None,
        "source": key.source if key else None,
    }


def _lines(findings: Iterable[Finding], language: str, few: int | None) -> Iterator[str]:
    """A block for each code: its sentence, and the keys that it is true of."""
    for code, group in groupby(findings, key=lambda finding: finding.code):
        same = list(group)
        keys = [finding for finding in same if finding.key]
        count = f"  x {len(keys)}" if len(keys) > 1 else ""
        yield f"{say(f'severity.{same[0].severity}').upper():6}  {code}{count}"
        yield f"        {same[0].message(language)}"
        for finding in keys[:few]:
            yield f"          {_name(finding)}"
        if few is not None and len(keys) > few:
            more = say("more_keys", keys=len(keys) - few, countries=_countries(keys[few:]))
            yield f"          {more}"


def _name(finding: Finding) -> str:
    key = finding.key
    if key is None:
        return ""
    country = escape_for_display(key.country or key.participant or "-")
    return f"{country:3} {kid(key)}  {escape_for_display(finding.detail)}".rstrip()


def _countries(findings: Iterable[Finding]) -> str:
    named = {f.key.country or f.key.participant or "-" for f in findings if f.key}
    some = sorted(escape_for_display(name) for name in named)
    return " ".join(some[:10]) + (" ..." if len(some) > 10 else "")


def _total(findings: Iterable[Finding], keys: int, moment: datetime) -> str:
    found = [finding.severity for finding in findings]
    counts = ", ".join(f"{say(f'severity.{each}')} {found.count(each)}" for each in Severity)
    return say("keys_at", keys=keys, time=jsonl.rfc3339(moment.replace(microsecond=0)), counts=counts)
