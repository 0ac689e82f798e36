"""Choose a folder or a file, by finger, mouse or keyboard, in the words of the desk's language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from vaxpass.display import escape_for_display
from vaxpass_cli.errors import told
from vaxpass_cli.scan.setup.places import places
from vaxpass_cli.scan.window.forms import Form, Notice, ask, button, by_finger, words

_PATH = Qt.ItemDataRole.UserRole


def choose(
    parent: QWidget | None, theme: str, language: str, *, only_folders: bool = False
) -> Path | None:
    """Let the staff choose a folder, or a file where not `only_folders`; None where they do not."""
    form = _Browser(parent, theme, language, only_folders=only_folders)
    form.open_large()
    ask(form)
    return form.chosen


class _Browser(Form):
    """Places at the left, what is in a folder at the right."""

    def __init__(
        self, parent: QWidget | None, theme: str, language: str, *, only_folders: bool
    ) -> None:
        super().__init__(parent, theme, language)
        self.chosen: Path | None = None
        self._only_folders = only_folders
        self._folder = Path.home()
        self._where = words("", "section")
        self._notice = Notice()
        self._places = _list_of(self.say("browse.places"))
        self._places.setMaximumWidth(260)
        self._files = _list_of(self.say("browse.content"))
        known = [(each.path, each.name) for each in places()] or [(Path.home(), Path.home().name)]
        for path, name in known:
            _add(self._places, name, path)
        self._places.itemActivated.connect(lambda item: self._open(item.data(_PATH)))
        self._places.itemClicked.connect(lambda item: self._open(item.data(_PATH)))
        self._files.itemActivated.connect(lambda item: self._activate(item.data(_PATH)))
        self._files.currentItemChanged.connect(self._follow)

        cancel = button(self.say("form.cancel"))
        cancel.clicked.connect(self.reject)
        up = button(self.say("browse.up"))
        up.clicked.connect(lambda: self._open(self._folder.parent))
        self._take = button(self.say("browse.take_folder"), main=True)
        self._take.clicked.connect(self._accept)
        for each in (cancel, up, self._take):
            each.setAutoDefault(False)
        lists, below = QHBoxLayout(), QHBoxLayout()
        lists.addWidget(self._places, 1)
        lists.addWidget(self._files, 2)
        for each in (cancel, up):
            below.addWidget(each)
        below.addStretch(1)
        below.addWidget(self._take)
        layout = QVBoxLayout(self)
        title = "browse.title_folder" if only_folders else "browse.title"
        layout.addWidget(words(self.say(title), "title"))
        layout.addWidget(self._where)
        layout.addLayout(lists, 1)
        layout.addWidget(self._notice)
        layout.addLayout(below)
        self._open(known[0][0])
        self._files.setFocus()

    def _open(self, folder: Path) -> None:
        """Show what is in a folder: folders first, hidden ones not at all."""
        try:
            found = [each for each in folder.iterdir() if not each.name.startswith(".")]
            rows = sorted((not each.is_dir(), each.name.casefold(), each) for each in found)
        except OSError as error:
            self._notice.tell(told(error, self.language))
            return
        self._notice.tell("")
        self._folder = folder
        self._where.setText(escape_for_display(str(folder)))
        self._files.clear()
        for is_file, _, path in rows:
            if not is_file:
                _add(self._files, f"▸ {path.name}", path)
            elif not self._only_folders:
                _add(self._files, path.name, path)
        self._follow()

    def _activate(self, path: Path) -> None:
        if path.is_dir():
            self._open(path)
        else:
            self.chosen = path
            self.accept()

    def _selected(self) -> Path:
        """The file or folder that is marked, else the folder that is open."""
        marked = self._files.currentRow()
        return self._folder if marked < 0 else self._files.item(marked).data(_PATH)

    def _follow(self) -> None:
        is_folder = self._selected().is_dir()
        self._take.setText(self.say(f"browse.take_{'folder' if is_folder else 'file'}"))

    def _accept(self) -> None:
        self.chosen = self._selected()
        self.accept()


def _list_of(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    by_finger(made)
    return made


def _add(rows: QListWidget, text: str, path: Path) -> None:
    item = QListWidgetItem(escape_for_display(text))
    # Not as a text: a name may have bytes that are none.
    item.setData(_PATH, path)
    rows.addItem(item)
