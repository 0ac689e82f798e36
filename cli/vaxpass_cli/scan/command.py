"""`vaxpass scan`: the desk, from its options to its end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vaxpass_cli import atomic, options, report, trustfiles
from vaxpass_cli.failure import Exit, Wrong
from vaxpass_cli.judging import policy_of, verifier_of
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.badges import Arrival, badges
from vaxpass_cli.scan.beep import beep
from vaxpass_cli.scan.desk import Desk, Judged, Surroundings
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import feed_of, is_camera_or_video, view_of
from vaxpass_cli.scan.shift import Shift
from vaxpass_cli.scan.summary import summary_lines
from vaxpass_cli.scan.tty import Keyboard
from vaxpass_cli.sources import Source


def scan(
    source: Annotated[
        str | None,
        typer.Option(
            help="camera, keyboard (a hand scanner that types), serial:PORT, watch:FOLDER, - for"
            " standard input, or a video, picture, PDF, text file or folder. [camera]"
        ),
    ] = None,
    camera: Annotated[str | None, typer.Option(help="The camera's number or device. [0]")] = None,
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    rules: options.Rules = None,
    country: Annotated[
        str | None, typer.Option(help="The country of arrival, such as VN, by whose rules to judge.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="A region that its rules name.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--date", "--at", metavar="TIME", help="Judge as of this time instead of now."),
    ] = None,
    view: Annotated[str | None, typer.Option(help="window, terminal, none or auto. [auto]")] = None,
    kiosk: Annotated[bool | None, typer.Option("--kiosk/--no-kiosk", help="Full screen.")] = None,
    mirror: Annotated[
        bool | None, typer.Option("--mirror/--no-mirror", help="Show the camera's picture mirrored.")
    ] = None,
    mute: Annotated[bool | None, typer.Option("--mute/--no-mute", help="No beep.")] = None,
    as_json: options.Json = False,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE.csv", help="Write the shift's counts to this file."),
    ] = None,
    lang: Annotated[
        options.Language | None, typer.Option("--lang", help="English (en) or Vietnamese (vi). [en]")
    ] = None,
    test_keys: Annotated[
        bool | None, typer.Option("--test-keys/--no-test-keys", help="Accept specimens.")
    ] = None,
    es256_p384: Annotated[
        bool | None,
        typer.Option(
            "--allow-es256-p384/--no-allow-es256-p384", help="Accept ES256 with keys on P-384."
        ),
    ] = None,
    expired_signers: Annotated[
        bool | None,
        typer.Option(
            "--expired-signers/--no-expired-signers", help="Accept expired signers on the list."
        ),
    ] = None,
    max_age: Annotated[
        int | None, typer.Option(min=0, help="Days after which a list decides nothing more. [14]")
    ] = None,
    show_accepted: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds that an accepted verdict is shown. [5]")
    ] = None,
    show_other: Annotated[
        float | None, typer.Option(min=0, help="The same for the others; 0: until a key. [15]")
    ] = None,
    takeover: Annotated[
        float | None, typer.Option(min=0, help="Seconds before another code takes over. [1]")
    ] = None,
    forget: Annotated[
        float | None, typer.Option(min=0, help="Seconds a code must be away to count again. [2]")
    ] = None,
    hint_after: Annotated[
        float | None, typer.Option(min=0, help="Seconds before help with reading is offered. [1]")
    ] = None,
    width: Annotated[int | None, typer.Option(min=160, help="Of the camera's picture. [1280]")] = None,
    height: Annotated[int | None, typer.Option(min=120, help="Of the camera's picture. [720]")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Another settings file.")] = None,
) -> int:
    """Scan health passports at a desk, offline: camera, video, hand scanner or files.

    Every option can be set in the settings file (vaxpass config path). Exit code 0 at the end of the
    shift; 2: wrong use or configuration.
    """
    chosen = configured.load(config).with_options(
        source=source or ("camera" if camera is not None else None),
        camera=camera,
        width=width,
        height=height,
        trust_list=tuple(map(str, trust_list)) if trust_list else None,
        pin=tuple(map(str, pin)) if pin else None,
        rules=tuple(map(str, rules)) if rules else None,
        country=country,
        region=region,
        lang=lang.value if lang else None,
        view=view,
        kiosk=kiosk,
        mirror=mirror,
        mute=mute,
        test_keys=test_keys,
        allow_es256_p384=es256_p384,
        expired_signers=expired_signers,
        max_age=max_age,
        show_accepted=show_accepted,
        show_other=show_other,
        takeover=takeover,
        forget=forget,
        hint_after=hint_after,
    )
    clock: Callable[[], datetime] = lambda: options.moment(at)  # noqa: E731 - one line says it
    around = _surroundings(chosen, clock, fixed=at is not None)
    if report_file and report_file.is_dir():
        raise Wrong(f"{report_file}: this is a folder; name a file.")

    with contextlib.ExitStack() as stack:
        # A result is printed when it is there, so whoever reads it may stop reading.
        keyboard = stack.enter_context(Keyboard())
        shown = view_of(chosen, as_json=as_json)
        if shown:
            stack.callback(shown.close)
        feed = feed_of(chosen, keyboard, paced=shown is not None)
        stack.callback(feed.close)

        def told(judged: Judged) -> None:
            if as_json:
                typer.echo(report.line(_json(judged, chosen.lang)))
                sys.stdout.flush()
            if shown and not desk.mute:
                beep()

        desk = Desk(around, told=told, timing=chosen.timing, language=chosen.lang, mute=chosen.mute)
        written = 0

        def keep_report() -> None:
            nonlocal written
            if report_file and desk.shift.total != written:
                written = desk.shift.total
                atomic.write(report_file, [desk.shift.to_csv().encode()])

        with contextlib.suppress(KeyboardInterrupt):
            run(desk, feed, shown, keyboard, after=keep_report, complain=_complain)
        if report_file:
            atomic.write(report_file, [desk.shift.to_csv().encode()])
    if not as_json:
        Console(highlight=False).print(_summary(desk.shift, chosen.lang))
    return Exit.OK


def _surroundings(chosen: Settings, clock: Callable[[], datetime], *, fixed: bool) -> Surroundings:
    trust = trustfiles.load(
        [Path(path) for path in chosen.trust_list],
        [Path(path) for path in chosen.pin],
        at=clock(),
        rules=[Path(path) for path in chosen.rules],
    )
    policy = policy_of(
        trust,
        test_keys=chosen.test_keys,
        max_age=chosen.max_age,
        expired_signers=chosen.expired_signers,
        es256_with_p384=chosen.allow_es256_p384,
    )
    verifier = verifier_of(trust, policy)
    # Without any rules the badge says so, and a passport is only asked to be genuine and in force.
    arrival = chosen.country if chosen.country and verifier.rules else None
    return Surroundings(
        judge=lambda text, moment: verifier.verify(
            text, at=moment, arrival=arrival, region=chosen.region
        ),
        clock=clock,
        badges=lambda moment, language: badges(
            trust.keys,
            policy,
            Arrival(chosen.country, chosen.region, with_rules=arrival is not None),
            moment,
            language,
            fixed=fixed,
        ),
        secret=os.urandom(32),
        camera=is_camera_or_video(chosen.source),
        test_keys=chosen.test_keys,
        names=verifier.value_sets,
    )


def _complain(sentence: str) -> None:
    sys.stderr.write(f"vaxpass: {sentence}\n")


def _json(judged: Judged, language: str) -> dict[str, report.Json]:
    source = Source(judged.source.name, None, judged.source.problem)
    line = report.of(source, judged.verdict, language)
    return {"at": report.rfc3339(judged.at.replace(microsecond=0)), **line}


def _summary(shift: Shift, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in summary_lines(shift, language):
        table.add_row(label if value else f"[bold]{label}[/bold]", value)
    return table
