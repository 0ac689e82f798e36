"""`vaxpass doctor`: tests what a desk needs, and says how to get what is missing."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from vaxpass import VaxpassError, messages
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError, told
from vaxpass_cli.io import trust_files
from vaxpass_cli.output import jsonl
from vaxpass_cli.scan.window.display import why_no_window

_PACKAGES: Final = ("zxing-cpp", "pillow", "pypdfium2", "numpy", "opencv-python", "pyserial")
_BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)
_SIGNS: Final = {"ok": "✔", "warning": "!", "problem": "✘"}
_COLOURS: Final = {"ok": "green", "warning": "yellow", "problem": "red"}
_AGING: Final = timedelta(days=2)
_STALE: Final = timedelta(days=14)
_FRAMES: Final = 30


class Found(NamedTuple):
    """What was found out about one thing: `ok`, `warning` or `problem`, and a sentence."""

    what: str
    state: str
    sentence: str


def doctor(
    camera: str = "0",
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Test packages, window, fonts, camera, trust list and clock of a desk."""
    at = datetime.now(UTC)
    found = [
        *_packages(lang),
        _window(lang),
        _fonts(lang),
        _camera(camera, lang),
        *_trust(trust_list, pin, at, lang),
    ]
    if as_json:
        for one in found:
            typer.echo(jsonl.line({"what": one.what, "state": one.state, "message": one.sentence}))
    else:
        table = Table.grid(padding=(0, 2))
        for one in found:
            sign = f"[{_COLOURS[one.state]}]{_SIGNS[one.state]}[/]"
            table.add_row(sign, messages.text(f"doctor.what.{one.what}", lang), one.sentence)
        Console(highlight=False).print(table)
    return Exit.NOT_ACCEPTED if any(one.state == "problem" for one in found) else Exit.OK


def _packages(language: str) -> Iterator[Found]:
    missing = []
    for name in _PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        sentence = messages.text("doctor.packages.missing", language, names=", ".join(missing))
        yield Found("packages", "problem", sentence)
    else:
        yield Found(
            "packages",
            "ok",
            messages.text("doctor.packages.ok", language, python=platform.python_version()),
        )


def _window(language: str) -> Found:
    reason = why_no_window(language)
    if reason is None:
        return Found("window", "ok", messages.text("doctor.window.ok", language))
    return Found("window", "warning", messages.text("doctor.window.none", language, reason=reason))


def _fonts(language: str) -> Found:
    try:
        from vaxpass_cli.scan.window import lettering  # noqa: PLC0415 - its packages may be missing
    except ImportError:
        return Found("fonts", "problem", messages.text("doctor.fonts.unknown", language))
    missing = lettering.missing_scripts()
    if not missing:
        return Found("fonts", "ok", messages.text("doctor.fonts.ok", language))
    return Found(
        "fonts", "warning", messages.text("doctor.fonts.missing", language, names=", ".join(missing))
    )


def _camera(camera: str, language: str) -> Found:
    try:
        from vaxpass_cli.scan.feeds.camera import SourceTrouble  # noqa: PLC0415
        from vaxpass_cli.scan.opencv.capture import Camera  # noqa: PLC0415 - OpenCV may be missing
    except UsageError as error:
        return Found("camera", "problem", error.message(language))
    try:
        frames = Camera(camera).open()
    except SourceTrouble as trouble:
        return Found(
            "camera",
            "warning",
            messages.text(f"doctor.camera.{trouble.trouble}", language, camera=camera),
        )
    try:
        begin = datetime.now(UTC)
        pictures = [frames.read() for _ in range(_FRAMES)]
        seconds = (datetime.now(UTC) - begin).total_seconds()
    except SourceTrouble:
        return Found(
            "camera", "problem", messages.text("doctor.camera.silent", language, camera=camera)
        )
    finally:
        frames.close()
    last = pictures[-1]
    if last is None or float(last.mean()) < 8:
        return Found("camera", "warning", messages.text("doctor.camera.black", language, camera=camera))
    size = f"{last.shape[1]}x{last.shape[0]}"
    rate = round(_FRAMES / max(seconds, 0.001))
    name = "doctor.camera.small" if last.shape[1] < 1280 else "doctor.camera.ok"
    state = "warning" if name == "doctor.camera.small" else "ok"
    return Found("camera", state, messages.text(name, language, camera=camera, size=size, rate=rate))


def _trust(
    paths: list[Path] | None, pins: list[Path] | None, at: datetime, language: str
) -> Iterator[Found]:
    if at < _BUILT:
        yield Found("clock", "problem", messages.text("doctor.clock.behind", language, now=_day(at)))
        return
    try:
        trust = trust_files.load(paths, pins, at=at).keys
    except (UsageError, VaxpassError, OSError) as error:
        yield Found("clock", "ok", messages.text("doctor.clock.ok", language, now=_day(at)))
        yield Found("trust", "problem", told(error, language))
        return
    made = trust.made_at
    if made and at < made:
        yield Found(
            "clock",
            "problem",
            messages.text("doctor.clock.list", language, now=_day(at), made=_day(made)),
        )
    else:
        yield Found("clock", "ok", messages.text("doctor.clock.ok", language, now=_day(at)))
    if made is None:
        yield Found(
            "trust", "warning", messages.text("doctor.trust.no_age", language, count=len(trust))
        )
        return
    age = at - made
    state = "problem" if age > _STALE else "warning" if age > _AGING else "ok"
    sentence = messages.text(f"doctor.trust.{state}", language, count=len(trust), days=max(0, age.days))
    yield Found("trust", state, sentence)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
