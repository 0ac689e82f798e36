"""Vietnamese text in the wrong encoding is found and read again; other names never are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import old_encodings
from vaxpass.encoding.vietnamese import (
    Misreading,
    is_damaged,
    is_syllable,
    latin,
    misreading_of,
    repaired,
    reread,
)
from vaxpass.testing.synthetic import Size, make_world

NAMES: Final = [person.full_name for person in make_world(Size(3000, 3000), seed=3).registry()]
ENCODERS: Final[dict[Misreading, Callable[[str], bytes]]] = {
    Misreading.UTF8_TWICE: str.encode,
    Misreading.WINDOWS_1258: old_encodings.windows_1258,
    Misreading.TCVN3: old_encodings.tcvn3,
    Misreading.VNI: old_encodings.vni,
}
ELSEWHERE: Final = (
    "José García Núñez|Müller|Łukasz Wójcik"
    "|João Conceição|Søren Kierkegaard|Anaïs Loïc|Loïc Tran|Raphaël"
    "|François Béranger|Zoë Brontë|Þór Guðmundsson|Ægir Örn|Anna Bång|Lü Bu|Nguyen Lü|Lưu Nü|Åsa Ström"
    "|Çağla Şen|Dvořák|Szűcs Gábor|Õunapuu Mäe|Mª José Peña|D'Angelo|O’Brien|Gal·la|Jean-Noël|Chloé Dô"
    "|Мария Иванова|สมชาย ใจดี|王小明|김민수|محمد|Ngô Thaï|McDonald|DeÁngelo|Siu H'Ñun|Y Ñum Niê"
)
PEOPLES: Final = (
    "Y Ê Ban H'Bia|Rơ Châm H'Bŭt|Niê|K'Brơi|Đinh Y Hđĕ|Y Bhĭm Êban|H’Hen Niê|Ksor H'Nhă|Kpă Y Lĭm"
    "|Rmah H'Čôm|Y Ƀlô Êñuôl|Hồ Văn Ta Lang|Giàng A Páo|Lò Thị Pâng|Thạch Sóc Kha"
    "|A Viết Brôl|Zơrâm Thị Pró"
)


def mangled(name: str, was: Misreading) -> str:
    return old_encodings.as_latin(ENCODERS[was](name))


@pytest.mark.parametrize("was", ENCODERS)
def test_a_name_is_read_again_as_it_was(was: Misreading) -> None:
    marked = [name for name in NAMES if not name.isascii()]
    for name in marked:
        wrong = mangled(name, was)
        if wrong != normalize("NFC", name):
            found = reread(wrong, was)
            assert found is not None
            assert found.casefold() == name.casefold()


@pytest.mark.parametrize(("was", "least"), [*zip(ENCODERS, (1, 0.96, 0.96, 0.94), strict=True)])
def test_damage_is_seen_and_mended_from_the_name_alone(was: Misreading, least: float) -> None:
    damaged = [name for name in NAMES if mangled(name, was) != normalize("NFC", name)]
    damaged = [name for name in damaged if not name.isascii()]
    found = [repaired(mangled(name, was)) for name in damaged]
    wrong = [
        (name, read)
        for name, read in zip(damaged, found, strict=True)
        if read and read.casefold() != name.casefold()
    ]
    assert not wrong
    assert sum(read is not None for read in found) >= least * len(damaged)


@pytest.mark.parametrize("form", ["NFC", "NFD", "windows-1258"])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_right_names_are_never_damaged(form: str, case: Callable[[str], str]) -> None:
    for name in NAMES:
        written = case(name)
        if form == "windows-1258":
            written = old_encodings.windows_1258(written).decode("cp1258")
        else:
            written = normalize("NFC" if form == "NFC" else "NFD", written)
        assert not is_damaged(written), name
        assert repaired(written) is None


@pytest.mark.parametrize("name", [*ELSEWHERE.split("|"), *PEOPLES.split("|")])
def test_names_of_other_languages_and_peoples_are_never_damaged(name: str) -> None:
    for form in (name, normalize("NFD", name), name.upper(), name.lower(), normalize("NFC", name)):
        assert not is_damaged(form)
        assert repaired(form) is None


@pytest.mark.parametrize(
    "name",
    [
        "Nguy?n V?n An",
        "Tr?n Th? Lan",
        "??ng V?n A",
        "Nguy\ufffdn",
        "L\u00a8n\u00a9 Tr\u00a5ng",
        "Nguy??n",
        "?? An",
        "?? Ban Ni?",
    ],
)
def test_lost_letters_are_damage_that_nobody_can_mend(name: str) -> None:
    assert is_damaged(name)
    assert repaired(name) is None


@pytest.mark.parametrize(
    "name", ["Nguyễn Văn An?", "An ? Bình", "? An", "?", "???", "", "An", "Lê Văn An (?)"]
)
def test_a_question_mark_beside_a_name_is_no_damage(name: str) -> None:
    assert not is_damaged(name)


@pytest.mark.parametrize("was", ENCODERS)
def test_a_whole_file_shows_what_it_was(was: Misreading) -> None:
    for size in (3, 20, 1000):
        names = [name for name in NAMES if len(name) > 12 and not name.isascii()][:size]
        assert misreading_of(mangled(name, was) for name in names) is was


def test_a_right_file_is_left_alone() -> None:
    assert misreading_of(NAMES) is None
    assert misreading_of(ELSEWHERE.split("|")) is None
    assert misreading_of(PEOPLES.split("|")) is None
    assert misreading_of(name for name in NAMES if name.isascii()) is None


def test_capitals_of_a_font_are_capitals() -> None:
    assert reread(mangled("NGUYỄN VĂN AN", Misreading.TCVN3), Misreading.TCVN3) == "NGUYỄN VĂN AN"
    assert reread("Hå ANH", Misreading.TCVN3) == "HỒ ANH"
    for name in ("LÊ ÁI Ư", "HỒ ƠN", "Nguyễn Thị Út", "Đặng Ý Nhi"):
        assert reread(mangled(name, Misreading.TCVN3), Misreading.TCVN3) == name
    place = "Trạm y tế ấp 1"
    assert reread(mangled(place, Misreading.TCVN3), Misreading.TCVN3) == place


def test_a_few_letters_that_may_be_two_things_are_nothing() -> None:
    # In TCVN3 it is Lửu, in VNI Lưu.
    assert misreading_of(["Löu Minh"]) is None
    assert misreading_of(["Löu Minh", "Traàn Vaên Bình"]) is Misreading.VNI


def test_utf8_that_was_read_twice_is_known_by_its_signs_too() -> None:
    # The second letter of "Đỗ" becomes a dash, which divides words.
    assert misreading_of([mangled("Đỗ Đức", Misreading.UTF8_TWICE)]) is Misreading.UTF8_TWICE


@pytest.mark.parametrize("letter", ["\u0410", "\u0391"])
def test_letters_of_other_scripts_that_look_like_latin_ones_are_damage(letter: str) -> None:
    assert repaired(f"Nguyễn Văn {letter}n") == "Nguyễn Văn An"
    assert repaired(f"NGUYEN VAN {letter}N") == "NGUYEN VAN AN"
    for name in ("Иван", "Иван Nguyễn", "Αθηνά"):
        assert not is_damaged(name)


@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    is_syllable(text)
    is_damaged(text)
    again = repaired(text)
    assert again is None or is_damaged(text)
    misreading_of([text])
    for was in Misreading:
        reread(text, was)


@given(st.binary(max_size=60))
def test_any_bytes_are_latin_letters(data: bytes) -> None:
    assert latin(data) == old_encodings.as_latin(data)
