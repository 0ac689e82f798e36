"""The assistant of the first run: country, trust list, entry rules, a try. At most three decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from vaxpass import VaxpassError, messages
from vaxpass.display import escape_for_display
from vaxpass.messages import LANGUAGES
from vaxpass_cli.errors import UsageError, told
from vaxpass_cli.io.spelling import Group
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup import carry
from vaxpass_cli.scan.setup.choices import Choices, set_up
from vaxpass_cli.scan.setup.demonstration import demonstration
from vaxpass_cli.scan.setup.found import Found, FoundList, FoundRules, FoundSetUp
from vaxpass_cli.scan.setup.looking import look
from vaxpass_cli.scan.setup.places import places
from vaxpass_cli.scan.window import browse
from vaxpass_cli.scan.window.application import application
from vaxpass_cli.scan.window.forms import (
    Choice,
    Form,
    Notice,
    Page,
    Scrolled,
    Work,
    ask,
    button,
    by_finger,
    countries,
    matching,
    words,
)
from vaxpass_cli.scan.window.trial import SetUp, Trial

_CODE = Qt.ItemDataRole.UserRole
_DEMONSTRATION: Final = "demonstration"
_Chosen: TypeAlias = "FoundList | FoundSetUp | str | None"


def run_assistant(
    settings: Settings, at: Callable[[], datetime], language: str
) -> Mapping[str, object] | None:
    """Let an officer set up this desk; gives the settings to save, None where it was closed.

    `at` gives the present time, aware. The values are those that `settings.save` writes and
    `Settings.with_options` takes. What was chosen is in the data folder by then.
    """
    application()
    form = Assistant(settings, at, language)
    form.open_large()
    ask(form)
    return form.changes


@dataclass(slots=True)
class _Picked:
    """What was chosen so far, and what was found."""

    country: str | None = None
    """Empty for none; None where nothing was chosen yet"""
    chosen: _Chosen = None
    agreed: set[Path] = field(default_factory=set)
    """The files whose pin was compared and is right"""
    rules: FoundRules | None = None
    found: dict[Path, Found] = field(default_factory=dict)
    """What is in each folder or file that was looked at"""


class Assistant(Form):
    """One step at a time, with large buttons to go back and on."""

    def __init__(self, settings: Settings, at: Callable[[], datetime], language: str) -> None:
        super().__init__(None, settings.theme, language)
        self.changes: Mapping[str, object] | None = None
        self.settings = settings
        self.at = at
        self.picked = _Picked(country=settings.destination or None)
        self._step = 0
        self._title = words("", "title")
        self._where = QLabel()
        self._where.setObjectName("dim")
        self.notice = Notice()
        self._room = QVBoxLayout()
        self._page: Page | None = None
        self._pages: list[Page] = []
        self.back = button("")
        self.next = button("", main=True)
        for each in (self.back, self.next):
            each.setAutoDefault(False)
        self.next.setDefault(True)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)

        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._title, 1)
        above.addWidget(self._where)
        below.addWidget(self.back)
        below.addStretch(1)
        below.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.addLayout(above)
        layout.addLayout(self._room, 1)
        layout.addWidget(self.notice)
        layout.addLayout(below)
        self._show(_COUNTRY)

    def speak(self, language: str) -> None:
        """Go on in another language."""
        self.language = language
        self._show(self._step)

    def update_buttons(self) -> None:
        """Let the staff go on where the page is complete."""
        if self._page:
            self.next.setEnabled(self._page.complete)

    def go_on(self) -> None:
        """Go to the next step, or end with the settings."""
        if self._page is None or not self._page.complete:
            return
        if isinstance(self._page, Trial):
            self.changes = {**self._page.changes, "lang": self.language}
            self.accept()
            return
        steps = self._steps()
        self._show(steps[steps.index(self._step) + 1])

    def go_back(self) -> None:
        """Go to the step before; from the first one the assistant is closed."""
        steps = self._steps()
        place = steps.index(self._step)
        if place:
            self._show(steps[place - 1])
        else:
            self.reject()

    def done(self, result: int) -> None:
        """End it, however it is closed; the camera is free then."""
        self._leave()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def _steps(self) -> tuple[int, ...]:
        """The steps that are needed for what was chosen."""
        chosen = self.picked.chosen
        steps = [_COUNTRY, _LIST]
        if isinstance(chosen, FoundSetUp) or (isinstance(chosen, FoundList) and chosen.key):
            steps.append(_PIN)
        if self.picked.country and isinstance(chosen, FoundList):
            steps.append(_RULES)
        return (*steps, _TRIAL)

    def _show(self, step: int) -> None:
        self._leave()
        self._step = step
        self.notice.tell("")
        page = self._page = _PAGES[step](self)
        self._pages.append(page)
        self._title.setText(page.title)
        # The pin belongs to the choice of the list.
        self._where.setText(self.say("assistant.step", step=_NUMBERS[step], count=_NUMBERS[_TRIAL]))
        self.setWindowTitle(page.title)
        self.back.setText(self.say("form.back" if step else "form.cancel"))
        self.next.setText(self.say("assistant.start" if step == _TRIAL else "form.next"))
        self._room.addWidget(page)
        page.changed.connect(self.update_buttons)
        page.back.connect(self.go_back)
        page.done.connect(self.next.setFocus)
        self.update_buttons()
        # Back, Next come after what is on the page.
        QWidget.setTabOrder(self.back, self.next)
        page.begin()

    def _leave(self) -> None:
        """Let the page go that is shown. It is deleted with the form: see `forms.ask`."""
        if self._page:
            self._page.end()
            self._page.hide()
            self._page = None


class _CountryPage(Page):
    """Which language, and which country is this desk in?"""

    def __init__(self, form: Assistant) -> None:
        super().__init__(form.say("assistant.country.title"))
        self._form = form
        self._known = countries(form.language)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        languages = QHBoxLayout()
        group = QButtonGroup(self)
        for each in LANGUAGES:
            choice = Choice(messages.text("language.name", each))
            choice.setChecked(each == form.language)
            choice.clicked.connect(lambda _=False, wanted=each: form.speak(wanted))
            group.addButton(choice)
            languages.addWidget(choice)
        self._search = QLineEdit()
        self._search.setPlaceholderText(form.say("assistant.country.search"))
        self._search.setAccessibleName(self._search.placeholderText())
        self._search.setClearButtonEnabled(True)
        self._search.installEventFilter(self)
        self._rows = QListWidget()
        self._rows.setAccessibleName(self.title)
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        by_finger(self._rows)
        layout.addLayout(languages)
        layout.addWidget(words(form.say("assistant.country.text"), "dim"))
        layout.addWidget(self._search)
        layout.addWidget(self._rows, 1)
        self._fill("")
        self._search.textChanged.connect(self._fill)
        self._rows.currentItemChanged.connect(self._take)
        self._rows.itemActivated.connect(lambda _: form.go_on())

    @property
    def complete(self) -> bool:
        """Whether a country, or none, was chosen."""
        return self._form.picked.country is not None

    def begin(self) -> None:
        """The search has the focus."""
        self._search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with the arrows while the search has the focus."""
        arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if watched is self._search and isinstance(event, QKeyEvent) and event.key() in arrows:
            application().sendEvent(self._rows, event)
            return True
        return False

    def _fill(self, typed: str) -> None:
        """Show the countries that a search means; where it means any, the best one is chosen."""
        self._rows.blockSignals(True)
        self._rows.clear()
        none = ("", self._form.say("assistant.country.none"))
        found = matching(typed, self._known)
        for code, name in [none, *found] if not typed.strip() else [*found, none]:
            item = QListWidgetItem(f"{name} ({code})" if code else name)
            item.setData(_CODE, code)
            self._rows.addItem(item)
        chosen = self._form.picked.country
        codes = [self._rows.item(row).data(_CODE) for row in range(self._rows.count())]
        row = 0 if typed.strip() else codes.index(chosen) if chosen in codes else -1
        self._rows.setCurrentRow(row)
        self._rows.blockSignals(False)
        self._take()

    def _take(self) -> None:
        row = self._rows.currentRow()
        if row >= 0:
            self._form.picked.country = str(self._rows.item(row).data(_CODE))
        self.changed.emit()


class _ListPage(Page):
    """Which trust list? What was found, what was dropped, or the demonstration."""

    def __init__(self, form: Assistant) -> None:
        super().__init__(form.say("assistant.list.title"))
        self._form = form
        self._work = Work(self)
        self._waiting: list[tuple[Path, str]] = []
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._looking = words("", "dim")
        self._scrolled = Scrolled(QWidget())
        choose, again = (button(form.say(f"assistant.list.{key}")) for key in ("choose", "again"))
        for each in (choose, again):
            each.setAutoDefault(False)
        self._first = choose
        choose.clicked.connect(self._choose)
        again.clicked.connect(self._look_again)
        below, sign = QHBoxLayout(), QHBoxLayout()
        below.addWidget(choose)
        below.addWidget(again)
        below.addStretch(1)
        sign.addWidget(self._looking, 1)
        sign.addWidget(self._busy, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(words(form.say("assistant.list.text"), "dim"))
        layout.addWidget(self._scrolled, 1)
        layout.addLayout(sign)
        layout.addLayout(below)
        self.setAcceptDrops(True)

    @property
    def complete(self) -> bool:
        """Whether a list or the demonstration was chosen."""
        return self._form.picked.chosen is not None

    def begin(self) -> None:
        """Look at the sticks and folders of this machine, unless that was done."""
        self._first.setFocus()
        if self._form.picked.found:
            self._fill()
        else:
            self._look_again()

    def end(self) -> None:
        """Let what is still being looked at be."""
        self._work.forget()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show that folders and files can be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._look_at([(path, path.name) for path in paths], choose=True)

    def _choose(self) -> None:
        path = browse.choose(self._form, self._form.theme, self._form.language)
        if path:
            self._look_at([(path, path.name)], choose=True)

    def _look_again(self) -> None:
        self._form.picked.found.clear()
        self._look_at([(each.path, each.name) for each in places()])

    def _look_at(self, wanted: list[tuple[Path, str]], *, choose: bool = False) -> None:
        """Look at folders and files one after the other; `choose` the best that is in them."""
        self._form.notice.tell("")
        self._waiting += wanted
        if choose:
            self._form.picked.chosen = None
        self._look_on()

    def _look_on(self) -> None:
        self._fill()
        for each in (self._busy, self._looking):
            each.setVisible(bool(self._waiting))
        if self._waiting:
            path, name = self._waiting[0]
            place = escape_for_display(name)
            self._looking.setText(self._form.say("assistant.list.looking", place=place))
            at = self._form.at()
            self._work.begin(lambda: look(path, at), self._take)

    def _take(self, found: Found | Exception) -> None:
        path, _ = self._waiting.pop(0)
        if isinstance(found, Found):
            self._form.picked.found[path] = found
        else:
            self._form.notice.tell(_told(found, self._form.language))
        self._look_on()

    def _fill(self) -> None:
        """Show everything that was found, the most useful first, and the demonstration last."""
        form, picked = self._form, self._form.picked
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(inside)
        lists = _distinct(each for found in picked.found.values() for each in found.lists)
        usable = sorted((each for each in lists if each.usable), key=_rank)
        setups = _distinct(each for found in picked.found.values() for each in found.setups)
        if picked.chosen is None:
            picked.chosen = next((each for each in usable if not each.too_old), None)
        for each in usable:
            title = form.say("assistant.list.found", name=escape_for_display(each.name))
            self._offer(each, title, _detail(each, form.language), self._warning(each))
        for one in setups:
            self._offer(one, form.say("assistant.list.set_up"), _detail(one, form.language), "")
        if not usable and not setups and not self._waiting:
            self._rows.addWidget(words(form.say("assistant.list.nothing"), "section"))
        title = form.say("assistant.list.demonstration")
        detail = form.say("assistant.list.demonstration_text")
        self._offer(_DEMONSTRATION, title, detail, form.say("assistant.list.demonstration_warning"))
        for said in self._unusable(lists):
            self._rows.addWidget(words(said, "dim"))
        self._rows.addStretch(1)
        self._scrolled.fill(inside)
        if not self._waiting:
            offered = self._group.checkedButton() or self._group.buttons()[0]
            offered.setFocus()
        self.changed.emit()

    def _offer(self, value: _Chosen, title: str, detail: str, warning: str) -> None:
        choice = Choice(title, detail, warning)
        choice.setChecked(value == self._form.picked.chosen)
        choice.toggled.connect(lambda on: self._pick(value) if on else None)
        self._group.addButton(choice)
        self._rows.addWidget(choice)

    def _pick(self, value: _Chosen) -> None:
        self._form.picked.chosen, self._form.picked.rules = value, None
        self.changed.emit()

    def _warning(self, found: FoundList) -> str:
        if found.too_old:
            return self._form.say("assistant.list.too_old")
        return self._form.say("assistant.list.test_only") if found.test_only else ""

    def _unusable(self, lists: list[FoundList]) -> list[str]:
        """What was found and can't be used, and why; what was not looked at."""
        language, everything = self._form.language, self._form.picked.found.values()
        said = [_detail(each, language) for each in lists if not each.usable]
        said += [each.said(language) for found in everything for each in found.unused]
        return said + [each.message(language) for found in everything for each in found.unseen]


class _PinPage(Page):
    """Is the pin the one that the authority reads out?"""

    def __init__(self, form: Assistant) -> None:
        super().__init__(form.say("assistant.pin.title"))
        self._form = form
        chosen = form.picked.chosen
        groups: tuple[Group, ...] = ()
        if isinstance(chosen, FoundSetUp):
            self._path, groups = chosen.path, chosen.spelled()
        elif isinstance(chosen, FoundList) and chosen.key:
            self._path, groups = chosen.path, chosen.key.spelled()
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, group in enumerate(groups):
            letters = words(group.letters, "huge")
            letters.setWordWrap(False)
            grid.addWidget(letters, row, 0)
            grid.addWidget(words(group.words), row, 1)
        self._yes = Choice(form.say("assistant.pin.yes"))
        self._no = Choice(form.say("assistant.pin.no"))
        self._yes.setChecked(self._path in form.picked.agreed)
        for choice in (self._yes, self._no):
            choice.clicked.connect(self._answer)
        answers = QHBoxLayout()
        answers.addWidget(self._yes)
        answers.addWidget(self._no)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(words(form.say("assistant.pin.text")))
        rows.addLayout(grid)
        rows.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Scrolled(inside), 1)
        layout.addLayout(answers)

    @property
    def complete(self) -> bool:
        """Whether it is the same."""
        return self._yes.isChecked()

    def begin(self) -> None:
        """The answers have the focus."""
        self._yes.setFocus()

    def _answer(self) -> None:
        if self._yes.isChecked():
            self._form.picked.agreed.add(self._path)
            self._form.notice.tell("")
        else:
            self._form.picked.agreed.discard(self._path)
            self._form.notice.tell(self._form.say("assistant.pin.different"))
        self.changed.emit()


class _RulesPage(Page):
    """By which entry rules?"""

    def __init__(self, form: Assistant) -> None:
        super().__init__(form.say("assistant.rules.title"))
        self._form = form
        picked = form.picked
        country = picked.country or ""
        name = messages.country(country, form.language)
        found = _distinct(each for one in picked.found.values() for each in one.rules)
        own = [each for each in found if country in each.countries]
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        self._choices: list[tuple[Choice, FoundRules | None]] = []
        for each in own:
            title = form.say("assistant.rules.found", country=name)
            self._add(rows, each, title, _detail(each, form.language))
        in_bundle = isinstance(picked.chosen, FoundList) and picked.chosen.rules
        if in_bundle:
            text = form.say("assistant.rules.bundle_text", count=in_bundle)
            self._add(rows, None, form.say("assistant.rules.bundle"), text)
        else:
            text = form.say("assistant.rules.none_text")
            self._add(rows, None, form.say("assistant.rules.none"), text)
        if not own and not in_bundle:
            rows.insertWidget(0, words(form.say("assistant.rules.nothing", country=name)))
        rows.addStretch(1)
        wanted = picked.rules or (own[0] if own and not in_bundle else None)
        for choice, value in self._choices:
            choice.setChecked(value == wanted)
        self._take()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Scrolled(inside), 1)

    def begin(self) -> None:
        """What is chosen has the focus."""
        next(choice for choice, _ in self._choices if choice.isChecked()).setFocus()

    def _add(self, rows: QVBoxLayout, value: FoundRules | None, title: str, text: str) -> None:
        choice = Choice(title, text)
        choice.toggled.connect(self._take)
        self._choices.append((choice, value))
        rows.addWidget(choice)

    def _take(self) -> None:
        for choice, value in self._choices:
            if choice.isChecked():
                self._form.picked.rules = value


def _trial(form: Assistant) -> Trial:
    """The last page: everything is set up, and tried."""
    picked = replace(form.picked)
    settings, moment = form.settings, form.at()

    def make() -> SetUp:
        if isinstance(picked.chosen, FoundSetUp):
            changes = carry.install(carry.read(picked.chosen.path, at=moment), at=moment)
        elif isinstance(picked.chosen, FoundList):
            rules = (picked.rules,) if picked.rules else ()
            choices = Choices(picked.country or "", (picked.chosen,), rules)
            changes = set_up(choices, at=moment)
        else:
            made = demonstration(picked.country or "", moment)
            return SetUp(set_up(made.choices, at=moment), made.text)
        return SetUp(changes)

    return Trial(form, settings, form.at, make)


_COUNTRY, _LIST, _PIN, _RULES, _TRIAL = range(5)
_NUMBERS: Final = {_COUNTRY: 1, _LIST: 2, _PIN: 2, _RULES: 3, _TRIAL: 4}
_PAGES: Final[Mapping[int, Callable[[Assistant], Page]]] = {
    _COUNTRY: _CountryPage,
    _LIST: _ListPage,
    _PIN: _PinPage,
    _RULES: _RulesPage,
    _TRIAL: _trial,
}


def _rank(found: FoundList) -> tuple[bool, bool, int, int]:
    """The most useful list comes first: not too old, for real passports, new, with many keys."""
    age = found.days if found.days is not None else 10_000
    return found.too_old, found.test_only, age, -found.keys


def _detail(found: FoundList | FoundRules | FoundSetUp, language: str) -> str:
    """What it is, and where."""
    return f"{found.said(language)}\n{escape_for_display(str(found.path))}"


_Thing = TypeVar("_Thing", FoundList, FoundRules, FoundSetUp)


def _distinct(things: Iterable[_Thing]) -> list[_Thing]:
    """Each thing once: a folder may have been looked at with the one around it."""
    return list({each.path: each for each in things}.values())


def _told(error: Exception, language: str) -> str:
    """The sentence of an error that the staff can correct; others are raised."""
    if isinstance(error, UsageError | VaxpassError | OSError):
        return told(error, language)
    raise error
