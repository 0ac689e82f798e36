"""Read the codes in a picture file. The only user of Pillow for pictures of codes in the tool."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageFilter, ImageSequence

from vaxpass import qr

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
_MOST_PIXELS: Final = 100_000_000
_MOST_FRAMES: Final = 50
_SIGNATURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_SMALL: Final = 1_000_000
_LARGE: Final = 4_000_000


class UnreadablePicture(Exception):
    """Raised where a file is damaged, too large, or not a picture."""


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like a picture of a known format."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def texts(data: bytes) -> list[str]:
    """The texts of all codes in all pages or frames of a picture, each once.

    Raises `UnreadablePicture`.
    """
    found: dict[str, None] = {}
    try:
        for width, height, pixels in _frames(data):
            found.update(dict.fromkeys(read(width, height, pixels)))
    except UnreadablePicture:
        raise
    except Exception as error:
        # Pillow raises errors of many kinds on damaged files; all mean the same here.
        raise UnreadablePicture(type(error).__name__) from None
    return list(found)


def read(width: int, height: int, pixels: bytes) -> list[str]:
    """The texts of all codes in 8-bit grey pixels, each once.

    Where nothing is found, enhanced versions of the picture are tried.
    """
    found = qr.read(pixels, width, height)
    if not found:
        plain = Image.frombytes("L", (width, height), pixels)
        for better in _enhanced(plain):
            found = qr.read(better.tobytes(), better.width, better.height)
            if found:
                break
    return list(dict.fromkeys(code.text for code in found))


def half_blocks(picture: bytes) -> str:
    """A small picture as lines of text for a terminal: two rows of pixels in each line."""
    with Image.open(io.BytesIO(picture), formats=_FORMATS) as opened:
        grey = opened.convert("L")
    width, height = grey.size
    paper = Image.new("L", (width, height + height % 2), 255)
    paper.paste(grey)
    dark = [value < 128 for value in paper.tobytes()]
    rows = [dark[start : start + width] for start in range(0, len(dark), width)]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(_BLOCKS[pair] for pair in zip(*two, strict=True)) for two in pairs)


def _enhanced(grey: Image.Image) -> Iterator[Image.Image]:
    """Other versions of a picture, the most promising first."""
    size = grey.width * grey.height
    if size > _LARGE:
        # Averaging removes noise and moire from a large photograph.
        grey = grey.reduce(2)
        yield grey
    yield grey.filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.UnsharpMask(2, 150, 0))
    yield grey.filter(ImageFilter.GaussianBlur(0.7)).filter(ImageFilter.UnsharpMask(1.5, 150, 0))
    if size < _SMALL:
        yield grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.BICUBIC)


def _frames(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise UnreadablePicture("too many pixels")
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            if number == _MOST_FRAMES:
                return
            grey = _on_white(frame).convert("L")
            yield grey.width, grey.height, grey.tobytes()


def _on_white(frame: Image.Image) -> Image.Image:
    """The frame on white: transparent parts would be black, like the code."""
    if "transparency" not in frame.info and "A" not in frame.mode:
        return frame
    coloured = frame.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured)
