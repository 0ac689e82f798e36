"""The loop of the desk. It runs on the main thread, because windows work only there."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from vaxpass_cli.scan.feeds.events import (
    FilesGiven,
    FrameRead,
    InTrouble,
    KeyPressed,
    PictureGiven,
    SettingsChanged,
    TextRead,
)
from vaxpass_cli.scan.feeds.given import Given
from vaxpass_cli.scan.feeds.texts import typed

if TYPE_CHECKING:
    from types import FrameType

    from vaxpass_cli.scan.desk.desk import Desk
    from vaxpass_cli.scan.desk.screen import Screen
    from vaxpass_cli.scan.feeds.events import Event, Feed, Input
    from vaxpass_cli.scan.keyboard.tty import Keyboard
    from vaxpass_cli.scan.settings import Settings

# How often keys and timers are looked at while no event comes, in seconds.
_WAIT: Final = 0.01


class View(Protocol):
    """A place where the screens of the desk are shown."""

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen; `frame` is the newest picture of the camera, None where there is none."""

    def inputs(self, now: float) -> Sequence[Input]:
        """What the staff did since the last call; `now` is in seconds. Never waits."""

    def beep(self) -> None:
        """Make the one sound of the system, where no other can be played."""

    def refuse(self, sentence: str, settings: Settings) -> None:
        """Say why settings that were changed are of no use; `settings` are still in force."""

    def close(self) -> None:
        """Remove everything from the screen. May be called more than once."""


def run(
    desk: Desk,
    feed: Feed,
    view: View | None,
    keyboard: Keyboard | None = None,
    *,
    after: Callable[[], None] = lambda: None,
    complain: Callable[[str], None] = lambda _: None,
) -> SettingsChanged | None:
    """Work until the staff quits, or the source has ended and everything was shown.

    `after` is called in each round. Without a view, `complain` is called with a sentence where the
    source delivers nothing. Gives the settings that the staff changed: the desk is to start anew.
    """
    newest: FrameRead | None = None
    with contextlib.closing(Given()) as given:
        while not desk.closed:
            event = _next(feed, waits=desk.full and view is not None)
            now = feed.now()
            match event:
                case FrameRead():
                    newest = event
                case InTrouble():
                    newest = None
            desk.handle(now, event)
            if view is None and isinstance(event, InTrouble):
                complain(desk.screen(now).trouble)
            done = [
                *(_typed_on(keyboard, now) if keyboard else ()),
                *(view.inputs(now) if view else ()),
            ]
            for each in done:
                match each:
                    case KeyPressed(key):
                        _press(desk, given, key, now)
                    case TextRead():
                        desk.handle(now, each)
                    case FilesGiven() | PictureGiven():
                        given.take(each)
                    case SettingsChanged():
                        return each
            if not desk.crowded:
                desk.handle(now, given.poll())
            desk.reads_files = given.busy
            if view:
                view.show(desk.screen(now), newest)
            after()
            if desk.ended and not given.busy and (view is None or desk.idle):
                return None
    return None


def _press(desk: Desk, given: Given, key: str, now: float) -> None:
    desk.press(now, key)
    if desk.wants_no_more:
        given.cancel()
        desk.wants_no_more = False


def _next(feed: Feed, *, waits: bool) -> Event | None:
    """The next event of the feed; none while it `waits`, because verdicts wait to be shown."""
    if not waits:
        return feed.poll(_WAIT)
    time.sleep(_WAIT)
    return None


def _typed_on(keyboard: Keyboard, now: float) -> list[Input]:
    """What was typed in a terminal, in the same form as what was done in a view."""
    keys, texts = keyboard.poll(now)
    return [*(TextRead(typed(text)) for text in texts), *map(KeyPressed, keys)]


_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl-C, the end of the session, that of the terminal, and Windows' own; not every system has all"""


class Asked:
    """Whether the system asked this program to end."""

    to_end = False


@contextlib.contextmanager
def asked_to_end() -> Iterator[Asked]:
    """Note a signal to end in a `with` block instead of ending; to be looked at in a loop.

    An exception would be lost where a toolkit calls Python. What a view does at a signal is done, too.
    Works on the main thread only.
    """
    asked = Asked()

    def note(number: int, frame: FrameType | None) -> None:
        asked.to_end = True
        handler = before[number]
        if callable(handler) and handler is not signal.default_int_handler:
            handler(number, frame)

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # What is ignored stays so: `nohup` asks for that.
    before = {number: signal.getsignal(number) for number in numbers}
    wanted = {number: old for number, old in before.items() if old is not signal.SIG_IGN}
    for number in wanted:
        signal.signal(number, note)
    try:
        yield asked
    finally:
        for number, old in wanted.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)
