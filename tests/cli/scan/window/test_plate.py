"""The plate: each outcome has a shape and a place of its own, also without any colour."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from vaxpass_cli.output.plates import Plate, plate_of
from vaxpass_cli.scan.window.plate import PlateSign, paint_plate, paint_sign
from vaxpass_cli.scan.window.theme import PLATES

from tests.support.offscreen import offscreen
from vaxpass import Outcome

APPLICATION = offscreen()
PLAIN = [plate_of(outcome, "en", rules_asked=True) for outcome in Outcome]
RING = plate_of(Outcome.ACCEPTED, "en", rules_asked=False)


def where_ink_is(plate: Plate, wide: int, high: int, *, full: bool) -> NDArray[np.bool_]:
    """The pixels that are nearer to the ink than to the ground."""
    image = QImage(wide, high, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    (paint_plate if full else paint_sign)(painter, QRectF(0, 0, wide, high), plate)
    painter.end()
    flat = np.frombuffer(bytes(image.constBits()), np.uint8)
    rows = flat.reshape(high, image.bytesPerLine())
    pixels: NDArray[np.int32] = rows[:, : wide * 3].reshape(high, wide, 3).astype(np.int32)
    ground, ink = (
        np.array([colour.red(), colour.green(), colour.blue()])
        for colour in map(QColor, PLATES[plate.outcome])
    )
    return np.asarray(np.abs(pixels - ink).sum(axis=2) < np.abs(pixels - ground).sum(axis=2))


def test_every_outcome_has_a_shape_of_its_own() -> None:
    shapes = {
        (plate.outcome, plate.below): where_ink_is(plate, 80, 80, full=False)
        for plate in (*PLAIN, RING)
    }
    for (one, first), (other, second) in combinations(shapes.items(), 2):
        assert (first != second).mean() > 0.08, (one, other)


@pytest.mark.parametrize(("wide", "high"), [(120, 360), (360, 120)])
@pytest.mark.parametrize("plate", PLAIN, ids=[plate.outcome.value for plate in PLAIN])
def test_the_place_tells_the_outcome_in_a_column_and_in_a_row(
    plate: Plate, wide: int, high: int
) -> None:
    ink = where_ink_is(plate, wide, high, full=True)
    thirds = np.array_split(ink, 3, axis=0 if high > wide else 1)
    fullest = int(np.argmax([third.sum() for third in thirds]))
    assert fullest == {Outcome.REJECTED: 0, Outcome.ACCEPTED: 2}.get(plate.outcome, 1)


@pytest.mark.parametrize(("wide", "high"), [(534, 396), (640, 360), (1280, 720)])
def test_a_word_of_two_lines_stands_clear_of_the_end(wide: int, high: int) -> None:
    sign = PlateSign()
    sign.resize(wide, high)
    # Vietnamese has marks above and below its letters.
    sign.show_plate(plate_of(Outcome.UNDECIDED, "vi", rules_asked=True))
    image = sign.grab().toImage()
    ground = PLATES[Outcome.UNDECIDED].ground
    last = range(high - round(high * 0.02), high)
    assert {image.pixelColor(x, y).name() for x in range(0, wide, 2) for y in last} == {ground}


def test_a_sign_alone_shows_a_plate_and_then_nothing() -> None:
    sign = PlateSign()
    sign.resize(300, 300)
    empty = sign.grab().toImage()
    sign.show_plate(PLAIN[0])
    assert sign.accessibleName() == "ACCEPTED"
    assert sign.grab().toImage().pixelColor(2, 2).name() == PLATES[Outcome.ACCEPTED].ground
    sign.show_plate(None)
    assert sign.accessibleName() == ""
    assert sign.grab().toImage() == empty
