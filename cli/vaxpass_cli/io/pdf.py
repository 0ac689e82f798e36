"""Read the codes in a PDF file, page by page. The only user of pypdfium2.

A page is drawn at 200 dots an inch. Where nothing is found it is drawn again, finer and in tiles, and
the pictures in it are looked at in their own resolution: a code may be perfect in the file and small
on the paper.
"""

from __future__ import annotations

import ctypes
import logging
import math
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from vaxpass import qr
from vaxpass.documents import recognise
from vaxpass_cli.io.images import Part, Pixels

if TYPE_CHECKING:
    import pypdfium2

logging.getLogger("pypdfium2").addHandler(logging.NullHandler())

_COARSE: Final = 200 / 72
_FINE: Final = 500 / 72
_FINEST: Final = 40.0  # dots for a point: of a page that is tiny, or counts in larger units
_MOST_PIXELS: Final = 16_000_000  # of one drawing; A3 at 200 dots an inch has 7.7 million
_LONGEST_SIDE: Final = 20_000
_TILE: Final = 6_000  # the side of a fine drawing, in pixels
_OVERLAP: Final = 72 * 45 / 25.4  # tiles share 45 mm, so that a code of that size is whole in one
# Small pages are drawn with as many pixels: their units may be larger than those of others.
_MOST_ENLARGED: Final = 4_000_000
# Pixels of all fine drawings of a page (A0 has 520 million), of a file, and of all drawings of a file:
# some 240 full pages of A4 without a code, and 1500 with one.
_MOST_FINE_OF_A_PAGE: Final = 600_000_000
_MOST_FINE: Final = 6_000_000_000
_MOST_IN_ALL: Final = 6_000_000_000
_PAGE: Final = 100_000  # what a page counts that has nothing on it, or can't be drawn
_MOST_EMBEDDED: Final = 64_000_000  # pixels of the pictures of a page
_QUIET: Final = 32  # pixels around what is on a page
_HEADER_WITHIN: Final = 1024
_HYPHENS: Final = dict.fromkeys((0x02, 0xFFFE), "-")
_PDFIUM_ERRORS: Final = (RuntimeError, ArithmeticError, ValueError, MemoryError)  # its own is the first
# Only one thread at a time may call PDFium.
_ONE_AT_A_TIME: Final = threading.Lock()


class UnreadablePdf(Exception):
    """Raised where a file can't be drawn: `code` is `pdf.password` or `pdf.unreadable`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_Points: TypeAlias = tuple[float, ...]
"""Left, top, right and bottom of a part of a page, in points"""


class _Drawing(NamedTuple):
    """8-bit grey pixels."""

    width: int
    height: int
    pixels: bytes

    def without_margin(self) -> tuple[_Drawing, int, int] | None:
        """What is not of the colour of the first pixel, with a little around it, and where it begins.

        None for an empty page.
        """
        colour, width = self.pixels[:1], self.width
        lines = [self.pixels[begin : begin + width] for begin in range(0, len(self.pixels), width)]
        inked = [y for y, line in enumerate(lines) if line != colour * width]
        if not inked:
            return None
        top, bottom = max(0, inked[0] - _QUIET), inked[-1] + 1 + _QUIET
        left = max(0, min(width - len(lines[y].lstrip(colour)) for y in inked) - _QUIET)
        right = min(width, max(len(lines[y].rstrip(colour)) for y in inked) + _QUIET)
        kept = [line[left:right] for line in lines[top:bottom]]
        return _Drawing(right - left, len(kept), b"".join(kept)), left, top


@dataclass(slots=True)
class _Budget:
    """Pixels that may still be drawn of a file: in all, and finely."""

    left: int
    fine: int


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin like a PDF; there may be a few other bytes before its header."""
    return b"%PDF-" in data[:_HEADER_WITHIN]


def parts(
    data: bytes, pixels: Pixels | None = None, between: Callable[[], None] = lambda: None
) -> Iterator[Part]:
    """All pages with their codes and words, or why they were not looked at. Raises `UnreadablePdf`.

    What is drawn is taken from `pixels`, where a file is one of several. `between` is called before
    each page; what it raises ends the reading.
    """
    with _ONE_AT_A_TIME:
        document = _open(data)
        count = len(document)
        attached = document.count_attachments()
    budget = _Budget(_MOST_IN_ALL, _MOST_FINE)
    try:
        for number in range(1, count + 1):
            between()
            if budget.left <= 0:
                yield Part(number, problem="pdf.not_looked_at", last=count)
                return
            budget.left -= _PAGE
            try:
                part = _read_page(document, number, budget)
                yield replace(part, words=_words(document, number))
            except _PDFIUM_ERRORS:
                yield Part(number, problem="pdf.page")
        if attached:
            yield Part(0, problem="pdf.attachments")
    finally:
        if pixels:
            pixels.left -= _MOST_IN_ALL - budget.left + _MOST_FINE - budget.fine
        with _ONE_AT_A_TIME:
            document.close()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2  # noqa: PLC0415 - loading PDFium takes 50 ms, and few files are PDFs

    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()  # codes may be in the fields of a form
    except pypdfium2.PdfiumError as error:
        # Not every version gives the number of the error.
        locked = "password" in str(error).lower()
        raise UnreadablePdf("pdf.password" if locked else "pdf.unreadable") from None
    return document


def _words(document: pypdfium2.PdfDocument, number: int) -> str:
    with _ONE_AT_A_TIME:
        page = document[number - 1]
        try:
            text = page.get_textpage()
            try:
                # PDFium marks a hyphen at the end of a line, which in a passport is a hyphen.
                return str(text.get_text_bounded()).translate(_HYPHENS)
            finally:
                text.close()
        finally:
            page.close()


def _read_page(document: pypdfium2.PdfDocument, number: int, budget: _Budget) -> Part:
    with _ONE_AT_A_TIME:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(
            _COARSE, math.sqrt(_MOST_PIXELS / (width * height)), _LONGEST_SIDE / max(width, height)
        )
        coarse = _draw(page, scale)
    try:
        budget.left -= len(coarse.pixels)
        inked = coarse.without_margin()
        if inked is None:
            return Part(number)
        drawing, left, top = inked
        codes = qr.read(drawing.pixels, drawing.width, drawing.height)
        if not _has_passport(codes):
            codes = qr.search(drawing.pixels, drawing.width, drawing.height)
        # A large code on a page hides no small one.
        places = qr.places(drawing.pixels, drawing.width, drawing.height, codes)
        if _has_passport(codes) and not places:
            return Part(number, codes)
        for embedded in _embedded(page):
            budget.left -= len(embedded.pixels)
            codes += qr.search(embedded.pixels, embedded.width, embedded.height)
        box = (0, 0, drawing.width, drawing.height)
        points = [
            tuple((at + begin) / scale for at, begin in zip(part, (left, top) * 2, strict=True))
            for part in (box, *places)
        ]
        fine = _Fine(page, _fine_scale(points[0]), budget)
        if not _has_passport(codes):
            codes += fine.read(points[0], until_passport=True)
        if _has_passport(codes):
            for part in points[1:]:
                codes += fine.read(part)
        once = {(code.text, code.piece): code for code in reversed(codes)}
        problem = "pdf.not_looked_at" if fine.is_spent else None
        return Part(number, tuple(reversed(once.values())), problem)
    finally:
        with _ONE_AT_A_TIME:
            page.close()


def _has_passport(codes: Iterable[qr.ReadCode]) -> bool:
    return any(recognise(code.text) for code in codes)


def _fine_scale(box: _Points) -> float:
    """How finely what is in a box is drawn: pixels for a point."""
    enlarged = math.sqrt(_MOST_ENLARGED / ((box[2] - box[0]) * (box[3] - box[1])))
    return min(max(_FINE, enlarged), _FINEST)


class _Fine:
    """Reads parts of a page in fine drawings, as far as the budgets of page and file go."""

    def __init__(self, page: pypdfium2.PdfPage, scale: float, budget: _Budget) -> None:
        self._page, self._scale, self._budget = page, scale, budget
        self._left = _MOST_FINE_OF_A_PAGE
        self.is_spent = False

    def read(self, box: _Points, *, until_passport: bool = False) -> tuple[qr.ReadCode, ...]:
        """The codes in a part of the page; `until_passport` ends at the first drawing with one."""
        codes: tuple[qr.ReadCode, ...] = ()
        for tile in self._tiles(box):
            self._left -= len(tile.pixels)
            self._budget.fine -= len(tile.pixels)
            codes += qr.read(tile.pixels, tile.width, tile.height)
            if until_passport and _has_passport(codes):
                break
        return codes

    def _tiles(self, box: _Points) -> Iterator[_Drawing]:
        width, height = self._page.get_size()
        first_x, first_y, last_x, last_y = box[0], box[1], min(box[2], width), min(box[3], height)
        side = _TILE / self._scale
        for top in _steps(first_y, last_y, side):
            for left in _steps(first_x, last_x, side):
                if min(self._left, self._budget.fine) <= 0:
                    self.is_spent = True
                    return
                right, bottom = min(last_x, left + side), min(last_y, top + side)
                with _ONE_AT_A_TIME:
                    crop = (left, height - bottom, width - right, top)
                    tile = _draw(self._page, self._scale, crop)
                yield tile


def _steps(first: float, last: float, side: float) -> Iterator[float]:
    """Where overlapping tiles begin that cover a length."""
    yield first
    while first + side < last:
        first += max(side - _OVERLAP, side / 2)
        yield first


def _embedded(page: pypdfium2.PdfPage) -> Iterator[_Drawing]:
    """The pictures on a page in their own resolution, as many as are looked at."""
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    with _ONE_AT_A_TIME:
        found = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5))
    left = _MOST_EMBEDDED
    for item in found:
        width, height = ctypes.c_uint(), ctypes.c_uint()
        with _ONE_AT_A_TIME:
            raw.FPDFImageObj_GetImagePixelSize(item, width, height)
            size = width.value * height.value
            if not 0 < size <= left:
                continue
            left -= size
            try:
                # The page owns these pixels: closing them would be told on standard error.
                grey = item.get_bitmap().to_pil().convert("L")
            except _PDFIUM_ERRORS:
                continue  # a damaged picture; the page as a whole was drawn
        yield _Drawing(grey.width, grey.height, grey.tobytes())


def _draw(
    page: pypdfium2.PdfPage, scale: float, crop: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> _Drawing:
    """A page, or what is left of it when its edges are cut off: left, bottom, right and top."""
    bitmap = page.render(scale=scale, crop=crop, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    pixels = b"".join(rows[y * stride : y * stride + width] for y in range(height))
    bitmap.close()
    return _Drawing(width, height, pixels)
