"""Frames of the camera: what the passes of the reader are for."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.support.hard_codes import draw, scene

pytest.importorskip("cv2", exc_type=ImportError, reason="OpenCV is not here")
from vaxpass_cli.scan.reading import Reader


def test_codes_of_round_modules_are_read() -> None:
    read = 0
    for seed in range(6):
        text, picture = draw("dots", seed)
        frame = scene(random.Random(seed), (1280, 720))
        frame.paste(picture.resize((600, 600)), (300, 60))
        # The clock stands still: every pass is in time.
        found = Reader(clock=lambda: 0.0).read(np.asarray(frame))
        assert found.texts in ((), (text,))
        read += found.texts == (text,)
    assert read >= 5
