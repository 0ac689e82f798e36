"""The colours of the window. Colour-blind people can distinguish those of the outcomes, too."""

from __future__ import annotations

from typing import Final

from vaxpass import Outcome
from vaxpass_cli.scan.window.boxes import Colour

WHITE: Final[Colour] = (255, 255, 255)
PAPER: Final[Colour] = (246, 247, 248)
SHADE: Final[Colour] = (226, 230, 234)
INK: Final[Colour] = (20, 26, 32)
INK_SOFT: Final[Colour] = (74, 86, 98)
NIGHT: Final[Colour] = (16, 21, 27)
BAR: Final[Colour] = (28, 36, 45)
BADGE: Final[Colour] = (62, 76, 90)
QUIET: Final[Colour] = (206, 214, 222)
SEARCHING: Final[Colour] = (36, 48, 60)
READING: Final[Colour] = (13, 71, 120)
AMBER: Final[Colour] = (255, 176, 0)
WARNING: Final[Colour] = (255, 232, 170)
TEST: Final[Colour] = (112, 28, 150)

PLATES: Final[dict[Outcome, Colour]] = {
    Outcome.ACCEPTED: (0, 128, 107),
    Outcome.GENUINE: (0, 72, 196),
    Outcome.REJECTED: (176, 0, 32),
    Outcome.UNDECIDED: AMBER,
    Outcome.OTHER: (92, 92, 92),
    Outcome.UNREADABLE: (66, 90, 114),
}
LETTERS: Final[dict[Outcome, Colour]] = {
    Outcome.ACCEPTED: WHITE,
    Outcome.GENUINE: WHITE,
    Outcome.REJECTED: WHITE,
    Outcome.UNDECIDED: INK,
    Outcome.OTHER: WHITE,
    Outcome.UNREADABLE: WHITE,
}


def between(one: Colour, other: Colour, share: float) -> Colour:
    """The colour that is at this share of the way from one colour to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
