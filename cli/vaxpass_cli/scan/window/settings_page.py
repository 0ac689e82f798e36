"""The settings of the desk as a page: everything that may be changed, explained and checked."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vaxpass import messages
from vaxpass.display import escape_for_display
from vaxpass.messages import LANGUAGES
from vaxpass_cli.errors import UsageError
from vaxpass_cli.options import LOCAL
from vaxpass_cli.scan.feeds.cameras import CameraInfo, cameras
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.window import browse
from vaxpass_cli.scan.window.forms import (
    Choice,
    Form,
    Notice,
    Scrolled,
    Selection,
    Work,
    ask,
    button,
    by_finger,
    countries,
    words,
)
from vaxpass_cli.scan.window.pin_dialog import ask_pin, new_pin

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "desk": ("destination", "region", "lang", "tz"),
    "trust": ("trust_list", "pin", "rules", "revocation"),
    "camera": ("camera", "size", "autofocus", "mirror"),
    "window": ("theme", "kiosk", "kiosk_pin", "traveller_screen", "sounds", "mute"),
    "times": ("show_accepted", "show_other", "takeover", "forget", "hint_after"),
    "administrator": (
        *("source", "view", "report", "max_age", "clock_tolerance", "test_keys", "same_country"),
        *("own_period", "covid_signers", "seals_without_usage", "expired_signers"),
        *("allow_es256_p384", "allow_short_rsa"),
    ),
}
"""The settings by sections, in the order in which they are shown; `size` is width and height."""

_CHOICES: Final = {
    "lang": LANGUAGES,
    "theme": ("auto", "light", "dark"),
    "sounds": ("same", "by_outcome"),
    "view": ("auto", "window", "terminal", "none"),
}
_SIZES: Final = ((1920, 1080), (1280, 720), (640, 480))
_SOURCES: Final = ("camera", "keyboard", "-")
_DEVICES: Final = ("serial:", "watch:")
_LONGEST_TIME: Final = 3600
_MOST_DAYS: Final = 3650
_DEFAULT: Final = re.compile(r"\s*\[[^\]]*\]$")


def edit_settings(
    parent: QWidget | None, settings: Settings, language: str
) -> Mapping[str, object] | None:
    """Let the staff change the settings; gives those that were changed, None where nothing was saved.

    The values are those that `settings.save` writes and `Settings.with_options` takes.
    """
    form = SettingsPage(parent, settings, language)
    form.open_large()
    ask(form)
    return form.changes


def explanation(name: str, language: str) -> str:
    """What a setting means: the help of the option of `scan` that it stands for, without its default.

    >>> explanation("max_age", "en")
    'Days after which a trust list decides nothing more.'
    """
    bare = name.removeprefix("allow_")
    for key in (f"settings.help.{name}", f"help.scan.{bare}", f"help.option.{bare}"):
        if messages.find(key, "en") is not None:
            return _DEFAULT.sub("", messages.text(key, language))
    raise KeyError(name)


class SettingsPage(Form):
    """Sections at the left, the settings of one of them at the right."""

    def __init__(self, parent: QWidget | None, settings: Settings, language: str) -> None:
        super().__init__(parent, settings.theme, language)
        self.changes: Mapping[str, object] | None = None
        self._kept = settings
        self._values: dict[str, object] = {
            field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)
        }
        self._wrong: dict[str, str] = {}
        self._notices: dict[str, Notice] = {}
        self._unlocked = False
        self._work = Work(self)

        self._names = QListWidget()
        self._names.setAccessibleName(self.say("settings.sections"))
        self._names.addItems([self.say(f"settings.section.{name}") for name in SECTIONS])
        self._names.setWordWrap(True)
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        by_finger(self._names)
        self._pages = QStackedWidget()
        for name, fields in SECTIONS.items():
            self._pages.addWidget(self._section(name, fields))
        self._names.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._summary = Notice()
        cancel = button(self.say("form.cancel"))
        self._save = button(self.say("settings.save"), main=True)
        for each in (cancel, self._save):
            each.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._save.clicked.connect(self._finish)

        middle, below = QHBoxLayout(), QHBoxLayout()
        middle.addWidget(self._names, 4)
        middle.addWidget(self._pages, 10)
        below.addWidget(cancel)
        below.addWidget(self._summary, 1)
        below.addStretch(0)
        below.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.addWidget(words(self.say("settings.title"), "title"))
        layout.addLayout(middle, 1)
        layout.addLayout(below)
        self._names.setCurrentRow(0)
        self._names.setFocus()
        self._work.begin(cameras, self.offer_cameras)

    def set_value(self, name: str, value: object) -> None:
        """Take a value as it is typed: a wrong one is said beside its field, and can't be saved."""
        self._values[name] = value
        try:
            _check(name, value)
            self._wrong.pop(name, None)
        except UsageError as error:
            self._wrong[name] = error.message(self.language)
        if notice := self._notices.get(name):
            notice.tell(self._wrong.get(name, ""))
        wrong = [self.say(f"settings.label.{each}") for each in self._wrong]
        names = messages.items(wrong, self.language)
        self._summary.tell(self.say("settings.wrong", names=names) if wrong else "")
        self._save.setEnabled(not wrong)

    def _finish(self) -> None:
        changed = {
            name: value for name, value in self._values.items() if value != getattr(self._kept, name)
        }
        self.changes = changed or None
        self.accept()

    def _section(self, name: str, fields: tuple[str, ...]) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        for each in fields:
            rows.addLayout(self._row(each))
        if name == "administrator":
            layout.addWidget(words(self.say("settings.administrator")))
            show = button(self.say("settings.administrator_show"))
            show.setAutoDefault(False)
            show.clicked.connect(lambda: self._unlock(body, show))
            layout.addWidget(show)
            body.hide()
        layout.addWidget(body)
        layout.addStretch(1)
        return Scrolled(inside)

    def _unlock(self, body: QWidget, show: QWidget) -> None:
        if self._is_administrator():
            show.hide()
            body.show()

    def _is_administrator(self) -> bool:
        """Whether the PIN that is kept was typed, or there is none."""
        kept = self._kept.kiosk_pin
        if not self._unlocked:
            self._unlocked = not kept or ask_pin(self, kept, self.language, self.theme)
        return self._unlocked

    def _row(self, name: str) -> QVBoxLayout:
        """A setting: its name, the field, what it means, and what is wrong with its value."""
        label = self.say(f"settings.label.{name}")
        means = words(explanation(name, self.language), "dim")
        notice = self._notices[name] = Notice()
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.setContentsMargins(0, 0, 0, 14)
        field = self._field(name)
        if isinstance(field, Choice):
            rows.addWidget(field)
            return rows
        field.setAccessibleName(label)
        field.setAccessibleDescription(means.text())
        rows.addWidget(words(label, "section"))
        rows.addWidget(field)
        rows.addWidget(notice)
        rows.addWidget(means)
        return rows

    def _field(self, name: str) -> QWidget:
        value = self._values.get(name)
        if name == "kiosk_pin":
            return self._pin_field()
        if name == "camera":
            return self._camera_field()
        if name == "size":
            return self._size_field()
        if name == "destination":
            known = [("", self.say("settings.no_country")), *countries(self.language)]
            return self._combo(name, known)
        if name == "tz":
            zones = [(LOCAL, self.say("settings.tz_local"))]
            return self._combo(
                name, [*zones, *((each, each) for each in sorted(available_timezones()))]
            )
        if name == "lang":
            return self._combo(name, [(each, _own_name(each)) for each in LANGUAGES])
        if name in _CHOICES:
            said = ((each, self.say(f"settings.{name}.{each}")) for each in _CHOICES[name])
            return self._combo(name, list(said))
        if isinstance(value, bool):
            title = self.say(f"settings.label.{name}")
            check = Choice(title, explanation(name, self.language), exclusive=False)
            check.setChecked(value)
            check.toggled.connect(partial(self.set_value, name))
            return check
        if isinstance(value, int | float):
            return self._number(name, value)
        if isinstance(value, tuple):
            return _Paths(self, name, value)
        return self._text(name, str(value))

    def _number(self, name: str, value: float) -> QWidget:
        made: QSpinBox | QDoubleSpinBox
        if isinstance(value, int):
            made = QSpinBox()
            made.setRange(0, _MOST_DAYS)
            made.setValue(value)
            made.valueChanged.connect(partial(self.set_value, name))
        else:
            made = QDoubleSpinBox()
            made.setDecimals(1)
            made.setRange(0.1 if name == "show_accepted" else 0, _LONGEST_TIME)
            made.setValue(value)
            made.valueChanged.connect(partial(self.set_value, name))
        made.setSuffix(self.say(f"settings.unit.{_unit(name)}"))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.installEventFilter(_Still(made))
        less, more = ("settings.less", made.stepDown), ("settings.more", made.stepUp)
        return self._beside(made, less, more)

    def _text(self, name: str, value: str) -> QWidget:
        line = QLineEdit(value)
        line.setObjectName(name)
        line.textChanged.connect(lambda text: self.set_value(name, text.strip()))
        if name != "report":
            return line
        return self._beside(line, ("settings.choose_folder", lambda: self._choose_folder(line)))

    def _choose_folder(self, line: QLineEdit) -> None:
        chosen = browse.choose(self, self.theme, self.language, only_folders=True)
        if chosen:
            line.setText(str(chosen))

    def _beside(self, field: QWidget, *buttons: tuple[str, Callable[[], None]]) -> QWidget:
        """A field with buttons beside it: the key of its words, and what each does."""
        both = QWidget()
        layout = QHBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field, 1)
        for key, do in buttons:
            pressed = button(self.say(key))
            pressed.setAutoDefault(False)
            pressed.clicked.connect(do)
            layout.addWidget(pressed)
        both.setFocusProxy(field)
        return both

    def _combo(self, name: str, known: list[tuple[str, str]]) -> Selection:
        made = Selection()
        current = str(self._values[name])
        if current not in dict(known):
            known = [(current, current), *known]
        for value, text in known:
            made.addItem(text, value)
        made.setCurrentIndex([value for value, _ in known].index(current))
        made.currentIndexChanged.connect(lambda _: self.set_value(name, made.currentData()))
        return made

    def _camera_field(self) -> QWidget:
        self._cameras = self._combo("camera", [])
        return self._cameras

    def _size_field(self) -> QWidget:
        self._sizes = made = Selection()
        self._offer_sizes(_SIZES)
        made.currentIndexChanged.connect(self._take_size)
        return made

    def _take_size(self) -> None:
        size = self._sizes.currentData()
        if size:
            self.set_value("width", size[0])
            self.set_value("height", size[1])

    def _offer_sizes(self, sizes: tuple[tuple[int, int], ...]) -> None:
        now = (self._kept.width, self._kept.height)
        listed = sorted({now, *sizes}, key=lambda size: size[0] * size[1], reverse=True)
        with QSignalBlocker(self._sizes):
            self._sizes.clear()
            for size in listed:
                self._sizes.addItem(f"{size[0]} × {size[1]}", size)
            self._sizes.setCurrentIndex(listed.index(now))

    def offer_cameras(self, found: list[CameraInfo] | Exception) -> None:
        """Show the cameras by name, when they are known: opening them may take seconds."""
        if isinstance(found, Exception):
            return  # the camera that is set stays the only choice
        current = str(self._values["camera"])
        with QSignalBlocker(self._cameras):
            for each in found:
                name = escape_for_display(each.name)
                if current in (str(each.number), each.path, each.name):
                    self._cameras.setItemText(0, name)
                    self._offer_sizes(each.sizes or _SIZES)
                else:
                    self._cameras.addItem(name, each.name)

    def _pin_field(self) -> QWidget:
        self._pin = words("")
        change = ("settings.pin_set", self._set_pin)
        field = self._beside(self._pin, change, ("settings.pin_remove", self._remove_pin))
        field.setFocusProxy(None)  # type: ignore[arg-type]
        self._tell_pin()
        return field

    def _set_pin(self) -> None:
        kept = new_pin(self, self.language, self.theme) if self._is_administrator() else None
        if kept:
            self._keep_pin(kept)

    def _remove_pin(self) -> None:
        if self._is_administrator():
            self._keep_pin("")

    def _keep_pin(self, kept: str) -> None:
        self.set_value("kiosk_pin", kept)
        self._tell_pin()

    def _tell_pin(self) -> None:
        self._pin.setText(self.say(f"settings.pin_{'is_set' if self._values['kiosk_pin'] else 'none'}"))


class _Paths(QWidget):
    """Files and folders: a list, and buttons to add and to remove."""

    def __init__(self, page: SettingsPage, name: str, paths: tuple[str, ...]) -> None:
        super().__init__()
        self._page = page
        self._name = name
        self._rows = QListWidget()
        self._rows.setAccessibleName(page.say(f"settings.label.{name}"))
        self._rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._rows.setFixedHeight(90)
        self._rows.addItems(paths)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._rows, 1)
        beside = QVBoxLayout()
        for key, do in (("add", self._add), ("remove", self._remove)):
            pressed = button(page.say(f"settings.{key}"))
            pressed.setAutoDefault(False)
            pressed.clicked.connect(do)
            beside.addWidget(pressed)
        layout.addLayout(beside)
        self.setFocusProxy(self._rows)

    def _add(self) -> None:
        chosen = browse.choose(self._page, self._page.theme, self._page.language)
        if chosen:
            self._rows.addItem(str(chosen))
            self._tell()

    def _remove(self) -> None:
        if self._rows.currentRow() >= 0:
            self._rows.takeItem(self._rows.currentRow())
            self._tell()

    def _tell(self) -> None:
        paths = (self._rows.item(row).text() for row in range(self._rows.count()))
        self._page.set_value(self._name, tuple(paths))


class _Still(QObject):
    """Keeps the wheel from changing a number without the focus: it scrolls the page."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the page."""
        over = event.type() is QEvent.Type.Wheel
        if over and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def _unit(name: str) -> str:
    return {"max_age": "days", "clock_tolerance": "minutes"}.get(name, "seconds")


def _own_name(language: str) -> str:
    """The name of a language in itself."""
    return messages.text("language.name", language)


def _check(name: str, value: object) -> None:
    """Raise `UsageError` where a setting must not have a value, or names a file that is not there."""
    Settings().with_options(**{name: value})
    if isinstance(value, tuple):
        for path in value:
            if not Path(path).exists():
                raise UsageError("error.no_file", path=path)
    if name == "report" and value and not Path(str(value)).is_dir():
        raise UsageError("error.not_folder", path=value)
    source = str(value)
    is_device = source in _SOURCES or source.startswith(_DEVICES)
    if name == "source" and not (is_device or Path(source).exists()):
        raise UsageError("error.no_source", source=source)
