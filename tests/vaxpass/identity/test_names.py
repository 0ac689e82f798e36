"""Names: one machine-readable form for all forms of Unicode, and how far two names agree."""

from __future__ import annotations

import re
import unicodedata
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity import (
    NameLettersError,
    NameLevel,
    SplitName,
    compare_names,
    icao_or_none,
    name_key,
    name_skeleton,
    split_name,
    to_icao,
)
from vaxpass.identity.letters import _by_letter
from vaxpass.identity.names import edits

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)
_VOWELS = "aăâeêioôơuưy"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
_SYLLABLES = st.builds(
    lambda start, vowel, tone, end: normalize("NFC", start + vowel + tone + end),
    st.sampled_from(
        ["", "b", "c", "ch", "d", "đ", "gi", "h", "kh", "l", "ng", "ngh", "nh", "ph", "th"]
    ),
    st.sampled_from(_VOWELS),
    st.sampled_from(_TONES),
    st.sampled_from(["", "c", "m", "n", "ng", "nh", "p", "t"]),
)
VIETNAMESE = st.lists(_SYLLABLES, min_size=1, max_size=5).map(lambda words: " ".join(words).title())
LATIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x17F) | st.sampled_from("ẞßÆØÞıĐđ-'’.,"),
    max_size=30,
)


def windows_1258(text: str) -> str:
    """As text comes out of that encoding: the vowel with its own mark composed, the tone after it."""
    letters = []
    for letter in normalize("NFC", text):
        parts = normalize("NFD", letter)
        tones = "".join(part for part in parts if part in _TONES[1:])
        rest = "".join(part for part in parts if part not in _TONES[1:])
        letters.append(normalize("NFC", rest) + tones)
    return "".join(letters)


def test_windows_1258_is_neither_form_of_unicode() -> None:
    mixed = windows_1258("Nguyễn")
    assert mixed not in (normalize("NFC", mixed), normalize("NFD", mixed))
    assert mixed.encode("cp1258").decode("cp1258") == mixed


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Nguyễn Bảo Duy", "NGUYEN<BAO<DUY"),
        ("Đặng Thị Ánh Tuyết", "DANG<THI<ANH<TUYET"),
        ("đỗ đức", "DO<DUC"),
        ("Ðào", "DAO"),  # eth in place of D with stroke
        ("Trần  Văn\tAn ", "TRAN<VAN<AN"),
        ("O'Brien-Smith", "OBRIEN<SMITH"),
        ("Nguyễn T.Hương", "NGUYEN<THUONG"),
        ("Smith, Jr.", "SMITH<JR"),
        ("Ærøskøbing", "AEROESKOEBING"),
        ("Straße STRAẞE", "STRASSE<STRASSE"),
        ("Œuvre Þór Ĳssel", "OEUVRE<THOR<IJSSEL"),
        ("Ärger Öl Übel Ångström", "AERGER<OEL<UEBEL<AANGSTROEM"),
        ("Łukasz Ñandú Ħal Ŧ Ŋ Işık", "LUKASZ<NANDU<HAL<T<N<ISIK"),
        ("Ǖ", "UE"),
        ("Zoë Łódź", "ZOE<LODZ"),
        ("Щеглова Юлия", "SHCHEGLOVA<IULIIA"),
        ("Съедин Игорь Ёлкин", "SIEEDIN<IGOR<ELKIN"),
        ("ﬁn Ｎguyen", "FIN<NGUYEN"),
        ("Ƀăng ƀuôn", "BANG<BUON"),
        ("NGUYEN<<VAN<", "NGUYEN<VAN"),
        ("a\u200bb\ufeff", "AB"),
        ("", ""),
        ("- . '", ""),
    ],
)
def test_a_name_has_its_machine_readable_form(name: str, written: str) -> None:
    for form in (name, normalize("NFC", name), normalize("NFD", name), windows_1258(name)):
        assert to_icao(form) == written


@pytest.mark.parametrize("name", ["李", "محمد", "Γιώργος", "Anna2", "Ӧ", "a\x00", "A&B", "Ə"])
def test_a_letter_without_a_certain_form_is_refused_and_named_by_its_number(name: str) -> None:
    with pytest.raises(NameLettersError, match=r"U\+[0-9A-F]{4}") as caught:
        to_icao(name)
    assert caught.value.letters
    assert name not in str(caught.value)
    assert icao_or_none(name) is None


@pytest.mark.parametrize("name", ["A" * 81, "Ä" * 41, "a" * 513, "\u0301" * 100_000])
def test_a_name_that_is_too_long_is_refused_and_never_cut(name: str) -> None:
    with pytest.raises(NameLettersError, match="longer") as caught:
        to_icao(name)
    assert caught.value.letters == ()


def test_eighty_letters_have_room() -> None:
    assert to_icao("Ế" * 80) == "E" * 80


@pytest.mark.slow
@given(VIETNAMESE)
@_SETTINGS
def test_every_form_of_unicode_gives_the_same(name: str) -> None:
    forms = [name, normalize("NFD", name), windows_1258(name), normalize("NFKC", name)]
    assert len({to_icao(form) for form in forms}) == 1
    assert len({name_key(form) for form in forms}) == 1
    assert len({name_skeleton(form) for form in forms}) == 1
    assert len({split_name(form) for form in forms}) == 1
    assert {compare_names(name, form) for form in forms} == {NameLevel.EXACT}


@given(st.text(max_size=60) | VIETNAMESE | LATIN)
@_SETTINGS
def test_any_text_gives_capitals_and_fillers_or_the_error(name: str) -> None:
    written = icao_or_none(name)
    if written is not None:
        assert re.fullmatch("(?!<)[A-Z<]{0,80}(?<!<)", written)
        assert "<<" not in written
        assert to_icao(written) == written
        assert icao_or_none(normalize("NFD", name)) == written
    assert name_key(name_key(name)) == name_key(name)
    assert name_skeleton(name_skeleton(name)) == name_skeleton(name)


@given(VIETNAMESE | LATIN)
@_SETTINGS
def test_the_quick_way_and_letter_by_letter_agree(name: str) -> None:
    written = icao_or_none(name)
    if written is not None:
        assert "<".join(part for part in _by_letter(name).split("<") if part) == written


def test_every_latin_letter_of_the_table_has_a_form() -> None:
    kra = "ĸ"  # the one letter here that no table of ICAO has
    for number in range(0xC0, 0x180):
        letter = chr(number)
        if unicodedata.category(letter) in ("Lu", "Ll") and letter != kra:
            assert icao_or_none(letter), letter
            assert to_icao(letter) == to_icao(letter.upper() if letter != "ŉ" else letter)


@pytest.mark.parametrize(
    ("full", "family", "given"),
    [
        ("Nguyễn Bảo Duy", "Nguyễn", "Bảo Duy"),
        ("  Lê   Hà ", "Lê", "Hà"),
        ("Thảo", "Thảo", ""),
        ("", "", ""),
    ],
)
def test_the_first_word_is_the_family_name(full: str, family: str, given: str) -> None:
    assert split_name(full) == SplitName(family, given)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Nguyễn Văn An", "NGUYỄN  VĂN AN", NameLevel.EXACT),
        ("Lê Hoà Thuỷ", "Lê Hòa Thủy", NameLevel.EXACT),
        ("Anna-Maria O'Neill", "anna maria oneill", NameLevel.EXACT),
        ("Ðặng An", "Đặng An", NameLevel.EXACT),
        ("\ufeffLê\u200b An", "Lê\xa0An", NameLevel.EXACT),
        ("Lê Hòa", "Lê Hoá", NameLevel.TONES),
        ("Nguyễn Văn An", "Nguyên Văn An", NameLevel.TONES),
        ("Nguyễn Văn An", "NGUYEN VAN AN", NameLevel.LETTERS),
        ("Lê Ân", "Lê An", NameLevel.LETTERS),
        ("Đỗ Huy", "DO HUY", NameLevel.LETTERS),
        ("Jürgen Müller", "Jurgen Muller", NameLevel.LETTERS),
        ("Jürgen Müller", "Juergen Mueller", NameLevel.LETTERS),
        ("Nguyễn Văn An", "Văn An Nguyễn", NameLevel.ORDER),
        ("Nguyễn Văn An", "Nguyễn An", NameLevel.INCOMPLETE),
        ("Nguyễn Văn An", "Nguyễn V. An", NameLevel.INCOMPLETE),
        ("Nguyễn Văn An", "Nguyễn Văn Anh", NameLevel.TYPO),
        ("Nguyễn Văn An", "Nguyne Văn An", NameLevel.TYPO),
        ("Nguyễn Văn An", "NguyễnVăn An", NameLevel.TYPO),
        ("Phan Thảo", "Phan Thoả", NameLevel.TYPO),
        ("Nguyễn Văn An", "Nguyễn Văn Ba", NameLevel.DIFFERENT),
        ("Lê An", "Vũ An", NameLevel.DIFFERENT),
        ("N V A", "Nguyễn Văn An", NameLevel.DIFFERENT),
        ("Nguyễn Văn An", "Trần Thị Bình", NameLevel.DIFFERENT),
        ("李小龍", "李小龍", NameLevel.EXACT),
        ("李小龍", "王小明", NameLevel.DIFFERENT),
        ("An", "", NameLevel.MISSING),
        ("", "", NameLevel.MISSING),
        (".", ".", NameLevel.MISSING),
        ("A" * 100, "A" * 99, NameLevel.DIFFERENT),
    ],
)
def test_two_names_agree_so_far(one: str, other: str, level: NameLevel) -> None:
    assert compare_names(one, other) is level
    assert compare_names(other, one) is level
    assert compare_names(normalize("NFD", one), windows_1258(other)) is level


@pytest.mark.slow
@given(st.text(max_size=30) | VIETNAMESE, st.text(max_size=30) | VIETNAMESE)
@_SETTINGS
def test_the_order_of_two_names_makes_no_difference(one: str, other: str) -> None:
    level = compare_names(one, other)
    assert compare_names(other, one) is level
    assert compare_names(one, one) in (NameLevel.EXACT, NameLevel.MISSING)
    if level is NameLevel.EXACT:
        assert name_key(one) == name_key(other)


@pytest.mark.slow
@given(VIETNAMESE, st.randoms(use_true_random=False))
@_SETTINGS
def test_a_name_in_another_order_or_without_marks_is_known_again(name: str, random: object) -> None:
    words = name.split()
    assert compare_names(name, " ".join(reversed(words))) in (
        NameLevel.EXACT,
        NameLevel.TONES,
        NameLevel.LETTERS,
        NameLevel.ORDER,
    )
    bare = to_icao(name).replace("<", " ")
    assert compare_names(name, bare) in (NameLevel.EXACT, NameLevel.TONES, NameLevel.LETTERS)


WORDS = st.text("ABN", max_size=9)


def slow_edits(one: str, other: str) -> int:
    """The textbook's table, whole."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                table[i][j] = i + j
                continue
            best = [
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(best)
    return table[-1][-1]


@given(WORDS, WORDS, st.integers(0, 3))
@_SETTINGS
def test_edits_are_those_of_the_whole_table_up_to_the_limit(one: str, other: str, limit: int) -> None:
    assert edits(one, other, limit) == min(slow_edits(one, other), limit + 1)
    assert edits(one, other, limit) == edits(other, one, limit)
