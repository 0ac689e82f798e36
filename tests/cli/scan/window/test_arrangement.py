"""Where everything stands in windows of all shapes: nothing overlaps or is cut, all is legible."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from PySide6.QtCore import QRect, QSize
from vaxpass_cli.scan.desk.screen import Screen
from vaxpass_cli.scan.desk.screen import Shown as OtherDocument
from vaxpass_cli.scan.window.arrangement import Arrangement, arrange, unit_of
from vaxpass_cli.scan.window.fitted import Setter, Text, drawable, laid
from vaxpass_cli.scan.window.theme import DARK, LIGHT, PLATES

from tests.support.offscreen import offscreen, written_in
from tests.support.screens import ARABIC, HEBREW, LANGUAGES, screens
from vaxpass import Outcome

APPLICATION = offscreen()
SIZES = ((800, 480), (1280, 800), (1920, 1080), (800, 1280))
LAPTOP = 1920 / 309
"""Pixels on a millimetre of a 14-inch screen of 1920x1080"""
LEGIBLE = 9.31
"""16 minutes of arc from two metres, in millimetres"""
SMALL_PRINT = 8.7
"""9 points of a screen with 96 dots on an inch, as the height of a capital letter"""
NARROW_ONLY = "rejected_everything"
"""The details of a verdict with a specimen, two notes and the longest name"""

screens_in = cache(screens)


def arranged(shown: Screen, size: tuple[int, int], *, picture: bool = True) -> Arrangement:
    whole = QSize(*size)
    unit = unit_of(whole, LAPTOP if size == (1920, 1080) else 0.0)
    return arrange(shown, whole, unit, SMALL_PRINT, LIGHT, Setter(), picture=picture)


@cache
def cases(size: tuple[int, int], language: str) -> list[tuple[str, Screen, Arrangement]]:
    return [
        (name, shown, arranged(shown, size, picture=picture))
        for name, shown in screens_in(language).items()
        for picture in ((True, False) if "searching" in name else (not shown.trouble,))
    ]


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_of(found: Arrangement, words: str) -> Text:
    return next(text for text in found.texts if text.text == words)


everywhere = pytest.mark.parametrize(
    ("size", "language"),
    [(size, language) for size in SIZES for language in LANGUAGES],
    ids=[f"{wide}x{high}-{language}" for wide, high in SIZES for language in LANGUAGES],
)

in_each_font = pytest.mark.parametrize("family", ["DejaVu Sans", "Noto Sans"])


@everywhere
def test_nothing_overlaps_and_everything_is_inside(size: tuple[int, int], language: str) -> None:
    window = QRect(0, 0, *size)
    for name, _, found in cases(size, language):
        boxes = [text.rect for text in found.texts] + [rect for rect, _ in found.buttons]
        boxes += [sign.rect for sign in found.signs]
        boxes += [found.picture] if found.picture else []
        for box in boxes:
            assert window.contains(box), (name, box)
        for one, other in combinations(boxes, 2):
            assert not one.intersects(other), (name, one, other)


@everywhere
def test_no_letter_is_cut(size: tuple[int, int], language: str) -> None:
    for name, _, found in cases(size, language):
        for text in found.texts:
            layout, high, _ = laid(
                text.text, text.size, text.rect.width(), bold=text.bold, align=text.align
            )
            assert high <= text.rect.height(), (name, text)
            for number in range(layout.lineCount()):
                assert layout.lineAt(number).naturalTextWidth() <= text.rect.width() + 0.5, (name, text)


@everywhere
def test_every_word_is_there(size: tuple[int, int], language: str) -> None:
    for name, shown, found in cases(size, language):
        text = squeezed("".join(text.text for text in found.texts))
        wanted = [*shown.badges, *(word for row in shown.overlay for word in row)]
        if finding := shown.finding:
            wanted += [finding.plate.word, finding.plate.below, finding.specimen, finding.place]
            wanted += finding.notes
            if not shown.overlay:
                named = drawable(finding.name) or not finding.machine_name
                wanted += [finding.name if named else finding.machine_name, finding.machine_name]
                wanted += [finding.family, finding.born, finding.reason, finding.advice]
                wanted += [other.text for other in shown.others]
                wanted += (
                    [word for row in finding.details for word in row] if shown.show_details else []
                )
                wanted += [] if shown.show_details else finding.facts
        elif not shown.overlay:
            wanted += [*shown.alerts, shown.trouble, *shown.tried]
            wanted += [] if shown.trouble else [shown.hint or shown.title]
        for words in wanted:
            assert squeezed(words) in text, name


@everywhere
def test_all_letters_can_be_read_at_the_desk(size: tuple[int, int], language: str) -> None:
    for name, _, found in cases(size, language):
        if name != NARROW_ONLY:
            assert min(text.size for text in found.texts) >= 0.6 * SMALL_PRINT, name


@in_each_font
@pytest.mark.parametrize("language", LANGUAGES)
def test_long_reasons_and_next_steps_take_the_room_of_a_large_plate(family: str, language: str) -> None:
    with written_in(family):
        for name, shown in screens_in(language).items():
            finding = shown.finding
            if finding is None or shown.overlay or shown.show_details or "one_word" in name:
                continue
            found = arranged(shown, (1920, 1080))
            counting = [
                text.size for text in found.texts if text.text in (finding.reason, finding.advice)
            ]
            # A name of eighty letters needs three lines.
            least = 13 if name == "long_name" else 14
            for letters in counting:
                assert letters / LAPTOP >= LEGIBLE * least / 16, name


def test_the_plate_is_smaller_beside_long_reasons() -> None:
    plate, small = (
        text_of(arranged(screens_in("en")[name], (1920, 1080)), word.plate.word).size
        for name in ("accepted", "rules")
        if (word := screens_in("en")[name].finding)
    )
    assert small < plate


@everywhere
def test_buttons_are_large_enough_for_fingers(size: tuple[int, int], language: str) -> None:
    for name, shown, found in cases(size, language):
        assert [button for _, button in found.buttons] == list(shown.buttons), name
        for rect, button in found.buttons:
            assert rect.height() >= 48, name
            layout = laid(button.label, found.letters, rect.width() - 8, bold=True).layout
            assert layout.lineCount() == 1, (name, button)
            assert found.letters >= SMALL_PRINT


@everywhere
def test_a_verdict_is_told_by_colour_shape_and_word(size: tuple[int, int], language: str) -> None:
    for name, shown, found in cases(size, language):
        signs = [sign.plate for sign in found.signs if sign.full]
        if shown.finding is None:
            assert signs == []
            continue
        assert signs == [shown.finding.plate]
        word = text_of(found, shown.finding.plate.word)
        assert word.size >= 1.4 * max(t.size for t in found.texts if t.text in shown.badges), name
        colours = [fill.colour for fill in found.fills if fill.rect.contains(word.rect)]
        assert colours[-1] == PLATES[shown.finding.plate.outcome].ground


def test_the_plate_is_at_the_left_and_in_a_tall_window_at_the_top() -> None:
    shown = screens_in("en")["rejected"]
    for size in SIZES:
        [sign] = arranged(shown, size).signs
        word = text_of(arranged(shown, size), "REJECTED").rect
        if size[1] > size[0]:
            assert sign.rect.width() == size[0]
            assert sign.rect.bottom() < word.top()
        else:
            assert sign.rect.right() < word.left()


@in_each_font
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["accepted", "rejected", "other", "unreadable", "family_vds-nc-test"])
def test_what_counts_is_legible_from_two_metres_on_a_laptop(
    name: str, language: str, family: str
) -> None:
    shown = screens_in(language)[name]
    with written_in(family):
        found = arranged(shown, (1920, 1080))
    assert shown.finding is not None
    of = shown.finding
    for words in filter(None, (of.plate.word, of.name, of.born, of.advice or of.reason)):
        assert text_of(found, words).size / LAPTOP >= LEGIBLE
    # The longest of these sentences needs two lines beside a next step of three.
    assert text_of(found, of.reason).size / LAPTOP >= LEGIBLE * 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_get_smaller_before_what_counts_does(language: str) -> None:
    shown = screens_in(language)["genuine_unknown_result"]
    assert shown.finding is not None
    found = arranged(shown, (1920, 1080))
    counts = (shown.finding.born, shown.finding.reason, shown.finding.advice)
    assert max(text_of(found, fact).size for fact in shown.finding.facts) < 0.6 * min(
        text_of(found, words).size for words in counts
    )


def test_letters_grow_with_the_window() -> None:
    shown = screens_in("en")["rejected"]
    sizes = [text_of(arranged(shown, size), "REJECTED").size for size in SIZES[:3]]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 2 * sizes[0]


def test_the_unit_follows_the_screen_where_that_can_be_believed() -> None:
    laptop = QSize(1366, 768)
    assert unit_of(laptop, 1366 / 277) / (1366 / 277) == pytest.approx(LEGIBLE, abs=0.01)
    assert unit_of(laptop, 0.0) == unit_of(laptop, 1000.0) < unit_of(laptop, 1366 / 277)
    # In a small window letters don't become so large that only a few fit.
    small = QSize(800, 480)
    assert unit_of(small, 6.2) == pytest.approx(1.25 * unit_of(small, 0.0))


def test_names_from_right_to_left_stand_at_the_right() -> None:
    for name, written in (("arabic", ARABIC), ("hebrew", HEBREW)):
        text = text_of(arranged(screens_in("en")[name], (1280, 800)), written)
        layout = laid(text.text, text.size, text.rect.width(), bold=text.bold, align=text.align).layout
        line = layout.lineAt(0).naturalTextRect()
        assert line.right() == pytest.approx(text.rect.width(), abs=1)
        assert line.left() > 100


def test_a_name_without_a_font_gives_way_to_machine_readable_letters() -> None:
    found = arranged(screens_in("en")["no_font"], (1280, 800))
    text = text_of(found, "MASARAM<<GONDI")
    assert text.size >= text_of(found, "Date of birth: 1988-09-21").size
    assert sum("MASARAM" in text.text for text in found.texts) == 1


def test_alerts_stand_beside_the_picture_in_a_wide_window_and_above_it_in_a_tall_one() -> None:
    shown = screens_in("en")["searching_blocked"]
    for size in SIZES:
        found = arranged(shown, size)
        assert found.picture is not None
        alert = text_of(found, shown.alerts[0])
        if size[0] > size[1]:
            assert alert.rect.right() < found.picture.left()
        else:
            assert alert.rect.bottom() < found.picture.top()
        assert alert.size >= 1.5 * text_of(found, shown.badges[0]).size


def test_an_alert_is_said_in_a_trouble_too() -> None:
    shown = screens_in("en")["trouble_tried"]
    found = arranged(shown, (800, 480), picture=False)
    assert text_of(found, shown.alerts[0]).rect.bottom() < text_of(found, shown.trouble).rect.top()
    assert [button.key for _, button in found.buttons] == ["c", "o", "p", "l", "h"]


def test_a_trouble_is_told_beside_a_verdict_too() -> None:
    shown = replace(screens_in("en")["accepted"], trouble="The camera was unplugged.")
    said = text_of(arranged(shown, (800, 480)), "! The camera was unplugged.")
    assert said.rect.height() > 0


def test_the_other_documents_have_a_sign_each() -> None:
    shown = screens_in("en")["others"]
    found = arranged(shown, (1280, 800))
    small = [sign for sign in found.signs if not sign.full]
    assert [sign.plate.outcome for sign in small] == [Outcome.REJECTED, Outcome.ACCEPTED]
    many = tuple(OtherDocument(shown.others[0].plate, f"Document {n}") for n in range(9))
    found = arranged(replace(shown, others=many), (800, 480))
    assert sum("Document" in text.text for text in found.texts) == 9
    assert all(text.rect.bottom() < 480 - 48 for text in found.texts)


def test_the_picture_is_shown_while_codes_are_looked_for() -> None:
    for name, shown in screens_in("en").items():
        found = arranged(shown, (1280, 800), picture=not shown.trouble)
        looking = shown.finding is None and not (shown.overlay or shown.trouble)
        assert (found.picture is not None) is (looking and "clear" not in name)
        assert found.guide is (found.picture is not None and "reading" not in name)


def test_a_summary_of_many_lines_fits() -> None:
    rows = (("Shift since 08:00", ""), *((f"reason.number.{n}", str(n)) for n in range(34)))
    for name in ("searching", "accepted_specimen"):
        found = arranged(replace(screens_in("en")[name], overlay=rows), (800, 480))
        lines = [text for text in found.texts if "reason.number" in text.text]
        assert len(lines) == 34
        assert max(text.rect.bottom() for text in lines) < 480 - 48


def test_a_theme_changes_colours_only() -> None:
    shown = screens_in("vi")["rejected"]
    size, setter = QSize(1280, 800), Setter()
    light, dark = (arrange(shown, size, 40, 9, one, setter, picture=True) for one in (LIGHT, DARK))
    assert [text.rect for text in light.texts] == [text.rect for text in dark.texts]
    assert light.fills != dark.fills
