"""The plate of a verdict: like a traffic light, each outcome has its colour, shape, word and place."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from vaxpass import Outcome
from vaxpass_cli.output.plates import Plate
from vaxpass_cli.scan.window.theme import PLATES, between

_Points = list[tuple[float, float]]


def _round(count: int, turned: float = 0.0, size: float = 1.0) -> _Points:
    """The corners of a regular shape with that many corners."""
    angles = [(number + turned) * math.tau / count for number in range(count)]
    return [(size * math.sin(angle), -size * math.cos(angle)) for angle in angles]


_SHAPES: Final = {
    Outcome.ACCEPTED: _round(64),
    Outcome.GENUINE: _round(4, 0.0, 1.1),
    Outcome.REJECTED: _round(8, 0.5, 1.04),
    Outcome.UNDECIDED: [(0, -0.95), (1.1, 0.9), (-1.1, 0.9)],
    Outcome.OTHER: [(-0.66, -0.95), (0.66, -0.95), (0.66, 0.95), (-0.66, 0.95)],
    Outcome.UNREADABLE: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
}
_STROKES: Final[dict[Outcome, list[_Points]]] = {
    Outcome.ACCEPTED: [[(-0.48, 0.02), (-0.14, 0.38), (0.5, -0.38)]],
    # A magnifying glass.
    Outcome.GENUINE: [
        [(-0.12 + 0.3 * x, -0.14 + 0.3 * y) for x, y in (*_round(24), (0.0, -1.0))],
        [(0.12, 0.1), (0.42, 0.4)],
    ],
    # Not equal.
    Outcome.OTHER: [
        [(-0.4, -0.24), (0.4, -0.24)],
        [(-0.4, 0.24), (0.4, 0.24)],
        [(0.24, -0.6), (-0.24, 0.6)],
    ],
    Outcome.REJECTED: [[(-0.42, -0.42), (0.42, 0.42)], [(-0.42, 0.42), (0.42, -0.42)]],
}
_LETTERS: Final = {Outcome.UNDECIDED: ("!", 0.62, 0.24), Outcome.UNREADABLE: ("?", 0.8, 0.0)}
"""The letter in a shape, its size, and how far below the middle it stands"""
PLACES: Final = (
    (Outcome.REJECTED,),
    (Outcome.UNDECIDED, Outcome.UNREADABLE, Outcome.OTHER, Outcome.GENUINE),
    (Outcome.ACCEPTED,),
)
"""The outcomes by their place: from above, or from the left where the places lie"""
_SHAPE: Final = 0.37
"""The radius of the shape, as a share of its place's smaller side"""
_OUTLINE: Final = 0.2
"""The radius of the shapes of the other places"""


def paint_sign(painter: QPainter, rect: QRectF, plate: Plate) -> None:
    """Paint the shape of an outcome in the middle of `rect`, as large as it fits, on its colour."""
    ground, ink = PLATES[plate.outcome]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(rect, QColor(ground))
    radius = min(rect.width(), rect.height()) / 2 / 1.15
    _solid(painter, rect.center(), radius, plate, ink, ground)
    painter.restore()


def paint_plate(painter: QPainter, rect: QRectF, plate: Plate) -> None:
    """Paint the three places, in a column or a row as `rect` is; the outcome's has its shape."""
    ground, ink = PLATES[plate.outcome]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(rect, QColor(ground))
    lying = rect.width() > rect.height()
    wide, high = rect.width() / (3 if lying else 1), rect.height() / (1 if lying else 3)
    for number, outcomes in enumerate(PLACES):
        left = rect.left() + (wide * number if lying else 0)
        top = rect.top() + (0 if lying else high * number)
        place = QRectF(left, top, wide, high)
        if plate.outcome in outcomes:
            _solid(painter, place.center(), min(wide, high) * _SHAPE, plate, ink, ground)
        else:
            radius = min(wide, high) * _OUTLINE
            dim = QPen(QColor(between(ground, ink, 0.35)), max(2.0, radius / 12))
            painter.setPen(dim)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_polygon(_SHAPES[outcomes[0]], place.center(), radius))
    painter.restore()


def _solid(
    painter: QPainter, middle: QPointF, radius: float, plate: Plate, ink: str, ground: str
) -> None:
    """The shape of an outcome with its sign. What is accepted with a limit is a ring."""
    limited = plate.outcome is Outcome.ACCEPTED and bool(plate.below)
    thick = radius * 0.2
    edge = QPen(QColor(ink), thick / 2)
    painter.setPen(edge if limited else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if limited else QBrush(QColor(ink)))
    painter.drawPolygon(_polygon(_SHAPES[plate.outcome], middle, radius))
    inner = QColor(ink if limited else ground)
    stroke = QPen(inner, thick)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for points in _STROKES.get(plate.outcome, ()):
        painter.drawPolyline(_polygon(points, middle, radius))
    letter, size, low = _LETTERS.get(plate.outcome, ("", 0.0, 0.0))
    if letter:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(1, round(2 * radius * size)))
        painter.setFont(font)
        place = QRectF(middle.x() - radius, middle.y() - radius + low * radius, 2 * radius, 2 * radius)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)


def _polygon(points: _Points, middle: QPointF, radius: float) -> QPolygonF:
    return QPolygonF([QPointF(middle.x() + x * radius, middle.y() + y * radius) for x, y in points])


def draw_fitted(
    painter: QPainter, words: QRectF, aligned: Qt.AlignmentFlag, text: str, largest: int
) -> None:
    """Draw bold words in a rectangle, folded, as large as they fit: `largest` to 12 pixels."""
    wrap = aligned | Qt.TextFlag.TextWordWrap
    font = QFont(painter.font())
    font.setBold(True)
    for size in range(largest, 11, -1):
        font.setPixelSize(size)
        painter.setFont(font)
        needed = painter.boundingRect(words, wrap, text)
        if needed.height() <= words.height() and needed.width() <= words.width():
            break
    painter.drawText(words, wrap, text)


class PlateSign(QWidget):
    """The plate alone, as large as the widget: its shape, and its word below, without a name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plate: Plate | None = None

    def show_plate(self, plate: Plate | None) -> None:
        """Show a plate; None shows nothing, and what is behind."""
        if plate != self._plate:
            self._plate = plate
            self.setAccessibleName(plate.word if plate else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plate."""
        plate = self._plate
        if plate is None:
            return
        painter = QPainter(self)
        area = QRectF(self.rect())
        ground, ink = PLATES[plate.outcome]
        painter.fillRect(area, QColor(ground))
        high = area.height() * 0.7
        paint_sign(painter, QRectF(area.left(), area.top(), area.width(), high), plate)
        edge = area.width() * 0.05
        # A mark below the last line must not touch the end.
        words = area.adjusted(edge, high, -edge, -area.height() * 0.05)
        painter.setPen(QColor(ink))
        aligned = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        draw_fitted(painter, words, aligned, plate.word, max(12, round(area.height() * 0.14)))
        painter.end()
