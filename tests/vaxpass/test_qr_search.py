"""Codes that are hard to read are read, and never wrongly.

`python -m benchmarks.pictures` measures many more of each kind.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFilter

from tests.support.hard_codes import KINDS, draw
from tests.support.world import World
from vaxpass import qr

# Of eight pictures of a kind; what is read is not the same on every machine.
AT_LEAST = {
    "dots": 8,
    "shadow": 7,
    "wavy": 4,
    "faint": 7,
    "blurred": 4,
    "noisy": 7,
    "mirrored": 8,
    "inverted": 8,
}


@pytest.mark.parametrize("kind", AT_LEAST)
def test_what_is_hard_to_read_is_read_and_never_wrongly(kind: str) -> None:
    read = 0
    for seed in range(8):
        text, picture = draw(kind, seed)
        found = [code.text for code in qr.search(picture.tobytes(), *picture.size)]
        assert found in ([], [text])
        read += found == [text]
    assert read >= AT_LEAST[kind]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(AT_LEAST)))
def test_a_photograph_of_twelve_million_pixels_is_read(kind: str) -> None:
    text, picture = draw(kind, 2)
    (code,) = qr.search(picture.tobytes(), *picture.size)
    assert code.text == text


def grey(text: str, side: int) -> Image.Image:
    with Image.open(io.BytesIO(qr.png(text, scale=3))) as code:
        return code.convert("L").resize((side, side), Image.Resampling.BILINEAR)


def degraded(kind: str, text: str) -> Image.Image:
    if kind == "blurred":
        return grey(text, 500).filter(ImageFilter.GaussianBlur(2.2))
    if kind == "faint":
        return grey(text, 450).point([110 + value // 12 for value in range(256)])
    # A large photograph, out of focus and with its code a bit turned.
    paper = Image.new("L", (3000, 2200), 200)
    paper.paste(grey(text, 1100), (600, 500))
    return paper.rotate(8, Image.Resampling.BICUBIC, fillcolor=120).filter(ImageFilter.GaussianBlur(5))


@pytest.mark.parametrize("kind", ["blurred", "faint", "photograph"])
def test_a_passport_that_is_hard_to_read_is_read(kind: str, world: World) -> None:
    text = world.issue()
    picture = degraded(kind, text)
    assert [code.text for code in qr.search(picture.tobytes(), *picture.size)] == [text]
