"""Settings -> the feed and the view that they ask for. What a choice does not need is not imported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from vaxpass_cli import pdf, pictures
from vaxpass_cli.failure import Wrong
from vaxpass_cli.scan.display import why_no_window
from vaxpass_cli.scan.settings import Settings
from vaxpass_cli.scan.terminal_view import TerminalView
from vaxpass_cli.scan.texts import FilesFeed, KeyboardFeed, SerialFeed, StandardInputFeed, WatchFeed

if TYPE_CHECKING:
    from vaxpass_cli.scan.events import Feed
    from vaxpass_cli.scan.tty import Keyboard
    from vaxpass_cli.scan.view import View

_TEXTS: Final = (".txt", ".csv")


def is_camera_or_video(source: str) -> bool:
    """Whether the source delivers frames; the others deliver texts. Raises `Wrong` for no source."""
    if source in ("keyboard", "-") or source.startswith(("serial:", "watch:")):
        return False
    if source == "camera":
        return True
    path = Path(source)
    if not path.exists():
        raise Wrong(f"{source}: there is no such file, folder or kind of source.")
    if path.is_dir() or path.suffix.lower() in _TEXTS:
        return False
    with path.open("rb") as file:
        begin = file.read(16)
    return not (pictures.is_picture(begin) or pdf.is_pdf(begin))


def feed_of(chosen: Settings, keyboard: Keyboard, *, paced: bool) -> Feed:
    """The feed that the settings ask for. `paced`: a video is played at its own speed."""
    source = chosen.source
    if is_camera_or_video(source):
        from vaxpass_cli.opencv.capture import Camera, Video  # noqa: PLC0415 - may be missing
        from vaxpass_cli.scan.camera import CameraFeed  # noqa: PLC0415
        from vaxpass_cli.scan.reading import Reader  # noqa: PLC0415
        from vaxpass_cli.scan.video import VideoFeed  # noqa: PLC0415

        read = Reader().read
        if source == "camera":
            return CameraFeed(Camera(chosen.camera, chosen.width, chosen.height), read)
        return CameraFeed(Video(Path(source)), read) if paced else VideoFeed(Video(Path(source)), read)
    if source == "keyboard":
        return KeyboardFeed(keyboard)
    if source == "-":
        return StandardInputFeed()
    kind, _, place = source.partition(":")
    if kind == "serial":
        return SerialFeed(place)
    if kind == "watch":
        return WatchFeed(Path(place))
    return FilesFeed([source])


def view_of(chosen: Settings, *, as_json: bool) -> View | None:
    """The view that the settings ask for; None where there is nowhere to show anything."""
    wanted = chosen.view
    if wanted == "none":
        return None
    reason = None
    if wanted == "window" or (wanted == "auto" and chosen.source != "keyboard"):
        reason = why_no_window(chosen.lang)
        if reason is None:
            from vaxpass_cli.scan.window_view import WindowView  # noqa: PLC0415 - may be missing

            return WindowView(kiosk=chosen.kiosk, mirror=chosen.mirror)
        if wanted == "window":
            raise Wrong(f"The window can't be opened: {reason} vaxpass doctor says more.")
    console = Console(stderr=as_json, highlight=False)
    if not (console.is_terminal or wanted == "terminal"):
        return None
    if reason:
        sys.stderr.write(f"vaxpass: {reason} The terminal is used instead.\n")
    return TerminalView(console)
