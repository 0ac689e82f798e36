"""Draw the pages of a PDF file as grey pixels. The only user of pypdfium2."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pypdfium2

_DOTS_PER_POINT: Final = 200 / 72
_MOST_PAGES: Final = 50
_MOST_PIXELS: Final = 16_000_000  # of a page; A3 at 200 dots an inch has 7.7 million
_LONGEST_SIDE: Final = 20_000
_HEADER_WITHIN: Final = 1024
# Only one thread at a time may call PDFium.
_ONE_AT_A_TIME: Final = threading.Lock()


class UnreadablePdf(Exception):
    """Raised where a file can't be drawn: `code` is `pdf.password` or `pdf.unreadable`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin like a PDF; there may be a few other bytes before its header."""
    return b"%PDF-" in data[:_HEADER_WITHIN]


def pages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Width, height and 8-bit grey pixels of each of the first 50 pages, at 200 dots per inch.

    Pages of more than 16 million pixels are drawn smaller. Raises `UnreadablePdf`.
    """
    with _ONE_AT_A_TIME:
        document = _open(data)
        count = min(len(document), _MOST_PAGES)
    try:
        for number in range(count):
            with _ONE_AT_A_TIME:
                page = _draw(document, number)
            yield page
    finally:
        with _ONE_AT_A_TIME:
            document.close()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2  # noqa: PLC0415 - loading PDFium takes 50 ms, and few files are PDFs

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # Not every version gives the number of the error.
        locked = "password" in str(error).lower()
        raise UnreadablePdf("pdf.password" if locked else "pdf.unreadable") from None


def _draw(document: pypdfium2.PdfDocument, number: int) -> tuple[int, int, bytes]:
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(
            _DOTS_PER_POINT,
            math.sqrt(_MOST_PIXELS / (width * height)),
            _LONGEST_SIDE / max(width, height),
        )
        bitmap = page.render(scale=scale, grayscale=True)
    except (RuntimeError, ArithmeticError, ValueError, MemoryError):  # PDFium's is the first
        raise UnreadablePdf("pdf.unreadable") from None
    rows = memoryview(bitmap.buffer).cast("B")
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    pixels = b"".join(rows[y * stride : y * stride + width] for y in range(height))
    bitmap.close()
    page.close()
    return width, height, pixels
