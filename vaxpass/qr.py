"""QR codes: finds them in pictures, and draws them. Needs the extra `vaxpass[cli]` (zxing-cpp, Pillow).

`read` takes the grey pixels of a picture; `png` and `svg` return the content of a file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from vaxpass.errors import MissingExtraError

__all__ = ["ErrorCorrection", "ReadCode", "Symbols", "Threshold", "modules", "png", "read", "svg"]

try:
    import zxingcpp
    from PIL import Image
except ModuleNotFoundError as _error:
    raise MissingExtraError.explain(_error) from None

ErrorCorrection: TypeAlias = Literal["L", "M", "Q", "H"]
"""How much of a code may be damaged: about 7, 15, 25 or 30 percent. HCERT recommends Q."""

Symbols: TypeAlias = Literal["both", "qr", "aztec"]
"""Which kinds of code to look for."""

Threshold: TypeAlias = Literal["local", "global", "none"]
"""What counts as dark: darker than its surroundings, than the middle of the picture, or black."""

_QR: Final = zxingcpp.BarcodeFormat.QRCode
_AZTEC: Final = zxingcpp.BarcodeFormat.Aztec
_FORMATS: Final[dict[Symbols, zxingcpp.BarcodeFormats]] = {
    "both": zxingcpp.BarcodeFormats([_QR, _AZTEC]),
    "qr": zxingcpp.BarcodeFormats([_QR]),
    "aztec": zxingcpp.BarcodeFormats([_AZTEC]),
}
_THRESHOLDS: Final[dict[Threshold, zxingcpp.Binarizer]] = {
    "local": zxingcpp.Binarizer.LocalAverage,
    "global": zxingcpp.Binarizer.GlobalHistogram,
    "none": zxingcpp.Binarizer.BoolCast,
}


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code that `read` found: its text, and its four corners in pixels, clockwise from its top left.

    >>> ReadCode("HC1:NCF", ((0, 0), (20, 0), (20, 20), (0, 20))).text
    'HC1:NCF'
    """

    text: str
    corners: tuple[tuple[int, int], ...]


def read(  # noqa: PLR0913 - the options of a search
    pixels: bytes | memoryview,
    width: int,
    height: int,
    *,
    symbols: Symbols = "both",
    threshold: Threshold = "local",
    downscale: bool = True,
) -> tuple[ReadCode, ...]:
    """Find all QR and Aztec codes in a picture.

    `pixels` are 8-bit grey values, row by row without padding. `downscale` looks at smaller copies of
    the picture as well, which finds large blurred codes. Codes may be rotated, and light on dark. The
    defaults suit a still picture; in the pictures of a camera, one kind of code at a time is faster.

    Raises `ValueError` where there are not `width` x `height` pixels.

    >>> rows = modules("HC1:NCF")
    >>> side, margin = len(rows) + 8, b"\\xff" * 4  # four light modules on each side
    >>> lines = [margin + bytes(0 if dark else 255 for dark in row) + margin for row in rows]
    >>> quiet = margin * side
    >>> [code.text for code in read(quiet + b"".join(lines) + quiet, side, side)]
    ['HC1:NCF']
    """
    if len(pixels) != width * height or not pixels:
        raise ValueError(f"{len(pixels)} pixels are not {width} x {height}")
    found = zxingcpp.read_barcodes(
        memoryview(pixels).cast("B", (height, width)),
        formats=_FORMATS[symbols],
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=_THRESHOLDS[threshold],
        try_downscale=downscale,
        try_rotate=symbols != "qr",  # QR codes are found in any direction without it
    )
    return tuple(ReadCode(code.text, _corners(code.position)) for code in found)


def png(text: str, *, error_correction: ErrorCorrection = "Q", scale: int = 4) -> bytes:
    """A QR code as the content of a PNG file, with its quiet zone; a module is `scale` pixels wide.

    Raises `ValueError` where the text does not fit into a QR code.

    >>> png("HC1:NCF")[:4]
    b'\\x89PNG'
    """
    picture = Image.fromarray(_create(text, error_correction).to_image(scale=scale)).convert("1")
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def svg(text: str, *, error_correction: ErrorCorrection = "Q") -> str:
    """A QR code as the text of an SVG file, with its quiet zone.

    Raises `ValueError` where the text does not fit into a QR code.

    >>> "<svg" in svg("HC1:NCF")
    True
    """
    drawing: str = _create(text, error_correction).to_svg()
    return drawing


def modules(text: str, *, error_correction: ErrorCorrection = "Q") -> tuple[bytes, ...]:
    """The modules of a QR code for drawing it: a row of bytes each, 1 for dark and 0 for light.

    The quiet zone is not in it: leave four light modules on every side. Raises `ValueError` where the
    text does not fit into a QR code.

    >>> rows = modules("HC1:NCF")
    >>> len(rows), rows[0][:8]
    (21, b'\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x00')
    """
    drawn = _create(text, error_correction).to_image(scale=1, add_quiet_zones=False)
    picture = Image.fromarray(drawn)
    pixels = picture.tobytes()
    rows = (pixels[begin : begin + picture.width] for begin in range(0, len(pixels), picture.width))
    return tuple(bytes(pixel < 128 for pixel in row) for row in rows)


def _create(text: str, error_correction: ErrorCorrection) -> zxingcpp.Barcode:
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=error_correction)


def _corners(position: zxingcpp.Position) -> tuple[tuple[int, int], ...]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)
