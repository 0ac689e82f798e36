"""Pictures of the desk: `python -m tests.support.shots FOLDER [--size WxH] [SCREEN-LANG ...]`.

Each is named SCREEN-LANG.png. Without names every screen is drawn in English and Vietnamese. `--blind`
draws what people see who lack a kind of cone.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform
from vaxpass_cli.scan.desk.screen import Screen, State
from vaxpass_cli.scan.feeds.events import FrameRead, Reading
from vaxpass_cli.scan.window.page import DeskPage

from tests.support.colour_vision import MATRICES, encoded, opened, seen
from tests.support.offscreen import offscreen
from tests.support.paths import ROOT
from tests.support.screens import LANGUAGES, screens

_CODE: Final = ROOT / "examples" / "passports" / "test-es256.png"


def frame(reading: bool = False) -> FrameRead:
    """What a camera sees that looks at a code on a phone; `reading`: it could not be read yet."""
    image = QImage(1280, 720, QImage.Format.Format_BGR888)
    shade = QLinearGradient(0, 0, 1280, 720)
    shade.setColorAt(0, QColor("#a8b0ae"))
    shade.setColorAt(1, QColor("#4c5154"))
    painter = QPainter(image)
    painter.fillRect(image.rect(), shade)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    turn = QTransform().translate(640, 360).rotate(4)
    painter.setTransform(turn)
    painter.fillRect(QRectF(-240, -290, 480, 580), QColor("#f4f2ec"))
    painter.drawImage(QRectF(-200, -200, 400, 400), QImage(os.fspath(_CODE)))
    painter.end()
    corners = [turn.map(QPointF(x, y)) for x, y in ((-190, -190), (190, -190), (190, 190), (-190, 190))]
    around = tuple((round(point.x()), round(point.y())) for point in corners)
    return FrameRead(_pixels(image), Reading(located=around if reading else None), 0.0)


def page(shown: Screen, size: tuple[int, int], theme: str) -> DeskPage:
    """The page with a screen, and a camera's picture where the camera works."""
    made = DeskPage(theme=theme)
    made.resize(*size)
    made.show_frame(None if shown.trouble else frame(shown.state is State.READING))
    made.show_screen(shown)
    return made


def _pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def main() -> None:
    """Draw the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("names", nargs="*")
    options.add_argument("--size", default="1280x800")
    options.add_argument("--theme", default="light")
    options.add_argument("--blind", choices=sorted(MATRICES))
    options.add_argument("--scale", type=float, default=1.0, help="how large the pictures are saved")
    chosen = options.parse_intermixed_args()
    offscreen()
    wide, high = (int(number) for number in chosen.size.split("x"))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, shown in screens(language).items():
            if chosen.names and f"{name}-{language}" not in chosen.names:
                continue
            image = page(shown, (wide, high), chosen.theme).grab().toImage()
            image = image.convertToFormat(QImage.Format.Format_RGB888)
            if chosen.blind:
                light = seen(opened(_pixels(image) / 255), chosen.blind)
                data = np.ascontiguousarray((encoded(light) * 255 + 0.5).astype(np.uint8))
                kept = QImage(data.data, wide, high, 3 * wide, QImage.Format.Format_RGB888)
                image = kept.copy()
            if chosen.scale != 1.0:
                image = _smaller(image, chosen.scale)
            image.save(os.fspath(chosen.folder / f"{name}-{language}.png"))


def _smaller(image: QImage, scale: float) -> QImage:
    size = image.size() * scale
    return image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


if __name__ == "__main__":
    main()
