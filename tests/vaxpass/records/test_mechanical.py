"""Mechanical causes: only what a machine or a habit makes, and never what may mean another person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.identity import Declared, IdentityCode, Registered, compare, name_plain
from vaxpass.records import MECHANICAL_CAUSES, mechanical_causes

PERSON = Registered(
    "Đặng Thị Hòa", "1990-06-05", "079190000001", "025345678", phone="0901234567", sex="F"
)
SAME = Declared("Đặng Thị Hòa", "05/06/1990", "079190000001")


def causes(
    person: Registered = PERSON,
    *,
    name: str = SAME.name,
    date_of_birth: str = SAME.date_of_birth,
    number: str = SAME.number,
) -> list[str]:
    return [str(code) for code in mechanical_causes(Declared(name, date_of_birth, number), person)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": "DANG THI HOA"}, ["name.diacritics"]),
        ({"name": "Đang Thi Hoa"}, ["name.diacritics"]),
        ({"name": "Hòa Đặng Thị"}, ["name.order"]),
        ({"name": "Hoa Dang Thi"}, ["name.diacritics", "name.order"]),
        ({"name": "Hoa Đang Thi"}, ["name.diacritics", "name.order"]),
        ({"date_of_birth": "06/05/1990"}, ["dob.day_month_swapped"]),
        ({"number": "79190000001"}, ["id.leading_zeros"]),
        ({"number": "025345678"}, ["id.old_cmnd"]),
        ({"number": "25345678"}, ["id.leading_zeros", "id.old_cmnd"]),
        ({"name": "DANG THI HOA", "number": "025345678"}, ["name.diacritics", "id.old_cmnd"]),
    ],
)
def test_what_a_machine_or_a_habit_makes_is_mechanical(
    changed: dict[str, str], expected: list[str]
) -> None:
    assert causes(PERSON, **changed) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Đặng Thị Hoa",  # has marks, and lacks one: Hoa is another name
        "Đặng Thị Hóa",
        "Dang Thi Hòa",
        "Đăng Thị Hòa",
        "Đang Thị Hoa",
        "Đặng Thị",
        "Đặng Thị Hòa An",
        "Đặng Hòa",
        "Hoa Đặng Thị",
        "Dang Thi Hoa Hoa",
        "Dang Dang Thi Hoa",
        "Dang T. Hoa",
        "Dang Thi Hao",
        "Dangthi Hoa",
        "",
        "Nguyen Van An",
    ],
)
def test_a_name_that_may_be_another_is_not(name: str) -> None:
    assert causes(name=name) == []
    # Nor is a mechanical difference beside it.
    assert causes(name=name, number="025345678") == []


@pytest.mark.parametrize(
    "changed",
    [
        {"date_of_birth": "05/06/1991"},
        {"date_of_birth": "1990"},
        {"date_of_birth": ""},
        {"date_of_birth": "x"},
        {"date_of_birth": "06/05/1991"},
        {"number": "079190000010"},
        {"number": "025345687"},
        {"number": "919000000"},
        {"number": ""},
        {"number": "7.919E+10"},
    ],
)
def test_other_days_and_numbers_are_not(changed: dict[str, str]) -> None:
    assert causes(PERSON, **changed) == []
    assert causes(PERSON, **{"name": "DANG THI HOA"} | changed) == []


def test_nothing_is_mechanical_where_nothing_differs() -> None:
    assert causes() == []


def test_another_sex_and_a_number_against_the_declaration_are_not_mechanical() -> None:
    plain = Declared("DANG THI HOA", SAME.date_of_birth, SAME.number)
    assert mechanical_causes(plain, PERSON)
    assert not mechanical_causes(Declared(*_three(plain), sex="Nam"), PERSON)
    # The number says 1990: a register that says 1991 contradicts itself.
    other = Registered("Đặng Thị Hòa", "1991-06-05", "079190000001")
    assert not mechanical_causes(Declared("DANG THI HOA", "1991-06-05", "079190000001"), other)


def test_the_phone_does_not_count() -> None:
    plain = Declared("DANG THI HOA", SAME.date_of_birth, SAME.number, phone="0999999999")
    assert mechanical_causes(plain, PERSON) == (IdentityCode.NAME_DIACRITICS,)
    shared = Declared("DANG THI HOA", *_three(SAME)[1:], phone="12", phone_shared_by=3)
    assert mechanical_causes(shared, PERSON) == (IdentityCode.NAME_DIACRITICS,)


def test_a_day_that_the_calendar_has_not_is_confirmed_by_nobody() -> None:
    assert causes(Registered("Đặng Thị Hòa", "1990-13-05", "079190000001")) == []
    # The other way round the register has the day, and the record none.
    born = Registered("Đặng Thị Hòa", "1990-06-25", "079190000001")
    assert causes(born, date_of_birth="06/25/1990") == ["dob.day_month_swapped"]


def test_an_old_number_counts_only_where_the_register_has_it() -> None:
    unmapped = Registered("Đặng Thị Hòa", "1990-06-05", "079190000001")
    assert causes(unmapped, number="025345678") == []


def test_zeros_are_added_only_where_one_number_can_be_meant() -> None:
    # Eight digits may also be the end of a number of twelve that begins with four zeros. No province
    # has them, so a register that has such a number is not believed.
    odd = Registered("Đặng Thị Hòa", "1990-06-05", "000025345678")
    assert causes(odd, number="25345678") == []
    nine = Registered("Đặng Thị Hòa", "1990-06-05", "025345678")
    assert causes(nine, number="25345678") == ["id.leading_zeros"]


def _three(one: Declared) -> tuple[str, str, str]:
    return one.name, one.date_of_birth, one.number


_PARTS = st.lists(
    st.sampled_from("Hòa Hoa Hóa Đặng Dang An Ân Ấn Thị y Ý".split()), min_size=1, max_size=4
)
_DAYS = st.sampled_from(["1990-06-05", "1990-05-06", "1990", "1990-13-06", "1991-06-05", "x", ""])
_NUMBERS = st.sampled_from(
    ["079190000001", "79190000001", "025345678", "25345678", "079190000010", "", "x", "000025345678"]
)


@given(_PARTS, _DAYS, _NUMBERS, _PARTS, _DAYS, _NUMBERS, _NUMBERS)
def test_mechanical_differences_are_differences_of_one_plausible_person(
    name: list[str],
    day: str,
    number: str,
    other: list[str],
    born: str,
    current: str,
    old: str,
) -> None:
    record = Declared(" ".join(name), day, number)
    person = Registered(" ".join(other), born, current, old)
    found = mechanical_causes(record, person)
    assert set(found) <= set(MECHANICAL_CAUSES)
    compared = compare(record, person)
    if found:
        assert compared.plausible
        assert not compared.equal
        # Without marks both names have the same parts.
        assert sorted(name_plain(record.name).split()) == sorted(name_plain(person.name).split())
        assert list(found) == sorted(found, key=MECHANICAL_CAUSES.index)
