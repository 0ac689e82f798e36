"""The loop of the desk. It runs on the main thread, because windows work only there."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from vaxpass_cli.scan.feeds.events import (
    FrameRead,
    InTrouble,
    KeyPressed,
    SettingsChanged,
    TextRead,
)
from vaxpass_cli.scan.feeds.texts import typed

if TYPE_CHECKING:
    from types import FrameType

    from vaxpass_cli.scan.desk.desk import Desk
    from vaxpass_cli.scan.desk.screen import Screen
    from vaxpass_cli.scan.feeds.events import Feed, Input
    from vaxpass_cli.scan.keyboard.tty import Keyboard

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
    while not desk.closed:
        event = None if desk.full and view else feed.poll(_WAIT)
        now = feed.now()
        if isinstance(event, FrameRead):
            newest = event
        elif isinstance(event, InTrouble):
            newest = None
        desk.handle(now, event)
        if view is None and isinstance(event, InTrouble):
            complain(desk.screen(now).trouble)
        if keyboard:
            keys, texts = keyboard.poll(now)
            for text in texts:
                desk.handle(now, TextRead(typed(text)))
            for name in keys:
                desk.press(now, name)
        if view:
            if changed := _follow(desk, now, view.inputs(now)):
                return changed
            view.show(desk.screen(now), newest)
        after()
        if desk.ended and (view is None or desk.idle):
            return None
    return None


def _follow(desk: Desk, now: float, inputs: Sequence[Input]) -> SettingsChanged | None:
    """Do what the staff did in a view; gives the settings that were changed."""
    for given in inputs:
        match given:
            case KeyPressed(key):
                desk.press(now, key)
            case TextRead():
                desk.handle(now, given)
            case SettingsChanged():
                return given
    return None


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
