"""Show screens in a real window and keep pictures of it.

    python -m tests.support.shots FOLDER [SCREEN ...]

Screens are named as in `screens.py`, with their language: `rejected-vi`. Needs an X display.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageGrab
from vaxpass_cli.scan.feeds.events import FrameRead, Picture, Reading
from vaxpass_cli.scan.screen import Screen, State
from vaxpass_cli.scan.window.view import WindowView

from tests.support.paths import ROOT
from tests.support.screens import LANGUAGES, screens

_PATIENCE = 20  # seconds: a machine with other work may take long to draw
_TRIES = 5
_PASSPORT = ROOT / "examples" / "passports" / "vaccination-es256.png"


def desk_picture() -> tuple[Picture, tuple[tuple[int, int], ...]]:
    """A camera's picture of a passport on a desk, and where its code is."""
    across, down = np.meshgrid(np.linspace(0, 1, 1280), np.linspace(0, 1, 720))
    light = 92 + 60 * (1 - across) + 24 * (1 - down)
    desk = np.stack([light * 0.94, light, light * 0.98], axis=-1).astype(np.uint8)
    image = Image.fromarray(desk)
    with Image.open(_PASSPORT) as code:
        size = 460
        paper = Image.new("RGB", (size + 80, size + 80), (244, 243, 238))
        paper.paste(code.convert("RGB").resize((size, size)), (40, 40))
    left, top = 640 - paper.width // 2, 360 - paper.height // 2
    image.paste(paper, (left, top))
    begin, end = 40, 40 + size
    corners = ((begin, begin), (end, begin), (end, end), (begin, end))
    pixels: Picture = np.array(image)[:, :, ::-1].copy()
    return pixels, tuple((left + x, top + y) for x, y in corners)


def frame_of(screen: Screen) -> FrameRead | None:
    """What the camera would show with a screen."""
    if screen.trouble:
        return None
    pixels, corners = desk_picture()
    reading = {
        State.VERDICT: Reading(("HC1:",), (corners,)),
        State.READING: Reading(located=corners),
    }
    return FrameRead(pixels, reading.get(screen.state, Reading()), 0.0)


def settled(view: WindowView) -> Image.Image | None:
    """The picture of the window once it is there and does not change any more.

    None where it is not drawn: without a window manager, its first request to be drawn may be lost.
    """
    before = None
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        begin = time.monotonic()
        while time.monotonic() - begin < 0.03:
            view.key()
        grabbed = ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).crop((0, 0, 1280, 720))
        is_drawn = grabbed.getbbox() is not None
        if is_drawn and before is not None and before == grabbed:
            return grabbed
        before = grabbed
    return before if before and before.getbbox() else None


def main(folder: Path, wanted: list[str]) -> None:
    """Show and keep each of the wanted screens, or all of them."""
    view = WindowView()
    for language in LANGUAGES:
        for name, screen in screens(language).items():
            title = f"{name}-{language}"
            if wanted and title not in wanted:
                continue
            frame = frame_of(screen)
            picture = None
            for _ in range(_TRIES):
                for _ in range(4):
                    view.show(screen, frame)
                    view.key()
                picture = settled(view)
                if picture is not None:
                    break
                view.close()
                view = WindowView()
            if picture is None:
                sys.exit(f"{title} was never drawn")
            picture.save(folder / f"{title}.png", compress_level=1)
    view.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
