"""`vaxpass scan`: the desk. Options and settings -> a shift that goes on until the staff ends it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.language import named, speak
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.desk.shift import Shift, summary_lines
from vaxpass_cli.scan.session import Session
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.choices import is_configured
from vaxpass_cli.scan.window.display import why_no_window


def scan(
    source: str | None = None,
    camera: str | None = None,
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    rules: options.Rules = None,
    revocation: options.Revocations = None,
    destination: Annotated[str | None, typer.Option(metavar="COUNTRY")] = None,
    region: str | None = None,
    at: options.At = None,
    tz: Annotated[str | None, typer.Option("--tz", metavar="ZONE")] = None,
    view: str | None = None,
    theme: str | None = None,
    kiosk: Annotated[bool | None, typer.Option("--kiosk/--no-kiosk")] = None,
    mirror: Annotated[bool | None, typer.Option("--mirror/--no-mirror")] = None,
    traveller_screen: Annotated[
        bool | None, typer.Option("--traveller-screen/--no-traveller-screen")
    ] = None,
    sounds: str | None = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FOLDER")] = None,
    mute: Annotated[bool | None, typer.Option("--mute/--no-mute")] = None,
    as_json: options.Json = False,
    counts: Annotated[Path | None, typer.Option("--counts", metavar="FILE.csv")] = None,
    test_keys: Annotated[bool | None, typer.Option("--test-keys/--no-test-keys")] = None,
    es256_p384: Annotated[bool | None, typer.Option("--allow-es256-p384/--no-allow-es256-p384")] = None,
    short_rsa: Annotated[bool | None, typer.Option("--allow-short-rsa/--no-allow-short-rsa")] = None,
    same_country: Annotated[bool | None, typer.Option("--same-country/--no-same-country")] = None,
    own_period: Annotated[bool | None, typer.Option("--own-period/--no-own-period")] = None,
    covid_signers: Annotated[bool | None, typer.Option("--covid-signers/--no-covid-signers")] = None,
    seals_without_usage: Annotated[
        bool | None, typer.Option("--seals-without-usage/--no-seals-without-usage")
    ] = None,
    expired_signers: Annotated[
        bool | None, typer.Option("--expired-signers/--no-expired-signers")
    ] = None,
    max_age: Annotated[int | None, typer.Option(min=0)] = None,
    clock_tolerance: Annotated[
        int | None,
        typer.Option("--clock-tolerance", metavar="MINUTES", min=0, max=options.MOST_TOLERANCE),
    ] = None,
    show_accepted: Annotated[float | None, typer.Option(min=0.1)] = None,
    show_other: Annotated[float | None, typer.Option(min=0)] = None,
    takeover: Annotated[float | None, typer.Option(min=0)] = None,
    forget: Annotated[float | None, typer.Option(min=0)] = None,
    hint_after: Annotated[float | None, typer.Option(min=0)] = None,
    autofocus: Annotated[bool | None, typer.Option("--autofocus/--no-autofocus")] = None,
    width: Annotated[int | None, typer.Option(min=160)] = None,
    height: Annotated[int | None, typer.Option(min=120)] = None,
    config: options.Config = None,
) -> int:
    """Scan health passports at a desk, offline: camera, video, hand scanner or files."""
    given: dict[str, object] = {
        "source": source or ("camera" if camera is not None else None),
        "camera": camera,
        "width": width,
        "height": height,
        "trust_list": tuple(map(str, trust_list)) if trust_list else None,
        "pin": tuple(map(str, pin)) if pin else None,
        "rules": tuple(map(str, rules)) if rules else None,
        "revocation": tuple(map(str, revocation)) if revocation else None,
        "destination": destination,
        "region": region,
        "tz": tz,
        "view": view,
        "theme": theme,
        "kiosk": kiosk,
        "traveller_screen": traveller_screen,
        "sounds": sounds,
        "report": str(report) if report else None,
        "mirror": mirror,
        "mute": mute,
        "test_keys": test_keys,
        "allow_es256_p384": es256_p384,
        "allow_short_rsa": short_rsa,
        "same_country": same_country,
        "own_period": own_period,
        "covid_signers": covid_signers,
        "seals_without_usage": seals_without_usage,
        "expired_signers": expired_signers,
        "max_age": max_age,
        "clock_tolerance": clock_tolerance,
        "autofocus": autofocus,
        "show_accepted": show_accepted,
        "show_other": show_other,
        "takeover": takeover,
        "forget": forget,
        "hint_after": hint_after,
    }
    chosen = configured.load(config).with_options(**given, lang=named())
    speak(chosen.lang)
    options.moment(at, options.zone(chosen.tz))
    if counts and counts.is_dir():
        raise UsageError("error.folder_for_file", path=counts)
    # Whoever gives options knows what is wanted, and a program that calls this is not to wait.
    has_options = as_json or any(each is not None for each in (*given.values(), at, counts))
    if not has_options and not is_configured(chosen):
        changes = _first_run(chosen)
        if changes is None:
            return Exit.OK
        configured.save(changes, config)
        chosen = chosen.with_options(**changes)
        speak(chosen.lang)
    session = Session(chosen, at=at, as_json=as_json, counts=counts, config=config)
    session.work()
    if not as_json:
        Console().print(_summary(session.shift, session.chosen.lang))
    session.report()
    return Exit.OK


def _first_run(chosen: Settings) -> Mapping[str, object] | None:
    """The settings that the assistant was given; None where it was closed.

    Raises `UsageError`, which says what else can be done, where no window can be opened for it.
    """
    reason = why_no_window(chosen.lang) if chosen.view in ("auto", "window") else ""
    if reason is not None:
        raise UsageError("error.desk.nothing_set_up", path=configured.default_path(), reason=reason)
    from vaxpass_cli.scan.window.assistant import run_assistant  # noqa: PLC0415 - may be missing

    zone = options.zone(chosen.tz)
    return run_assistant(chosen, lambda: options.moment(None, zone), chosen.lang)


def _summary(shift: Shift, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in summary_lines(shift, language):
        table.add_row(Text(label, style="" if value else "bold"), value)
    return table
