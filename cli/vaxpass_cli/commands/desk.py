"""`vaxpass desk`: carries the set-up of a desk to others, and sets the PIN of the kiosk."""

from __future__ import annotations

import getpass
import json
import sys
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass_cli import options
from vaxpass_cli.errors import Exit, UsageError
from vaxpass_cli.io.spelling import Group, to_read_out
from vaxpass_cli.scan import settings
from vaxpass_cli.scan.setup import carry, choices
from vaxpass_cli.scan.setup import pin as pins


def export(
    out: Annotated[Path, typer.Argument(metavar="FILE")],
    at: options.At = None,
    config: options.Config = None,
) -> int:
    """Write the set-up of this desk into one file, for other desks."""
    made = carry.export(settings.load(config), out, at=options.moment(at))
    _say("exported", file=out)
    _spell(made.spelled())
    _say("compare")
    return Exit.OK


def bring(
    source: Annotated[Path, typer.Argument(metavar="FILE")],
    yes: Annotated[bool, typer.Option("--yes")] = False,
    at: options.At = None,
    config: options.Config = None,
) -> int:
    """Set this desk up as another one is, from a file of `desk export`."""
    moment = options.moment(at)
    is_new = config is not None and not config.exists()
    own = settings.Settings() if is_new else settings.load(config)
    carried = carry.read(source, at=moment)
    _say("brings", file=source)
    for line in carried.found.said(options.language()):
        typer.echo(f"  {line}")
    country = str(carried.settings.get("destination", ""))
    if country:
        _say("country", country=messages.country(country, options.language()))
    changed = [name for name, value in carried.settings.items() if value != getattr(own, name)]
    if changed:
        _say("changes")
    for name in changed:
        old, new = (_value(each) for each in (getattr(own, name), carried.settings[name]))
        typer.echo(f"  {_label(name)}: {old} -> {new}")
    if lenient := settings.lenient(carried.settings):
        _say("lenient", names=messages.items([_label(name) for name in lenient], options.language()))
    _spell(carried.file.spelled())
    if not yes:
        _ask("replace" if choices.is_configured(own) else "use")
    changes = carry.install(carried, at=moment)
    settings.save(changes, config)
    if config is None:
        # Other settings files may name copies, too.
        choices.forget_copies(own, settings.load())
    _say("imported", file=config or settings.default_path())
    if changes.get("kiosk") and not own.kiosk_pin:
        _say("no_pin")
    return Exit.OK


def pin(
    clear: Annotated[bool, typer.Option("--clear")] = False,
    config: options.Config = None,
) -> int:
    """Set the PIN without which nobody leaves the kiosk, or take it away."""
    if clear:
        settings.save({"kiosk_pin": ""}, config)
        _say("pin_cleared")
        return Exit.OK
    typed = _typed("pin_new")
    kept = pins.kept(typed)
    if _typed("pin_again") != typed:
        raise UsageError("error.desk.pin_differs")
    settings.save({"kiosk_pin": kept}, config)
    _say("pin_set")
    return Exit.OK


def _label(name: str) -> str:
    return messages.text(f"settings.label.{name}", options.language())


def _value(value: object) -> str:
    """A setting as its file has it; an empty text is seen as one."""
    return escape_for_display(json.dumps(value, ensure_ascii=False))


def _ask(question: str) -> None:
    """Ask whether to go on. Raises `UsageError` where the answer is another than yes."""
    language = options.language()
    if not _has_terminal():
        raise UsageError("error.desk.needs_yes")
    word = messages.text("desk.yes", language)
    asked = messages.text(f"desk.ask_{question}", language, yes=word)
    answer = typer.prompt(asked, default="", show_default=False)
    if unicodedata.normalize("NFC", answer.strip()).casefold() != word.casefold():
        raise UsageError("error.desk.not_imported")


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _typed(name: str) -> str:
    """A PIN that is typed and not shown; from a pipe its next line."""
    if not _has_terminal():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(messages.text(f"desk.{name}", options.language()))


def _spell(groups: tuple[Group, ...]) -> None:
    """Print a fingerprint to be read out."""
    _say("fingerprint")
    typer.echo(to_read_out(groups))


def _say(name: str, **values: object) -> None:
    typer.echo(messages.text(f"desk.{name}", options.language(), **values))
