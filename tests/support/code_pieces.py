"""A text in several QR codes, written by a package that knows that form."""

from __future__ import annotations

import io

import pytest
from PIL import Image


def pieces_of(text: str, count: int) -> list[Image.Image]:
    """Pictures of the codes of a text, in order; of one code, which says nothing of others."""
    segno = pytest.importorskip("segno", reason="the package segno is not installed")
    drawn = []
    codes = [segno.make_qr(text)] if count == 1 else segno.make_sequence(text, symbol_count=count)
    for code in codes:
        file = io.BytesIO()
        code.save(file, kind="png", scale=3)
        with Image.open(file) as picture:
            drawn.append(picture.convert("L"))
    return drawn
