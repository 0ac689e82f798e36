"""The loop of the desk. It runs on the main thread, because windows work only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from vaxpass_cli.scan.feeds.events import FrameRead, InTrouble, TextRead
from vaxpass_cli.scan.feeds.texts import typed

if TYPE_CHECKING:
    from vaxpass_cli.scan.desk import Desk
    from vaxpass_cli.scan.feeds.events import Feed
    from vaxpass_cli.scan.keyboard.tty import Keyboard
    from vaxpass_cli.scan.screen import Screen

# How often keys and timers are looked at while no event comes, in seconds.
_WAIT: Final = 0.01


class View(Protocol):
    """A place where the screens of the desk are shown."""

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw a screen; `frame` is the newest picture of the camera, None where there is none."""

    def key(self) -> str | None:
        """The name of the next key pressed (`space`, `escape`, `d` ...), or None; never waits."""

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
) -> None:
    """Work until the staff quits, or the source has ended and everything was shown.

    `after` is called in each round. Without a view, `complain` is called with a sentence where the
    source delivers nothing.
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
            while key := view.key():
                desk.press(now, key)
            view.show(desk.screen(now), newest)
        after()
        if desk.ended and (view is None or desk.idle):
            return
