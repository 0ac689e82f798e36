"""`vaxpass scan`: the desk. Makes its feed, view and verifier from settings and options."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from vaxpass import Policy, TrustList, messages
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io import atomic, edge, images, pdf, trust_files
from vaxpass_cli.io.trust_files import policy_of, verifier_of
from vaxpass_cli.language import named, speak
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.desk import Desk, Judged, Surroundings
from vaxpass_cli.scan.feeds.texts import (
    FilesFeed,
    KeyboardFeed,
    SerialFeed,
    StandardInputFeed,
    WatchFeed,
)
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.run import run
from vaxpass_cli.scan.screen import Alert
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.shift import Shift, summary_lines
from vaxpass_cli.scan.terminal import TerminalView
from vaxpass_cli.scan.window.display import why_no_window

if TYPE_CHECKING:
    from vaxpass_cli.scan.feeds.events import Feed
    from vaxpass_cli.scan.run import View

_DAY: Final = timedelta(days=1)
_TEXTS: Final = (".txt", ".csv")


class Destination(NamedTuple):
    """The country by whose rules the desk decides, with its region; both empty where none is set."""

    country: str
    region: str
    with_rules: bool


def badges(
    trust: TrustList, policy: Policy, place: Destination, at: datetime, language: str, *, fixed: bool
) -> tuple[str, ...]:
    """The badges: where, by which rules and with how old a list the desk decides at the time `at`.

    `fixed`: the time was chosen with `--at`, which one more badge says.
    """
    found = []
    if place.country:
        name = f"{place.country}/{place.region}" if place.region else place.country
        by_rules = "arrival" if place.with_rules else "arrival_no_rules"
        found.append(messages.text(f"scan.{by_rules}", language, place=name))
    lenient = policy.es256_with_p384 or policy.short_rsa or policy.expired_signers
    lenient |= policy.covid_signers or policy.seals_without_usage
    found.append(messages.text(f"scan.policy_{'lenient' if lenient else 'strict'}", language))
    if trust.made_at is None:
        found.append(messages.text("scan.list_no_age", language))
    elif at - trust.made_at < _DAY:
        found.append(messages.text("scan.list_today", language))
    else:
        found.append(messages.text("scan.list_age", language, days=(at - trust.made_at) // _DAY))
    found.append(messages.text("scan.offline", language))
    if fixed:
        found.append(messages.text("scan.as_of", language, date=at.date().isoformat()))
    return tuple(found)


def alerts_of(trust: TrustList, policy: Policy) -> Callable[[datetime, str], tuple[Alert, ...]]:
    """Gives what must be known before a code is shown, at a time in a language: the worst first."""
    # The screen is made many times a second: what does not change is found once.
    parts = trust.parts
    signers = [key for key in trust if key.usage in trust_files.VERIFYING]
    is_test = bool(signers) and not policy.test_keys and all(key.test for key in signers)

    def alerts(at: datetime, language: str) -> tuple[Alert, ...]:
        def say(name: str, *, blocks: bool, **values: object) -> None:
            found.append(Alert(messages.text(f"scan.alert.{name}", language, **values), blocks))

        found: list[Alert] = []
        old = [part for part in parts if _is_stale(part.made_at, policy, at)]
        if not signers:
            say("no_keys", blocks=True)
        elif len(old) == len(parts):
            days = max((at - part.made_at) // _DAY for part in old if part.made_at)
            say("list_stale", blocks=True, days=days, limit=policy.list_stale_after // _DAY)
        elif old:
            names = [escape_for_display(part.source) for part in old]
            say("part_stale", blocks=False, names=messages.items(names, language))
        if is_test:
            say("only_test_keys", blocks=True)
        if trust.made_at is not None and at < trust.made_at:
            say("clock", blocks=False)
        if policy.test_keys:
            say("test_mode", blocks=False)
        return tuple(found)

    return alerts


def _is_stale(made_at: datetime | None, policy: Policy, at: datetime) -> bool:
    return made_at is not None and at - made_at > policy.list_stale_after


def beep() -> None:
    """Sound the same tone for every verdict, so that bystanders do not learn what it was.

    It is the terminal's bell, on Windows the system's sound; silent where there is neither.
    """
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - only there

        winsound.MessageBeep()
    else:
        edge.beep()


def is_camera_or_video(source: str) -> bool:
    """Whether a source delivers frames; the others deliver texts.

    Raises `UsageError` where it is neither a kind of source nor a file.
    """
    if source in ("keyboard", "-") or source.startswith(("serial:", "watch:")):
        return False
    if source == "camera":
        return True
    path = Path(source)
    if not path.exists():
        raise UsageError("error.no_source", source=source)
    if path.is_dir() or path.suffix.lower() in _TEXTS:
        return False
    with path.open("rb") as file:
        begin = file.read(16)
    return not (images.is_picture(begin) or pdf.is_pdf(begin))


def feed_of(chosen: Settings, keyboard: Keyboard, *, paced: bool) -> Feed:
    """The feed that the settings ask for; packages that it does not need are not imported.

    `paced`: a video is played at its own speed, else as fast as it can be read.
    """
    source = chosen.source
    if is_camera_or_video(source):
        from vaxpass_cli.scan.feeds.camera import CameraFeed  # noqa: PLC0415
        from vaxpass_cli.scan.feeds.video import VideoFeed  # noqa: PLC0415
        from vaxpass_cli.scan.opencv.capture import Camera, Video  # noqa: PLC0415 - may be missing
        from vaxpass_cli.scan.reading import Reader  # noqa: PLC0415

        read = Reader().read
        if source == "camera":
            return CameraFeed(Camera(chosen.camera, chosen.width, chosen.height), read)
        return CameraFeed(Video(Path(source)), read) if paced else VideoFeed(Video(Path(source)), read)
    if source == "keyboard":
        return KeyboardFeed(keyboard)
    if source == "-":
        return StandardInputFeed()
    kind, _, place = source.partition(":")
    if kind == "serial":
        return SerialFeed(place)
    if kind == "watch":
        return WatchFeed(Path(place))
    return FilesFeed([source])


def view_of(chosen: Settings, *, as_json: bool) -> View | None:
    """The view that the settings ask for; None where there is nowhere to show anything."""
    wanted = chosen.view
    if wanted == "none":
        return None
    reason = None
    if wanted == "window" or (wanted == "auto" and chosen.source != "keyboard"):
        reason = why_no_window(chosen.lang)
        if reason is None:
            from vaxpass_cli.scan.window.view import WindowView  # noqa: PLC0415 - may be missing

            return WindowView(kiosk=chosen.kiosk, mirror=chosen.mirror)
        if wanted == "window":
            raise UsageError("error.no_window", reason=reason)
    console = Console(stderr=as_json)
    if not (console.is_terminal or wanted == "terminal"):
        return None
    if reason:
        line = messages.text("scan.window.instead", chosen.lang, reason=reason)
        edge.complain(line)
    return TerminalView(console)


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
    kiosk: Annotated[bool | None, typer.Option("--kiosk/--no-kiosk")] = None,
    mirror: Annotated[bool | None, typer.Option("--mirror/--no-mirror")] = None,
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
    show_accepted: Annotated[float | None, typer.Option(min=0.1)] = None,
    show_other: Annotated[float | None, typer.Option(min=0)] = None,
    takeover: Annotated[float | None, typer.Option(min=0)] = None,
    forget: Annotated[float | None, typer.Option(min=0)] = None,
    hint_after: Annotated[float | None, typer.Option(min=0)] = None,
    width: Annotated[int | None, typer.Option(min=160)] = None,
    height: Annotated[int | None, typer.Option(min=120)] = None,
    config: options.Config = None,
) -> int:
    """Scan health passports at a desk, offline: camera, video, hand scanner or files."""
    chosen = configured.load(config).with_options(
        source=source or ("camera" if camera is not None else None),
        camera=camera,
        width=width,
        height=height,
        trust_list=tuple(map(str, trust_list)) if trust_list else None,
        pin=tuple(map(str, pin)) if pin else None,
        rules=tuple(map(str, rules)) if rules else None,
        revocation=tuple(map(str, revocation)) if revocation else None,
        destination=destination,
        region=region,
        tz=tz,
        lang=named(),
        view=view,
        kiosk=kiosk,
        mirror=mirror,
        mute=mute,
        test_keys=test_keys,
        allow_es256_p384=es256_p384,
        allow_short_rsa=short_rsa,
        same_country=same_country,
        own_period=own_period,
        covid_signers=covid_signers,
        seals_without_usage=seals_without_usage,
        expired_signers=expired_signers,
        max_age=max_age,
        show_accepted=show_accepted,
        show_other=show_other,
        takeover=takeover,
        forget=forget,
        hint_after=hint_after,
    )
    speak(chosen.lang)
    zone = options.zone(chosen.tz)
    clock: Callable[[], datetime] = lambda: options.moment(at, zone)  # noqa: E731 - one line says it
    around = _surroundings(chosen, clock, fixed=at is not None)
    if counts and counts.is_dir():
        raise UsageError("error.folder_for_file", path=counts)

    with contextlib.ExitStack() as stack:
        # Each result is printed at once, so a program that reads them may stop reading.
        keyboard = stack.enter_context(Keyboard())
        shown = view_of(chosen, as_json=as_json)
        if shown:
            stack.callback(shown.close)
        if shown is None:
            for alert in around.alerts(clock(), chosen.lang):
                if alert.blocks:
                    _complain(alert.text)
        feed = feed_of(chosen, keyboard, paced=shown is not None)
        stack.callback(feed.close)

        def give(judged: Judged) -> None:
            if as_json:
                typer.echo(jsonl.line(_json(judged, chosen.lang)))
                sys.stdout.flush()
            if shown and not desk.mute:
                beep()

        desk = Desk(
            around, on_verdict=give, timing=chosen.timing, language=chosen.lang, mute=chosen.mute
        )
        written = 0

        def keep_counts() -> None:
            nonlocal written
            if counts and desk.shift.total != written:
                written = desk.shift.total
                atomic.write(counts, [desk.shift.to_csv().encode()])

        with contextlib.suppress(KeyboardInterrupt):
            run(desk, feed, shown, keyboard, after=keep_counts, complain=_complain)
        if counts:
            atomic.write(counts, [desk.shift.to_csv().encode()])
    if not as_json:
        Console().print(_summary(desk.shift, chosen.lang))
    return Exit.OK


def _surroundings(chosen: Settings, clock: Callable[[], datetime], *, fixed: bool) -> Surroundings:
    trust = trust_files.load(
        [Path(path) for path in chosen.trust_list],
        [Path(path) for path in chosen.pin],
        at=clock(),
        rules=[Path(path) for path in chosen.rules],
        revocations=[Path(path) for path in chosen.revocation],
    )
    policy = policy_of(
        trust,
        test_keys=chosen.test_keys,
        max_age=chosen.max_age,
        expired_signers=chosen.expired_signers,
        es256_with_p384=chosen.allow_es256_p384,
        short_rsa=chosen.allow_short_rsa,
        same_country=chosen.same_country,
        own_period=chosen.own_period,
        covid_signers=chosen.covid_signers,
        seals_without_usage=chosen.seals_without_usage,
    )
    verifier = verifier_of(trust, policy)
    # Without rules a badge says so, and passports are only verified.
    destination = chosen.destination if chosen.destination and verifier.rules else None
    return Surroundings(
        judge=lambda text, moment: verifier.verify(
            text, at=moment, destination=destination, region=chosen.region
        ),
        clock=clock,
        badges=lambda moment, language: badges(
            trust.keys,
            policy,
            Destination(chosen.destination, chosen.region, with_rules=destination is not None),
            moment,
            language,
            fixed=fixed,
        ),
        alerts=alerts_of(trust.keys, policy),
        secret=os.urandom(32),
        camera=is_camera_or_video(chosen.source),
        test_keys=chosen.test_keys,
        names=verifier.value_sets,
    )


def _complain(sentence: str) -> None:
    edge.complain(sentence)


def _json(judged: Judged, language: str) -> dict[str, jsonl.Json]:
    line = jsonl.of(judged.source, judged.verdict, language)
    return {"at": jsonl.rfc3339(judged.at.replace(microsecond=0)), **line}


def _summary(shift: Shift, language: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in summary_lines(shift, language):
        table.add_row(Text(label, style="" if value else "bold"), value)
    return table
