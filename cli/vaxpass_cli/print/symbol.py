"""Text -> the QR code that a camera reads best at the size that there is for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaxpass import qr

QUIET: Final = 4
"""Light modules around a code, as its standard asks for."""
SMALLEST_MODULE: Final = 0.38
"""Millimetres. Smaller ones are hard for the cameras of telephones."""
_CORRECTIONS: Final[tuple[qr.ErrorCorrection, ...]] = ("Q", "M", "L")


class TooLong(Exception):
    """No QR code holds so much text."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code: its modules by rows, and how it was made."""

    modules: tuple[bytes, ...]
    correction: qr.ErrorCorrection

    @property
    def version(self) -> int:
        """1 to 40: how large it is."""
        return (len(self.modules) - 17) // 4

    def module(self, side: float) -> float:
        """How large a module is where the code has `side` for itself and its quiet zone."""
        return side / (len(self.modules) + 2 * QUIET)


def best(text: str, side: float = float("inf")) -> Symbol:
    """The strongest error correction, Q at most, whose modules are large enough on `side` millimetres.

    >>> best("HC1:" + "A" * 522, 48).correction, best("HC1:" + "A" * 522, 20).correction
    ('Q', 'L')

    The weakest one where none is. Raises `TooLong`.
    """
    symbol: Symbol | None = None
    for correction in _CORRECTIONS:
        try:
            symbol = Symbol(qr.modules(text, error_correction=correction), correction)
        except ValueError:
            continue
        if symbol.module(side) >= SMALLEST_MODULE:
            break
    if symbol is None:
        raise TooLong
    return symbol
