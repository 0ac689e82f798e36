"""The settings of a desk, from a TOML file; each can be replaced by an option.

    [scan]
    camera = 0
    trust_list = ["/media/stick/lists"]
    lang = "vi"
    kiosk = true
    show_accepted = 5.0

The keys are the options of `vaxpass scan` with underscores.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, get_type_hints

import tomli_w

from vaxpass.messages import LANGUAGES
from vaxpass_cli import options
from vaxpass_cli.errors import UsageError
from vaxpass_cli.io import atomic, encodings
from vaxpass_cli.language import spoken
from vaxpass_cli.scan.desk.machine import Timing
from vaxpass_cli.scan.setup.pin import is_kept

_TABLE: Final = "scan"
_DEFAULT: Final = Timing()
_WIDTH: Final = 80


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a desk, with the defaults of those that neither the file nor an option sets."""

    source: str = "camera"
    camera: str = "0"
    width: int = 1280
    height: int = 720
    autofocus: bool = True
    trust_list: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    revocation: tuple[str, ...] = ()
    destination: str = ""
    region: str = ""
    tz: str = "local"
    lang: str = field(default_factory=spoken)
    view: str = "auto"
    theme: str = "auto"
    kiosk: bool = False
    kiosk_pin: str = ""
    traveller_screen: bool = False
    mirror: bool = False
    mute: bool = False
    sounds: str = "same"
    report: str = ""
    test_keys: bool = False
    allow_es256_p384: bool = False
    allow_short_rsa: bool = False
    same_country: bool = False
    own_period: bool = False
    covid_signers: bool = False
    seals_without_usage: bool = False
    expired_signers: bool = False
    max_age: int = 14
    clock_tolerance: int = options.CLOCK_TOLERANCE
    show_accepted: float = _DEFAULT.accepted
    show_other: float = _DEFAULT.other
    takeover: float = _DEFAULT.takeover
    forget: float = _DEFAULT.forget
    hint_after: float = _DEFAULT.hint

    def with_options(self, **given: object) -> Settings:
        """A copy with those options that are not None."""
        changed = {name: value for name, value in given.items() if value is not None}
        for name, value in changed.items():
            _check(name, value)
        return dataclasses.replace(self, **changed)  # type: ignore[arg-type]

    @property
    def timing(self) -> Timing:
        """The times of the desk."""
        return Timing(
            accepted=self.show_accepted,
            other=self.show_other,
            takeover=self.takeover,
            forget=self.forget,
            hint=self.hint_after,
        )

    def to_toml(self) -> str:
        """The settings as a TOML file."""
        return tomli_w.dumps({_TABLE: dataclasses.asdict(self)})

    def to_template(self, explained: Callable[[str], str], head: str) -> str:
        """A TOML file that changes nothing: every setting with its meaning, and a comment like it.

        `explained` gives the meaning of a setting, `head` is what stands at the beginning.
        """
        lines = [*_comment(head), "", f"[{_TABLE}]"]
        for name, value in dataclasses.asdict(self).items():
            lines += ["", *_comment(explained(name)), f"#{tomli_w.dumps({name: value}).strip()}"]
        return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]


_LENIENT: Final = frozenset(
    (
        *("test_keys", "allow_es256_p384", "allow_short_rsa"),
        *("covid_signers", "seals_without_usage", "expired_signers"),
    )
)
_MORE_IS_LENIENT: Final = frozenset(("max_age", "clock_tolerance"))
_CHOICES: Final = {
    "lang": LANGUAGES,
    "view": ("auto", "window", "terminal", "none"),
    "theme": ("auto", "light", "dark"),
    "sounds": ("same", "by_outcome"),
}


def default_path() -> Path:
    """The path of the settings file where the user names none."""
    return atomic.configuration() / "config.toml"


def load(path: Path | None = None) -> Settings:
    """Read the settings from `path`, else from `default_path()`, where there may be no file.

    Raises `UsageError` where a named file is missing, is not TOML, or has unknown keys or values.
    """
    place = path or default_path()
    if not place.exists():
        if path:
            raise UsageError("error.no_file", path=place)
        return Settings()
    try:
        content = tomllib.loads(encodings.text_in(place, place.read_bytes()))
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.settings.not_toml", path=place, detail=error) from None
    table = content.pop(_TABLE, {})
    if content or not isinstance(table, dict):
        raise UsageError(
            "error.settings.table", path=place, table=_TABLE, found=", ".join(content) or _TABLE
        )
    try:
        return checked(table)
    except UsageError as error:
        raise UsageError("error.in_file_sentence", path=place, reason=error) from None


def save(changes: Mapping[str, object], path: Path | None = None) -> None:
    """Change some settings in a file, `default_path()` by default; its other settings stay.

    Comments stay, too, as long as each setting stands on a line of its own. Raises `UsageError`, and
    changes nothing, where a value must not be, or the file can't be read. With the PIN of the kiosk in
    it the file is for its owner only: a PIN has few digits, and whoever has the hash can try all.
    """
    place = path or default_path()
    checked(changes)
    given = {
        name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()
    }
    with atomic.changing(place) as change:
        old = ""
        if place.exists():
            load(place)
            old = encodings.text_in(place, place.read_bytes())
        table = tomllib.loads(old).get(_TABLE, {}) | given
        text = _edited(old, given)
        if text is None:
            text = tomli_w.dumps({_TABLE: table})
        mode = atomic.OWNER_ONLY if table.get("kiosk_pin") else atomic.READABLE
        change.write([text.encode()], mode=mode)


def checked(values: Mapping[str, object]) -> Settings:
    """The defaults with these settings. Raises `UsageError` where a name or a value must not be."""
    return Settings().with_options(**{name: _value(name, value) for name, value in values.items()})


def lenient(values: Mapping[str, object]) -> tuple[str, ...]:
    """The settings among these by which a desk accepts what it refuses by default.

    >>> lenient({"test_keys": True, "max_age": 14, "clock_tolerance": 60})
    ('test_keys', 'clock_tolerance')
    """
    default = Settings()
    return tuple(
        name
        for name, value in values.items()
        if (name in _LENIENT and value)
        or (name in _MORE_IS_LENIENT and isinstance(value, int) and value > getattr(default, name))
    )


def _edited(text: str, changes: Mapping[str, object]) -> str | None:
    """A settings file with some settings changed and all else as it was; None where that can't be done.

    A new setting follows its explanation where the file has it, as that of `to_template` has.
    """
    before = tomllib.loads(text)
    lines = text.splitlines() or [f"[{_TABLE}]"]
    if _TABLE not in before and f"[{_TABLE}]" not in lines:
        return None
    for name, value in changes.items():
        # A list is written on several lines; a line break in a text is written with a backslash.
        line = re.sub(r"\s*\n\s*", " ", tomli_w.dumps({name: value}).strip())
        places = [number for number, each in enumerate(lines) if re.match(rf"{name}\s*=", each)]
        shown = [number for number, each in enumerate(lines) if re.match(rf"#\s*{name}\s*=", each)]
        if places:
            lines[places[0]] = line
        elif shown:
            lines.insert(shown[0] + 1, line)
        else:
            lines.append(line)
    edited = "\n".join(lines) + "\n"
    try:
        # A value of several lines, or a table written in another way, is not told by its first line.
        is_right = tomllib.loads(edited) == {_TABLE: before.get(_TABLE, {}) | dict(changes)}
    except tomllib.TOMLDecodeError:
        return None
    return edited if is_right else None


def _value(name: str, value: object) -> object:
    """A value of the file in the type of the setting."""
    hints = get_type_hints(Settings)
    if name not in hints:
        raise UsageError("error.settings.unknown", name=repr(name))
    kind = hints[name]
    if kind == tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UsageError("error.settings.texts", name=name)
    if name == "camera" and type(value) is int:
        return str(value)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise UsageError(f"error.settings.kind.{kind.__name__}", name=name)
    return value


def _check(name: str, value: object) -> None:
    """Raise an error where a setting must not have a value; options are checked too."""
    if name == "clock_tolerance" and isinstance(value, int) and value > options.MOST_TOLERANCE:
        raise UsageError("error.settings.most", name=name, most=options.MOST_TOLERANCE)
    if isinstance(value, int | float) and value < 0:
        raise UsageError("error.settings.negative", name=name)
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UsageError("error.settings.choice", name=name, choices=", ".join(_CHOICES[name]))
    if name == "tz":
        options.zone(str(value))
    if name == "kiosk_pin" and value and not is_kept(str(value)):
        raise UsageError("error.settings.kiosk_pin")
    if name == "destination" and not re.fullmatch("([A-Z]{2})?", str(value)):
        raise UsageError("error.settings.destination")
