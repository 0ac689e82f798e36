"""The last page of the assistant: a test code, read by the camera, a hand scanner or from the screen.

It is judged as the desk will judge it, so that the whole way from the lens to the verdict is tried.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vaxpass import VaxpassError, messages, qr
from vaxpass.display import escape_for_display
from vaxpass_cli.errors import UsageError, told
from vaxpass_cli.io import sources
from vaxpass_cli.scan import settings as configured
from vaxpass_cli.scan.desk.desk import Desk, Surroundings, finding_of
from vaxpass_cli.scan.desk.traveller import Judged
from vaxpass_cli.scan.feeds.cameras import CameraInfo, cameras
from vaxpass_cli.scan.feeds.events import Feed, FrameRead, InTrouble, Recovered, TextRead
from vaxpass_cli.scan.feeds.texts import typed
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.setup.demonstration import demonstration
from vaxpass_cli.scan.start import feed_of, surroundings_of
from vaxpass_cli.scan.window.forms import Form, Notice, Page, Selection, Work, button, words
from vaxpass_cli.scan.window.keys import TypedKeys
from vaxpass_cli.scan.window.plate import PlateSign

if TYPE_CHECKING:
    from vaxpass_cli.scan.feeds.events import Picture

_EVERY: Final = 30
"""Milliseconds between two looks at camera and keyboard"""
_QUIET: Final = 4
"""Light modules around a code"""
_SCREEN: Final = "screen"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the assistant has set up."""

    changes: Mapping[str, object]
    """The settings to save"""
    text: str = ""
    """The text of a passport that this desk accepts: of the demonstration; empty for a real list"""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A set-up with which codes can be judged."""

    made: SetUp
    around: Surroundings
    text: str
    """The text of the test code"""


class Trial(Page):
    """Camera at the left, test code at the right; a verdict takes the place of the camera's picture."""

    def __init__(
        self, form: Form, settings: Settings, at: Callable[[], datetime], make: Callable[[], SetUp]
    ) -> None:
        super().__init__(form.say("assistant.trial.title"))
        self._form = form
        self._settings = settings
        self._at = at
        self._make = make
        self._ready: _Ready | None = None
        self._camera = ""
        self._desk: Desk | None = None
        self._feed: Feed | None = None
        self._judged: Judged | None = None
        self._texts: tuple[str, ...] = ()
        self._keys = TypedKeys(lambda _: None, form)
        self._work, self._looking = Work(self), Work(self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(form.say("assistant.trial.busy"))
        self._problem = Notice()
        waiting = QWidget()
        rows = QVBoxLayout(waiting)
        rows.addStretch(1)
        rows.addWidget(words(form.say("assistant.trial.busy"), "section"))
        rows.addWidget(self._busy)
        rows.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(waiting)
        self._stack.addWidget(self._try())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._problem)
        layout.addWidget(self._stack, 1)

    @property
    def complete(self) -> bool:
        """Whether everything is set up. The try itself may be left out."""
        return self._ready is not None

    @property
    def changes(self) -> Mapping[str, object]:
        """The settings to save."""
        made: Mapping[str, object] = self._ready.made.changes if self._ready else {}
        return {**made, "camera": self._camera} if self._camera else made

    def begin(self) -> None:
        """Set everything up, in a thread."""
        self._work.begin(self._prepare, self._start)

    def end(self) -> None:
        """Free the camera and the keyboard."""
        self._timer.stop()
        self._work.forget()
        self._looking.forget()
        QApplication.instance().removeEventFilter(self._keys)  # type: ignore[union-attr]
        self._close_feed()

    def _try(self) -> QWidget:
        """Camera or verdict at the left, the code at the right."""
        say = self._form.say
        self._cameras = Selection()
        self._cameras.setAccessibleName(say("settings.label.camera"))
        self._cameras.currentIndexChanged.connect(self._choose_camera)
        self._preview = _Preview(mirror=self._settings.mirror)
        self._hint = Notice()
        self._sign = PlateSign()
        self._reason, self._meaning = words("", "section"), words("")
        again = button(say("assistant.trial.again"))
        again.setAutoDefault(False)
        again.clicked.connect(self._again)
        verdict, seen = QWidget(), QWidget()
        rows = QVBoxLayout(verdict)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._sign, 1)
        for each in (self._reason, self._meaning, again):
            rows.addWidget(each)
        rows = QVBoxLayout(seen)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._cameras)
        rows.addWidget(self._preview, 1)
        rows.addWidget(self._hint)
        self._left = QStackedWidget()
        self._left.addWidget(seen)
        self._left.addWidget(verdict)
        self._code = _TestCode(say("assistant.trial.code"))
        self._read = button(say("assistant.trial.read"))
        self._read.setAutoDefault(False)
        self._read.clicked.connect(self._read_screen)
        both, right = QWidget(), QVBoxLayout()
        right.addWidget(self._code, 1)
        right.addWidget(self._read)
        columns = QHBoxLayout()
        columns.addWidget(self._left, 1)
        columns.addLayout(right, 1)
        whole = QVBoxLayout(both)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(words(say("assistant.trial.text"), "dim"))
        whole.addLayout(columns, 1)
        return both

    def _prepare(self) -> _Ready:
        made = self._make()
        around = surroundings_of(self._settings.with_options(**made.changes), self._at, fixed=False)
        if made.text:
            return _Ready(made, around, made.text)
        # A real list: the code of an invented world shows that reading works.
        with tempfile.TemporaryDirectory() as folder:
            country = str(made.changes.get("destination", ""))
            return _Ready(made, around, demonstration(country, self._at(), folder=Path(folder)).text)

    def _start(self, ready: _Ready | Exception) -> None:
        if isinstance(ready, UsageError | VaxpassError | OSError):
            self._problem.tell(told(ready, self._form.language))
            self._stack.hide()
            return
        if isinstance(ready, Exception):
            raise ready
        self._ready = ready
        # What the demonstration allows is said where it is chosen.
        if not ready.made.text and (lenient := configured.lenient(ready.made.changes)):
            labels = [self._form.say(f"settings.label.{name}") for name in lenient]
            names = messages.items(labels, self._form.language)
            self._problem.tell(self._form.say("desk.lenient", names=names))
        self._code.show_text(ready.text)
        self._desk = Desk(
            ready.around,
            on_verdict=self._take,
            timing=self._settings.timing,
            language=self._form.language,
            mute=True,
        )
        self._stack.setCurrentIndex(1)
        QApplication.instance().installEventFilter(self._keys)  # type: ignore[union-attr]
        self._offer([])
        self._looking.begin(cameras, self._offer)
        self._open_feed()
        self._timer.start(_EVERY)
        self._read.setFocus()
        self.changed.emit()

    def _offer(self, found: list[CameraInfo] | Exception) -> None:
        """Offer the cameras by name; the one that is set comes first."""
        with QSignalBlocker(self._cameras):
            self._cameras.clear()
            now = self._settings.camera
            listed = [] if isinstance(found, Exception) else found
            for each in listed:
                self._cameras.addItem(escape_for_display(each.name), each.name)
                if now in (str(each.number), each.path, each.name):
                    self._cameras.setCurrentIndex(self._cameras.count() - 1)
            if not listed:
                self._cameras.addItem(self._form.say("assistant.trial.camera", camera=now), "")
        self._cameras.setEnabled(bool(listed))

    def _choose_camera(self) -> None:
        self._camera = str(self._cameras.currentData() or "")
        self._open_feed()

    def _open_feed(self) -> None:
        """Open the camera; without OpenCV or a camera, hand scanner and screen still work."""
        self._close_feed()
        camera = {"camera": self._camera} if self._camera else {}
        wanted = self._settings.with_options(**camera)
        try:
            # Only a camera is tried here: no terminal is needed.
            self._feed = feed_of(wanted, Keyboard(), paced=True)
        except (UsageError, VaxpassError, OSError) as error:
            self._hint.tell(told(error, self._form.language))

    def _close_feed(self) -> None:
        if self._feed:
            self._feed.close()
            self._feed = None
        self._preview.show_picture(None)
        self._hint.tell("")

    def _tick(self) -> None:
        """Take what came from camera and keyboard since the last call."""
        desk = self._desk
        if desk is None:
            return
        keys, texts = self._keys.take()
        for text in texts:
            self._see(TextRead(typed(text)))
        for key in keys:
            self._type(key)
        event = self._feed.poll(0) if self._feed else None
        while event is not None and self._feed:
            if isinstance(event, FrameRead):
                self._preview.show_picture(event.picture)
                self._texts = event.reading.texts
            elif isinstance(event, InTrouble):
                self._preview.show_picture(None)
                self._hint.tell(self._form.say(f"scan.trouble.{event.trouble}"))
            elif isinstance(event, Recovered):
                self._hint.tell("")
            desk.handle(time.monotonic(), event)
            event = self._feed.poll(0)
        desk.handle(time.monotonic(), None)

    def _type(self, key: str) -> None:
        """Do what a key of a person does in any form."""
        focus = QApplication.focusWidget()
        if key == "tab":
            self._form.focusNextChild()
        elif key in ("space", "enter") and isinstance(focus, QAbstractButton):
            focus.click()
        elif key == "space" and isinstance(focus, QComboBox):
            focus.showPopup()
        elif key == "escape":
            self.back.emit()

    def _read_screen(self) -> None:
        """Read the code from its picture, as it is on the screen."""
        shown = self._code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        wide, high = shown.width(), shown.height()
        lines = bytes(shown.constBits())
        step = shown.bytesPerLine()
        pixels = b"".join(lines[row * step : row * step + wide] for row in range(high))
        for code in qr.read(pixels, wide, high, symbols="qr"):
            self._see(TextRead(sources.row(_SCREEN, code.text)))

    def _see(self, event: TextRead) -> None:
        if self._desk:
            self._judged = None
            self._texts = (event.source.text or "",)
            self._desk.handle(time.monotonic(), event)

    def _take(self, judged: Judged) -> None:
        """Show a verdict, and what it means where the test code was read."""
        self._judged = judged
        ready = self._ready
        found = finding_of(judged, 0, self._form.language)
        self._sign.show_plate(found.plate)
        self._reason.setText(found.reason)
        meaning = found.advice
        if ready and ready.text in self._texts:
            key = "accepted" if ready.made.text and judged.verdict else "unknown"
            meaning = self._form.say(f"assistant.trial.{key}")
        self._meaning.setText(meaning)
        self._left.setCurrentIndex(1)
        self.done.emit()

    def _again(self) -> None:
        if self._desk:
            self._desk.press(time.monotonic(), "escape")
        self._left.setCurrentIndex(0)
        self._read.setFocus()


class _Preview(QWidget):
    """The camera's picture, as large as it fits."""

    def __init__(self, *, mirror: bool) -> None:
        super().__init__()
        self._mirror = mirror
        self._image: QImage | None = None
        self.setMinimumSize(120, 60)

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture of the camera; None shows a grey area."""
        self._image = None
        if picture is not None:
            grey = picture.ndim == 2
            form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_BGR888
            height, width = picture.shape[:2]
            line = picture.strides[0]
            self._image = QImage(picture.tobytes(), width, height, line, form).mirrored(
                horizontally=self._mirror, vertically=False
            )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#30363c"))
        if self._image:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(self.rect().center())
            painter.drawImage(place, self._image)


class _TestCode(QWidget):
    """A code, dark on light in every theme, as large as it fits."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rows: tuple[tuple[bool, ...], ...] = ()

    def sizeHint(self) -> QSize:
        """It grows with its room."""
        return QSize(240, 240)

    def show_text(self, text: str) -> None:
        """Show the code of a text."""
        rows = qr.modules(text, error_correction="L")
        self._rows = tuple(tuple(bool(dark) for dark in row) for row in rows)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the modules, each of the same whole number of pixels."""
        painter = QPainter(self)
        count = len(self._rows) + 2 * _QUIET
        size = min(self.width(), self.height()) // count if self._rows else 0
        area = QRect(0, 0, size * count, size * count)
        area.moveCenter(self.rect().center())
        painter.fillRect(area, Qt.GlobalColor.white)
        left, top = area.left() + _QUIET * size, area.top() + _QUIET * size
        for row, line in enumerate(self._rows):
            for column, dark in enumerate(line):
                if dark:
                    painter.fillRect(
                        left + column * size, top + row * size, size, size, Qt.GlobalColor.black
                    )
