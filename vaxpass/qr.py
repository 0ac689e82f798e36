"""QR codes: finds them in pictures, and draws them. Needs the extra `vaxpass[cli]` (zxing-cpp, Pillow).

`read` takes the grey pixels of a picture, and `search` takes more time for it; `png` and `svg` return
the content of a file.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from vaxpass.errors import MissingExtraError

__all__ = [
    "ErrorCorrection",
    "ReadCode",
    "Symbols",
    "Threshold",
    "modules",
    "png",
    "read",
    "search",
    "svg",
]

try:
    import zxingcpp
    from PIL import Image, ImageChops, ImageFilter
except ModuleNotFoundError as _error:
    raise MissingExtraError.explain(_error) from None

ErrorCorrection: TypeAlias = Literal["L", "M", "Q", "H"]
"""How much of a code may be damaged: about 7, 15, 25 or 30 percent. HCERT recommends Q."""

Symbols: TypeAlias = Literal["both", "qr", "aztec"]
"""Which kinds of code to look for."""

Threshold: TypeAlias = Literal["local", "global", "none"]
"""What counts as dark: darker than its surroundings, than the middle of the picture, or black."""

_Corners: TypeAlias = tuple[tuple[int, int], ...]

_QR: Final = zxingcpp.BarcodeFormat.QRCode
_AZTEC: Final = zxingcpp.BarcodeFormat.Aztec
_FORMATS: Final[dict[Symbols, zxingcpp.BarcodeFormats]] = {
    "both": zxingcpp.BarcodeFormats([_QR, _AZTEC]),
    "qr": zxingcpp.BarcodeFormats([_QR]),
    "aztec": zxingcpp.BarcodeFormats([_AZTEC]),
}
_TINY: Final = ("Micro", "rMQR", "AztecRune", "Aztec Rune")
_BLACK_OR_WHITE: Final = [0] * 128 + [255] * 128
_THRESHOLDS: Final[dict[Threshold, zxingcpp.Binarizer]] = {
    "local": zxingcpp.Binarizer.LocalAverage,
    "global": zxingcpp.Binarizer.GlobalHistogram,
    "none": zxingcpp.Binarizer.BoolCast,
}


# Pixels of a picture that are looked at in several ways; larger ones are looked at smaller.
_MUCH: Final = 4_000_000
# Pixels of a picture that may be enlarged, and of one that may be enlarged more.
_ENLARGED: Final = 1_500_000
_ENLARGED_MORE: Final = 400_000
# A located code is cut out with a margin, a share of its side, for its quiet zone.
_MARGIN: Final = 0.12
_REGIONS: Final = 3
# The side of a cut-out, in pixels: five pixels for each module of the largest codes of passports.
_SIDE: Final = 640


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code that was found: its text, and its four corners in pixels, clockwise from its top left.

    `content` are the bytes of the code. Where they are not text, `is_text` is false, and in `text` each
    letter stands for a byte.

    >>> code = ReadCode("HC1:NCF", ((0, 0), (20, 0), (20, 20), (0, 20)), b"HC1:NCF")
    >>> code.text, code.is_text
    ('HC1:NCF', True)
    """

    text: str
    corners: _Corners
    content: bytes
    is_text: bool = True


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
    found = _find(pixels, width, height, symbols=symbols, threshold=threshold, downscale=downscale)
    return tuple(_code(barcode) for barcode in found if barcode.valid)


def search(pixels: bytes | memoryview, width: int, height: int) -> tuple[ReadCode, ...]:
    """Find all QR and Aztec codes in a picture that may take a second: a photograph, a scan, a page.

    Where `read` finds nothing, the picture is evenly lit, softened, sharpened, made smaller and
    larger, as long as nothing is found. That reads codes in a hard shadow, of round modules, and out of
    focus. Places where `read` sees a code that it can't read are looked at closely.

    `pixels` are as for `read`. Raises `ValueError` where there are not `width` x `height` pixels.

    >>> rows = modules("HC1:NCF")
    >>> side, margin = len(rows) + 8, b"\\xff" * 4  # four light modules on each side
    >>> lines = [margin + bytes(0 if dark else 255 for dark in row) + margin for row in rows]
    >>> quiet = margin * side
    >>> [code.text for code in search(quiet + b"".join(lines) + quiet, side, side)]
    ['HC1:NCF']
    """
    seen = _find(pixels, width, height, errors=True)
    found = tuple(_code(barcode) for barcode in seen if barcode.valid)
    failed = [_corners(barcode.position) for barcode in seen if not barcode.valid]
    failed = [corners for corners in failed if not _overlaps(corners, found)]
    if found and not failed:
        return found
    whole = Image.frombytes("L", (width, height), bytes(pixels))
    if len(set(whole.getextrema())) == 1:
        return ()  # an empty page
    for corners in failed[:_REGIONS]:
        if not _overlaps(corners, found):
            found += _looked_at(*_around(whole, corners))
    if found:
        return found
    shrink = 1
    while whole.width * whole.height > _MUCH * (shrink + 1) ** 2 // 2:
        shrink += 1
    return _looked_at(whole.reduce(shrink), (0, 0), 1 / shrink)


def _looked_at(picture: Image.Image, origin: tuple[int, int], factor: float) -> tuple[ReadCode, ...]:
    """The codes that the first successful way finds. `factor`: how much was the picture enlarged?"""
    for larger, threshold, prepared in _ways(picture):
        scale = larger * factor
        seen = _find(prepared.tobytes(), prepared.width, prepared.height, threshold=threshold)
        if seen:
            codes = (_code(barcode) for barcode in seen)
            return tuple(
                replace(
                    code,
                    corners=tuple(
                        (round(x / scale) + origin[0], round(y / scale) + origin[1])
                        for x, y in code.corners
                    ),
                )
                for code in codes
            )
    return ()


def _ways(grey: Image.Image) -> Iterator[tuple[float, Threshold, Image.Image]]:
    """Other versions of a picture: how much larger, what is dark in it, and itself.

    The order is that of codes read for the time, measured on drawn codes with faults of all kinds.
    """
    size = grey.width * grey.height
    yield 1 / 3, "none", _even(_soft(_scaled(grey, 1 / 3), 0.8), 25)
    yield 1.5, "local", _soft(_scaled(grey, 1.5), 1)
    yield 1, "none", _even(_sharp(_soft(grey, 1), 2, 150), 12)
    if size < _ENLARGED:
        yield 2, "none", _even(_scaled(grey, 2), 12)
        yield 2, "local", _sharp(_scaled(grey, 2), 4, 400)
    yield 2 / 3, "local", _sharp(_soft(_scaled(grey, 2 / 3), 1), 2, 250)
    yield 1 / 4, "none", _even(_soft(_scaled(grey, 1 / 4), 0.8), 12)
    yield 1 / 2, "none", _even(_soft(_scaled(grey, 1 / 2), 0.8), 25)
    yield 1, "none", _even(grey, 25)
    if size < _ENLARGED_MORE:
        yield 3, "none", _even(_scaled(grey, 3), 12)


def _even(grey: Image.Image, radius: int) -> Image.Image:
    """Black where a pixel is darker than the mean around it: a shadow's edge does not matter."""
    around = grey.filter(ImageFilter.BoxBlur(radius))
    return ImageChops.subtract(grey, around, 1, 128).point(_BLACK_OR_WHITE)


def _soft(grey: Image.Image, radius: float) -> Image.Image:
    return grey.filter(ImageFilter.GaussianBlur(radius))


def _sharp(grey: Image.Image, radius: float, percent: int) -> Image.Image:
    return grey.filter(ImageFilter.UnsharpMask(radius, percent, 0))


def _scaled(grey: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    return grey.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC)


def _around(whole: Image.Image, corners: _Corners) -> tuple[Image.Image, tuple[int, int], float]:
    """The picture around a located code in a size for reading, its origin, and how much it grew."""
    across, down = [x for x, _ in corners], [y for _, y in corners]
    side = max(max(across) - min(across), max(down) - min(down), 1)
    margin = round(side * _MARGIN) + 4
    box = (
        max(0, min(across) - margin),
        max(0, min(down) - margin),
        min(whole.width, max(across) + margin),
        min(whole.height, max(down) + margin),
    )
    part, factor = whole.crop(box), _SIDE / side
    return (part, box[:2], 1) if 0.7 < factor < 1.4 else (_scaled(part, factor), box[:2], factor)


def _overlaps(corners: _Corners, codes: Iterable[ReadCode]) -> bool:
    """Whether the middle of the corners is between those of a code."""
    x, y = (sum(corner[axis] for corner in corners) / 4 for axis in (0, 1))
    return any(
        min(c[0] for c in code.corners) < x < max(c[0] for c in code.corners)
        and min(c[1] for c in code.corners) < y < max(c[1] for c in code.corners)
        for code in codes
    )


def _find(  # noqa: PLR0913 - the options of a search
    pixels: bytes | memoryview,
    width: int,
    height: int,
    *,
    symbols: Symbols = "both",
    threshold: Threshold = "local",
    downscale: bool = True,
    errors: bool = False,
) -> list[zxingcpp.Barcode]:
    if len(pixels) != width * height or not pixels:
        raise ValueError(f"{len(pixels)} pixels are not {width} x {height}")
    found = zxingcpp.read_barcodes(
        memoryview(pixels).cast("B", (height, width)),
        formats=_FORMATS[symbols],
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=_THRESHOLDS[threshold],
        try_downscale=downscale,
        try_rotate=symbols != "qr",  # QR codes are found in any direction without it
        return_errors=errors,
    )
    # Patterns by chance are taken for tiny kinds of codes, which hold a few digits.
    return [barcode for barcode in found if not str(barcode.format).startswith(_TINY)]


def _code(barcode: zxingcpp.Barcode) -> ReadCode:
    text, content = barcode.text, barcode.bytes
    is_text = barcode.content_type != zxingcpp.ContentType.Binary
    if not is_text:
        with contextlib.suppress(UnicodeDecodeError):
            text, is_text = content.decode(), True
    return ReadCode(text, _corners(barcode.position), content, is_text)


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


def _corners(position: zxingcpp.Position) -> _Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)
