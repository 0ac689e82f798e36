"""Where everything stands: nothing overlaps, nothing is cut off, whatever people are called."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pytest
from vaxpass_cli.scan.screen import Screen
from vaxpass_cli.scan.window import colours
from vaxpass_cli.scan.window.boxes import HEIGHT, WIDTH, Box, Colour, Layout, Words
from vaxpass_cli.scan.window.layout import layout
from vaxpass_cli.scan.window.lettering import Lettering, drawable
from vaxpass_cli.scan.window.wrapping import flow, wrapped

from tests.support.screens import LANGUAGES, LONG, screens
from vaxpass import Outcome

LETTERING = Lettering()
_CAPITAL = 0.729
"""The height of a capital letter, as a share of the size of DejaVu's letters."""
CASES = [
    pytest.param(found, camera, id=f"{name}-{language}-{'camera' if camera else 'texts'}")
    for language in LANGUAGES
    for name, found in screens(language).items()
    for camera in (True, False)
]


def squeezed(text: str) -> str:
    return "".join(text.split())


def set_(shown: Screen, *, camera: bool = True) -> Layout:
    return layout(shown, LETTERING, camera=camera)


@pytest.mark.parametrize(("shown", "camera"), CASES)
def test_nothing_overlaps_and_everything_is_inside(shown: Screen, camera: bool) -> None:
    found = set_(shown, camera=camera)
    boxes = [line.box for line in found.lines] + [sign.box for sign in found.signs]
    boxes += [found.picture] if found.picture else []
    for box in boxes:
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= WIDTH
        assert box.bottom <= HEIGHT
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)


@pytest.mark.parametrize(("shown", "camera"), CASES)
def test_every_word_is_there(shown: Screen, camera: bool) -> None:
    found = set_(shown, camera=camera)
    text = squeezed("".join(line.text for line in found.lines))
    wanted = [shown.keys, shown.test_mode, *shown.badges]
    finding = shown.finding
    if finding:
        wanted += [
            finding.plate.word,
            finding.plate.below,
            finding.specimen,
            finding.place,
            *finding.notes,
        ]
        if not shown.overlay:
            name = finding.name if drawable(finding.name) else finding.machine_name
            wanted += [finding.family, *(() if shown.show_details else finding.facts)]
            wanted += [name, finding.machine_name, finding.born, finding.reason, finding.advice]
    elif not shown.overlay:
        wanted += [shown.trouble] if shown.trouble else [shown.title, shown.hint, *shown.alerts]
    wanted += [text for row in shown.overlay for text in row]
    for words in wanted:
        assert squeezed(words) in text
    assert "…" not in text


@pytest.mark.parametrize(("shown", "camera"), CASES)
def test_a_verdict_is_told_by_colour_shape_word_and_place(shown: Screen, camera: bool) -> None:
    found = set_(shown, camera=camera)
    if shown.finding is None:
        assert found.signs == ()
        return
    outcome = shown.finding.plate.outcome
    word = next(line for line in found.lines if line.text == shown.finding.plate.word)
    assert word.size * _CAPITAL >= HEIGHT / 16
    [solid] = [sign for sign in found.signs if sign.solid]
    assert solid.outcome is outcome
    assert len(found.signs) == 3
    rank = sorted(sign.box.top for sign in found.signs).index(solid.box.top)
    assert rank == {Outcome.REJECTED: 0, Outcome.ACCEPTED: 2}.get(outcome, 1)


def test_the_colours_are_legible() -> None:
    def light(colour: Colour) -> float:
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04 else math.pow((c + 0.055) / 1.055, 2.4) for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: Colour, other: Colour) -> float:
        lights = sorted((light(one), light(other)))
        return (lights[1] + 0.05) / (lights[0] + 0.05)

    pairs = [(colours.PLATES[outcome], colours.LETTERS[outcome]) for outcome in Outcome]
    pairs += [
        (colours.TEST, colours.WHITE),
        (colours.BADGE, colours.WHITE),
        (colours.BAR, colours.QUIET),
        (colours.READING, colours.WHITE),
        (colours.READING, colours.AMBER),
        (colours.WARNING, colours.INK),
        (colours.SHADE, colours.INK_SOFT),
        (colours.PAPER, colours.INK_SOFT),
    ]
    for ground, ink in pairs:
        assert contrast(ground, ink) >= 4.5


def test_the_camera_is_large_while_a_code_is_looked_for_and_small_beside_a_verdict() -> None:
    found = screens("en")
    large, small = set_(found["searching"]), set_(found["accepted"])
    assert large.picture
    assert small.picture
    assert large.guide
    assert not small.guide
    assert large.picture.height > 3 * small.picture.height
    for name in ("trouble", "clear", "help", "rejected_details"):
        assert set_(found[name]).picture is None


def test_a_trouble_is_told_beside_a_verdict_too() -> None:
    shown = replace(screens("en")["accepted"], trouble="The scanner was unplugged.")
    assert any("unplugged" in line.text for line in set_(shown).lines)


def test_details_are_shown_only_where_they_are_asked_for() -> None:
    found = screens("en")
    for name, there in (("rejected", False), ("rejected_details", True)):
        text = " ".join(line.text for line in set_(found[name]).lines)
        assert ("Ministry of Health" in text) is there
        assert ("validity.expired" in text) is there


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_details_of_a_document_with_three_doses_are_all_there(language: str) -> None:
    shown = screens(language)["family_smart-health-card"]
    assert shown.finding is not None
    details = shown.finding.details
    assert sum("COVID-19" in value for _, value in details) == 3
    found = set_(replace(shown, show_details=True))
    text = squeezed(" ".join(line.text for line in found.lines))
    for label, value in details:
        assert squeezed(label) in text
        assert squeezed(value) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_that_would_be_small_push_out_the_picture_of_the_camera(language: str) -> None:
    shown = screens(language)["family_health-link"]
    assert shown.finding is not None
    assert set_(shown).picture is not None
    name = "Nguyễn Thị An"
    crowded = replace(
        shown.finding,
        name=name,
        born="Date of birth: 1990-02-28",
        facts=("Identity document: passport C1234567", "Vaccination, yellow fever, STAMARIL " * 2),
        notes=("A remark.",),
        reason="A reason that is rather long, so that it does not stand in one line of the page. " * 2,
    )
    found = set_(replace(shown, finding=crowded))
    assert found.picture is None
    assert min(line.size for line in found.lines if "reason" in line.text) > 15


def test_a_name_without_a_font_gives_way_to_machine_readable_letters() -> None:
    lines = set_(screens("en")["no_font"]).lines
    assert [line.text for line in lines].count("MASARAM<<GONDI") == 1
    assert not any("?" in line.text for line in lines)


def test_badges_that_are_too_many_become_smaller() -> None:
    shown = replace(screens("vi")["searching"], badges=("Danh sách: không rõ tuổi",) * 7)
    found = set_(shown)
    assert sum("Danh sách" in line.text for line in found.lines) == 7


def test_a_summary_of_many_lines_fits() -> None:
    rows = (("Shift since 08:00", ""), *((f"reason.number.{n}", str(n)) for n in range(34)))
    for name in ("searching", "accepted_specimen"):
        found = set_(replace(screens("en")[name], overlay=rows))
        assert all(line.box.bottom <= HEIGHT - 42 for line in found.lines if "reason" in line.text)


def test_wrapped_lines_are_as_wide_as_allowed_and_lose_nothing() -> None:
    for text in (LONG, "A" * 300, "DANG<<THI<ANH<TUYET" * 9, "x", "", "e\u0301" * 200, "word " * 80):
        for width in (60, 300, 900):
            lines = wrapped(LETTERING, text, 30, width, bold=True)
            assert squeezed("".join(lines)) == squeezed(text)
            assert all(LETTERING.width(line, 30, bold=True) <= width for line in lines)


def test_machine_readable_names_break_behind_their_signs() -> None:
    lines = wrapped(LETTERING, "WOLFESCHLEGEL<FEATHERSTONE<<MAXIMILIANA", 30, 560, bold=False)
    assert lines[0].endswith("<")


def test_texts_shrink_only_as_far_as_needed() -> None:
    words = (Words(LONG, 60, 10, colours.INK), Words("Below", 60, 10, colours.INK))
    sizes = []
    for height in (600, 300, 150):
        lines = flow(LETTERING, words, Box(0, 0, 800, height))
        assert lines[-1].box.bottom <= height
        assert lines[-1].text == "Below"
        sizes.append(lines[0].size)
    assert sizes[0] == 60
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2] >= 20
