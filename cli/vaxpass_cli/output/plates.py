"""The plate of a verdict for people: the symbol, colour and word of its outcome, and a line below it.

A plain ACCEPTED is only for a document that the rules of a destination admitted. Where no rules were
asked, the plate says so: that a document is genuine does not yet mean that its holder may enter.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from vaxpass import Code, Outcome, Verdict, messages

COLOURS: Final = {
    Outcome.ACCEPTED: "green",
    Outcome.GENUINE: "blue",
    Outcome.REJECTED: "red",
    Outcome.UNDECIDED: "yellow",
    Outcome.OTHER: "cyan",
    Outcome.UNREADABLE: "magenta",
}
"""The colour of each outcome in a terminal."""
SYMBOLS: Final = {
    Outcome.ACCEPTED: "✔",
    Outcome.GENUINE: "◉",
    Outcome.REJECTED: "✘",
    Outcome.UNDECIDED: "?",
    Outcome.OTHER: "≠",
    Outcome.UNREADABLE: "∅",
}
_RESULTS: Final = (Code.CONTENT_DETECTED, Code.CONTENT_RESULT_UNKNOWN)
"""What makes a person look at the result of a test; at a link or at the whole content else"""
_LIMITED: Final = "○"
"""The symbol of an accepted document of which no rules were asked"""


class Plate(NamedTuple):
    """What stands largest about a verdict."""

    outcome: Outcome
    word: str
    """The outcome in a few words, in capital letters"""
    below: str = ""
    """A sentence that limits the word; empty where the word says everything"""

    @property
    def symbol(self) -> str:
        """The symbol beside the word."""
        limited = self.outcome is Outcome.ACCEPTED and self.below
        return _LIMITED if limited else SYMBOLS[self.outcome]


def plate_of(outcome: Outcome, language: str, *, rules_asked: bool) -> Plate:
    """The plate of an outcome. `rules_asked`: the rules of a destination were asked.

    >>> plate_of(Outcome.ACCEPTED, "en", rules_asked=False)[1:]
    ('ACCEPTED AS GENUINE', 'Entry rules were not checked.')
    >>> plate_of(Outcome.ACCEPTED, "en", rules_asked=True).word
    'ACCEPTED'
    """
    if outcome is Outcome.ACCEPTED and not rules_asked:
        word = messages.text("panel.accepted_as_genuine", language)
        return Plate(outcome, word, messages.text("panel.rules_not_checked", language))
    word = messages.text(f"panel.{outcome.value}", language)
    below = messages.text("panel.genuine_only", language) if outcome is Outcome.GENUINE else ""
    return Plate(outcome, word, below)


def plate_for(verdict: Verdict, language: str) -> Plate:
    """The plate of a verdict."""
    if verdict.outcome is Outcome.GENUINE and verdict.code not in _RESULTS:
        name = "genuine_link" if verdict.code is Code.CONTENT_LINK_NOT_OPENED else "genuine_content"
        word, below = (messages.text(f"panel.{key}", language) for key in (name, f"{name}_only"))
        return Plate(Outcome.GENUINE, word, below)
    return plate_of(verdict.outcome, language, rules_asked=verdict.admission is not None)
