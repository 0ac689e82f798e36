"""`vaxpass doctor`: tests what a desk needs, and says how to get what is missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from vaxpass import VaxpassError, messages
from vaxpass_cli import options
from vaxpass_cli.errors import (
    INSTALL_PACKAGES,
    Exit,
    UsageError,
    install_line,
    library_in,
    told,
)
from vaxpass_cli.io import trust_files
from vaxpass_cli.output import jsonl
from vaxpass_cli.output.screen import Console
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.feeds.events import Trouble
from vaxpass_cli.scan.window.display import scripts_without_font, why_no_window

PACKAGES: Final = (
    *("zxing-cpp", "pillow", "pypdfium2", "numpy", "opencv-python", "pyserial"),
    "pyside6-essentials",
)
"""What a desk needs, by the names that packages are installed by"""
_BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)
_SIGNS: Final = {"ok": "✔", "warning": "!", "problem": "✘"}
_COLOURS: Final = {"ok": "green", "warning": "yellow", "problem": "red"}
_AGING: Final = timedelta(days=2)
_STALE: Final = timedelta(days=14)
_FRAMES: Final = 30
_INSTALL_FONTS: Final = "sudo apt-get install fonts-noto"
_ALLOW_CAMERA: Final = 'sudo usermod -aG video "$USER"'
_SET_CLOCK: Final = (
    'Set-Date "YYYY-MM-DD HH:MM:SS"'
    if sys.platform == "win32"
    else "sudo timedatectl set-time 'YYYY-MM-DD HH:MM:SS'"
)
_NEW_LIST: Final = "vaxpass trust install BUNDLE"


class Found(NamedTuple):
    """What was found out about one thing: `ok`, `warning` or `problem`, and a sentence."""

    what: str
    state: str
    sentence: str
    remedy: str = ""
    """A command that helps, to be copied; empty where none does."""


def _found(what: str, state: str, key: str, language: str, remedy: str = "", **values: object) -> Found:
    return Found(what, state, messages.text(f"doctor.{what}.{key}", language, **values), remedy)


def doctor(
    camera: str | None = None,
    trust_list: options.TrustLists = None,
    pin: options.Pins = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> int:
    """Test packages, window, fonts, camera, trust list and clock of a desk, with its settings."""
    at = datetime.now(UTC)
    chosen = settings.load()
    if not trust_list:
        trust_list, pin = ([Path(path) for path in paths] for paths in (chosen.trust_list, chosen.pin))
    found = [
        *_packages(lang),
        _window(lang),
        _fonts(lang),
        _camera(camera or chosen.camera, lang),
        *_trust(trust_list, pin, at, lang),
    ]
    if as_json:
        for one in found:
            row: dict[str, jsonl.Json] = {"what": one.what, "state": one.state}
            typer.echo(jsonl.line(row | {"message": one.sentence, "remedy": one.remedy or None}))
    else:
        _show(found, lang)
    return Exit.NOT_ACCEPTED if any(one.state == "problem" for one in found) else Exit.OK


def _show(found: Sequence[Found], language: str) -> None:
    table = Table.grid(padding=(0, 2))
    for one in found:
        sign = Text(_SIGNS[one.state], style=_COLOURS[one.state])
        table.add_row(sign, messages.text(f"doctor.what.{one.what}", language), one.sentence)
    Console().print(table)
    remedies = [one.remedy for one in found if one.remedy]
    if remedies:
        typer.echo(messages.text("doctor.remedies", language))
    for remedy in dict.fromkeys(remedies):
        # In one piece, however long it is: what a terminal breaks by itself can be copied whole.
        typer.echo(f"  {remedy}")


def _packages(language: str) -> Iterator[Found]:
    missing = []
    for name in PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        line = install_line("scan")
        yield _found("packages", "problem", "missing", language, line, names=", ".join(missing))
    else:
        yield _found("packages", "ok", "ok", language, python=platform.python_version())


def _window(language: str) -> Found:
    reason = why_no_window(language)
    if reason is None:
        return _found("window", "ok", "ok", language)
    line = INSTALL_PACKAGES if library_in(reason) else "vaxpass scan --view terminal"
    return _found("window", "warning", "none", language, line, reason=reason)


def _fonts(language: str) -> Found:
    missing = scripts_without_font()
    if missing is None:
        return _found("fonts", "warning", "unknown", language)
    if not missing:
        return _found("fonts", "ok", "ok", language)
    line = _INSTALL_FONTS if sys.platform == "linux" else ""
    return _found("fonts", "warning", "missing", language, line, names=", ".join(missing))


def _camera(camera: str, language: str) -> Found:
    try:
        from vaxpass_cli.scan.feeds.camera import SourceTrouble  # noqa: PLC0415
        from vaxpass_cli.scan.opencv.capture import Camera  # noqa: PLC0415 - OpenCV may be missing
    except UsageError as error:
        line = str(error.values.get("install", ""))
        return Found("camera", "problem", error.message(language), line)
    again = f"vaxpass doctor --camera {camera}"
    try:
        frames = Camera(camera).open()
    except SourceTrouble as trouble:
        known = {Trouble.ABSENT: "vaxpass cameras", Trouble.BUSY: _ALLOW_CAMERA}
        line = known.get(trouble.trouble, again)
        return _found("camera", "warning", trouble.trouble, language, line, camera=camera)
    try:
        begin = datetime.now(UTC)
        pictures = [frames.read() for _ in range(_FRAMES)]
        seconds = (datetime.now(UTC) - begin).total_seconds()
    except SourceTrouble:
        return _found("camera", "problem", "silent", language, again, camera=camera)
    finally:
        frames.close()
    last = pictures[-1]
    if last is None or float(last.mean()) < 8:
        return _found("camera", "warning", "black", language, again, camera=camera)
    size = f"{last.shape[1]}x{last.shape[0]}"
    rate = round(_FRAMES / max(seconds, 0.001))
    small = last.shape[1] < 1280
    return _found(
        "camera",
        "warning" if small else "ok",
        "small" if small else "ok",
        language,
        "vaxpass cameras" if small else "",
        camera=camera,
        size=size,
        rate=rate,
    )


def _trust(
    paths: list[Path] | None, pins: list[Path] | None, at: datetime, language: str
) -> Iterator[Found]:
    now = _day(at)
    if at < _BUILT:
        yield _found("clock", "problem", "behind", language, _SET_CLOCK, now=now)
        return
    try:
        trust = trust_files.load(paths, pins, at=at).keys
    except (UsageError, VaxpassError, OSError) as error:
        yield _found("clock", "ok", "ok", language, now=now)
        yield Found("trust", "problem", told(error, language), _NEW_LIST)
        return
    made = trust.made_at
    if made and at < made:
        yield _found("clock", "problem", "list", language, _SET_CLOCK, now=now, made=_day(made))
    else:
        yield _found("clock", "ok", "ok", language, now=now)
    if made is None:
        yield _found("trust", "warning", "no_age", language, count=len(trust))
        return
    age = at - made
    state = "problem" if age > _STALE else "warning" if age > _AGING else "ok"
    line = "" if state == "ok" else _NEW_LIST
    yield _found("trust", state, state, language, line, count=len(trust), days=max(0, age.days))


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
