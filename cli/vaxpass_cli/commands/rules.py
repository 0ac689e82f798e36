"""`vaxpass rules`: shows business rules, and imports them into one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.rules import Rule, RulesError, RuleSet, write_rules
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, installed, named_files, rule_files
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console


def import_rules(
    inputs: Annotated[list[Path], typer.Argument(metavar="SOURCE...")],
    out: Annotated[Path, typer.Option("--out")],
    pin: options.Pins = None,
    unsigned: options.Unsigned = False,
    at: options.At = None,
) -> int:
    """Read rules of any known form, verify them, and write them as one document."""
    found = rule_files.read(
        inputs,
        named_files.pins_in(pin),
        at=options.moment(at),
        unsigned=unsigned,
        named_by_user=False,
    )
    data = write_rules(found, source=out.name)
    atomic.write(out, [data], size=len(data))
    rule_files.tell_skipped(found)
    language = options.language()
    summary = rule_files.summary(found)
    typer.echo(messages.text("rules.import.written", language, file=out, summary=summary))
    why = escape_for_display(found.trusted_by, 500)
    typer.echo(f"  {messages.text('rules.import.trusted', language, why=why)}")
    return Exit.OK


_COLUMNS = ("country", "identifier", "version", "type", "kind", "from", "until")
_LONGEST = 24  # of a cell; identifiers have about 11 characters
_INDENT = 4


def show(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    bundle: Annotated[bool, typer.Option("--bundle")] = False,
    country: Annotated[str | None, typer.Option("--country")] = None,
    pin: options.Pins = None,
    at: options.At = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Show business rules: whose they are, what they are for, when they apply and what they say."""
    if bundle and paths:
        raise UsageError("error.rules.files_or_bundle")
    named = [installed.default_path()] if bundle else paths
    if bundle and not installed.default_path().exists():
        raise UsageError("error.no_bundle")
    found = _read(named, pin, at)
    wanted = country.upper() if country else None
    chosen = [rule for rule in found.rules if wanted in (None, rule.country)]
    chosen.sort(key=lambda rule: (rule.country, rule.region, rule.identifier, rule.version))
    if as_json:
        for rule in chosen:
            typer.echo(jsonl.line(_row(rule)))
        return Exit.OK
    console = Console()
    for line in _lines(chosen, lang, console.width):
        # A line that is too long for a narrow terminal is cut there, not broken into two.
        console.print(Text(line), no_wrap=True, overflow="crop")
    console.print(Text(_summary(chosen, found, lang)))
    return Exit.OK


def _read(paths: Sequence[Path] | None, pin: Sequence[Path] | None, at: str | None) -> RuleSet:
    moment = options.moment(at)
    pins = named_files.pins_in(pin)
    of_bundles: list[RuleSet] = []
    files: list[Path] = []
    for path in paths or _configured():
        opened = named_files.bundle_at(path, pin, at=moment) if path.is_file() else None
        if opened is None:
            files.append(path)
            continue
        rules = rule_files.of_bundle(opened[0])
        if rules is None and paths:
            raise RulesError("failure.rules.none_in_bundle", path=path)
        of_bundles += [] if rules is None else [rules]
    if not paths:
        found = rule_files.in_use(None, rule_files.together(of_bundles), pins)
        if found is None:
            raise UsageError("error.rules.none", variable=rule_files.VARIABLE)
        return found
    of_files = [rule_files.read(files, pins)] if files else []
    found = rule_files.together([*of_files, *of_bundles]) or RuleSet()
    rule_files.tell_skipped(found)
    return found


def _configured() -> list[Path]:
    in_use = installed.default_path()
    return [in_use] if in_use.exists() else []


def _lines(rules: Sequence[Rule], lang: str, width: int) -> Iterator[str]:
    """A row for each rule, and below it what it says."""
    rows = [tuple(messages.text(f"rules.show.{name}", lang) for name in _COLUMNS)]
    rows += [_cells(rule, lang) for rule in rules]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    gap = "  " if sum(widths) + 2 * (len(widths) - 1) <= width else " "
    for number, row in enumerate(rows):
        yield gap.join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        if number:
            yield from _said(rules[number - 1], lang, width)


def _cells(rule: Rule, lang: str) -> tuple[str, ...]:
    version = ".".join(map(str, rule.version))
    kinds = (_said_or_raw(rule.type, lang), _kind(rule, lang))
    cells = (rule.country, rule.identifier, version, *kinds)
    days = (rule.valid_from.date().isoformat(), rule.valid_to.date().isoformat())
    return (*(escape_for_display(cell, _LONGEST) for cell in cells), *days)


def _said_or_raw(kind: str, lang: str) -> str:
    """The type of a rule in words; one that is not known here as it is."""
    key = f"rules.show.type.{kind.lower()}"
    return messages.text(key, lang) if messages.find(key, "en") else kind


def _kind(rule: Rule, lang: str) -> str:
    return messages.text(f"rules.show.{rule.certificate_type.lower()}", lang)


def _said(rule: Rule, lang: str, width: int) -> Iterator[str]:
    region = messages.text("rules.show.region", lang, region=rule.region) if rule.region else ""
    text = " ".join(filter(None, (region, rule.description(lang)))) or messages.text(
        "rules.show.silent", lang
    )
    console = Console(width=max(width - _INDENT, 20))
    for line in Text(text).wrap(console, console.width):
        yield " " * _INDENT + line.plain.rstrip()


def _summary(chosen: Sequence[Rule], found: RuleSet, lang: str) -> str:
    made = (
        ""
        if found.made_at is None
        else messages.text("rules.show.made", lang, day=jsonl.rfc3339(found.made_at))
    )
    counts = messages.text(
        "rules.show.counts",
        lang,
        rules=len(chosen),
        countries=len({rule.country for rule in chosen}),
        skipped=len(found.skipped),
    )
    trusted = messages.text("rules.show.trusted", lang, why=escape_for_display(found.trusted_by, 500))
    return "\n".join(filter(None, (counts, made, trusted)))


def _row(rule: Rule) -> dict[str, jsonl.Json]:
    """A rule for machines: the names of its published form, in the spelling of this interface."""
    published = rule.to_json()
    return {
        "identifier": rule.identifier,
        "type": rule.type,
        "country": rule.country,
        "region": rule.region or None,
        "version": published["Version"],
        "schema_version": published["SchemaVersion"],
        "engine": rule.engine,
        "engine_version": published["EngineVersion"],
        "certificate_type": rule.certificate_type,
        "valid_from": published["ValidFrom"],
        "valid_to": published["ValidTo"],
        "descriptions": dict(rule.descriptions),
        "affected_fields": list(rule.affected_fields),
        "logic": published["Logic"],
    }
