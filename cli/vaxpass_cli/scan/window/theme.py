"""The colours of the window, light and dark. Those of the outcomes are the same in both.

Every pair of ground and letters has a contrast of at least 4.5. The grounds of the outcomes can be told
apart by people who see no red or no green, too: by how light they are, or by blue and yellow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from vaxpass import Outcome


class Pair(NamedTuple):
    """A ground, and the letters on it, as `#rrggbb`."""

    ground: str
    ink: str


_INK: Final = "#141a20"
_WHITE: Final = "#ffffff"
_AMBER: Final = "#ffb000"

_READING: Final = Pair("#0d4778", _WHITE)
_CALL: Final = Pair(_AMBER, _INK)
_WARNING: Final = Pair("#ffe8aa", _INK)
_TEST: Final = Pair("#701c96", _WHITE)

PLATES: Final = {
    Outcome.ACCEPTED: Pair("#00806b", _WHITE),
    Outcome.GENUINE: Pair("#0048c4", _WHITE),
    Outcome.REJECTED: Pair("#b00020", _WHITE),
    Outcome.UNDECIDED: Pair(_AMBER, _INK),
    Outcome.OTHER: Pair("#c9ced3", _INK),
    Outcome.UNREADABLE: Pair("#313c49", _WHITE),
}
"""The colours of each outcome"""
CODE_READ: Final = "#00c8a0"
"""The outline of a code that was read"""
CODE_SEEN: Final = _AMBER
"""The outline of a code that is in view and could not be read"""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of everything but the outcomes."""

    page: Pair
    """What is read about a traveller"""
    soft: Pair
    """The same, where it is less important"""
    card: Pair
    """What to do next; tables"""
    bar: Pair
    """Badges at the top, buttons at the bottom"""
    badge: Pair
    waiting: Pair
    """What the desk does, while there is no verdict"""
    button: Pair
    first: Pair
    """The button for what is done most often"""
    pressed: Pair
    focus: str
    """The ring round the button that has the focus"""
    reading: Pair = _READING
    hint: Pair = _CALL
    alert: Pair = _CALL
    warning: Pair = _WARNING
    test: Pair = _TEST

    def pairs(self) -> tuple[Pair, ...]:
        """Every ground with the letters on it."""
        own = (self.page, self.soft, self.card, self.bar, self.badge, self.waiting)
        same = (self.reading, self.hint, self.alert, self.warning, self.test)
        return *own, self.button, self.first, self.pressed, *same


LIGHT: Final = Theme(
    page=Pair("#f6f7f8", _INK),
    soft=Pair("#f6f7f8", "#4a5662"),
    card=Pair(_WHITE, _INK),
    bar=Pair("#dde2e7", _INK),
    badge=Pair("#c3cbd3", _INK),
    waiting=Pair("#eceff2", _INK),
    button=Pair(_WHITE, _INK),
    first=Pair("#26323e", _WHITE),
    pressed=Pair("#b4c6dc", _INK),
    focus="#0048c4",
)
DARK: Final = Theme(
    page=Pair("#161c23", "#f2f4f6"),
    soft=Pair("#161c23", "#aab6c2"),
    card=Pair("#232c36", "#f2f4f6"),
    bar=Pair("#0b0f14", "#e4e8ec"),
    badge=Pair("#36424f", "#f2f4f6"),
    waiting=Pair("#10151b", "#f2f4f6"),
    button=Pair("#2e3a46", "#f2f4f6"),
    first=Pair("#dbe2e9", _INK),
    pressed=Pair("#4a5c70", _WHITE),
    focus="#7db4ff",
    warning=Pair("#4d3a00", "#ffe8aa"),
)


def theme_of(name: str) -> Theme:
    """The theme `light` or `dark`; for `auto` that of the system, else light.

    >>> theme_of("dark") is DARK
    True
    """
    if name == "auto":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if name == "dark" else LIGHT


def between(one: str, other: str, share: float) -> str:
    """The colour that is at this share of the way from one colour to the other.

    >>> between("#000000", "#ff8000", 0.5)
    '#804000'
    """
    mixed = (
        round(a + (b - a) * share)
        for a, b in zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    )
    return "#" + bytes(mixed).hex()
