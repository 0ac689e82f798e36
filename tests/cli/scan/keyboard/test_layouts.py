"""What a foreign keyboard layout did to a scanned text is undone, or told."""

from __future__ import annotations

import json
import random
import unicodedata

import pytest
from vaxpass_cli.commands.keyboard_test import judge_layout_test
from vaxpass_cli.scan.keyboard.layouts import (
    LAYOUTS,
    LOST,
    TEST_TEXT,
    UNFIT,
    US,
    Caps,
    Layout,
    Repaired,
    find_test,
    repair,
)

from tests.support import divoc_documents as divoc
from vaxpass.documents import unframed
from vaxpass.encoding import base45, deflate
from vaxpass.messages import LANGUAGES, text

_BY_NAME = {layout.name: layout for layout in LAYOUTS}
# Two characters of a health passport arrive as the same one: no text can be repaired for certain.
_LOSSY = ("Vietnamese (Windows)", "Greek")
_LOSSY_WITH_CAPS = (*_LOSSY, "Czech", "Slovak")


def passport(seed: int) -> str:
    """A text as issuers make them, with spaces and the signs of dead keys in it."""
    chance = random.Random(seed)
    return "HC1:" + base45.encode(deflate.deflate(chance.randbytes(chance.randint(120, 420))))


def everything(seed: int) -> str:
    """A text that can't be decompressed and has all characters in it."""
    chance = random.Random(seed)
    characters = [*base45.ALPHABET * 3, *chance.choices(base45.ALPHABET, k=300)]
    chance.shuffle(characters)
    return "HC1:" + "".join(characters)


@pytest.mark.parametrize("caps", Caps)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_a_layout_did_is_undone_or_told(layout: Layout, caps: Caps) -> None:
    may_be_told = layout.name in (_LOSSY_WITH_CAPS if caps else _LOSSY)
    for seed in range(4):
        text = passport(seed)
        repaired = repair(layout.typed(text, caps) + "\r")
        if not (may_be_told and repaired.problem == LOST):
            assert (repaired.text, repaired.problem) == (text, None)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_text_that_is_no_passport_is_repaired_where_it_is_certain(layout: Layout) -> None:
    uncertain = layout.name in _LOSSY or any(c in layout.dead for c in layout.image().values())
    for seed in range(4):
        text = everything(seed)
        repaired = repair(layout.typed(text))
        if repaired.problem:
            assert repaired.problem == LOST
            assert uncertain
        else:
            assert repaired.text == text


def card(seed: int, part: str = "") -> str:
    """A SMART Health Card, or a part of one, as its code has it."""
    chance = random.Random(seed)
    pairs = (f"{chance.randint(0, 77):02}" for _ in range(chance.randint(200, 500)))
    return f"shc:/{part}{''.join(pairs)}"


@pytest.mark.parametrize("part", ["", "1/3/", "12/12/"])
@pytest.mark.parametrize("caps", Caps)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_health_card_is_as_it_was_sent(layout: Layout, caps: Caps, part: str) -> None:
    text = card(3, part)
    repaired = repair(layout.typed(text, caps) + "\r")
    assert repaired.problem is None
    # What recognises a card takes `SHC:/`, too.
    assert repaired.text.lower() == text


@pytest.mark.parametrize("caps", Caps)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_bare_link_is_as_it_was_sent_or_it_is_told(layout: Layout, caps: Caps) -> None:
    text = "shlink:/" + "eyJ1cmwiOiJodHRwczovL2V4YW1wbGUub3JnIiwia2V5IjoiQS1CX0MifQ-Zz_Yy"
    repaired = repair(layout.typed(text, caps))
    if repaired.problem:
        assert repaired.problem == LOST
    else:
        assert repaired.text in (text, layout.typed(text, caps))


def test_a_card_after_the_scanners_sign_is_found() -> None:
    text = card(5)
    assert repair(_BY_NAME["German"].typed("]Q1" + text)).text == text


@pytest.mark.parametrize(
    "line",
    ["shcÖ-12", "shc", "shcÖ- is no card", "SHOP 12345678901234567890123456789012345678901234567890"],
)
def test_what_only_begins_like_a_card_stays(line: str) -> None:
    assert repair(line) == Repaired(line)


def test_a_card_that_lost_a_sign_is_told() -> None:
    arrived = _BY_NAME["German"].typed(card(7))
    assert repair(arrived[:90] + "x" + arrived[90:]).problem == LOST


@pytest.mark.parametrize(
    ("layout", "prefix"),
    [
        ("German", "HC1Ö"),
        ("French", "HC&M"),
        ("Swiss French", "HC1ö"),
        ("Czech", 'HC+"'),
        ("Vietnamese", "HCă:"),
        ("Russian", "РС1Ж"),
        ("Turkish", "HC1Ş"),
    ],
)
def test_prefixes_as_they_arrive(layout: str, prefix: str) -> None:
    assert _BY_NAME[layout].typed("HC1:") == prefix


def test_the_layout_is_named() -> None:
    assert repair(_BY_NAME["French"].typed(passport(1))).layout == "French"
    assert repair(passport(1).swapcase()).layout == "US, Caps Lock"
    assert repair(passport(1)).layout is None


@pytest.mark.parametrize("sign", ["]Q0", "]Q1", "]Q6", "]z0", "]zC"])
def test_the_sign_for_the_kind_of_code_is_dropped(sign: str) -> None:
    text = passport(2)
    assert unframed(f"{sign}{text}\r\n") == text
    assert repair(sign + text) == Repaired(text)
    for name in ("German", "French", "Italian", "Swedish or Finnish", "Czech"):
        layout = _BY_NAME[name]
        assert repair(layout.typed(sign + text)).text == text, name
    # A dead key may take the bracket and the letter with it.
    assert repair("1" + _BY_NAME["German"].typed(text)).text == text


def test_spaces_inside_stay_and_only_line_ends_go() -> None:
    assert repair("HC1:AB  CD \r\n").text == "HC1:AB  CD "


@pytest.mark.parametrize(
    "text", ["", "hello", "https://example.org/", "HC1:abc", "HC2:ABC", "8901234567890"]
)
def test_what_does_not_look_like_a_damaged_code_stays(text: str) -> None:
    assert repair(text) == Repaired(text)


def test_swallowed_characters_are_told() -> None:
    german = _BY_NAME["German"]
    typed = german.typed(passport(3))
    place = typed.index("`")
    assert repair(typed[:place] + typed[place + 2 :]).problem == LOST


def test_an_input_method_is_told() -> None:
    # Telex makes one letter of two: nothing tells which two it was.
    text = passport(4)
    cut = text[:40] + "Â" + text[42:]
    assert repair(cut).problem == LOST
    assert repair(unicodedata.normalize("NFD", cut)).problem == LOST


def test_a_very_long_text_takes_no_time_that_matters() -> None:
    repaired = repair("HC1Ö" + "`X" * 4000)
    assert repaired.problem == LOST


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_test_code_tells_the_layout(layout: Layout) -> None:
    typed = layout.typed(TEST_TEXT)
    found = find_test(typed)
    assert found is not None
    works, sentences = judge_layout_test(typed, "en")
    assert works == (not found.lost) == (layout.name not in _LOSSY)
    expected = "keyboard.works" if works else "keyboard.fails"
    # A US keyboard types the test code as it is, so it is no damaged one.
    assert repair(typed).problem == expected
    if layout is not US and works:
        assert found.layout.image() == layout.image()
        assert found.layout.name in sentences[0]


def test_characters_that_are_lost_are_named() -> None:
    for language, lost in (("en", "space * +"), ("vi", "dấu cách * +")):
        typed = TEST_TEXT.replace(" ", "").replace("*", "").replace("+", "#")
        works, sentences = judge_layout_test(typed, language)
        assert not works
        assert any(sentence.endswith(f": {lost}") for sentence in sentences)
        assert judge_layout_test("something else", language)[0] is False


def test_every_problem_has_its_sentences() -> None:
    for code in (LOST, "keyboard.works", "keyboard.fails", "text.too_long"):
        assert all(text(f"input.{code}", language).endswith(".") for language in LANGUAGES)


def test_layouts_are_whole() -> None:
    for layout in LAYOUTS:
        assert len(layout.plain) == len(layout.shifted) == 44, layout.name
        assert len(layout.typed(TEST_TEXT)) == len(TEST_TEXT)
        assert layout.name
        assert text(f"keyboard.layout.{layout.name}", "en") == layout.name


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_a_keyboard_leaves_of_an_archive_is_told(layout: Layout) -> None:
    """It has no keys for most bytes; those of a US keyboard arrive as the layout has them."""
    data = divoc.archive(divoc.signed(divoc.document()))
    keys = US.plain + US.shifted
    left = "".join(chr(byte) for byte in data if chr(byte) in keys)
    assert repair(layout.typed(left)).problem == UNFIT
    # What ends a text stands between the letters.
    assert repair("PK").problem == UNFIT


@pytest.mark.parametrize("name", ["German", "French", "Russian", "Vietnamese", "Spanish"])
def test_json_that_a_layout_changed_is_told(name: str) -> None:
    text = json.dumps(divoc.signed(divoc.document()))
    assert repair(text) == Repaired(text)
    keys = {*US.plain, *US.shifted, " "}
    arrived = _BY_NAME[name].typed("".join(sign for sign in text if sign in keys))
    assert repair(arrived).problem == UNFIT


@pytest.mark.parametrize(
    "line",
    [
        *("PKW", "PK 123", "https://example.org/PK", "{", "{}", "P", "", "Packet: a, b, c"),
        '{"a": 1, "b": 2, "c": 3, "d": 4, "e": "something else that is JSON and no passport"}',
    ],
)
def test_other_lines_are_left_as_they_are(line: str) -> None:
    assert repair(line).problem is None
