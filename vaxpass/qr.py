"""QR codes: finds them in pictures, and draws them. Needs the extra `vaxpass[cli]` (zxing-cpp, Pillow).

`read` takes the grey pixels of a picture, and `search` takes more time for it; `png` and `svg` return
the content of a file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor
from typing import Final, Literal, TypeAlias

from vaxpass.errors import ArgumentError, MissingExtraError

__all__ = [
    "ErrorCorrection",
    "Piece",
    "ReadCode",
    "Symbols",
    "Threshold",
    "join",
    "modules",
    "places",
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
_Box: TypeAlias = tuple[int, int, int, int]

_QR: Final = zxingcpp.BarcodeFormat.QRCode
_AZTEC: Final = zxingcpp.BarcodeFormat.Aztec
_FORMATS: Final[dict[Symbols, zxingcpp.BarcodeFormats]] = {
    "both": zxingcpp.BarcodeFormats([_QR, _AZTEC]),
    "qr": zxingcpp.BarcodeFormats([_QR]),
    "aztec": zxingcpp.BarcodeFormats([_AZTEC]),
}
_TINY: Final = ("Micro", "rMQR", "AztecRune", "Aztec Rune")
_LARGE_KINDS: Final = ("QR Code", "QRCode", "BarcodeFormat.QRCode", "QR Code Model 2")
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
# How often a picture with codes is looked at for one more.
_MOST_LOOKS: Final = 6
# A code has light and dark everywhere: in every block of pixels, whatever the size of its modules.
_BLOCK_SIDES: Final = (8, 16, 32, 64, 128)
_IN_A_ROW: Final = 5
_UNEVEN: Final = [0] * 6 + [255] * 250
# The side of a cut-out, in pixels: five pixels for each module of the largest codes of passports.
_SIDE: Final = 640


# Blocks of a code of versions 1 to 40, for each error correction: table 9 of ISO/IEC 18004.
_BLOCKS: Final[dict[str, tuple[int, ...]]] = {
    "L": (
        *(1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8),
        *(8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25),
    ),
    "M": (
        *(1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16),
        *(17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
    ),
    "Q": (
        *(1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20),
        *(23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68),
    ),
    "H": (
        *(1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25),
        *(25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81),
    ),
}
_IN_PIECES: Final = 0b0011  # the mode "structured append"


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece of a text a code is, where the text is in several codes (structured append).

    `number` counts from 1. `check` is the same in all pieces of a text, and by chance in those of one
    text of sixteen: the upper four bits of the exclusive or of its bytes (ISO/IEC 18004, section 8).

    >>> Piece(1, 2, 5).count
    2
    """

    number: int
    count: int
    check: int


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code that was found: its text, and its four corners in pixels, clockwise from its top left.

    `content` are the bytes of the code. Where they are not text, `is_text` is false, and in `text` each
    letter stands for a byte. `piece` is there where the code holds a part of a text only; dirt in a
    corner of a code may look like it.

    >>> code = ReadCode("HC1:NCF", ((0, 0), (20, 0), (20, 20), (0, 20)), b"HC1:NCF")
    >>> code.text, code.is_text
    ('HC1:NCF', True)
    """

    text: str
    corners: _Corners
    content: bytes
    is_text: bool = True
    piece: Piece | None = None


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

    A text in several codes is put together where all are in the picture; see `join`.

    Raises `ArgumentError` where there are not `width` x `height` pixels.

    >>> rows = modules("HC1:NCF")
    >>> side, margin = len(rows) + 8, b"\\xff" * 4  # four light modules on each side
    >>> lines = [margin + bytes(0 if dark else 255 for dark in row) + margin for row in rows]
    >>> quiet = margin * side
    >>> [code.text for code in read(quiet + b"".join(lines) + quiet, side, side)]
    ['HC1:NCF']
    """
    found = _find(pixels, width, height, symbols=symbols, threshold=threshold, downscale=downscale)
    return join(_code(barcode) for barcode in found if barcode.valid)


def search(pixels: bytes | memoryview, width: int, height: int) -> tuple[ReadCode, ...]:
    """Find all QR and Aztec codes in a picture that may take a second: a photograph, a scan, a page.

    Where `read` finds nothing, the picture is evenly lit, softened, sharpened, made smaller and
    larger, as long as nothing is found. That reads codes in a hard shadow, of round modules, and out of
    focus. Places where `read` sees a code that it can't read are looked at closely, and so is what may
    be a further code beside those that were read (`places`): an easy code hides no other.

    `pixels` are as for `read`. Raises `ArgumentError` where there are not `width` x `height` pixels.

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
    whole = Image.frombytes("L", (width, height), bytes(pixels))
    if len(set(whole.getextrema())) == 1:
        return ()  # an empty page
    for corners in failed[:_REGIONS]:
        if not _overlaps(corners, found):
            found += _looked_at(*_around(whole, corners))
    if not found:
        return join(_closely(whole, (0, 0, width, height)))
    for _ in range(_MOST_LOOKS):
        boxes = [_grown(mask.getbbox(), side, whole) for side, mask in _crowded(whole, found)]
        if not boxes:
            break
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        more = _closely(whole, (min(lefts), min(tops), max(rights), max(bottoms)))
        further = tuple(code for code in more if not _overlaps(code.corners, found))
        if not further:
            break
        found += further
    return join(found)


def places(
    pixels: bytes | memoryview, width: int, height: int, codes: Iterable[ReadCode] = ()
) -> tuple[tuple[int, int, int, int], ...]:
    """Where codes may be in a picture, apart from `codes`: left, top, right and bottom, in pixels.

    They are places of 40 pixels and more that have light and dark everywhere, as a code has: a picture
    or close print, too. A code of a side of 48 pixels or more is in one of them, unless it is very
    faint.

    `pixels` are as for `read`. Raises `ArgumentError` where there are not `width` x `height` pixels.

    >>> places(b"\\xff" * 10_000, 100, 100)
    ()
    """
    _require_size(pixels, width, height)
    whole = Image.frombytes("L", (width, height), bytes(pixels))
    found: list[_Box] = []
    for side, mask in _crowded(whole, codes):
        for island in _islands(mask):
            box = _grown(island, side, whole)
            apart = []
            for other in found:
                if _is_apart(box, other):
                    apart.append(other)
                else:
                    box = _around_both(box, other)
            found = [*apart, box]
    return tuple(found)


def _crowded(whole: Image.Image, codes: Iterable[ReadCode]) -> Iterator[tuple[int, Image.Image]]:
    """Where a picture without its codes has light and dark everywhere: side of a block, and a mask.

    A pixel of the mask stands for a block in the middle of such a place. Empty masks are left out.
    """
    rest = whole.copy()
    for code in codes:
        across, down = [x for x, _ in code.corners], [y for _, y in code.corners]
        margin = 4 + max(max(across) - min(across), max(down) - min(down)) // 32
        left, top = max(0, min(across) - margin), max(0, min(down) - margin)
        rest.paste(255, (left, top, max(across) + margin, max(down) + margin))
    for side in _BLOCK_SIDES:
        if min(rest.size) < _IN_A_ROW * side:
            return
        mean = rest.reduce(side)
        larger = mean.resize((mean.width * side, mean.height * side), Image.Resampling.NEAREST)
        uneven = ImageChops.difference(rest, larger.crop((0, 0, *rest.size))).reduce(side)
        mask = uneven.point(_UNEVEN).filter(ImageFilter.MinFilter(_IN_A_ROW))
        if mask.getbbox():
            yield side, mask


def _grown(box: _Box | None, side: int, whole: Image.Image) -> _Box:
    """The pixels of a box of blocks in the middle of a place; None is the whole picture."""
    left, top, right, bottom = box or (0, 0, whole.width, whole.height)
    around = _IN_A_ROW // 2 + 1  # at its edges, a code may fill a part of a block
    return (
        max(0, (left - around) * side),
        max(0, (top - around) * side),
        min(whole.width, (right + around) * side),
        min(whole.height, (bottom + around) * side),
    )


def _is_apart(one: _Box, other: _Box) -> bool:
    return any(one[axis] >= other[axis + 2] or other[axis] >= one[axis + 2] for axis in (0, 1))


def _around_both(one: _Box, other: _Box) -> _Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _islands(mask: Image.Image) -> Iterator[_Box]:
    """The boxes around what hangs together in a mask of 0 and 255."""
    width, height = mask.size
    left = {place for place, value in enumerate(mask.tobytes()) if value}
    while left:
        waiting = [left.pop()]
        rows, columns = [], []
        while waiting:
            row, column = divmod(waiting.pop(), width)
            rows.append(row)
            columns.append(column)
            for down in (row - 1, row, row + 1):
                for across in (column - 1, column, column + 1):
                    place = down * width + across
                    if 0 <= down < height and 0 <= across < width and place in left:
                        left.remove(place)
                        waiting.append(place)
        yield min(columns), min(rows), max(columns) + 1, max(rows) + 1


def _closely(whole: Image.Image, box: _Box) -> tuple[ReadCode, ...]:
    """The codes in a part of a picture that one way to look finds."""
    part = whole.crop(box)
    shrink = 1
    while part.width * part.height > _MUCH * (shrink + 1) ** 2 // 2:
        shrink += 1
    return _looked_at(part.reduce(shrink), box[:2], 1 / shrink)


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
        yield 2, "none", _even(_sharp(_soft(_scaled(grey, 2), 1.2), 4, 400), 30)
    yield 2 / 3, "local", _sharp(_soft(_scaled(grey, 2 / 3), 1), 2, 250)
    for part in (1, 2, 3):
        less = _scaled(grey, 1 / part) if part > 1 else grey
        yield 1 / part, "local", _sharp(_soft(_sharp(less, 2, 300), 0.8), 2, 200)
    for part in (2, 4, 6, 8, 12):
        # Round modules of any size are squares again when they are made small enough.
        yield 1 / part, "none", _even(_soft(_scaled(grey, 1 / part), 0.8), 25 if part == 2 else 12)
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
    _require_size(pixels, width, height)
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


def _require_size(pixels: bytes | memoryview, width: int, height: int) -> None:
    if len(pixels) != width * height or width < 1:
        raise ArgumentError(f"{len(pixels)} pixels are not {width} x {height}")


def _code(barcode: zxingcpp.Barcode) -> ReadCode:
    text, content = barcode.text, barcode.bytes
    is_text = barcode.content_type != zxingcpp.ContentType.Binary
    if not is_text:
        try:
            text, is_text = content.decode(), True
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return ReadCode(text, _corners(barcode.position), content, is_text, _piece(barcode))


def _piece(barcode: zxingcpp.Barcode) -> Piece | None:
    """The header of a code that is one of several, from its modules: the package does not tell it."""
    told: dict[str, object] = dict(barcode.extra or {})  # type: ignore[call-overload]
    blocks = _BLOCKS.get(str(told.get("ECLevel")))
    version, mask = (str(told.get(key)) for key in ("Version", "DataMask"))
    if str(barcode.format) not in _LARGE_KINDS or not blocks or not (version + mask).isdecimal():
        return None
    symbol = Image.fromarray(barcode.to_image(scale=1, add_quiet_zones=False))
    if symbol.size != (17 + 4 * int(version),) * 2:
        return None
    # The first block has the codewords 0, n, 2n ... of n blocks.
    first, second = (_codeword(symbol, int(mask), index) for index in (0, blocks[int(version) - 1]))
    if first >> 4 != _IN_PIECES or first & 15 > second >> 4:
        return None
    return Piece((first & 15) + 1, (second >> 4) + 1, second & 15)


def _codeword(symbol: Image.Image, mask: int, index: int) -> int:
    """A codeword among those in the four columns on the right: no pattern interrupts them there.

    They go up in the two outer columns and down in the two inner ones, four rows for each codeword.
    """
    size = symbol.width
    inner, step = divmod(index, (size - 9) // 4)
    byte = 0
    for bit in range(8):
        down, across = divmod(bit, 2)
        row = 9 + 4 * step + down if inner else size - 1 - 4 * step - down
        column = size - 1 - 2 * inner - across
        level = symbol.getpixel((column, row))
        byte = byte << 1 | ((level == 0) ^ _is_masked(mask, row, column))
    return byte


def _is_masked(mask: int, row: int, column: int) -> bool:
    """Whether a mask turns a module around: table 10 of ISO/IEC 18004."""
    product = row * column
    return (
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        product % 2 + product % 3,
        (product % 2 + product % 3) % 2,
        ((row + column) % 2 + product % 3) % 2,
    )[mask] == 0


def join(codes: Iterable[ReadCode]) -> tuple[ReadCode, ...]:
    """Put pieces together where all pieces of a text are there; other codes stay as they are.

    The pieces may come from several pictures. A code put together is in the place of its first piece.
    Where a piece has several contents, they are of several texts, and nothing is put together.

    >>> place = ((0, 0), (20, 0), (20, 20), (0, 20))
    >>> check = 4  # of "HC1:NCF"
    >>> codes = [
    ...     ReadCode("NCF", place, b"NCF", piece=Piece(2, 2, check)),
    ...     ReadCode("HC1:", place, b"HC1:", piece=Piece(1, 2, check)),
    ... ]
    >>> [code.text for code in join(codes)], [code.text for code in join(codes[:1])]
    (['HC1:NCF'], ['NCF'])
    """
    given = tuple(codes)
    sets: dict[tuple[int, int], list[ReadCode]] = {}
    for code in given:
        if code.piece:
            sets.setdefault((code.piece.count, code.piece.check), []).append(code)
    whole = {key: _whole(pieces, *key) for key, pieces in sets.items()}
    joined: list[ReadCode] = []
    for code in given:
        one = whole.get((code.piece.count, code.piece.check)) if code.piece else None
        if one is None:
            joined.append(code)
        elif one not in joined:
            joined.append(one)
    return tuple(joined)


def _whole(pieces: list[ReadCode], count: int, check: int) -> ReadCode | None:
    ordered = list({(code.piece, code.content): code for code in reversed(pieces)}.values())
    ordered.sort(key=lambda code: code.piece.number if code.piece else 0)
    if [code.piece.number for code in ordered if code.piece] != list(range(1, count + 1)):
        return None
    content = b"".join(piece.content for piece in ordered)
    if reduce(xor, content, 0) >> 4 != check:
        return None
    text = "".join(piece.text for piece in ordered)
    return ReadCode(text, ordered[0].corners, content, all(piece.is_text for piece in ordered))


def png(text: str, *, error_correction: ErrorCorrection = "Q", scale: int = 4) -> bytes:
    """A QR code as the content of a PNG file, with its quiet zone; a module is `scale` pixels wide.

    Raises `ArgumentError` where the text does not fit into a QR code.

    >>> png("HC1:NCF")[:4]
    b'\\x89PNG'
    """
    picture = Image.fromarray(_create(text, error_correction).to_image(scale=scale)).convert("1")
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def svg(text: str, *, error_correction: ErrorCorrection = "Q") -> str:
    """A QR code as the text of an SVG file, with its quiet zone.

    Raises `ArgumentError` where the text does not fit into a QR code.

    >>> "<svg" in svg("HC1:NCF")
    True
    """
    drawing: str = _create(text, error_correction).to_svg()
    return drawing


def modules(text: str, *, error_correction: ErrorCorrection = "Q") -> tuple[bytes, ...]:
    """The modules of a QR code for drawing it: a row of bytes each, 1 for dark and 0 for light.

    The quiet zone is not in it: leave four light modules on every side. Raises `ArgumentError` where
    the text does not fit into a QR code.

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
    try:
        return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=error_correction)
    except (ValueError, RuntimeError) as error:
        raise ArgumentError(f"the text does not fit into a QR code: {error}") from None


def _corners(position: zxingcpp.Position) -> _Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)
