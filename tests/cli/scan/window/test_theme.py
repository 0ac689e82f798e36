"""The colours: everything can be read, and no outcome is taken for another one by anybody."""

from __future__ import annotations

from itertools import combinations

import pytest
from vaxpass_cli.scan.window.theme import DARK, LIGHT, PLATES, Pair, between, theme_of

from tests.support.colour_vision import MATRICES, contrast, difference, lightness
from tests.support.offscreen import offscreen
from vaxpass import Outcome


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_all_letters_stand_out_from_their_ground(theme: object) -> None:
    assert isinstance(theme, type(LIGHT))
    for pair in (*theme.pairs(), *PLATES.values()):
        assert contrast(*pair) >= 4.5, pair


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ring_round_a_button_stands_out_from_the_bar(theme: object) -> None:
    assert isinstance(theme, type(LIGHT))
    assert contrast(theme.focus, theme.bar.ground) >= 3
    assert contrast(theme.focus, theme.button.ground) >= 3


@pytest.mark.parametrize("kind", ["", *MATRICES])
def test_the_grounds_of_outcomes_differ_for_all_kinds_of_eyes(kind: str) -> None:
    for one, other in combinations(Outcome, 2):
        assert difference(PLATES[one].ground, PLATES[other].ground, kind) >= 20, (one, other)


def test_grounds_that_turn_grey_for_green_blind_eyes_differ_in_lightness() -> None:
    grey = (Outcome.ACCEPTED, Outcome.OTHER, Outcome.UNREADABLE)
    for one, other in combinations(grey, 2):
        lights = (lightness(PLATES[outcome].ground, "deuteranopia") for outcome in (one, other))
        assert abs(next(lights) - next(lights)) >= 15


def test_the_measure_knows_colours_that_are_hard_to_tell_apart() -> None:
    assert difference("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    teal, slate = "#00806b", "#6b6e72"
    assert difference(teal, slate) > 30
    assert difference(teal, slate, "deuteranopia") < 15


def test_a_theme_is_chosen_by_name_and_else_by_the_system() -> None:
    offscreen()
    assert theme_of("dark") is DARK
    assert theme_of("light") is LIGHT
    assert theme_of("auto") in (LIGHT, DARK)


def test_a_colour_between_two() -> None:
    assert between(*Pair("#102030", "#102030"), 0.3) == "#102030"
