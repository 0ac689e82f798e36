"""Draw pages of a PDF: text in the tool's fonts, and QR codes as shapes. The only user of fpdf2.

Of the fonts only the used letters are embedded. Lengths are in millimetres from the top left corner,
sizes of letters in points. The metadata of the PDF has nothing of a certificate.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.fonts import TTFFont

from vaxpass import messages
from vaxpass_cli import fonts
from vaxpass_cli.options import BOTH
from vaxpass_cli.print.symbol import QUIET, Symbol

POINT: Final = 25.4 / 72
"""Millimetres"""
BLACK: Final = 0
GREY: Final = 90
_MEASURED: Final = 10.0
"""Points"""
_FAMILY: Final = "DejaVu"
_WARNING: Final = (176, 0, 32)
_PALE: Final = (246, 214, 218)


class Paper:
    """A PDF that is being written. `made_at` is the time of writing in its metadata.

    `title` is that of the metadata; without it a certificate of vaccination.
    """

    def __init__(self, made_at: datetime, title: str = "") -> None:
        pdf = FPDF(unit="mm")
        pdf.set_auto_page_break(False)
        pdf.set_creation_date(made_at)
        certificate = " / ".join(messages.text("print.form.title", each) for each in BOTH)
        pdf.set_title(title or certificate)
        pdf.set_lang(BOTH[0])
        pdf.add_font(_FAMILY, "", fonts.REGULAR)
        pdf.add_font(_FAMILY, "B", fonts.BOLD)
        self._pdf = pdf
        # Fields are laid out many times until they have room; measuring takes most of the time.
        self._widths: dict[tuple[str, bool], float] = {}

    def page(self, width: float, height: float) -> None:
        """Begin a page of this size."""
        self._pdf.add_page(format=(width, height))
        self._widths.clear()

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of a line of text."""
        known = self._widths.get((text, bold))
        if known is None:
            self._font(_MEASURED, bold)
            known = self._widths[text, bold] = self._pdf.get_string_width(text) / _MEASURED
        return known * size

    def write(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, grey: int = BLACK
    ) -> None:
        """Write a line of text with its baseline at `y`; `grey` is from 0 (black) to 255 (white)."""
        self._font(size, bold)
        self._pdf.set_text_color(grey)
        self._pdf.text(x, y, text)

    def rule(self, x: float, y: float, width: float) -> None:
        """Draw a thin line from left to right."""
        self._pdf.set_draw_color(190)
        self._pdf.set_line_width(0.15)
        self._pdf.line(x, y, x + width, y)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a thin frame that is empty."""
        self._pdf.set_draw_color(190)
        self._pdf.set_line_width(0.15)
        self._pdf.rect(x, y, width, height)

    def band(self, y: float, width: float, height: float, text: str) -> None:
        """Draw a warning in white on red from the left edge on, as large as possible."""
        self._pdf.set_fill_color(*_WARNING)
        self._pdf.rect(0, y, width, height, style="F")
        size = min(0.55 * height / POINT, 0.92 * width / self.width(text, 1, bold=True))
        x = (width - self.width(text, size, bold=True)) / 2
        self.write(x, y + height / 2 + 0.36 * size * POINT, text, size, bold=True, grey=255)

    def watermark(self, x: float, y: float, length: float, text: str) -> None:
        """Draw pale red letters that rise to the right, centred at `x`, `y`, at most this long."""
        size = min(length / self.width(text, 1, bold=True), 0.2 * length / POINT)
        left = x - self.width(text, size, bold=True) / 2
        with self._pdf.rotation(28, x, y):
            self._font(size, True)
            self._pdf.set_text_color(*_PALE)
            self._pdf.text(left, y + 0.36 * size * POINT, text)

    def code(self, symbol: Symbol, x: float, y: float, side: float) -> None:
        """Draw a QR code with its quiet zone in a white square of this side."""
        self._pdf.set_fill_color(255)
        self._pdf.rect(x, y, side, side, style="F")
        module = symbol.module(side)
        # One path for all modules: between separate shapes hairlines would be visible.
        path = PaintedPath()
        path.style.fill_color = "#000000"
        path.style.stroke_color = None
        for row, modules in enumerate(symbol.modules):
            top = y + (row + QUIET) * module
            for begin, length in _runs(modules):
                left = x + (begin + QUIET) * module
                path.rectangle(left, top, length * module, module)
        with self._pdf.drawing_context() as drawing:
            drawing.add_item(path, clone=False)

    def shows(self, text: str) -> bool:
        """Whether the font has all letters, and none must be joined or written from right to left."""
        font = self._pdf.fonts[_FAMILY.lower()]
        letters = font.cmap if isinstance(font, TTFFont) else {}
        return all(ord(c) in letters and not _needs_shaping(c) for c in text)

    def finish(self) -> bytes:
        """The bytes of the PDF; nothing can be written after it."""
        data = bytes(self._pdf.output())
        self.close()
        return data

    def close(self) -> None:
        """Close the files of fonts."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _font(self, size: float, bold: bool) -> None:
        self._pdf.set_font(_FAMILY, "B" if bold else "", size)


def _runs(modules: bytes) -> list[tuple[int, int]]:
    """Begin and length of each run of dark modules in a row."""
    runs = []
    begin = modules.find(1)
    while begin >= 0:
        end = modules.find(0, begin)
        end = len(modules) if end < 0 else end
        runs.append((begin, end - begin))
        begin = modules.find(1, end)
    return runs


def _needs_shaping(letter: str) -> bool:
    right_to_left = unicodedata.bidirectional(letter) in ("R", "AL", "AN")
    return right_to_left or unicodedata.category(letter) in ("Mn", "Mc", "Cf")
