"""Texts are as large as they fit, and their letters are those of the machine's fonts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from vaxpass_cli.scan.window.fitted import Setter, Words, drawable, from_right, laid

from tests.support.offscreen import offscreen
from tests.support.screens import ARABIC, HEBREW, LONG, NO_FONT, THAI, VIETNAMESE

APPLICATION = offscreen()


def lines(text: str, size: float, width: int) -> list[str]:
    layout = laid(text, size, width, bold=False).layout
    found = [layout.lineAt(number) for number in range(layout.lineCount())]
    return [layout.text()[one.textStart() : one.textStart() + one.textLength()] for one in found]


def test_texts_shrink_only_as_far_as_needed() -> None:
    words = (Words("Words of a name " * 4, 60, 10, "#000000"), Words("Below", 60, 10, "#000000"))
    sizes = []
    for height in (900, 300, 100):
        first, last = Setter().flow(words, QRect(0, 0, 800, height))
        assert last.rect.bottom() < height
        assert first.rect.bottom() < last.rect.top()
        sizes.append(first.size)
    assert sizes[0] == 60
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] >= 10


def test_what_is_minor_shrinks_first() -> None:
    words = (Words("word " * 30, 30, 10, "#000000", minor=True), Words("Name", 30, 10, "#000000"))
    minor, name = Setter().flow(words, QRect(0, 0, 600, 220))
    assert name.size == 30
    assert minor.size < 30


def test_a_word_is_not_broken_while_it_may_be_smaller() -> None:
    [text] = Setter().flow([Words("Abcdefghijklmnop", 60, 10, "#000000")], QRect(0, 0, 300, 500))
    assert laid(text.text, text.size, 300, bold=False).layout.lineCount() == 1
    assert text.size < 60


def test_below_the_least_size_nothing_is_lost() -> None:
    [text] = Setter().flow([Words(LONG * 2, 60, 30, "#000000")], QRect(0, 0, 300, 130))
    assert text.rect.height() <= 130
    assert text.text == LONG * 2


def test_machine_readable_names_break_behind_their_signs() -> None:
    found = lines("WOLFESCHLEGEL<FEATHERSTONE<<MAXIMILIANA", 20, 380)
    assert len(found) > 1
    assert all(line.rstrip("\u200b").endswith("<") for line in found[:-1])
    assert "".join(found).replace("\u200b", "") == "WOLFESCHLEGEL<FEATHERSTONE<<MAXIMILIANA"


@pytest.mark.parametrize("text", [VIETNAMESE, ARABIC, HEBREW, THAI], ids=["vi", "ar", "he", "th"])
def test_marks_above_and_below_letters_stay_inside_their_lines(text: str) -> None:
    layout, high, _ = laid(text, 40, 500, bold=True)
    edge = 0.0
    for number in range(layout.lineCount()):
        inks = [
            run.rawFont().boundingRect(glyph).translated(place)
            for run in layout.lineAt(number).glyphRuns()
            for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True)
        ]
        assert min(ink.top() for ink in inks) >= edge - 1
        edge = max(ink.bottom() for ink in inks)
    assert edge <= high + 1


def test_a_letter_without_a_font_is_found() -> None:
    assert drawable("Đặng Thị Ánh Tuyết")
    assert drawable("")
    assert not drawable(NO_FONT)
    assert not drawable(f"Anna {NO_FONT}")


def test_the_side_of_a_text_is_that_of_its_first_letter() -> None:
    assert [from_right(text) for text in (ARABIC, HEBREW, "Anna", "12", f"12 {HEBREW}")] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_measures_are_forgotten_after_the_next_screen() -> None:
    setter = Setter()
    setter.extent("Anna Example", 20, 500)
    setter.begin()
    setter.begin()
    assert "Anna Example" not in str(vars(setter))
