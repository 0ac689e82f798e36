"""The plate says what has to be looked at: a result, the content, or what a link leads to."""

from __future__ import annotations

import pytest
from vaxpass_cli.output.plates import plate_for

from tests.support.family_documents import verdict_of
from tests.support.world import World
from vaxpass import Code


@pytest.mark.parametrize(
    ("code", "word", "below"),
    [
        (Code.CONTENT_LINK_NOT_OPENED, "CONTENT NOT SEEN", "The link is genuine"),
        (Code.CONTENT_NO_EVENT, "LOOK AT THE CONTENT", "It is genuine; what it says decides."),
        (Code.CONTENT_DETECTED, "LOOK AT THE RESULT", "It is genuine; the result decides."),
        (Code.TRUST_KEY_UNKNOWN, "UNDECIDED", ""),
        (None, "ACCEPTED AS GENUINE", "Entry rules were not checked."),
    ],
)
def test_the_word_says_what_a_person_has_to_do(
    code: Code | None, word: str, below: str, world: World
) -> None:
    plate = plate_for(verdict_of("health-link", world, code), "en")
    assert plate.word == word
    assert plate.below.startswith(below)
    assert plate_for(verdict_of("health-link", world, code), "vi").word != word
