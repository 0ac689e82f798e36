"""The parts of a name: titles and notes are none, and the family name is where the people has it."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxpass.identity import (
    NameLevel,
    compare_names,
    icao_or_none,
    name_key,
    split_name,
    title_words,
    without_title,
)
from vaxpass.identity.parts import lacks_marks, title_without_marks, without_note

_SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Nguyễn Văn An", "Nguyễn", "Văn An"),
        ("Thạch Thị Sa Rết", "Thạch", "Thị Sa Rết"),
        ("Bá Văn Đạt", "Bá", "Văn Đạt"),
        ("Giàng A Páo", "Giàng", "A Páo"),
        # Ê Đê: the clan is behind.
        ("Y Ban Niê", "Niê", "Y Ban"),
        ("H'Hen Niê", "Niê", "H'Hen"),
        ("H’Hen Niê", "Niê", "H’Hen"),
        ("HHen Niê", "Niê", "HHen"),
        ("YBan Niê", "Niê", "YBan"),
        ("Y Ngông Niê Kdăm", "Niê Kdăm", "Y Ngông"),
        ("Y Wang Mlô Dun Du", "Mlô Dun Du", "Y Wang"),
        ("H'Blum Buôn Yă", "Buôn Yă", "H'Blum"),
        ("H'Nghia Êban", "Êban", "H'Nghia"),
        ("H'Nghia Ê Ban", "Ê Ban", "H'Nghia"),
        # Gia Rai: it stands in front.
        ("Ksor H'Bŭt", "Ksor", "H'Bŭt"),
        ("Nay Phin", "Nay", "Phin"),
        ("Rơ Châm H'Yơn", "Rơ Châm", "H'Yơn"),
        ("Rah Lan Toan", "Rah Lan", "Toan"),
        ("Niê Y Ban", "Niê", "Y Ban"),
        ("Đỗ Thị Hằng Buôn Krông", "Đỗ", "Thị Hằng Buôn Krông"),
        # Without a family name all of it is the primary identifier.
        ("Y Ê Ban", "Y Ê Ban", ""),
        ("Y Đai", "Y Đai", ""),
        ("A Huy", "A Huy", ""),
        ("K'Brơi", "K'Brơi", ""),
        ("Ka Mai", "Ka Mai", ""),
        ("Sùng", "Sùng", ""),
        # Titles and signs at the ends are no part.
        ("Ông Nguyễn Văn An.", "Nguyễn", "Văn An"),
        ("Bà H'Hen Niê", "Niê", "H'Hen"),
        ("", "", ""),
    ],
)
def test_the_family_name_is_where_the_people_has_it(name: str, family: str, given: str) -> None:
    for form in (name, normalize("NFD", name), f"  {name.replace(' ', '  ')} "):
        assert split_name(form) == (found := split_name(name))
        assert (found.family, found.given) == (family, given)


@pytest.mark.parametrize(
    "forms",
    [
        ("H'Hen Niê", "H’Hen Niê", "H Hen Niê", "HHen Niê", "H-Hen Niê", "h'hen  niê"),
        ("K'Brơi Sang", "K Brơi Sang", "KBrơi Sang"),
        ("Y Ban Niê", "Y-Ban Niê", "YBan Niê"),
    ],
)
def test_a_prefix_is_the_same_however_it_is_written(forms: tuple[str, ...]) -> None:
    for form in forms:
        assert compare_names(forms[0], form) is NameLevel.EXACT
    assert name_key(forms[0]) == name_key(name_key(forms[0]))


def test_a_prefix_of_one_letter_has_one_machine_readable_form_on_passports() -> None:
    written = {icao_or_none(split_name(name).given) for name in ("H'Hen Niê", "H Hen Niê", "HHen Niê")}
    assert written == {"HHEN"}


def test_an_initial_in_the_middle_is_no_prefix() -> None:
    assert compare_names("Nguyễn H Anh", "Nguyễn Hanh") is not NameLevel.EXACT
    assert compare_names("Y Ban Niê", "Y Bhan Niê") is not NameLevel.EXACT


@pytest.mark.parametrize("title", [*title_words().always, *title_words().sometimes, "ÔNG", "Mrs."])
def test_every_title_is_left_out_before_a_full_name_alone(title: str) -> None:
    assert without_title(f"{title} Nguyễn Văn An") == "Nguyễn Văn An"
    # A word that may be a name stays: nothing is left out of two words.
    assert without_title(f"{title} Nguyễn") == f"{title} Nguyễn"
    assert without_title(f"Nguyễn {title} An") == f"Nguyễn {title} An"


@pytest.mark.parametrize(
    "name", ["Ông Ích Khiêm", "Anh Tuan Nguyen", "Chu Văn An", "Bá Văn Đạt", "Bé Ba", "Ba Nguyễn An"]
)
def test_a_word_that_may_be_a_name_stays(name: str) -> None:
    assert without_title(name) == name


def test_a_title_that_lost_its_mark_is_only_known_where_all_marks_are_lost() -> None:
    assert title_without_marks("ONG NGUYEN VAN AN") == "NGUYEN VAN AN"
    assert title_without_marks("BA Nguyễn Văn An") == "BA Nguyễn Văn An"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Nguyễn Văn An (con bà Lan)", "Nguyễn Văn An"),
        ("Nguyễn (Văn) An", "Nguyễn An"),
        ("Nguyễn Văn An [mẹ: Lê", "Nguyễn Văn An"),
        ("(Nguyễn Văn An)", "(Nguyễn Văn An)"),
        ("Nguyễn  An", "Nguyễn  An"),
    ],
)
def test_a_note_in_brackets_is_no_part(name: str, bare: str) -> None:
    assert without_note(name) == bare


def test_only_families_that_always_have_marks_show_that_they_are_lost() -> None:
    assert lacks_marks("TRAN THI HOA")
    assert not any(map(lacks_marks, ("Phan Anh Tu", "Trần Thi Hoa", "Smith", "", "Mai An Thi")))


@given(st.text(max_size=40))
@_SETTINGS
def test_no_text_raises_and_no_letter_is_lost(name: str) -> None:
    found = split_name(name)
    parts = f"{found.family} {found.given}".split()
    assert sorted("".join(parts).replace("'", "")) == sorted(
        "".join(without_title(name).split()).replace("'", "")
    )
    assert without_title(without_title(name)) == without_title(name) or len(name.split()) > 3
    assert without_note(name) or not name
