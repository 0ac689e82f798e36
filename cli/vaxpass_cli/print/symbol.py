"""Make the QR code of a text that a camera reads best at a given size on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vaxpass import qr

QUIET: Final = 4
"""Light modules that the standard requires around a code."""
SMALLEST_MODULE: Final = 0.38
"""The size of a module that cameras of phones read easily, in millimetres."""
_CORRECTIONS: Final[tuple[qr.ErrorCorrection, ...]] = ("Q", "M", "L")


class TooLong(Exception):
    """Raised where a text does not fit into any QR code."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code: its modules by rows, and its error correction."""

    modules: tuple[bytes, ...]
    correction: qr.ErrorCorrection

    @property
    def version(self) -> int:
        """The version, 1 to 40, which says how many modules it has."""
        return (len(self.modules) - 17) // 4

    def module(self, side: float) -> float:
        """The size of a module where the code with its quiet zone has the side `side`."""
        return side / (len(self.modules) + 2 * QUIET)


def best(text: str, side: float = float("inf")) -> Symbol:
    """The code with the strongest error correction, at most Q, whose modules are large enough.

    `side` is that of the code with its quiet zone, in millimetres. Where no modules are large enough,
    the code has the weakest error correction. Raises `TooLong`.

    >>> best("HC1:" + "A" * 522, 48).correction, best("HC1:" + "A" * 522, 20).correction
    ('Q', 'L')
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
