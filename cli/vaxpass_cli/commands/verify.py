"""`vaxpass verify`: verifies texts, pictures and folders with a local trust list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaxpass import Code, MissingExtraError, Outcome
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, told
from vaxpass_cli.io import sources, travel_document
from vaxpass_cli.io.edge import complain
from vaxpass_cli.io.trust_files import verifier_from
from vaxpass_cli.output import jsonl, linked_file, panel
from vaxpass_cli.output.screen import Console
from vaxpass_cli.records.issued_texts import texts_of_parquet


def verify(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", show_default=False)],
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    rules: options.Rules = None,
    revocation: options.Revocations = None,
    mrz: Annotated[list[str] | None, typer.Option(travel_document.OPTION, metavar="LINE")] = None,
    file: Annotated[Path | None, typer.Option("--file")] = None,
    at: options.At = None,
    tz: options.Tz = "UTC",
    as_json: options.Json = False,
    test_keys: options.TestKeys = False,
    es256_p384: options.ES256WithP384 = False,
    short_rsa: options.ShortRsa = False,
    same_country: options.SameCountry = False,
    own_period: options.OwnPeriod = False,
    covid_signers: options.CovidSigners = False,
    seals_without_usage: options.SealsWithoutUsage = False,
    expired_signers: options.ExpiredSigners = False,
    max_age: options.MaxAge = 14,
    clock_tolerance: options.ClockTolerance = options.CLOCK_TOLERANCE,
    details: Annotated[bool, typer.Option("--details")] = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Verify health passports offline and say why."""
    lines, inputs = travel_document.split(mrz, inputs)
    document = travel_document.read(lines, lang)
    data = linked_file.read(file)
    moment = options.moment(at, options.zone(tz))
    verifier = verifier_from(
        trust_list,
        pin,
        at=moment,
        max_age=max_age,
        test_keys=test_keys,
        expired_signers=expired_signers,
        es256_with_p384=es256_p384,
        short_rsa=short_rsa,
        same_country=same_country,
        own_period=own_period,
        covid_signers=covid_signers,
        seals_without_usage=seals_without_usage,
        clock_tolerance=clock_tolerance,
        rules=rules,
        revocations=revocation,
    )
    names = verifier.value_sets
    console = Console()
    outcomes: set[Outcome] = set()
    lacks_extra = False
    for source in sources.find(inputs, texts_of_parquet):
        verdict = None if source.text is None else verifier.verify(source.text, at=moment)
        compared = travel_document.compare(verdict, document, moment.date())
        opened = None
        if data is not None and verdict is not None:
            signed = verdict.signer is not None
            opened = linked_file.opened(
                data, verdict.unverified, is_signed=signed, verifier=verifier, at=moment
            )
            outcomes.update(opened.outcomes)
        if as_json:
            shown = jsonl.of(source, verdict, lang)
            if opened:
                shown["file"] = opened.to_dict(lang)
            if compared:
                shown["holder"] = compared.report(lang)
            typer.echo(jsonl.line(shown))
        else:
            console.print(
                panel.of(source, verdict, moment, lang, details=details, names=names, compared=compared)
            )
            if opened:
                console.print(opened.panel(lang, names))
                for inside in opened.inside(source.name):
                    console.print(panel.of(*inside, moment, lang, details=details, names=names))
        lacks_extra |= verdict is not None and verdict.code is Code.PREFIX_DIVOC
        outcomes.add(source.outcome if verdict is None else verdict.outcome)
        if compared and not compared.accepted:
            outcomes.add(Outcome.REJECTED)
    if lacks_extra:
        complain(told(MissingExtraError("divoc", "pyld"), lang))
    return Exit.of(outcomes)
