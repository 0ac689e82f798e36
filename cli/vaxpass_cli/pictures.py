"""Picture file -> grey pixels -> codes. The only user of Pillow in the tool."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageSequence

from vaxpass import qr

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
_MOST_PIXELS: Final = 100_000_000
_MOST_FRAMES: Final = 50
_SIGNATURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


class UnreadablePicture(Exception):
    """The file is damaged, too large, or not a picture."""


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like a picture of a format that is read here."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def texts(data: bytes) -> list[str]:
    """The texts of all codes in a picture, each once, of all its pages or frames.

    Raises `UnreadablePicture`.
    """
    found: dict[str, None] = {}
    try:
        for width, height, pixels in _frames(data):
            for code in qr.read(pixels, width, height):
                found.setdefault(code.text)
    except UnreadablePicture:
        raise
    except Exception as error:
        # Pillow raises errors of many kinds on damaged files, and all mean the same here.
        raise UnreadablePicture(type(error).__name__) from None
    return list(found)


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
    """Transparent parts become paper: a code drawn on nothing would otherwise be black on black."""
    if "transparency" not in frame.info and "A" not in frame.mode:
        return frame
    coloured = frame.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured)
