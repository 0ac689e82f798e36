"""Modules are found and sampled where a code is turned, tilted, inverted, or partly hidden."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vaxpass import qr

pytest.importorskip("cv2", exc_type=ImportError, reason="OpenCV is not here")
import cv2
from vaxpass_cli.scan import symbol
from vaxpass_cli.scan.opencv import modules

_TEXT = "HC1:" + "NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL" * 12
_ROWS = qr.modules(_TEXT, error_correction="Q")
_SIZE = len(_ROWS)


def _picture(quad: list[list[int]]) -> NDArray[np.uint8]:
    """The code on white, in a grey picture, at four corners."""
    light = 255 - 255 * np.array([list(row) for row in _ROWS], np.uint8)
    paper = np.pad(np.kron(light, np.ones((8, 8), np.uint8)), 32, constant_values=255)
    side = 8 * _SIZE + 32
    code = np.array([[32, 32], [side, 32], [side, side], [32, side]], np.float32)
    view = cv2.getPerspectiveTransform(code, np.array(quad, np.float32))
    drawn = cv2.warpPerspective(paper, view, (480, 440), flags=cv2.INTER_AREA, borderValue=130)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 1), np.uint8)


_QUADS = {
    "upright": [[80, 60], [380, 60], [380, 360], [80, 360]],
    "upside down": [[380, 360], [80, 360], [80, 60], [380, 60]],
    "turned": [[230, 40], [410, 220], [230, 400], [50, 220]],
    "tilted": [[90, 70], [390, 58], [376, 366], [104, 346]],
}


@pytest.mark.parametrize("place", _QUADS)
def test_a_code_is_found_where_it_is(place: str) -> None:
    found = modules.find(_picture(_QUADS[place]), 380)
    assert found is not None
    assert found.version == (_SIZE - 17) // 4
    assert np.abs(found.corners - _QUADS[place]).max() < 3


@pytest.mark.parametrize(
    "hidden", [None, 0, 1, 3], ids=["nothing", "top left", "top right", "bottom left"]
)
@pytest.mark.parametrize("inverted", [False, True])
def test_its_modules_are_those_that_were_drawn(hidden: int | None, inverted: bool) -> None:
    picture = _picture(_QUADS["tilted" if hidden is None else "turned"])
    if hidden is not None:
        x, y = _QUADS["turned"][hidden]
        near = (int(x + (230 - x) * 0.1), int(y + (220 - y) * 0.1))
        cv2.circle(picture, near, 22, 150, -1)
    found = modules.find(255 - picture if inverted else picture, 380)
    assert found is not None
    drawn = [symbol.corrected(levels) for levels in modules.levels(found)]
    assert any(
        one is not None and np.array_equal(one < 0, np.array([list(r) for r in _ROWS])) for one in drawn
    )


def test_what_is_drawn_is_read() -> None:
    levels = np.array([[1 - 2 * module for module in row] for row in _ROWS], np.float32)
    drawn = modules.draw(levels)
    height, width = drawn.shape
    assert [code.text for code in qr.read(drawn.data.cast("B"), width, height)] == [_TEXT]


def test_nothing_is_found_in_an_even_picture() -> None:
    assert modules.find(np.full((400, 400), 90, np.uint8), 300) is None


@pytest.mark.parametrize("asked", range(3))
def test_nothing_is_looked_for_when_it_is_late(asked: int) -> None:
    answers = [False] * asked

    def is_late() -> bool:
        return not answers or answers.pop()

    found = modules.find(_picture(_QUADS["tilted"]), 380, is_late)
    assert not answers
    assert (found is None) == (asked < 2)


def test_the_angle_of_most_edges_is_told() -> None:
    turned = modules.upright(_picture(_QUADS["turned"]))
    assert abs(abs(np.degrees(turned)) - 45) < 4
    assert abs(np.degrees(modules.upright(_picture(_QUADS["upright"])))) < 2
