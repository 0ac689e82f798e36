"""What the loop of the desk needs of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vaxpass_cli.scan.events import FrameRead
    from vaxpass_cli.scan.screen import Screen


class View(Protocol):
    """A place where the desk's screen is shown."""

    def show(self, screen: Screen, frame: FrameRead | None) -> None:
        """Draw it; `frame` is the camera's newest picture, None where there is none."""

    def key(self) -> str | None:
        """The name of the next key pressed (`space`, `escape`, `d` ...) or None; never waits."""

    def close(self) -> None:
        """Take everything off the screen. May be called twice."""
